"""Windows of a long tour: every city and forced edge is kept, and the tour gets no longer."""

import numpy as np
import pytest

from pyhelpers.tsp import fast_tsp_library, search, windows
from pyhelpers.tsp.candidate_edges import nearest
from pyhelpers.tsp.construction import greedy_edges
from pyhelpers.tsp.search import SearchOptions
from pyhelpers.tsp.solve import solve
from pyhelpers.tsp.symmetric import SymmetricForm, symmetric_form
from tests.tours import Array, check_tour, random_points


def greedy(size: int, closed: bool = True) -> tuple[SymmetricForm, Array]:
    form = symmetric_form(random_points(size, size).between(None, None, closed))
    return form, greedy_edges(form, nearest(form.base, 8))


class EnoughError(Exception):
    """The expected result was reached."""


@pytest.mark.parametrize(("jobs", "closed"), [(1, True), (2, True), (2, False)])
def test_a_tour_gets_shorter_and_keeps_every_node(
    monkeypatch: pytest.MonkeyPatch, jobs: int, closed: bool
) -> None:
    monkeypatch.setattr(windows, "CITIES", 150)
    monkeypatch.setattr(windows, "SECONDS", 0.05)
    form, tour = greedy(1200, closed)
    told: list[Array] = [tour]

    def tell(cities: Array) -> None:
        told.append(cities)
        if form.length(cities) < 0.93 * form.length(tour):  # greedy tours are some 16 % too long
            raise EnoughError

    with pytest.raises(EnoughError):
        windows.improve_by_windows(form, tour, 60, jobs, tell)
    assert sorted(told[-1].tolist()) == list(range(form.size))
    lengths = [form.length(cities) for cities in told]
    assert lengths == sorted(lengths, reverse=True)
    assert np.isfinite(form.problem.length(form.route(told[-1])))


def test_a_window_is_solved_to_the_optimum_with_its_forced_edges() -> None:
    # Ten cities, two of whose edges are kept: every order of the rest is tried.
    from itertools import permutations

    points = np.random.default_rng(4).random((8, 2))
    length = np.linalg.norm(points[:, None] - points[None], axis=2)
    leaves = np.zeros(8, dtype=bool)
    leaves[[2, 7]] = True
    free = length.copy()
    free[[2, 3, 7, 0], [3, 2, 0, 7]] = 0

    def total(order: tuple[int, ...]) -> float:
        beside = {frozenset(pair) for pair in zip(order, order[1:] + order[:1], strict=True)}
        if not {frozenset((2, 3)), frozenset((7, 0))} <= beside:
            return np.inf
        return float(free[list(order), list(order[1:] + order[:1])].sum())

    best = min(total((0, *order)) for order in permutations(range(1, 8)))
    cycle = fast_tsp_library.shorter_cycle(length, leaves, 0.1)
    found = tuple(range(8)) if cycle is None else tuple(cycle.tolist())
    assert (found[0], found[-1]) == (0, 7)
    assert total(found) == pytest.approx(best)


def test_an_interruption_keeps_every_city(monkeypatch: pytest.MonkeyPatch) -> None:
    form, tour = greedy(400)
    told: list[Array] = []

    def interrupt(cities: Array) -> None:
        told.append(cities)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        windows.improve_by_windows(form, tour, 5, 1, interrupt)
    assert sorted(told[-1].tolist()) == list(range(400))


@pytest.mark.parametrize("available", [True, False])
def test_more_cities_than_a_matrix_may_hold_are_solved_with_a_bound(
    monkeypatch: pytest.MonkeyPatch, available: bool
) -> None:
    monkeypatch.setattr(fast_tsp_library, "available", lambda: available)
    monkeypatch.setattr(search, "machine_memory", lambda: 50_000_000)  # 2,500 nodes in half of it
    problem = random_points(3_000, 1)
    solution = solve(problem, SearchOptions(seconds=20, jobs=2))
    check_tour(problem, solution.tour)
    assert ("windows" in solution.method) == available
    # The length of a shortest tour through many random points (Johnson and McGeoch 1996).
    expected = 0.7124 * np.sqrt(problem.size * 80.0**2)
    assert solution.lower_bound is not None
    assert 0.9 * expected < solution.lower_bound < solution.length < 1.12 * expected
