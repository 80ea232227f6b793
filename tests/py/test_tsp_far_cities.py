"""Near cities beside far ones: the search finds the proved optimum."""

import numpy as np
import pytest

from pyhelpers.tsp.candidate_edges import nearest
from pyhelpers.tsp.construction import greedy_edges
from pyhelpers.tsp.problem import Problem, from_points
from pyhelpers.tsp.search import SearchOptions, improve_between_long_legs, less, shared_costs
from pyhelpers.tsp.solve import solve
from pyhelpers.tsp.symmetric import symmetric_form
from tests.tours import ENDS, Array

FAR = 2e3  # sides of the box in which the near cities are


def beside(far: Array, seed: int) -> Problem:
    """Return 50 cities in a box of side 1, and some far away."""
    points = np.concatenate([np.random.default_rng(seed).random((50, 2)), far])
    names = [str(city) for city in range(len(points))]
    return from_points(names, points, "euclid", closed=True)


@pytest.mark.parametrize("closed", [True, False])
def test_a_far_city_does_not_coarsen_the_near_ones(closed: bool) -> None:
    problem = beside(np.array([[FAR, FAR]]), 4).between(None, None, closed)
    found = solve(problem, SearchOptions("fast", 1.0, jobs=1, prove=False))
    best = solve(problem, SearchOptions(prove=True, jobs=1))
    assert best.proved
    assert found.length - best.length < 0.02  # of about 6 within the box


def test_groups_far_apart_are_shortened_within_while_the_long_legs_are_kept() -> None:
    group = np.random.default_rng(9).random((12, 2)) + FAR
    form = symmetric_form(beside(group, 4))
    rng = np.random.default_rng(1)
    tour = np.concatenate([rng.permutation(50), 50 + rng.permutation(12)])
    shorter = improve_between_long_legs(form, tour, 0.5)
    assert sorted(shorter.tolist()) == list(range(62))
    assert form.length(tour) - form.length(shorter) > 15  # of about 33, in a random order
    assert long_pairs(tour) == long_pairs(shorter)


def long_pairs(tour: Array) -> set[frozenset[int]]:
    """Return the legs between the first fifty cities and the others."""
    legs = zip(tour.tolist(), np.roll(tour, -1).tolist(), strict=True)
    return {frozenset(leg) for leg in legs if (leg[0] < 50) != (leg[1] < 50)}


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
