"""Local search: 2-opt and Or-opt over neighbour lists, from kicked tours (Or-opt: Or 1976).

Neighbour lists and don't-look bits: Bentley, ORSA J. Computing 4, 1992. Kicks: a double bridge on a
short segment, undone when it gains nothing (Johnson and McGeoch 1997). Every move is a sequence of
reversals, so a kick is undone by reversing again.
"""

import math
import random
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pyhelpers.tsp.candidate_edges import Neighbours
from pyhelpers.tsp.distances import Scalar
from pyhelpers.tsp.symmetric import SymmetricForm

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

LOOKS = 256  # nodes between two looks at the clock
SHORT = 40  # nodes up to which plain Python reverses faster than numpy
SEGMENT = 3  # nodes that Or-opt moves together
STRETCH = 30  # most nodes of each segment that a kick exchanges
EPSILON = 1e-9  # of the longest edge: smaller gains may be rounding errors


class LocalSearch:
    """A closed tour that can be improved and kicked; a kick can be undone.

    Parameters
    ----------
    tour : array of int, shape (n,)
    distance : function of two nodes
    lists : list of lists of int
        The candidates of each node, nearest first.
    epsilon : float
        Least gain of a move.
    """

    def __init__(
        self, tour: "Array", distance: Scalar, lists: list[list[int]], epsilon: float
    ) -> None:
        import numpy as np

        self.size, self.epsilon = len(tour), epsilon
        self.distance, self.lists, self.until = distance, lists, math.inf
        order: Any = np.ascontiguousarray(tour, dtype=np.int32)
        place: Any = np.empty_like(order)
        place[order] = np.arange(self.size, dtype=np.int32)
        self._tour, self._place = order, place
        self._at, self._where = memoryview(order), memoryview(place)
        self._log: list[tuple[int, int]] = []

    def tour(self) -> "Array":
        """Return a copy of the tour."""
        copy: Array = self._tour.astype("intp")
        return copy

    def reverse(self, i: int, j: int) -> None:
        """Reverse the tour from place i to place j, which may lie round its end.

        The rest is reversed instead where it is shorter, which gives the same closed tour.
        """
        size = self.size
        length = (j - i) % size + 1
        if 2 * length > size:
            i, j, length = (j + 1) % size, (i - 1) % size, size - length
        self._log.append((i, j))
        if length > SHORT:
            self._reverse_long(i, length)
            return
        at, where = self._at, self._where
        for _ in range(length // 2):
            a, b = at[i], at[j]
            at[i], at[j] = b, a
            where[b], where[a] = i, j
            i = i + 1 if i + 1 < size else 0
            j = j - 1 if j else size - 1

    def _reverse_long(self, i: int, length: int) -> None:
        import numpy as np

        if i + length <= self.size:
            part = self._tour[i : i + length][::-1].copy()
            self._tour[i : i + length] = part
            self._place[part] = np.arange(i, i + length, dtype=np.int32)
            return
        places = np.arange(i, i + length) % self.size
        part = self._tour[places[::-1]]
        self._tour[places] = part
        self._place[part] = places

    def improve(self, nodes: Iterable[int]) -> float:
        """Improve around some nodes, and the nodes of each move, until a local optimum is reached.

        Returns
        -------
        float
            The gain in length.
        """
        waiting = list(nodes)
        waiting.reverse()
        queued, looked = bytearray(self.size), 0
        for node in waiting:
            queued[node] = 1
        total = 0.0
        while waiting:
            node = waiting.pop()
            queued[node] = 0
            looked += 1
            if looked % LOOKS == 0 and time.monotonic() > self.until:
                break
            while True:
                gain, touched = self._two_opt(node) or self._or_opt(node) or (0.0, ())
                if not touched:
                    break
                total += gain
                for other in touched:
                    if not queued[other]:
                        queued[other] = 1
                        waiting.append(other)
        return total

    def _two_opt(self, a: int) -> tuple[float, tuple[int, ...]] | None:
        """Exchange an edge of a and another for two shorter ones; None where none are shorter."""
        at, where, distance, epsilon = self._at, self._where, self.distance, self.epsilon
        size, here = self.size, where[a]
        for step in (1, -1):
            b = at[(here + step) % size]
            old = distance(a, b)
            for c in self.lists[a]:
                gain = old - distance(a, c)
                if gain <= epsilon:
                    break
                d = at[(where[c] + step) % size]
                gain += distance(c, d) - distance(b, d)
                if gain > epsilon:
                    self._exchange(a, b, c, d)
                    return gain, (a, b, c, d)
        return None

    def _or_opt(self, a: int) -> tuple[float, tuple[int, ...]] | None:
        """Move up to three nodes that begin with a to between one of its candidates and the next.

        The removed length must exceed the added length at every step (Lin and Kernighan 1973).
        """
        at, where, distance, epsilon = self._at, self._where, self.distance, self.epsilon
        size, here = self.size, where[a]
        for step in (1, -1):
            stretch = [at[(here + step * offset) % size] for offset in range(SEGMENT + 1)]
            before = at[(here - step) % size]
            opened = distance(before, a)
            for c in self.lists[a]:
                saved = opened - distance(a, c)
                if saved <= epsilon:
                    break
                away = (where[c] - here) * step % size
                for side in (1, -1):
                    within = min(away, (away + side * step) % size, SEGMENT)
                    d = at[(where[c] + side) % size]
                    spare = saved + distance(c, d)
                    for length in range(within):
                        end, after = stretch[length], stretch[length + 1]
                        gain = spare - distance(end, d)
                        if gain > epsilon:
                            gain += distance(end, after) - distance(before, after)
                            if gain > epsilon:
                                self._move(before, a, end, after, c, d, side == step)
                                return gain, (a, end, before, after, c, d)
        return None

    def _exchange(self, a: int, b: int, c: int, d: int) -> None:
        """Replace the edges a-b and c-d, of one direction, by a-c and b-d."""
        where = self._where
        if self._at[(where[a] + 1) % self.size] == b:
            self.reverse(where[b], where[c])
        else:
            self.reverse(where[c], where[b])

    def _move(self, p: int, a: int, end: int, n: int, c: int, d: int, onward: bool) -> None:
        """Take a ... end from between p and n and put it between c and d, a beside c.

        `onward` is whether c comes before d, going from p over a.
        """
        if not onward:
            self._exchange(p, a, d, c)
            self._exchange(p, d, n, end)
            return
        self._exchange(p, a, c, d)
        self._exchange(p, c, n, end)
        self._exchange(c, end, a, d)

    def kick(self, rng: random.Random) -> bool:
        """Exchange two short neighbouring segments and improve around them; False when undone."""
        at, size, distance = self._at, self.size, self.distance
        most = min(STRETCH, (size - 2) // 2)
        place = int(rng.random() * size)
        one, two = (1 + int(rng.random() * most) for _ in range(2))
        a, b, c, d, e, f = (
            at[(place + offset) % size] for offset in (0, 1, one, one + 1, one + two, one + two + 1)
        )
        self._log.clear()
        self._exchange(a, b, e, f)
        self._exchange(a, e, d, c)
        self._exchange(e, c, b, f)
        gain = distance(a, b) + distance(c, d) + distance(e, f)
        gain -= distance(a, d) + distance(e, b) + distance(c, f)
        gain += self.improve((a, b, c, d, e, f))
        if gain > -self.epsilon:
            return True
        for i, j in reversed(self._log[:]):
            self.reverse(i, j)
        return False


def prepare(form: SymmetricForm, tour: "Array", near: Neighbours) -> LocalSearch:
    """Return a search over a form's nodes, in which a missing edge is longer than any tour."""
    import numpy as np

    length = near.distance[np.isfinite(near.distance)]
    finite = form.pairs(tour, np.roll(tour, -1))
    longest = max(part[np.isfinite(part)].max(initial=0.0) for part in (length, finite))
    scale = float(longest) or 1.0
    lists = near.near.tolist() + [[] for _ in form.hubs]
    for number, ways in enumerate(form.hubs):
        hub, nodes = form.base.size + number, np.flatnonzero(np.isfinite(ways)).tolist()
        for node in nodes:
            lists[node].insert(0, hub)
        if len(nodes) <= 2:
            lists[hub] += nodes
    return LocalSearch(tour, form.scalar(never=4 * scale * form.size), lists, EPSILON * scale)


def local_search(
    form: SymmetricForm,
    tour: "Array",
    near: Neighbours,
    seed: int,
    go_on: Callable[[int], bool],
    report: Callable[["Array"], None] = lambda tour: None,
    until: float = math.inf,
) -> "Array":
    """Improve a closed tour by 2-opt and Or-opt, then by kicks until `go_on` returns False.

    Parameters
    ----------
    go_on : function of int
        Called with the number of kicks so far; False ends the search.
    report : function of array
        Called with the first local optimum, and with the tour at an interruption.
    until : float
        When it ends, by `time.monotonic`, if it does not end before.
    """
    if form.size < 8 or time.monotonic() > until:
        return tour
    search = prepare(form, tour, near)
    search.until = until
    rng, kicks = random.Random(seed), 0
    try:
        search.improve(tour.tolist())
        report(search.tour())
        while go_on(kicks):
            search.kick(rng)
            kicks += 1
    except KeyboardInterrupt:
        report(search.tour())
        raise
    return search.tour()
