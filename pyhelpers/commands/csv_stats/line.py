"""csv-stats line: a series over dates or numbers, of counts or of an aggregate."""

from typing import Annotated, Literal

import typer

from pyhelpers.cli.app import DataFile, new_app
from pyhelpers.cli.output import note
from pyhelpers.commands.csv_stats._opening import scanned
from pyhelpers.commands.csv_stats._options import (
    Aggregation,
    Chart,
    CountedY,
    parse_aggregate,
    reads,
    with_texts,
)
from pyhelpers.csvio.options import Options
from pyhelpers.text import counted

app = new_app()


@app.command()
@reads
def line(
    x: Annotated[str, typer.Option("--x", help="Column of dates or numbers.")],
    file: DataFile = None,
    y: CountedY = None,
    aggregate: Aggregation = None,
    every: Annotated[
        Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"] | None,
        typer.Option("--every", help="Period (default: the shortest that gives at most 120)."),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Column to group by: a line for each group.")
    ] = None,
    top: Annotated[
        int, typer.Option("--top", min=1, max=20, help="Number of groups, those with most records.")
    ] = 6,
    *,
    chart: Chart,
    options: Options,
) -> None:
    """Draw a series over dates or numbers as lines.

    Examples:
      csv-stats line meter.csv --x day --y kWh
      csv-stats line sales.csv --x sold --y price --aggregate sum --every month --by region
      csv-stats line sales.csv --x sold -o sales.svg

    Dates are ISO 8601. A period without records has no point. On a terminal the lines are drawn;
    into a pipe each point is a row. Streams.
    """
    from pyhelpers.statistics.aggregate import chosen_groups
    from pyhelpers.statistics.time_series import points_of, series_of, series_rows

    how, name = parse_aggregate(aggregate, y)
    with scanned(file, with_texts(options, by)) as scan:
        series, found = series_of(scan, x, [y] if y else [], by, every)
    groups, others = chosen_groups(found, top)
    if others:
        note(f"not shown: {counted(others, 'smaller group')}; see --top")
    lines = points_of(found.values(how), groups)

    def picture(file: str) -> None:
        from pyhelpers.statistics.plots import line_picture

        line_picture(lines, (x, name), file)

    def text(width: int) -> str:
        from pyhelpers.statistics.plots import line_text

        return line_text(lines, (x, name), series.span if series.dated else None)

    chart.show(picture, text, lambda: series_rows(lines, series, (x, by, name)))
