"""Compare two sets of records: means, Kolmogorov-Smirnov, chi-square, population stability."""

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.csvio.columns import Texts, rows_by_label, take
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.moments import Moments
from pyhelpers.statistics.numeric_columns import RowSample, infinite_left_out, not_counted
from pyhelpers.statistics.time_series import seconds
from pyhelpers.statistics.two_sample_tests import (
    LEAST_EXPECTED,
    chance_index,
    chi_square,
    decile_counts,
    kolmogorov_smirnov,
    stability_index,
    value_bins,
    verdict,
)
from pyhelpers.statistics.value_counts import ValueCounts, parse_date
from pyhelpers.text import counted

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from pyhelpers.csvio.columns import ColumnChunk

KEPT = 1_000_000  # numbers kept of a column and a side; of more, a random sample
MOST_TEXTS = 50_000
FALSE_ALARMS = 0.01  # chance that a comparison of like data has a column that is not "alike"
EPOCH = datetime(1970, 1, 1)


@dataclass
class Values:
    """The numbers of a column on one side: their moments, and a random sample of them."""

    sample: RowSample = field(default_factory=lambda: RowSample(KEPT))
    moments: Moments = field(default_factory=Moments)

    def add(self, numbers: "NDArray[float64]") -> None:
        """Take the finite numbers of a block."""
        self.moments.add(numbers)
        self.sample.add(numbers[:, None])

    @property
    def sorted(self) -> "NDArray[float64]":
        """The numbers kept, in order."""
        import numpy as np

        return np.sort(self.sample.rows[:, 0]) if self.sample.seen else np.empty(0)


@dataclass
class Distribution:
    """Distribution of a column on one of the two sides: numbers, dates, texts, missing values.

    Attributes
    ----------
    dates : Values
        In seconds since 1970.
    texts : ValueCounts
        Of all values that are not numbers, dates among them.
    numeric_texts : int
        How many of the values counted as texts are numbers.
    examples : dict
        Of "number" and "date", the first value of another type.
    """

    numbers: Values = field(default_factory=Values)
    dates: Values = field(default_factory=Values)
    texts: ValueCounts = field(default_factory=lambda: ValueCounts(MOST_TEXTS))
    numeric_texts: int = 0
    missing: int = 0
    infinite: int = 0
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, chunk: "ColumnChunk") -> None:
        """Take the column's values in a block."""
        import numpy as np

        if isinstance(chunk, Texts):
            numbers = self._add_texts(chunk)
        else:
            numbers = np.asarray(chunk)
            self.missing += int(np.count_nonzero(np.isnan(numbers)))
        numbers = numbers[~np.isnan(numbers)]
        finite = numbers[np.isfinite(numbers)]
        self.infinite += len(numbers) - len(finite)
        self.numbers.add(finite)

    def _add_texts(self, texts: Texts) -> "NDArray[float64]":
        """Count the texts of a block; return the numbers among them."""
        import numpy as np

        counts = Counter(t for t in texts if not texts.is_missing(t))
        self.missing += len(texts) - counts.total()
        numbers = {t: v for t in counts if (v := texts.number(t)) is not None and v == v}
        self.numeric_texts += sum(counts[t] for t in numbers)
        self.texts.add(counts)
        days = {t: day for t in counts if (day := parse_date(t)) is not None}
        moments = [seconds(day) for day in days.values()]
        self.dates.add(np.repeat(moments, [counts[t] for t in days]).astype(float))
        words = [t for t in counts if t not in numbers]
        for kind, odd in (("number", words), ("date", [t for t in counts if t not in days])):
            if odd:
                self.examples.setdefault(kind, odd[0])
        return np.repeat([*numbers.values()], [counts[t] for t in numbers]).astype(float)

    @property
    def all(self) -> int:
        """How many values there are, of any type."""
        return self.numbers.moments.count + self.infinite + self.texts.count - self.numeric_texts

    @property
    def kind(self) -> str:
        """The column's type on this side, by what most of its values are."""
        if not self.all:
            return "empty"
        if self.numbers.moments.count + self.infinite > self.texts.count - self.numeric_texts:
            return "number"
        return "date" if self.texts.dates * 2 > self.all else "text"

    def values(self, kind: str) -> Values:
        """Return the numbers that stand for a column of numbers or dates."""
        return self.dates if kind == "date" else self.numbers

    def count(self, kind: str) -> int:
        """Return how many values are compared where the column is of a type."""
        return self.texts.count if kind == "text" else self.values(kind).moments.count

    def left_out(self, name: str, kind: str) -> list[str]:
        """Return sentences on the values that are not compared where the column is of a type."""
        if kind not in ("number", "date", "text"):
            return []
        odd = self.all - self.count(kind) - (self.infinite if kind == "number" else 0)
        said = [not_counted(name, kind, odd, self.examples.get(kind))] if odd else []
        if self.infinite and kind == "number":
            said.append(infinite_left_out(name, self.infinite))
        return said


