"""Summaries of files' columns, for describe and quantiles."""

from pyhelpers import KitError
from pyhelpers.cli.output import note
from pyhelpers.commands.csv_stats._opening import report_bad, rereadable, scanners
from pyhelpers.csvio.scan import Options, Scan
from pyhelpers.machine import parse_memory
from pyhelpers.statistics.column_summary import SummarySpec
from pyhelpers.statistics.describe import describe, describe_table
from pyhelpers.statistics.table_pass import Summaries
from pyhelpers.text import counted


def summarise_files(
    files: list[str],
    options: Options,
    columns: list[str] | None,
    spec: SummarySpec,
    memory: str | None,
    by: str | None = None,
) -> Summaries:
    """Summarise the files' columns; report on stderr what was left out or could not be parsed."""
    again = all(map(rereadable, files))
    with scanners(files) as opened:
        scan, groups = describe(opened, options, columns, spec, parse_memory(memory), by, again)
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
) -> Summaries:
    """Summarise the files' columns on the workers of a Dask scheduler."""
    from pyhelpers.dask_client import connected
    from pyhelpers.statistics.dask_describe import DaskTable

    if not all(map(rereadable, files)):
        raise KitError("--cluster reads files, not a pipe; name files that every worker sees", 2)
    with connected(address) as client:
        table = DaskTable(client, files, options)
        groups = describe_table(table, columns, spec, parse_memory(memory), by)
    _report(table.scan, groups)
    return groups


def _report(scan: Scan, groups: Summaries) -> None:
    report_bad(scan)
    for summary in (summary for group in groups.values() for summary in group):
        if summary.unparsed:
            kind = summary.kind
            some = counted(summary.unparsed, f"value is not a {kind}", f"values are not {kind}s")
            note(f"{summary.name}: {some}, such as {summary.first_unparsed!r}")
