"""Candidate edges: the few that good tours are made of, and how short no other is."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pyhelpers.tsp.neighbours import nearest
from pyhelpers.tsp.symmetric import Symmetric

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array


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
        Which every tour must take.
    radius : array of float, shape (n,)
        No edge from a node to one that it is not joined to here is shorter; infinite where all its
        edges are here.
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

    def find(self, a: "Array", b: "Array") -> "Array":
        """Return the numbers of edges that are there."""
        import numpy as np

        return np.searchsorted(self.keys, np.minimum(a, b) * self.size + np.maximum(a, b))


def candidate_edges(form: Symmetric, tour: "Array", k: int) -> Edges:
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
