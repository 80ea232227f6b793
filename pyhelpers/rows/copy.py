"""Copies: records of given numbers, byte for byte, out of a file that has an index."""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from pyhelpers.rows.count import read_at
from pyhelpers.rows.index import GROUP, SPAN, Index, Stretch
from pyhelpers.rows.scan import LF, Dialect, positions

Parts = list[Any]


def _pick(data: bytearray, ends: Sequence[int], stretch: Stretch) -> Parts:
    """Return the chosen records of a stretch that starts at data[0]."""
    view, first = memoryview(data), stretch.first
    if isinstance(ends, list):
        ends.insert(0, 0)
        return [view[ends[n - first] : ends[n - first + 1]] for n in stretch.chosen]
    steps = [n - first for n in stretch.chosen]
    stops = positions(ends, steps)
    starts = positions(ends, (max(step - 1, 0) for step in steps))
    return [
        view[start if step else 0 : stop]
        for step, start, stop in zip(steps, starts, stops, strict=True)
    ]


def copy_records(
    fd: int, index: Index, chosen: Sequence[int], dialect: Dialect, newline: bytes
) -> Iterator[Parts]:
    """Yield the records of sorted numbers, some at a time, valid until the next are asked for.

    `newline` is what a last record without one gets.
    """
    warm = "pyhelpers.rows.fast" in sys.modules
    scanner, data = dialect.scanner(warm=warm), bytearray(2 * GROUP * SPAN)
    for stretch in index.stretches(chosen):
        size = stretch.stop - stretch.start
        if size + len(newline) > len(data):
            data = bytearray(size + len(newline))
        read_at(fd, stretch.start, memoryview(data)[:size])
        if data[size - 1] != LF:
            data[size : size + len(newline)] = newline
            size += len(newline)
        yield _pick(data, scanner.ends(data, 0, size), stretch)
