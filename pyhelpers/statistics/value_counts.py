"""Value counts of texts, and cardinality: how many different values there are."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from heapq import nlargest
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float64, uint64
    from numpy.typing import NDArray

    from pyhelpers.csvio.columns import Numbers

HASHES = 4096  # smallest hashes kept: the estimate's standard error is 1 / sqrt(HASHES - 2)
HASH_RANGE = 2.0**64
LIMIT = 200_000
DATE_WIDTH = len("2020-01-01")
REMEMBERED = 1 << 15  # values come again and again


def hash_numbers(numbers: "Numbers") -> "NDArray[uint64]":
    """Return a 64-bit hash of each number: splitmix64's last steps (Vigna, 2015).

    The steps can be undone, so that different numbers have different hashes; -0.0 is 0.0.
    """
    import numpy as np

    values: NDArray[float64] = np.asarray(numbers) + 0.0
    bits = values.view(np.uint64)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: NDArray[uint64] = bits ^ (bits >> np.uint64(31))
    return mixed


def hash_texts(texts: list[str]) -> "NDArray[uint64]":
    """Return a 64-bit hash of each text (SipHash, as pandas computes it)."""
    import numpy as np
    from pandas.util import hash_array

    hashes: NDArray[uint64] = hash_array(np.array(texts, dtype=object), categorize=False)
    return hashes


def _unique(hashes: "NDArray[uint64]") -> "NDArray[uint64]":
    """Return different hashes in order: 50 times as fast as numpy.unique, whose table is slow."""
    import numpy as np

    ordered = np.sort(hashes)
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


@dataclass
class Cardinality:
    """Count different values by their hashes: exactly up to `limit`, then by an estimate.

    The estimate comes from the smallest hashes (Bar-Yossef et al., "Counting distinct elements in a
    data stream", RANDOM 2002).

    Examples
    --------
    >>> import numpy as np
    >>> cardinality = Cardinality()
    >>> cardinality.add_hashes(hash_numbers(np.array([1.0, 2.0, 1.0, -0.0, 0.0])))
    >>> cardinality.distinct, cardinality.exact
    (3, True)
    """

    limit: int = LIMIT
    exact: bool = True
    hashes: "NDArray[uint64] | None" = None  # different ones, in order

    def add_hashes(self, hashes: "NDArray[uint64]") -> None:
        """Take the hashes of a block of values."""
        import numpy as np

        if self.hashes is None:
            self._keep(_unique(hashes))
            return
        if not self.exact and len(self.hashes) == HASHES:
            hashes = hashes[hashes < self.hashes[-1]]
        if len(hashes):
            self._keep(_unique(np.concatenate([self.hashes, _unique(hashes)])))

    def _keep(self, hashes: "NDArray[uint64]") -> None:
        self.exact = self.exact and len(hashes) <= self.limit
        self.hashes = hashes if self.exact else hashes[:HASHES]

    def merge(self, other: "Cardinality") -> None:
        """Add the values of other records of the same column."""
        self.exact = self.exact and other.exact
        if other.hashes is not None:
            self.add_hashes(other.hashes)
        elif self.hashes is not None:
            self._keep(self.hashes)

    @property
    def distinct(self) -> int:
        """How many different values there were; an estimate unless `exact`."""
        if self.hashes is None:
            return 0
        if self.exact or len(self.hashes) < HASHES:
            return len(self.hashes)
        return round((HASHES - 1) / (float(self.hashes[-1]) / HASH_RANGE))


class DistinctNumbers(Cardinality):
    """Cardinality of a column of numbers."""

    def add(self, numbers: "Numbers") -> None:
        """Take a block of numbers, none of them NaN."""
        self.add_hashes(hash_numbers(numbers))


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

    def unseen(self, texts: Collection[str]) -> list[str]:
        """Return those of different texts that were not counted, or whose counts were dropped."""
        known = self.counts
        return [text for text in texts if text not in known]

    def add(self, counts: Mapping[str, int], unseen: Sequence[str] | None = None) -> None:
        """Take values and how often each came; `unseen` is what the method of that name returns."""
        if not counts:
            return
        unseen = self.unseen(counts) if unseen is None else unseen
        if unseen:
            lengths = list(map(len, unseen))
            least = min(lengths)
            self.shortest = least if self.shortest is None else min(least, self.shortest)
            self.longest = max(max(lengths), self.longest)
        times = sum(counts.values())
        self._add_dates(counts, unseen, times)
        self.count += times
        self._add_counts(counts)

    def _add_dates(self, counts: Mapping[str, int], unseen: Sequence[str], times: int) -> None:
        """Count the dates; only new texts are parsed while all of the others are, or none is."""
        dated = [(m, text) for text in unseen if (m := parse_date(text)) is not None]
        if dated:
            # Of equal moments the first that came, however it is written.
            first, last = min(dated, key=itemgetter(0)), max(dated, key=itemgetter(0))
            if self.first is None or first[0] < self.first[0]:
                self.first = first
            if self.last is None or last[0] > self.last[0]:
                self.last = last
        if self.dates == self.count and len(dated) == len(unseen):
            self.dates += times
        elif self.dates or dated:
            self.dates += sum(n for text, n in counts.items() if parse_date(text) is not None)

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
        """Return the most frequent values with their counts; equal counts in alphabetical order.

        >>> counts = ValueCounts()
        >>> counts.add({"b": 2, "a": 2, "c": 1})
        >>> counts.top(), counts.top(2)
        ([('a', 2)], [('a', 2), ('b', 2)])
        """
        best = nlargest(size, self.counts.items(), key=lambda pair: (pair[1], _Before(pair[0])))
        return [(text, times + self.slack) for text, times in best]


class _Before(str):
    """A text that is the greater, the earlier it comes in the alphabet."""

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)

    def __gt__(self, other: str) -> bool:
        return str.__lt__(self, other)
