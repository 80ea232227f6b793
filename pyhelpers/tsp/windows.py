"""Windows: improve a long tour in windows that are small enough for fast-tsp.

A window is the cities around one, with the tour's segments among them (as LKH's Karp partitioning:
Helsgaun, Math. Prog. Comp. 1, 2009). Where the tour leaves the window and returns, the two cities
are joined by a forced edge, so a shorter path through the window makes a shorter tour. Segments of
the tour are searched in parallel, each with windows of its own.
"""

import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pyhelpers.tsp import fast_tsp_library
from pyhelpers.tsp.distances import PointDistances
from pyhelpers.tsp.symmetric import SymmetricForm

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

CITIES, LATER_CITIES = 1_000, 500  # of a window: in the first round, and where a tour is good
SECONDS = 0.2  # for a window, where there is time for some rounds
ROUNDS = 2  # that the time for a window is chosen for
LEAST_SECONDS = 0.05  # least time left for another window
LEAST_CITIES = 8
INNER = 0.7  # of a window that needs no other: near its edge much is fixed


def round_seconds(nodes: int, jobs: int) -> float:
    """Return the seconds of a round over all cities of a good tour."""
    return SECONDS * nodes / (INNER * LATER_CITIES) / jobs


def improve_by_windows(
    form: SymmetricForm,
    tour: "Array",
    seconds: float,
    jobs: int,
    report: Callable[["Array"], None],
    good: bool = False,
) -> None:
    """Improve a closed tour over coordinates until the seconds are up.

    Parameters
    ----------
    good : bool
        Whether the tour is one that small windows suffice for.
    jobs : int
        Number of segments that are searched in parallel.
    report : function of array
        Called with the tour after each round over all cities.
    """
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np

    until = time.monotonic() + seconds
    rng, stop = np.random.default_rng(0), threading.Event()
    windows = Windows(form, until, stop)
    windows.cities = LATER_CITIES if good else CITIES
    windows.seconds = _seconds_of_a_window(form.size, windows.cities, seconds * jobs)
    with ThreadPoolExecutor(jobs) as pool:
        while time.monotonic() < until - LEAST_SECONDS:
            tour = np.roll(tour, int(rng.integers(len(tour))))
            seeds = rng.integers(1 << 62, size=jobs).tolist()
            parts = np.array_split(tour, jobs)
            running = [pool.submit(windows.improve, *job) for job in zip(parts, seeds, strict=True)]
            try:
                done = [future.result() for future in running]
            except KeyboardInterrupt:
                stop.set()
                report(np.concatenate([future.result() for future in running]))
                raise
            tour = np.concatenate(done)
            report(tour)
            windows.cities = LATER_CITIES


def _seconds_of_a_window(nodes: int, cities: int, seconds: float) -> float:
    """Return the seconds for a window, so that there is time for some rounds over all cities."""
    many = ROUNDS * nodes / (INNER * cities)
    return min(SECONDS, max(LEAST_SECONDS, seconds / many))


class Windows:
    """Windows of a form, and when to stop.

    Attributes
    ----------
    cities : int
        Of a window.
    seconds : float
        For a window.
    """

    cities, seconds = CITIES, SECONDS

    def __init__(self, form: SymmetricForm, until: float, stop: threading.Event) -> None:
        from scipy.spatial import cKDTree

        assert isinstance(form.base, PointDistances)
        self._form, self._until, self._stop = form, until, stop
        self._places = form.base.embedding()
        self._tree: Any = cKDTree(self._places)

    def improve(self, part: "Array", seed: int) -> "Array":
        """Return a segment of the tour, improved in windows over all its cities."""
        for window in self._windows(part, seed):
            inside = window[part]
            changed = self._through(part, inside)
            if changed is not None:
                part = changed
        return part

    def _windows(self, part: "Array", seed: int) -> "Iterator[Array]":
        """Yield windows that cover the cities of a segment, as masks of all nodes."""
        import numpy as np

        order = np.random.default_rng(seed).permutation(part)
        ours = np.zeros(self._form.size, dtype=bool)
        ours[part] = True
        ours[len(self._places) :] = False  # hubs are nowhere
        todo = ours.copy()
        for center in order[ours[order]].tolist():
            if self._stop.is_set() or time.monotonic() > self._until - LEAST_SECONDS:
                return
            if not todo[center]:
                continue
            near = self._nearest(center, ours, len(part))
            todo[near[: int(INNER * len(near)) + 1]] = False
            window = np.zeros(self._form.size, dtype=bool)
            window[near] = True
            yield window

    def _nearest(self, center: int, ours: "Array", size: int) -> "Array":
        """Return the nearest cities of one, among those of this segment."""
        wanted = min(self.cities, size)
        reach = wanted
        while True:
            reach = min(2 * reach, len(self._places))
            near = self._tree.query(self._places[center], reach)[1]
            near = near[ours[near]]
            if len(near) >= wanted or reach == len(self._places):
                found: Array = near[:wanted]
                return found

    def _through(self, part: "Array", inside: "Array") -> "Array | None":
        """Return the segment with a shorter path through a window; None when none was found.

        Parameters
        ----------
        inside : array of bool, shape (len(part),)
            Which of its cities are in the window.
        """
        import numpy as np

        at = np.flatnonzero(inside)
        if len(at) < LEAST_CITIES:
            return None
        leaves = np.append(np.diff(at) > 1, True)  # the last is joined to the first, all round
        length = self._form.pairs(part[at][:, None], part[at][None, :])
        seconds = min(self.seconds, self._until - time.monotonic())
        cycle = fast_tsp_library.shorter_cycle(length, leaves, seconds)
        return None if cycle is None else respliced(part, at, leaves, cycle)


def respliced(part: "Array", at: "Array", leaves: "Array", cycle: "Array") -> "Array":
    """Return a segment of a tour with the window's cities in another order.

    Parameters
    ----------
    at : array of int, shape (w,)
        Positions of the window's cities in `part`.
    leaves : array of bool, shape (w,)
        Whether the tour leaves the window after each.
    cycle : array of int, shape (w,)
        The new order, beginning with 0 and ending with w - 1; cities outside the window stay
        between the same two cities, reversed where these are.

    Examples
    --------
    >>> import numpy as np
    >>> part, at = np.array([10, 0, 1, 11, 12, 2, 3, 13]), np.array([1, 2, 5, 6])
    >>> leaves = np.array([False, True, False, True])
    >>> respliced(part, at, leaves, np.array([0, 2, 1, 3])).tolist()
    [10, 0, 2, 12, 11, 1, 3, 13]
    """
    import numpy as np

    pieces = [part[: at[0]]]
    before, begin = cycle[:-1], 0
    after = cycle[1:]
    onward = (after == before + 1) & leaves[before]
    backward = (before == after + 1) & leaves[after]
    for step in np.flatnonzero(onward | backward).tolist():
        pieces.append(part[at[cycle[begin : step + 1]]])
        low = min(before[step], after[step])
        outside = part[at[low] + 1 : at[low + 1]]
        pieces.append(outside if onward[step] else outside[::-1])
        begin = step + 1
    pieces += [part[at[cycle[begin:]]], part[at[-1] + 1 :]]
    return np.concatenate(pieces)
