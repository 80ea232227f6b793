"""Moments of a stream of numbers in one pass: mean, std, skewness, kurtosis, normality."""

import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from pyhelpers.csvio.columns import Numbers

NAN = float("nan")
# Rules of thumb for effect sizes, not tests: with many records a test rejects any real column.
SKEWED = 0.5
FAT = 1.0
VERY_FAT = 3.0


def exact_sum(values: Iterable[float]) -> float:
    """Return the sum of numbers, rounded once; infinite or NaN where it passes all floats.

    Examples
    --------
    >>> exact_sum([0.1] * 10), exact_sum([1e308, 1e308])
    (1.0, inf)
    """
    numbers = values if isinstance(values, list) else list(values)
    try:
        return math.fsum(numbers)
    except (OverflowError, ValueError):
        return sum(numbers)


@dataclass
class Moments:
    """Central moments of the finite numbers seen so far, and how many were infinite.

    Blocks are merged by the formulas of Pebay, "Formulas for robust, one-pass parallel
    computation of covariances and arbitrary-order statistical moments", Sandia 2008.

    Examples
    --------
    >>> import numpy as np
    >>> moments = Moments()
    >>> moments.add(np.array([1.0, 2.0])); moments.add(np.array([3.0, 6.0]))
    >>> moments.mean, round(moments.std, 6)
    (3.0, 2.160247)
    """

    finite: int = 0
    average: float = 0.0
    m2: float = 0.0
    m3: float = 0.0
    m4: float = 0.0
    low: float = math.inf
    high: float = -math.inf
    plus_infinite: int = 0
    minus_infinite: int = 0
    shape: bool = False  # whether the third and fourth moment are wanted
    rest: float = 0.0  # of the mean, what `average` has no digits for

    def add(self, values: "Numbers") -> None:
        """Take a block of numbers, none of them NaN: a numpy array, or few in an `array`."""
        if not len(values):
            return
        if isinstance(values, array):
            self._add_few(values)
            return
        import numpy as np

        low, high = float(values.min()), float(values.max())
        self.low, self.high = min(self.low, low), max(self.high, high)
        if math.isinf(low) or math.isinf(high):
            self.plus_infinite += int(np.count_nonzero(values == math.inf))
            self.minus_infinite += int(np.count_nonzero(values == -math.inf))
            values = values[np.isfinite(values)]
            if not len(values):
                return
            low, high = float(values.min()), float(values.max())
        with np.errstate(over="ignore", invalid="ignore"):
            self.merge(self._of_block(values, low, high))

    def _add_few(self, values: "array[float]") -> None:
        """Take numbers so few that Python adds them up before numpy would be imported."""
        low, high, finite = min(values), max(values), values.tolist()
        self.low, self.high = min(self.low, low), max(self.high, high)
        if math.isinf(low) or math.isinf(high):
            finite = [value for value in finite if math.isfinite(value)]
            self.plus_infinite += values.count(math.inf)
            self.minus_infinite += values.count(-math.inf)
            if not finite:
                return
            low, high = min(finite), max(finite)
        # Within the values: the mean of equal numbers, rounded, would differ from each of them.
        average = min(max(exact_sum(finite) / len(finite), low), high)
        away = [value - average for value in finite]
        squares = list(map(mul, away, away))
        block = Moments(len(finite), average, exact_sum(squares))
        if self.shape:
            block.m3 = exact_sum(map(mul, squares, away))
            block.m4 = exact_sum(map(mul, squares, squares))
        self.merge(block._centred(exact_sum(away)))

    def _of_block(self, values: "NDArray[float64]", low: float, high: float) -> "Moments":
        average = min(max(float(values.mean()), low), high)
        away = values - average
        squares = away * away
        block = Moments(len(values), average, float(squares.sum()))
        if self.shape:
            # Not np.dot, whose sum depends on how many threads BLAS has.
            block.m3 = float((squares * away).sum())
            block.m4 = float((squares * squares).sum())
        return block._centred(float(away.sum()))

    def _centred(self, total: float) -> "Moments":
        """Move moments about `average` to the mean; `total` is the sum of the deviations.

        It is zero but for rounding, which shows in numbers such as 1e15, 1e15 + 1, 1e15 + 2.
        """
        n, rest = self.finite, total / self.finite
        if math.isfinite(rest):
            square = rest * rest
            self.m4 += 6 * square * self.m2 - 4 * rest * self.m3 - 3 * n * square * square
            self.m3 += 2 * n * rest * square - 3 * rest * self.m2
            self.m2 = max(self.m2 - n * square, 0.0)
            self.rest = rest
        return self

    def merge(self, other: "Moments") -> None:
        """Add the numbers of other records of the same column."""
        na, nb = self.finite, other.finite
        n = na + nb
        if nb and not na:
            self.finite, self.average = nb, other.average
            self.m2, self.m3, self.m4, self.rest = other.m2, other.m3, other.m4, other.rest
        elif nb:
            d = other.average - self.average + (other.rest - self.rest)
            dd = d * d  # not d**2, which raises where a product is infinite
            m2 = self.m2 + other.m2 + dd * na * nb / n
            m3 = self.m3 + other.m3 + dd * d * na * nb * (na - nb) / n**2
            m3 += 3 * d * (na * other.m2 - nb * self.m2) / n
            m4 = self.m4 + other.m4 + dd * dd * na * nb * (na * na - na * nb + nb * nb) / n**3
            m4 += 6 * dd * (na * na * other.m2 + nb * nb * self.m2) / n**2
            m4 += 4 * d * (na * other.m3 - nb * self.m3) / n
            self.finite, self.m2, self.m3, self.m4 = n, m2, m3, m4
            moved = self.rest + d * nb / n
            before, self.average = self.average, self.average + moved
            self.rest = moved - (self.average - before)
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)
        self.average = min(max(self.average, self.low), self.high) if n else 0.0
        self.plus_infinite += other.plus_infinite
        self.minus_infinite += other.minus_infinite

    @property
    def infinite(self) -> int:
        """How many numbers were infinite."""
        return self.plus_infinite + self.minus_infinite

    @property
    def count(self) -> int:
        """How many numbers there were."""
        return self.finite + self.infinite

    @property
    def mean(self) -> float:
        """The mean; infinite or NaN as the sum of the infinities is."""
        if self.infinite:
            both = self.plus_infinite and self.minus_infinite
            return NAN if both else math.copysign(math.inf, self.plus_infinite - 0.5)
        return self.average if self.finite else NAN

    @property
    def std(self) -> float:
        """The standard deviation, n - 1 in the denominator."""
        return NAN if self.finite < 2 or self.infinite else math.sqrt(self.m2 / (self.finite - 1))

    @property
    def skewness(self) -> float:
        """The adjusted Fisher-Pearson coefficient G1, as pandas' skew()."""
        n = self.finite
        if n < 3 or self.infinite:
            return NAN
        if not self.m2:
            return 0.0
        return n * math.sqrt(n - 1) / (n - 2) * self.m3 / (self.m2 * math.sqrt(self.m2))

    @property
    def kurtosis(self) -> float:
        """The excess kurtosis G2, 0 for a normal distribution, as pandas' kurt()."""
        n = self.finite
        if n < 4 or self.infinite:
            return NAN
        if not self.m2:
            return 0.0
        g2 = n * self.m4 / (self.m2 * self.m2)
        return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 - 3 * (n - 1))


