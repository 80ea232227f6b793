"""The ladder: which method takes which problem, and what it came to."""

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhelpers import KitError
from pyhelpers.tsp import fast
from pyhelpers.tsp.cycle import cycle_matrix, route_of
from pyhelpers.tsp.feasible import check_ways, explain_no_tour
from pyhelpers.tsp.greedy import Simulation, simulate
from pyhelpers.tsp.held_karp import MOST_NODES, held_karp
from pyhelpers.tsp.problem import Problem
from pyhelpers.tsp.search import Better, Plan, search

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

EXACT_NODES = 17  # 16 cities and what closes an open route: 0.2 s
LEAST_NODES = 9  # below, every method but greedy is the exact one


@dataclass
class Solution:
    """A route and what is known of it.

    Attributes
    ----------
    tour : array of int, shape (n,)
    length : float
    method : str
    seconds : float
        That the search took.
    lower_bound : float or None
        No route is shorter.
    bound : str
        How the bound was come by.
    proved : bool
        Whether the route is proved to be a shortest.
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


def solve(problem: Problem, plan: Plan, better: Better = lambda seconds, length: None) -> Solution:
    """Find a short route.

    Parameters
    ----------
    better : function of (seconds, length)
        Told of each better route while the search goes on.

    Raises
    ------
    KitError
        Naming a city, when there is no tour or none was found; when a method cannot take the
        problem.
    """
    check_ways(problem)
    begin = time.monotonic()
    solution = _solve(problem, plan, better)
    solution.seconds = time.monotonic() - begin
    if not math.isfinite(solution.length):
        raise explain_no_tour(problem, proved=False)
    return solution


def _solve(problem: Problem, plan: Plan, better: Better) -> Solution:
    nodes = problem.size + (not problem.closed)
    if plan.method == "greedy":
        return _greedy(problem, plan)
    if nodes < LEAST_NODES or (plan.method == "auto" and nodes <= EXACT_NODES):
        return _exact(problem)
    if plan.method == "exact" and nodes <= MOST_NODES:
        return _exact(problem)
    tour, method, interrupted = search(problem, plan, better)
    return Solution(tour, problem.length(tour), method, interrupted=interrupted)


def _exact(problem: Problem) -> Solution:
    found = held_karp(cycle_matrix(problem))
    if found is None:
        raise explain_no_tour(problem, proved=True)
    tour = route_of(problem, found[0])
    length = problem.length(tour)
    return Solution(tour, length, "Held-Karp", 0.0, length, "Held-Karp", proved=True)


def _greedy(problem: Problem, plan: Plan) -> Solution:
    """Take the best of the greedy routes; when every one ran into a dead end, say where."""
    simulation = simulate(problem, plan.simulations, plan.seed or 0)
    if simulation.tour is None:
        raise KitError(
            f"none of {len(simulation.draws)} greedy routes came to an end over the ways given; "
            "try --method auto"
        )
    length = problem.length(simulation.tour)
    return Solution(simulation.tour, length, "nearest neighbour", simulation=simulation)


def available_methods() -> list[str]:
    """Return what --method takes here."""
    return ["auto", "greedy", "exact", "local", *(["fast"] if fast.available() else [])]
