"""SymmetricForm form of a problem, on which searches and bounds work: a closed tour over nodes.

An open route is closed by one or two dummy nodes ("hubs") at distance 0. A directed problem has two
nodes a city, one to enter and one to leave it; the edge between them is in every tour (Jonker and
Volgenant, Operations Research Letters 2, 1983).
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyhelpers.tsp.distances import Distances, MatrixDistances, Scalar
from pyhelpers.tsp.problem import Problem

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array


def cycle_matrix(problem: Problem) -> "Array":
    """Return the directed distances of a closed tour that is equivalent to the problem.

    An open route is closed by a dummy city at distance 0, put last: from it to each city where the
    route may begin, and to it from each where the route may end.

    Returns
    -------
    array, shape (n, n) or (n + 1, n + 1)
        Infinite where there is no edge, and on the diagonal.

    Examples
    --------
    >>> import numpy as np
    >>> from pyhelpers.tsp.problem import from_matrix
    >>> pair = from_matrix(["a", "b"], np.array([[0.0, 5], [6, 0]]), closed=False)
    >>> cycle_matrix(pair).tolist()
    [[inf, 5.0, 0.0], [6.0, inf, 0.0], [0.0, 0.0, inf]]
    """
    import numpy as np

    size = problem.size
    matrix = np.full((size + (not problem.closed),) * 2, np.inf)
    matrix[:size, :size] = problem.distances.block(slice(None))
    if not problem.closed:
        matrix[size, slice(size) if problem.start is None else problem.start] = 0
        matrix[slice(size) if problem.end is None else problem.end, size] = 0
    np.fill_diagonal(matrix, np.inf)
    return matrix


def route_of(problem: Problem, cycle: "Array") -> "Array":
    """Return the route of a closed tour over `cycle_matrix`.

    A closed one begins at the problem's start, or at its first city.
    """
    import numpy as np

    first = problem.size if not problem.closed else (problem.start or 0)
    at = int(np.flatnonzero(cycle == first)[0])
    turned = np.roll(cycle, -at)
    return turned if problem.closed else turned[1:]


@dataclass(frozen=True)
class SymmetricForm:
    """Nodes, the distances between them, and the edges that every tour must take.

    Attributes
    ----------
    problem : Problem
        The original problem.
    base : Distances
        Among the first `base.size` nodes.
    hubs : array of float, shape (h, n)
        Distances from the last h nodes to all: 0, or infinite where there is no edge.
    forced : array of int, shape (f, 2)
    """

    problem: Problem
    base: Distances
    hubs: "Array"
    forced: "Array" = field(repr=False)

    @property
    def size(self) -> int:
        """The number of nodes."""
        return self.base.size + len(self.hubs)

    @property
    def directed(self) -> bool:
        """Whether each city is two nodes."""
        return len(self.forced) > 0

    def pairs(self, i: "Array", j: "Array") -> "Array":
        """Return the distance of each pair of nodes."""
        import numpy as np

        if not len(self.hubs):
            return self.base.pairs(i, j)
        i, j = np.maximum(i, j), np.minimum(i, j)
        last = self.base.size - 1
        found = np.asarray(self.base.pairs(np.minimum(i, last), np.minimum(j, last)), dtype=float)
        hub = i > last
        found[hub] = self.hubs[i[hub] - last - 1, j[hub]]
        return found

    def block(self, begin: int, end: int) -> "Array":
        """Return rows `begin` to `end` of the distances, shape (end - begin, n)."""
        import numpy as np

        base = self.base.size
        if not len(self.hubs):
            return self.base.block(slice(begin, end))
        rows = np.empty((end - begin, self.size))
        inner = min(end, base)
        if begin < inner:
            rows[: inner - begin, :base] = self.base.block(slice(begin, inner))
            rows[: inner - begin, base:] = self.hubs[:, begin:inner].T
        if end > base:
            rows[max(base - begin, 0) :] = self.hubs[max(begin - base, 0) : end - base]
        return rows

    def matrix(self, never: float) -> "Array":
        """Return a given matrix: `never` for a missing edge, -`never` for a forced one."""
        import numpy as np

        assert isinstance(self.base, MatrixDistances)
        matrix = np.where(np.isfinite(self.base.matrix), self.base.matrix, never).astype(float)
        matrix[self.forced[:, 0], self.forced[:, 1]] = -never
        matrix[self.forced[:, 1], self.forced[:, 0]] = -never
        return matrix

    def scalar(self, never: float) -> Scalar:
        """Return a function of two nodes: `never` for a missing edge, -`never` for a forced one."""
        import numpy as np

        inner = self.base.scalar()
        if isinstance(self.base, MatrixDistances):
            inner = MatrixDistances(self.matrix(never)).scalar()
        if not len(self.hubs):
            return inner
        base, hubs = self.base.size, np.where(np.isfinite(self.hubs), self.hubs, never).tolist()

        def distance(a: int, b: int) -> float:
            if a >= base:
                return hubs[a - base][b]  # type: ignore[no-any-return]
            if b >= base:
                return hubs[b - base][a]  # type: ignore[no-any-return]
            return inner(a, b)

        return distance

    def length(self, tour: "Array") -> float:
        """Return a closed tour's length; infinite where a forced edge is not in it."""
        import math

        import numpy as np

        if self.directed:
            place = np.empty(self.size, dtype=np.intp)
            place[tour] = np.arange(self.size)
            apart = np.abs(place[self.forced[:, 0]] - place[self.forced[:, 1]])
            if not ((apart == 1) | (apart == self.size - 1)).all():
                return math.inf
        return math.fsum(self.pairs(tour, np.roll(tour, -1)).tolist())

    def route(self, tour: "Array") -> "Array":
        """Return the route of a closed tour over the nodes."""
        import numpy as np

        if self.directed:
            return route_of(self.problem, self._entered(tour))
        if self.problem.closed:
            return route_of(self.problem, tour)
        at = int(np.flatnonzero(tour == self.base.size)[0])
        route = np.roll(tour, -at)
        route = route[route < self.base.size]
        first, last = self.problem.start, self.problem.end
        wrong = (first is not None and route[0] != first) or (
            last is not None and route[-1] != last
        )
        return route[::-1] if wrong else route

    def tour(self, route: "Array") -> "Array":
        """Return the closed tour over the nodes of a route: the inverse of `route`."""
        import numpy as np

        hubs = np.arange(self.base.size, self.size)
        if not self.directed:
            backward = self.problem.start is None and self.problem.end is not None
            return np.concatenate([hubs if backward else hubs[::-1], route])
        cities = self.base.size // 2
        cycle = np.concatenate([route, np.arange(self.problem.size, cities)])
        return np.stack([cycle, cycle + cities], axis=1).ravel()

    def _entered(self, tour: "Array") -> "Array":
        """Return the cities of a tour of pairs of nodes, in the direction that is valid."""
        import numpy as np

        cities = self.base.size // 2
        entered = int(np.flatnonzero(tour < cities)[0])
        if tour[(entered + 1) % len(tour)] != tour[entered] + cities:
            tour = tour[::-1]
        return tour[tour < cities]


