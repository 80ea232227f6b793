"""The compiled search, where numba is installed: true distances, valid tours, repeatable ones."""

import math
import signal
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

from pyhelpers.tsp import compiled_search, fast_tsp_library
from pyhelpers.tsp.candidate_edges import nearest
from pyhelpers.tsp.construction import greedy_edges
from pyhelpers.tsp.distances import FORMULAS
from pyhelpers.tsp.exact import held_karp
from pyhelpers.tsp.problem import Problem, from_matrix
from pyhelpers.tsp.search import METHODS, SearchOptions
from pyhelpers.tsp.solve import solve
from pyhelpers.tsp.symmetric import SymmetricForm, cycle_matrix, symmetric_form
from tests.tours import ENDS, Array, check_tour, random_matrix, random_points

numba = pytest.importorskip("numba")
kernel = import_module("pyhelpers.tsp.kernel")
FORMS = ("points", "symmetric", "directed")


def cities(size: int, seed: int, form: str) -> Problem:
    if form == "points":
        return random_points(size, seed)
    return random_matrix(size, seed, symmetric=form == "symmetric")


def search(form: SymmetricForm, seed: int, kicks: float, jobs: int = 2, **more: Any) -> Array:
    near = nearest(form.base, 8)
    options: dict[str, Any] = {"until": math.inf, "report": lambda tour: None} | more
    begin = greedy_edges(form, near)
    return compiled_search.compiled_search(form, begin, near, seed, kicks, jobs=jobs, **options)


@pytest.mark.parametrize(("shape", "start", "end"), ENDS)
@pytest.mark.parametrize("kind", sorted(FORMULAS))
def test_the_kernel_computes_the_distances_that_numpy_does(
    kind: str, shape: str, start: str | None, end: str | None
) -> None:
    form = symmetric_form(random_points(30, 4, kind).between(start, end, shape == "closed"))
    every = np.arange(form.size)
    space = compiled_search.space_of(form, every, nearest(form.base, 8))
    ours = [[kernel.distance(space, i, j) for j in every] for i in every]
    theirs = form.block(0, form.size)
    apart = np.isfinite(theirs) & ~np.eye(form.size, dtype=bool)
    assert np.array(ours)[apart] == pytest.approx(theirs[apart], rel=1e-9)
    missing = ~np.isfinite(theirs)
    longest = theirs[:30, :30].max()
    assert (np.array(ours)[missing] > longest).all()


