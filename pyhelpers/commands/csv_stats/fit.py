"""csv-stats fit: least squares with standard errors and held-out error."""

from typing import TYPE_CHECKING, Annotated

import typer

from pyhelpers.cli.options import File, Format, Seed
from pyhelpers.cli.output import emit, emit_one, note
from pyhelpers.commands.csv_stats._options import (
    Confidence,
    Output,
    confidence_of,
    parse_names,
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
def fit(
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
    from pyhelpers.statistics.fit import advice
    from pyhelpers.statistics.plots import residual_picture
    from pyhelpers.statistics.regression import coefficient_rows

    share = confidence_of(confidence)
    fitted = _fitted(file, options, target, parse_names(features), seed)
    if output is not None:
        residual_picture(fitted, output)
    if summary:
        emit_one(fitted.summary(), format)
        return
    for sentence in advice(fitted):
        note(sentence)
    emit(coefficient_rows(fitted.fit, share), format)
