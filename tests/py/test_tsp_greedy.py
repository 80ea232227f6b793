"""The chapter's greedy simulation: its results, without the faults of the original program."""

import csv
from pathlib import Path

import numpy as np
import pytest

from pyhelpers import KitError
from pyhelpers.tsp.construction import simulate
from pyhelpers.tsp.problem import Problem
from pyhelpers.tsp.readers import read_problem
from pyhelpers.tsp.search import SearchOptions
from pyhelpers.tsp.solve import solve
from tests.conftest import ROUTES, Run


def routes() -> Problem:
    return read_problem(str(ROUTES), None, None, None)[0]


def problem_of(tmp_path: Path, rows: str) -> Problem:
    path = tmp_path / "routes.csv"
    path.write_text("from,to,distance\n" + rows, encoding="utf-8")
    return read_problem(str(path), None, True, None)[0]


def chapters_greedy(rows: list[tuple[str, str, int]], start: str) -> int:
    """Walk as the chapter does: of the rows from here to where we were not, the shortest first."""
    here, seen, total = start, {start}, 0
    while True:
        possible = [row for row in rows if row[0] == here and row[1] not in seen]
        if not possible:
            return total
        _, here, distance = min(possible, key=lambda row: row[2])
        seen.add(here)
        total += distance


def test_every_start_gives_the_length_of_the_chapters_loop() -> None:
    with ROUTES.open(newline="") as stream:
        rows = [(row["from"], row["to"], int(row["distance"])) for row in csv.DictReader(stream)]
    problem = routes()
    lengths = simulate(problem, 10_000, 1).lengths
    expected = [chapters_greedy(rows, name) for name in problem.names]
    assert lengths.tolist() == expected


def test_the_chapters_129_is_beaten_by_128_which_is_optimal() -> None:
    simulation = simulate(routes(), 10_000, 7)
    outcomes = simulation.outcomes(routes().names)
    assert [row["distance"] for row in outcomes[:2]] == [128, 129]
    assert len(outcomes) <= 15
    assert sum(row["starts"] for row in outcomes) == 15


def test_it_stops_when_all_starts_are_exhausted_and_says_so(run: Run) -> None:
    done = run("solve-tsp", ROUTES, "--method", "greedy", "--simulations", 10_000, "--seed", 3)
    assert done.returncode == 0
    assert "all starts were drawn after " in done.stderr
    assert "of 10000 simulations; more change nothing" in done.stderr


def test_each_line_of_standard_error_begins_with_the_command(run: Run) -> None:
    done = run("solve-tsp", ROUTES, "--method", "greedy", "--simulations", 25, "--seed", 1)
    assert "solve-tsp: 143: 5 times, from 3 starts (CSCO ...)" in done.stderr.splitlines()
    assert "solve-tsp: 131: 1 time, from 1 start (CVX)" in done.stderr.splitlines()
    assert all(line.startswith("solve-tsp: ") for line in done.stderr.splitlines())


def test_the_best_so_far_never_rises_and_ends_with_the_best() -> None:
    simulation = simulate(routes(), 500, 11)
    best = simulation.best_so_far()
    assert (np.diff(best) <= 0).all()
    assert best[-1] == np.nanmin(simulation.lengths) == 128
    assert best[0] == simulation.lengths[simulation.draws[0]]


def test_few_simulations_follow_the_seed_and_count_each_length() -> None:
    first, again, other = (simulate(routes(), 25, seed) for seed in (1, 1, 2))
    assert first.draws.tolist() == again.draws.tolist() != other.draws.tolist()
    rows = first.outcomes(routes().names)
    assert sum(row["times"] for row in rows) == len(first.draws)


def test_a_name_that_contains_another_is_no_endless_loop(tmp_path: Path) -> None:
    # The chapter looks for HP inside HPQ, finds HPQ's rows for it and goes round for ever.
    rows = "HP,HPQ,1\nHPQ,HP,1\nHP,IBM,5\nIBM,HP,5\nHPQ,IBM,2\nIBM,HPQ,2\n"
    solution = solve(problem_of(tmp_path, rows), SearchOptions(method="greedy"))
    assert sorted(solution.tour.tolist()) == [0, 1, 2]
    assert solution.length == 3


def test_names_are_not_cut_at_ten_bytes(tmp_path: Path) -> None:
    rows = "San Francisco North,San Francisco South,1\nSan Francisco South,San Francisco North,1\n"
    problem = problem_of(tmp_path, rows)
    assert problem.names == ["San Francisco North", "San Francisco South"]
    assert solve(problem, SearchOptions(method="greedy")).length == 1


def test_a_row_from_a_city_to_itself_is_not_chosen(tmp_path: Path) -> None:
    rows = "a,a,0\na,b,2\nb,a,2\nb,b,0\nb,c,3\nc,b,3\na,c,9\nc,a,9\n"
    solution = solve(problem_of(tmp_path, rows), SearchOptions(method="greedy"))
    assert sorted(solution.tour.tolist()) == [0, 1, 2]
    assert solution.length == 5


def test_an_incomplete_trip_is_never_the_shortest(tmp_path: Path) -> None:
    # From b the nearest is a, and from a there is no way on: 1 so far, but c is not visited.
    problem = problem_of(tmp_path, "b,a,1\nb,c,9\nc,b,4\nc,a,7\n")
    simulation = simulate(problem, 1000, 0)
    assert np.isinf(simulation.lengths[problem.city("b")])
    assert solve(problem, SearchOptions(method="greedy", simulations=1000)).length == 5


def test_when_every_trip_ends_early_that_is_an_error(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, "b,a,1\nb,c,9\nc,b,7\nc,a,4\n").between("b", None, None)
    with pytest.raises(KitError, match="every greedy route ran into a dead end"):
        solve(problem, SearchOptions(method="greedy"))


def test_distances_are_not_cut_to_whole_numbers(tmp_path: Path) -> None:
    rows = "a,b,1.75\nb,a,1.75\nb,c,1.5\nc,b,1.5\na,c,1.9\nc,a,1.9\n"
    assert solve(problem_of(tmp_path, rows), SearchOptions(method="greedy")).length == 3.25


def test_a_fixed_end_is_kept_for_last(tmp_path: Path) -> None:
    problem = routes().between("AAPL", "GOOG", None)
    solution = solve(problem, SearchOptions(method="greedy"))
    assert solution.tour[0] == problem.city("AAPL")
    assert solution.tour[-1] == problem.city("GOOG")
    assert sorted(solution.tour.tolist()) == list(range(15))
