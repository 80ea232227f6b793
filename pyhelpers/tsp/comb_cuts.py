"""Combs: for sets that may be handles, teeth among the stretches of a short tour and the edges.

A comb is violated where x(H) + sum (x(T) - 3) < 1, with x of a set being the value of the edges
across its boundary, for the handle H and each tooth T. Stretches of a short tour are good teeth,
since the solution, too, crosses most of them twice: the best odd number of disjoint ones is found
by dynamic programming along the tour. Blossoms have edges as teeth (Edmonds 1965).
"""

import math
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyhelpers.tsp.candidate_edges import Edges
from pyhelpers.tsp.subtour_cuts import Cut, components

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

FRACTIONAL = (0.0, 0.15, 0.3, 0.45)  # thresholds of the edges whose components are handles
VIOLATED = 0.02  # least violation of a cut
LEAST_GAIN = 0.02  # of a tooth: 3 less the value across its boundary
WIDEST = 4.5  # value across the boundary of a set that may be a handle
GROWN = 30  # most nodes of a grown set
MOST_NODES = 1_500  # of a tour whose stretches are all tested
REPAIRS = 8  # of a blossom two of whose teeth share a node


def comb_cuts(
    edges: Edges, taken: "Array", tour: "Array", old: list[Cut], until: float = math.inf
) -> list[Cut]:
    """Return violated combs and blossoms, the most violated first.

    Parameters
    ----------
    tour : array of int, shape (n,)
        A short tour; stretches across its beginning are not tested.
    old : list of Cut
        Cuts whose sets are tried as handles.
    until : float
        When the search for more ends, by `time.monotonic`.
    """
    import numpy as np

    edges, taken = edges.some(taken > 1e-9), taken[taken > 1e-9]
    stretches = Stretches(edges, taken, tour) if edges.size <= MOST_NODES else None
    found: dict[bytes, tuple[float, Cut]] = {}
    for handle in _handles(edges, taken, old):
        if time.monotonic() > until:
            break
        combs = [_blossom(edges, taken, handle)]
        if stretches is not None:
            across = float(taken[handle[edges.i] != handle[edges.j]].sum())
            combs.append((handle, stretches.teeth(handle, across - 1 + VIOLATED)))
        for sides, teeth in combs:
            cut = Cut(np.concatenate([sides[None], teeth]))
            if len(teeth) < 3 or cut.key in found or not cut.holds():
                continue
            crossed = float((cut.sets[:, edges.i] != cut.sets[:, edges.j]).sum(axis=0) @ taken)
            if cut.least - crossed > VIOLATED:
                found[cut.key] = cut.least - crossed, cut
    return [cut for _, cut in sorted(found.values(), key=lambda one: -one[0])]


def _handles(edges: Edges, taken: "Array", old: list[Cut]) -> "Iterator[Array]":
    """Yield sets that may be handles, each once."""
    seen = set()
    for handle in _candidates(edges, taken, old):
        if handle.sum() >= 3 and handle.tobytes() not in seen:
            seen.add(handle.tobytes())
            yield handle


def _candidates(edges: Edges, taken: "Array", old: list[Cut]) -> "Iterator[Array]":
    for threshold in FRACTIONAL:
        held = (taken > threshold + 1e-6) & (taken < 1 - 1e-6)
        yield from components(edges, held)
    yield from _grown(edges, taken)
    for cut in old:
        yield from cut.sets


