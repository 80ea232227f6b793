"""Searches against Held and Karp: open, fixed and directed problems reach the true optimum."""

import json

import numpy as np
import pytest

from pyhelpers import KitError
from pyhelpers.tsp import fast_tsp_library
from pyhelpers.tsp.candidate_edges import Neighbours, nearest
from pyhelpers.tsp.construction import greedy_edges
from pyhelpers.tsp.distances import Distances
from pyhelpers.tsp.exact import held_karp
from pyhelpers.tsp.local_search import local_search, prepare
from pyhelpers.tsp.problem import Problem, from_matrix, from_points
from pyhelpers.tsp.search import SearchOptions
from pyhelpers.tsp.solution import Solution
from pyhelpers.tsp.solve import solve
from pyhelpers.tsp.symmetric import cycle_matrix, route_of, symmetric_form
from tests.conftest import ROUTES, Run
from tests.tours import ENDS, Array, check_tour, random_matrix, random_points


def optimum(problem: Problem) -> float:
    found = held_karp(cycle_matrix(problem))
    assert found is not None
    return found[1]


def with_time(problem: Problem) -> Solution:
    """Search with the library for a moment; on a loaded machine, which may pass unused, longer."""
    for seconds in (0.1, 1.0, 10.0):
        found = solve(problem, SearchOptions("fast", seconds))
        if found.length == pytest.approx(optimum(problem), rel=1e-9):
            break
    return found


@pytest.mark.parametrize("method", ["fast", "local"])
@pytest.mark.parametrize(("shape", "start", "end"), ENDS)
@pytest.mark.parametrize("form", ["points", "symmetric", "directed"])
def test_transforms_lead_to_the_optimum(
    method: str, shape: str, start: str | None, end: str | None, form: str
) -> None:
    kicks = 2_000 if form == "directed" else 500
    for seed in range(2):
        cities = (
            random_points(12, seed)
            if form == "points"
            else random_matrix(12, seed, symmetric=form == "symmetric")
        )
        problem = cities.between(start, end, shape == "closed")
        solution = (
            with_time(problem)
            if method == "fast"
            else solve(problem, SearchOptions(method, kicks=kicks, seed=1))
        )
        check_tour(problem, solution.tour)
        assert solution.length == pytest.approx(optimum(problem), rel=1e-9)
        assert solution.length == problem.length(solution.tour)


@pytest.mark.parametrize(("shape", "start", "end"), ENDS)
@pytest.mark.parametrize("symmetrical", [True, False])
def test_a_route_and_its_tour_over_the_nodes_are_equally_long(
    shape: str, start: str | None, end: str | None, symmetrical: bool
) -> None:
    problem = random_matrix(9, 1, symmetrical).between(start, end, shape == "closed")
    found = held_karp(cycle_matrix(problem))
    assert found is not None
    route, form = route_of(problem, found[0]), symmetric_form(problem)
    assert form.length(form.tour(route)) == pytest.approx(problem.length(route))
    back = form.route(form.tour(route))
    assert problem.length(back) == pytest.approx(problem.length(route))
    check_tour(problem, back)


def test_missing_edges_are_avoided_where_there_is_a_tour() -> None:
    # A ring with a few chords: one closed tour, and the ladder's way of forbidding the rest.
    size = 40
    matrix = np.full((size, size), np.inf)
    ring = np.random.default_rng(5).permutation(size)
    for a, b in zip(ring, np.roll(ring, -1), strict=True):
        matrix[a, b] = matrix[b, a] = 10
    for a, b in np.random.default_rng(6).integers(0, size, (20, 2)):
        matrix[a, b] = matrix[b, a] = min(matrix[a, b], 11)
    np.fill_diagonal(matrix, 0)
    problem = from_matrix([str(city) for city in range(size)], matrix, closed=True)
    for options in (SearchOptions(seconds=0.3), SearchOptions(seed=1)):
        assert np.isfinite(solve(problem, options).length)


def test_distances_far_above_16_bits_and_far_below_one_are_distinguished() -> None:
    for factor in (1e9, 1e-6):
        points = np.random.default_rng(8).uniform(0, factor, (14, 2))
        problem = from_points([str(city) for city in range(14)], points, "euclid", closed=True)
        solution = with_time(problem)
        assert solution.length == pytest.approx(optimum(problem), rel=1e-9)


