"""Aggregate a column of numbers by the values of others: counts, sums, means by key."""

import math
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.csvio.columns import Texts
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.distributions import bar
from pyhelpers.statistics.numeric_columns import NumericColumns
from pyhelpers.text import counted, figure

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from pyhelpers.csvio.columns import ColumnChunk

HOW = ("count", "sum", "mean", "min", "max")
MOST_KEYS = 200_000


class Aggregate:
    """Count, sum, smallest and largest number of each column, by key.

    Parameters
    ----------
    columns : int
        How many columns of numbers are aggregated.

    Examples
    --------
    >>> import numpy as np
    >>> found = Aggregate(1)
    >>> found.add(["a", "b", "a"], np.array([[1.0], [5.0], [2.0]]))
    >>> found.values("mean")
    {'a': 1.5, 'b': 5.0}
    """

    def __init__(self, columns: int) -> None:
        import numpy as np

        self.records: dict[Hashable, int] = {}
        self._positions: dict[Hashable, int] = {}
        self._sums: dict[str, NDArray[float64]] = {
            "n": np.zeros((0, columns)),
            "sum": np.zeros((0, columns)),
            "min": np.full((0, columns), math.inf),
            "max": np.full((0, columns), -math.inf),
        }

    def __len__(self) -> int:
        """Return the number of keys."""
        return len(self.records)

    def add(self, keys: Sequence[Hashable], numbers: "NDArray[float64]") -> None:
        """Take records: the key of each, and its numbers, shape (n, columns); NaN is missing."""
        import numpy as np

        for key in keys:
            self.records[key] = self.records.get(key, 0) + 1
        rows = self._rows(keys)
        there = ~np.isnan(numbers)
        zeros = np.where(there, numbers, 0.0)
        for i in range(numbers.shape[1]):
            size = len(self._positions)
            self._sums["n"][:, i] += np.bincount(rows, weights=there[:, i], minlength=size)
            self._sums["sum"][:, i] += np.bincount(rows, weights=zeros[:, i], minlength=size)
            present = there[:, i]
            np.minimum.at(self._sums["min"][:, i], rows[present], numbers[present, i])
            np.maximum.at(self._sums["max"][:, i], rows[present], numbers[present, i])

    def _rows(self, keys: Sequence[Hashable]) -> Any:
        import numpy as np

        for key in keys:
            self._positions.setdefault(key, len(self._positions))
        more = len(self._positions) - len(self._sums["n"])
        for name, fill in (("n", 0.0), ("sum", 0.0), ("min", math.inf), ("max", -math.inf)):
            held = self._sums[name]
            self._sums[name] = np.concatenate([held, np.full((more, held.shape[1]), fill)])
        return np.array([self._positions[key] for key in keys], dtype=int)

    def rekeyed(self, rule: Callable[[Any], Hashable]) -> "Aggregate":
        """Return the aggregate by the keys that a rule makes of these."""
        import numpy as np

        found = Aggregate(self._sums["n"].shape[1])
        rows = found._rows([rule(key) for key in self._positions])
        for name in ("n", "sum"):
            np.add.at(found._sums[name], rows, self._sums[name])
        np.minimum.at(found._sums["min"], rows, self._sums["min"])
        np.maximum.at(found._sums["max"], rows, self._sums["max"])
        for key, records in self.records.items():
            found.records[rule(key)] = found.records.get(rule(key), 0) + records
        return found

    def values(self, how: str, column: int = 0) -> dict[Any, float]:
        """Return the aggregate of each key that has a number; of `count`, the records."""
        if how == "count":
            return dict(self.records)
        found = {}
        for key, row in self._positions.items():
            if n := float(self._sums["n"][row, column]):
                total = float(self._sums["sum" if how == "mean" else how][row, column])
                found[key] = total / n if how == "mean" else total
        return found


def labels_of(chunk: "ColumnChunk") -> list[str | None]:
    """Return a chunk's values as texts, None where one is missing."""
    if isinstance(chunk, Texts):
        return [None if chunk.is_missing(text) else text for text in chunk]
    return [None if number != number else figure(float(number)) for number in chunk]


def finite(numbers: "NDArray[float64]") -> "NDArray[float64]":
    """Return numbers with NaN for those that are infinite, which are left out."""
    import numpy as np

    return np.where(np.isinf(numbers), math.nan, numbers)


