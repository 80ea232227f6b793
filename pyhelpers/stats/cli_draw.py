"""The commands of csv-stats that draw: histogram, plot, density; and fit."""

import csv
import shutil
import sys
from typing import Annotated

import typer

from pyhelpers import KitError
from pyhelpers._cli import Columns, Delimiter, File, Format, Seed, emit, emit_one, say
from pyhelpers.stats import _face as face
from pyhelpers.stats.cli import app
from pyhelpers.stats.fit import Fitted, advice, fit_table
from pyhelpers.stats.histogram import Histogram, draw, histogram_rows
from pyhelpers.stats.numbers import Kinds
from pyhelpers.stats.points import Points
from pyhelpers.stats.scan import Options, Scan

DENSITY_POINTS = 20_000
WIDEST = 100

Draw = Annotated[
    bool, typer.Option("--draw", help="Draw in characters also where output is no terminal.")
]
X = Annotated[str, typer.Option("--x", help="The column along the bottom.")]
Confidence = Annotated[
    float, typer.Option("--confidence", help="Of intervals and bands, in percent.")
]


def drawn(output: str | None, format: str | None, draw_it: bool) -> bool:
    """Tell whether a result is to be drawn in characters."""
    return output is None and (draw_it or (format is None and sys.stdout.isatty()))


def confidence_of(percent: float) -> float:
    """Return the share that a percentage is; a KitError (2) outside 50 to 100."""
    if not 50 <= percent < 100:
        raise KitError(f"--confidence takes percent, 50 to below 100, not {percent:g}", 2)
    return percent / 100


def histograms_of(scan: Scan, columns: list[str] | None) -> dict[str, Histogram]:
    """Read a table once and return the histograms of its numeric columns."""
    names = list(dict.fromkeys(columns or scan.names))
    kinds, found = Kinds(names), [Histogram() for _ in names]
    for parts in scan.parts(names):
        for i, part in enumerate(parts):
            found[i].add(kinds.take(i, part))
    return {names[i]: found[i] for i in kinds.numeric(scan, columns) if found[i].size}


@app.command("histogram")
def histogram_command(
    file: File = None,
    column: Columns = None,
    bins: Annotated[
        int | None, typer.Option("--bins", min=1, max=1000, help="About how many; else by rule.")
    ] = None,
    output: face.Output = None,
    draw_it: Draw = False,
    skip_bad: face.SkipBad = False,
    encoding: face.Encoding = "utf-8",
    delimiter: Delimiter = None,
    format: Format = None,
) -> None:
    """Histogram of each numeric column: drawn on a terminal, counts of bins in a pipe.

    Examples:
      csv-stats histogram data.csv -c price
      csv-stats histogram data.csv -c price --bins 50 -o price.svg

    Streams. Bins have round edges; the upper edge belongs to the next bin. By default their
    width follows Freedman and Diaconis.
    """
    with face.scanner(file) as opened:
        scan = opened(face.options_of(delimiter, encoding, skip_bad))
        found = histograms_of(scan, column)
    face.report_bad(scan)
    binned = {name: histogram.binned(bins) for name, histogram in found.items()}
    if output is not None:
        from pyhelpers.stats.draw import histogram_picture

        histogram_picture(binned, output)
    elif drawn(output, format, draw_it):
        width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
        say("\n\n".join(draw(name, part, width) for name, part in binned.items()))
    else:
        emit((row for name, part in binned.items() for row in histogram_rows(name, part)), format)


def _fitted(file: str | None, options: Options, target: str, xs: list[str], seed: int) -> Fitted:
    with face.scanner(file) as opened:
        scan = opened(options)
        fitted = fit_table(scan, target, xs, seed)
    face.report_bad(scan)
    return fitted


@app.command("plot")
def plot_command(
    x: X,
    y: Annotated[str, typer.Option("--y", help="The column up the side.")],
    file: File = None,
    confidence: Confidence = 95.0,
    output: face.Output = None,
    draw_it: Draw = False,
    seed: Seed = 0,
    skip_bad: face.SkipBad = False,
    encoding: face.Encoding = "utf-8",
    delimiter: Delimiter = None,
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
    fitted = _fitted(file, face.options_of(delimiter, encoding, skip_bad), y, [x], seed)
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
def density_command(
    x: X,
    y: Annotated[
        str | None, typer.Option("--y", help="A second column: the joint density.")
    ] = None,
    file: File = None,
    output: face.Output = None,
    draw_it: Draw = False,
    seed: Seed = 0,
    skip_bad: face.SkipBad = False,
    encoding: face.Encoding = "utf-8",
    delimiter: Delimiter = None,
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

    names = [x] if y is None else [x, y]
    with face.scanner(file) as opened:
        scan = opened(face.options_of(delimiter, encoding, skip_bad))
        points = points_of(scan, names, DENSITY_POINTS, seed)
    face.report_bad(scan)
    if not points.whole:
        face.warn(f"density of a random {points.size:,} of {points.seen:,} records")
    if output is not None:
        density_picture(points.rows, names, output)
    elif drawn(output, format, draw_it):
        say(density_text(points.rows, names))
    else:
        emit(density_rows(points.rows, names), format)


def points_of(scan: Scan, names: list[str], size: int, seed: int) -> Points:
    """Return a sample of a table's complete records of numbers, shape (n, columns)."""
    import numpy as np

    kinds, points = Kinds(names), Points(size, seed)
    for parts in scan.parts(names):
        block = np.column_stack([kinds.take(i, part) for i, part in enumerate(parts)])
        points.add(block[np.isfinite(block).all(axis=1)])
    kinds.numeric(scan, names)
    return points


@app.command("fit")
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
    output: face.Output = None,
    seed: Seed = 0,
    skip_bad: face.SkipBad = False,
    encoding: face.Encoding = "utf-8",
    delimiter: Delimiter = None,
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
    from pyhelpers.stats.regression import coefficient_rows

    share = confidence_of(confidence)
    options = face.options_of(delimiter, encoding, skip_bad)
    chosen = names_in(features)
    fitted = _fitted(file, options, target, chosen, seed)
    if output is not None:
        residual_picture(fitted, output)
    if summary:
        emit_one(fitted.summary(), format)
        return
    for sentence in advice(fitted):
        face.warn(sentence)
    emit(coefficient_rows(fitted.fit, share), format)


def names_in(text: str) -> list[str]:
    """Return the names in a list with commas, read as a CSV record: a name may be quoted.

    Raises
    ------
    KitError
        When there is none.

    Examples
    --------
    >>> names_in('Height-Inches, "a,b"')
    ['Height-Inches', 'a,b']
    """
    names = [name for name in next(csv.reader([text], skipinitialspace=True), []) if name]
    if not names:
        raise KitError("--features takes names with commas, such as size,age", 2)
    return names
