"""show-descent: what a learning rate, a network's shape and a reward teach."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from pyhelpers import KitError
from pyhelpers._cli import Delimiter, File, Format, Seed, emit, new_app, note, open_table, say
from pyhelpers.descent import draw
from pyhelpers.descent.runs import Label, Run, Schedule, descend, observed_label
from pyhelpers.descent.squares import (
    Problem,
    exact_label,
    rate_limit,
    read_problem,
    standardised,
)
from pyhelpers.descent.surfaces import SURFACES, Surface, surface_named
from pyhelpers.plots import picture_format

HEIGHTS = Path(__file__).parents[2] / "tests/data/height-weight-25k.csv"
SHARES = (0.005, 0.4, 0.95, 1.02)  # of the limit: what rates are shown unless the user names some

Rates = Annotated[
    list[float] | None, typer.Option("-r", "--rate", help="A learning rate; repeat for more.")
]
Steps = Annotated[int, typer.Option("--steps", min=1, max=1_000_000, help="Steps of each run.")]
Momentum = Annotated[
    float, typer.Option("--momentum", min=0, max=0.999, help="Heavy-ball momentum.")
]
ScheduleOption = Annotated[
    Schedule, typer.Option("--schedule", help="How the rate falls from step to step.")
]
Picture = Annotated[
    str | None, typer.Option("-o", "--output", help="Draw into a .png, .svg or .pdf, too.")
]
Plot = Annotated[
    bool | None,
    typer.Option("--plot/--no-plot", help="Draw as text; on a terminal the table comes first."),
]


def show(rows: list[dict[str, Any]], plots: Any, plot: bool | None, format: str | None) -> None:
    """Print rows, or their plots, or on a terminal both; `plots` is called for the text."""
    import sys

    both = sys.stdout.isatty() and format is None and plot is not False
    if plot and format is not None:
        raise KitError("--plot draws and --format prints; choose one", 2)
    if not plot or both:
        emit(rows, format)
    if plot or both:
        for text in plots():
            say(text)


def checked_rates(rates: Sequence[float] | None, otherwise: Sequence[float]) -> Sequence[float]:
    """Return the learning rates asked for, or others; a KitError for one that is none."""
    for rate in rates or ():
        if not 0 < rate < float("inf"):
            raise KitError(f"--rate takes a number above 0, not {rate}", 2)
    return rates or otherwise


def parse_start(text: str, dimensions: int) -> tuple[float, ...]:
    """Return the point in "1,-2".

    Examples
    --------
    >>> parse_start("1,-2", 2)
    (1.0, -2.0)
    """
    try:
        point = tuple(float(word) for word in text.split(","))
    except ValueError:
        point = ()
    if len(point) != dimensions or not all(abs(value) < 1e6 for value in point):
        raise KitError(f"--start takes {dimensions} number(s) like 1,-2; not {text!r}", 2)
    return point


def run_surface(surface: Surface, run: Run, start: Sequence[float]) -> dict[str, Any]:
    """Return a run's row: where it began and ended, and what to call it."""
    import numpy as np

    place = surface.nearest_minimum(run.path[-1])
    lowest = surface.value(np.array(surface.minima[place]))
    label = observed_label(run, lowest)
    ended = label != "diverging"
    return {
        "start": " ".join(f"{value:g}" for value in start),
        "rate": f"{run.rate:g}",
        "label": label,
        "close_after": run.closed_at(lowest),
        "end": " ".join(f"{value:.4g}" for value in run.path[-1]) if ended else None,
        "loss": float(run.losses[-1]) if ended else None,
        "nearest_minimum": " ".join(f"{v:.4g}" for v in surface.minima[place]) if ended else None,
        "lowest": lowest if ended else min(surface.value(np.array(m)) for m in surface.minima),
    }


class Fit:
    """One way of scaling: what is descended, how, and its runs."""

    def __init__(self, scaling: str, problem: Problem, original: Problem) -> None:
        self.scaling, self.problem, self.original = scaling, problem, original
        self.lowest = problem.loss(problem.solution())
        self.rows: list[dict[str, Any]] = []
        self.drawn: list[draw.Drawn] = []

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
        row: dict[str, Any] = {"scaling": self.scaling, "rate": f"{rate:.6g}", "label": label}
        row |= {"by": "threshold" if exact else "observation"}
        row |= {"of_limit": round(rate / rate_limit(problem, momentum), 6)}
        row |= {"close_after": run.closed_at(self.lowest)}
        ended = label != "diverging"
        row |= {"rmse": (2 * float(run.losses[-1])) ** 0.5 if ended else None}
        weights = self.in_units(run.path[-1]) if ended else [None] * len(problem.names)
        self.rows.append(row | dict(zip(problem.names, weights, strict=True)))
        self.drawn.append(draw.Drawn(run, f"{rate:.3g} {label}", self.lowest))

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


@app.callback()
def main() -> None:
    """See what a learning rate does, what a network learns, what a reward teaches.

    Examples:
      show-descent fit
      show-descent function himmelblau -r 0.01 -o himmelblau.png
      show-descent network spiral --hidden 8,8
      show-descent reward
    """


@app.command("fit")
def fit_command(
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
    if output:
        picture_format(output)
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
        draw.draw_fits([(fit.scaling, fit.problem, fit.drawn) for fit in fits], output)
    rows = [row for fit in fits for row in fit.rows]
    titles = [(fit.drawn, f"{fit.scaling}: loss above the minimum") for fit in fits]
    show(rows, lambda: [draw.losses_in_text(*title) for title in titles], plot, format)


@app.command("function")
def function_command(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help=f"One of {', '.join(SURFACES)}.")
    ] = "wells",
    rate: Rates = None,
    start: Annotated[
        list[str] | None,
        typer.Option("--start", help="Where to begin, like 1,-2; repeat for more."),
    ] = None,
    steps: Steps = 100,
    momentum: Momentum = 0.0,
    schedule: ScheduleOption = "constant",
    output: Picture = None,
    plot: Plot = None,
    format: Format = None,
) -> None:
    """Descend a function whose minima are known, from several starts at several rates.

    Examples:
      show-descent function wells
      show-descent function himmelblau -r 0.01 -o himmelblau.png
      show-descent function rosenbrock -r 0.002 --momentum 0.9 --steps 1000

    bowl and valley have one minimum; wells and himmelblau have several, and the start decides
    which is found; rosenbrock is a bent valley. Runs are labelled from what they did.
    """
    surface = surface_named(name)
    if output:
        picture_format(output)
    starts = [parse_start(text, surface.dimensions) for text in start or ()] or surface.starts
    rows, drawn = [], []
    for one in checked_rates(rate, surface.rates):
        for point in starts:
            run = descend(surface.value, surface.gradient, point, one, steps, momentum, schedule)
            row = run_surface(surface, run, point)
            lowest = row.pop("lowest")
            rows.append(row)
            label = f"{one:g} from {row['start']}: {row['label']}"
            drawn.append(draw.Drawn(run, label, lowest))
    note(f"{surface.name}: {surface.about}")
    if output:
        draw.draw_surface(surface, drawn, output)
    title = f"{surface.name}: loss above the nearest minimum"

    def texts() -> list[str]:
        return [draw.losses_in_text(drawn, title), draw.paths_in_text(surface, drawn)]

    show(rows, texts, plot, format)
