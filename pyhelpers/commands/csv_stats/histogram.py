"""csv-stats histogram: the distribution of each numeric column."""

from typing import TYPE_CHECKING, Annotated

import typer

from pyhelpers.cli.options import Columns, File, Format
from pyhelpers.cli.output import emit, say
from pyhelpers.commands.csv_stats._opening import scanned
from pyhelpers.commands.csv_stats._options import (
    Draw,
    Output,
    drawn,
    reads,
)
from pyhelpers.csvio.scan import Options

if TYPE_CHECKING:
    pass
from pyhelpers.cli.app import new_app

WIDEST = 100


app = new_app()


@app.command()
@reads
def histogram(
    file: File = None,
    column: Columns = None,
    bins: Annotated[
        int | None, typer.Option("--bins", min=1, max=1000, help="About how many; else by rule.")
    ] = None,
    output: Output = None,
    draw_it: Draw = False,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Histogram of each numeric column: drawn on a terminal, counts of bins in a pipe.

    Examples:
      csv-stats histogram data.csv -c price
      csv-stats histogram data.csv -c price --bins 50 -o price.svg

    Streams. Bins have round edges; the upper edge belongs to the next bin. By default their
    width follows Freedman and Diaconis.
    """
    from pyhelpers.statistics.histogram import draw, histogram_rows, histograms_of

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
