"""Near cities beside far ones: the search comes to what a proof says is the best."""

import numpy as np
import pytest

from pyhelpers.tsp.construct import greedy_edges
from pyhelpers.tsp.neighbours import nearest
from pyhelpers.tsp.problem import Problem, from_points
from pyhelpers.tsp.scales import less, shared_costs
from pyhelpers.tsp.search import Plan
from pyhelpers.tsp.solve import solve
from pyhelpers.tsp.symmetric import symmetric
from tests.tours import ENDS, Array

FAR = 2e3  # sides of the box in which the near cities are


def beside(far: Array, seed: int) -> Problem:
    """Return 50 cities in a box of side 1, and some far away."""
    points = np.concatenate([np.random.default_rng(seed).random((50, 2)), far])
    names = [str(city) for city in range(len(points))]
    return from_points(names, points, "euclid", closed=True)


@pytest.mark.parametrize(
    ("far", "closed"),
    [("one", True), ("one", False), ("two", True), ("group", True), ("group", False)],
)
def test_a_far_city_does_not_coarsen_the_near_ones(far: str, closed: bool) -> None:
    group = np.random.default_rng(9).random((12, 2)) + FAR
    places = {"one": np.array([[FAR, FAR]]), "two": np.array([[FAR, 0], [0, FAR]]), "group": group}
    problem = beside(places[far], 4).between(None, None, closed)
    found = solve(problem, Plan("fast", 1.0, jobs=1, prove=False))
    best = solve(problem, Plan(prove=True, jobs=1))
    assert best.proved
    assert found.length - best.length < 0.02  # of about 6 within the box; 16 bits lost 0.3


@pytest.mark.parametrize(("shape", "start", "end"), ENDS)
def test_what_far_cities_share_changes_no_tours_rank(
    shape: str, start: str | None, end: str | None
) -> None:
    far = np.array([[FAR, FAR], [FAR, FAR + 5], [-FAR, 0]])
    form = symmetric(beside(far, 5).between(start, end, shape == "closed"))
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
