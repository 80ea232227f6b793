"""Construction heuristics: nearest neighbour from random starts, and greedy edges."""

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers.tsp.candidate_edges import Neighbours, nearest
from pyhelpers.tsp.distances import MatrixDistances, PointDistances
from pyhelpers.tsp.problem import Problem, number
from pyhelpers.tsp.symmetric import SymmetricForm

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

CELLS = 1 << 16  # starts x cities at a time: a second for 1,000 cities
JOIN_NEIGHBOURS = 6


@dataclass(frozen=True)
class Simulation:
    """Results of random starts.

    Attributes
    ----------
    draws : array of int, shape (simulations,)
        Start of each simulation.
    exhausted : bool
        Whether every start was drawn, so that more simulations change nothing.
    lengths : array of float, shape (n,)
        Length from each start; infinite where the route ran into a dead end, NaN if never drawn.
    tour : array of int, shape (n,), or None
        The first of the shortest complete routes; None when all ran into a dead end.
    interrupted : bool
        Whether Ctrl-C came before all were done.
    """

    draws: "Array"
    exhausted: bool
    lengths: "Array"
    tour: "Array | None"
    interrupted: bool = False

    def best_so_far(self) -> "Array":
        """Return the shortest length after each simulation; infinite before a complete one."""
        import numpy as np

        return np.minimum.accumulate(self.lengths[self.draws])

    def outcomes(self, names: list[str]) -> list[dict[str, Any]]:
        """Return a row for each length, shortest first, with its frequency."""
        import numpy as np

        came = self.lengths[self.draws]
        rows = []
        for length in np.unique(came).tolist():
            starts = np.unique(self.draws[came == length]).tolist()
            times = int((came == length).sum())
            rows.append(
                {
                    "distance": number(length) if np.isfinite(length) else None,
                    "times": times,
                    "starts": len(starts),
                    "from": names[starts[0]] + (" ..." if len(starts) > 1 else ""),
                }
            )
        return rows


def nearest_neighbour(problem: Problem, starts: "Array") -> "Array":
    """Return the route from each start that always goes to the nearest city not yet visited.

    Of equally near cities the first in the problem's order is taken. A route in a dead end takes
    the other cities in that order, over missing edges. A fixed end is kept for last.

    Parameters
    ----------
    starts : array of int, shape (s,)

    Returns
    -------
    array of int, shape (s, n)
    """
    import numpy as np

    many, size = len(starts), problem.size
    rows = np.arange(many)
    seen = np.zeros((many, size), dtype=bool)
    seen[rows, starts] = True
    steps = size - 1
    if problem.end is not None:
        seen[:, problem.end], steps = True, size - 2
    tours = np.empty((many, size), dtype=np.intp)
    tours[:, 0], tours[:, -1] = starts, starts if problem.end is None else problem.end
    for step in range(1, steps + 1):
        distance = np.array(problem.distances.block(tours[:, step - 1]), dtype=float)
        distance[seen] = np.inf
        nearest = distance.argmin(axis=1)
        stuck = seen[rows, nearest]  # nothing but infinity is left
        nearest[stuck] = (~seen[stuck]).argmax(axis=1)
        tours[:, step] = nearest
        seen[rows, nearest] = True
    return tours


def simulate(problem: Problem, simulations: int, seed: int, until: float = math.inf) -> Simulation:
    """Draw starts at random, with replacement, until all were drawn or the number is reached.

    A start drawn again leads to the same route, so each is computed once. The time `until`, by
    `time.monotonic`, or Ctrl-C may end that sooner, after one route at least.
    """
    import numpy as np

    possible = np.arange(problem.size) if problem.start is None else np.array([problem.start])
    if problem.start is None and problem.end is not None:
        possible = np.delete(possible, problem.end)
    draws = np.random.default_rng(seed).choice(possible, simulations)
    starts, first = np.unique(draws, return_index=True)
    exhausted = len(starts) == len(possible)
    if exhausted:
        draws = draws[: first.max() + 1]
    starts = starts[first.argsort()]
    lengths, best, interrupted = np.full(problem.size, np.nan), None, False
    try:
        for tours in _walk(problem, starts):
            for tour in tours:
                length = lengths[tour[0]] = problem.length(tour)
                if length < (np.inf if best is None else problem.length(best)):
                    best = tour
            if time.monotonic() > until:
                break
    except KeyboardInterrupt:
        if best is None:
            raise
        interrupted = True
    missing = np.isnan(lengths[draws])
    if missing.any():
        draws, exhausted = draws[: missing.argmax()], False
    return Simulation(draws, exhausted, lengths, best, interrupted)


