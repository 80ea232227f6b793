"""Compare two sets of records: shift of means, Kolmogorov-Smirnov, population stability."""

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.csvio.columns import Texts, rows_by_label, take
from pyhelpers.csvio.scan import Scan
from pyhelpers.csvio.table import MISSING
from pyhelpers.statistics.moments import Moments
from pyhelpers.statistics.numeric_columns import RowSample

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from pyhelpers.csvio.columns import ColumnChunk

KEPT = 1_000_000  # numbers kept of a column and a side; of more, a random sample
BINS = 10
# The usual reading of the index (Siddiqi, "Credit Risk Scorecards", 2006).
SMALL, LARGE = 0.1, 0.25
TINY = 1e-4  # share of an empty bin, whose logarithm would be infinite
MOST_TEXTS = 50_000


@dataclass
class Distribution:
    """Distribution of a column on one of the two sides: its numbers, texts and missing values."""

    sample: RowSample = field(default_factory=lambda: RowSample(KEPT))
    moments: Moments = field(default_factory=Moments)
    text_counts: Counter[str] = field(default_factory=Counter)
    texts: int = 0
    missing: int = 0

    def add(self, part: "ColumnChunk") -> None:
        """Take the column's values in a block."""
        import numpy as np

        if isinstance(part, Texts):
            numbers = self._add_texts(part)
        else:
            numbers = np.asarray(part)
            self.missing += int(np.count_nonzero(np.isnan(numbers)))
        numbers = numbers[np.isfinite(numbers)]
        self.moments.add(numbers)
        self.sample.add(numbers[:, None])

    def _add_texts(self, texts: Texts) -> "NDArray[float64]":
        """Count the texts of a block; return the numbers among them."""
        import numpy as np

        counts = Counter(t for t in texts if not texts.is_missing(t))
        self.missing += len(texts) - counts.total()
        numbers = {t: v for t in counts if (v := texts.number(t)) is not None and v == v}
        self.text_counts.update(counts)
        if len(self.text_counts) > MOST_TEXTS:
            self.text_counts = Counter(dict(self.text_counts.most_common(MOST_TEXTS // 2)))
        self.texts += counts.total() - sum(counts[t] for t in numbers)
        return np.repeat([*numbers.values()], [counts[t] for t in numbers]).astype(float)

    @property
    def count(self) -> int:
        """How many values there are."""
        return self.moments.count + self.texts

    @property
    def sorted(self) -> "NDArray[float64]":
        """The numbers kept, in order."""
        import numpy as np

        return np.sort(self.sample.rows[:, 0]) if self.sample.seen else np.empty(0)


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


def _binned(a: "NDArray[float64]", b: "NDArray[float64]") -> "list[NDArray[float64]]":
    """Count both sides between the deciles of the first."""
    import numpy as np

    edges = np.unique(np.quantile(a, np.linspace(0, 1, BINS + 1)[1:-1]))
    return [
        np.bincount(np.searchsorted(edges, side, side="left"), minlength=len(edges) + 1).astype(
            float
        )
        for side in (a, b)
    ]


def verdict(index: float) -> str:
    """Return the usual reading of a stability index."""
    if math.isnan(index):
        return "one side is empty"
    return "alike" if index < SMALL else "shifted" if index < LARGE else "different"


def compare_rows(
    names: list[str], a: list[Distribution], b: list[Distribution]
) -> list[dict[str, Any]]:
    """Return one row per column: means and their shift, distance, stability index, verdict."""
    return [_row(*sides) for sides in zip(names, a, b, strict=True)]


def _row(name: str, a: Distribution, b: Distribution) -> dict[str, Any]:
    import numpy as np

    row: dict[str, Any] = {"column": name, "type": "text", "count_a": a.count, "count_b": b.count}
    row |= {"missing_a": a.missing, "missing_b": b.missing}
    row |= dict.fromkeys(("mean_a", "mean_b", "shift", "ks", "ks_p"))
    if a.moments.count + b.moments.count > a.texts + b.texts:
        left, right = a.sorted, b.sorted
        distance, p = kolmogorov_smirnov(left, right)
        std = a.moments.std
        shift = (b.moments.mean - a.moments.mean) / std if std else math.nan
        row |= {"type": "number", "mean_a": a.moments.mean, "mean_b": b.moments.mean}
        row |= {"shift": shift, "ks": distance, "ks_p": p}
        index = stability_index(*_binned(left, right)) if len(left) else math.nan
    else:
        texts = sorted({*a.text_counts, *b.text_counts})
        counts = [np.array([side.text_counts[t] for t in texts], dtype=float) for side in (a, b)]
        index = stability_index(*counts) if texts else math.nan
    return row | {"psi": index, "verdict": verdict(index)}


def read_sides(scan: Scan, names: list[str]) -> list[Distribution]:
    """Read a table once; return the distribution of each column."""
    sides = [Distribution() for _ in names]
    for parts in scan.chunks(names):
        for side, part in zip(sides, parts, strict=True):
            side.add(part)
    if not scan.records:
        raise KitError(f"{scan.layout.source}: has a header and no records; nothing to compare")
    return sides


def read_groups(
    scan: Scan, names: list[str], by: str
) -> tuple[list[str], list[list[Distribution]]]:
    """Read a table once; return the labels of its two groups, and the distributions of each.

    Raises
    ------
    KitError
        When the column has not exactly two different values.
    """
    groups: dict[str, list[Distribution]] = {}
    for parts in scan.chunks([*names, by]):
        for label, rows in rows_by_label(parts.pop()).items():
            if label in MISSING:
                continue
            if label not in groups and len(groups) > 1:
                raise KitError(f"--by {by}: has more than two different values; two are compared")
            sides = groups.setdefault(label, [Distribution() for _ in names])
            for side, part in zip(sides, parts, strict=True):
                side.add(take(part, rows))
    if len(groups) != 2:
        raise KitError(f"--by {by}: has {len(groups)} different values; two are compared")
    first, second = sorted(groups)
    return [first, second], [groups[first], groups[second]]
