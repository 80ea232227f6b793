"""Series over dates or numbers: periods of the right length, aggregates of each, by group."""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.csvio.columns import Texts
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.aggregate import (
    MOST_KEYS,
    Aggregate,
    check_records,
    finite,
    labels_of,
    records_without,
)
from pyhelpers.statistics.distributions import LARGEST
from pyhelpers.statistics.numeric_columns import NumericColumns
from pyhelpers.statistics.value_counts import parse_date
from pyhelpers.text import counted

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from pyhelpers.csvio.columns import ColumnChunk

MOST_PERIODS = 120  # of a series whose period is chosen here
HELD_PERIODS = 5_000  # before they are merged into longer ones
SPANS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
AUTOMATIC = ("second", "minute", "hour", "day", "month", "year")


def start_of(moment: datetime, span: str) -> datetime:
    """Return the start of the second, day, quarter ... that a moment lies in.

    Examples
    --------
    >>> str(start_of(datetime(2024, 5, 7, 12), "quarter"))
    '2024-04-01 00:00:00'
    """
    if span in ("second", "minute", "hour"):
        zero = {"microsecond": 0, "second": 0, "minute": 0}
        for name in {"second": ("second", "minute"), "minute": ("minute",), "hour": ()}[span]:
            del zero[name]
        return moment.replace(**zero)  # type: ignore[arg-type]
    day = datetime(moment.year, moment.month, moment.day)
    if span == "day":
        return day
    if span == "week":
        return day - timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[span]
    return datetime(day.year, month, 1)


def seconds(moment: datetime) -> float:
    """Return the seconds from 1970 to a moment in UTC."""
    return moment.replace(tzinfo=UTC).timestamp()


def period_label(start: datetime, span: str) -> str:
    """Return a period's name in ISO 8601; a quarter is 2024-Q2.

    Examples
    --------
    >>> period_label(datetime(2024, 4, 1), "quarter"), period_label(datetime(2024, 4, 1), "month")
    ('2024-Q2', '2024-04')
    """
    if span == "quarter":
        return f"{start.year}-Q{(start.month + 2) // 3}"
    width = {"year": 4, "month": 7, "week": 10, "day": 10, "hour": 13, "minute": 16}.get(span, 19)
    return start.isoformat(" ")[:width]


def _kind_of(number: float) -> str:
    if math.isnan(number):
        return "missing"
    return "number" if abs(number) < LARGEST else "large"


