"""fast-tsp: distances scaled to 16 bits, the time in slices, edges that are kept."""

import math
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from pyhelpers.tsp.distances import EARTH_KM, GEOGRAPHIC, PointDistances
from pyhelpers.tsp.partition_crossover import shorter_of_both
from pyhelpers.tsp.symmetric import SymmetricForm

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

LARGEST = 65535  # of uint16: the distance of a missing edge
EMBEDDED = ("euclid", "euc_2d", "ceil_2d", "great_circle", "geo")  # as PointDistances.embedding
BLOCK_CELLS = 1 << 16  # distances computed at a time; fits a core's cache
LEAST_SECONDS = 0.05  # of a call that may find something
SECONDS_A_NODE = 2.5e-4  # of a first slice that is much better than the greedy start
LEAST_GAIN = 1e-12  # of all edges: a smaller one may be a rounding error
FIRST_SHARE = 8  # a first slice is at most this part of the time
FORCED_SHIFT = 20_000  # added to every edge that is not forced


def available() -> bool:
    """Return whether the library is installed."""
    from importlib.util import find_spec

    return find_spec("fast_tsp") is not None


def scaled_matrix(form: SymmetricForm, cap: float, jobs: int = 1) -> "Array":
    """Return the distances in 16 bits.

    Whole distances that fit are kept as they are; others are scaled so that `cap` is the largest.

    Parameters
    ----------
    cap : float
        Longer edges become as long as this one.
    jobs : int
        Number of threads.

    Returns
    -------
    array of uint16, shape (n, n)
    """
    import numpy as np

    matrix = np.empty((form.size, form.size), dtype=np.uint16)
    shift = FORCED_SHIFT if form.directed else 0
    room = LARGEST - 1 - shift
    scale = _scale(form, cap, room)
    if isinstance(form.base, PointDistances) and form.base.kind in EMBEDDED:
        _fill_embedded(matrix, form.base, scale, jobs)
        short = np.where(np.isfinite(form.hubs), 0, LARGEST)
        matrix[form.base.size :] = short
        matrix[:, form.base.size :] = short.T
    else:
        _fill(matrix, form, scale, room, shift)
    np.fill_diagonal(matrix, 0)
    for a, b in form.forced:
        matrix[a, b] = matrix[b, a] = 0
    return matrix


def in_16_bits(matrix: "Array", tour: "Array", cities: int) -> "Array":
    """Return distances in 16 bits, scaled so that four times a tour's longest leg fits.

    Parameters
    ----------
    matrix : array of float, shape (n, n)
    cities : int
        The first nodes, between which legs are measured; the others are hubs.
    """
    import numpy as np

    i, j = tour, np.roll(tour, -1)
    legs = matrix[i, j][(i < cities) & (j < cities)]
    longest = float(legs[np.isfinite(legs)].max(initial=0.0)) or 1.0
    short = np.minimum(matrix * ((LARGEST - 1) / (4 * longest)) + 0.5, LARGEST - 1)
    short[np.isinf(matrix)] = LARGEST
    return short.astype(np.uint16)


