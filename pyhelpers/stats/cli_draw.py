"""The commands of csv-stats that draw: histogram, plot, density; and fit."""

from typing import TYPE_CHECKING, Annotated

import typer

from pyhelpers._cli import Columns, File, Format, Seed, emit, emit_one, say
from pyhelpers.stats.cli import app
from pyhelpers.stats.opening import scanned, warn
from pyhelpers.stats.options import (
    Confidence,
    Draw,
    Output,
    X,
    confidence_of,
    drawn,
    parse_names,
    reads,
)
from pyhelpers.stats.scan import Options

if TYPE_CHECKING:
    from pyhelpers.stats.fit import Fitted

DENSITY_POINTS = 20_000
WIDEST = 100


@app.command("histogram")
@reads
def histogram_command(
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
    from pyhelpers.stats.histogram import draw, histogram_rows, histograms_of

    with scanned(file, options) as scan:
        found = histograms_of(scan, column)
    binned = {name: histogram.binned(bins) for name, histogram in found.items()}
    if output is not None:
        from pyhelpers.stats.draw import histogram_picture

        histogram_picture(binned, output)
    elif drawn(output, format, draw_it):
        import shutil

        width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
        say("\n\n".join(draw(name, part, width) for name, part in binned.items()))
    else:
        emit((row for name, part in binned.items() for row in histogram_rows(name, part)), format)


def _fitted(file: str | None, options: Options, target: str, xs: list[str], seed: int) -> "Fitted":
    from pyhelpers.stats.fit import fit_table

    with scanned(file, options) as scan:
        return fit_table(scan, target, xs, seed)


@app.command("plot")
@reads
def plot_command(
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
    from pyhelpers.stats.draw import line_of, scatter_picture, scatter_text

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


@app.command("density")
@reads
def density_command(
    x: X,
    y: Annotated[
        str | None, typer.Option("--y", help="A second column: the joint density.")
    ] = None,
    file: File = None,
    output: Output = None,
    draw_it: Draw = False,
    seed: Seed = 0,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Kernel density of a column, or the joint density of two.

    Examples:
      csv-stats density people.csv --x Height-Inches
      csv-stats density people.csv --x Height-Inches --y Weight-Pounds -o joint.png

    Gaussian kernel, Scott's bandwidth. Streams; beyond 20,000 records a random 20,000 are used,
    which standard error says.
    """
    from pyhelpers.stats.density import density_rows
    from pyhelpers.stats.draw import density_picture, density_text
    from pyhelpers.stats.points import points_of

    names = [x] if y is None else [x, y]
    with scanned(file, options) as scan:
        points = points_of(scan, names, DENSITY_POINTS, seed)
    if not points.whole:
        warn(f"density of a random {points.size:,} of {points.seen:,} records")
    if output is not None:
        density_picture(points.rows, names, output)
    elif drawn(output, format, draw_it):
        say(density_text(points.rows, names))
    else:
        emit(density_rows(points.rows, names), format)


@app.command("fit")
@reads
def fit_command(
    target: Annotated[str, typer.Option("--target", help="The column to explain.")],
    features: Annotated[
        str, typer.Option("--features", help="Columns to explain it by, with commas.")
    ],
    file: File = None,
    confidence: Confidence = 95.0,
    summary: Annotated[
        bool, typer.Option("--summary", help="One row on the fit as a whole, no coefficients.")
    ] = False,
    output: Output = None,
    seed: Seed = 0,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Least squares: coefficients, standard errors, intervals, R2, error on held-out records.

    Examples:
      csv-stats fit people.csv --target Weight-Pounds --features Height-Inches
      csv-stats fit data.csv --target price --features size,age --summary --format json
      csv-stats fit data.csv --target price --features size,age -o residuals.png

    Streams. Names are taken as they are: Height-Inches is no subtraction. How good the fit is
    goes to standard error in sentences, --summary gives it as a row; -o draws the residuals.
    """
    from pyhelpers.stats.draw import residual_picture
    from pyhelpers.stats.fit import advice
    from pyhelpers.stats.regression import coefficient_rows

    share = confidence_of(confidence)
    fitted = _fitted(file, options, target, parse_names(features), seed)
    if output is not None:
        residual_picture(fitted, output)
    if summary:
        emit_one(fitted.summary(), format)
        return
    for sentence in advice(fitted):
        warn(sentence)
    emit(coefficient_rows(fitted.fit, share), format)
