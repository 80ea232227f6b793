"""Lower bounds and proofs against Held and Karp, brute linear programmes and each other."""

import itertools
import time

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st

from pyhelpers.tsp import lower_bounds
from pyhelpers.tsp.branch_and_cut import prove
from pyhelpers.tsp.candidate_edges import candidate_edges
from pyhelpers.tsp.comb_cuts import _best_odd, comb_cuts
from pyhelpers.tsp.exact import held_karp
from pyhelpers.tsp.grid import grid_of
from pyhelpers.tsp.linear_programme import LinearProgramme
from pyhelpers.tsp.lower_bounds import ascend, lower_bound, sure_bound
from pyhelpers.tsp.problem import Problem, from_points
from pyhelpers.tsp.search import SearchOptions
from pyhelpers.tsp.solve import solve
from pyhelpers.tsp.subtour_cuts import Cut
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


def programme_of(problem: Problem) -> tuple[LinearProgramme, Array, float]:
    """Return a programme with subtour cuts and combs, a tour, and the bound of the first."""
    form = symmetric_form(problem)
    tour = form.tour(solve(problem, SearchOptions(seed=1, kicks=3_000, bound=False)).tour)
    grid = grid_of(form, form.length(tour))
    programme = LinearProgramme(grid.form, tour, time.monotonic() + 60)
    first = programme.tighten().value
    for _ in range(6):
        programme.add(comb_cuts(programme.edges, programme.solve().taken, tour, programme.cuts))
        programme.tighten()
    return programme, tour, first


def test_the_exact_bound_is_the_value_of_the_programme_with_all_its_cuts() -> None:
    programme, tour, first = programme_of(random_points(100, 2))
    found = programme.solve()
    assert any(len(cut.sets) > 1 for cut in programme.cuts)
    assert found.value > first * 1.002  # combs raise it
    value = float(programme.edges.length @ found.taken)
    assert found.value == pytest.approx(value, rel=1e-9)
    length = programme.form.length(tour)
    bound = programme.restrict(found, length)
    assert bound == pytest.approx(value, rel=1e-9)
    assert bound <= value * (1 + 1e-12)
    assert bound <= length
    assert len(programme.edges.i) < 100 * 99 / 2


@pytest.mark.parametrize("seed", [2, 5])
def test_an_optimal_tour_satisfies_each_cut_that_is_found(seed: int) -> None:
    problem = random_points(60, seed)
    optimum = solve(problem, SearchOptions(prove=True))
    assert optimum.proved
    programme, _, _ = programme_of(problem)
    rng = np.random.default_rng(seed)
    tours = [optimum.tour, *(rng.permutation(60) for _ in range(200))]
    # Short tours are near the limits; random ones are far from them.
    for _ in range(50):
        at = int(rng.integers(1, 55))
        tours.append(np.concatenate([optimum.tour[:at], optimum.tour[at:][::-1]]))
    for cut in programme.cuts:
        for tour in tours:
            crossed = (cut.sets[:, tour] != cut.sets[:, np.roll(tour, -1)]).sum()
            assert crossed >= cut.least


def test_a_comb_holds_for_every_tour_of_seven_nodes_and_no_other_sets_are_taken() -> None:
    rng = np.random.default_rng(3)
    tours = np.array([[0, *rest] for rest in itertools.permutations(range(1, 7))])
    follows, taken = np.roll(tours, -1, axis=1), 0
    for _ in range(20_000):
        owner = rng.integers(-1, 3, 7)
        sets = np.stack([rng.random(7) < 0.5, *(owner == tooth for tooth in range(3))])
        cut = Cut(sets)
        if cut.holds():
            taken += 1
            crossed = (sets[:, tours] != sets[:, follows]).sum(axis=(0, 2))
            assert crossed.min() >= cut.least
    assert taken > 100
    handle, teeth = np.arange(8) < 4, np.eye(8, dtype=bool)[:4] | np.eye(8, dtype=bool)[4:]
    assert Cut(np.stack([handle, *teeth[:3]])).holds()
    assert not Cut(np.stack([handle, *teeth])).holds()  # an even number of teeth
    assert not Cut(np.stack([handle, teeth[0], teeth[1], teeth[1]])).holds()  # not disjoint
    assert not Cut(np.stack([handle, teeth[0], teeth[1], handle & ~teeth[0]])).holds()  # inside
    assert not Cut(np.ones((1, 8), dtype=bool)).holds()


def test_a_wrong_cut_is_an_error() -> None:
    form = symmetric_form(random_points(12, 1))
    programme = LinearProgramme(form, np.arange(12), time.monotonic() + 60)
    sides = np.arange(12)[None] < np.array([[6], [2], [4]])
    with pytest.raises(ValueError, match="does not hold"):
        programme.add([Cut(sides)])


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4), st.integers(1, 20)), max_size=9),
)
def test_the_best_odd_number_of_disjoint_stretches(drawn: list[tuple[int, int, int]]) -> None:
    found = sorted((min(first + long, 9), first, worth) for first, long, worth in drawn)
    last, first, gain = ([one[at] for one in found] for at in range(3))
    chosen = _best_odd(first, last, [float(worth) for worth in gain], 10)
    best = 0
    for many in (1, 3, 5):
        for some in itertools.combinations(range(len(found)), many):
            ordered = sorted(some, key=first.__getitem__)
            if all(last[a] < first[b] for a, b in itertools.pairwise(ordered)):
                best = max(best, sum(gain[one] for one in some))
    assert sum(gain[one] for one in chosen) == best
    assert len(chosen) % 2 == (1 if found else 0)
    assert all(last[a] < first[b] for a, b in itertools.pairwise(chosen))


def test_cuts_raise_the_bound_of_several_hundred_cities(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyhelpers.tsp.solve.CUT_SECONDS", 20.0)
    problem = random_points(160, 4)
    found = solve(problem, SearchOptions(method="local", kicks=1_000))
    assert found.bound == "subtour cuts"
    tree = solve(problem, SearchOptions(method="local", kicks=1_000, prove=False))
    assert tree.bound == "1-tree"
    assert tree.lower_bound is not None
    assert found.lower_bound is not None
    assert tree.lower_bound < found.lower_bound <= found.length
    greedy = solve(problem, SearchOptions(method="greedy"))
    assert (greedy.method, greedy.bound) == ("nearest neighbour", "1-tree")


def test_without_the_solver_nothing_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyhelpers.tsp.branch_and_cut.available", lambda: False)
    found = solve(random_points(30, 1), SearchOptions(seconds=1, prove=True))
    assert not found.proved
    assert found.lower_bound is not None
    assert 0 < found.lower_bound < found.length


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
