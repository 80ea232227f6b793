"""The commands of csv-stats about groups of records: cluster and compare."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from pyhelpers import KitError
from pyhelpers._cli import Columns, File, Format, Seed, emit, open_bytes, say
from pyhelpers.files import display_name, print_lines
from pyhelpers.stats.cli import app
from pyhelpers.stats.memory import parse_memory
from pyhelpers.stats.opening import (
    readable_twice,
    report_bad,
    rereadable,
    scanned,
    scanner,
    warn,
)
from pyhelpers.stats.options import Draw, Memory, Output, drawn, parse_clusters, reads
from pyhelpers.stats.scan import Options, Scan

if TYPE_CHECKING:
    from pyhelpers.stats.cluster import Clusters
    from pyhelpers.stats.compare import Side
    from pyhelpers.stats.points import Points

MOST_POINTS = 1_000_000
COPIES = 12  # two k-means at once hold scaled rows, distances and the like beside the rows
TRIED = 10  # clusters


def _numeric_points(
    file: str | None,
    name: str,
    options: Options,
    columns: list[str] | None,
    memory: int,
    seed: int,
) -> "tuple[list[str], Points]":
    """Return the numeric columns and their complete records, as many as memory allows."""
    from pyhelpers.stats.points import points_of

    with scanner(file, name) as opened:
        scan = opened(options)
        names = list(dict.fromkeys(columns or scan.names))
        if columns is None:
            names = _numeric_names(opened(options), names) if rereadable(file) else names
        size = min(MOST_POINTS, max(memory // (8 * COPIES * len(names)), 1000))
        points = points_of(scan, names, size, seed)
    report_bad(scan)
    if not points.whole:
        warn(f"clusters of a random {points.size:,} of {points.seen:,} records")
    return names, points


def _numeric_names(scan: Scan, names: list[str]) -> list[str]:
    """Return the columns that hold numbers, by the first block."""
    from pyhelpers.stats.numbers import Kinds

    kinds = Kinds(names)
    for parts in scan.parts(names):
        for i, part in enumerate(parts):
            kinds.take(i, part)
        break
    return [names[i] for i in kinds.numeric(scan, None)]


@app.command("cluster")
@reads
def cluster_command(
    file: File = None,
    column: Columns = None,
    k: Annotated[str, typer.Option("-k", help="How many clusters; auto: widest silhouette.")] = (
        "auto"
    ),
    most: Annotated[
        int, typer.Option("--most", min=2, max=50, help="How many auto and --elbow try.")
    ] = TRIED,
    elbow: Annotated[
        bool, typer.Option("--elbow", help="Inertia and silhouette of each k instead.")
    ] = False,
    rows: Annotated[
        bool, typer.Option("--rows", help="The records, with a column cluster, instead.")
    ] = False,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="A cluster's label: 0=best; repeat.")
    ] = None,
    output: Output = None,
    draw_it: Draw = False,
    seed: Seed = 0,
    memory: Memory = None,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Cluster records by scaled k-means; centres come in the data's own units.

    Examples:
      csv-stats cluster nba.csv -c points -c rebounds -c blocks -c assists
      csv-stats cluster nba.csv -c points -c rebounds --elbow -o elbow.png
      csv-stats cluster nba.csv -c points -c rebounds -k 3 --name 0=best --rows

    Cluster 0 has the highest values. Records with a missing value belong to none. From 100,000
    records on mini-batches are used; what --memory cannot hold is sampled, which standard error
    says. --rows streams the records as they stand.
    """
    from pyhelpers.stats import cluster as clustering

    wanted = parse_clusters(k)
    with readable_twice(file, rows or column is None) as path:
        names, points = _numeric_points(
            path, display_name(file), options, column, parse_memory(memory), seed
        )
        if wanted is None or elbow:
            tried = clustering.try_all(points.rows, names, most, seed)
            wanted = wanted or clustering.best_k(tried)
        if elbow:
            _show_elbow(tried, output, format, draw_it)
            return
        found = clustering.k_means(points.rows, names, wanted, seed)
        labels = clustering.parse_labels(name, wanted)
        if found.silhouette == found.silhouette:
            warn(f"{wanted} clusters, mean silhouette {found.silhouette:.3f}")
        if output is not None:
            from pyhelpers.stats.draw_group import cluster_picture

            cluster_picture(found, points.rows, labels, output)
        if rows:
            _print_rows(path, options, found, labels)
        elif output is None:
            emit(clustering.centre_rows(found, labels), format)


