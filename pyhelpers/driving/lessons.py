"""Lessons: train a car with a reward function several times, and compare and plot how it drives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from pyhelpers.driving.q_learning import Evaluation, evaluate, learn
from pyhelpers.driving.track import (
    LAP,
    RADIUS,
    STRAIGHT,
    WIDTH,
    Reward,
    at,
    follow_center_line,
    stay_inside_borders,
)
from pyhelpers.plots import (
    background_style,
    new_figure,
    render,
    save_figure,
    series_style,
    text_plot,
)

BUILT_IN: dict[str, Reward] = {
    "follow_center_line": follow_center_line,
    "stay_inside_borders": stay_inside_borders,
}
SMOOTHED = 50  # episodes of a running mean
BORDER_POINTS = 240
EDGE = WIDTH / 2 + 0.15  # metres around the centre line in a plot


@dataclass(frozen=True)
class RewardResult:
    """The effect of a reward function.

    Attributes
    ----------
    name : str
        Of the reward function.
    paths : list of list of (float, float)
        One drive after each lesson.
    progress : list of float
        Share of a lap that each episode came to, the mean over the lessons.
    evaluations : list of Evaluation
        How the car drives after each lesson.
    """

    name: str
    paths: list[list[tuple[float, float]]]
    progress: list[float]
    evaluations: list[Evaluation]

    def smoothed(self) -> list[float]:
        """Return the running mean of the progress."""
        sums = [0.0]
        for value in self.progress:
            sums.append(sums[-1] + value)
        width = min(SMOOTHED, len(self.progress))
        return [(sums[i] - sums[i - width]) / width for i in range(width, len(sums))]

    def row(self) -> dict[str, Any]:
        """Return the means over the lessons of how the car drives."""
        found = self.evaluations
        row: dict[str, Any] = {"taught_by": self.name}
        row["laps_ended"] = fmean(one.laps for one in found)
        row["inside"] = fmean(one.inside for one in found)
        row["off_centre"] = fmean(one.off_centre for one in found)
        row["weaving_degrees"] = fmean(one.weaving for one in found)
        row["metres_a_second"] = fmean(one.speed for one in found)
        for position, measured in enumerate(BUILT_IN):
            row[f"earns_{measured}"] = fmean(one.rewards[position] for one in found)
        return row


def teach(
    name: str,
    reward: Reward,
    lessons: int,
    episodes: int,
    seed: int,
    advance: Callable[[int], None] = lambda done: None,
) -> RewardResult:
    """Train a car in several lessons, each with a seed of its own; evaluate how it drives.

    Parameters
    ----------
    advance : function of int
        Called with 1 after each lesson.
    """
    learnt, evaluations = [], []
    for lesson in range(lessons):
        learnt.append(learn(reward, episodes, seed + lesson))
        evaluations.append(evaluate(learnt[-1].values, list(BUILT_IN.values()), seed + lesson))
        advance(1)
    progress = [
        sum(shares) / lessons for shares in zip(*(one.progress for one in learnt), strict=True)
    ]
    return RewardResult(name, [one.paths[0] for one in evaluations], progress, evaluations)


def _border(offset: float) -> tuple[list[float], list[float]]:
    points = [at(LAP * part / BORDER_POINTS, offset) for part in range(BORDER_POINTS + 1)]
    return [point[0] for point in points], [point[1] for point in points]


def in_text(taught: Sequence[RewardResult]) -> list[str]:
    """Draw the lane with one drive of each reward, and the learning curves, as text."""
    names = [one.name for one in taught]
    wide, high = STRAIGHT / 2 + RADIUS + EDGE, RADIUS + EDGE
    plot = text_plot(shape=wide / high)
    for offset in (-WIDTH / 2, WIDTH / 2):
        plot.scatter(*_border(offset), **background_style())
    for position, one in enumerate(taught):
        xs, ys = [p[0] for p in one.paths[0]], [p[1] for p in one.paths[0]]
        plot.scatter(xs, ys, **series_style(position))
    plot.xlim(-wide, wide)
    plot.ylim(-high, high)
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