def by_category(scan: Scan, column: str, number: str | None, group: str | None) -> Aggregate:
    """Aggregate a column of numbers by a category, and by a group within it; keys are pairs.

    What is left out is added to the scan's remarks.

    Raises
    ------
    KitError
        With more than 200,000 different values, and as `NumericColumns.positions` does.
    """
    import numpy as np

    found, dropped = Aggregate(1 if number else 0), 0
    numeric = NumericColumns([number] if number else [])
    for chunks in scan.chunks([column, *([group] if group else []), *numeric.names]):
        labels, size = labels_of(chunks[0]), len(chunks[0])
        groups = labels_of(chunks[1]) if group else [""] * size
        numbers = finite(numeric.take(0, chunks[-1]))[:, None] if number else np.empty((size, 0))
        kept = [i for i in range(size) if labels[i] is not None and groups[i] is not None]
        dropped += size - len(kept)
        found.add([(labels[i], groups[i]) for i in kept], numbers[kept])
        if len(found) > MOST_KEYS:
            many = f"{column}: more than {MOST_KEYS:,} different values"
            raise KitError(f"{many}; choose a column of categories")
    check_records(scan, numeric, number)
    scan.remarks += filter(None, [records_without(dropped, column, group)])
    return found


def check_records(scan: Scan, numeric: NumericColumns, number: str | None) -> None:
    """Refuse a table without records, and one whose named column does not hold numbers."""
    if number is not None:
        numeric.positions(scan, numeric.names)
    elif not scan.records:
        raise KitError(f"{scan.layout.source}: has a header and no records; nothing to draw")


def records_without(dropped: int, column: str, group: str | None) -> str:
    """Say how many records were left out for a missing value; empty where none was."""
    if not dropped:
        return ""
    records = counted(dropped, "record was", "records were")
    return f"{records} left out for a missing value in {' or '.join(filter(None, (column, group)))}"


def largest(totals: dict[Any, float], top: int) -> list[Any]:
    """Return the keys of the largest absolute values, largest first; equal ones by name."""
    return sorted(totals, key=lambda key: (-abs(totals[key]), str(key)))[:top]


def sums_by(values: dict[Any, float], position: int) -> dict[Any, float]:
    """Return the sums of absolute values over the keys that agree in one position."""
    totals: dict[Any, float] = {}
    for key, value in values.items():
        totals[key[position]] = totals.get(key[position], 0.0) + abs(value)
    return totals


def chosen_groups(found: Aggregate, top: int) -> tuple[list[str], int]:
    """Return the groups with most records, in order, and how many others there are."""
    totals = sums_by(dict(found.records), 1)
    return sorted(largest(totals, top)), max(len(totals) - top, 0)


@dataclass
class Bars:
    """Aggregates of categories, the largest first, each by group.

    Attributes
    ----------
    values : dict
        By category and group.
    left_out : str
        What is not shown, in a sentence; empty if nothing is left out.
    """

    categories: list[str]
    groups: list[str]
    values: dict[tuple[str, str], float]
    left_out: str

    def rows(
        self, column: str, group: str | None, name: str, total: float
    ) -> Iterator[dict[str, Any]]:
        """Yield a row per bar; counts with their share of all records."""
        for category in self.categories:
            for label in self.groups:
                if (value := self.values.get((category, label))) is not None:
                    row: dict[str, Any] = {column: category} | ({group: label} if group else {})
                    row |= {name: value}
                    yield row | ({"share": value / total} if name == "count" else {})


def bars_of(found: Aggregate, how: str, column: str, top: int, most_groups: int) -> Bars:
    """Return the bars of the `top` largest categories, of the groups with most records."""
    values: dict[Any, float] = dict(found.values(how))
    groups, other_groups = chosen_groups(found, most_groups)
    values = {key: value for key, value in values.items() if key[1] in groups}
    categories = largest(sums_by(values, 0), top)
    said = []
    records = sums_by(dict(found.records), 0)
    if others := set(records) - set(categories):
        count = counted(round(sum(records[key] for key in others)), "record")
        said.append(f"{counted(len(others), 'other value')} of {column} ({count})")
    if other_groups:
        said.append(counted(other_groups, "smaller group"))
    left_out = f"not shown: {' and '.join(said)}; see --top" if said else ""
    return Bars(categories, groups, values, left_out)


def draw_bars(bars: Bars, name: str, width: int) -> str:
    """Return bars as lines of text, for a terminal of `width` characters."""
    lines = []
    for category in bars.categories:
        for group in bars.groups:
            if (value := bars.values.get((category, group))) is not None:
                label = f"{category} {group}".strip()
                lines.append(
                    (label, value, f"{value:,}" if isinstance(value, int) else figure(value))
                )
    left = min(max((len(label) for label, *_ in lines), default=0), max(width // 3, 8))
    right = max((len(text) for *_, text in lines), default=0)
    most = max((abs(value) for _, value, _ in lines), default=1) or 1
    room = max(width - left - right - 4, 10)
    drawn = [
        f"{shortened(label, left):>{left}} │{bar(abs(value) / most, room):<{room}} {text:>{right}}"
        for label, value, text in lines
    ]
    return "\n".join([name, *drawn])


def shortened(text: str, width: int) -> str:
    """Return a text of at most `width` characters, its end an ellipsis where it is cut.

    Examples
    --------
    >>> shortened("Berkeley", 5)
    'Berk…'
    """
    return text if len(text) <= width else text[: width - 1] + "…"
