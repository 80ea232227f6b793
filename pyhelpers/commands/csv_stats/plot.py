"""csv-stats plot: scatter plot with regression line and confidence band."""

from typing import TYPE_CHECKING, Annotated

import typer

from pyhelpers.cli.options import File, Format, Seed
from pyhelpers.cli.output import emit, say
from pyhelpers.commands.csv_stats._options import (
    Confidence,
    Draw,
    Output,
    X,
    confidence_of,
    drawn,
    reads,
)
from pyhelpers.csvio.scan import Options

if TYPE_CHECKING:
    pass
from pyhelpers.cli.app import new_app
from pyhelpers.commands.csv_stats._fitted import _fitted

app = new_app()


@app.command()
@reads
def plot(
    x: X,
    y: Annotated[str, typer.Option("--y", help="The column up the side.")],
    file: File = None,
    confidence: Confidence = 95.0,
    output: Output = None,
    draw_it: Draw = False,
    seed: Seed = 0,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Scatter plot with regression line and confidence band.

    Examples:
      csv-stats plot people.csv --x Height-Inches --y Weight-Pounds
      csv-stats plot people.csv --x Height-Inches --y Weight-Pounds -o people.png

    Streams: the line fits every record; of many, a random 3,000 are drawn. In a pipe the line and
    its band come as rows.
    """
    from pyhelpers.statistics.plots import line_of, scatter_picture, scatter_text

    share = confidence_of(confidence)
    fitted = _fitted(file, options, y, [x], seed)
    if output is not None:
        scatter_picture(fitted, share, output)
    elif drawn(output, format, draw_it):
        say(scatter_text(fitted, share))
    else:
        keys = (x, y, "low", "high")
        emit(
            (dict(zip(keys, line, strict=True)) for line in line_of(fitted, share).tolist()), format
        )
