"""Partition crossover: the parts of two tours that shorten one, held against brute force."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from pyhelpers.tsp import fast_tsp_library, search
from pyhelpers.tsp.candidate_edges import nearest
from pyhelpers.tsp.local_search import local_search
from pyhelpers.tsp.partition_crossover import _exchanged, _parts, shorter_of_both
from pyhelpers.tsp.search import SearchOptions
from pyhelpers.tsp.solve import solve
from pyhelpers.tsp.symmetric import SymmetricForm, symmetric_form
from pyhelpers.tsp.windows import improve_by_windows
from tests.tours import Array, check_tour, random_points


def edges(tour: "Array") -> set[frozenset[int]]:
    return {frozenset(pair) for pair in zip(tour.tolist(), np.roll(tour, -1).tolist(), strict=True)}


def two_tours(seed: int, size: int) -> "tuple[SymmetricForm, Array, Array]":
    """Return two different local optima from one start, so that they share most edges."""
    form = symmetric_form(random_points(size, seed))
    near, start = nearest(form.base, 8), np.random.default_rng(seed).permutation(size)
    begin = local_search(form, start, near, 0, lambda done: False)
    first, second = (
        local_search(form, begin, near, number, lambda done: done < size // 2) for number in (1, 2)
    )
    return form, first, second


@pytest.mark.parametrize("seed", range(12))
def test_a_part_is_exchanged_exactly_where_one_cycle_is_left(seed: int) -> None:
    form, first, second = two_tours(seed, 60)
    tour = np.arange(form.size)
    for part in _parts(first, second, form.pairs):
        ways = edges(tour) - {frozenset((at, (at + 1) % form.size)) for at in part.old}
        ways |= {frozenset(edge) for edge in part.new}
        beside: dict[int, list[int]] = {node: [] for node in range(form.size)}
        for i, j in map(tuple, ways):
            beside[i].append(j)
            beside[j].append(i)
        seen, here = {0}, 0
        while more := [node for node in beside[here] if node not in seen]:
            here = more[0]
            seen.add(here)
        changed = _exchanged(tour, tour.copy(), part)
        assert (changed is not None) == (len(seen) == form.size)
        if changed is not None:
            assert edges(changed) == ways


def test_parts_of_both_tours_are_in_the_result() -> None:
    better = 0
    for seed in range(8):
        form, first, second = two_tours(seed, 200)
        best = shorter_of_both(first, second, form.pairs)
        assert sorted(best.tolist()) == list(range(form.size))
        assert edges(best) <= edges(first) | edges(second)
        lengths = [form.length(tour) for tour in (first, second)]
        assert form.length(best) <= min(lengths) + 1e-9
        better += form.length(best) < min(lengths) - 1e-9
    assert better  # of some pairs neither has the best of everything


def test_no_set_of_parts_that_are_one_cycle_is_shorter() -> None:
    """Parts that are exchanged on their own; with others they may be possible again."""
    for seed in range(6):
        form, first, second = two_tours(seed, 60)
        parts = [part for part in _parts(first, second, form.pairs) if part.gain > 0]
        shortest = form.length(first)
        tours = [np.arange(form.size)]
        for count in range(1, min(len(parts), 4) + 1):
            for some in combinations(parts, count):
                tour: Array | None = tours[0]
                for part in some:
                    if tour is not None:
                        place = np.argsort(tour)
                        tour = _exchanged(tour, place, part)
                if tour is not None:
                    shortest = min(shortest, form.length(first[tour]))
        shortest = min(shortest, form.length(second))
        assert form.length(shorter_of_both(first, second, form.pairs)) <= shortest + 1e-9


def test_windows_follow_fast_tsp_where_cities_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large tour's last part is windows', and no tour gets longer by them."""
    monkeypatch.setattr(search, "LARGE", 1_000)
    problem, lengths, called = random_points(2_000, 3), list[float](), list[bool]()

    def watched(*words: Any, **more: Any) -> None:
        called.append(more["good"])
        improve_by_windows(*words, **more)

    monkeypatch.setattr(search, "improve_by_windows", watched)
    options = SearchOptions(seconds=4, jobs=2, bound=False)
    solution = solve(problem, options, lambda seconds, length: lengths.append(length))
    check_tour(problem, solution.tour)
    assert called == [True]
    assert lengths == sorted(lengths, reverse=True)
    assert fast_tsp_library.slices(1.9, 2_000) == [1.9]
