"""Gradient descent with momentum and schedules, and labels of its runs."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Point = NDArray[np.float64]

Label = Literal["too low", "good", "oscillating", "diverging"]
LABELS: dict[Label, str] = {
    "too low": "the rate is too low: the loss still falls when the steps are over",
    "good": "the loss has come within 0.01 % of its fall",
    "oscillating": "the steps jump from side to side of the minimum",
    "diverging": "each step lands farther away than the last: the loss grows, so no end is shown",
}
Schedule = Literal["constant", "inverse", "cosine", "halving"]

CLOSE = 1e-4  # share of the first loss above the minimum at which a run has converged
STILL_BEST = 1.5  # times the least loss: a noisy run that ends above it oscillates
SWING = 0.1  # of the longest step: least length of a step that turns back
SWINGS = 3  # number of such steps that are an oscillation
GONE = 1e12  # times the first loss: the run has diverged and ends
HALVINGS = 4
FLOOR = 1e-12  # share of the first loss at which a drawn loss ends
CEILING = 1e3  # times the first loss at which the loss of a diverging run is cut off


def scheduled(rate: float, schedule: Schedule, step: int, steps: int) -> float:
    """Return the learning rate of a step.

    Parameters
    ----------
    rate : float
        The first step's.
    schedule : {"constant", "inverse", "cosine", "halving"}
        inverse falls as 1 / (1 + 10 t) and cosine as (1 + cos(pi t)) / 2; halving halves the rate
        after each quarter. t is the share of the steps done.

    Examples
    --------
    >>> [scheduled(0.8, "halving", step, 100) for step in (0, 24, 25, 99)]
    [0.8, 0.8, 0.4, 0.1]
    """
    part = step / steps
    if schedule == "inverse":
        return rate / (1 + 10 * part)
    if schedule == "cosine":
        return rate * (1 + math.cos(math.pi * part)) / 2
    if schedule == "halving":
        return rate * 0.5 ** int(part * HALVINGS)
    return rate


@dataclass(frozen=True)
class Run:
    """A descent: the points and losses before each step and after the last.

    Attributes
    ----------
    rate : float
    path : ndarray, shape (n + 1, d)
        n is smaller than the number of steps where the run diverged.
    losses : ndarray, shape (n + 1,)
    """

    rate: float
    path: "NDArray[np.float64]"
    losses: "NDArray[np.float64]"

    def left(self, lowest: float) -> float:
        """Return the last loss above `lowest`, as a share of the first."""
        first, last = float(self.losses[0]) - lowest, float(self.losses[-1]) - lowest
        return max(last, 0.0) / first if first > 0 else 0.0

    def closed_at(self, lowest: float) -> int | None:
        """Return the first step after which the loss stays close to `lowest`; None if none."""
        import numpy as np

        limit = lowest + CLOSE * max(float(self.losses[0]) - lowest, 0.0)
        far = np.flatnonzero(~(self.losses <= limit))
        after = int(far[-1]) + 1 if len(far) else 0
        return after if after < len(self.losses) else None


def descend(
    value: "Callable[[Point], float]",
    gradient: "Callable[[Point], Point]",
    start: Sequence[float],
    rate: float,
    steps: int,
    momentum: float = 0.0,
    schedule: Schedule = "constant",
) -> Run:
    """Descend along the negative gradient, with Polyak's heavy-ball momentum.

    Parameters
    ----------
    value, gradient : function
        Of a point, shape (d,). A gradient drawn from part of the data makes the descent
        stochastic.
    start : sequence of float, length d
    rate, momentum : float
        v <- momentum v - rate gradient; x <- x + v (B. Polyak, Some methods of speeding up the
        convergence of iteration methods, 1964).
    steps : int
        Number of steps; fewer are done where the run diverges.

    Examples
    --------
    >>> descend(lambda x: float(x[0] ** 2), lambda x: 2 * x, [1.0], 0.25, 3).losses.tolist()
    [1.0, 0.25, 0.0625, 0.015625]
    """
    import numpy as np

    point = np.array(start, dtype=float)
    speed = np.zeros_like(point)
    path, losses = [point], [value(point)]
    ceiling = GONE * (1 + abs(losses[0]))
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps):
            speed = momentum * speed - scheduled(rate, schedule, step, steps) * gradient(point)
            point = point + speed
            loss = value(point)
            if not math.isfinite(loss):
                loss = ceiling
            path.append(point)
            losses.append(loss)
            if loss >= ceiling:
                break
    return Run(rate, np.array(path), np.array(losses))


def observed_label(run: Run, lowest: float, noisy: bool = False) -> Label:
    """Label a run by its losses and steps.

    Parameters
    ----------
    lowest : float
        The loss at the minimum that it approached.
    noisy : bool
        Whether the gradients are stochastic, so that turning back is not a sign of a long step.

    Returns
    -------
    str
        "diverging": the last loss is above the first. "oscillating": at least three steps turned
        back and were at least a tenth as long as the longest; if noisy, the run did not converge
        and had been closer before. "good": it converged. "too low": it did not.
    """
    import numpy as np

    left = run.left(lowest)
    if not left <= 1:
        return "diverging"
    if noisy:
        if left <= CLOSE:
            return "good"
        above = run.losses - lowest
        late = float(above[-(len(above) // 4 + 1) :].mean())
        return "too low" if late <= STILL_BEST * float(above.min()) else "oscillating"
    moves = np.diff(run.path, axis=0)
    lengths = np.linalg.norm(moves, axis=1)
    turns = np.einsum("ij,ij->i", moves[1:], moves[:-1]) < 0
    if (turns & (lengths[1:] > SWING * lengths.max())).sum() >= SWINGS:
        return "oscillating"
    return "good" if left <= CLOSE else "too low"


@dataclass(frozen=True)
class LabelledRun:
    """A run with its name in a legend, and the loss at the minimum that it approached."""

    run: Run
    name: str
    lowest: float

    def heights(self) -> "NDArray[np.float64]":
        """Return the loss above the minimum before each step, as a share of the first."""
        import numpy as np

        first = float(self.run.losses[0]) - self.lowest
        above = (self.run.losses - self.lowest) / (first if first > 0 else 1.0)
        return np.clip(above, FLOOR, CEILING)
