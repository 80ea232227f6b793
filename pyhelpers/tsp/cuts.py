"""Cuts: sets of nodes that a solution enters and leaves too seldom."""

from typing import TYPE_CHECKING, Any

from pyhelpers.tsp.candidates import Edges

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

THRESHOLDS = (0.0, 0.25, 0.5, 0.75)  # edges taken more than so much hold a set together
SHORT_OF_TWO = 1e-4
CAPACITY = 1_000_000  # of an edge that is taken whole, for flows in whole numbers
MOST_CUTS = 100  # that are added at a time


def cut_rows(edges: Edges, cuts: "list[Array]") -> Any:
    """Return a row for each cut, 1 where an edge crosses it; None when there is no cut."""
    import numpy as np
    from scipy.sparse import csr_array

    if not cuts:
        return None
    return csr_array(np.stack([side[edges.i] != side[edges.j] for side in cuts]).astype(float))


def components(edges: Edges, held: "Array") -> "list[Array]":
    """Return the sets that some edges hold together, each as marks on the nodes.

    Parameters
    ----------
    held : array of bool, shape (e,)
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    i, j = edges.i[held], edges.j[held]
    graph = csr_array((held[held], (i, j)), shape=(edges.size, edges.size))
    count, label = connected_components(graph, directed=False)
    return [label == number for number in range(count)] if count > 1 else []


def violated_cuts(edges: Edges, taken: "Array") -> "list[Array]":
    """Return sets of nodes whose boundary takes less than two edges.

    Parts held together by strong edges are looked at first, then least cuts between one node and
    the others.
    """
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
    return list(found.values())[:MOST_CUTS]


def _keep(found: "dict[bytes, Array]", edges: Edges, taken: "Array", side: "Array") -> None:
    if side[0]:
        side = ~side
    if side.any() and taken[side[edges.i] != side[edges.j]].sum() < 2 - SHORT_OF_TWO:
        found[side.tobytes()] = side


def _least_cuts(edges: Edges, taken: "Array") -> Any:
    """Yield the side of the sink of a least cut between node 0 and each other node."""
    import numpy as np
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    held = taken > 1e-9
    i, j = edges.i[held], edges.j[held]
    capacity = np.rint(taken[held] * CAPACITY).astype(np.int32)
    both = (np.concatenate([i, j]), np.concatenate([j, i]))
    graph = csr_array((np.concatenate([capacity] * 2), both), shape=(edges.size,) * 2)
    covered = np.zeros(edges.size, dtype=bool)
    for sink in range(1, edges.size):
        if covered[sink]:
            continue
        flow = maximum_flow(graph, 0, sink)
        if flow.flow_value < (2 - SHORT_OF_TWO) * CAPACITY:
            residual = graph - flow.flow
            residual.data[residual.data < 0] = 0
            residual.eliminate_zeros()
            side = np.ones(edges.size, dtype=bool)
            side[breadth_first_order(residual, 0, return_predecessors=False)] = False
            covered |= side
            yield side
