"""The time limit of solve-tsp, and Ctrl-C: the best route so far."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from pyhelpers.tsp import search, solve
from pyhelpers.tsp.problem import Problem, from_points
from pyhelpers.tsp.search import SearchOptions
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
