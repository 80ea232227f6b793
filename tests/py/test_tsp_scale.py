"""Proofs at every scale, against Held and Karp's programme in exact fractions and each other."""

import os
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyhelpers import KitError
from pyhelpers.tsp.branch_and_cut import RELATIVE, prove
from pyhelpers.tsp.candidate_edges import nearest
from pyhelpers.tsp.local_search import local_search
from pyhelpers.tsp.lower_bounds import lower_bound
from pyhelpers.tsp.problem import Problem, from_matrix, from_points
from pyhelpers.tsp.search import SearchOptions
from pyhelpers.tsp.solve import solve
from pyhelpers.tsp.symmetric import cycle_matrix, symmetric_form
from tests.conftest import Run
from tests.tours import ENDS, Array, check_tour

SHAPES = ["uniform", "clusters", "far", "symmetric", "directed", "whole"]
# How many problems to draw; a hunt asks for more.
EXAMPLES = int(os.environ.get("SCALE_EXAMPLES", "12"))


def drawn(shape: str, size: int, seed: int, factor: float) -> Problem:
    """Return a random problem whose distances are multiplied by a factor."""
    rng, names = np.random.default_rng(seed), [str(city) for city in range(size)]
    if shape in ("symmetric", "directed", "whole"):
        matrix = rng.uniform(1, 100, (size, size))
        matrix = np.floor(matrix) if shape == "whole" else matrix
        matrix = matrix if shape == "directed" else np.minimum(matrix, matrix.T)
        np.fill_diagonal(matrix, 0)
        return from_matrix(names, matrix * factor, closed=True)
    points = rng.random((size, 2))
    if shape == "clusters":
        points = np.round(3 * points) + points / 1000
    if shape == "far":
        points[0] = 1e6
    return from_points(names, points * factor, "euclid", closed=True)


def exact_optimum(problem: Problem) -> Fraction:
    """Return the length of a shortest tour: Held and Karp's sets, in fractions."""
    cells = cycle_matrix(problem).tolist()
    free = len(cells) - 1
    ways = [[None if cell == np.inf else Fraction(cell) for cell in row] for row in cells]
    best: dict[tuple[int, int], Fraction] = {}
    for city, way in enumerate(ways[free][:free]):
        if way is not None:
            best[1 << city, city] = way
    for chosen in range(1, 1 << free):
        for last in range(free):
            here = best.get((chosen, last))
            if here is None:
                continue
            for city, way in enumerate(ways[last][:free]):
                if way is not None and not chosen >> city & 1:
                    key = chosen | 1 << city, city
                    if key not in best or here + way < best[key]:
                        best[key] = here + way
    ends = [(best.get(((1 << free) - 1, last)), ways[last][free]) for last in range(free)]
    return min(here + way for here, way in ends if here is not None and way is not None)


def exact_length(problem: Problem, tour: Array) -> Fraction:
    """Return a tour's length as the sum of its legs, in fractions."""
    return sum(map(Fraction, problem.legs(tour).tolist()), Fraction(0))


def poor_tour(problem: Problem) -> Array:
    """Return a random route with its ends fixed."""
    ends = (problem.start, problem.end)
    cities = [city for city in range(problem.size) if city not in ends]
    route = [problem.start, *cities, problem.end]
    return np.array([city for city in route if city is not None])


@given(
    st.sampled_from(SHAPES), st.integers(5, 9), st.integers(0, 1 << 30), st.integers(-12, 12),
    st.sampled_from(ENDS),
)  # fmt: skip
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_proof_holds_in_fractions_at_any_scale(
    shape: str, size: int, seed: int, power: int, ends: tuple[str, str | None, str | None]
) -> None:
    at = [None if city is None else str(int(city) % size) for city in ends[1:]]
    problem = drawn(shape, size, seed, 10.0**power)
    if at[0] is not None and at[0] == at[1]:
        at[1] = None
    problem = problem.between(at[0], at[1], ends[0] == "closed")
    best, form, poor = exact_optimum(problem), symmetric_form(problem), poor_tour(problem)
    proof = prove(form, form.tour(poor), 60)
    route = form.route(proof.tour)
    check_tour(problem, route)
    assert proof.proved
    assert best <= exact_length(problem, route) <= best * (1 + Fraction(RELATIVE))
    bound, _ = lower_bound(problem, form, form.tour(poor), None)
    assert Fraction(bound) <= best
    solution = solve(problem, SearchOptions())
    assert solution.proved
    assert exact_length(problem, solution.tour) <= best * (1 + Fraction(RELATIVE))


