"""csv-stats describe: count, mean, standard deviation and quartiles of each column."""

from typing import Annotated

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import new_app
from pyhelpers.cli.options import Columns, Format
from pyhelpers.cli.output import emit, note
from pyhelpers.commands.csv_stats._opening import rereadable
from pyhelpers.commands.csv_stats._options import By, Memory, parse_percentiles, reads
from pyhelpers.commands.csv_stats._summaries import _describe, _tell
from pyhelpers.csvio.scan import Options
from pyhelpers.statistics import describe as describing
from pyhelpers.statistics.column_summary import Plan
from pyhelpers.statistics.distribution_shape import tail_warning

app = new_app()


@app.command()
@reads
def describe(
    file: Annotated[
        list[str] | None,
        typer.Argument(help="CSVs to read as one; absent or - is stdin; or a URL."),
    ] = None,
    column: Columns = None,
    by: By = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also skewness, kurtosis, shape, distinct, top words.")
    ] = False,
    percentiles: Annotated[
        str, typer.Option("--percentiles", help="Which, from 0 to 100, with commas.")
    ] = "25,50,75",
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", help="A Dask scheduler, tcp://host:8786, that does the work."),
    ] = None,
    memory: Memory = None,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Count, mean, spread and quartiles of each column, as pandas' describe() gives them.

    Examples:
      csv-stats describe data.csv
      csv-stats describe data.csv --by team -c points --percentiles 5,50,95
      sample-large-csv -n 1000 huge.tsv.gz | csv-stats describe --all --format json
      csv-stats describe part-*.csv --cluster tcp://10.0.0.4:8786

    Streams: memory stays bounded whatever the size. The type is what most values of the whole
    column are: number, date (ISO 8601), boolean or text; the others are counted as unparsed.
    Quantiles are exact; only where a pipe outgrows --memory they come from a sketch, and the
    column "approximate" says how far their rank may be off. A cluster's workers need this kit
    on their PYTHONPATH and the files under the same paths; the answer is the same.
    """
    plan = Plan(parse_percentiles(percentiles), shape=everything, distinct=everything)
    files = file or ["-"]
    if cluster is None:
        groups = _describe(files, options, column, plan, memory, by)
    else:
        groups = _describe_on(cluster, files, options, column, plan, by)
    for summary in (summary for group in groups.values() for summary in group):
        warning = tail_warning(summary.name, summary.moments) if everything else None
        if warning:
            note(warning)
    emit(describing.describe_rows(groups, by, everything), format)


def _describe_on(
    address: str,
    files: list[str],
    options: Options,
    columns: list[str] | None,
    plan: Plan,
    by: str | None,
) -> describing.Summaries:
    """Summarise the files' columns on the workers of a Dask scheduler."""
    from pyhelpers.dask_client import connected
    from pyhelpers.statistics.dask_describe import Cluster

    if not all(map(rereadable, files)):
        raise KitError("--cluster reads files, no pipe: name files that every worker sees", 2)
    with connected(address) as client:
        scan, groups = Cluster(client).describe(files, options, columns, plan, by)
    _tell(scan, groups)
    return groups