def _print_rows(path: str | None, options: Options, found: "Clusters", labels: list[str]) -> None:
    """Print the records of a table as they stand, with their cluster's label."""
    from pyhelpers.stats.label import labelled_lines
    from pyhelpers.table import table_of

    bad: list[int] | None = [] if options.skip_bad else None
    name = display_name(path)
    table = table_of(open_bytes(path), name, options.delimiter, options.encoding, bad)
    for batch in labelled_lines(table, found, labels):
        print_lines(batch)


def _show_elbow(
    tried: "dict[int, Clusters]", output: str | None, format: str | None, draw_it: bool
) -> None:
    from pyhelpers.stats.cluster import elbow_rows
    from pyhelpers.stats.draw_group import elbow_picture, elbow_text

    if output is not None:
        elbow_picture(tried, output)
    elif drawn(output, format, draw_it):
        say(elbow_text(tried))
        emit(elbow_rows(tried), "table")
    else:
        emit(elbow_rows(tried), format)


@app.command("compare")
@reads
def compare_command(
    file: File = None,
    other: Annotated[str | None, typer.Argument(help="The CSV to compare it with.")] = None,
    column: Columns = None,
    by: Annotated[
        str | None, typer.Option("--by", help="A column of two values: compare its groups.")
    ] = None,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Compare two files, or two groups of one: is the sample like the whole?

    Examples:
      csv-stats compare all.csv sample.csv
      sample-large-csv -n 1000 all.csv | csv-stats compare all.csv -
      csv-stats compare people.csv --by sex

    Streams. shift is the difference of means in standard deviations of the first; ks the largest
    distance of the distributions, ks_p its p-value; psi the population stability index over the
    first's deciles: below 0.1 alike, from 0.25 on different.
    """
    from pyhelpers.stats.compare import compare_rows, read_groups

    if by is not None:
        if other is not None:
            raise KitError("two files or --by, not both", 2)
        with scanned(file, replace(options, texts=frozenset([by]))) as scan:
            names = column or [n for n in scan.names if n != by]
            labels, sides = read_groups(scan, names, by)
        warn(f"a is {by} {labels[0]!r}, b is {by} {labels[1]!r}")
    else:
        if other is None:
            with scanned(file, options):  # what is wrong with the file comes first
                raise KitError("a second file is needed, or --by", 2)
        names, sides = _two_files(file, other, options, column)
    emit(compare_rows(names, *sides), format)


def _two_files(
    file: str | None, other: str, options: Options, column: list[str] | None
) -> "tuple[list[str], list[list[Side]]]":
    """Read both files, one after the other; the columns are those that both have."""
    from pyhelpers.stats.compare import read_sides

    if file in (None, "-") and other == "-":
        raise KitError("only one of the two can be standard input", 2)
    sides = []
    with scanner(file) as opened, scanner(other) as opened_other:
        scans = [opened(options), opened_other(options)]
        both = [name for name in scans[0].names if name in scans[1].names]
        names = column or both
        if not names:
            raise KitError(
                f"{scans[0].layout.source} and {scans[1].layout.source} have no column in common"
            )
        for scan in scans:
            sides.append(read_sides(scan, names))
            report_bad(scan)
    alone = {*scans[0].names, *scans[1].names} - {*both}
    if alone and not column:
        warn(f"in one file only: {', '.join(sorted(alone))}")
    return names, sides
