"""csv-stats cluster: scaled k-means."""

from typing import TYPE_CHECKING, Annotated

import typer

from pyhelpers.cli.inputs import open_bytes
from pyhelpers.cli.options import Columns, File, Format, Seed
from pyhelpers.cli.output import emit, note, print_lines, say
from pyhelpers.commands.csv_stats._opening import (
    readable_twice,
    report_bad,
    rereadable,
    scanner,
)
from pyhelpers.commands.csv_stats._options import Draw, Memory, Output, drawn, parse_clusters, reads
from pyhelpers.csvio.scan import Options, Scan
from pyhelpers.csvio.sources import display_name
from pyhelpers.machine import parse_memory

if TYPE_CHECKING:
    from pyhelpers.statistics.kmeans import Clusters
    from pyhelpers.statistics.row_sample import Points
from pyhelpers.cli.app import new_app

MOST_POINTS = 1_000_000
COPIES = 12  # two k-means at once hold scaled rows, distances and the like beside the rows
TRIED = 10  # clusters


app = new_app()


@app.command()
@reads
def cluster(
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
    from pyhelpers.statistics import kmeans as clustering

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
            note(f"{wanted} clusters, mean silhouette {found.silhouette:.3f}")
        if output is not None:
            from pyhelpers.statistics.cluster_plots import cluster_picture

            cluster_picture(found, points.rows, labels, output)
        if rows:
            _print_rows(path, options, found, labels)
        elif output is None:
            emit(clustering.centre_rows(found, labels), format)


def _numeric_points(
    file: str | None,
    name: str,
    options: Options,
    columns: list[str] | None,
    memory: int,
    seed: int,
) -> "tuple[list[str], Points]":
    """Return the numeric columns and their complete records, as many as memory allows."""
    from pyhelpers.statistics.row_sample import points_of

    with scanner(file, name) as opened:
        scan = opened(options)
        names = list(dict.fromkeys(columns or scan.names))
        if columns is None:
            names = _numeric_names(opened(options), names) if rereadable(file) else names
        size = min(MOST_POINTS, max(memory // (8 * COPIES * len(names)), 1000))
        points = points_of(scan, names, size, seed)
    report_bad(scan)
    if not points.whole:
        note(f"clusters of a random {points.size:,} of {points.seen:,} records")
    return names, points


def _numeric_names(scan: Scan, names: list[str]) -> list[str]:
    """Return the columns that hold numbers, by the first block."""
    from pyhelpers.statistics.numeric_columns import Kinds

    kinds = Kinds(names)
    for parts in scan.parts(names):
        for i, part in enumerate(parts):
            kinds.take(i, part)
        break
    return [names[i] for i in kinds.numeric(scan, None)]


def _print_rows(path: str | None, options: Options, found: "Clusters", labels: list[str]) -> None:
    """Print the records of a table as they stand, with their cluster's label."""
    from pyhelpers.csvio.table import table_of
    from pyhelpers.statistics.cluster_labels import labelled_lines

    bad: list[int] | None = [] if options.skip_bad else None
    name = display_name(path)
    table = table_of(open_bytes(path), name, options.delimiter, options.encoding, bad)
    for batch in labelled_lines(table, found, labels):
        print_lines(batch)


def _show_elbow(
    tried: "dict[int, Clusters]", output: str | None, format: str | None, draw_it: bool
) -> None:
    from pyhelpers.statistics.cluster_plots import elbow_picture, elbow_text
    from pyhelpers.statistics.kmeans import elbow_rows

    if output is not None:
        elbow_picture(tried, output)
    elif drawn(output, format, draw_it):
        say(elbow_text(tried))
        emit(elbow_rows(tried), "table")
    else:
        emit(elbow_rows(tried), format)
