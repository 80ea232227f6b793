"""Partition crossover: the best parts of two tours in one.

The edges that only one of two tours has fall into connected parts. Taking the other tour's edges of
one part is a move of its own: it is made where it is shorter and leaves one closed tour (Whitley,
Hains and Howe, GECCO 2009; here each part is tried, whatever the number of its ways in).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

LEAST_NODES = 8
LEAST_GAIN = 1e-12  # of the edges that a part removes: smaller gains may be rounding errors
Pairs = Callable[["Array", "Array"], "Array"]
Edge = tuple[int, int]


@dataclass
class Part:
    """Edges of two tours that are connected, by places in the first tour.

    Attributes
    ----------
    old : list of int
        The first tour's edges: from each of these places to the next.
    new : list of (int, int)
        The second tour's edges, as many.
    removed, added : float
        Their lengths.
    """

    old: list[int] = field(default_factory=list)
    new: list[Edge] = field(default_factory=list)
    removed: float = 0.0
    added: float = 0.0

    @property
    def gain(self) -> float:
        """How much shorter the new edges are."""
        return self.removed - self.added


def shorter_of_both(first: "Array", second: "Array", pairs: Pairs) -> "Array":
    """Return the shorter of two closed tours, with those parts of the other that shorten it.

    Parameters
    ----------
    first, second : array of int, shape (n,)
        Over the same nodes.
    pairs : function of two arrays
        Returns the distance of each pair of nodes.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([0.0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    >>> one = np.array([0, 2, 1, 3, 4, 5, 6, 7, 8, 9])
    >>> other = np.array([0, 1, 2, 3, 4, 5, 7, 6, 8, 9])
    >>> best = shorter_of_both(one, other, lambda i, j: np.abs(x[i] - x[j]))
    >>> float(np.abs(x[best] - x[np.roll(best, -1)]).sum())
    18.0
    """
    import numpy as np

    one, other = (float(pairs(tour, np.roll(tour, -1)).sum()) for tour in (first, second))
    return merged(first, second, pairs) if one <= other else merged(second, first, pairs)


def merged(first: "Array", second: "Array", pairs: Pairs) -> "Array":
    """Return the first of two closed tours with those parts of the second that shorten it."""
    import numpy as np

    size = len(first)
    if size < LEAST_NODES:
        return first
    tour = np.arange(size)
    place = tour.copy()
    parts = (
        part for part in _parts(first, second, pairs) if part.gain > LEAST_GAIN * abs(part.removed)
    )
    waiting = sorted(parts, key=lambda part: -part.gain)
    while waiting:
        left = []
        for part in waiting:
            changed = _exchanged(tour, place, part)
            if changed is None:
                left.append(part)
                continue
            tour = changed
            place[tour] = np.arange(size)
        if len(left) == len(waiting):
            break
        waiting = left  # another part may have made it possible
    found: Array = first[tour]
    return found


def _parts(first: "Array", second: "Array", pairs: Pairs) -> Iterable[Part]:
    """Return the connected parts of the edges that only one of the tours has."""
    import numpy as np

    size = len(first)
    place = np.empty(size, dtype=np.intp)
    place[first] = np.arange(size)
    a = place[second]
    b = np.roll(a, -1)
    apart = np.abs(a - b)
    shared = (apart == 1) | (apart == size - 1)
    differs = np.ones(size, dtype=bool)
    differs[np.where(apart == 1, np.minimum(a, b), size - 1)[shared]] = False
    old, a, b = np.flatnonzero(differs), a[~shared], b[~shared]
    after = (old + 1) % size
    removed, added = pairs(first[old], first[after]), pairs(first[a], first[b])
    olds = list(zip(old.tolist(), after.tolist(), strict=True))
    news = list(zip(a.tolist(), b.tolist(), strict=True))
    root = _components(size, [*olds, *news])
    parts: defaultdict[int, Part] = defaultdict(Part)
    for (node, _), length in zip(olds, removed.tolist(), strict=True):
        part = parts[root[node]]
        part.old.append(node)
        part.removed += length
    for edge, length in zip(news, added.tolist(), strict=True):
        part = parts[root[edge[0]]]
        part.new.append(edge)
        part.added += length
    return parts.values()


def _components(size: int, edges: Iterable[Edge]) -> list[int]:
    """Return a number for each node, the same for those that edges connect (union-find)."""
    parent = list(range(size))

    def find(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for i, j in edges:
        parent[find(i)] = find(j)
    return [find(node) for node in range(size)]


def _exchanged(tour: "Array", place: "Array", part: Part) -> "Array | None":
    """Return a tour with a part's new edges for its old; None where it falls into several."""
    import numpy as np

    size = len(tour)
    cuts = []
    for node in part.old:
        here, there = int(place[node]), int(place[(node + 1) % size])
        cuts.append(here if there == (here + 1) % size else there)
    cuts.sort()
    begins = [(cut + 1) % size for cut in cuts]
    ends = cuts[1:] + cuts[:1]  # a stretch is from begins[k] to ends[k], round the end
    order = _order([int(tour[at]) for at in begins], [int(tour[at]) for at in ends], part.new)
    if order is None:
        return None
    turned = np.roll(tour, -begins[0])
    pieces = []
    for stretch, forward in order:
        begin = (begins[stretch] - begins[0]) % size
        piece = turned[begin : begin + (ends[stretch] - begins[stretch]) % size + 1]
        pieces.append(piece if forward else piece[::-1])
    return np.concatenate(pieces)


def _order(begins: list[int], ends: list[int], edges: list[Edge]) -> list[tuple[int, bool]] | None:
    """Return in which order, and which way, edges join stretches to a cycle; None if to several."""
    onward: defaultdict[int, list[int]] = defaultdict(list)
    for i, j in edges:
        onward[i].append(j)
        onward[j].append(i)
    at_begin = {node: stretch for stretch, node in enumerate(begins)}
    at_end = {node: stretch for stretch, node in enumerate(ends)}
    order, before = [(0, True)], -1
    while len(order) <= len(begins):
        stretch, forward = order[-1]
        last = ends[stretch] if forward else begins[stretch]
        ways = onward[last]  # two of a stretch of one node
        node = ways[1] if len(ways) == 2 and ways[0] == before else ways[0]
        before = last
        if node == begins[0]:
            return order if len(order) == len(begins) else None
        order.append((at_begin[node], True) if node in at_begin else (at_end[node], False))
    return None
