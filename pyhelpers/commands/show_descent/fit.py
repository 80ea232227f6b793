"""show-descent fit: least squares by gradient descent, at several learning rates."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from pyhelpers.cli.app import Delimiter, File, Format, Seed, new_app
from pyhelpers.cli.inputs import open_table
from pyhelpers.cli.output import note
from pyhelpers.commands.show_descent._options import (
    Momentum,
    Picture,
    Plot,
    Rates,
    ScheduleOption,
    Steps,
    check_output,
    check_rates,
    explain_labels,
    show,
)
from pyhelpers.descent import plots
from pyhelpers.descent.gradient_descent import LABELS
from pyhelpers.descent.least_squares import read_fits

HEIGHTS = Path(__file__).parents[3] / "tests/data/height-weight-25k.csv"

app = new_app()


@app.command()
def fit(
    file: File = None,
    x: Annotated[
        list[str] | None,
        typer.Option("-x", help="Feature column; repeatable (default: last but the target)."),
    ] = None,
    y: Annotated[str | None, typer.Option("-y", help="Target column (default: the last).")] = None,
    rate: Rates = None,
    steps: Steps = 100,
    scale: Annotated[
        Literal["raw", "standard", "both"],
        typer.Option("--scale", help="Scaling of the features; standard is mean 0, deviation 1."),
    ] = "both",
    batch: Annotated[
        int | None,
        typer.Option("--batch", min=1, help="Batch size, in records (default: all records)."),
    ] = None,
    momentum: Momentum = 0.0,
    schedule: ScheduleOption = "constant",
    seed: Seed = 1,
    delimiter: Delimiter = None,
    output: Picture = None,
    plot: Plot = None,
    format: Format = None,
) -> None:
    """Fit a line at several learning rates, side by side.

    Examples:
      show-descent fit
      show-descent fit -o heights.png
      show-descent fit houses.csv -x rooms -x area -y price -r 0.1 -r 1
      show-descent fit --scale standard --batch 32 --schedule inverse

    Without FILE the kit's 25,000 heights and weights are fitted; - is standard input. Batch
    descent at a constant rate is labelled by the exact limit 2 / lambda_max, where lambda_max is
    the largest eigenvalue of the Hessian; every other run is labelled by what it did. Each run
    starts with all weights at 0. Compare raw with standard to see why scaling matters: the steps
    are the same, the condition number is not.
    """
    check_rates(rate)
    check_output(output, plot, format)
    fits = read_fits(open_table(str(HEIGHTS) if file is None else file, delimiter), x, y, scale)
    for one in fits:
        one.run(rate, steps, momentum, schedule, batch, seed)
        note(one.curvature_note(momentum))
    if output:
        plots.draw_fits([(one.scaling, one.problem, one.runs) for one in fits], output)
    rows = [row for one in fits for row in one.rows]
    explain_labels(rows, LABELS)
    titles = [(one.runs, f"{one.scaling}: loss above the minimum") for one in fits]
    show(rows, lambda: [plots.losses_in_text(*title) for title in titles], plot, format)
