"""Greedy: the nearest city next, from random starts, as the chapter's simulation does."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers.tsp.problem import Problem, number

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

CELLS = 1 << 22  # starts x cities held at a time


@dataclass(frozen=True)
class Simulation:
    """What random starts came to.

    Attributes
    ----------
    draws : array of int, shape (simulations,)
        The start of each simulation, in turn.
    exhausted : bool
        Whether every start was drawn: no further simulation can bring anything new.
    lengths : array of float, shape (n,)
        What each start came to; infinite for one that ran into a dead end, NaN if never drawn.
    tour : array of int, shape (n,), or None
        The first of the shortest complete routes; None when every one ran into a dead end.
    """

    draws: "Array"
    exhausted: bool
    lengths: "Array"
    tour: "Array | None"

    def best_so_far(self) -> "Array":
        """Return the shortest length after each simulation; infinite before a complete one."""
        import numpy as np

        return np.minimum.accumulate(self.lengths[self.draws])

    def outcomes(self, names: list[str]) -> list[dict[str, Any]]:
        """Return a row for each length that came, shortest first, and how often it came."""
        import numpy as np

        came = self.lengths[self.draws]
        rows = []
        for length in np.unique(came).tolist():
            starts = np.unique(self.draws[came == length]).tolist()
            times = int((came == length).sum())
            rows.append(
                {
                    "distance": number(length) if np.isfinite(length) else None,
                    "times": times,
                    "starts": len(starts),
                    "from": names[starts[0]] + (" ..." if len(starts) > 1 else ""),
                }
            )
        return rows


def nearest_neighbour(problem: Problem, starts: "Array") -> "Array":
    """Return the greedy route from each start: always on to the nearest city not yet visited.

    Of several nearest the first in the problem's order is taken. A route that can go no further
    takes what is left in that order, over ways that there are not. A fixed end is kept for last.

    Parameters
    ----------
    starts : array of int, shape (s,)

    Returns
    -------
    array of int, shape (s, n)
    """
    import numpy as np

    many, size = len(starts), problem.size
    rows = np.arange(many)
    seen = np.zeros((many, size), dtype=bool)
    seen[rows, starts] = True
    steps = size - 1
    if problem.end is not None:
        seen[:, problem.end], steps = True, size - 2
    tours = np.empty((many, size), dtype=np.intp)
    tours[:, 0], tours[:, -1] = starts, starts if problem.end is None else problem.end
    for step in range(1, steps + 1):
        distance = np.array(problem.distances.block(tours[:, step - 1]), dtype=float)
        distance[seen] = np.inf
        nearest = distance.argmin(axis=1)
        stuck = seen[rows, nearest]  # nothing but infinity is left
        nearest[stuck] = (~seen[stuck]).argmax(axis=1)
        tours[:, step] = nearest
        seen[rows, nearest] = True
    return tours


def simulate(problem: Problem, simulations: int, seed: int) -> Simulation:
    """Draw starts at random, with replacement, until all have come or there were enough.

    A start that came before comes to the same route again, so each is walked once.
    """
    import numpy as np

    possible = np.arange(problem.size) if problem.start is None else np.array([problem.start])
    if problem.start is None and problem.end is not None:
        possible = np.delete(possible, problem.end)
    draws = np.random.default_rng(seed).choice(possible, simulations)
    starts, first = np.unique(draws, return_index=True)
    exhausted = len(starts) == len(possible)
    if exhausted:
        draws = draws[: first.max() + 1]
    starts = starts[first.argsort()]
    lengths, best = np.full(problem.size, np.nan), None
    for tours in _walk(problem, starts):
        for tour in tours:
            length = lengths[tour[0]] = problem.length(tour)
            if length < (np.inf if best is None else problem.length(best)):
                best = tour
    return Simulation(draws, exhausted, lengths, best)


def _walk(problem: Problem, starts: "Array") -> "Iterator[Array]":
    at_a_time = max(1, CELLS // problem.size)
    for begin in range(0, len(starts), at_a_time):
        yield nearest_neighbour(problem, starts[begin : begin + at_a_time])
