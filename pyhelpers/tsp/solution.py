"""Reports: the legs of a route, one object with all that is known, the sentence that sums it up."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from pyhelpers.text import counted
from pyhelpers.tsp.construction import Simulation
from pyhelpers.tsp.problem import Problem, number

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

WHOLE_BELOW = 1e15  # above, a float has no more exact digits
SHORT = 1e-3  # legs of a shorter route are rounded to DIGITS, of any other to DECIMALS
DIGITS, DECIMALS = 12, 9


@dataclass
class Solution:
    """A route, its length and its bound.

    Attributes
    ----------
    tour : array of int, shape (n,)
    length : float
    method : str
    seconds : float
        Duration of the search.
    lower_bound : float or None
        Least possible length.
    bound : str
        Method of the bound.
    proved : bool
        Whether the route is proved to be shortest.
    interrupted : bool
        Whether Ctrl-C ended the search.
    simulation : Simulation or None
        The outcomes of greedy starts.
    """

    tour: "Array"
    length: float
    method: str
    seconds: float = 0.0
    lower_bound: float | None = None
    bound: str = ""
    proved: bool = False
    interrupted: bool = False
    simulation: Simulation | None = field(default=None, repr=False)

    @property
    def gap_percent(self) -> float | None:
        """How far the route may be above the shortest, in percent of the lower bound."""
        if self.lower_bound is None:
            return None
        if self.length <= self.lower_bound:
            return 0.0
        return 100 * (self.length / self.lower_bound - 1) if self.lower_bound > 0 else None


def plain(value: float) -> str:
    """Format a number for a sentence.

    Examples
    --------
    >>> plain(128.0), plain(7544.365901904089), plain(0.001234)
    ('128', '7544.366', '0.001234')
    """
    whole = abs(value) < WHOLE_BELOW and value == int(value)
    return f"{value:.0f}" if whole else f"{value:.7g}"


def legs(problem: Problem, solution: Solution) -> Iterator[dict[str, Any]]:
    """Yield each leg with the distance up to its end; a single city is a leg to itself."""
    import numpy as np

    names = [problem.names[city] for city in solution.tour]
    lengths = problem.legs(solution.tour).tolist()
    lengths = lengths or [0.0]
    decimals = _decimals(solution.length)
    follows = np.roll(np.arange(len(names)), -1)[: len(lengths)].tolist()
    for leg, (length, total) in enumerate(zip(lengths, accumulate(lengths), strict=True)):
        yield {
            "leg": leg + 1,
            "from": names[leg],
            "to": names[follows[leg]],
            "distance": number(round(length, decimals)),
            "total": number(round(total, decimals)),
        }


def _decimals(length: float) -> int:
    """Return the number of decimals of legs, more for short ones.

    Examples
    --------
    >>> _decimals(128.0), _decimals(6.3e-9)
    (9, 21)
    """
    if length <= 0 or length >= SHORT:
        return DECIMALS
    return DIGITS - math.floor(math.log10(length))


def record(problem: Problem, solution: Solution) -> dict[str, Any]:
    """Return everything about a route as one object, without the seconds.

    A seeded search therefore gives the same bytes on every run.
    """
    lower, gap = solution.lower_bound, solution.gap_percent
    found: dict[str, Any] = {
        "distance": number(solution.length),
        "lower_bound": None if lower is None else number(lower),
        "gap_percent": None if gap is None else round(gap, 4),
        "method": solution.method,
        "proved": solution.proved,
        "closed": problem.closed,
        "unit": problem.unit or None,
        "tour": [problem.names[city] for city in solution.tour],
    }
    if solution.simulation is not None:
        found["simulations"] = len(solution.simulation.draws)
        found["outcomes"] = solution.simulation.outcomes(problem.names)
    return found


def sentence(problem: Problem, solution: Solution, timed: bool = True) -> str:
    """Return a summary of a route in a sentence; without the time where `timed` is False."""
    unit = f" {problem.unit}" if problem.unit else ""
    shape = "closed tour" if problem.closed else "open path"
    cities = f"{problem.size} cities" if problem.size > 1 else "1 city"
    head = f"{shape} through {cities}: {plain(solution.length)}{unit}"
    tail = f"{solution.method}, {solution.seconds:.2f} s" if timed else solution.method
    return f"{head}, {_quality(solution)}; {tail}"


def _quality(solution: Solution) -> str:
    if solution.proved:
        return "proved optimal"
    gap = solution.gap_percent
    if solution.lower_bound is None or gap is None:
        return "no bound known"
    return f"at most {gap:.2g} % above the optimum (bound {plain(solution.lower_bound)})"


def simulation_sentences(problem: Problem, solution: Solution, asked: int) -> Iterator[str]:
    """Yield a sentence for each length that simulations came to, and how many of them ran."""
    simulation = solution.simulation
    if simulation is None:
        return
    for row in simulation.outcomes(problem.names):
        length = "dead end" if row["distance"] is None else plain(row["distance"])
        times = counted(row["times"], "time")
        yield f"{length}: {times}, from {counted(row['starts'], 'start')} ({row['from']})"
    done = len(simulation.draws)
    if simulation.exhausted and done < asked:
        yield f"all starts were drawn after {done} of {asked} simulations; more change nothing"
    else:
        yield counted(done, "simulation")