def test_the_scaled_matrix_is_the_distances_where_they_are_whole() -> None:
    problem = random_points(50, 1, "euc_2d")
    form = symmetric_form(problem)
    exact = form.block(0, 50)
    assert (fast_tsp_library.scaled_matrix(form, 100.0) == exact).all()
    for kind in ("euclid", "great_circle", "att"):
        for shape, start, end in ENDS:
            fractions = symmetric_form(
                random_points(50, 1, kind).between(start, end, shape == "closed")
            )
            true = fractions.block(0, fractions.size)
            top = float(true[np.isfinite(true)].max())
            made = fast_tsp_library.scaled_matrix(fractions, top).astype(float)
            assert (fast_tsp_library.scaled_matrix(fractions, top, jobs=3) == made).all()
            unit = top / (fast_tsp_library.LARGEST - 1) if kind != "att" else 1.0
            made[made == fast_tsp_library.LARGEST] = np.inf
            np.fill_diagonal(true, 0)
            assert (np.isfinite(made) == np.isfinite(true)).all()
            finite = np.isfinite(true)
            assert np.abs(made[finite] * unit - true[finite]).max() < 3 * unit


@pytest.mark.parametrize("size", [9, 60, 3000])
@pytest.mark.parametrize(("shape", "start", "end"), ENDS)
def test_construction_and_local_search_keep_every_node_and_never_get_longer(
    size: int, shape: str, start: str | None, end: str | None
) -> None:
    problem = random_points(size, size).between(start, end, shape == "closed")
    form = symmetric_form(problem)
    near = nearest(form.base, 8)
    built = greedy_edges(form, near)
    better = local_search(form, built, near, 1, lambda kicks: kicks < 50)
    assert sorted(built.tolist()) == sorted(better.tolist()) == list(range(form.size))
    assert form.length(better) <= form.length(built)
    assert np.isfinite(form.length(better))
    check_tour(problem, form.route(better))
    assert problem.length(form.route(better)) == pytest.approx(form.length(better))


def test_the_gain_of_a_search_is_the_difference_of_the_lengths() -> None:
    form = symmetric_form(random_points(200, 3))
    near = nearest(form.base, 8)
    tour = np.random.default_rng(1).permutation(200)
    search = prepare(form, tour, near)
    gain = search.improve(tour.tolist())
    assert form.length(tour) - gain == pytest.approx(form.length(search.tour()))
    assert gain > 0


def test_many_cities_in_one_place_are_a_tour_too() -> None:
    points = np.zeros((60, 2))
    points[40:] = np.random.default_rng(1).random((20, 2))
    problem = from_points([str(city) for city in range(60)], points, "euclid", closed=False)
    for options in (SearchOptions(seconds=0.2), SearchOptions(seed=1)):
        check_tour(problem, solve(problem, options).tour)
    same = from_points([str(city) for city in range(60)], np.zeros((60, 2)), "euclid", closed=True)
    assert solve(same, SearchOptions(seconds=0.2)).length == 0


def test_a_seed_gives_the_same_bytes_and_another_seed_may_not(run: Run, tmp_path) -> None:  # type: ignore[no-untyped-def]
    points = np.random.default_rng(2).random((120, 2))
    cities = tmp_path / "cities.csv"
    cities.write_text("x,y\n" + "".join(f"{x},{y}\n" for x, y in points))
    words = ("solve-tsp", cities, "--format", "json", "--iterations", 200, "--seed")
    first, again = run(*words, 1), run(*words, 1)
    assert first.returncode == 0
    assert first.stdout == again.stdout
    assert json.loads(first.stdout)["tour"] != json.loads(run(*words, 2).stdout)["tour"]


def test_without_fast_tsp_local_search_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_tsp_library, "available", lambda: False)
    problem = random_points(60, 1)
    solution = solve(problem, SearchOptions(seconds=0.3))
    assert solution.method.startswith("2-opt and Or-opt")
    with pytest.raises(KitError, match="fast-tsp is missing") as caught:
        solve(problem, SearchOptions(method="fast"))
    assert caught.value.exit_code == 127


def test_an_interrupted_search_keeps_the_best_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*words: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fast_tsp_library, "find_tour", interrupt)
    problem = random_points(60, 1)
    solution = solve(problem, SearchOptions(method="fast", seconds=5))
    check_tour(problem, solution.tour)
    assert solution.interrupted


def test_the_routes_are_read_from_a_pipe(run: Run) -> None:
    done = run("solve-tsp", "--closed", "--format", "json", input=ROUTES.read_text())
    assert json.loads(done.stdout)["distance"] == 171


def test_joining_many_cities_in_one_place_needs_no_longer_neighbour_lists(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Each city's nearest were the same few: lists were doubled until they held every pair.
    asked: list[int] = []

    def counted(base: Distances, k: int, nodes: Array | None = None) -> Neighbours:
        asked.append(k)
        return nearest(base, k, nodes)

    points = np.repeat([[0.0, 0.0], [3.0, 4.0]], 600, axis=0)
    form = symmetric_form(from_points([str(city) for city in range(1_200)], points, "euclid", True))
    monkeypatch.setattr("pyhelpers.tsp.construction.nearest", counted)
    assert form.length(greedy_edges(form, nearest(form.base, 8))) == 10
    assert max(asked, default=0) <= 24
