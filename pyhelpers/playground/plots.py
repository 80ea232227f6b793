"""Plots of a network, as text and as pictures: its decision boundary and its losses."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyhelpers.playground.network import Network
from pyhelpers.plots import new_figure, render, save_figure, series_style, text_plot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EDGE = 6.0  # the playground's square is from -EDGE to EDGE
COLUMNS, LINES = 64, 24
GRID = 200


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
    title = f"{network.task.name}, {network.params.name}: ░ is predicted x; test points"
    return "\n".join([title, f"┌{edge}┐", *(f"│{''.join(line)}│" for line in canvas), f"└{edge}┘"])


def in_text(network: Network) -> list[str]:
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

    sure = _sureness(network, GRID, GRID)
    square = (-EDGE, EDGE, -EDGE, EDGE)
    axes.imshow(sure, extent=square, cmap="RdBu", vmin=0, vmax=1, alpha=0.5)
    axes.contour(np.flipud(sure), levels=[0.5], extent=square, colors="black", linewidths=1)
    for (points, classes), shape, size in (
        (network.task.train, "o", 12),
        (network.task.test, "^", 14),
    ):
        name = "trained on" if shape == "o" else "tested on"
        colours = ["tab:blue" if one else "tab:red" for one in classes]
        axes.scatter(*points.T, c=colours, marker=shape, s=size, linewidths=0, label=name)
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
