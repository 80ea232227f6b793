"""Value counts of a column of texts: frequent values, lengths, dates, distinct values."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from heapq import nlargest

from pyhelpers.statistics.cardinality import LIMIT, Cardinality, hash_texts

DATE_WIDTH = len("2020-01-01")
REMEMBERED = 1 << 15  # values come again and again


@lru_cache(maxsize=REMEMBERED)
def parse_date(text: str) -> datetime | None:
    """Return the ISO 8601 date or time that a text is, in UTC if it names an offset; else None.

    Examples
    --------
    >>> parse_date("2021-03-04T05:00:00+01:00"), parse_date("4 March")
    (datetime.datetime(2021, 3, 4, 4, 0), None)
    """
    if len(text) < DATE_WIDTH or text[4] != "-":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    offset = moment.utcoffset()
    return moment if offset is None else moment.replace(tzinfo=None) - offset


@dataclass
class ValueCounts:
    """Count texts in bounded memory.

    Exact up to `limit` different values. Beyond, `distinct` is an estimate and each count may be
    too low by up to `slack` (Misra and Gries, "Finding repeated elements", 1982).

    Attributes
    ----------
    counts : Counter
        The values kept, and how often each came.
    count : int
        How many values came.
    shortest, longest : int
        Lengths in characters; `shortest` is None before the first value.
    dates : int
        How many values are dates.
    first, last : (datetime, str) or None
        The earliest and the latest date, and how it is written.
    """

    limit: int = LIMIT
    counts: Counter[str] = field(default_factory=Counter)
    count: int = 0
    shortest: int | None = None
    longest: int = 0
    dates: int = 0
    first: tuple[datetime, str] | None = None
    last: tuple[datetime, str] | None = None
    slack: int = 0
    cardinality: Cardinality | None = None  # from the moment that values are dropped

    def add(self, counts: Mapping[str, int]) -> None:
        """Take values and how often each came."""
        if not counts:
            return
        lengths = list(map(len, counts))
        self.shortest = min(min(lengths), lengths[0] if self.shortest is None else self.shortest)
        self.longest = max(max(lengths), self.longest)
        self.count += sum(counts.values())
        self._add_dates(counts)
        self._add_counts(counts)

    def _add_dates(self, counts: Mapping[str, int]) -> None:
        for text, times in counts.items():
            if (moment := parse_date(text)) is None:
                continue
            self.dates += times
            if self.first is None or moment < self.first[0]:
                self.first = moment, text
            if self.last is None or moment > self.last[0]:
                self.last = moment, text

    def _add_counts(self, counts: Mapping[str, int]) -> None:
        if self.cardinality is not None:
            self.cardinality.add_hashes(hash_texts(list(counts)))
        self.counts.update(counts)
        if len(self.counts) <= self.limit:
            return
        self._estimate()
        cut = nlargest(self.limit // 2, self.counts.values())[-1]
        self.slack += cut
        self.counts = Counter({w: n - cut for w, n in self.counts.items() if n > cut})

    def _estimate(self) -> Cardinality:
        """Estimate the cardinality from now on; return the estimate."""
        if self.cardinality is None:
            self.cardinality = Cardinality(limit=0)
            self.cardinality.add_hashes(hash_texts(list(self.counts)))
        return self.cardinality

    def merge(self, other: "ValueCounts") -> None:
        """Add the values of other records of the same column."""
        if self.cardinality is not None or other.cardinality is not None:
            self._estimate().merge(other._estimate())
        self.count += other.count
        self.dates += other.dates
        self.slack += other.slack
        lengths = [s for s in (self.shortest, other.shortest) if s is not None]
        self.shortest, self.longest = min(lengths, default=None), max(self.longest, other.longest)
        self.first = min(filter(None, (self.first, other.first)), default=None)
        self.last = max(filter(None, (self.last, other.last)), default=None)
        self._add_counts(other.counts)

    @property
    def exact(self) -> bool:
        """Whether `distinct` and the counts are exact."""
        return self.cardinality is None

    @property
    def distinct(self) -> int:
        """How many different values there were; an estimate unless `exact`."""
        return len(self.counts) if self.cardinality is None else self.cardinality.distinct

    def top(self, size: int = 1) -> list[tuple[str, int]]:
        """Return the most frequent values with their counts; equal counts in alphabetical order."""
        best = nlargest(size, self.counts.items(), key=lambda pair: (pair[1], _Before(pair[0])))
        return [(text, times + self.slack) for text, times in best]


class _Before(str):
    """A text that is the greater, the earlier it comes in the alphabet."""

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)
