"""csv-stats fit: least squares with standard errors and held-out error."""

from typing import Annotated

import typer

from pyhelpers.cli.app import DataFile, Format, Seed, new_app
from pyhelpers.cli.output import emit, emit_one, note
from pyhelpers.commands.csv_stats._opening import scanned
from pyhelpers.commands.csv_stats._options import (
    Confidence,
    Output,
    confidence_of,
    reads,
)
from pyhelpers.csvio.options import Options
from pyhelpers.text import parse_names

app = new_app()


@app.command()
@reads
def fit(
    target: Annotated[str, typer.Option("--target", help="Column to explain.")],
    features: Annotated[
        str, typer.Option("--features", help="Comma-separated columns to explain it by.")
    ],
    file: DataFile = None,
    confidence: Confidence = 95.0,
    summary: Annotated[
        bool,
        typer.Option("--summary", help="Print one row on the whole fit, without coefficients."),
    ] = False,
    output: Output = None,
    seed: Seed = 0,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Fit a linear model by least squares.

    Examples:
      csv-stats fit people.csv --target Weight-Pounds --features Height-Inches
      csv-stats fit data.csv --target price --features size,age --summary --format json
      csv-stats fit data.csv --target price --features size,age -o residuals.png

    Prints each coefficient with its standard error, interval and p-value; R2 and the error on
    held-out records go to standard error, or into a row with --summary. -o draws the residuals.
    Streams. Column names are not formulas: Height-Inches is one column.
    """
    from pyhelpers.statistics.fit import advice, coefficient_rows, fit_table
    from pyhelpers.statistics.plots import residual_picture

    share = confidence_of(confidence)
    with scanned(file, options) as scan:
        fitted = fit_table(scan, target, parse_names(features, "--features"), seed)
    if output is not None:
        residual_picture(fitted, output)
    if summary:
        emit_one(fitted.summary(), format)
        return
    for sentence in advice(fitted):
        note(sentence)
    emit(coefficient_rows(fitted.fit, share), format)
