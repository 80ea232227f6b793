"""Bounds: below which no route can be, and whether that proves a route to be a shortest."""

import math
import time
from typing import TYPE_CHECKING

from pyhelpers.tsp.candidates import candidate_edges
from pyhelpers.tsp.cycle import cycle_matrix
from pyhelpers.tsp.distances import MatrixDistances
from pyhelpers.tsp.onetree import ascend, sure_bound
from pyhelpers.tsp.problem import Problem
from pyhelpers.tsp.symmetric import Symmetric

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

CANDIDATES = 12
EDGE_STEPS = 20_000_000  # candidate edges times steps of the ascent, when it goes by steps
ROUNDING = 1e-9  # of a sum of distances: what its rounding may amount to
WHOLE_KINDS = ("euc_2d", "ceil_2d", "man_2d", "max_2d", "att", "geo")


def lower_bound(
    problem: Problem, form: Symmetric, tour: "Array", seconds: float | None
) -> tuple[float, str]:
    """Return a lower bound of all routes, and its name.

    Parameters
    ----------
    tour : array of int, shape (form.size,)
        A short closed tour over the form's nodes.
    seconds : float or None
        For the 1-tree's prices; None: a number of steps, the same on every run.
    """
    bound, name = _by_one_trees(form, tour, seconds), "1-tree"
    if form.directed:
        assigned = _by_assignment(problem)
        if assigned > bound:
            bound, name = assigned, "assignment"
    return rounded_up(problem, max(bound, 0.0)), name


def is_whole(problem: Problem) -> bool:
    """Tell whether all distances are whole, and so every route's length."""
    import numpy as np

    distances = problem.distances
    if isinstance(distances, MatrixDistances):
        matrix = distances.matrix
        return bool((matrix[np.isfinite(matrix)] % 1 == 0).all())
    return distances.kind in WHOLE_KINDS


def rounded_up(problem: Problem, bound: float) -> float:
    """Take from a bound what rounding may have given it; of whole distances, go up to the next."""
    bound -= ROUNDING * abs(bound)
    return float(math.ceil(bound - 1e-6)) if is_whole(problem) else bound


def _by_one_trees(form: Symmetric, tour: "Array", seconds: float | None) -> float:
    edges = candidate_edges(form, tour, CANDIDATES)
    steps = max(30, EDGE_STEPS // len(edges.i))
    begin = time.monotonic()

    def go_on(step: int) -> bool:
        return step < steps if seconds is None else time.monotonic() - begin < seconds

    prices, over_candidates = ascend(edges, form.length(tour), go_on)
    bound = sure_bound(form, edges, prices)
    if bound < 0.9 * over_candidates:  # the candidates mislead: no prices may be better than theirs
        bound = max(bound, sure_bound(form, edges, 0 * prices))
    return bound


def _by_assignment(problem: Problem) -> float:
    """Each city has one way in and one out: the cheapest such choice bounds every tour."""
    from scipy.optimize import linear_sum_assignment

    matrix = cycle_matrix(problem)
    rows, columns = linear_sum_assignment(matrix)
    return math.fsum(matrix[rows, columns].tolist())
