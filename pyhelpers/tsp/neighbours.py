"""Neighbour lists: the few nearest nodes of each, without a matrix of all."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyhelpers.tsp.distances import Distances, MatrixDistances

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

FEW = 1_000  # places up to which all pairs are looked at sooner than scipy is imported
CELLS = 1 << 20  # pairs looked at together


@dataclass(frozen=True)
class Neighbours:
    """The k nearest of each of some nodes.

    Attributes
    ----------
    near : array of int, shape (n, k)
        Nearest first.
    distance : array of float, shape (n, k)
        Never falling along a row; infinite where there is no way.
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
    """Return where the k smallest of each row stand, smallest first."""
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
    """Drop each node from its own list; of many in one place it may stand anywhere, or nowhere."""
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
