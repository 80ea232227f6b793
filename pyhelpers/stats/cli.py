"""The commands of csv-stats: read, call, emit. Describe, quantiles and correlate."""

from typing import Annotated, Literal

import typer

from pyhelpers import KitError
from pyhelpers._cli import Columns, File, Format, emit, new_app
from pyhelpers.stats import describe as describing
from pyhelpers.stats.memory import parse_memory
from pyhelpers.stats.opening import report_bad, rereadable, scanned, scanners, warn
from pyhelpers.stats.options import By, Memory, parse_percentiles, reads
from pyhelpers.stats.scan import Options, Scan
from pyhelpers.stats.shape import tail_warning
from pyhelpers.stats.summary import Plan

app = new_app()


@app.callback()
def main() -> None:
    """See a CSV in numbers and in pictures.

    Examples:
      csv-stats describe data.csv
      csv-stats correlate data.csv
    """


@app.command("describe")
@reads
def describe_command(
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
            warn(warning)
    emit(describing.describe_rows(groups, by, everything), format)


def _describe(
    files: list[str],
    options: Options,
    columns: list[str] | None,
    plan: Plan,
    memory: str | None,
    by: str | None = None,
) -> describing.Summaries:
    """Summarise the files' columns; say on stderr what was left out or could not be parsed."""
    again = all(map(rereadable, files))
    held = parse_memory(memory)
    with scanners(files) as opened:
        scan, groups = describing.describe(opened, options, columns, plan, held, by, again)
    _tell(scan, groups)
    return groups


def _tell(scan: Scan, groups: describing.Summaries) -> None:
    report_bad(scan)
    for summary in (summary for group in groups.values() for summary in group):
        if summary.unparsed:
            some = f"{summary.unparsed} values are no {summary.kind}"
            warn(f"{summary.name}: {some}, such as {summary.first_unparsed!r}")


def _describe_on(
    address: str,
    files: list[str],
    options: Options,
    columns: list[str] | None,
    plan: Plan,
    by: str | None,
) -> describing.Summaries:
    """Summarise the files' columns on the workers of a Dask scheduler."""
    from pyhelpers.stats.spread import Cluster, connect

    if not all(map(rereadable, files)):
        raise KitError("--cluster reads files, no pipe: name files that every worker sees", 2)
    with connect(address) as client:
        scan, groups = Cluster(client).describe(files, options, columns, plan, by)
    _tell(scan, groups)
    return groups


@app.command("quantiles")
@reads
def quantiles_command(
    file: File = None,
    column: Columns = None,
    by: By = None,
    at: Annotated[
        str, typer.Option("--at", help="Which, from 0 to 100, with commas.")
    ] = "0,1,5,10,25,50,75,90,95,99,100",
    memory: Memory = None,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Quantiles of the numeric columns, interpolated linearly, one row a column.

    Examples:
      csv-stats quantiles data.csv
      csv-stats quantiles data.csv -c price --at 50,99,99.9

    Streams, exactly; only where a pipe outgrows --memory they come from a sketch, and the column
    "approximate" says how far their rank may be off.
    """
    groups = _describe([file or "-"], options, column, Plan(parse_percentiles(at)), memory, by)
    emit(describing.quantile_rows(groups, by, column), format)


@app.command("correlate")
@reads
def correlate_command(
    file: File = None,
    column: Columns = None,
    method: Annotated[
        Literal["pearson", "spearman"], typer.Option("--method", help="Of values, or of ranks.")
    ] = "pearson",
    memory: Memory = None,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Correlation of each pair of numeric columns, as pandas' corr() gives it.

    Examples:
      csv-stats correlate data.csv
      csv-stats correlate data.csv -c height -c weight --method spearman

    Pearson's r streams; Spearman's rho holds the columns, within --memory.
    """
    from pyhelpers.stats.correlate import correlate, matrix_rows

    with scanned(file, options) as scan:
        names, matrix = correlate(scan, column, method == "spearman", parse_memory(memory))
    emit(matrix_rows(names, matrix), format)