def _grown(edges: Edges, taken: "Array") -> "Iterator[Array]":
    """Yield sets that grow from a node by the node that has most in common with them."""
    import numpy as np

    around: list[list[tuple[int, float]]] = [[] for _ in range(edges.size)]
    held = np.flatnonzero(taken > 1e-6)
    ends = edges.i[held].tolist(), edges.j[held].tolist(), taken[held].tolist()
    for a, b, value in zip(*ends, strict=True):
        around[a].append((b, value))
        around[b].append((a, value))
    starts = [node for node, near in enumerate(around) if len(near) > 2]
    for start in starts:
        inside, boundary = np.zeros(edges.size, dtype=bool), 0.0
        attached = {start: 0.0}
        falling = False
        for _ in range(min(GROWN, edges.size // 2)):
            node = max(attached, key=attached.__getitem__)
            rise = 2 - 2 * attached.pop(node)
            if falling and rise > 1e-6 and boundary < WIDEST:
                yield inside.copy()
            falling = rise < 1e-6
            boundary += rise
            inside[node] = True
            for other, value in around[node]:
                if not inside[other]:
                    attached[other] = attached.get(other, 0.0) + value
            if not attached:
                break


def _blossom(edges: Edges, taken: "Array", handle: "Array") -> "tuple[Array, Array]":
    """Return a handle and an odd number of edges as teeth, shape (t, n), with no node in common.

    Where two teeth share a node, that node changes sides and the teeth vanish.
    """
    import numpy as np

    handle = handle.copy()
    for _ in range(REPAIRS):
        across = np.flatnonzero(handle[edges.i] != handle[edges.j])
        tooth = taken[across] > 0.5
        if tooth.sum() % 2 == 0 and len(across):  # make it odd at the least cost
            cheapest = np.abs(taken[across] - 0.5).argmin()
            tooth[cheapest] = ~tooth[cheapest]
        ends = across[tooth]
        count = np.bincount(np.concatenate([edges.i[ends], edges.j[ends]]), minlength=edges.size)
        if count.max() < 2:
            break
        node = int(count.argmax())
        handle[node] = not handle[node]
    teeth = np.zeros((len(ends), edges.size), dtype=bool)
    rows = np.arange(len(ends))
    teeth[rows, edges.i[ends]] = teeth[rows, edges.j[ends]] = True
    return handle, teeth


class Stretches:
    """Stretches of a tour that may be teeth: the solution crosses their boundary less than thrice.

    Parameters
    ----------
    taken : array of float, shape (e,)
    tour : array of int, shape (n,)
    """

    def __init__(self, edges: Edges, taken: "Array", tour: "Array") -> None:
        import numpy as np

        self.tour, size = tour, len(tour)
        place = np.empty(size, dtype=np.intp)
        place[tour] = np.arange(size)
        sums = np.zeros((size + 1, size + 1))
        i, j = place[edges.i] + 1, place[edges.j] + 1
        np.add.at(sums, (np.minimum(i, j), np.maximum(i, j)), taken)
        sums = sums.cumsum(axis=0).cumsum(axis=1)  # of edges that end at most there
        first, last = np.triu_indices(size, 1)
        short = last - first < size // 2
        first, last = first[short], last[short]
        inner = sums[last + 1, last + 1] - sums[first, last + 1]
        gain = 3 - 2 * (last - first + 1 - inner)
        good = gain > LEAST_GAIN
        first, last, gain = first[good], last[good], gain[good]
        order = np.lexsort((-first, last))  # by their end, the shortest first
        self.first, self.last, self.gain = first[order], last[order], gain[order]

    def teeth(self, handle: "Array", least: float) -> "Array":
        """Return the best odd number of disjoint stretches that cross a handle, shape (t, n).

        There are none where their gain in all is below `least`.
        """
        import numpy as np

        inside = np.concatenate([[0], handle[self.tour].cumsum()])
        within = inside[self.last + 1] - inside[self.first]
        crossing = np.flatnonzero((within > 0) & (within <= self.last - self.first))
        first, last, gain = self.first[crossing], self.last[crossing], self.gain[crossing]
        # A longer stretch with the same end is of use only if its gain is higher.
        ranked = gain + 10.0 * last
        useful = np.ones(len(first), dtype=bool)
        useful[1:] = ranked[1:] > np.maximum.accumulate(ranked)[:-1] + 1e-9
        first, last, gain = first[useful], last[useful], gain[useful]
        chosen = _best_odd(first.tolist(), last.tolist(), gain.tolist(), len(self.tour))
        if gain[chosen].sum() < least:
            chosen = []
        teeth = np.zeros((len(chosen), len(self.tour)), dtype=bool)
        for tooth, number in zip(teeth, chosen, strict=True):
            tooth[self.tour[first[number] : last[number] + 1]] = True
        return teeth


def _best_odd(first: list[int], last: list[int], gain: list[float], size: int) -> list[int]:
    """Return the odd number of disjoint intervals with the highest gain in all.

    Parameters
    ----------
    first, last : list of int
        Both ends of each interval, ordered by `last`.

    Examples
    --------
    >>> _best_odd([0, 0, 2, 4, 6], [1, 3, 3, 5, 7], [1.0, 0.9, 0.4, 0.8, 0.1], 8)
    [0, 2, 3]
    """
    never = float("-inf")
    best = [[0.0] + [never] * size, [never] * (size + 1)]
    best[0] = [0.0] * (size + 1)
    taken: list[list[int]] = [[-1] * (size + 1), [-1] * (size + 1)]
    at, count = 0, len(first)
    for end in range(size):
        even, odd = best[0][end], best[1][end]
        even_by = odd_by = -1
        while at < count and last[at] == end:
            begin, worth = first[at], gain[at]
            if best[1][begin] + worth > even:
                even, even_by = best[1][begin] + worth, at
            if best[0][begin] + worth > odd:
                odd, odd_by = best[0][begin] + worth, at
            at += 1
        best[0][end + 1], best[1][end + 1] = even, odd
        taken[0][end + 1], taken[1][end + 1] = even_by, odd_by
    chosen, place, parity = [], size, 1
    if best[1][size] == never:
        return []
    while place > 0:
        by = taken[parity][place]
        if by < 0:
            place -= 1
        else:
            chosen.append(by)
            place, parity = first[by], 1 - parity
    return chosen[::-1]
