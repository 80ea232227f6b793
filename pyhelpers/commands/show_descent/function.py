"""show-descent function: gradient descent on functions whose minima are known."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import new_app
from pyhelpers.cli.options import Format
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
from pyhelpers.descent.functions import SURFACES, Surface, surface_named
from pyhelpers.descent.runs import Run, descend, observed_label


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
        "rate": run.rate,
        "label": label,
        "close_after": run.closed_at(lowest),
        "end": " ".join(f"{value:.4g}" for value in run.path[-1]) if ended else None,
        "loss": float(run.losses[-1]) if ended else None,
        "nearest_minimum": " ".join(f"{v:.4g}" for v in surface.minima[place]) if ended else None,
        "lowest": lowest if ended else min(surface.value(np.array(m)) for m in surface.minima),
    }


app = new_app()


@app.command()
def function(
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
    check_output(output, plot, format)
    starts = [parse_start(text, surface.dimensions) for text in start or ()] or surface.starts
    rows, drawn = [], []
    for one in checked_rates(rate, surface.rates):
        for point in starts:
            run = descend(surface.value, surface.gradient, point, one, steps, momentum, schedule)
            row = run_surface(surface, run, point)
            lowest = row.pop("lowest")
            rows.append(row)
            label = f"{one:g} from {row['start']}: {row['label']}"
            drawn.append(plots.Drawn(run, label, lowest))
    note(f"{surface.name}: {surface.about}")
    if output:
        plots.draw_surface(surface, drawn, output)
    title = f"{surface.name}: loss above the nearest minimum"

    def texts() -> list[str]:
        return [plots.losses_in_text(drawn, title), plots.paths_in_text(surface, drawn)]

    show(rows, texts, plot, format)