def _walk(problem: Problem, starts: "Array") -> "Iterator[Array]":
    at_a_time = max(1, CELLS // problem.size)
    for begin in range(0, len(starts), at_a_time):
        yield nearest_neighbour(problem, starts[begin : begin + at_a_time])


def first_order(problem: Problem) -> "Array":
    """Return a route that takes next to no time: strips, or nearest neighbours in a matrix."""
    import numpy as np

    if not isinstance(problem.distances, MatrixDistances):
        return strips(problem)
    first = problem.start or int(problem.start is None and problem.end == 0)
    route: Array = nearest_neighbour(problem, np.array([first]))[0]
    return route


def strips(problem: Problem) -> "Array":
    """Return a route up and down strips of the plane, about 30 % too long for random points.

    The strips are as wide as serves them best (Few, Mathematika 2, 1955).
    """
    import numpy as np

    x, y = np.asarray(problem.points, dtype=float).T
    wide = (np.ptp(x) or 1.0) / max(1, round(math.sqrt(problem.size / 3)))
    strip = np.floor((x - x.min()) / wide)
    tour = np.lexsort((np.where(strip % 2, -y, y), strip))
    first, last = ([] if end is None else [end] for end in (problem.start, problem.end))
    inner = tour[~np.isin(tour, first + last)]
    route: Array = np.concatenate([first, inner, last]).astype(np.intp)
    return route


class Fragments:
    """Paths that are joined until one contains every node."""

    def __init__(self, size: int) -> None:
        self.links: list[list[int]] = [[] for _ in range(size)]
        self.count = size
        self._parent = list(range(size))

    def find(self, node: int) -> int:
        """Return the representative of a node's path (union-find)."""
        parent = self._parent
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def join(self, edges: Iterable[tuple[int, int]]) -> None:
        """Add each edge, in turn, that joins the ends of two different paths."""
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
        """Return the nodes with fewer than two links."""
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


def greedy_edges(form: SymmetricForm, near: Neighbours) -> "Array":
    """Return a closed tour of short edges; forced edges and the hubs' only edges come first.

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


def _link_hubs(form: SymmetricForm, fragments: Fragments) -> None:
    """Join each hub that has only two edges."""
    import numpy as np

    for hub, ways in enumerate(form.hubs):
        to = np.flatnonzero(np.isfinite(ways))
        if len(to) == 2:
            fragments.join((form.base.size + hub, int(node)) for node in to)


def _join_same_places(form: SymmetricForm, fragments: Fragments) -> None:
    """Join cities in one place: these edges are shortest, and neighbour lists have few of them."""
    import numpy as np

    if isinstance(form.base, PointDistances):
        order = np.lexsort(form.base.points.T)
        places = form.base.points[order]
        same = np.flatnonzero((places[1:] == places[:-1]).all(axis=1))
        fragments.join(zip(order[same].tolist(), order[same + 1].tolist(), strict=True))


def _loose_hubs(form: SymmetricForm, fragments: Fragments) -> int:
    return sum(not fragments.links[node] for node in range(form.base.size, form.size))


def _shortest_first(fragments: Fragments, near: Neighbours, nodes: "Array") -> None:
    import numpy as np

    i, j, length = near.edges()
    order = np.argsort(length, kind="stable")
    fragments.join(zip(nodes[i[order]].tolist(), nodes[j[order]].tolist(), strict=True))
