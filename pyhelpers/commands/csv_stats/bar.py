"""csv-stats bar: the most frequent values of a column, or an aggregate of each."""

from typing import Annotated

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

MOST_GROUPS = 6

app = new_app()


@app.command()
@reads
def bar(
    x: Annotated[str, typer.Option("--x", help="Column of categories.")],
    file: DataFile = None,
    y: CountedY = None,
    aggregate: Aggregation = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Column to group by: a bar for each group.")
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=1000, help="Number of categories.")] = 10,
    *,
    chart: Chart,
    options: Options,
) -> None:
    """Draw the top values of a column as bars.

    Examples:
      csv-stats bar nba.csv --x team
      csv-stats bar nba.csv --x team --y points --aggregate mean --top 5 -o teams.svg
      csv-stats bar sales.csv --x region --y price --aggregate sum --by year

    The largest come first. On a terminal the bars are drawn; into a pipe each bar is a row. What is
    not shown is said on standard error. At most 200,000 different values, and of --by the 6 groups
    with most records. Streams.
    """
    from pyhelpers.statistics.aggregate import bars_of, by_category, draw_bars

    how, name = parse_aggregate(aggregate, y)
    with scanned(file, with_texts(options, x, by)) as scan:
        found = by_category(scan, x, y, by)
    bars = bars_of(found, how, x, top, MOST_GROUPS)
    if bars.left_out:
        note(bars.left_out)

    def picture(file: str) -> None:
        from pyhelpers.statistics.plots import bar_picture

        bar_picture(bars, (x, name), file)

    title = f"{name} by {x}" + (f" and {by}" if by else "")
    chart.show(
        picture,
        lambda width: draw_bars(bars, title, width),
        lambda: bars.rows(x, by, name, scan.records),
    )
