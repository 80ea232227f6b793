"""Index: how many records a file has, and where some of them start."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pyhelpers.rows.scan import first_past

SPAN = 1 << 15  # bytes between the records whose starts are remembered
GROUP = 32  # spans read at once


class Stretch(NamedTuple):
    """A part of a file: its bytes, the number of its first record, those of the chosen ones."""

    start: int
    stop: int
    first: int
    chosen: Sequence[int]


class Index:
    """Where records start: one in every `SPAN` bytes, as an offset and its number from 0.

    Attributes
    ----------
    count : int
        How many records there are.
    end : int
        Where the last of them ends.
    offsets, numbers : array of int
        The records remembered.
    """

    def __init__(self, start: int) -> None:
        self.count = 0
        self.end = start
        self.offsets, self.numbers = array("Q", [start]), array("Q", [0])

    def add(self, base: int, ends: Sequence[int]) -> None:
        """Take in records that end at base + each of ends."""
        step = 0
        while step < len(ends):
            step, end = first_past(ends, self.offsets[-1] + SPAN - base, step)
            if step < len(ends):
                self.offsets.append(base + end)
                self.numbers.append(self.count + step + 1)
        self.count += len(ends)
        self.end = base + int(ends[-1])

    def join(self, later: "Index") -> None:
        """Take in the index of what follows in the file."""
        self.offsets.extend(later.offsets)
        self.numbers.extend(number + self.count for number in later.numbers)
        self.count, self.end = self.count + later.count, later.end

    def _bound(self, span: int) -> tuple[int, int]:
        """Return offset and record number at which a span starts; past the last, the end."""
        if span < len(self.offsets):
            return self.offsets[span], self.numbers[span]
        return self.end, self.count

    def stretches(self, chosen: Sequence[int]) -> Iterator[Stretch]:
        """Part sorted record numbers by the stretches of the file that are worth one read.

        Where more than every other span holds one, that is always `GROUP` spans.
        """
        done, dense = 0, 2 * len(chosen) > len(self.offsets)
        while done < len(chosen):
            first = bisect_right(self.numbers, chosen[done]) - 1
            span = first + (GROUP if dense else 1)
            stop, number = self._bound(span)
            upto = bisect_left(chosen, number, done)
            while not dense and upto < len(chosen) and span - first < GROUP:
                end, number = self._bound(span + 1)
                if chosen[upto] >= number:
                    break
                span, stop, upto = span + 1, end, bisect_left(chosen, number, upto)
            start, number = self._bound(first)
            yield Stretch(start, stop, number, chosen[done:upto])
            done = upto


def unpack(kept: "array[int]") -> Index:
    """Return the index that `pack` packed."""
    half = len(kept) // 2 + 1
    index = Index(0)
    index.count, index.end = kept[0], kept[1]
    index.offsets, index.numbers = kept[2:half], kept[half:]
    return index


def pack(index: Index) -> bytes:
    """Return an index as bytes."""
    head = array("Q", [index.count, index.end])
    return head.tobytes() + index.offsets.tobytes() + index.numbers.tobytes()
