"""The fast-tsp library: distances in 16 bits, called in slices, measured in true distances."""

import math
from typing import TYPE_CHECKING, Any

from pyhelpers.tsp.distances import PointDistances
from pyhelpers.tsp.symmetric import Symmetric

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

LARGEST = 65535  # uint16; stands for a way that there is not
PLANAR = ("euclid", "euc_2d", "ceil_2d")
BLOCK_CELLS = 1 << 16  # distances computed at a time: what a core's cache holds
FORCED_SHIFT = 20_000  # of every edge but those that must be taken


def available() -> bool:
    """Tell whether the library is installed."""
    from importlib.util import find_spec

    return find_spec("fast_tsp") is not None


def scaled_matrix(form: Symmetric, cap: float) -> "Array":
    """Return the distances in 16 bits.

    Whole distances that fit are kept as they are; others are scaled so that `cap` is the largest.

    Parameters
    ----------
    cap : float
        Longer edges become as long as this one.

    Returns
    -------
    array of uint16, shape (n, n)
    """
    import numpy as np

    size = form.size
    matrix = np.empty((size, size), dtype=np.uint16)
    if isinstance(form.base, PointDistances) and form.base.kind in PLANAR and form.problem.closed:
        _fill_planar(matrix, form.base.points, _scale(form, cap, LARGEST - 1))
        return matrix
    shift = FORCED_SHIFT if form.directed else 0
    room = LARGEST - 1 - shift
    rows = max(1, BLOCK_CELLS // size)
    scale = _scale(form, cap, room)
    for begin in range(0, size, rows):
        block = form.block(begin, min(begin + rows, size))
        if scale != 1.0:
            block = block * scale + 0.5
        # Infinity, and what is past the room, are set apart before they are cut to 16 bits.
        none = np.isinf(block)
        short = np.minimum(block, room) + shift
        short[none] = LARGEST
        matrix[begin : begin + rows] = short
    np.fill_diagonal(matrix, 0)
    for a, b in form.forced:
        matrix[a, b] = matrix[b, a] = 0
    return matrix


def _fill_planar(matrix: "Array", points: "Array", scale: float) -> None:
    """Fill in scaled distances of the plane, in single precision: 16 bits need no more."""
    import numpy as np

    x, y = ((points - points.mean(axis=0)) * scale).astype(np.float32).T.copy()
    size = len(points)
    rows = max(1, BLOCK_CELLS // size)
    across, along = np.empty((2, rows, size), dtype=np.float32)
    for begin in range(0, size, rows):
        many = min(rows, size - begin)
        a, b = across[:many], along[:many]
        np.subtract(x[begin : begin + many, None], x, out=a)
        np.subtract(y[begin : begin + many, None], y, out=b)
        np.multiply(a, a, out=a)
        np.multiply(b, b, out=b)
        np.add(a, b, out=a)
        np.sqrt(a, out=a)
        np.add(a, 0.5, out=a)
        np.minimum(a, LARGEST - 1, out=a)
        matrix[begin : begin + many] = a


def _scale(form: Symmetric, cap: float, room: int) -> float:
    """Return 1 when distances are whole and those up to the cap fit, else what makes cap fit."""
    import numpy as np

    whole = all(
        bool((row[np.isfinite(row)] % 1 == 0).all())
        for row in (form.block(at, at + 1) for at in range(0, form.size, max(1, form.size // 50)))
    )
    if whole and cap <= room:
        return 1.0
    return room / cap if cap > 0 else 1.0


def cap(form: Symmetric, tour: "Array") -> float:
    """Return the longest edge worth telling apart from longer ones: four times a greedy tour's.

    Where all distances are shorter, the longest of them.
    """
    import numpy as np

    edges = form.pairs(tour, np.roll(tour, -1))
    reach = 4 * float(edges[np.isfinite(edges)].max(initial=0.0))
    return reach if reach > 0 else longest(form)


def longest(form: Symmetric) -> float:
    """Return the longest distance that there is, over all rows."""
    import numpy as np

    rows, found = max(1, BLOCK_CELLS // form.size), 0.0
    for begin in range(0, form.size, rows):
        block = form.block(begin, min(begin + rows, form.size))
        found = max(found, float(block.max(where=np.isfinite(block), initial=0.0)))
    return found


def slices(seconds: float) -> list[float]:
    """Cut a budget, so that an interruption finds a tour: each slice is a search of its own.

    Examples
    --------
    >>> slices(1.0), slices(16.0)
    ([1.0], [2.0, 4.0, 10.0])
    """
    if seconds <= 2:
        return [seconds]
    return [seconds / 8, seconds / 4, seconds * 5 / 8]


def find_tour(matrix: "Array", seconds: float, jobs: int) -> "Array":
    """Return the tour that fast-tsp finds within the seconds, on `jobs` threads."""
    import fast_tsp
    import numpy as np

    if not math.isfinite(seconds) or seconds <= 0:
        seconds = 0.01
    found: Any = fast_tsp.find_tour(matrix, seconds, max_threads=jobs)
    return np.array(found, dtype=np.intp)