class Series:
    """Aggregates over the periods of dates, or over numbers, by group; in one pass.

    Attributes
    ----------
    span : str
        The period, chosen so that there are at most 120 unless it was given.
    dated : bool
        Whether most of the values of the x column are dates.
    left_out : int
        How many records have no x, or no group.
    too_large : int
        How many have an x that is infinite or too large to draw.
    """

    def __init__(self, columns: int, span: str | None = None) -> None:
        self._given = span
        self.span = span or AUTOMATIC[0]
        self._dates, self._numbers = Aggregate(columns), Aggregate(columns)
        self._seen = {"date": 0, "number": 0, "text": 0}
        self.left_out, self.too_large, self.example = 0, 0, ""

    def add(
        self, xs: "ColumnChunk", groups: Sequence[str | None], numbers: "NDArray[float64]"
    ) -> None:
        """Take a block of records."""
        labels = xs if isinstance(xs, Texts) else [float(x) for x in xs]
        known = {label: self._key(label, xs) for label in dict.fromkeys(labels)}
        chosen: dict[str, list[int]] = {
            kind: [] for kind in ("date", "number", "text", "missing", "large")
        }
        for i, label in enumerate(labels):
            kind = known[label][0]
            chosen["missing" if groups[i] is None else kind].append(i)
        self.left_out += len(chosen["missing"])
        self.too_large += len(chosen["large"])
        for kind in self._seen:
            self._seen[kind] += len(chosen[kind])
        for kind, into in (("date", self._dates), ("number", self._numbers)):
            rows = chosen[kind]
            into.add([(known[labels[i]][1], groups[i]) for i in rows], numbers[rows])
        self._example_of(labels, chosen["text"])
        if self._given is None and len(self._dates) > HELD_PERIODS:
            self._merge(HELD_PERIODS)
        if len(self._numbers) > MOST_KEYS or len(self._dates) > MOST_KEYS:
            raise KitError(f"more than {MOST_KEYS:,} different points; use csv-stats plot")

    def _key(self, label: Any, xs: "ColumnChunk") -> tuple[str, Any]:
        if not isinstance(xs, Texts):
            return (_kind_of(label), label)
        if xs.is_missing(label):
            return ("missing", None)
        if (moment := parse_date(label)) is not None:
            return ("date", start_of(moment, self.span))
        number = xs.number(label)
        if number is None:
            return ("text", None)
        return (_kind_of(number), number)

    def _example_of(self, labels: Sequence[Any], rows: list[int]) -> None:
        if rows and not self.example:
            self.example = labels[rows[0]]

    def _merge(self, most: int) -> None:
        """Take longer periods until there are at most so many."""
        while len(self.periods()) > most and self.span != AUTOMATIC[-1]:
            self._lengthen(AUTOMATIC[AUTOMATIC.index(self.span) + 1])

    def _lengthen(self, span: str) -> None:
        self.span = span
        self._dates = self._dates.rekeyed(lambda key: (start_of(key[0], span), key[1]))

    def periods(self) -> set[datetime]:
        """Return the starts of the periods that have records."""
        return {key[0] for key in self._dates.records}  # type: ignore[index]

    @property
    def dated(self) -> bool:
        """Whether most of the x are dates."""
        return self._seen["date"] > self._seen["number"] + self._seen["text"]

    def finish(self, name: str) -> Aggregate:
        """Return the aggregate by x and group, dates by periods of the right length.

        Raises
        ------
        KitError
            When most of the x are neither dates nor numbers.
        """
        if self.dated:
            if self._given is None:
                self._merge(MOST_PERIODS)
                for span in AUTOMATIC[1:4]:  # days rather than seconds that are all midnight
                    whole = {start_of(start, span) for start in self.periods()} == self.periods()
                    if whole and AUTOMATIC.index(span) > AUTOMATIC.index(self.span):
                        self._lengthen(span)
            return self._dates
        if self._seen["number"] > self._seen["text"] + self._seen["date"]:
            return self._numbers
        few = f", such as {self.example!r}" if self.example else ""
        fix = "write dates as YYYY-MM-DD, or choose another --x"
        raise KitError(f"column {name!r} holds neither dates nor numbers{few}; {fix}")

    def remarks(self, name: str, group: str | None) -> list[str]:
        """Return sentences on the records that are left out."""
        said = [text] if (text := records_without(self.left_out, name, group)) else []
        if self.too_large:
            values = counted(self.too_large, "value is", "values are")
            said.append(f"{name}: {values} infinite or too large to draw")
        odd = sum(self._seen.values()) - self._seen["date" if self.dated else "number"]
        if odd:
            kind = "date" if self.dated else "number"
            few = f", such as {self.example!r}" if self.example else ""
            values = counted(odd, f"value is not a {kind}", f"values are not {kind}s")
            said.append(f"{name}: {values}{few}")
        return said


def series_of(
    scan: Scan, x: str, numbers: list[str], group: str | None, span: str | None
) -> tuple[Series, Aggregate]:
    """Read a table; aggregate columns of numbers over x, by group where one is named."""
    import numpy as np

    series, numeric = Series(len(numbers), span), NumericColumns(numbers)
    for chunks in scan.chunks([x, *([group] if group else []), *numbers]):
        size, first = len(chunks[0]), 2 if group else 1
        groups = labels_of(chunks[1]) if group else [""] * size
        columns = [finite(numeric.take(i, chunk)) for i, chunk in enumerate(chunks[first:])]
        series.add(chunks[0], groups, np.stack(columns, axis=1) if columns else np.empty((size, 0)))
    check_records(scan, numeric, numbers[0] if numbers else None)
    found = series.finish(x)
    if span and not series.dated:
        raise KitError(f"--every is for dates; column {x!r} holds numbers", 2)
    scan.remarks += series.remarks(x, group)
    return series, found


def points_of(
    values: dict[Any, float], groups: Iterable[str]
) -> dict[str, list[tuple[Any, float]]]:
    """Return each group's points (x, value) in order of x."""
    lines: dict[str, list[tuple[Any, float]]] = {group: [] for group in groups}
    for (x, group), value in values.items():
        if group in lines:
            lines[group].append((x, value))
    return {group: sorted(points) for group, points in lines.items()}


def series_rows(
    lines: dict[str, list[tuple[Any, float]]], series: Series, names: tuple[str, str | None, str]
) -> Iterator[dict[str, Any]]:
    """Yield a row per point: x, the group, the aggregate; `names` are those of the columns."""
    x, group, y = names
    for label, points in lines.items():
        for at, value in points:
            row: dict[str, Any] = {x: period_label(at, series.span) if series.dated else at}
            yield row | ({group: label} if group else {}) | {y: value}