@dataclass
class Comparison:
    """Both sides of one column."""

    name: str
    a: Distribution
    b: Distribution

    @property
    def kind(self) -> str:
        """The column's type; both where they differ, such as "number/text"."""
        kinds = list(dict.fromkeys(side.kind for side in (self.a, self.b) if side.kind != "empty"))
        return "/".join(kinds) or "empty"

    def row(self, level: float) -> dict[str, Any]:
        """Return the column's row, judged at a level of significance."""
        kind, sides = self.kind, (self.a, self.b)
        row: dict[str, Any] = {"column": self.name, "type": kind}
        counts = [side.all if "/" in kind else side.count(kind) for side in sides]
        row |= dict(zip(("count_a", "count_b"), counts, strict=True))
        row |= {"missing_a": self.a.missing, "missing_b": self.b.missing}
        row |= dict.fromkeys(("mean_a", "mean_b", "shift", "ks", "ks_p", "psi"))
        if "/" in kind:
            return row | {"verdict": "types differ"}
        if not all(counts):
            return row | {"verdict": "one side is empty" if any(counts) else "both are empty"}
        row |= self._values(level) if kind != "text" else self._texts(level)
        if row["verdict"] == "alike" and self._missing(level) != "alike":
            row["verdict"] = "missing values differ"
        return row

    def _values(self, level: float) -> dict[str, Any]:
        """Compare numbers, or dates as numbers of seconds."""
        a, b = (side.values(self.kind) for side in (self.a, self.b))
        left, right = a.sorted, b.sorted
        distance, p = kolmogorov_smirnov(left, right)
        binned = decile_counts(left, right)
        index, std = stability_index(*binned), a.moments.std
        means: list[Any] = [a.moments.mean, b.moments.mean]
        shift = (means[1] - means[0]) / std if std else math.nan
        if self.kind == "date":
            means = [(EPOCH + timedelta(seconds=mean)).isoformat(" ", "seconds") for mean in means]
        row = {"mean_a": means[0], "mean_b": means[1], "shift": shift, "ks": distance, "ks_p": p}
        return row | {"psi": index, "verdict": verdict(p, index - chance_index(binned), level)}

    def _texts(self, level: float) -> dict[str, Any]:
        counts = value_bins(self.a.texts, self.b.texts)
        index, p = stability_index(*counts), chi_square(counts)
        same = (
            self.a.texts.distinct == 1 and self.a.texts.counts.keys() == self.b.texts.counts.keys()
        )
        p = 1.0 if same else p
        return {"psi": index, "verdict": verdict(p, index - chance_index(counts), level)}

    def _missing(self, level: float) -> str:
        import numpy as np

        counts = [np.array([side.all, side.missing], dtype=float) for side in (self.a, self.b)]
        rare = float(min(side.sum() for side in counts) * (counts[0] + counts[1])[1])
        if rare < LEAST_EXPECTED * sum(side.sum() for side in counts):
            return "alike"
        return verdict(chi_square(counts), stability_index(*counts) - chance_index(counts), level)


def compare_columns(
    names: list[str], a: list[Distribution], b: list[Distribution]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return one row per column, and sentences on the values that were not compared.

    A difference counts where it is larger than all but 1 % of comparisons of like data show in any
    of their columns (Bonferroni), and where the stability index, less what chance gives it, is 0.1
    or more.
    """
    columns = [Comparison(*sides) for sides in zip(names, a, b, strict=True)]
    level = FALSE_ALARMS / max(2 * len(columns), 1)  # two tests a column: values, missing ones
    said = [
        f"{label}: {sentence}"
        for column in columns
        for label, side in (("a", column.a), ("b", column.b))
        for sentence in side.left_out(column.name, column.kind)
    ]
    return [column.row(level) for column in columns], said


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
            if not label:  # missing
                continue
            if label not in groups and len(groups) > 1:
                raise KitError(f"--by {by}: has more than two values; two are compared")
            sides = groups.setdefault(label, [Distribution() for _ in names])
            for side, part in zip(sides, parts, strict=True):
                side.add(take(part, rows))
    if len(groups) != 2:
        raise KitError(f"--by {by}: has {counted(len(groups), 'value')}; two are compared")
    first, second = sorted(groups)
    return [first, second], [groups[first], groups[second]]
