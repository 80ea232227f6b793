"""show-descent function: gradient descent on functions whose minima are known."""

from typing import Annotated

import typer

from pyhelpers.cli.app import Format, new_app
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
from pyhelpers.descent.functions import SURFACES, describe_run, parse_start, surface_named
from pyhelpers.descent.gradient_descent import LABELS, descend

app = new_app()


@app.command()
def function(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help=f"Function: {', '.join(SURFACES)}.")
    ] = "wells",
    rate: Rates = None,
    start: Annotated[
        list[str] | None,
        typer.Option("--start", help="Starting point, e.g. 1,-2; repeatable (default: several)."),
    ] = None,
    steps: Steps = 100,
    momentum: Momentum = 0.0,
    schedule: ScheduleOption = "constant",
    output: Picture = None,
    plot: Plot = None,
    format: Format = None,
) -> None:
    """Descend a function from several starts at several rates.

    Examples:
      show-descent function wells
      show-descent function himmelblau -r 0.01 -o himmelblau.png
      show-descent function rosenbrock -r 0.002 --momentum 0.9 --steps 1000

    The minima of each function are known. bowl and valley have one minimum; wells and himmelblau
    have several, and the start decides which one is found; rosenbrock is a curved valley. Runs are
    labelled by what they did.
    """
    surface = surface_named(name)
    check_rates(rate)
    check_output(output, plot, format)
    starts = [parse_start(text, surface.dimensions) for text in start or ()] or surface.starts
    rows, runs = [], []
    for one in rate or surface.rates:
        for point in starts:
            run = descend(surface.value, surface.gradient, point, one, steps, momentum, schedule)
            row, labelled = describe_run(surface, run)
            rows.append(row)
            runs.append(labelled)
    note(f"{surface.name}: {surface.about}")
    explain_labels(rows, LABELS)
    if output:
        plots.draw_surface(surface, runs, output)
    title = f"{surface.name}: loss above the nearest minimum"

    def texts() -> list[str]:
        return [plots.losses_in_text(runs, title), plots.paths_in_text(surface, runs)]

    show(rows, texts, plot, format)
