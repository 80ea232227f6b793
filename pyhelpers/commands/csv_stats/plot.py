"""csv-stats plot: scatter plot with regression line and confidence band."""

from typing import Annotated

import typer

from pyhelpers.cli.app import DataFile, Seed, new_app
from pyhelpers.commands.csv_stats._opening import scanned
from pyhelpers.commands.csv_stats._options import Chart, Confidence, X, confidence_of, reads
from pyhelpers.csvio.options import Options

app = new_app()


@app.command()
@reads
def plot(
    x: X,
    y: Annotated[str, typer.Option("--y", help="Column of the vertical axis.")],
    file: DataFile = None,
    confidence: Confidence = 95.0,
    seed: Seed = 0,
    *,
    chart: Chart,
    options: Options,
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
    keys = (x, y, "low", "high")
    chart.show(
        lambda file: scatter_picture(fitted, share, file),
        lambda width: scatter_text(fitted, share),
        lambda: (dict(zip(keys, line, strict=True)) for line in line_of(fitted, share).tolist()),
    )