def symmetric_form(problem: Problem) -> SymmetricForm:
    """Return the symmetric closed form of a problem.

    Examples
    --------
    >>> import numpy as np
    >>> from pyhelpers.tsp.problem import from_points
    >>> line = from_points(["a", "b", "c"], np.array([[0.0, 0], [2, 0], [1, 0]]), "euclid", False)
    >>> form = symmetric_form(line)
    >>> form.size, form.length(np.array([3, 0, 2, 1]))
    (4, 2.0)
    >>> form.route(np.array([2, 1, 3, 0])).tolist()
    [0, 2, 1]
    """
    import numpy as np

    none = np.empty((0, 2), dtype=np.intp)
    if not problem.distances.symmetric:
        return _doubled(problem)
    return SymmetricForm(problem, problem.distances, _hubs(problem), none)


def _hubs(problem: Problem) -> "Array":
    """Return the hubs that make a symmetric problem's route a closed tour.

    A route whose first city alone is fixed has two: that city, the first hub, the second hub, and
    from there any other city.
    """
    import numpy as np

    size, ends = problem.size, [end for end in (problem.start, problem.end) if end is not None]
    if problem.closed:
        return np.empty((0, size))
    if len(ends) != 1:
        hubs = np.full((1, size + 1), np.inf)
        hubs[0, ends or slice(size)] = 0
        return hubs
    hubs = np.full((2, size + 2), np.inf)
    hubs[0, [ends[0], size + 1]] = 0
    hubs[1, : size + 1] = 0
    hubs[1, ends[0]] = np.inf
    return hubs


def _doubled(problem: Problem) -> SymmetricForm:
    import numpy as np

    directed = cycle_matrix(problem)
    cities = len(directed)
    matrix = np.full((2 * cities, 2 * cities), np.inf)
    matrix[cities:, :cities] = directed
    matrix[:cities, cities:] = directed.T
    numbers = np.arange(cities)
    matrix[numbers, numbers + cities] = matrix[numbers + cities, numbers] = 0
    forced: Any = np.stack([numbers, numbers + cities], axis=1)
    return SymmetricForm(problem, MatrixDistances(matrix), np.empty((0, 2 * cities)), forced)
