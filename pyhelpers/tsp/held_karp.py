"""Dynamic programming over sets of cities (Held and Karp, J. SIAM 10, 1962)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

MOST_NODES = 21  # 2^20 sets x 20 cities x 8 bytes


def held_karp(matrix: "Array") -> "tuple[Array, float] | None":
    """Return a shortest closed tour and its length; None where there is no tour.

    Parameters
    ----------
    matrix : array, shape (n, n), n <= MOST_NODES
        Directed distances, infinite where there is no edge.

    Notes
    -----
    `best[s, k]` is the length of the shortest path from the last node through the set s to k. All
    sets of one size are computed at once: time 2^n n^2, memory 2^n n.

    Examples
    --------
    >>> import numpy as np
    >>> tour, length = held_karp(np.array([[9.0, 1, 5], [5, 9, 2], [3, 5, 9]]))
    >>> tour.tolist(), length
    ([2, 0, 1], 6.0)
    """
    import numpy as np

    free = len(matrix) - 1
    if free == 0:
        return np.array([0]), 0.0
    best = _tables(matrix, free)
    full = (1 << free) - 1
    ends = best[full] + matrix[:free, free]
    if not np.isfinite(ends.min()):
        return None
    tour, chosen = [int(ends.argmin())], full
    while chosen & (chosen - 1):
        last = tour[-1]
        chosen ^= 1 << last
        tour.append(int((best[chosen] + matrix[:free, last]).argmin()))
    return np.array([free, *reversed(tour)]), float(ends.min())


def _tables(matrix: "Array", free: int) -> "Array":
    import numpy as np

    best = np.full((1 << free, free), np.inf)
    sets = np.arange(1 << free)
    sizes = np.bitwise_count(sets)
    for city in range(free):
        best[1 << city, city] = matrix[free, city]
    for size in range(2, free + 1):
        layer = sets[sizes == size]
        for city in range(free):
            ending = layer[layer >> city & 1 == 1]
            before = best[ending ^ (1 << city)]
            best[ending, city] = (before + matrix[:free, city]).min(axis=1)
    return best
