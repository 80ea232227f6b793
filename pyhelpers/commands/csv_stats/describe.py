"""csv-stats describe: statistics of each column, as pandas' describe() gives them."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import Columns, Format, Resume, new_app
from pyhelpers.cli.output import emit, note
from pyhelpers.commands.csv_stats._opening import ranges, report_left_out, rereadable, scanners
from pyhelpers.commands.csv_stats._options import By, Memory, parse_percentiles, reads
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Scan
from pyhelpers.machine import parse_memory
from pyhelpers.statistics.catalogue import help_lines, names_with_all
from pyhelpers.statistics.column_summary import SummarySpec
from pyhelpers.statistics.describe import describe as describe_columns
from pyhelpers.statistics.describe import describe_rows, describe_table
from pyhelpers.statistics.moments import tail_warning
from pyhelpers.statistics.numeric_columns import not_counted
from pyhelpers.statistics.table_pass import Summaries
from pyhelpers.tables.formats import files_in
from pyhelpers.text import counted

if TYPE_CHECKING:
    from pyhelpers.checkpoint import Checkpoint

HELP = f"""Describe each column: count, mean, std, quartiles.

Examples:
  csv-stats describe data.csv
  csv-stats describe data.csv --by team -c points --percentiles 5,50,95
  sample-large-csv -n 1000 huge.tsv.gz | csv-stats describe --all --format json
  csv-stats describe folder-of-parquet-files
  csv-stats describe part-*.csv --cluster tcp://10.0.0.4:8786

Statistics, for columns of numbers (n), dates (d), booleans (b) and texts (t):
{help_lines()}

Streams: memory is bounded whatever the size of the input. A column's type is that of most of its
values; dates are ISO 8601, or as --date-format says. Quantiles are exact, but of a pipe that needs
more than --memory they come from a sketch. With --resume what is read of large CSV and Parquet
files is kept, and a run that was killed goes on from there. With --cluster the workers need this
kit on their PYTHONPATH and the files under the same paths; the result is the same.
"""

app = new_app()


@app.command(help=HELP)
@reads
def describe(
    file: Annotated[
        list[str] | None,
        typer.Argument(help="Files and folders to read as one table, or a URL (default: stdin)."),
    ] = None,
    column: Columns = None,
    by: By = None,
    everything: Annotated[bool, typer.Option("--all", help=f"Add {names_with_all()}.")] = False,
    percentiles: Annotated[
        str, typer.Option("--percentiles", help="Comma-separated percentiles, 0 to 100.")
    ] = "25,50,75",
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", help="Dask scheduler to run on, such as tcp://host:8786."),
    ] = None,
    memory: Memory = None,
    resume: Resume = False,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Describe each column: count, mean, std, quartiles."""
    spec = SummarySpec(parse_percentiles(percentiles), everything)
    files = file or ["-"]
    with _kept(resume, files, options, [column, percentiles, everything, by, memory]) as kept:
        if cluster is None:
            groups = summarise_files(files, options, column, spec, memory, by, kept)
        else:
            groups = summarise_on_dask(cluster, files, options, column, spec, memory, by, kept)
        _print(groups, everything, by, format)


def _print(groups: Summaries, everything: bool, by: str | None, format: str | None) -> None:
    """Print the statistics."""
    for summary in (summary for group in groups.values() for summary in group):
        if everything and (warning := tail_warning(summary.name, summary.moments)):
            note(warning)
    emit(describe_rows(groups, by), format)


@contextmanager
def _kept(
    resume: bool, files: list[str], options: Options, wanted: list[Any]
) -> Iterator["Checkpoint | None"]:
    """Yield where the summaries of byte ranges are kept; None without --resume."""
    if not resume:
        yield None
        return
    from pyhelpers.checkpoint import checkpoint

    if not all(map(rereadable, files)):
        raise KitError("--resume reads files, not a pipe or an address; save it to a file first", 2)
    reading = asdict(replace(options, processes=1, texts=frozenset()))
    job = {"wanted": wanted, "reading": reading}
    with checkpoint("csv-stats describe", job, files, note) as kept:
        if parts := len(kept.names("result-")):
            note(f"goes on with {counted(parts, 'part')} of the files that had been read")
        yield kept


def summarise_files(
    files: list[str],
    options: Options,
    columns: list[str] | None,
    spec: SummarySpec,
    memory: str | None,
    by: str | None = None,
    kept: "Checkpoint | None" = None,
) -> Summaries:
    """Summarise the files' columns; report on stderr what was left out or could not be parsed."""
    held = parse_memory(memory)
    with ranges(files, options, kept) if by is None or kept else nullcontext() as table:
        if table is not None:
            groups = describe_table(table, columns, spec, held, by)
            _report(table.scan, groups)
            return groups
    if kept is not None:
        note("nothing is kept of small and compressed files, and of others than CSV and Parquet")
    again = all(map(rereadable, files))
    with scanners(files) as opened:
        scan, groups = describe_columns(opened, options, columns, spec, held, by, again)
    _report(scan, groups)
    return groups


def summarise_on_dask(
    address: str,
    files: list[str],
    options: Options,
    columns: list[str] | None,
    spec: SummarySpec,
    memory: str | None,
    by: str | None,
    kept: "Checkpoint | None" = None,
) -> Summaries:
    """Summarise the files' columns on the workers of a Dask scheduler."""
    from pyhelpers.checkpoint import kept_results
    from pyhelpers.dask_client import connected
    from pyhelpers.statistics.byte_ranges import RangesTable, on_dask

    if not all(map(rereadable, files)):
        raise KitError("--cluster reads files, not a pipe; name files that every worker sees", 2)
    paths = [str(Path(path).resolve()) for file in files for path in files_in(file)]
    with connected(address) as client:
        workers = kept_results(kept, on_dask(client)) if kept else on_dask(client)
        table = RangesTable(paths, options, workers)
        groups = describe_table(table, columns, spec, parse_memory(memory), by)
    _report(table.scan, groups)
    return groups


def _report(scan: Scan, groups: Summaries) -> None:
    report_left_out(scan)
    for summary in (summary for group in groups.values() for summary in group):
        if summary.unparsed:
            example = summary.first_unparsed
            note(not_counted(summary.name, summary.kind, summary.unparsed, example))
        elif options := summary.number_options:
            note(f"{summary.name}: its values look like numbers; pass {options} to read them so")
        elif options := summary.word_options:
            kind = "booleans" if "boolean" in options else "dates"
            note(f"{summary.name}: its values look like {kind}; pass {options} to read them so")
        elif not scan.options.kind_of(summary.name) and (padded := summary.padded_number):
            hint = f"pass --type {summary.name}=number if they are numbers"
            note(f"{summary.name}: its values, such as {padded!r}, are text; {hint}")
