"""Near cities beside far ones: the search finds the proved optimum."""

import numpy as np
import pytest

from pyhelpers.tsp.candidate_edges import nearest
from pyhelpers.tsp.construction import greedy_edges
from pyhelpers.tsp.far_cities import improve_groups, less, shared_costs
from pyhelpers.tsp.problem import Problem, from_points
from pyhelpers.tsp.search import SearchOptions
from pyhelpers.tsp.solve import solve
from pyhelpers.tsp.symmetric import symmetric_form
from tests.tours import ENDS, Array

FAR = 2e3  # sides of the box in which the near cities are


def beside(far: Array, seed: int, count: int = 50) -> Problem:
    """Return cities in a box of side 1, and some far away."""
    points = np.concatenate([np.random.default_rng(seed).random((count, 2)), far])
    names = [str(city) for city in range(len(points))]
    return from_points(names, points, "euclid", closed=True)


@pytest.mark.parametrize("closed", [True, False])
def test_a_far_city_does_not_coarsen_the_near_ones(closed: bool) -> None:
    problem = beside(np.array([[FAR, FAR]]), 4).between(None, None, closed)
    found = solve(problem, SearchOptions("fast", 1.0, jobs=1, prove=False))
    best = solve(problem, SearchOptions(prove=True, jobs=1))
    assert best.proved
    assert found.length - best.length < 0.02  # of about 6 within the box


def test_two_far_cities_do_not_coarsen_the_near_ones() -> None:
    problem = beside(np.array([[1000, 0], [1100, 300]]), 1, 120)
    found = solve(problem, SearchOptions("auto", 1.0, jobs=1, prove=False))
    best = solve(problem, SearchOptions(prove=True, jobs=1))
    assert best.proved
    assert found.length - best.length < 0.001  # of about 8.5 within the box


@pytest.mark.parametrize("closed", [True, False])
def test_groups_far_apart_are_shortened_within(closed: bool) -> None:
    group = np.random.default_rng(9).random((12, 2)) + FAR
    far = np.concatenate([group, [[-FAR, 0], [-FAR, FAR]]])
    form = symmetric_form(beside(far, 4).between(None, None, closed))
    rng = np.random.default_rng(1)
    parts = [rng.permutation(50), 50 + rng.permutation(12), np.arange(62, form.size)]
    tour = np.concatenate(parts)
    shorter = improve_groups(form, tour, nearest(form.base, 8), 1.0)
    assert sorted(shorter.tolist()) == list(range(form.size))
    assert form.length(tour) - form.length(shorter) > 15  # of about 33, in a random order


@pytest.mark.parametrize(("shape", "start", "end"), ENDS)
def test_subtracting_the_costs_of_far_cities_keeps_the_order_of_tours(
    shape: str, start: str | None, end: str | None
) -> None:
    far = np.array([[FAR, FAR], [FAR, FAR + 5], [-FAR, 0]])
    form = symmetric_form(beside(far, 5).between(start, end, shape == "closed"))
    near = nearest(form.base, 8)
    costs = shared_costs(form, near)
    assert costs is not None
    matrix = less(form, costs)
    assert (matrix >= 0).all()
    saved: list[float] = []
    rng = np.random.default_rng(1)
    for _ in range(5):
        tour = greedy_edges(form, near) if not saved else rng.permutation(form.size)
        short = matrix[tour, np.roll(tour, -1)].sum()
        if np.isfinite(short):
            saved.append(form.pairs(tour, np.roll(tour, -1)).sum() - short)
    assert np.ptp(saved) < 1e-6
    assert saved[0] == pytest.approx(2 * costs.sum())
