"""Neighbour lists and candidate edges: the few short edges that good tours consist of."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pyhelpers.tsp.distances import Distances, MatrixDistances
from pyhelpers.tsp.symmetric import SymmetricForm

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

FEW = 1_000  # places up to which comparing all pairs is faster than importing scipy
CELLS = 1 << 20  # pairs compared at a time


@dataclass(frozen=True)
class Neighbours:
    """The k nearest of each of some nodes.

    Attributes
    ----------
    near : array of int, shape (n, k)
        Nearest first.
    distance : array of float, shape (n, k)
        Ascending along each row; infinite where there is no edge.
    """

    near: "Array"
    distance: "Array"

    def edges(self) -> "tuple[Array, Array, Array]":
        """Return each pair of neighbours once: both its nodes and its length."""
        import numpy as np

        i = np.repeat(np.arange(len(self.near)), self.near.shape[1])
        j, length = self.near.ravel(), self.distance.ravel()
        low, high = np.minimum(i, j), np.maximum(i, j)
        _, first = np.unique(low * len(self.near) + high, return_index=True)
        first = first[np.isfinite(length[first])]
        return low[first], high[first], length[first]


def nearest(distances: Distances, k: int, nodes: "Array | None" = None) -> Neighbours:
    """Return the k nearest of each node; `nodes` restricts both sides and the numbering to some.

    Coordinates are searched with a k-d tree (Bentley, Comm. ACM 18, 1975).
    """
    if isinstance(distances, MatrixDistances):
        return _from_matrix(distances, k, nodes)
    import numpy as np

    nodes = np.arange(distances.size) if nodes is None else nodes
    k = min(k, len(nodes) - 1)
    near = _without_self(_nearest_places(distances.embedding()[nodes], k + 1))
    own = np.repeat(nodes, k)
    length = distances.pairs(own, nodes[near.ravel()]).reshape(near.shape)
    return Neighbours(near, length)


def _nearest_places(places: "Array", k: int) -> "Array":
    import numpy as np

    if len(places) > FEW:
        from scipy.spatial import cKDTree

        tree: Array = cKDTree(places).query(places, k)[1]
        return tree
    near = np.empty((len(places), k), dtype=np.intp)
    rows = max(1, CELLS // len(places))
    for begin in range(0, len(places), rows):
        apart = places[begin : begin + rows, None, :] - places[None, :, :]
        near[begin : begin + rows] = _smallest((apart * apart).sum(axis=2), k)
    return near


def _smallest(rows: "Array", k: int) -> "Array":
    """Return the columns of the k smallest values of each row, smallest first."""
    import numpy as np

    if k < rows.shape[1]:
        some = np.argpartition(rows, k, axis=1)[:, :k]
        some.sort(axis=1)
    else:
        some = np.broadcast_to(np.arange(rows.shape[1]), rows.shape)
    order = np.argsort(np.take_along_axis(rows, some, axis=1), axis=1, kind="stable")
    found: Array = np.take_along_axis(some, order, axis=1)
    return found


def _without_self(near: "Array") -> "Array":
    """Remove each node from its own list, in which it is not first if others share its place."""
    import numpy as np

    own = near == np.arange(len(near))[:, None]
    own[~own.any(axis=1), -1] = True
    others: Array = near[~own].reshape(len(near), -1)
    return others


def _from_matrix(distances: MatrixDistances, k: int, nodes: "Array | None") -> Neighbours:
    import numpy as np

    matrix = distances.matrix if nodes is None else distances.matrix[np.ix_(nodes, nodes)]
    k = min(k, len(matrix) - 1)
    others = matrix.copy()
    np.fill_diagonal(others, np.inf)
    near = _without_self(_smallest(others, k + 1))
    return Neighbours(near, np.take_along_axis(matrix, near, axis=1))


@dataclass(frozen=True)
class Edges:
    """Some edges of a form.

    Attributes
    ----------
    size : int
        Of the form, in nodes.
    i, j : array of int, shape (e,)
        The ends, i < j, ordered by i, then j.
    length : array of float, shape (e,)
    forced : array of bool, shape (e,)
        Edges that are in every tour.
    radius : array of float, shape (n,)
        No edge of a node that is not a candidate is shorter; infinite where all are candidates.
    """

    size: int
    i: "Array"
    j: "Array"
    length: "Array"
    forced: "Array"
    radius: "Array"

    @cached_property
    def keys(self) -> "Array":
        """One number an edge, rising: i * n + j."""
        found: Array = self.i * self.size + self.j
        return found

    def some(self, kept: "Array") -> "Edges":
        """Return those edges that a mask selects."""
        parts = self.i[kept], self.j[kept], self.length[kept], self.forced[kept]
        return Edges(self.size, *parts, self.radius)

    def find(self, a: "Array", b: "Array") -> "Array":
        """Return the numbers of edges that are there."""
        import numpy as np

        return np.searchsorted(self.keys, np.minimum(a, b) * self.size + np.maximum(a, b))


def candidate_edges(form: SymmetricForm, tour: "Array", k: int) -> Edges:
    """Return the edges to each node's k nearest, all of the hubs', the forced and the tour's.

    With the tour's they join all nodes.
    """
    import numpy as np

    near = nearest(form.base, k)
    i, j, _ = near.edges()
    hub, node = np.nonzero(np.isfinite(form.hubs))
    follows = np.roll(tour, -1)
    starts = [i, hub + form.base.size, form.forced[:, 0], tour]
    ends = [j, node, form.forced[:, 1], follows]
    a, b = np.concatenate(starts), np.concatenate(ends)
    keys = np.unique(np.minimum(a, b) * form.size + np.maximum(a, b))
    keys = keys[np.isfinite(form.pairs(keys // form.size, keys % form.size))]
    a, b = keys // form.size, keys % form.size
    forced = np.isin(keys, form.forced.min(axis=1) * form.size + form.forced.max(axis=1))
    radius = np.full(form.size, np.inf)
    if near.near.shape[1] < form.base.size - 1:
        radius[: form.base.size] = near.distance[:, -1]
    return Edges(form.size, a, b, form.pairs(a, b), forced, radius)
