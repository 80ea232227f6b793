"""Plots of descents, as text and as pictures: losses, and paths over the function."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyhelpers.descent.functions import Surface
from pyhelpers.descent.gradient_descent import LabelledRun
from pyhelpers.descent.least_squares import LeastSquares
from pyhelpers.plots import (
    background_style,
    new_figure,
    render,
    save_figure,
    series_style,
    text_plot,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEVELS = 24
GRID = 101


def losses_in_text(drawn: Sequence[LabelledRun], title: str) -> str:
    """Draw the losses as text, on a logarithmic axis."""
    plot = text_plot(20)
    lowest, highest = 0.0, 0.0
    for position, one in enumerate(drawn):
        logs = [math.log10(height) for height in one.heights()]
        plot.plot(range(len(logs)), logs, **series_style(position))
        lowest, highest = min(lowest, *logs), max(highest, *logs)
    ticks = list(range(math.ceil(lowest), math.floor(highest) + 1, 1 + int(highest - lowest) // 6))
    plot.yticks(ticks, [f"1e{tick}" if tick else "1" for tick in ticks])
    plot.title(title)
    plot.xlabel("step")
    return render(plot, [one.name for one in drawn])


def paths_in_text(surface: Surface, drawn: Sequence[LabelledRun]) -> str:
    """Draw the paths of runs as text, over one or two variables."""
    import numpy as np

    box, shape = surface.box, None
    if surface.dimensions == 2:
        shape = (box[0][1] - box[0][0]) / (box[1][1] - box[1][0])
    plot = text_plot(shape=shape)
    if surface.dimensions == 1:
        places = np.linspace(*box[0], 200)
        heights = [surface.value(np.array([x])) for x in places]
        plot.plot(places.tolist(), heights, **background_style())
        box = (*box, (min(heights), max(heights)))
    for position, one in enumerate(drawn):
        points = _in_plane(surface, one.run.path)
        inside = [p for p in points if _within(p, box)]
        xs, ys = [p[0] for p in inside], [p[1] for p in inside]
        plot.scatter(xs, ys, **series_style(position))
    minima = _in_plane(surface, np.array(surface.minima))
    plot.scatter([p[0] for p in minima], [p[1] for p in minima], marker="X")
    plot.xlim(*box[0])
    plot.ylim(*box[1])
    text = render(plot, [one.name for one in drawn])
    return f"{surface.name}: paths of the runs; X is a minimum\n{text}"  # a title may not fit


def _within(point: Sequence[float], box: Sequence[tuple[float, float]]) -> bool:
    return all(low <= value <= high for value, (low, high) in zip(point, box, strict=True))


def _in_plane(surface: Surface, path: "NDArray[np.float64]") -> list[tuple[float, float]]:
    """Return the coordinates of points in a plot: (x, f(x)), or (x, y)."""
    if surface.dimensions == 1:
        return [(float(p[0]), surface.value(p)) for p in path]
    return [(float(p[0]), float(p[1])) for p in path]


def _draw_losses(axes: Any, drawn: Sequence[LabelledRun], title: str) -> None:
    for one in drawn:
        axes.semilogy(one.heights(), label=one.name, linewidth=1.5)
    axes.set(title=title, xlabel="step", ylabel="loss above the minimum, share of the first")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")


def _draw_contours(axes: Any, value: Any, box: Sequence[tuple[float, float]]) -> None:
    """Draw contours of a function of two variables, closer together near its minimum."""
    import numpy as np

    xs, ys = np.linspace(*box[0], GRID), np.linspace(*box[1], GRID)
    heights = np.array([[value(np.array([x, y])) for x in xs] for y in ys])
    levels = heights.min() + (heights.max() - heights.min()) * np.linspace(0, 1, LEVELS) ** 3
    axes.contourf(xs, ys, heights, levels=levels, cmap="Greys_r", alpha=0.6)
    axes.contour(xs, ys, heights, levels=levels, colors="grey", linewidths=0.4)


def _draw_path(axes: Any, points: Sequence[tuple[float, float]], name: str) -> None:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    axes.plot(xs, ys, marker="o", markersize=2.5, linewidth=1, label=name)


def draw_surface(surface: Surface, drawn: Sequence[LabelledRun], path: str) -> None:
    """Write a picture of the losses, and of the function with every run's path."""
    import numpy as np

    figure = new_figure(13, 5.5)
    left, right = figure.subplots(1, 2)
    if len(drawn) > 10:
        from matplotlib import colormaps

        for axes in (left, right):
            axes.set_prop_cycle(color=colormaps["tab20"](range(20)))
    _draw_losses(left, drawn, f"{surface.name}: loss above the minimum")
    if surface.dimensions == 1:
        places = np.linspace(*surface.box[0], 400)
        heights = [surface.value(np.array([x])) for x in places]
        right.plot(places, heights, color="black", linewidth=1)
        margin = 0.05 * (max(heights) - min(heights))
        box = (surface.box[0], (min(heights) - margin, max(heights)))
    else:
        _draw_contours(right, surface.value, surface.box)
        box = (surface.box[0], surface.box[1])
    for one in drawn:
        _draw_path(right, _in_plane(surface, one.run.path), one.name)
    minima = _in_plane(surface, np.array(surface.minima))
    right.plot(*zip(*minima, strict=True), "k*", markersize=11, label="minimum")
    right.set(title=surface.about, xlabel="x", xlim=box[0], ylim=box[1])
    right.set_ylabel("y" if surface.dimensions == 2 else "f(x)")
    if surface.dimensions == 2:
        right.set_aspect("equal")
    right.title.set_fontsize("medium")
    save_figure(figure, path)


def draw_fits(parts: Sequence[tuple[str, LeastSquares, Sequence[LabelledRun]]], path: str) -> None:
    """Write a picture of each scaling: the losses, and for one feature the loss over the weights.

    Parameters
    ----------
    parts : sequence of (str, LeastSquares, sequence of LabelledRun)
        Name of the scaling, problem, runs.
    """
    figure = new_figure(13, 5 * len(parts))
    grid = figure.subplots(len(parts), 2, squeeze=False)
    for (name, problem, drawn), (left, right) in zip(parts, grid, strict=True):
        _draw_losses(left, drawn, f"{name}: loss above the minimum")
        if len(problem.names) == 2:
            _draw_weights(right, problem, drawn)
            right.set_title(f"{name}: the loss over the two weights", fontsize="medium")
        else:
            right.set_axis_off()
    save_figure(figure, path)


def _draw_weights(axes: Any, problem: LeastSquares, drawn: Sequence[LabelledRun]) -> None:
    """Draw the loss over intercept and slope, with the starts and the minimum."""
    import numpy as np

    best = problem.solution()
    hessian = problem.design.T @ problem.design / len(problem.target)
    floor = problem.loss(best)

    def value(weights: "NDArray[np.float64]") -> float:
        error = weights - best
        return float(error @ hessian @ error) / 2 + floor

    starts = np.array([one.run.path[0] for one in drawn])
    reach = np.abs(np.vstack([starts, best]) - best).max(axis=0)
    reach = np.where(reach > 0, reach, reach.max() or 1.0) * 1.4
    box = [(float(b - r), float(b + r)) for b, r in zip(best, reach, strict=True)]
    _draw_contours(axes, value, box)
    for one in drawn:
        _draw_path(axes, [(float(p[0]), float(p[1])) for p in one.run.path], one.name)
    axes.plot(*best, "k*", markersize=11)
    axes.set(xlim=box[0], ylim=box[1], xlabel=problem.names[0], ylabel=problem.names[1])
