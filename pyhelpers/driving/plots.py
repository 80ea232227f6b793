"""Plots of reward functions, as text and as pictures: drives in the lane, and learning curves."""

from collections.abc import Sequence

from pyhelpers.driving.lessons import RewardResult
from pyhelpers.driving.track import LAP, RADIUS, STRAIGHT, WIDTH, at
from pyhelpers.plots import (
    background_style,
    new_figure,
    render,
    save_figure,
    series_style,
    text_plot,
)

BORDER_POINTS = 240
EDGE = WIDTH / 2 + 0.15  # metres around the centre line in a plot


def _border(offset: float) -> tuple[list[float], list[float]]:
    points = [at(LAP * part / BORDER_POINTS, offset) for part in range(BORDER_POINTS + 1)]
    return [point[0] for point in points], [point[1] for point in points]


def in_text(taught: Sequence[RewardResult]) -> list[str]:
    """Draw the lane with one drive of each reward, and the learning curves, as text."""
    names = [one.name for one in taught]
    plot = text_plot()
    for offset in (-WIDTH / 2, WIDTH / 2):
        plot.scatter(*_border(offset), **background_style())
    for position, one in enumerate(taught):
        xs, ys = [p[0] for p in one.paths[0]], [p[1] for p in one.paths[0]]
        plot.scatter(xs, ys, **series_style(position))
    plot.xlim(-STRAIGHT / 2 - RADIUS - EDGE, STRAIGHT / 2 + RADIUS + EDGE)
    plot.ylim(-RADIUS - EDGE, RADIUS + EDGE)
    plot.title("a lap after the lessons, metres")
    lane = render(plot, names)
    plot = text_plot(16)
    for position, one in enumerate(taught):
        values = one.smoothed()
        episodes = list(range(len(one.progress) - len(values) + 1, len(one.progress) + 1))
        plot.plot(episodes, values, **series_style(position))
    plot.title("share of a lap while learning, running mean")
    plot.xlabel("episode")
    return [lane, render(plot, names)]


def draw_lessons(taught: Sequence[RewardResult], path: str) -> None:
    """Write a picture of the lane with a drive of each lesson, and of the learning curves."""
    figure = new_figure(8, 4 * len(taught) + 3.5)
    *lanes, below = figure.subplots(len(taught) + 1, 1)
    for one, axes in zip(taught, lanes, strict=True):
        axes.fill(*_border(-WIDTH / 2), color="lightgrey")
        axes.fill(*_border(WIDTH / 2), color="white")
        axes.plot(*_border(0.0), color="white", linewidth=1, linestyle="--")
        for lesson, drive in enumerate(one.paths, start=1):
            xs, ys = zip(*drive, strict=True)
            axes.plot(xs, ys, linewidth=1.3, label=f"lesson {lesson}")
        axes.set(title=f"taught by {one.name}: a lap of each lesson", aspect="equal")
        axes.legend(fontsize="small", loc="center")
    for one in taught:
        values = one.smoothed()
        below.plot(
            range(len(one.progress) - len(values), len(one.progress)), values, label=one.name
        )
    below.set(title="while learning: share of a lap, running mean", xlabel="episode", ylim=(0, 1))
    below.grid(alpha=0.3)
    below.legend(fontsize="small")
    save_figure(figure, path)
