"""Words of a column: how many there are, which are frequent, how long, whether they are dates."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from heapq import nlargest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import uint64
    from numpy.typing import NDArray

HASHES = 4096  # smallest hashes kept: the estimate's standard error is 1 / sqrt(HASHES - 2)
HASH_RANGE = 2.0**64
DATE_WIDTH = len("2020-01-01")
REMEMBERED = 1 << 15  # words come again and again


@lru_cache(maxsize=REMEMBERED)
def parse_date(word: str) -> datetime | None:
    """Return the ISO 8601 date or time a word is, in UTC where it names an offset; else None.

    Examples
    --------
    >>> parse_date("2021-03-04T05:00:00+01:00"), parse_date("4 March")
    (datetime.datetime(2021, 3, 4, 4, 0), None)
    """
    if len(word) < DATE_WIDTH or word[4] != "-":
        return None
    try:
        moment = datetime.fromisoformat(word)
    except ValueError:
        return None
    offset = moment.utcoffset()
    return moment if offset is None else moment.replace(tzinfo=None) - offset


@dataclass
class Words:
    """Counts of words in bounded memory.

    Exact up to `limit` different words. Beyond, `distinct` is estimated from the smallest hashes
    (Bar-Yossef et al., "Counting distinct elements in a data stream", RANDOM 2002) and counts may
    be short by up to `slack` (Misra and Gries, "Finding repeated elements", 1982).
    """

    limit: int = 200_000
    counts: Counter[str] = field(default_factory=Counter)
    count: int = 0
    letters: int = 0
    shortest: int | None = None
    longest: int = 0
    dates: int = 0
    first: tuple[datetime, str] | None = None
    last: tuple[datetime, str] | None = None
    hashes: "NDArray[uint64] | None" = None
    slack: int = 0

    def add(self, counts: Mapping[str, int]) -> None:
        """Take words and how often each came."""
        if not counts:
            return
        lengths = list(map(len, counts))
        self.shortest = min(min(lengths), lengths[0] if self.shortest is None else self.shortest)
        self.longest = max(max(lengths), self.longest)
        self.letters += sum(map(int.__mul__, lengths, counts.values()))
        self.count += sum(counts.values())
        self._add_dates(counts)
        self._add_counts(counts)

    def _add_dates(self, counts: Mapping[str, int]) -> None:
        for word, times in counts.items():
            if (moment := parse_date(word)) is None:
                continue
            self.dates += times
            if self.first is None or moment < self.first[0]:
                self.first = moment, word
            if self.last is None or moment > self.last[0]:
                self.last = moment, word

    def _add_counts(self, counts: Mapping[str, int]) -> None:
        if self.hashes is not None:
            self._add_hashes(list(counts))
        self.counts.update(counts)
        if len(self.counts) <= self.limit:
            return
        if self.hashes is None:
            self._add_hashes(list(self.counts))
        cut = nlargest(self.limit // 2, self.counts.values())[-1]
        self.slack += cut
        self.counts = Counter({w: n - cut for w, n in self.counts.items() if n > cut})

    def _add_hashes(self, words: list[str]) -> None:
        import numpy as np
        from pandas.util import hash_array

        fresh = hash_array(np.array(words, dtype=object), categorize=False)
        known = fresh if self.hashes is None else np.concatenate([self.hashes, fresh])
        self.hashes = np.unique(known)[:HASHES]

    def merge(self, other: "Words") -> None:
        """Add the words of another part of the same column."""
        import numpy as np

        for part in (self, other):
            if part.hashes is None and (self.hashes is not None or other.hashes is not None):
                part._add_hashes(list(part.counts))
        if self.hashes is not None and other.hashes is not None:
            self.hashes = np.unique(np.concatenate([self.hashes, other.hashes]))[:HASHES]
        self.count += other.count
        self.letters += other.letters
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
        return self.hashes is None

    @property
    def distinct(self) -> int:
        """How many different words there were; estimated when not `exact`."""
        if self.hashes is None:
            return len(self.counts)
        if len(self.hashes) < HASHES:
            return len(self.hashes)
        return round((HASHES - 1) / (float(self.hashes[-1]) / HASH_RANGE))

    def top(self, size: int = 1) -> list[tuple[str, int]]:
        """Return the most frequent words; equal counts in the words' order."""
        best = nlargest(size, self.counts.items(), key=lambda pair: (pair[1], _Before(pair[0])))
        return [(word, times + self.slack) for word, times in best]


class _Before(str):
    """A word that is the greater, the earlier it stands in the alphabet."""

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)
