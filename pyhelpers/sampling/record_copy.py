"""Copy records of given numbers, byte for byte, from a file with an index."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.blocks import Block, views
from pyhelpers.csvio.dialect import LF, Dialect
from pyhelpers.csvio.record_ends import scanner_of
from pyhelpers.machine import cores
from pyhelpers.sampling.record_count import WORTH_FORKING, read_at
from pyhelpers.sampling.record_index import APART, GROUP, Index, Stretch

Records = list[Any]


def copy_stretches(
    fd: int, stretches: Iterable[Stretch], dialect: Dialect, newline: bytes
) -> Iterator[Records]:
    """Yield the chosen records of each stretch, valid until those of the next are asked for.

    `newline` is what a last record without one gets.
    """
    warm = "pyhelpers.csvio.record_ends_numpy" in sys.modules
    scanner, data = scanner_of(dialect, warm=warm), bytearray(2 * GROUP)
    comment = scanner.comment
    for stretch in stretches:
        size = stretch.stop - stretch.start
        if size + len(newline) > len(data):
            data = bytearray(size + len(newline))
        read_at(fd, stretch.start, memoryview(data)[:size])
        if data[size - 1] != LF:
            data[size : size + len(newline)] = newline
            size += len(newline)
        if (bounds := stretch.bounds()) is not None:
            ends_at = {stretch.stop - stretch.start: size}  # a last record may be longer now
            yield views(data, [(start, ends_at.get(end, end)) for start, end in bounds], comment)
        else:
            places = [number - stretch.first for number in stretch.chosen]
            yield Block(data, scanner.ends(data, 0, size), 0, comment).cut_out(places)


def copy_records(
    fd: int, index: Index, chosen: Sequence[int], dialect: Dialect, newline: bytes
) -> Iterator[Records]:
    """Yield the records of sorted numbers, some at a time, valid until the next are asked for."""
    return copy_stretches(fd, index.stretches(chosen), dialect, newline)


def is_long(index: Index, chosen: Sequence[int]) -> bool:
    """Return whether a copy reads so much of a file that a second process pays."""
    return cores() > 1 and index.size >= WORTH_FORKING and index.size < len(chosen) * APART


def write_all(fd: int, data: bytes) -> None:
    """Write all of data to a descriptor."""
    view = memoryview(data)
    while len(view):
        view = view[os.write(fd, view) :]


class _OtherFailedError(Exception):
    """The other process has ended before its turn."""


def _take_turns(batches: Iterable[Records], out: int, wait: int, go: int, first: bool) -> None:
    """Write batches in turn with another process, which does the same with its own.

    A byte on `wait` says that it is our turn, one on `go` that it is the other's.
    """
    for batch in batches:
        data = b"".join(batch)
        if not first and not os.read(wait, 1):
            raise _OtherFailedError
        first = False
        write_all(out, data)
        with suppress(BrokenPipeError):  # it had no more to write, or its exit code will tell
            os.write(go, b".")


def _in_child(work: Callable[[], None]) -> None:
    """Do the work and end; the exit code is the number of what the system refused, or 1."""
    code = 1
    try:
        work()
        code = 0
    except OSError as error:
        code = error.errno or 1
    finally:
        os._exit(code)


def copy_by_two(
    fd: int, index: Index, chosen: Sequence[int], dialect: Dialect, newline: bytes, out: int
) -> None:
    """Write the records of sorted numbers to a descriptor: two processes, stretch by stretch."""

    def every_other(first: int) -> Iterator[Records]:
        stretches = islice(index.stretches(chosen), first, None, 2)
        return copy_stretches(fd, stretches, dialect, newline)

    (from_us, to_child), (from_child, to_us) = os.pipe(), os.pipe()
    child = os.fork()
    if not child:
        os.close(to_child)
        os.close(from_child)
        _in_child(lambda: _take_turns(every_other(1), out, from_us, to_us, first=False))
    os.close(from_us)
    os.close(to_us)
    try:
        with suppress(_OtherFailedError):
            _take_turns(every_other(0), out, from_child, to_child, first=True)
    finally:
        os.close(to_child)
        os.close(from_child)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code > 1:
        raise OSError(code, os.strerror(code))
    if code:
        raise KitError("the second process that copied has failed; sample once more")
