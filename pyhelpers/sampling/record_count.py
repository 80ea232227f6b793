"""Build the index of a file in one pass, with two processes if there are two cores."""

import os
from array import array
from collections.abc import Callable
from importlib import import_module

from pyhelpers import KitError
from pyhelpers.csvio.blocks import BLOCK, blocks
from pyhelpers.csvio.dialect import LF, Dialect
from pyhelpers.csvio.record_ends import (
    LONG,
    QUOTED_BYTES_BEFORE_NUMPY,
    RECORDS_BEFORE_NUMPY,
    Scanner,
    scanner_of,
)
from pyhelpers.machine import cores
from pyhelpers.sampling.record_index import MOST, SPAN, Index, Run, pack, unpack

SHRUNK = "became shorter while being read; sample it when it is complete"
WORTH_FORKING = 64 << 20  # bytes
HEAD = 1 << 16  # bytes by which a file is judged

Advance = Callable[[int], None]


def record_scanner(dialect: Dialect, line: int = 1, warm: bool = False) -> Scanner:
    """Return a scanner whose errors name the options of sample-large-csv."""
    return scanner_of(dialect, line, warm, "fix it, or take each line as a record with --lines")


def no_progress(step: int) -> None:
    """Show nothing."""


class FileRange:
    """The bytes of an open file from one offset to another; it may not shrink meanwhile."""

    def __init__(self, fd: int, start: int, stop: int, advance: Advance = no_progress) -> None:
        self._fd, self._at, self._stop, self._advance = fd, start, stop, advance

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer's start; return how many bytes, 0 at the end."""
        if self._at == self._stop:
            return 0
        count = os.preadv(self._fd, [buffer[: self._stop - self._at]], self._at)
        if not count:
            raise KitError(SHRUNK)
        self._at += count
        self._advance(count)
        return count


def read_at(fd: int, start: int, buffer: memoryview) -> None:
    """Fill a buffer from a file."""
    while buffer:
        count = os.preadv(fd, [buffer], start)
        if not count:
            raise KitError(SHRUNK)
        start, buffer = start + count, buffer[count:]


def _lines(fd: int, start: int, size: int) -> int:
    """Guess from the first bytes how many lines there are."""
    head = os.pread(fd, HEAD, start)
    return head.count(b"\n") * size // max(1, len(head))


def _numpy_pays(fd: int, start: int, size: int, dialect: Dialect) -> bool:
    """Guess from the first bytes whether numpy's import pays before all is read."""
    if dialect.quoting and b'"' in os.pread(fd, HEAD, start):
        return size > QUOTED_BYTES_BEFORE_NUMPY
    return _lines(fd, start, size) - size // LONG > RECORDS_BEFORE_NUMPY


def scan_run(
    fd: int, start: int, stop: int, scanner: Scanner, advance: Advance = no_progress
) -> Run:
    """Return where records start between two offsets; one does at the first."""
    size = stop - start
    lines = _lines(fd, start, size)
    few = lines <= 2 * MOST  # not each line need be a record
    run = Run(start, 1 if few else max(1, lines * SPAN // size))
    for block in blocks(FileRange(fd, start, stop, advance), scanner):
        run.add(run.end, block.ends)
    return run


def _first_start(fd: int, near: int, stop: int) -> int:
    """Return where the first line starts at or after an offset; stop when there is none."""
    while near < stop:
        data = os.pread(fd, min(BLOCK, stop - near), near)
        at = data.find(LF)
        if at >= 0:
            return near + at + 1
        if not data:
            break
        near += len(data)
    return stop


def _in_child(work: Callable[[], Run]) -> tuple[int, int]:
    """Do the work in a child process; return its id and the pipe on which its run comes."""
    answer, pipe = os.pipe()
    child = os.fork()
    if child:
        os.close(pipe)
        return child, answer
    code = 1  # whatever went wrong, the parent does the work again and says so
    try:
        with open(pipe, "wb") as stream:
            stream.write(pack(Index([work()])))
        code = 0
    finally:
        os._exit(code)


def _receive(child: int, answer: int) -> list[Run]:
    """Wait for a child's run; none when it failed."""
    sent = array("Q")
    with open(answer, "rb") as stream:
        data = stream.read()
    if os.waitpid(child, 0)[1]:
        return []
    sent.frombytes(data)
    return unpack(sent).runs


def build_index(
    fd: int, start: int, stop: int, dialect: Dialect, line: int = 1, advance: Advance = no_progress
) -> Index:
    """Read a file once, from `start` on that `line`, and return its index.

    Of a large file a second process reads the second half, from a line's start, as if a record
    started there. One did unless a quoted field is open where the first half ends: then, or if
    the other process fails, this one reads all.
    """
    size = stop - start
    if warm := _numpy_pays(fd, start, size, dialect):
        import_module("pyhelpers.csvio.record_ends_numpy")  # once, before the fork

    def work(begin: int, end: int, advance: Advance = no_progress) -> Run:
        return scan_run(fd, begin, end, record_scanner(dialect, line, warm), advance)

    middle = _first_start(fd, start + size // 2, stop) if size >= WORTH_FORKING else stop
    if middle == stop or cores() < 2:
        return Index([work(start, stop, advance)])
    child, answer = _in_child(lambda: work(middle, stop))
    try:
        runs = [work(start, middle, lambda step: advance(2 * step))]
    except KitError:
        runs = []
    later = _receive(child, answer)
    if runs and later:
        return Index(runs + later)
    return Index([work(start, stop, advance)])
