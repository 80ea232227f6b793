"""Construction: greedy edges, the shortest first (Bentley, ORSA J. Computing 4, 1992)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pyhelpers.tsp.distances import PointDistances
from pyhelpers.tsp.neighbours import Neighbours, nearest
from pyhelpers.tsp.symmetric import Symmetric

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

JOIN_NEIGHBOURS = 6


class Fragments:
    """Paths that grow together until one holds every node."""

    def __init__(self, size: int) -> None:
        self.links: list[list[int]] = [[] for _ in range(size)]
        self.count = size
        self._parent = list(range(size))

    def find(self, node: int) -> int:
        """Return the name of a node's path; two nodes of one path have one name."""
        parent = self._parent
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def join(self, edges: Iterable[tuple[int, int]]) -> None:
        """Take each edge, in turn, that joins the ends of two different paths."""
        links, parent, find = self.links, self._parent, self.find
        for a, b in edges:
            if len(links[a]) == 2 or len(links[b]) == 2:
                continue
            first, second = find(a), find(b)
            if first != second:
                parent[first] = second
                links[a].append(b)
                links[b].append(a)
                self.count -= 1

    def ends(self) -> list[int]:
        """Return the nodes that have a link to spare."""
        return [node for node, linked in enumerate(self.links) if len(linked) < 2]

    def walk(self) -> list[int]:
        """Return the nodes of the one path, from end to end."""
        links = self.links
        node = next((node for node, linked in enumerate(links) if len(linked) < 2), 0)
        order, before = [node], -1
        while len(order) < len(links):
            onward = [near for near in links[node] if near != before]
            before, node = node, onward[0]
            order.append(node)
        return order


def greedy_edges(form: Symmetric, near: Neighbours) -> "Array":
    """Return a closed tour made of short edges; forced edges and the hubs' only ways come first.

    Parameters
    ----------
    near : Neighbours
        Of the base nodes of `form`.

    Returns
    -------
    array of int, shape (n,)
    """
    import numpy as np

    fragments = Fragments(form.size)
    fragments.join(form.forced.tolist())
    _link_hubs(form, fragments)
    _join_same_places(form, fragments)
    _shortest_first(fragments, near, np.arange(form.base.size))
    k = JOIN_NEIGHBOURS
    while True:
        ends = np.array([node for node in fragments.ends() if node < form.base.size])
        before = fragments.count
        if before <= 1 + _loose_hubs(form, fragments) or len(ends) < 2:
            break
        _shortest_first(fragments, nearest(form.base, k, ends), ends)
        if fragments.count > 0.8 * before:
            k *= 2
        if k > 2 * len(ends) and fragments.count == before:
            break
    loose = fragments.ends()
    fragments.join((a, b) for a in loose for b in loose if a < b)
    return np.array(fragments.walk())


def _link_hubs(form: Symmetric, fragments: Fragments) -> None:
    """Join each hub that has two ways only."""
    import numpy as np

    for number, ways in enumerate(form.hubs):
        to = np.flatnonzero(np.isfinite(ways))
        if len(to) == 2:
            fragments.join((form.base.size + number, int(node)) for node in to)


def _join_same_places(form: Symmetric, fragments: Fragments) -> None:
    """Join cities that are in one place: no edge is shorter, and lists see few of them."""
    import numpy as np

    if isinstance(form.base, PointDistances):
        order = np.lexsort(form.base.points.T)
        places = form.base.points[order]
        same = np.flatnonzero((places[1:] == places[:-1]).all(axis=1))
        fragments.join(zip(order[same].tolist(), order[same + 1].tolist(), strict=True))


def _loose_hubs(form: Symmetric, fragments: Fragments) -> int:
    return sum(not fragments.links[node] for node in range(form.base.size, form.size))


def _shortest_first(fragments: Fragments, near: Neighbours, nodes: "Array") -> None:
    import numpy as np

    i, j, length = near.edges()
    order = np.argsort(length, kind="stable")
    fragments.join(zip(nodes[i[order]].tolist(), nodes[j[order]].tolist(), strict=True))
