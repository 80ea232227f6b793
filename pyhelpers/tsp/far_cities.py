"""Cities far from the others, whose long legs leave 16 bits too few for the short ones.

Two remedies. What all distances of a far city have in common is subtracted from them. And groups of
cities are searched one by one: the tour outside the group is a path that is kept, and only its ends
matter.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyhelpers.tsp import fast_tsp_library
from pyhelpers.tsp.candidate_edges import Neighbours
from pyhelpers.tsp.symmetric import SymmetricForm
from pyhelpers.tsp.windows import respliced

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

FAR = 16.0  # times the median distance to the nearest city
MOST_FAR = 500  # most cities that are treated as far
LONG = 8.0  # times the 90 % quantile of the legs: a leg between groups
MOST_NODES = 2_000  # of a tour whose groups are searched
LEAST_NODES = 8


def shared_costs(form: SymmetricForm, near: Neighbours) -> "Array | None":
    """Return what can be subtracted from all distances of each node; None where no city is far.

    Shape (n,). No distance between cities falls below zero; a hub's costs are below zero where
    a far city's are above.
    """
    import numpy as np

    if form.directed or not near.near.shape[1]:
        return None
    nearest = near.distance[:, 0]
    usual = float(np.median(nearest))
    far = np.flatnonzero(np.isfinite(nearest) & (nearest > FAR * usual))
    if not len(far) or len(far) > MOST_FAR:
        return None
    costs = np.zeros(form.size)
    for node in far[np.argsort(-nearest[far], kind="stable")].tolist():
        row = form.block(node, node + 1)[0][: form.base.size] - costs[: form.base.size]
        row[node] = np.inf
        costs[node] = max(0.0, float(row.min()))
    costs[form.base.size :] = -costs.max()
    return costs


def less(form: SymmetricForm, costs: "Array") -> "Array":
    """Return the distances, shape (n, n), less the costs of both ends; zero on the diagonal."""
    import numpy as np

    matrix: Array = form.block(0, form.size) - costs[:, None] - costs
    np.fill_diagonal(matrix, 0)
    return np.maximum(matrix, 0, out=matrix)


def longest_short_leg(form: SymmetricForm, tour: "Array") -> float:
    """Return the length above which legs leave 16 bits too few for the others; infinite if none."""
    import numpy as np

    legs = form.pairs(tour, np.roll(tour, -1))
    if not LEAST_NODES <= form.size <= MOST_NODES or not np.isfinite(legs).all():
        return np.inf
    limit = LONG * float(np.quantile(legs, 0.9))
    return limit if limit < legs.max() else np.inf


def improve_groups(form: SymmetricForm, tour: "Array", near: Neighbours, seconds: float) -> "Array":
    """Return a tour that is shorter within the groups between its long legs, if one was found."""
    groups = [group for group in _groups(form, tour, near) if group.sum() >= LEAST_NODES]
    total = sum(int(group.sum()) for group in groups)
    for group in groups:
        shorter = _within(form, tour, group, seconds * int(group.sum()) / total)
        if shorter is not None and form.length(shorter) < form.length(tour):
            tour = shorter
    return tour


def _groups(form: SymmetricForm, tour: "Array", near: Neighbours) -> "Iterator[Array]":
    """Yield masks of the nodes that are connected by legs and edges that are not long."""
    import numpy as np
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    size, cities = form.size, form.base.size
    follows, limit = np.roll(tour, -1), longest_short_leg(form, tour)
    i, j, length = near.edges()
    legs = (tour < cities) & (follows < cities) & (form.pairs(tour, follows) <= limit)
    first = np.concatenate([i[length <= limit], tour[legs]])
    second = np.concatenate([j[length <= limit], follows[legs]])
    graph = csr_array((np.ones(len(first)), (first, second)), shape=(cities, cities))
    count, part = connected_components(graph, directed=False)
    hubs = np.flatnonzero(tour >= cities)
    for number in range(count):
        group = np.zeros(size, dtype=bool)
        group[:cities] = part == number
        between = group[tour[hubs - 1]] & group[follows[hubs]]
        group[tour[hubs[between]]] = True
        yield group


def _within(form: SymmetricForm, tour: "Array", group: "Array", seconds: float) -> "Array | None":
    """Return the tour with a shorter path through a group; None when none was found.

    Each stretch of the tour outside the group is kept. What the distances of its ends to the group
    have in common is subtracted from them, so that 16 bits are enough for what differs.
    """
    import numpy as np

    inside = group[tour]
    if inside.all():
        return None
    tour = np.roll(tour, -int(np.flatnonzero(inside & ~np.roll(inside, 1))[0]))
    inside = group[tour]
    at = np.flatnonzero(inside | np.roll(inside, 1) | np.roll(inside, -1))
    nodes, outer = tour[at], ~inside[at]
    kept = outer & np.roll(outer, -1)
    length = form.pairs(nodes[:, None], nodes[None, :]).astype(float)
    shared = length[np.ix_(outer, ~outer & (nodes < form.base.size))].min(axis=1)
    length[outer] -= shared[:, None]
    length[:, outer] -= shared
    length[np.ix_(outer, outer)] = np.inf
    cycle = fast_tsp_library.shorter_cycle(np.maximum(length, 0), kept, seconds)
    return None if cycle is None else respliced(tour, at, kept, cycle)
