"""Options: what show-descent's commands share on the command line."""

import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from pyhelpers import KitError
from pyhelpers.cli.output import emit, say
from pyhelpers.descent.runs import Schedule
from pyhelpers.plots import picture_format

TINY = ("rate", "alpha")

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


def check_output(output: str | None, plot: bool | None, format: str | None) -> None:
    """Raise a KitError for what cannot be drawn or printed, before any work is done."""
    if output:
        picture_format(output)
    if plot and format is not None:
        raise KitError("--plot draws and --format prints; choose one", 2)


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    """Write what may be tiny in six digits of its own, where a table has six decimals."""
    return {key: f"{value:.6g}" if key in TINY else value for key, value in row.items()}


def show(
    rows: list[dict[str, Any]],
    plots: Callable[[], list[str]],
    plot: bool | None,
    format: str | None,
) -> None:
    """Print rows, or their plots, or on a terminal both; `plots` is called for the text."""
    both = sys.stdout.isatty() and format is None and plot is not False
    if not plot or both:
        emit(rows if format == "json" else map(_readable, rows), format)
    if plot or both:
        for text in plots():
            say(text)


def checked_rates(rates: Sequence[float] | None, otherwise: Sequence[float]) -> Sequence[float]:
    """Return the learning rates asked for, or others; a KitError for one that is none."""
    for rate in rates or ():
        if not 0 < rate < float("inf"):
            raise KitError(f"--rate takes a number above 0, not {rate}", 2)
    return rates or otherwise
