"""Scales: near cities told apart in 16 bits although others are far away.

A city alone far away: what its two legs cost at least is taken from all of its distances, which
changes no tour's rank. Groups of cities far apart: the long legs between them are kept, and the
rest of the tour is searched on its own scale.
"""

from typing import TYPE_CHECKING

from pyhelpers.tsp.neighbours import Neighbours
from pyhelpers.tsp.symmetric import Symmetric
from pyhelpers.tsp.windows import shorter_cycle

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

FAR = 16.0  # times the usual distance to the nearest city
MOST_FAR = 500  # cities that are looked at as far ones
LONG = 8.0  # times a long leg: what is kept between groups
MOST_NODES = 2_000  # of a tour whose legs are searched with the long ones kept


def shared_costs(form: Symmetric, near: Neighbours) -> "Array | None":
    """Return what may be taken from all distances of each node; None where no city is far.

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


def less(form: Symmetric, costs: "Array") -> "Array":
    """Return the distances, shape (n, n), less what both ends share; zero on the diagonal."""
    import numpy as np

    matrix: Array = form.block(0, form.size) - costs[:, None] - costs
    np.fill_diagonal(matrix, 0)
    return np.maximum(matrix, 0, out=matrix)


def long_legs(form: Symmetric, tour: "Array") -> "Array":
    """Return which legs of a tour are so long that the others are lost beside them."""
    import numpy as np

    legs = form.pairs(tour, np.roll(tour, -1))
    if form.size > MOST_NODES or form.size < 8 or not np.isfinite(legs).all():
        return np.zeros(form.size, dtype=bool)
    kept: Array = legs > LONG * float(np.quantile(legs, 0.9))
    return kept


def improve_between_long_legs(form: Symmetric, tour: "Array", seconds: float) -> "Array":
    """Return a tour that keeps the long legs of this one, and is shorter if one was found."""
    import numpy as np

    kept = long_legs(form, tour)
    if not kept.any():
        return tour
    cycle = shorter_cycle(form.block(0, form.size)[np.ix_(tour, tour)], kept, seconds)
    return tour if cycle is None else tour[cycle]
