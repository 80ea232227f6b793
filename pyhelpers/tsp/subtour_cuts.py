"""Cuts: inequalities that every tour satisfies and a solution of the linear programme violates.

Subtour cuts: a tour crosses the boundary of a set of nodes at least twice. Combs: a handle and an
odd number of disjoint teeth, each with nodes within and outside of it, have boundaries that a tour
crosses at least 3 t + 1 times in all (Chvatal 1973, Groetschel and Padberg 1979).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyhelpers.tsp.candidate_edges import Edges

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

THRESHOLDS = (0.0, 0.25, 0.5, 0.75)  # of the edges whose components are tested
SHORT_OF_TWO = 1e-4
CAPACITY = 1_000_000  # of an edge of value 1, for flows in whole numbers
MOST_CUTS = 100  # added at a time


@dataclass(frozen=True)
class Cut:
    """A lower limit of the edges across the boundaries of some sets, all together.

    Attributes
    ----------
    sets : array of bool, shape (s, n)
        One set, or the handle of a comb and then its teeth.
    """

    sets: "Array"

    @property
    def least(self) -> int:
        """The number of crossings that every tour has."""
        return 3 * len(self.sets) - 2 if len(self.sets) > 1 else 2

    @cached_property
    def key(self) -> bytes:
        """Equal for equal sets."""
        return self.sets.tobytes()

    def holds(self) -> bool:
        """Return whether every tour satisfies it, by the conditions of a subtour cut or a comb."""
        handle, teeth = self.sets[0], self.sets[1:]
        if not len(teeth):
            return bool(handle.any() and not handle.all())
        return bool(
            len(teeth) % 2 == 1
            and len(teeth) >= 3
            and teeth.sum(axis=0).max() == 1
            and (teeth & handle).any(axis=1).all()
            and (teeth & ~handle).any(axis=1).all()
        )


def cut_rows(edges: Edges, cuts: list[Cut]) -> Any:
    """Return a row for each cut: how many of its boundaries each edge crosses."""
    import numpy as np
    from scipy.sparse import csr_array

    rows = np.zeros((len(cuts), len(edges.i)))
    for row, cut in zip(rows, cuts, strict=True):
        (cut.sets[:, edges.i] != cut.sets[:, edges.j]).sum(axis=0, out=row)
    return csr_array(rows)


def parts_of(edges: Edges, held: "Array") -> "tuple[int, Array]":
    """Return the number of connected components of some edges, and each node's component.

    Parameters
    ----------
    held : array of bool, shape (e,)
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    i, j = edges.i[held], edges.j[held]
    graph = csr_array((held[held], (i, j)), shape=(edges.size, edges.size))
    count, part = connected_components(graph, directed=False)
    return int(count), part


def components(edges: Edges, held: "Array") -> "list[Array]":
    """Return the connected components of some edges, each as a mask of the nodes; [] if one."""
    count, part = parts_of(edges, held)
    return [part == number for number in range(count)] if count > 1 else []


def component_cuts(edges: Edges, taken: "Array") -> list[Cut]:
    """Return violated subtour cuts among the connected components of strong edges."""
    found: dict[bytes, Array] = {}
    for threshold in THRESHOLDS:
        for side in components(edges, taken > threshold + 1e-9):
            _keep(found, edges, taken, side)
        if threshold == 0.0 and found:
            break
    return [Cut(side[None]) for side in found.values()][:MOST_CUTS]


def subtour_cuts(edges: Edges, taken: "Array") -> list[Cut]:
    """Return violated subtour cuts; none only if no subtour cut is violated.

    Components of strong edges are tested first, then minimum cuts between one node and the others.
    """
    easy = component_cuts(edges, taken)
    if easy:
        return easy
    found: dict[bytes, Array] = {}
    for side in _least_cuts(edges, taken):
        _keep(found, edges, taken, side)
        if len(found) >= MOST_CUTS:
            break
    return [Cut(side[None]) for side in found.values()]


def _keep(found: "dict[bytes, Array]", edges: Edges, taken: "Array", side: "Array") -> None:
    if side[0]:
        side = ~side
    if side.any() and taken[side[edges.i] != side[edges.j]].sum() < 2 - SHORT_OF_TWO:
        found[side.tobytes()] = side


def _least_cuts(edges: Edges, taken: "Array") -> "Iterator[Array]":
    """Yield the sink's side of a minimum cut between one component and each other.

    Nodes joined by edges of value 1 are one component: where a cut between them is violated,
    another cut is too (Padberg and Rinaldi, Math. Prog. 47, 1990).
    """
    import numpy as np
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    count, part = parts_of(edges, taken > 1 - 1e-9)
    graph = _capacities(edges, taken, part, count)
    covered = np.zeros(count, dtype=bool)
    for sink in range(1, count):
        if covered[sink]:
            continue
        flow = maximum_flow(graph, 0, sink)
        if flow.flow_value < (2 - SHORT_OF_TWO) * CAPACITY:
            residual = graph - flow.flow
            residual.data[residual.data < 0] = 0
            residual.eliminate_zeros()
            side = np.ones(count, dtype=bool)
            side[breadth_first_order(residual, 0, return_predecessors=False)] = False
            covered |= side
            yield side[part]


def _capacities(edges: Edges, taken: "Array", part: "Array", count: int) -> Any:
    """Return the sum of the edges between each two components, in whole numbers."""
    import numpy as np
    from scipy.sparse import coo_array

    i, j = part[edges.i], part[edges.j]
    held = (taken > 1e-9) & (i != j)
    capacity = np.rint(taken[held] * CAPACITY).astype(np.int32)
    both = (np.concatenate([i[held], j[held]]), np.concatenate([j[held], i[held]]))
    return coo_array((np.concatenate([capacity] * 2), both), shape=(count, count)).tocsr()