@pytest.mark.parametrize(("shape", "start", "end"), ENDS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_problem_leads_to_the_optimum(
    form: str, shape: str, start: str | None, end: str | None
) -> None:
    for seed in range(3):
        problem = cities(12, seed, form).between(start, end, shape == "closed")
        symmetric = symmetric_form(problem)
        found = symmetric.route(search(symmetric, 1, 4_000))
        best = held_karp(cycle_matrix(problem))
        assert best is not None
        check_tour(problem, found)
        assert problem.length(found) == pytest.approx(best[1], rel=1e-9)


@pytest.mark.parametrize("size", [8, 9, 60, 3_000])
@pytest.mark.parametrize(("shape", "start", "end"), ENDS)
def test_a_search_keeps_every_node_and_never_gets_longer(
    size: int, shape: str, start: str | None, end: str | None
) -> None:
    form = symmetric_form(random_points(size, size).between(start, end, shape == "closed"))
    begin = greedy_edges(form, nearest(form.base, 8))
    for kicks in (0, 100):
        found = search(form, 1, kicks)
        assert sorted(found.tolist()) == list(range(form.size))
        assert form.length(found) <= form.length(begin)


@pytest.mark.parametrize("form", FORMS)
def test_the_gain_of_moves_and_of_kicks_is_the_difference_of_the_lengths(form: str) -> None:
    symmetric = symmetric_form(cities(150, 3, form))
    near = nearest(symmetric.base, 8)
    begin = greedy_edges(symmetric, near)
    space, path = compiled_search.space_of(symmetric, begin, near), kernel.new_path()
    tour = kernel.new_tour(begin, 7, 100)
    tour.queue[:], tour.queued[:] = tour.order, 1
    tour.numbers[kernel.WAITING] = len(begin)
    gain = kernel.improve(space, tour, path, 10**9, False)
    assert symmetric.length(begin) - gain == pytest.approx(symmetric.length(tour.order))
    assert gain > 0
    for warmth in (0.0, 30.0):
        before = symmetric.length(tour.order)
        gain = kernel.kicks(space, tour, path, 300, warmth)
        assert before - gain == pytest.approx(symmetric.length(tour.order))
        assert (tour.place[tour.order] == np.arange(len(begin))).all()


@pytest.mark.parametrize("form", FORMS)
def test_a_seed_gives_the_same_tour_with_one_thread_and_with_two(form: str) -> None:
    symmetric = symmetric_form(cities(200, 1, form))
    tours = [
        search(symmetric, seed, 3_000, jobs) for seed, jobs in ((5, 1), (5, 2), (5, 2), (6, 2))
    ]
    assert tours[0].tolist() == tours[1].tolist() == tours[2].tolist() != tours[3].tolist()


@pytest.mark.parametrize(("shape", "start", "end"), ENDS)
def test_a_large_tour_is_searched_in_parts_that_fit_together(
    shape: str, start: str | None, end: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled_search, "LARGE", 4_000)
    problem = random_points(4_500, 1).between(start, end, shape == "closed")
    form = symmetric_form(problem)
    assert form.size > compiled_search.LARGE
    lengths: list[float] = []
    first = search(form, 3, 4_000, 1, report=lambda tour: lengths.append(form.length(tour)))
    again = search(form, 3, 4_000, 2)
    assert first.tolist() == again.tolist() != search(form, 4, 4_000).tolist()
    assert sorted(first.tolist()) == list(range(form.size))
    assert lengths == sorted(lengths, reverse=True)
    assert len(set(lengths)) == 1 + compiled_search.LARGE_ROUNDS
    check_tour(problem, form.route(first))


def test_a_large_search_by_time_kicks_then_searches_windows() -> None:
    kernel.prepare()
    problem = random_points(12_000, 2)
    form = symmetric_form(problem)
    begin = form.length(greedy_edges(form, nearest(form.base, 8)))
    solution = solve(problem, SearchOptions(seconds=2.0, bound=False, jobs=2))
    check_tour(problem, solution.tour)
    assert solution.method == METHODS["windows"]
    assert solution.length < 0.93 * begin


def test_missing_edges_are_avoided_where_there_is_a_tour() -> None:
    size, rng = 150, np.random.default_rng(5)
    matrix, ring = np.full((size, size), np.inf), rng.permutation(size)
    for a, b in [*zip(ring, np.roll(ring, -1), strict=True), *rng.integers(0, size, (600, 2))]:
        matrix[a, b] = matrix[b, a] = rng.uniform(1, 10)
    np.fill_diagonal(matrix, 0)
    problem = from_matrix([str(city) for city in range(size)], matrix, closed=True)
    solution = solve(problem, SearchOptions(seed=1))
    check_tour(problem, solution.tour)
    assert solution.method == METHODS["compiled"]
    assert np.isfinite(solution.length)


def test_a_seeded_tour_is_about_as_short_as_the_librarys() -> None:
    problem = random_points(300, 2)
    ours = solve(problem, SearchOptions(seed=1, bound=False)).length
    theirs = solve(problem, SearchOptions("fast", seconds=1.0, bound=False)).length
    assert ours < 1.006 * theirs


def test_an_interruption_reports_the_best_tour_and_stops_both_threads() -> None:
    form = symmetric_form(random_points(500, 3))
    found: list[Array] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    kernel.prepare()
    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 1.0)
    try:
        with pytest.raises(KeyboardInterrupt):
            search(form, 1, 10**12, report=found.append)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert sorted(found[-1].tolist()) == list(range(500))


def test_a_time_limit_ends_the_search() -> None:
    problem = random_points(300, 3)
    solution = solve(problem, SearchOptions("local", seconds=0.5, bound=False))
    check_tour(problem, solution.tour)


def test_without_numba_the_seeded_search_is_the_plain_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled_search, "available", lambda: False)
    monkeypatch.setattr(compiled_search, "compiled_search", None)
    problem = random_points(120, 3)
    solution = solve(problem, SearchOptions(seed=1, kicks=50, bound=False))
    check_tour(problem, solution.tour)
    assert not compiled_search.ready(math.inf)


def kept_function(folder: Path) -> Any:
    """Return a function that is compiled and kept in a folder."""
    source = folder / "doubled.py"
    source.write_text(
        "from pyhelpers.tsp.kernel import compiled\n\n\n"
        "@compiled\ndef doubled(x):\n    return 2 * x\n"
    )
    scope: dict[str, Any] = {"__name__": "doubled"}
    exec(compile(source.read_text(), str(source), "exec"), scope)
    return scope["doubled"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    return tmp_path


def run_twice(folder: Path) -> None:
    function = kept_function(folder)
    kernel.prepare(lambda: function(1), [function])
    assert function(21) == 42


def test_compiled_code_that_is_not_whole_is_compiled_again(folder: Path) -> None:
    run_twice(folder)
    kept = [path for path in folder.rglob("*") if path.suffix in (".nbi", ".nbc")]
    assert {path.suffix for path in kept} == {".nbi", ".nbc"}
    for suffix in (".nbc", ".nbi"):
        for path in kept:
            if path.suffix == suffix:
                path.write_bytes(path.read_bytes()[:150] + b"garbage")
        run_twice(folder)


def test_a_full_disk_is_no_reason_not_to_compile(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from numba.core import caching

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(caching.IndexDataCacheFile, "save", full)
    run_twice(folder)


def test_code_is_kept_nowhere_where_no_folder_can_be_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from numba.core.caching import CacheImpl

    monkeypatch.setattr(CacheImpl, "_locator_classes", [])
    run_twice(folder)
    assert not list(folder.rglob("*.nb*"))


def test_the_kernel_knows_that_it_is_kept() -> None:
    kernel.prepare()
    assert compiled_search.ready(0.1) == kernel.kept()
    assert fast_tsp_library.available()
