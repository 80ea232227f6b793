"""Exact answers for small problems: dynamic programming, and checks that a tour can exist."""

from typing import TYPE_CHECKING

from pyhelpers import KitError
from pyhelpers.tsp.distances import MatrixDistances
from pyhelpers.tsp.problem import Problem
from pyhelpers.tsp.symmetric import cycle_matrix

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

MOST_NODES = 21  # 2^20 sets x 20 cities x 8 bytes
LOOKED_INTO = 500  # cities up to which each is tested as a cut vertex


def held_karp(matrix: "Array") -> "tuple[Array, float] | None":
    """Return a shortest closed tour and its length; None where there is no tour.

    Dynamic programming over sets of cities (Held and Karp, J. SIAM 10, 1962).

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


def check_ways(problem: Problem) -> None:
    """Raise a KitError, naming a city, where there is evidently no tour.

    That is a city without an edge to or from it, too many dead ends, or cities that are not
    connected. A problem that passes may still have no tour; only a search can find that out.
    """
    import numpy as np

    if problem.size == 1 or not isinstance(problem.distances, MatrixDistances):
        return
    ways = np.isfinite(cycle_matrix(problem))
    _check_degrees(problem, ways)
    joined = ways | ways.T
    joined = joined[: problem.size, : problem.size]
    apart = ~_reached(joined, 0)
    if apart.any():
        _no_tour(f"no edges connect {_name(problem, 0)} and {_name(problem, int(apart.argmax()))}")
    if problem.closed:
        for there, word in ((ways, "from"), (ways.T, "to")):
            cut = ~_reached(there, 0)
            if cut.any():
                other = _name(problem, int(cut.argmax()))
                ends = (_name(problem, 0), other) if word == "from" else (other, _name(problem, 0))
                _no_tour(f"no path leads from {ends[0]} to {ends[1]}")


def explain_no_tour(problem: Problem, proved: bool) -> KitError:
    """Return the error for a search without a result; it names the city in the way."""
    import numpy as np

    ways = np.isfinite(cycle_matrix(problem))[: problem.size, : problem.size]
    joined = ways | ways.T
    parts_allowed = 1 if problem.closed else 2
    for city in range(problem.size if problem.size <= LOOKED_INTO else 0):
        if _parts_without(joined, city) > parts_allowed:
            why = f"{_name(problem, city)} is the only connection between the others"
            return KitError(f"there is no tour: {why}; add an edge around it")
    city = int(joined.sum(axis=1).argmin())
    few = f"{_name(problem, city)} has the fewest edges, {int(joined[city].sum())}; add some"
    if proved:
        return KitError(f"there is no tour over the edges given: {few}")
    return KitError(f"no tour over the edges given was found: {few}, or give --time more")


def _check_degrees(problem: Problem, ways: "Array") -> None:
    import numpy as np

    for there, word in ((ways, "from"), (ways.T, "to")):
        none = ~there.any(axis=1)
        if none.any():
            _no_tour(f"no edge leads {word} {_name(problem, int(none.argmax()))}")
        if not problem.closed:
            dead = ~there[: problem.size, : problem.size].any(axis=1)
            if dead.sum() > 1:
                first, second = np.flatnonzero(dead)[:2].tolist()
                both = f"{_name(problem, first)} nor {word} {_name(problem, second)}"
                _no_tour(f"no edge leads {word} {both}")


def _no_tour(why: str) -> None:
    raise KitError(f"there is no tour: {why}; add an edge, or leave that city out")


def _name(problem: Problem, city: int) -> str:
    return repr(problem.names[city]) if city < problem.size else "the route's ends"


def _reached(ways: "Array", first: int) -> "Array":
    """Return which nodes can be reached from one."""
    import numpy as np

    seen = np.zeros(len(ways), dtype=bool)
    seen[first] = True
    fresh = seen
    while fresh.any():
        fresh = ways[fresh].any(axis=0) & ~seen
        seen = seen | fresh
    return seen


def _parts_without(joined: "Array", city: int) -> int:
    """Count the connected components that are left without a city."""
    import numpy as np

    left, parts = np.ones(len(joined), dtype=bool), 0
    left[city] = False
    rest = joined & left
    while left.any():
        left &= ~_reached(rest, int(left.argmax()))
        parts += 1
    return parts
