"""Options and output that the subcommands of show-descent share."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer

from pyhelpers import KitError
from pyhelpers.cli.output import emit, note, say
from pyhelpers.descent.gradient_descent import Schedule
from pyhelpers.plots import picture_format

SMALL = ("rate", "alpha")

Rates = Annotated[
    list[float] | None,
    typer.Option("-r", "--rate", help="Learning rate; repeatable."),
]
Steps = Annotated[int, typer.Option("--steps", min=1, max=1_000_000, help="Number of steps.")]
Momentum = Annotated[
    float, typer.Option("--momentum", min=0, max=0.999, help="Heavy-ball momentum.")
]
ScheduleOption = Annotated[Schedule, typer.Option("--schedule", help="Learning rate schedule.")]
Picture = Annotated[
    str | None, typer.Option("-o", "--output", help="Picture to write as well: .png, .svg or .pdf.")
]
Plot = Annotated[
    bool | None,
    typer.Option("--plot/--no-plot", help="Plot as text (default: on a terminal)."),
]


def check_output(output: str | None, plot: bool | None, format: str | None) -> None:
    """Raise a KitError for options of output that cannot be met."""
    if output:
        picture_format(output)
    if plot and format is not None:
        raise KitError("--plot draws and --format prints; choose one", 2)


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    """Format rates, which may be small, with six significant digits; a table has six decimals."""
    return {key: f"{value:.6g}" if key in SMALL else value for key, value in row.items()}


def prints_plots(plot: bool | None, format: str | None) -> bool:
    """Return whether `show` prints plots: with --plot, or on a terminal without --no-plot."""
    return bool(plot) or (sys.stdout.isatty() and format is None and plot is not False)


def show(
    rows: list[dict[str, Any]],
    plots: Callable[[], list[str]],
    plot: bool | None,
    format: str | None,
) -> None:
    """Print rows, plots, or on a terminal both; `plots` is called for the texts."""
    if not plot or (sys.stdout.isatty() and format is None):
        emit(rows if format == "json" else map(_readable, rows), format)
    if prints_plots(plot, format):
        for text in plots():
            say(text)


def check_rates(rates: Sequence[float] | None) -> None:
    """Raise a KitError for a learning rate that is not a number above 0."""
    for rate in rates or ():
        if not 0 < rate < float("inf"):
            raise KitError(f"--rate takes a number above 0; not {rate}", 2)


def explain_labels(rows: Sequence[dict[str, Any]], meanings: Mapping[Any, str]) -> None:
    """Print what each label among the rows means."""
    found = {row["label"] for row in rows}
    for label, meaning in meanings.items():
        if label in found:
            note(f"{label}: {meaning}")
