"""Lower bounds: 1-trees with node prices, and assignments, in exact whole numbers.

A tour is a spanning tree and one edge more, with two edges at each node. A price p on a node adds
2 p to every tour, so the length of a cheapest 1-tree less twice all prices is a lower bound of
every tour. Prices rise where the tree has more than two edges and fall where it has one (Held and
Karp, Operations Research 18, 1970).
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyhelpers.tsp.candidate_edges import Edges, candidate_edges
from pyhelpers.tsp.grid import Grid, grid_of, on_grid, whole_prices
from pyhelpers.tsp.problem import Problem
from pyhelpers.tsp.symmetric import SymmetricForm, cycle_matrix

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

CANDIDATES = 12
EDGE_STEPS = 20_000_000  # candidate edges times steps of the ascent, where steps are counted
ASSIGNMENT_BITS = 51  # of all distances of an assignment together
FLOORS = (0.0, 0.001, 0.01, 0.03, 0.1, 0.3)  # quantiles to which lower prices are raised
PRIM_NODES = 15_000  # up to which the bound is computed over all edges
PRIM_SECONDS = 3e-8  # for a pair of nodes
PREPARE_SECONDS = 2e-5  # for a node: candidate edges and two 1-trees
PATIENCE = 20  # steps without a better bound, after which steps become shorter
SHORTEST_STEP = 1e-3  # of the first
MOMENTUM = 0.3  # of the last step in the next (Volgenant and Jonker 1982)


def lower_bound(
    problem: Problem, form: SymmetricForm, tour: "Array", until: float | None
) -> tuple[float, str]:
    """Return a lower bound of all routes, and its name.

    Parameters
    ----------
    tour : array of int, shape (form.size,)
        A short closed tour over the form's nodes.
    until : float or None
        When the computation ends, by `time.monotonic`; None: after a number of steps, the same on
        every run.
    """
    if until is not None and until - time.monotonic() < PREPARE_SECONDS * form.size:
        return 0.0, "1-tree"  # there is no time for a bound
    length = form.length(tour)
    if length <= 0:
        return 0.0, "1-tree"
    grid = grid_of(form, length)
    bound, name = _by_one_trees(grid, tour, until), "1-tree"
    if form.directed:
        assigned = _by_assignment(problem, grid, length)
        if assigned > bound:
            bound, name = assigned, "assignment"
    return grid.length(bound), name


def _by_one_trees(grid: Grid, tour: "Array", until: float | None) -> float:
    import numpy as np

    form, begin = grid.form, time.monotonic()
    edges = candidate_edges(form, tour, CANDIDATES)
    most = max(30, EDGE_STEPS // len(edges.i))
    if until is None:
        steps, over_all, last = (lambda step: step < most), form.size <= PRIM_NODES, 0.0
    else:
        one_tree(edges, np.zeros(form.size))
        for_a_step = time.monotonic() - begin
        left = until - time.monotonic()
        over_all = form.size <= PRIM_NODES and form.size**2 * PRIM_SECONDS < left / 2
        last = form.size**2 * PRIM_SECONDS if over_all else 1.5 * len(FLOORS) * for_a_step
        if last > left:
            return 0.0  # there is no time for a bound
        steps = lambda step: time.monotonic() < until - last  # noqa: E731
    prices, over_candidates = ascend(edges, form.length(tour), steps)
    prices = whole_prices(prices)
    bound = sure_bound(form, edges, prices, over_all)
    if bound < 0.9 * over_candidates and (until is None or time.monotonic() + last < until):
        # The candidates mislead: prices of 0 may be better.
        bound = max(bound, sure_bound(form, edges, 0 * prices, over_all))
    return bound


def _by_assignment(problem: Problem, grid: Grid, length: float) -> float:
    """Return the length of the cheapest assignment: one edge into and one out of each city.

    The distances are whole numbers of few bits, so the sums of the assignment are exact.
    """
    from scipy.optimize import linear_sum_assignment

    matrix = cycle_matrix(problem)
    bits = ASSIGNMENT_BITS - math.ceil(math.log2(len(matrix)))
    unit = max(grid.unit, math.ldexp(1.0, math.frexp(length)[1] - bits))
    matrix = on_grid(matrix, unit, math.ceil(length / unit))
    rows, columns = linear_sum_assignment(matrix)
    return float(matrix[rows, columns].sum()) * (unit / grid.unit)


@dataclass(frozen=True)
class OneTree:
    """A cheapest 1-tree under prices.

    Attributes
    ----------
    bound : float
        Its length less twice the prices.
    degree : array of int, shape (n,)
    leaf : int
        The node with the edge that is not part of the tree.
    """

    bound: float
    degree: "Array"
    leaf: int


def one_tree(edges: Edges, prices: "Array") -> OneTree:
    """Return the cheapest 1-tree: a spanning tree, and a leaf's second edge.

    Whichever node it is: a tour without the longer of its two edges there spans all nodes, and
    that edge is at least as long as the second. The leaf where it is the longest serves best.
    """
    import numpy as np

    cost = edges.length + prices[edges.i] + prices[edges.j]
    tree = _spanning_tree(edges, cost)
    degree = np.bincount(edges.i[tree], minlength=edges.size)
    degree += np.bincount(edges.j[tree], minlength=edges.size)
    rest = np.ones(len(cost), dtype=bool)
    rest[tree] = False
    second = np.full(edges.size, np.inf)
    np.minimum.at(second, edges.i[rest], cost[rest])
    np.minimum.at(second, edges.j[rest], cost[rest])
    second[(degree != 1) | np.isinf(second)] = -np.inf
    leaf = int(second.argmax())
    closing = np.flatnonzero(
        rest & (cost == second[leaf]) & ((edges.i == leaf) | (edges.j == leaf))
    )[:1]
    chosen = np.concatenate([tree, closing])
    degree[edges.i[closing]] += 1
    degree[edges.j[closing]] += 1
    return OneTree(float(cost[chosen].sum() - 2 * prices.sum()), degree, leaf)


def _spanning_tree(edges: Edges, cost: "Array") -> "Array":
    """Return the numbers of the edges of a cheapest spanning tree that has the forced ones."""
    import numpy as np
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    low, high = cost.min(), cost.max()
    above = cost - low + 1.0  # scipy takes zero for no edge
    above[edges.forced] = 0.5
    starts = np.searchsorted(edges.i, np.arange(edges.size + 1))
    graph = csr_array((above, edges.j, starts), shape=(edges.size, edges.size))
    tree = minimum_spanning_tree(graph).tocoo()
    assert tree.nnz == edges.size - 1, (low, high)
    return edges.find(tree.row.astype(np.int64), tree.col.astype(np.int64))


def ascend(edges: Edges, upper: float, go_on: Callable[[int], bool]) -> "tuple[Array, float]":
    """Return prices under which the 1-tree is long, and its bound over these edges alone.

    Subgradient ascent with Polyak's step length, which is halved when steps do not help.
    """
    import numpy as np

    prices, best, kept = np.zeros(edges.size), -np.inf, np.zeros(edges.size)
    scale, last, waited, step = 1.0, np.zeros(edges.size), 0, 0
    while go_on(step) and scale > SHORTEST_STEP:
        tree = one_tree(edges, prices)
        if tree.bound > best:
            best, kept, waited = tree.bound, prices, 0
        else:
            waited += 1
            if waited == PATIENCE:
                scale, waited, prices = scale / 2, 0, kept
        away = (tree.degree - 2).astype(float)
        if not away.any():
            break  # the 1-tree is a tour: no bound can be better
        length = scale * max(upper - tree.bound, 1e-9 * abs(upper)) / float(away @ away)
        last = (1 - MOMENTUM) * away + MOMENTUM * last
        prices = prices + length * last
        step += 1
    return kept, best


def sure_bound(form: SymmetricForm, edges: Edges, prices: "Array", over_all: bool = True) -> float:
    """Return a bound over all edges, by the prices or by ones near them.

    Distances and prices are whole numbers (`grid`), and so the bound is exact.

    Where `over_all`, each edge is used. Else an edge i-j that is not a candidate is at
    least half the sum of its ends' radii long, and costs at least q_i + q_j. Cheapest spanning
    trees over such costs are stars around the least q, so the candidates and one star contain a
    cheapest tree. A few very low q weaken the bound: their prices are raised to a floor, the best
    of `FLOORS`.
    """
    if over_all:
        return _bound_by_prim(form, edges, prices)
    import numpy as np

    q = edges.radius / 2 + prices
    inner = np.isfinite(q)
    bounds = []
    for share in FLOORS:
        floor = np.quantile(q[inner], share)
        raised = np.where(inner, np.maximum(prices, floor - edges.radius / 2), prices)
        raised = np.rint(raised)
        bounds.append(one_tree(_with_star(edges, raised), raised).bound)
    return max(bounds) - edges.size  # a sum over floats errs by less than a unit a node


def _with_star(edges: Edges, prices: "Array") -> Edges:
    """Return the edges and a star that bounds all others; of two for one pair, the shorter."""
    import numpy as np

    q = edges.radius / 2 + prices
    middle = int(q.argmin())
    others = np.flatnonzero(np.isfinite(q) & (np.arange(edges.size) != middle))
    i = np.concatenate([edges.i, np.minimum(others, middle)])
    j = np.concatenate([edges.j, np.maximum(others, middle)])
    length = np.concatenate([edges.length, (edges.radius[others] + edges.radius[middle]) / 2])
    forced = np.concatenate([edges.forced, np.zeros(len(others), dtype=bool)])
    order = np.lexsort((length, j, i))
    i, j = i[order], j[order]
    first = np.concatenate([[True], (np.diff(i) != 0) | (np.diff(j) != 0)])
    kept = order[first]
    return Edges(edges.size, i[first], j[first], length[kept], forced[kept], edges.radius)


def _bound_by_prim(form: SymmetricForm, edges: Edges, prices: "Array") -> float:
    """Return the bound of a 1-tree over all edges (Prim 1957): a row of costs at a time.

    The ends of a forced edge enter the tree together.
    """
    import numpy as np

    mates = np.full(form.size, -1)
    mates[form.forced[:, 0]], mates[form.forced[:, 1]] = form.forced[:, 1], form.forced[:, 0]
    reach, total = np.full(form.size, np.inf), 0
    left, node = np.ones(form.size, dtype=bool), 0
    while True:
        left[node] = False
        cost = _costs(form, node, prices)
        np.minimum(reach, cost, out=reach)
        if not left.any():
            break
        mate = int(mates[node])
        together = mate >= 0 and bool(left[mate])
        node = mate if together else int(np.where(left, reach, np.inf).argmin())
        total += int(cost[node] if together else reach[node])
    leaf = one_tree(edges, prices).leaf
    cost = _costs(form, leaf, prices)
    if mates[leaf] >= 0:
        cost[mates[leaf]] = -np.inf
    return float(total + int(np.partition(cost, 1)[1]) - 2 * int(prices.sum()))


def _costs(form: SymmetricForm, node: int, prices: "Array") -> "Array":
    """Return the cost of each edge of a node under the prices; infinite to itself."""
    cost: Array = form.block(node, node + 1)[0] + prices[node] + prices
    cost[node] = float("inf")
    return cost
