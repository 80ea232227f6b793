"""Lessons: train a car with a reward function several times, and compare how it drives."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from pyhelpers.driving.q_learning import Evaluation, evaluate, learn
from pyhelpers.driving.rewards import Reward, follow_center_line, stay_inside_borders

BUILT_IN: dict[str, Reward] = {
    "follow_center_line": follow_center_line,
    "stay_inside_borders": stay_inside_borders,
}
SMOOTHED = 50  # episodes of a running mean


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
