"""csv-stats histogram: the distribution of each numeric column."""

from typing import Annotated

import typer

from pyhelpers.cli.app import Columns, DataFile, Format, new_app
from pyhelpers.cli.output import emit, say
from pyhelpers.commands.csv_stats._opening import scanned
from pyhelpers.commands.csv_stats._options import (
    Draw,
    Output,
    drawn,
    reads,
)
from pyhelpers.csvio.scan import Options

WIDEST = 100


app = new_app()


@app.command()
@reads
def histogram(
    file: DataFile = None,
    column: Columns = None,
    bins: Annotated[
        int | None,
        typer.Option(
            "--bins", min=1, max=1000, help="Approximate number of bins (default: by the data)."
        ),
    ] = None,
    output: Output = None,
    draw_it: Draw = False,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Draw or count a histogram of each numeric column.

    Examples:
      csv-stats histogram data.csv -c price
      csv-stats histogram data.csv -c price --bins 50 -o price.svg

    On a terminal the bars are drawn; into a pipe each bin is a row. Bins have round edges; the
    upper edge belongs to the next bin. The default width is that of Freedman and Diaconis. Streams.
    """
    from pyhelpers.statistics.distributions import draw, histogram_rows, histograms_of

    with scanned(file, options) as scan:
        found = histograms_of(scan, column)
    binned = {name: histogram.binned(bins) for name, histogram in found.items()}
    if output is not None:
        from pyhelpers.statistics.plots import histogram_picture

        histogram_picture(binned, output)
    elif drawn(output, format, draw_it):
        import shutil

        width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
        say("\n\n".join(draw(name, part, width) for name, part in binned.items()))
    else:
        emit((row for name, part in binned.items() for row in histogram_rows(name, part)), format)
