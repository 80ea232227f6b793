"""Bounds: below which no route can be, in whole numbers that no rounding can raise."""

import math
import time
from typing import TYPE_CHECKING

from pyhelpers.tsp.candidate_edges import candidate_edges
from pyhelpers.tsp.closed_tour import cycle_matrix
from pyhelpers.tsp.grid import Grid, grid_of, on_grid, whole_prices
from pyhelpers.tsp.one_tree import ascend, sure_bound
from pyhelpers.tsp.problem import Problem
from pyhelpers.tsp.symmetric import Symmetric

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

CANDIDATES = 12
EDGE_STEPS = 20_000_000  # candidate edges times steps of the ascent, when it goes by steps
ASSIGNMENT_BITS = 51  # of all distances of an assignment together


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
    length = form.length(tour)
    if length <= 0:
        return 0.0, "1-tree"
    grid = grid_of(form, length)
    bound, name = _by_one_trees(grid, tour, seconds), "1-tree"
    if form.directed:
        assigned = _by_assignment(problem, grid, length)
        if assigned > bound:
            bound, name = assigned, "assignment"
    return grid.length(bound), name


def _by_one_trees(grid: Grid, tour: "Array", seconds: float | None) -> float:
    form = grid.form
    edges = candidate_edges(form, tour, CANDIDATES)
    steps = max(30, EDGE_STEPS // len(edges.i))
    begin = time.monotonic()

    def go_on(step: int) -> bool:
        return step < steps if seconds is None else time.monotonic() - begin < seconds

    prices, over_candidates = ascend(edges, form.length(tour), go_on)
    prices = whole_prices(prices)
    bound = sure_bound(form, edges, prices)
    if bound < 0.9 * over_candidates:  # the candidates mislead: no prices may be better than theirs
        bound = max(bound, sure_bound(form, edges, 0 * prices))
    return bound


def _by_assignment(problem: Problem, grid: Grid, length: float) -> float:
    """Each city has one way in and one out: the cheapest such choice bounds every tour.

    The distances are whole and few bits long, so that the assignment's own sums are exact.
    """
    from scipy.optimize import linear_sum_assignment

    matrix = cycle_matrix(problem)
    bits = ASSIGNMENT_BITS - math.ceil(math.log2(len(matrix)))
    unit = max(grid.unit, math.ldexp(1.0, math.frexp(length)[1] - bits))
    matrix = on_grid(matrix, unit, math.ceil(length / unit))
    rows, columns = linear_sum_assignment(matrix)
    return float(matrix[rows, columns].sum()) * (unit / grid.unit)
