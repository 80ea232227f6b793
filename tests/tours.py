"""Random problems, and a check of their tours."""

from typing import Any

import numpy as np

from pyhelpers.tsp.problem import Problem, from_matrix, from_points

Array = np.ndarray[Any, np.dtype[Any]]
ENDS = [("closed", None, None), ("open", None, None), ("open", "3", None), ("open", None, "5")]
ENDS += [("open", "3", "5")]


def random_points(size: int, seed: int, kind: str = "euclid") -> Problem:
    points = np.random.default_rng(seed).uniform(0, 80, (size, 2))
    return from_points([str(city) for city in range(size)], points, kind, closed=True)


def globe(latitudes: list[float]) -> Problem:
    """Return a closed problem with cities at these latitudes, a tenth of a degree apart."""
    points = np.array([[latitude, -index / 10] for index, latitude in enumerate(latitudes)])
    return from_points([str(city) for city in range(len(points))], points, "great_circle", True)


def random_matrix(size: int, seed: int, symmetric: bool) -> Problem:
    matrix = np.random.default_rng(seed).uniform(1, 100, (size, size))
    if symmetric:
        matrix = (matrix + matrix.T) / 2
    np.fill_diagonal(matrix, 0)
    return from_matrix([str(city) for city in range(size)], matrix, closed=True)


def check_tour(problem: Problem, tour: Array) -> None:
    assert sorted(tour.tolist()) == list(range(problem.size))
    assert problem.start is None or tour[0] == problem.start
    assert problem.end is None or tour[-1] == problem.end
