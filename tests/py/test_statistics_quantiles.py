"""Quantiles, moments and texts in bounded memory, against numpy, pandas and scipy."""

import io

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.column_summary import SummarySpec
from pyhelpers.statistics.describe import describe
from pyhelpers.statistics.moments import Moments, jarque_bera
from pyhelpers.statistics.quantile_sketch import Sketch
from pyhelpers.statistics.quantiles import Quantiles
from pyhelpers.statistics.value_counts import DistinctNumbers, ValueCounts
from tests.conftest import HEIGHTS, Run

FRACTIONS = [0.25, 0.5, 0.75]


def test_skewness_kurtosis_and_the_normality_test_are_pandas_and_scipys() -> None:
    from scipy import stats

    numbers = np.random.default_rng(3).gamma(2.0, size=5000) + 1e4
    moments = Moments(shape=True)
    for part in np.array_split(numbers, 7):
        moments.add(part)
    assert moments.skewness == pytest.approx(pd.Series(numbers).skew(), rel=1e-9)
    assert moments.kurtosis == pytest.approx(pd.Series(numbers).kurt(), rel=1e-9)
    few = Moments(shape=True)
    few.add(numbers[:100])
    assert jarque_bera(few) == pytest.approx(stats.jarque_bera(numbers[:100]).pvalue, rel=1e-6)


@pytest.mark.parametrize("order", ["shuffled", "sorted", "rising late", "falling late"])
def test_quantiles_of_a_file_stay_exact_in_little_memory(order: str) -> None:
    numbers = np.random.default_rng(2).normal(size=60_000)
    if order == "sorted":
        numbers.sort()
    if order.endswith("late"):
        numbers[40_000:] += 3 if order == "rising late" else -3
    raw = ("a\n" + "\n".join(map(repr, numbers.tolist())) + "\n").encode()
    spec = SummarySpec((0.001, 0.25, 0.5, 0.99))
    options = Options(small=256, block=1 << 14)
    opened = lambda chosen: Scan(io.BytesIO(raw), "t.csv", chosen)  # noqa: E731
    _, groups = describe(opened, options, None, spec, 1 << 18, None, True)
    found = groups[""][0].quantiles.values()
    assert list(found.values()) == np.quantile(numbers, spec.fractions).tolist()


def test_a_stationary_pipe_needs_a_fraction_of_its_numbers_for_exact_quantiles() -> None:
    numbers = np.random.default_rng(4).normal(size=400_000)
    quantiles = Quantiles(FRACTIONS, soft=20_000, hard=100_000)
    for part in np.array_split(numbers, 400):
        quantiles.add(part)
    assert quantiles.exact and quantiles.rank_error == 0
    assert sum(bracket.size for bracket in quantiles.brackets) < 100_000
    assert list(quantiles.values().values()) == np.quantile(numbers, FRACTIONS).tolist()


@pytest.mark.parametrize("order", ["sorted", "reversed", "late"])
def test_a_pipe_too_large_for_memory_is_within_the_stated_rank_error(order: str) -> None:
    numbers = np.arange(300_000, dtype=float)
    if order == "reversed":
        numbers = numbers[::-1]
    if order == "late":
        numbers[:100_000] = np.random.default_rng(0).permutation(100_000)
    quantiles = Quantiles([0.1, 0.5, 0.9], soft=10_000, hard=30_000)
    for part in np.array_split(numbers, 100):
        quantiles.add(part)
    assert not quantiles.exact and 0 < quantiles.rank_error < 0.01
    for fraction, value in quantiles.values().items():
        assert abs(value / 299_999 - fraction) <= quantiles.rank_error + 1 / 16_384


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 4000), st.integers(0, 2**32), st.integers(2, 5))
def test_the_sketch_keeps_its_rank_error_also_when_merged(n: int, seed: int, cuts: int) -> None:
    numbers = np.random.default_rng(seed).integers(0, 10 * n, n).astype(float)
    whole = Sketch(size=16)
    for part in np.array_split(numbers, cuts):
        sketch = Sketch(size=16)
        for small in np.array_split(part, 3):
            sketch.add(small)
        whole.merge(sketch)
    assert whole.count == n
    for fraction in (0.0, 0.3, 0.5, 1.0):
        value = whole.quantiles([fraction])[0]
        low, high = np.sum(numbers < value), np.sum(numbers <= value)
        assert low - whole.error - 1 <= fraction * (n - 1) <= high + whole.error


def test_distinct_texts_beyond_the_limit_are_an_estimate_and_marked_as_one() -> None:
    texts = ValueCounts(limit=1000)
    for block in range(50):
        texts.add({"often": 500} | {f"word {block} {i}": 1 for i in range(400)})
    assert not texts.exact
    assert texts.distinct == pytest.approx(20_001, rel=0.08)  # five standard errors
    name, times = texts.top()[0]
    assert name == "often" and 25_000 <= times <= 25_000 + texts.slack
    assert texts.count == 45_000


def test_different_numbers_beyond_the_limit_are_estimated_also_when_merged() -> None:
    numbers = np.random.default_rng(14).normal(size=60_000)
    exact = DistinctNumbers(100_000)
    few, other = DistinctNumbers(1000), DistinctNumbers(1000)
    for part in np.array_split(numbers, 7):
        exact.add(part)
        few.add(part[::2])
        other.add(part[1::2])
    assert exact.exact and exact.distinct == 60_000
    few.merge(other)
    assert not few.exact and few.distinct == pytest.approx(60_000, rel=0.08)  # 5 standard errors


def test_quantiles_are_numpys(run: Run) -> None:
    done = run("csv-stats", "quantiles", HEIGHTS, "-c", "Height-Inches", "--at", "2.5,50,99.9")
    head, line = done.stdout.splitlines()
    assert head == "column,2.5%,50%,99.9%"
    expected = np.percentile(pd.read_csv(HEIGHTS)["Height-Inches"], (2.5, 50, 99.9))
    assert list(map(float, line.split(",")[1:])) == pytest.approx(expected.tolist(), rel=1e-14)
