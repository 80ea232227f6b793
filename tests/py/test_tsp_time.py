"""The time limit of solve-tsp, and Ctrl-C: the best route so far."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from pyhelpers import KitError
from pyhelpers.commands import solve_tsp
from pyhelpers.tsp import linear_programme, lower_bounds, search, simplex, solve, writers
from pyhelpers.tsp.construction import simulate
from pyhelpers.tsp.problem import Problem, from_matrix, from_points
from pyhelpers.tsp.search import SearchOptions
from pyhelpers.tsp.solution import Solution
from pyhelpers.tsp.symmetric import symmetric_form
from tests.conftest import ROOT, ROUTES, Run

LONG = 600  # seconds that no test waits for


def random_points(count: int) -> Problem:
    points = np.random.default_rng(count).random((count, 2)) * 1e4
    return from_points([str(city) for city in range(count)], points, "euclid", True)


def write(problem: Problem, path: Path) -> Path:
    assert problem.points is not None
    rows = "".join(
        f"{name},{x},{y}\n" for name, (x, y) in zip(problem.names, problem.points, strict=True)
    )
    path.write_text(f"name,x,y\n{rows}", encoding="utf-8")
    return path


@pytest.mark.parametrize("prove", [None, True, False])
@pytest.mark.parametrize("nodes", [20, 5_000])
def test_search_bound_and_proof_share_one_time(nodes: int, prove: bool | None) -> None:
    options = SearchOptions(seconds=10.0, prove=prove, begin=time.monotonic())
    ends = [
        options.search_until(nodes, bool(prove)),
        options.bound_until(nodes, bool(prove)),
        options.proof_until(LONG),
    ]
    assert all(options.begin < end <= options.begin + 10.001 for end in ends)


def test_a_proof_ends_in_time(tmp_path: Path) -> None:
    cities = write(random_points(200), tmp_path / "cities.csv")
    words = [sys.executable, "-m", "pyhelpers", "solve-tsp", str(cities), "--prove", "--time", "2"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 201


def test_seed_and_time_exclude_each_other(run: Run) -> None:
    done = run("solve-tsp", ROUTES, "--seed", 1, "--time", 1)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--iterations" in done.stderr


def test_no_bound_computes_none(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    for name in ("lower_bound", "prove"):
        monkeypatch.setattr(solve, name, refuse)
    found = solve.solve(random_points(60), SearchOptions(seconds=0.3, bound=False))
    assert (found.lower_bound, found.proved) == (None, False)
    assert run("solve-tsp", ROUTES, "--no-bound", "--prove").returncode == 2


def test_ctrl_c_prints_the_best_route_so_far(tmp_path: Path) -> None:
    problem = random_points(2_000)
    cities = write(problem, tmp_path / "cities.csv")
    words = [sys.executable, "-m", "pyhelpers", "solve-tsp", str(cities), "--time", str(LONG)]
    process = subprocess.Popen(words, cwd=ROOT, stdout=-1, stderr=-1, text=True, env=os.environ)
    assert process.stderr is not None
    reports = [process.stderr.readline() for _ in range(2)]  # the greedy start, then fast-tsp's
    assert all(" s: " in line for line in reports)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "interrupted; the route above is the best so far" in errors
    assert {line.split(",")[1] for line in out.splitlines()[1:]} == set(problem.names)
    assert float(out.splitlines()[-1].split(",")[-1]) < 1.06 * 0.7124 * np.sqrt(2_000 * 1e8)


def test_where_the_matrix_fits_fast_tsp_has_it_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    form = symmetric_form(random_points(9_000))
    later = time.monotonic() + 20
    assert search._method(form, SearchOptions(), later) == "fast"
    assert search._method(form, SearchOptions(), time.monotonic() + 2) == "fast"
    assert search._method(form, SearchOptions(), time.monotonic() + 0.5) == "windows"
    monkeypatch.setattr(search, "machine_memory", lambda: 256 << 20)
    assert search._method(form, SearchOptions(), later) == "windows"


def test_most_of_a_long_time_is_the_proofs() -> None:
    options = SearchOptions(seconds=60.0, prove=True, begin=time.monotonic())
    assert options.search_until(200, True) - options.begin <= 1.0
    assert options.bound_until(200, True) - time.monotonic() <= 1.0
    assert options.proof_until(LONG) - options.begin == pytest.approx(60)


def stop(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "at", ["search.nearest", "solve.check_ways", "solve._import_what_computes"]
)
@pytest.mark.parametrize(
    ("start", "end", "closed"),
    [(None, None, True), ("7", "3", False), (None, "0", False), ("5", None, True)],
)
@pytest.mark.parametrize("matrix", [False, True])
def test_ctrl_c_before_any_route_gives_one_all_the_same(
    monkeypatch: pytest.MonkeyPatch, at: str, start: str | None, end: str | None, closed: bool,
    matrix: bool,
) -> None:  # fmt: skip
    module, _, name = at.partition(".")
    monkeypatch.setattr({"search": search, "solve": solve}[module], name, stop)
    problem = random_points(300)
    if matrix:
        problem = from_matrix(problem.names, problem.distances.block(slice(None)), True)
    problem = problem.between(start, end, closed)
    found = solve.solve(problem, SearchOptions())
    assert found.interrupted
    assert sorted(found.tour) == list(range(300))
    assert found.length == pytest.approx(problem.length(found.tour))
    assert problem.start in (None, found.tour[0])
    assert problem.end in (None, found.tour[-1])
    assert found.length < 1.6 * 0.7124 * np.sqrt(300 * 1e8)


def test_ctrl_c_before_any_route_over_missing_edges_is_no_route(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    apart, ring = np.full((30, 30), np.inf), np.arange(30)
    apart[ring, ring - 1] = apart[ring - 1, ring] = 1.0
    apart[0, 15] = apart[15, 0] = 0.5  # a short cut, after which there is a dead end
    monkeypatch.setattr(search, "nearest", stop)
    with pytest.raises(KeyboardInterrupt):
        solve.solve(from_matrix([str(city) for city in ring], apart, True), SearchOptions())


def test_where_there_is_no_time_for_short_edges_the_search_starts_from_strips(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(search, "greedy_edges", refuse)
    for module in (lower_bounds, linear_programme):
        monkeypatch.setattr(module, "candidate_edges", refuse)
    for ends in ((None, None, True), ("4", None, False)):
        problem = random_points(3_000).between(*ends)
        found = solve.solve(problem, SearchOptions(seconds=0.02, prove=True))
        assert sorted(found.tour) == list(range(3_000))
        assert found.lower_bound is None


def test_random_starts_end_when_the_time_is_up() -> None:
    problem = random_points(300)
    found = simulate(problem, 5_000, 1, time.monotonic())
    whole = simulate(problem, 5_000, 1)
    assert not found.exhausted
    assert 0 < len(found.draws) < len(whole.draws)
    assert found.best_so_far().tolist() == whole.best_so_far()[: len(found.draws)].tolist()


def test_ctrl_c_while_a_route_is_written_leaves_it_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    problem, path = random_points(50), tmp_path / "route.csv"
    write_route = writers.write_route

    def interrupted(problem: Problem, solution: Solution, path: str) -> None:
        signal.raise_signal(signal.SIGINT)
        write_route(problem, solution, path)

    monkeypatch.setattr(writers, "write_route", interrupted)
    shown = solve_tsp.OutputOptions("csv", str(path), False, False)
    with pytest.raises(KitError, match="interrupted; the route above is the best so far") as raised:
        solve_tsp._solve(problem, SearchOptions(seconds=0.1, bound=False), shown, [])
    assert raised.value.exit_code == 130
    assert path.read_text().count("\n") == 51


def test_sigterm_ends_who_waits_for_the_reader_of_the_output(tmp_path: Path) -> None:
    cities = write(random_points(8_000), tmp_path / "cities.csv")  # more than a pipe holds
    words = [sys.executable, "-m", "pyhelpers", "solve-tsp", str(cities), "--time", "1"]
    process = subprocess.Popen([*words, "--no-bound"], cwd=ROOT, stdout=-1, stderr=-1)
    try:
        assert process.stdout is not None
        process.stdout.read(1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) != 0
    finally:
        process.kill()
        process.communicate()


def test_the_clock_begins_before_the_file_is_read_and_keeps_time_for_the_output(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    problem = random_points(2_000)
    asked: list[SearchOptions] = []

    def take(problem: Problem, options: SearchOptions, **_: object) -> Solution:
        asked.append(options)
        return Solution(np.arange(problem.size), 1.0, "none")

    monkeypatch.setattr(solve, "solve", take)
    cities, before = write(problem, tmp_path / "cities.csv"), time.monotonic()
    for suffix in ("csv", "svg"):
        solve_tsp.main(str(cities), seconds=3, output=str(tmp_path / f"route.{suffix}"))
    first, second = asked
    assert before < first.begin < second.begin < time.monotonic()
    assert 3 > (first.seconds or 0) > (second.seconds or 0) > 0


def test_a_programme_solved_in_slices_comes_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    monkeypatch.setattr(simplex, "SLICE", 0.02)
    draw, size = np.random.default_rng(3), 3_000
    cost, rows = draw.random(size), (draw.random((size // 2, size)) < 20 / size).astype(float)
    least, most = np.minimum(1.0, rows.sum(axis=1)), np.full(size // 2, np.inf)
    ours = simplex.Simplex(cost, csr_array(rows), least, most).solve(60.0)
    theirs = linprog(cost, -rows, -least, bounds=(0, 1))
    assert ours.status == "optimal"
    assert ours.value == pytest.approx(theirs.fun)