def jarque_bera(moments: Moments) -> float:
    """Return the p-value of Jarque and Bera's test of normality (ISR 55, 1987).

    The statistic's limit is chi-square with two degrees of freedom: trust it from some hundred
    values on.
    """
    n = moments.finite
    if n < 4 or not moments.m2 or moments.infinite:
        return float("nan")
    m2 = moments.m2
    skewness = math.sqrt(n) * moments.m3 / (m2 * math.sqrt(m2))
    excess = n * moments.m4 / (m2 * m2) - 3
    return math.exp(-n / 6 * (skewness * skewness + excess * excess / 4) / 2)


def shape_note(moments: Moments) -> str:
    """Describe in a few words how a column differs from a normal distribution.

    Examples
    --------
    >>> import numpy as np
    >>> moments = Moments(shape=True)
    >>> moments.add(np.array([1.0, 2, 2, 3, 3, 3, 4, 90]))
    >>> shape_note(moments)
    'skewed right, fat tails'
    """
    skewness, kurtosis = moments.skewness, moments.kurtosis
    if math.isnan(kurtosis) or not moments.m2:
        return ""
    said = []
    if abs(skewness) > SKEWED:
        said.append("skewed right" if skewness > 0 else "skewed left")
    if kurtosis > FAT:
        said.append("fat tails")
    elif kurtosis < -FAT:
        said.append("thin tails")
    return ", ".join(said) or "near normal"


def tail_warning(name: str, moments: Moments) -> str | None:
    """Return a warning if the tails are so fat that mean and std mislead, else None."""
    if not moments.kurtosis > VERY_FAT:
        return None
    reach = max(moments.high - moments.average, moments.average - moments.low) / moments.std
    what = f"excess kurtosis {moments.kurtosis:.1f}, a value {reach:.0f} std from the mean"
    return f"{name}: fat tails ({what}); trust the quantiles, not mean and std"
