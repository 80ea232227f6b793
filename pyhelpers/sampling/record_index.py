"""Index a file: how many records it has and where they start; keep indexes in the cache folder."""

import os
import sys
import time
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pyhelpers.csvio.blocks import starts_behind
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.files import keep, read_kept

MOST = 1 << 19  # starts that are remembered of a run: 4 MB
SPAN = 1 << 15  # bytes, about, from one remembered to the next, where there are more
GROUP = 1 << 20  # bytes, about, read at once where much is read
APART = 1 << 16  # bytes, about, between chosen records beyond which each is read by itself
WORTH_KEEPING = 8 << 20  # bytes of a file
SETTLED_S = 2  # a file changed so lately may change again within one tick of its clock
MAGIC = b"beachhead index 3\n"


class Run:
    """Where records of a section of a file start: the first, and every n-th after it.

    Attributes
    ----------
    first : int
        The number of its first record in the file, from 0.
    count : int
        How many records there are.
    end : int
        Where the last of them ends.
    every : int
        How many records there are from one that is remembered to the next.
    offsets : array of int
        Where these start; the end too, if it is as far from the last of them.
    """

    def __init__(self, start: int, every: int = 1) -> None:
        self.first = self.count = 0
        self.end, self.every, self.offsets = start, every, array("Q", [start])

    def add(self, base: int, ends: Sequence[int]) -> None:
        """Take in records that end at base + each of ends."""
        places = range(-(self.count + 1) % self.every, len(ends), self.every)
        self.offsets.extend(starts_behind(ends, places, base))
        while len(self.offsets) > MOST:
            self.every, self.offsets = 2 * self.every, self.offsets[::2]
        self.count += len(ends)
        self.end = base + int(ends[-1])

    def _at(self, place: int) -> tuple[int, int]:
        """Return start and number of a record remembered; past the last, the end."""
        if place < len(self.offsets) and place * self.every < self.count:
            return self.offsets[place], self.first + place * self.every
        return self.end, self.first + self.count

    def stretches(self, chosen: Sequence[int]) -> Iterator["Stretch"]:
        """Group sorted record numbers by the stretches that are worth one read."""
        done, dense = 0, len(chosen) * APART > self.end - self.offsets[0]
        while done < len(chosen):
            place = (chosen[done] - self.first) // self.every
            start, first = self._at(place)
            if dense:
                place = max(place, bisect_right(self.offsets, start + GROUP) - 2)
            stop, behind = self._at(place + 1)
            upto = bisect_left(chosen, behind, done)
            yield Stretch(self, start, stop, first, chosen[done:upto])
            done = upto


class Stretch(NamedTuple):
    """A section of a file that is worth one read.

    Attributes
    ----------
    run : Run
        Where it was cut from.
    start, stop : int
        Its bytes.
    first : int
        The number of the record that starts it.
    chosen : sequence of int
        The numbers of the records that are wanted of it.
    """

    run: Run
    start: int
    stop: int
    first: int
    chosen: Sequence[int]

    def bounds(self) -> list[tuple[int, int]] | None:
        """Return start and end of the chosen records in it, if every record's start is stored."""
        if self.run.every > 1:
            return None
        at, start = self.run.offsets, self.start
        places = [number - self.run.first for number in self.chosen]
        return [(at[place] - start, at[place + 1] - start) for place in places]


class Index:
    """Where a file's records start: by one run, or by several, one behind the other."""

    def __init__(self, runs: list[Run]) -> None:
        self.runs = runs
        for before, run in zip(runs, runs[1:], strict=False):
            run.first = before.first + before.count

    @property
    def count(self) -> int:
        """Return how many records there are."""
        return self.runs[-1].first + self.runs[-1].count

    @property
    def size(self) -> int:
        """Return how many bytes they have."""
        return self.runs[-1].end - self.runs[0].offsets[0]

    def stretches(self, chosen: Sequence[int]) -> Iterator[Stretch]:
        """Group sorted record numbers by the stretches of the file that are worth one read."""
        done = 0
        for run in self.runs:
            upto = bisect_left(chosen, run.first + run.count, done)
            yield from run.stretches(chosen[done:upto])
            done = upto


def unpack(kept: "array[int]") -> Index:
    """Return the index that `pack` packed."""
    runs = []
    while kept:
        size, start = 4 + kept[0], kept[4]
        run = Run(start, kept[1])
        run.count, run.end, run.offsets = kept[2], kept[3], kept[4:size]
        runs.append(run)
        kept = kept[size:]
    return Index(runs)


def pack(index: Index) -> "array[int]":
    """Return an index as plain numbers."""
    kept = array("Q")
    for run in index.runs:
        kept.extend([len(run.offsets), run.every, run.count, run.end])
        kept.extend(run.offsets)
    return kept


def file_key(fd: int, start: int, dialect: Dialect) -> bytes:
    """Return what an index depends on: the state of the file, and its dialect."""
    at = os.fstat(fd)
    file = (at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns)
    return repr((file, start, tuple(dialect), MOST, sys.byteorder)).encode()


def cache_path(path: str, start: int, dialect: Dialect) -> str:
    """Return where the index of a file is kept."""
    from hashlib import blake2b

    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    name = repr((os.path.realpath(path), start, tuple(dialect))).encode()
    return os.path.join(home, "beachhead", "index", blake2b(name, digest_size=16).hexdigest())


def load_index(place: str, key: bytes) -> Index | None:
    """Return the index kept at a path; None if it is missing, stale or damaged."""
    data = read_kept(place)
    head = MAGIC + key + b"\n"
    if data is None or not data.startswith(head) or (len(data) - len(head)) % 8:
        return None
    if zlib.crc32(data[:-8]).to_bytes(8, "big") != data[-8:]:
        return None
    kept = array("Q")
    kept.frombytes(data[len(head) : -8])
    return unpack(kept)


def save_index(place: str, key: bytes, index: Index) -> None:
    """Keep an index, if possible."""
    data = MAGIC + key + b"\n" + pack(index).tobytes()
    keep(place, data + zlib.crc32(data).to_bytes(8, "big"))


def is_settled(fd: int) -> bool:
    """Return whether the last change is old enough for another to change the file's times."""
    return time.time() - os.fstat(fd).st_mtime > SETTLED_S
