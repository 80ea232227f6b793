"""csv-stats plot: scatter plot with regression line and confidence band."""

from typing import Annotated

import typer

from pyhelpers.cli.app import DataFile, Format, Seed, new_app
from pyhelpers.cli.output import emit, say
from pyhelpers.commands.csv_stats._opening import scanned
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

app = new_app()


@app.command()
@reads
def plot(
    x: X,
    y: Annotated[str, typer.Option("--y", help="Column of the vertical axis.")],
    file: DataFile = None,
    confidence: Confidence = 95.0,
    output: Output = None,
    draw_it: Draw = False,
    seed: Seed = 0,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Draw a scatter plot with regression line and band.

    Examples:
      csv-stats plot people.csv --x Height-Inches --y Weight-Pounds
      csv-stats plot people.csv --x Height-Inches --y Weight-Pounds -o people.png

    The line is fitted to all records; at most 3,000 random points are drawn. Into a pipe, prints
    the line and its confidence band as rows. Streams.
    """
    from pyhelpers.statistics.fit import fit_table
    from pyhelpers.statistics.plots import line_of, scatter_picture, scatter_text

    share = confidence_of(confidence)
    with scanned(file, options) as scan:
        fitted = fit_table(scan, y, [x], seed)
    if output is not None:
        scatter_picture(fitted, share, output)
    elif drawn(output, format, draw_it):
        say(scatter_text(fitted, share))
    else:
        keys = (x, y, "low", "high")
        emit(
            (dict(zip(keys, line, strict=True)) for line in line_of(fitted, share).tolist()), format
        )
