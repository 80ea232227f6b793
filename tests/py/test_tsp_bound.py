"""Lower bounds and proofs against Held and Karp, brute linear programmes and each other."""

import time

import numpy as np
import pytest
import scipy.optimize

from pyhelpers.tsp import lower_bounds
from pyhelpers.tsp.branch_and_cut import prove
from pyhelpers.tsp.candidate_edges import candidate_edges, nearest
from pyhelpers.tsp.construction import greedy_edges
from pyhelpers.tsp.exact import held_karp
from pyhelpers.tsp.grid import grid_of
from pyhelpers.tsp.linear_programme import LinearProgramme
from pyhelpers.tsp.lower_bounds import ascend, lower_bound, sure_bound
from pyhelpers.tsp.problem import Problem, from_points
from pyhelpers.tsp.search import SearchOptions
from pyhelpers.tsp.solve import solve
from pyhelpers.tsp.symmetric import cycle_matrix, route_of, symmetric_form
from tests.tours import ENDS, Array, random_matrix, random_points


def shapes(size: int, seed: int) -> list[Problem]:
    cities = [random_points(size, seed), random_points(size, seed, "euc_2d")]
    cities += [random_matrix(size, seed, True), random_matrix(size, seed, False)]
    return [
        problem.between(start, end, shape == "closed")
        for problem in cities
        for shape, start, end in ENDS
    ]


@pytest.mark.parametrize("problem", shapes(11, 5), ids=lambda problem: "")
def test_a_bound_is_never_above_the_optimum_and_seldom_far_below(problem: Problem) -> None:
    found = held_karp(cycle_matrix(problem))
    assert found is not None
    form = symmetric_form(problem)
    tour = form.tour(route_of(problem, found[0]))
    shown, name = lower_bound(problem, form, tour, None)
    assert name in ("1-tree", "assignment")
    assert 0.85 * found[1] <= shown <= found[1] * (1 + 1e-12)


@pytest.mark.parametrize("problem", shapes(11, 6), ids=lambda problem: "")
def test_a_proof_finds_the_optimum_from_a_poor_tour(problem: Problem) -> None:
    found = held_karp(cycle_matrix(problem))
    assert found is not None
    form = symmetric_form(problem)
    cities = [city for city in range(problem.size) if city not in (problem.start, problem.end)]
    poor = [problem.start, *cities, problem.end]
    route = np.array([city for city in poor if city is not None])
    proof = prove(form, form.tour(route), 60)
    assert proof.proved
    assert form.length(proof.tour) == pytest.approx(found[1], rel=2e-6)
    assert proof.bound <= found[1] * (1 + 1e-9)


@pytest.mark.parametrize("most", [0, 15_000])
def test_a_bound_from_few_candidates_holds_for_all_edges(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    # Two clusters, and candidates that join them by one long edge only: over these alone, trees
    # are too long, and the bound would lie above the shortest tour.
    rng = np.random.default_rng(2)
    points = np.concatenate([rng.random((40, 2)), 9 + rng.random((40, 2))])
    form = symmetric_form(
        from_points([str(city) for city in range(80)], points, "euclid", closed=True)
    )
    optimum = solve(form.problem, SearchOptions(prove=True))
    assert optimum.proved
    left, right = points[:40].sum(axis=1).argsort(), 40 + points[40:].sum(axis=1).argsort()
    edges = candidate_edges(form, np.concatenate([left[::-1], right[::-1]]), 3)
    prices, over_candidates = ascend(edges, 2 * optimum.length, lambda step: step < 200)
    monkeypatch.setattr(lower_bounds, "PRIM_NODES", most)
    assert sure_bound(form, edges, prices) <= optimum.length * (1 + 1e-9)
    assert over_candidates > sure_bound(form, edges, prices)
    monkeypatch.setattr(lower_bounds, "CANDIDATES", 3)
    shown, _ = lower_bound(form.problem, form, form.tour(np.append(left, right)), None)
    assert (0.5 * optimum.length if most else 0.0) < shown <= optimum.length


def subtour_bound(matrix: Array) -> float:
    """Return the value of the linear programme with every subtour's row, written out."""
    size = len(matrix)
    i, j = np.triu_indices(size, 1)
    degree = np.array([(i == node) | (j == node) for node in range(size)], dtype=float)
    sides = [[bool(mask >> node & 1) for node in range(size)] for mask in range(1, 1 << (size - 1))]
    cuts = np.array([np.array(side)[i] != np.array(side)[j] for side in sides], dtype=float)
    found = scipy.optimize.linprog(
        matrix[i, j], -cuts, np.full(len(cuts), -2.0), degree, np.full(size, 2.0), bounds=(0, 1)
    )
    value: float = found.fun
    return value


@pytest.mark.parametrize("seed", range(4))
def test_the_ascent_comes_near_the_linear_programme_and_never_above(seed: int) -> None:
    # Held and Karp: the best prices give exactly the linear programme's value.
    problem = random_points(9, seed)
    form = symmetric_form(problem)
    tour = np.arange(9)
    shown, _ = lower_bound(problem, form, tour, None)
    value = subtour_bound(form.block(0, 9))
    assert 0.99 * value <= shown <= value * (1 + 1e-7)


def test_a_hundred_random_cities_are_proved_and_without_a_proof_have_a_bound() -> None:
    problem = random_points(100, 1)
    proved = solve(problem, SearchOptions(prove=True))
    assert proved.proved
    assert proved.gap_percent == 0
    bounded = solve(problem, SearchOptions(seconds=2, prove=False))
    assert bounded.lower_bound is not None
    assert 0.97 * proved.length < bounded.lower_bound <= proved.length * (1 + 1e-6)
    assert not bounded.proved or bounded.length <= proved.length * (1 + 1e-6)


def test_the_exact_bound_is_the_value_of_the_programme_with_all_its_cuts() -> None:
    # Seed 2 is one whose programme needs cuts of odd boundaries, teeth and all.
    form = symmetric_form(random_points(100, 2))
    tour = greedy_edges(form, nearest(form.base, 8))
    grid = grid_of(form, form.length(tour))
    programme = LinearProgramme(grid.form, tour, time.monotonic() + 60)
    found = programme.tighten()
    assert any(len(cut.teeth) for cut in programme.cuts)
    value = float(programme.edges.length @ programme.solve().taken)
    assert found.value == pytest.approx(value, rel=1e-9)
    bound = programme.restrict(found, grid.form.length(tour))
    assert bound == pytest.approx(value, rel=1e-9)
    assert bound <= value * (1 + 1e-12)
    assert len(programme.edges.i) < 100 * 99 / 2


def test_a_proof_that_runs_out_of_time_keeps_the_tour_and_proves_nothing() -> None:
    form = symmetric_form(random_points(40, 1))
    proof = prove(form, np.arange(40), 0.0)
    assert not proof.proved
    assert proof.tour.tolist() == list(range(40))


def test_the_greedy_route_is_measured_against_the_proved_optimum() -> None:
    problem = random_matrix(10, 3, symmetric=False)
    greedy = solve(problem, SearchOptions(method="greedy", simulations=1, seed=2))
    found = held_karp(cycle_matrix(problem))
    assert found is not None
    assert greedy.lower_bound == found[1] < greedy.length
    assert not greedy.proved
