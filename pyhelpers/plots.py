"""Plots in the terminal with plotext, or as PNG, SVG or PDF files with matplotlib."""

import os
import shutil
import sys
from collections.abc import Sequence
from typing import Any

from pyhelpers import KitError
from pyhelpers.files import write_whole
from pyhelpers.machine import require

PICTURE_FORMATS = ("png", "svg", "pdf")
DPI = 120
MOST_COLUMNS, MOST_LINES = 110, 26
LEAST_COLUMNS, LEAST_LINES = 24, 8
FRAME_COLUMNS, FRAME_LINES = 6, 4  # of ticks, borders and the title
COLOURS = ("blue+", "green+", "red+", "cyan+", "magenta+", "orange")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def in_colour() -> bool:
    """Return whether standard output is a terminal that wants colour (no-color.org, TERM=dumb)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
    return sys.stdout.isatty() and not plain


def text_plot(height: int = MOST_LINES, shape: float | None = None) -> Any:
    """Return plotext, cleared, sized to the terminal, with colour only if `in_colour`.

    Parameters
    ----------
    shape : float or None
        Width of the data over its height, where a unit is to be as long on both axes.
    """
    import plotext

    columns, lines = shutil.get_terminal_size((80, 24))
    plotext.clear_figure()
    plotext.theme("default" if in_colour() else "clear")
    if in_colour():
        for part in (plotext.canvas_color, plotext.axes_color):
            part("default")
        plotext.ticks_color("default")
    wide, high = min(columns, MOST_COLUMNS), max(min(height, lines - 4), 10)
    if shape is not None:  # a character is twice as high as it is wide
        wide, high = (
            min(wide, round(2 * shape * (high - FRAME_LINES)) + FRAME_COLUMNS),
            min(high, round((wide - FRAME_COLUMNS) / (2 * shape)) + FRAME_LINES),
        )
    plotext.plotsize(max(wide, LEAST_COLUMNS), max(high, LEAST_LINES))
    return plotext


def series_style(position: int) -> dict[str, str]:
    """Return the style of a series: fine dots of a colour, or a letter of its own."""
    if in_colour():
        return {"marker": "braille", "color": COLOURS[position % len(COLOURS)]}
    return {"marker": LETTERS[position % len(LETTERS)]}


def background_style() -> dict[str, str]:
    """Return the style of what is drawn under the series."""
    return {"marker": "braille", "color": "gray"} if in_colour() else {"marker": "."}


def render(plotext: Any, names: Sequence[str] = ()) -> str:
    """Return the plot as text without trailing blanks, with the names of the series below it."""
    text, legend = plotext.build(), []
    for position, name in enumerate(names):
        drawn = series_style(position)
        bullet = plotext.colorize("●", drawn["color"]) if in_colour() else drawn["marker"]
        legend.append(f"  {bullet}  {name}")
    if not in_colour():
        text = "\n".join(line.rstrip() for line in plotext.uncolorize(text).splitlines())
    return "\n".join([text.rstrip("\n"), *legend])


def new_figure(width: float, height: float) -> Any:
    """Return an empty matplotlib figure, size in inches, without importing pyplot."""
    require("matplotlib")
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=DPI, layout="constrained")


def picture_format(path: str) -> str:
    """Return the format that a path's suffix names; a KitError (2) lists the known ones."""
    suffix = os.path.splitext(path)[1].lstrip(".").lower()
    if suffix not in PICTURE_FORMATS:
        known = ", ".join(f".{format}" for format in PICTURE_FORMATS)
        raise KitError(f"{path}: a picture's name ends in one of {known}", 2)
    return suffix


def save_figure(figure: Any, path: str) -> None:
    """Write a figure in the format of its path's suffix; the same figure gives the same bytes."""
    from matplotlib import rc_context

    format = picture_format(path)
    undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": None}[format]
    with rc_context({"svg.hashsalt": "beachhead"}), write_whole(path) as stream:
        figure.savefig(stream, format=format, metadata=undated)
