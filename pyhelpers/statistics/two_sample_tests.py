"""Two-sample tests: whether two columns differ by more than chance, and by how much."""

import math
from typing import TYPE_CHECKING

from pyhelpers.statistics.value_counts import ValueCounts

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

BINS = 10
# The usual reading of the index (Siddiqi, "Credit Risk Scorecards", 2006).
SMALL, LARGE = 0.1, 0.25
TINY = 1e-4  # share of an empty bin, whose logarithm would be infinite
LEAST_EXPECTED = 5  # records of a bin on the smaller side, for the chi-square distribution to hold
SURE = 20  # a count is used where what it may lack is at most one part in so many


def kolmogorov_smirnov(a: "NDArray[float64]", b: "NDArray[float64]") -> tuple[float, float]:
    """Return the largest distance between two distributions, and its asymptotic p-value.

    Parameters
    ----------
    a, b : array, sorted

    Examples
    --------
    >>> import numpy as np
    >>> kolmogorov_smirnov(np.array([1.0, 2.0]), np.array([2.0, 3.0]))[0]
    0.5
    """
    import numpy as np
    from scipy.special import kolmogorov

    if not len(a) or not len(b):
        return math.nan, math.nan
    both = np.concatenate([a, b])
    shares = [np.searchsorted(side, both, side="right") / len(side) for side in (a, b)]
    distance = float(np.abs(shares[0] - shares[1]).max())
    size = len(a) * len(b) / (len(a) + len(b))
    return distance, float(kolmogorov(math.sqrt(size) * distance))


def stability_index(expected: "NDArray[float64]", found: "NDArray[float64]") -> float:
    """Return the population stability index of two counts of the same bins.

    Examples
    --------
    >>> import numpy as np
    >>> round(stability_index(np.array([50, 50]), np.array([60, 40])), 6)
    0.040547
    """
    import numpy as np

    if not expected.sum() or not found.sum():
        return math.nan
    shares = [np.maximum(counts / counts.sum(), TINY) for counts in (expected, found)]
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())


def chi_square(counts: "list[NDArray[float64]]") -> float:
    """Return the p-value of Pearson's test that two counts of the same bins are alike.

    NaN where there are not two bins.

    Examples
    --------
    >>> import numpy as np
    >>> round(chi_square([np.array([10.0, 20.0]), np.array([20.0, 10.0])]), 6)
    0.009823
    """
    import numpy as np
    from scipy.special import chdtrc

    table = np.stack(counts)
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2 or not table.sum(axis=1).all():
        return math.nan
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    statistic = ((table - expected) ** 2 / expected).sum()
    return float(chdtrc(table.shape[1] - 1, statistic))


def decile_counts(a: "NDArray[float64]", b: "NDArray[float64]") -> "list[NDArray[float64]]":
    """Count both sides between the deciles of the first."""
    import numpy as np

    edges = np.unique(np.quantile(a, np.linspace(0, 1, BINS + 1)[1:-1]))
    return [
        np.bincount(np.searchsorted(edges, side, side="left"), minlength=len(edges) + 1).astype(
            float
        )
        for side in (a, b)
    ]


def value_bins(a: ValueCounts, b: ValueCounts) -> "list[NDArray[float64]]":
    """Count both sides by value; those too rare to be judged one by one are counted together."""
    import numpy as np

    smaller = min(a.count, b.count) / max(a.count + b.count, 1)
    least = max(LEAST_EXPECTED / max(smaller, 1e-12), SURE * max(a.slack, b.slack))
    frequent = sorted(
        text for text in {*a.counts, *b.counts} if a.counts[text] + b.counts[text] >= least
    )
    counts = [np.array([side.counts[t] for t in frequent], dtype=float) for side in (a, b)]
    rest = np.array([a.count - counts[0].sum(), b.count - counts[1].sum()])
    if frequent and rest.sum() < least:  # too few for a bin of their own
        smallest = int(np.argmin(counts[0] + counts[1]))
        counts[0][smallest] += rest[0]
        counts[1][smallest] += rest[1]
        return counts
    return [np.append(side, more) for side, more in zip(counts, rest, strict=True)]


def chance_index(counts: "list[NDArray[float64]]") -> float:
    """Return the stability index that two random samples of the same data have on average."""
    used = int(((counts[0] + counts[1]) > 0).sum())
    return (used - 1) * sum(1 / max(float(side.sum()), 1.0) for side in counts)


def verdict(p: float, index: float, level: float) -> str:
    """Return how two sides differ: by chance, or by how much.

    Parameters
    ----------
    p : float
        Chance of so large a difference between two samples of the same data.
    index : float
        Stability index, less that of two such samples.
    level : float
        The p from which a difference is taken for one.
    """
    if math.isnan(p):
        return "not judged"
    if p >= level or index < SMALL:
        return "alike"
    return "shifted" if index < LARGE else "different"