def _fill(matrix: "Array", form: SymmetricForm, scale: float, room: int, shift: int) -> None:
    """Fill in scaled distances of any kind; a missing edge is `LARGEST`."""
    import numpy as np

    rows = max(1, BLOCK_CELLS // form.size)
    for begin in range(0, form.size, rows):
        block = form.block(begin, min(begin + rows, form.size))
        if scale != 1.0:
            block = block * scale + 0.5
        short = np.minimum(block, room) + shift
        short[np.isinf(block)] = LARGEST
        matrix[begin : begin + rows] = short


def _fill_embedded(matrix: "Array", base: PointDistances, scale: float, jobs: int) -> None:
    """Fill in scaled distances of places, in single precision: 16 bits need no more."""
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np

    places = base.embedding()
    places = (places - places.mean(axis=0)).astype(np.float32).T.copy()
    factor = scale * (2 * EARTH_KM if base.kind in GEOGRAPHIC else 1)
    cuts = np.linspace(0, base.size, jobs + 1).astype(int).tolist()
    with ThreadPoolExecutor(jobs) as pool:
        for done in [
            pool.submit(_fill_rows, matrix, places, begin, end, base.kind in GEOGRAPHIC, factor)
            for begin, end in zip(cuts, cuts[1:], strict=False)
        ]:
            done.result()


def _fill_rows(
    matrix: "Array", places: "Array", begin: int, end: int, globe: bool, factor: float
) -> None:
    """Fill in some rows. On the globe: the arc over the chord between two places in space."""
    import numpy as np

    size = places.shape[1]
    rows = max(1, BLOCK_CELLS // size)
    total, apart = np.empty((2, rows, size), dtype=np.float32)
    for first in range(begin, end, rows):
        last = min(first + rows, end)
        a, b = total[: last - first], apart[: last - first]
        a.fill(0)
        for place in places:
            np.subtract(place[first:last, None], place, out=b)
            np.multiply(b, b, out=b)
            np.add(a, b, out=a)
        np.sqrt(a, out=a)
        if globe:
            np.arcsin(np.minimum(a / 2, 1, out=a), out=a)
        np.multiply(a, np.float32(factor), out=a)
        np.add(a, 0.5, out=a)
        np.minimum(a, LARGEST - 1, out=a)
        matrix[first:last, :size] = a


def _scale(form: SymmetricForm, cap: float, room: int) -> float:
    """Return 1 where distances are whole and the cap fits, else the factor that makes it fit."""
    import numpy as np

    whole = all(
        bool((row[np.isfinite(row)] % 1 == 0).all())
        for row in (form.block(at, at + 1) for at in range(0, form.size, max(1, form.size // 50)))
    )
    if whole and cap <= room:
        return 1.0
    return room / cap if cap > 0 else 1.0


def cap(form: SymmetricForm, tour: "Array") -> float:
    """Return the length above which edges need not be distinguished.

    It is four times the longest edge of a greedy tour, or the longest of all where that is 0.
    """
    import numpy as np

    edges = form.pairs(tour, np.roll(tour, -1))
    reach = 4 * float(edges[np.isfinite(edges)].max(initial=0.0))
    return reach if reach > 0 else longest(form)


def longest(form: SymmetricForm) -> float:
    """Return the longest finite distance."""
    import numpy as np

    rows, found = max(1, BLOCK_CELLS // form.size), 0.0
    for begin in range(0, form.size, rows):
        block = form.block(begin, min(begin + rows, form.size))
        found = max(found, float(block.max(where=np.isfinite(block), initial=0.0)))
    return found


def slices(seconds: float, size: int, doubling: bool = False) -> list[float]:
    """Cut a time, so that an interruption finds a tour: each slice is a search of its own.

    Parameters
    ----------
    doubling : bool
        Whether each is twice as long as the one before, for tours that are kept meanwhile.

    Examples
    --------
    >>> slices(0.5, 100), slices(10.0, 1_000), slices(100.0, 10_000), slices(15.0, 10_000)
    ([0.5], [0.5, 9.5], [2.5, 97.5], [15.0])
    >>> slices(10.0, 1_000, doubling=True)
    [0.5, 1.0, 2.0, 6.5]
    """
    first = max(0.5, size * SECONDS_A_NODE)
    if seconds < FIRST_SHARE * first:
        return [seconds]
    found = [first]
    while doubling and sum(found) + 4 * found[-1] < seconds:
        found.append(2 * found[-1])
    return [*found, seconds - sum(found)]


def find_tour(matrix: "Array", seconds: float, jobs: int) -> "Array":
    """Return the tour that fast-tsp finds within the seconds, on `jobs` threads.

    The library does not hear Ctrl-C: it runs in a thread, which an interruption leaves alone.
    """
    import fast_tsp
    import numpy as np

    if not math.isfinite(seconds) or seconds <= 0:
        seconds = 0.01
    found: SimpleQueue[Any] = SimpleQueue()

    def run() -> None:
        try:
            found.put(fast_tsp.find_tour(matrix, seconds, max_threads=jobs))
        except BaseException as error:  # raised again by the thread that waits
            found.put(error)

    if threading.current_thread() is not threading.main_thread():
        run()  # Ctrl-C comes to the main thread only
    else:
        threading.Thread(target=run, daemon=True).start()
    tour = found.get()
    if isinstance(tour, BaseException):
        raise tour
    return np.array(tour, dtype=np.intp)


def shorter_cycle(length: "Array", leaves: "Array", seconds: float) -> "Array | None":
    """Return a shorter cycle than 0, 1, 2 ... that keeps some of its edges; None if none is found.

    Parameters
    ----------
    length : array of float, shape (n, n)
    leaves : array of bool, shape (n,)
        Whether the edge from each to the next must be kept, at no cost.

    Returns
    -------
    array of int, shape (n,)
        Beginning with 0, ending with n - 1.
    """
    import numpy as np

    size = len(length)
    here = np.arange(size)
    follows = np.roll(here, -1)
    now = length[here, follows]
    longest = float(now[~leaves].max(initial=0.0))
    if longest == 0.0:
        return None
    kept, other = here[leaves], follows[leaves]
    matrix = _with_kept(length, kept, other, longest)
    cycle = find_tour(matrix, max(seconds, LEAST_SECONDS), 1)
    free = length.astype(float)
    free[kept, other] = free[other, kept] = -size * longest  # so none of them is worth dropping

    def pairs(i: "Array", j: "Array") -> "Array":
        found: Array = free[i, j]
        return found

    cycle = shorter_of_both(here, cycle, pairs)
    gain = pairs(here, follows).sum() - pairs(cycle, np.roll(cycle, -1)).sum()
    if gain <= LEAST_GAIN * size * longest:
        return None
    place = np.empty(size, dtype=np.intp)
    place[cycle] = here
    cycle = np.roll(cycle, -int(place[0]))
    return cycle if cycle[-1] == size - 1 else np.roll(cycle[::-1], 1)


def _with_kept(length: "Array", kept: "Array", other: "Array", longest: float) -> "Array":
    """Return distances in 16 bits under which the edges kept-other cost nothing.

    All others are made longer by the tour's longest edge, so dropping a kept edge never pays.
    """
    import numpy as np

    scale = (LARGEST - 1) / (5 * longest)
    matrix = np.minimum((length + longest) * scale + 0.5, LARGEST - 1).astype(np.uint16)
    matrix[kept, other] = matrix[other, kept] = 0
    np.fill_diagonal(matrix, 0)
    return matrix
