"""Held and Karp's programme against brute force, and the chapter's routes."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyhelpers.tsp.exact import held_karp
from pyhelpers.tsp.problem import Problem, from_matrix
from pyhelpers.tsp.readers import read_problem
from pyhelpers.tsp.search import SearchOptions
from pyhelpers.tsp.solve import solve
from pyhelpers.tsp.symmetric import cycle_matrix, route_of
from tests.conftest import ROUTES


def brute_force(problem: Problem) -> float:
    """Return the length of the shortest of all routes."""
    best = np.inf
    for order in permutations(range(problem.size)):
        if problem.start is not None and order[0] != problem.start:
            continue
        if problem.end is not None and order[-1] != problem.end:
            continue
        best = min(best, problem.length(np.array(order)))
    return best


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    size = draw(st.integers(1, 6))
    cell = st.one_of(st.integers(0, 20), st.just(np.inf))
    cells = draw(st.lists(cell, min_size=size * size, max_size=size * size))
    matrix = np.array(cells, dtype=float).reshape(size, size)
    if draw(st.booleans()):
        matrix = np.minimum(matrix, matrix.T)
    np.fill_diagonal(matrix, 0)
    names = [str(city) for city in range(size)]
    problem = from_matrix(names, matrix, closed=True)
    closed = draw(st.booleans())
    ends = st.one_of(st.none(), st.sampled_from(names))
    start, end = draw(ends), None if closed else draw(ends)
    return problem.between(start, None if end == start else end, closed)


@given(problems())
@settings(max_examples=150, deadline=None)
def test_it_finds_the_optimum_of_all_orders(problem: Problem) -> None:
    best, found = brute_force(problem), held_karp(cycle_matrix(problem))
    if found is None:
        assert best == np.inf
        return
    tour = route_of(problem, found[0])
    assert sorted(tour.tolist()) == list(range(problem.size))
    assert problem.length(tour) == found[1] == best
    if problem.start is not None:
        assert tour[0] == problem.start
    if problem.end is not None:
        assert tour[-1] == problem.end


@pytest.mark.parametrize(("closed", "optimum"), [(False, 128), (True, 171)])
def test_the_chapters_routes_are_solved_with_a_proof(closed: bool, optimum: int) -> None:
    problem = read_problem(str(ROUTES), None, None, None)[0].between(None, None, closed)
    solution = solve(problem, SearchOptions())
    assert (solution.length, solution.proved, solution.lower_bound) == (optimum, True, optimum)
