"""The shape of a distribution in plain words: skewed, fat-tailed, near normal."""

import math

from pyhelpers.statistics.moments import Moments

# Rules of thumb for effect sizes, not tests: with many records a test rejects any real column.
SKEWED = 0.5
FAT = 1.0
VERY_FAT = 3.0
DISCRETE = 20


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
    """Say in a few words how far a column is from a normal distribution.

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
    """Return a warning where mean and std mislead: tails far fatter than a normal's."""
    if not moments.kurtosis > VERY_FAT:
        return None
    reach = max(moments.high - moments.average, moments.average - moments.low) / moments.std
    what = f"excess kurtosis {moments.kurtosis:.1f}, a value {reach:.0f} std from the mean"
    return f"{name}: fat tails ({what}); trust the quantiles, not mean and std"
