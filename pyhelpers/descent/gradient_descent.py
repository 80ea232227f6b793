"""Runs: gradient descent, step by step, and what to call how it went."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Point = NDArray[np.float64]

Label = Literal["too low", "good", "oscillating", "diverging"]
Schedule = Literal["constant", "inverse", "cosine", "halving"]

CLOSE = 1e-4  # a run is done when this much of the loss above the minimum is left
STILL_BEST = 1.5  # times the least loss: a noisy run above that at its end no longer falls
SWING = 0.1  # of the longest step: a shorter one that turns back is not seen
SWINGS = 3  # so many of them are an oscillation
GONE = 1e12  # times the first loss above the minimum: it will not come back
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
        inverse falls as 1 / (1 + 10 t), cosine from full to none, halving four times in all;
        t runs from 0 to 1.

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
    """A descent: where it was, and how high, before each step and after the last.

    Attributes
    ----------
    rate : float
    path : ndarray, shape (n + 1, d)
        n is smaller than what was asked for when the run flew off.
    losses : ndarray, shape (n + 1,)
    """

    rate: float
    path: "NDArray[np.float64]"
    losses: "NDArray[np.float64]"

    def left(self, lowest: float) -> float:
        """Return which part of the first loss above `lowest` is left at the end."""
        first, last = float(self.losses[0]) - lowest, float(self.losses[-1]) - lowest
        return max(last, 0.0) / first if first > 0 else 0.0

    def closed_at(self, lowest: float) -> int | None:
        """Return the first step from which on the loss stays close to `lowest`; None if never."""
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
    """Walk against the gradient, with Polyak's heavy-ball momentum.

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
        At most; fewer where the loss grows past all bounds.

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
    """Name how a run went, from what it did.

    Parameters
    ----------
    lowest : float
        The loss at the minimum that it was on its way to.
    noisy : bool
        Whether the gradients were drawn: then turning back is no sign of too long a step.

    Returns
    -------
    str
        "diverging": the loss ended above where it began. "oscillating": steps turned back on
        the one before, three of them or more a tenth as long as the longest; if noisy, it did not
        come close and had been closer before.
        "good": it came close to the minimum. "too low": it did not.
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
