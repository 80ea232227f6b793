"""Read the summaries of the columns that describe and quantiles print."""

from pyhelpers.cli.output import note
from pyhelpers.commands.csv_stats._opening import report_bad, rereadable, scanners
from pyhelpers.csvio.scan import Options, Scan
from pyhelpers.machine import parse_memory
from pyhelpers.statistics import describe as describing
from pyhelpers.statistics.column_summary import Plan
from pyhelpers.text import counted


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
            some = counted(
                summary.unparsed,
                f"value is not a {summary.kind}",
                f"values are not {summary.kind}s",
            )
            note(f"{summary.name}: {some}, such as {summary.first_unparsed!r}")
