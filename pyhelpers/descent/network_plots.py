"""Plots of networks, as text and as pictures: decision boundaries or values, and losses."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyhelpers.descent.datasets import DATASETS
from pyhelpers.descent.network import Network
from pyhelpers.plots import new_figure, render, save_figure, series_style, text_plot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EDGE = 6.0  # the square of a data set's points is from -EDGE to EDGE
COLUMNS, LINES = 64, 24
GRID = 200
COLOURS = ("tab:red", "tab:blue", "tab:green", "tab:orange", "tab:purple")
SHADES, MARKS = " ░▒▓█", "ox+*#"  # of classes, or of fifths of the values


def _square(network: Network) -> tuple[float, float, float, float]:
    """Return the edges of what is drawn: left, right, below, above."""
    import numpy as np

    if network.task.name in DATASETS:
        return -EDGE, EDGE, -EDGE, EDGE
    points = np.vstack([network.task.train[0], network.task.test[0]])
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.where(high > low, 0.05 * (high - low), 1.0)
    left, below = map(float, low - margin)
    right, above = map(float, high + margin)
    return left, right, below, above


def _over_square(network: Network, columns: int, lines: int) -> "NDArray[np.float64]":
    """Return the predictions over the square, shape (lines, columns, ...), top line first."""
    import numpy as np

    left, right, below, above = _square(network)
    across, down = np.meshgrid(np.linspace(left, right, columns), np.linspace(above, below, lines))
    found = network.predicted(np.column_stack([across.ravel(), down.ravel()]))
    return found.reshape(lines, columns, *found.shape[1:])


def _shades(network: Network) -> "NDArray[np.int64]":
    """Return the class of each place, or which fifth of the values it has."""
    import numpy as np

    found = _over_square(network, COLUMNS, LINES)
    if network.task.labels:
        return np.asarray(found.argmax(axis=2), dtype=np.int64)
    low, high = np.nanmin(found), np.nanmax(found)
    fifths = (found - low) / ((high - low) or 1.0) * len(SHADES)
    return np.clip(np.nan_to_num(fifths).astype(np.int64), 0, len(SHADES) - 1)


def border_in_text(network: Network) -> str:
    """Draw the predicted class or value of each place, and the test points of each class."""
    task, labels = network.task, network.task.labels
    canvas = [[SHADES[shade] for shade in line] for line in _shades(network)]
    left, right, below, above = _square(network)
    points, targets = task.test
    for (x, y), target in zip(points, targets, strict=True) if labels else ():
        column = round((x - left) / (right - left) * (COLUMNS - 1))
        line = round((above - y) / (above - below) * (LINES - 1))
        if 0 <= column < COLUMNS and 0 <= line < LINES:
            canvas[line][column] = MARKS[int(target)]
    edge = "─" * COLUMNS
    lines = (f"│{''.join(line)}│" for line in canvas)
    title = f"{task.name}, {network.params.name}: {'test points' if labels else 'predicted values'}"
    return "\n".join([title, f"┌{edge}┐", *lines, f"└{edge}┘", _legend(labels)])


def _legend(labels: Sequence[str]) -> str:
    if not labels:
        return f"  '{SHADES}'  from low to high, in fifths"
    points = [f"{mark}  class {label}" for mark, label in zip(MARKS, labels, strict=False)]
    shades = [
        f"{shade}  predicted to be class {label}"
        for shade, label in zip(SHADES[1:], labels[1:], strict=False)
    ]
    return "  " + "    ".join([*points, *shades])


def _has_border(network: Network) -> bool:
    two = len(network.task.columns) == 2
    return two and not network.burst and len(network.task.labels) <= len(MARKS)


def network_in_text(network: Network) -> list[str]:
    """Draw the decision boundary, where there are two columns, and the losses as text."""
    plot = text_plot(16)
    names = ("train loss", "test loss")
    for position in range(len(names)):
        values = [pair[position] for pair in network.losses if math.isfinite(pair[position])]
        epochs = list(range(1, len(values) + 1))
        plot.plot(epochs, values, **series_style(position))
    plot.title(f"{network.task.name}: {_loss_name(network)}")
    plot.xlabel("epoch")
    drawn = [border_in_text(network)] if _has_border(network) else []
    return [*drawn, render(plot, names)]


def _loss_name(network: Network) -> str:
    return "mean cross-entropy" if network.task.labels else "half the squared error / variance"


def _draw_predictions(axes: Any, network: Network) -> None:
    """Draw what is predicted over the square."""
    import numpy as np

    labels = network.task.labels
    found, square = _over_square(network, GRID, GRID), _square(network)
    over = {"extent": square, "aspect": "auto", "alpha": 0.5}
    if len(labels) == 2:
        shown = axes.imshow(found[..., 1], cmap="RdBu", vmin=0, vmax=1, **over)
        name = f"probability of class {labels[1]}"
        axes.figure.colorbar(shown, ax=axes, label=name, shrink=0.8)
        axes.contour(np.flipud(found[..., 1]), [0.5], extent=square, colors="black", linewidths=1)
    elif labels:
        from matplotlib.colors import ListedColormap

        colours = ListedColormap(COLOURS[: len(labels)])
        axes.imshow(found.argmax(axis=2), cmap=colours, vmin=0, vmax=len(labels) - 1, **over)
    else:
        shown = axes.imshow(found, cmap="RdBu", **over)
        axes.figure.colorbar(shown, ax=axes, label="predicted value", shrink=0.8)
    axes.set(title=f"{network.task.name}: {network.params.name}", xlim=square[:2], ylim=square[2:])
    axes.title.set_fontsize("medium")
    if network.task.name in DATASETS:
        axes.set_aspect("equal")


def _draw_points(axes: Any, network: Network) -> None:
    """Draw training and test points in the colour of their class or value."""
    task = network.task
    for (points, targets), shape, size, name in (
        (task.train, "o", 12, "trained on"),
        (task.test, "^", 14, "tested on"),
    ):
        style: dict[str, Any] = {"marker": shape, "s": size, "linewidths": 0}
        for one, label in enumerate(task.labels):
            of_class = points[targets == one].T
            axes.scatter(*of_class, color=COLOURS[one], label=f"class {label}, {name}", **style)
        if not task.labels:
            axes.scatter(*points.T, c=targets, cmap="RdBu", label=name, **style)
    axes.set(xlabel=task.columns[0], ylabel=task.columns[1])
    axes.legend(fontsize="small", loc="upper right")


def draw_networks(networks: Sequence[Network], path: str) -> None:
    """Write a picture of each network's decision boundary and losses."""
    figure = new_figure(11, 5 * len(networks))
    grid = figure.subplots(len(networks), 2, squeeze=False)
    for network, (left, right) in zip(networks, grid, strict=True):
        if _has_border(network):
            _draw_predictions(left, network)
            _draw_points(left, network)
        else:
            left.set_axis_off()
        for position, name in enumerate(("train", "test")):
            right.plot([pair[position] for pair in network.losses], label=name)
        measure = "accuracy" if network.task.labels else "R2"
        score = f"test {measure} {network.score(network.task.test):.3f}"
        right.set(title=f"{network.label()}, {score}", xlabel="epoch", ylim=(0, None))
        right.axhline(network.constant_loss(), color="grey", linestyle=":", label="guessing")
        right.set_ylabel(_loss_name(network))
        right.grid(alpha=0.3)
        right.legend()
    save_figure(figure, path)
