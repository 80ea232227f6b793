"""Plots as text and pictures: losses and paths of descents, decision boundaries of networks."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyhelpers.descent.functions import Surface
from pyhelpers.descent.gradient_descent import LabelledRun
from pyhelpers.descent.least_squares import LeastSquares
from pyhelpers.descent.network import Network
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
EDGE = 6.0  # the square of a network's points is from -EDGE to EDGE
COLUMNS, LINES = 64, 24
FINE_GRID = 200


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


def _sureness(network: Network, columns: int, lines: int) -> "NDArray[np.float64]":
    """Return the probability of class 1 over the square, shape (lines, columns), top line first."""
    import numpy as np

    xs = np.linspace(-EDGE, EDGE, columns)
    ys = np.linspace(EDGE, -EDGE, lines)
    across, down = np.meshgrid(xs, ys)
    sure = network.probability(np.column_stack([across.ravel(), down.ravel()]))
    return sure.reshape(lines, columns)


def border_in_text(network: Network) -> str:
    """Draw the predicted class of each place, and the test points: o is class 0, x class 1."""
    sure = _sureness(network, COLUMNS, LINES)
    canvas = [["░" if value > 0.5 else " " for value in line] for line in sure]
    points, classes = network.task.test
    for (x, y), one in zip(points, classes, strict=True):
        column = round((x + EDGE) / (2 * EDGE) * (COLUMNS - 1))
        line = round((EDGE - y) / (2 * EDGE) * (LINES - 1))
        if 0 <= column < COLUMNS and 0 <= line < LINES:
            canvas[line][column] = "x" if one else "o"
    edge = "─" * COLUMNS
    title = f"{network.task.name}, {network.params.name}: test points"
    legend = "  o  class 0    x  class 1    ░  predicted to be class 1"
    lines = (f"│{''.join(line)}│" for line in canvas)
    return "\n".join([title, f"┌{edge}┐", *lines, f"└{edge}┘", legend])


def network_in_text(network: Network) -> list[str]:
    """Draw the decision boundary and the losses as text."""
    plot = text_plot(16)
    names = ("train loss", "test loss")
    for position in range(len(names)):
        values = [pair[position] for pair in network.losses]
        epochs = list(range(1, len(values) + 1))
        plot.plot(epochs, values, **series_style(position))
    plot.title(f"{network.task.name}: mean cross-entropy")
    plot.xlabel("epoch")
    return [border_in_text(network), render(plot, names)]


def _draw_border(axes: Any, network: Network) -> None:
    import numpy as np

    sure = _sureness(network, FINE_GRID, FINE_GRID)
    square = (-EDGE, EDGE, -EDGE, EDGE)
    shown = axes.imshow(sure, extent=square, cmap="RdBu", vmin=0, vmax=1, alpha=0.5)
    axes.figure.colorbar(shown, ax=axes, label="probability of class 1", shrink=0.8)
    axes.contour(np.flipud(sure), levels=[0.5], extent=square, colors="black", linewidths=1)
    for (points, classes), shape, size, name in (
        (network.task.train, "o", 12, "trained on"),
        (network.task.test, "^", 14, "tested on"),
    ):
        for one, colour in enumerate(("tab:red", "tab:blue")):
            of_class = points[classes == one].T
            style = {"color": colour, "marker": shape, "s": size, "linewidths": 0}
            axes.scatter(*of_class, label=f"class {one}, {name}", **style)
    axes.set(title=f"{network.task.name}: {network.params.name}", xlim=square[:2], ylim=square[2:])
    axes.title.set_fontsize("medium")
    axes.legend(fontsize="small", loc="upper right")


def draw_networks(networks: Sequence[Network], path: str) -> None:
    """Write a picture of each network's decision boundary and losses."""
    figure = new_figure(11, 5 * len(networks))
    grid = figure.subplots(len(networks), 2, squeeze=False)
    for network, (left, right) in zip(networks, grid, strict=True):
        _draw_border(left, network)
        for position, name in enumerate(("train", "test")):
            right.plot([pair[position] for pair in network.losses], label=name)
        accuracy = network.accuracy(network.task.test)
        right.set(title=f"test accuracy {accuracy:.3f}", xlabel="epoch", ylim=(0, None))
        right.set_ylabel("mean cross-entropy")
        right.grid(alpha=0.3)
        right.legend()
    save_figure(figure, path)