@pytest.mark.parametrize("shape", ["uniform", "clusters", "symmetric"])
def test_a_factor_changes_neither_tour_nor_proof(shape: str) -> None:
    found = [
        solve(drawn(shape, 40, 7, 10.0**power), SearchOptions(jobs=1)) for power in (-12, -6, 0, 12)
    ]
    assert all(solution.proved for solution in found)
    for power, solution in zip((-12, -6, 0, 12), found, strict=True):
        assert solution.length == pytest.approx(found[2].length * 10.0**power, rel=1e-9)


@pytest.mark.parametrize("factor", [1e-12, 1e12])
def test_a_local_search_finds_the_same_at_any_scale(factor: float) -> None:
    plain, scaled = (drawn("uniform", 80, 3, scale) for scale in (1.0, factor))
    tours = []
    for problem in (plain, scaled):
        form = symmetric_form(problem)
        near = nearest(form.base, 8)
        tours.append(local_search(form, np.arange(80), near, 1, lambda kicks: kicks < 300))
    lengths = [plain.length(tour) for tour in tours]
    assert lengths[1] == pytest.approx(lengths[0], rel=1e-3)


def test_a_tour_is_never_replaced_by_a_longer_one() -> None:
    problem = drawn("uniform", 30, 11, 1e-9)
    form = symmetric_form(problem)
    optimum = solve(problem, SearchOptions(prove=True))
    assert optimum.proved
    for seed in range(3):
        tour = np.random.default_rng(seed).permutation(30)
        proof = prove(form, tour, 60)
        assert optimum.length * (1 - RELATIVE) <= form.length(proof.tour) <= form.length(tour)
        assert prove(form, optimum.tour, 60).tour.tolist() == optimum.tour.tolist()


@pytest.mark.parametrize("rows", [5, 6])
def test_a_grid_of_streets_has_a_closed_tour_only_with_an_even_number_of_corners(rows: int) -> None:
    corners = [(a, b) for a in range(rows) for b in range(rows)]
    matrix = np.array([[abs(a - c) + abs(b - d) for c, d in corners] for a, b in corners], float)
    matrix[matrix > 1] = np.inf
    problem = from_matrix([f"{a}.{b}" for a, b in corners], matrix, closed=True)
    for options in (SearchOptions(), SearchOptions(seed=1, kicks=20)):
        if rows % 2:
            with pytest.raises(KitError, match="there is no tour over the edges given"):
                solve(problem, options)
        else:
            assert solve(problem, options).length == rows * rows


def test_tours_over_missing_edges_are_not_reported_during_the_search(run: Run) -> None:
    links = [(a, b) for a in range(36) for b in (a + 1, a + 6) if b < 36 and (b % 6 or b == a + 6)]
    rows = "".join(f"{a},{b},1\n" for a, b in links)
    done = run("solve-tsp", "--closed", "--time", "1", input=f"from,to,distance\n{rows}")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 37), done.stderr


def test_short_legs_have_twelve_digits(run: Run) -> None:
    cities = "name,x,y\na,0,0\nb,3e-10,0\nc,3e-10,4e-10\n"
    done = run("solve-tsp", input=cities)
    legs = [float(line.split(",")[3]) for line in done.stdout.splitlines()[1:]]
    assert sorted(legs) == pytest.approx([3e-10, 4e-10, 5e-10], rel=1e-9)


def test_a_solver_that_prints_does_not_reach_standard_output() -> None:
    text = (
        "import os, numpy as np, scipy.optimize as o\n"
        "real = o.linprog\n"
        "o.linprog = lambda *a, **k: (os.write(1, b'noise'), real(*a, **k))[1]\n"
        "from pyhelpers.tsp.branch_and_cut import prove\n"
        "from pyhelpers.tsp.symmetric import symmetric_form\n"
        "from tests.tours import random_points\n"
        "print(prove(symmetric_form(random_points(12, 1)), np.arange(12), 60).proved)\n"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_a_directed_graph_without_a_tour_is_an_error(run: Run) -> None:
    links = "".join(f"{a},{b},1\n" for a in range(20) for b in range(a + 1, 20) if (a + b) % 3)
    done = run("solve-tsp", "--directed", "--time", "5", input=f"from,to,distance\n{links}")
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no tour over the edges given" in done.stderr
