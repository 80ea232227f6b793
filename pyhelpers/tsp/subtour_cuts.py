"""Cuts: inequalities that every tour satisfies and a solution of the linear programme violates.

Subtour cuts: a tour has at least two edges of the boundary of a set of nodes. Blossoms: the number
of these edges is even, so of an odd number of boundary edges one is not in the tour, or another is
(Edmonds 1965; found by Padberg and Hong's components, Math. Prog. Study 12, 1980).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers.tsp.candidate_edges import Edges

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

THRESHOLDS = (0.0, 0.25, 0.5, 0.75)  # of the edges whose components are tested
BLOSSOM_THRESHOLDS = (0.0, 0.15, 0.3, 0.45)  # of fractional edges
SHORT_OF_TWO, SHORT_OF_ONE = 1e-4, 0.02
CAPACITY = 1_000_000  # of an edge of value 1, for flows in whole numbers
MOST_CUTS = 100  # added at a time


@dataclass(frozen=True)
class Cut:
    """A lower limit of the edges across the boundary of a set, less its teeth.

    Attributes
    ----------
    side : array of bool, shape (n,)
        The set.
    teeth : array of int, shape (t,)
        Keys of boundary edges that count as -1; none, or an odd number.
    """

    side: "Array"
    teeth: "Array"

    @property
    def least(self) -> float:
        """The least sum of the edges across, less twice the teeth."""
        return 1.0 - len(self.teeth) if len(self.teeth) else 2.0


def cut_rows(edges: Edges, cuts: list[Cut]) -> Any:
    """Return a row for each cut: 1 where an edge crosses it, -1 where it is a tooth."""
    import numpy as np
    from scipy.sparse import csr_array

    sides = np.array([cut.side for cut in cuts], dtype=bool).reshape(-1, edges.size)
    rows = (sides[:, edges.i] != sides[:, edges.j]).astype(float)
    for row, cut in zip(rows, cuts, strict=True):
        if len(cut.teeth):
            at = np.searchsorted(edges.keys, cut.teeth) % len(edges.keys)
            row[at[edges.keys[at] == cut.teeth]] = -1.0
    return csr_array(rows)


def components(edges: Edges, held: "Array") -> "list[Array]":
    """Return the connected components of some edges, each as a mask of the nodes.

    Parameters
    ----------
    held : array of bool, shape (e,)
    """
    count, part = parts_of(edges, held)
    return [part == number for number in range(count)] if count > 1 else []


def parts_of(edges: Edges, held: "Array") -> "tuple[int, Array]":
    """Return the number of connected components of some edges, and each node's component."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    i, j = edges.i[held], edges.j[held]
    graph = csr_array((held[held], (i, j)), shape=(edges.size, edges.size))
    count, part = connected_components(graph, directed=False)
    return int(count), part


def violated_cuts(edges: Edges, taken: "Array") -> list[Cut]:
    """Return violated cuts: subtour cuts, else blossoms.

    Components of strong edges are tested first, then minimum cuts between one node and the others.
    """
    import numpy as np

    found: dict[bytes, Array] = {}
    for threshold in THRESHOLDS:
        for side in components(edges, taken > threshold + 1e-9):
            _keep(found, edges, taken, side)
        if threshold == 0.0 and found:
            break
    if not found:
        for side in _least_cuts(edges, taken):
            _keep(found, edges, taken, side)
            if len(found) >= MOST_CUTS:
                break
    none = np.empty(0, dtype=np.int64)
    cuts = [Cut(side, none) for side in found.values()]
    return cuts[:MOST_CUTS] or list(_blossoms(edges, taken))[:MOST_CUTS]


def _keep(found: "dict[bytes, Array]", edges: Edges, taken: "Array", side: "Array") -> None:
    if side[0]:
        side = ~side
    if side.any() and taken[side[edges.i] != side[edges.j]].sum() < 2 - SHORT_OF_TWO:
        found[side.tobytes()] = side


def _blossoms(edges: Edges, taken: "Array") -> Iterator[Cut]:
    """Yield violated blossoms of the components of fractional edges."""
    import numpy as np

    seen = set()
    for threshold in BLOSSOM_THRESHOLDS:
        held = (taken > threshold + 1e-6) & (taken < 1 - 1e-6)
        for side in components(edges, held):
            if side.sum() < 3 or side.tobytes() in seen:
                continue
            seen.add(side.tobytes())
            across = np.flatnonzero(side[edges.i] != side[edges.j])
            tooth = taken[across] > 0.5
            if tooth.sum() % 2 == 0:  # make it odd at the least cost
                cheapest = np.abs(taken[across] - 0.5).argmin()
                tooth[cheapest] = ~tooth[cheapest]
            value = taken[across[~tooth]].sum() + (1 - taken[across[tooth]]).sum()
            if tooth.sum() > 1 and value < 1 - SHORT_OF_ONE:
                yield Cut(side, np.sort(edges.keys[across[tooth]]))


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
