"""csv-stats cluster: k-means on scaled columns."""

from typing import TYPE_CHECKING, Annotated

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import Columns, DataFile, Seed, new_app
from pyhelpers.cli.inputs import open_csv
from pyhelpers.cli.output import emit, note, print_lines
from pyhelpers.commands.csv_stats._opening import (
    readable_twice,
    report_left_out,
    rereadable,
    scanner,
)
from pyhelpers.commands.csv_stats._options import Chart, Memory, parse_clusters, reads
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.sources import display_name
from pyhelpers.machine import parse_memory

if TYPE_CHECKING:
    from pyhelpers.statistics.kmeans import Clusters
    from pyhelpers.statistics.numeric_columns import RowSample

MOST_ROWS = 1_000_000
COPIES = 12  # of the rows: what two runs of k-means at once need in memory
MOST_CLUSTERS = 10


app = new_app()


@app.command()
@reads
def cluster(
    file: DataFile = None,
    column: Columns = None,
    k: Annotated[
        str, typer.Option("-k", help="Number of clusters; auto: that of the best silhouette.")
    ] = ("auto"),
    most: Annotated[
        int,
        typer.Option(
            "--most", min=2, max=50, help="Largest number of clusters that auto and --elbow try."
        ),
    ] = MOST_CLUSTERS,
    elbow: Annotated[
        bool, typer.Option("--elbow", help="Print inertia and silhouette of each k instead.")
    ] = False,
    rows: Annotated[
        bool, typer.Option("--rows", help="Print the records with a column cluster instead.")
    ] = False,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", help="Label of a cluster, such as 0=best; repeat for more."),
    ] = None,
    seed: Seed = 0,
    memory: Memory = None,
    *,
    chart: Chart,
    options: Options,
) -> None:
    """Cluster records by k-means on scaled columns.

    Examples:
      csv-stats cluster nba.csv -c points -c rebounds -c blocks -c assists
      csv-stats cluster nba.csv -c points -c rebounds --elbow -o elbow.png
      csv-stats cluster nba.csv -c points -c rebounds -k 3 --name 0=best --rows

    Centres are printed in the units of the data; cluster 0 has the highest values. A record with a
    missing value is in no cluster. Mini-batches are used from 100,000 records. If the records do
    not fit into --memory a random sample is clustered, with a note on standard error. --rows
    streams the records unchanged.
    """
    from pyhelpers.statistics import cluster_labels
    from pyhelpers.statistics import kmeans as clustering

    wanted = parse_clusters(k)
    if elbow and (rows or name):
        raise KitError("--elbow prints no clusters; leave out --rows and --name", 2)
    if chart.draw and not elbow:
        raise KitError("--draw is for --elbow; -o writes a picture of the clusters", 2)
    with readable_twice(file, rows or column is None) as path:
        names, points = _numeric_points(
            path, display_name(file), options, column, parse_memory(memory), seed
        )
        if wanted is None or elbow:
            tried = clustering.try_all(points.rows, names, most, seed)
            wanted = wanted or clustering.best_k(tried)
        if elbow:
            _show_elbow(tried, chart)
            return
        found = clustering.k_means(points.rows, names, wanted, seed)
        labels = cluster_labels.parse_labels(name, wanted)
        if found.silhouette == found.silhouette:
            note(f"{wanted} clusters, mean silhouette {found.silhouette:.3f}")
        if chart.output is not None:
            from pyhelpers.statistics.plots import cluster_picture

            cluster_picture(found, points.rows, labels, chart.output)
        if rows:
            _print_rows(path, options, found, labels)
        elif chart.output is None:
            emit(cluster_labels.centre_rows(found, labels), chart.format)


def _numeric_points(
    file: str | None,
    name: str,
    options: Options,
    columns: list[str] | None,
    memory: int,
    seed: int,
) -> "tuple[list[str], RowSample]":
    """Return the numeric columns and a sample of their complete records that fits into memory."""
    from pyhelpers.statistics.numeric_columns import numeric_names, sample_rows

    with scanner(file, name) as opened:
        scan = opened(options)
        names = list(dict.fromkeys(columns or scan.names))
        remarks: list[str] = []
        if columns is None and rereadable(file):
            names, remarks = numeric_names(opened(options), names)
        size = min(MOST_ROWS, max(memory // (8 * COPIES * len(names)), 1000))
        points = sample_rows(scan, names, size, seed)
        scan.remarks = list(dict.fromkeys(remarks + scan.remarks))
    report_left_out(scan)
    if not points.whole:
        note(f"clusters of a random {points.size:,} of {points.seen:,} records")
    return names, points


def _print_rows(path: str | None, options: Options, found: "Clusters", labels: list[str]) -> None:
    """Print the records of a table unchanged, with their cluster's label."""
    from pyhelpers.csvio.table import table_of
    from pyhelpers.statistics.cluster_labels import labelled_lines

    bad: list[int] | None = [] if options.skip_bad else None
    name = display_name(path)
    table = table_of(open_csv(path), name, bad=bad, reading=options.reading)
    for batch in labelled_lines(table, found, labels, options.cells_of):
        print_lines(batch)


def _show_elbow(tried: "dict[int, Clusters]", chart: Chart) -> None:
    from pyhelpers.statistics.cluster_labels import elbow_rows
    from pyhelpers.statistics.plots import elbow_picture, elbow_text

    chart.show(
        lambda file: elbow_picture(tried, file),
        lambda width: elbow_text(tried),
        lambda: elbow_rows(tried),
    )
    if chart.is_drawn:
        emit(elbow_rows(tried), "table")
