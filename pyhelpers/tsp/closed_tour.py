"""One form for all: a directed closed tour that is worth what the route asked for is worth."""

from typing import TYPE_CHECKING

from pyhelpers.tsp.problem import Problem

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array


def cycle_matrix(problem: Problem) -> "Array":
    """Return the directed distances of a closed tour equal to the problem.

    An open route is closed by a city of no distance, put last: from it to where the route may
    begin, and to it from where it may end.

    Returns
    -------
    array, shape (n, n) or (n + 1, n + 1)
        Infinite where there is no way, and on the diagonal.

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
    """Return the route that a closed tour over `cycle_matrix` stands for.

    A closed one begins at the problem's start, or at its first city.
    """
    import numpy as np

    first = problem.size if not problem.closed else (problem.start or 0)
    at = int(np.flatnonzero(cycle == first)[0])
    turned = np.roll(cycle, -at)
    return turned if problem.closed else turned[1:]
