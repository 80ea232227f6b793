"""Index: counts a file's records, remembers where some of them start, copies chosen ones."""

import os
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from pyhelpers import KitError
from pyhelpers.rows.scan import LF, Dialect, blocks

SPAN = 1 << 15  # bytes between the records whose starts are remembered
GROUP = 32  # spans read at once


class FileRange:
    """The bytes of an open file from one offset to another; it may not shrink meanwhile."""

    def __init__(self, fd: int, start: int, stop: int) -> None:
        self._fd, self._at, self._stop = fd, start, stop

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer's start; return how many bytes, 0 at the end."""
        if self._at == self._stop:
            return 0
        count = os.preadv(self._fd, [buffer[: self._stop - self._at]], self._at)
        if not count:
            raise KitError("became shorter while being read; sample it when it is complete")
        self._at += count
        return count


class Index:
    """Where records start: one in every `SPAN` bytes, as an offset and its number from 0.

    Attributes
    ----------
    count : int
        How many records there are.
    """

    def __init__(self, start: int) -> None:
        self.count = 0
        self.end = start
        self._offsets, self._numbers = array("Q", [start]), array("Q", [0])

    def add(self, base: int, ends: Sequence[int]) -> None:
        """Take in records that end at base + each of ends."""
        step = 0
        while step < len(ends):
            step = bisect_left(ends, self._offsets[-1] + SPAN - base, step)
            if step < len(ends):
                self._offsets.append(base + ends[step])
                self._numbers.append(self.count + step + 1)
        self.count += len(ends)
        self.end = base + ends[-1]

    def _bound(self, span: int) -> tuple[int, int]:
        """Return offset and record number at which a span starts; past the last, the end."""
        if span < len(self._offsets):
            return self._offsets[span], self._numbers[span]
        return self.end, self.count

    def groups(self, chosen: Sequence[int]) -> Iterator[tuple[int, int, int, Sequence[int]]]:
        """Part sorted record numbers into stretches of the file that are worth one read.

        Yields
        ------
        offset, end, number : int
            The stretch, and the number of the record that it starts with.
        numbers : sequence of int
            Those chosen within it.
        """
        done = 0
        while done < len(chosen):
            first = bisect_right(self._numbers, chosen[done]) - 1
            span, upto = first, done
            while span - first < GROUP and upto < len(chosen):
                end, number = self._bound(span + 1)
                following = bisect_left(chosen, number, upto)
                if following == upto:
                    break
                span, upto, stop = span + 1, following, end
            offset, number = self._bound(first)
            yield offset, stop, number, chosen[done:upto]
            done = upto


def build_index(fd: int, start: int, stop: int, dialect: Dialect) -> Index:
    """Read a file once, from `start`, and return its index."""
    index = Index(start)
    for _, ends in blocks(FileRange(fd, start, stop), dialect.scanner()):
        index.add(index.end, ends)
    return index


def read_range(fd: int, start: int, stop: int) -> bytearray:
    """Return the bytes of a file from start to stop."""
    data = bytearray(stop - start)
    source, filled = FileRange(fd, start, stop), 0
    while count := source.readinto(memoryview(data)[filled:]):
        filled += count
    return data


def copy_records(
    fd: int, index: Index, chosen: Sequence[int], dialect: Dialect, newline: bytes
) -> Iterator[list[memoryview]]:
    """Yield the records of sorted numbers, byte for byte, some at a time.

    `newline` is what a last record without one gets.
    """
    for offset, stop, number, numbers in index.groups(chosen):
        data = read_range(fd, offset, stop)
        if data[-1] != LF:
            data += newline
        ends = [0, *dialect.scanner().ends(data, 0, len(data))]
        view = memoryview(data)
        yield [view[ends[n - number] : ends[n - number + 1]] for n in numbers]
