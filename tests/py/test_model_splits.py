"""Held-out records and folds: scikit-learn's own, or no group and no later time on both sides."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split

from pyhelpers import KitError
from pyhelpers.model import splits


@settings(max_examples=60, deadline=None)
@given(st.integers(40, 300), st.integers(0, 9), st.sampled_from([0.1, 0.2, 0.33]), st.booleans())
def test_random_splits_are_scikit_learns(
    count: int, seed: int, share: float, by_class: bool
) -> None:
    y = np.random.default_rng(count).integers(0, 3, count)
    y[:6] = [0, 1, 2] * 2
    classes = y if by_class else None
    found = splits.train_and_test(count, share, seed, classes)
    expected = train_test_split(
        np.arange(count), test_size=share, random_state=seed, stratify=classes
    )
    assert [part.tolist() for part in found] == [part.tolist() for part in expected]


@pytest.mark.filterwarnings("ignore:The least populated class")
@settings(max_examples=60, deadline=None)
@given(st.integers(20, 300), st.integers(0, 9), st.integers(2, 7), st.booleans())
def test_folds_are_scikit_learns(count: int, seed: int, folds: int, by_class: bool) -> None:
    y = np.random.default_rng(count).integers(0, 3, count)
    kind = StratifiedKFold if by_class else KFold
    expected = np.empty(count, int)
    for fold, (_, rows) in enumerate(kind(folds, shuffle=True, random_state=seed).split(y, y)):
        expected[rows] = fold
    found = splits.random_folds(count, folds, seed, y if by_class else None)
    assert found.tolist() == expected.tolist()


@given(st.integers(8, 40), st.integers(0, 5), st.integers(0, 5))
def test_no_group_is_on_two_sides_and_no_side_is_empty(groups: int, folds: int, seed: int) -> None:
    of = np.random.default_rng(seed).integers(0, groups, 400)
    parts = splits.group_parts(of, 0.2, folds, seed, "g")
    assert all(len({*parts[of == group]}) == 1 for group in {*of.tolist()})
    assert {*parts.tolist()} == {splits.HELD_OUT, *range(max(1, folds))}


def test_the_sides_of_groups_have_about_their_share() -> None:
    of = np.random.default_rng(0).integers(0, 200, 5_000)
    parts = splits.group_parts(of, 0.2, 5, 0, "g")
    shares = [(parts == part).mean() for part in range(-1, 5)]
    assert shares == pytest.approx([0.2] + [0.16] * 5, abs=0.02)


@given(st.lists(st.integers(0, 60), min_size=80, max_size=200), st.integers(0, 5))
def test_every_later_part_has_only_later_times(times: list[int], folds: int) -> None:
    of = np.array(times, float)
    try:
        parts = splits.time_parts(of, 0.2, folds)
    except KitError:
        assert len({*times}) < 60
        return
    order = [*range(max(1, folds) + (folds > 1)), splits.HELD_OUT]
    for before, after in zip(order, order[1:], strict=False):
        assert of[parts == before].max() < of[parts == after].min()


def test_too_few_groups_or_times_are_named() -> None:
    with pytest.raises(KitError, match="--group g has 2 groups where 6 or more are needed"):
        splits.group_parts(np.array([1, 2] * 20), 0.2, 5, 0, "g")
    with pytest.raises(KitError, match="too few different times"):
        splits.time_parts(np.array([1.0, 2.0] * 20), 0.2, 5)
