"""show-descent fit: least squares by gradient descent, at several learning rates."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import new_app
from pyhelpers.cli.inputs import open_table
from pyhelpers.cli.options import Delimiter, File, Format, Seed
from pyhelpers.cli.output import note
from pyhelpers.commands.show_descent._options import (
    Momentum,
    Picture,
    Plot,
    Rates,
    ScheduleOption,
    Steps,
    check_output,
    checked_rates,
    show,
)
from pyhelpers.descent import plots
from pyhelpers.descent.least_squares import (
    Problem,
    exact_label,
    rate_limit,
    read_problem,
    standardised,
)
from pyhelpers.descent.runs import Label, Schedule, descend, observed_label

HEIGHTS = Path(__file__).parents[3] / "tests/data/height-weight-25k.csv"
SHARES = (0.005, 0.4, 0.95, 1.02)  # of the limit: what rates are shown unless the user names some


class Fit:
    """One way of scaling: what is descended, how, and its runs."""

    def __init__(self, scaling: str, problem: Problem, original: Problem) -> None:
        self.scaling, self.problem, self.original = scaling, problem, original
        self.lowest = problem.loss(problem.solution())
        self.rows: list[dict[str, Any]] = []
        self.drawn: list[plots.Drawn] = []

    def in_units(self, weights: Any) -> list[float]:
        """Return weights in the data's own units, whatever was scaled."""
        from numpy import linalg

        line = self.problem.design[:, : len(weights)] @ weights
        return list(map(float, linalg.lstsq(self.original.design, line)[0]))

    def add(
        self,
        rate: float,
        steps: int,
        momentum: float,
        schedule: Schedule,
        batch: int | None,
        seed: int,
    ) -> None:
        """Run at one rate."""
        problem = self.problem
        gradient = problem.drawn_gradient(batch, seed) if batch else problem.gradient
        start = [0.0] * len(problem.names)
        run = descend(problem.loss, gradient, start, rate, steps, momentum, schedule)
        exact = batch is None and momentum == 0 and schedule == "constant"
        label: Label = observed_label(run, self.lowest, noisy=batch is not None)
        if exact:
            label = exact_label(problem, rate, start, steps)
        row: dict[str, Any] = {"scaling": self.scaling, "rate": rate, "label": label}
        row |= {"by": "threshold" if exact else "observation"}
        row |= {"of_limit": round(rate / rate_limit(problem, momentum), 6)}
        row |= {"close_after": run.closed_at(self.lowest)}
        ended = label != "diverging"
        row |= {"rmse": (2 * float(run.losses[-1])) ** 0.5 if ended else None}
        weights = self.in_units(run.path[-1]) if ended else [None] * len(problem.names)
        self.rows.append(row | dict(zip(problem.names, weights, strict=True)))
        self.drawn.append(plots.Drawn(run, f"{rate:.3g} {label}", self.lowest))

    def remark(self, momentum: float) -> str:
        """Say what the curvatures allow."""
        curvatures = self.problem.curvatures()
        low, high = float(curvatures[0]), float(curvatures[-1])
        condition = f"{high / low:.3g}" if low > 0 else "infinite"
        limit = rate_limit(self.problem, momentum)
        return (
            f"{self.scaling}: curvatures {low:.3g} to {high:.3g}, condition {condition}; "
            f"batch descent diverges above a rate of {limit:.3g}"
        )


def scalings(problem: Problem, which: str) -> Iterator[Fit]:
    """Yield the problem as it is, standardised, or both."""
    if which in ("raw", "both"):
        yield Fit("raw", problem, problem)
    if which in ("standard", "both"):
        yield Fit("standard", standardised(problem), problem)


app = new_app()


@app.command()
def fit(
    file: File = None,
    x: Annotated[
        list[str] | None, typer.Option("-x", help="A column to fit from; default next to last.")
    ] = None,
    y: Annotated[
        str | None, typer.Option("-y", help="The column to fit; default the last.")
    ] = None,
    rate: Rates = None,
    steps: Steps = 100,
    scale: Annotated[
        str, typer.Option("--scale", help="raw, standard (mean 0, deviation 1) or both.")
    ] = "both",
    batch: Annotated[
        int | None, typer.Option("--batch", min=1, help="Records drawn a step; default all.")
    ] = None,
    momentum: Momentum = 0.0,
    schedule: ScheduleOption = "constant",
    seed: Seed = 1,
    delimiter: Delimiter = None,
    output: Picture = None,
    plot: Plot = None,
    format: Format = None,
) -> None:
    """Fit a line by gradient descent, several learning rates side by side.

    Examples:
      show-descent fit
      show-descent fit -o heights.png
      show-descent fit houses.csv -x rooms -x area -y price -r 0.1 -r 1
      show-descent fit --scale standard --batch 32 --schedule inverse

    FILE absent is the kit's 25,000 heights and weights; - is stdin. Batch descent at a constant
    rate is labelled from the exact limit 2 / lambda_max of the Hessian's largest eigenvalue, all
    else from what it did. Each run starts with all weights at 0. raw against standard shows why
    scaling matters: the same steps, another condition number.
    """
    if scale not in ("raw", "standard", "both"):
        raise KitError(f"--scale takes raw, standard or both; not {scale!r}", 2)
    checked_rates(rate, ())
    check_output(output, plot, format)
    table = open_table(str(HEIGHTS) if file is None else file, delimiter)
    if len(table.names) < 2:
        raise KitError(f"{table.source}: a fit needs two columns of numbers; it has one")
    target = y or table.names[-1]
    features = x or [[name for name in table.names if name != target][-1]]
    fits = list(scalings(read_problem(table, features, target), scale))
    for fit in fits:
        limit = rate_limit(fit.problem, momentum)
        for one in checked_rates(rate, [share * limit for share in SHARES]):
            fit.add(one, steps, momentum, schedule, batch, seed)
        note(fit.remark(momentum))
    if output:
        plots.draw_fits([(fit.scaling, fit.problem, fit.drawn) for fit in fits], output)
    rows = [row for fit in fits for row in fit.rows]
    titles = [(fit.drawn, f"{fit.scaling}: loss above the minimum") for fit in fits]
    show(rows, lambda: [plots.losses_in_text(*title) for title in titles], plot, format)
