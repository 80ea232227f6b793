"""Read blocks of whole records from any source of bytes."""

import io
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from pyhelpers import KitError
from pyhelpers.csvio import record_ends
from pyhelpers.csvio.dialect import CR, LF, Dialect
from pyhelpers.csvio.record_ends import (
    Buffer,
    CommentScanner,
    LineScanner,
    QuoteScanner,
    Scanner,
    line_count,
)

BLOCK = 2 << 20


class Source(Protocol):
    """Where bytes come from: an open file, a pipe, a decompressor."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the buffer's start; return how many bytes, 0 at the end."""


class Prefixed(io.RawIOBase):
    """A stream whose first bytes have been read already.

    Parameters
    ----------
    advance : function, optional
        Called with the number of bytes of each read.
    """

    def __init__(
        self, head: bytes, stream: Any, advance: Callable[[int], object] = lambda step: None
    ) -> None:
        self._head, self._stream, self._advance = memoryview(head), stream, advance

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Fill the buffer's start; return how many bytes, 0 at the end."""
        if not self._head:
            count = int(self._stream.readinto(buffer) or 0)
        else:
            count = min(len(buffer), len(self._head))
            buffer[:count] = self._head[:count]
            self._head = self._head[count:]  # a view: nothing is copied
        self._advance(count)
        return count


class Block(NamedTuple):
    """Whole records: the first starts at data[0], perhaps with blank and comment lines before it.

    Attributes
    ----------
    data : bytes or bytearray
        A bytearray is overwritten by the next block: copy what is to be kept.
    ends : sequence of int
        Where each record ends; or where the last one does, if the scanner finds no others.
    line : int
        The number of the first line; 0 where lines are not counted.
    comment : bytes
        The character that starts comment lines, if there are any.
    behind : int
        The number of the line behind the last record; 0 where the scanner counts none, and at the
        end of the source.
    """

    data: Buffer
    ends: Sequence[int]
    line: int = 0
    comment: bytes = b""
    behind: int = 0

    def cut_out(self, places: Sequence[int]) -> list[memoryview]:
        """Return the records at the given places, as views of the data."""
        if isinstance(self.ends, list):
            ends = self.ends
            bounds = [(ends[place - 1] if place else 0, ends[place]) for place in places]
        else:
            from pyhelpers.csvio import record_ends_numpy

            assert isinstance(self.ends, record_ends_numpy.Ends)
            bounds = list(self.ends.bounds(places))
        return views(self.data, bounds, self.comment)


def views(data: Buffer, bounds: list[tuple[int, int]], comment: bytes = b"") -> list[memoryview]:
    """Return records as views of data, without the blank and comment lines before them."""
    view, skipped = memoryview(data), (LF, CR, *comment)
    return [
        view[record_start(data, start, end, comment) if data[start] in skipped else start : end]
        for start, end in bounds
    ]


def record_start(data: Buffer, start: int, end: int, comment: bytes = b"") -> int:
    """Return where a record starts behind blank and comment lines; `end` if there is none.

    >>> record_start(b"\\n\\r\\n# x\\na,b\\n", 0, 11, b"#")
    7
    """
    while start < end:
        if data[start] == LF:
            start += 1
        elif data.startswith(b"\r\n", start, end):
            start += 2
        elif comment and data.startswith(comment, start):
            start = data.find(b"\n", start, end) + 1 or end
        else:
            break
    return start


class EndlessRecordError(KitError):
    """No record ends within the limit: most likely a quote was never closed.

    Attributes
    ----------
    data : bytes
        What has been read and not yet yielded.
    line : int
        The number of its first line.
    """

    def __init__(self, message: str, data: bytes, line: int) -> None:
        super().__init__(message)
        self.data, self.line = data, line


def blocks(
    source: Source,
    scanner: Scanner,
    newline: bytes = b"",
    size: int = 0,
    line: int = 0,
    limit: int = 0,
) -> Iterator[Block]:
    """Yield all records of a source, a block at a time.

    Parameters
    ----------
    newline : bytes
        What a last record without line end gets.
    size : int
        Bytes of a block (default: BLOCK); a longer record makes a larger block.
    line : int
        The number of the first line; 0 to count no lines.
    limit : int
        Bytes of the longest record (default: LONGEST).

    Raises
    ------
    EndlessRecordError
        For a record of more than `limit` bytes.
    KitError
        At the end, for a quote that was never closed, if the scanner reports it.
    """
    data = bytearray(size or BLOCK)
    filled = scanned = 0
    while count := source.readinto(memoryview(data)[filled:]):
        stop = scanner.cut(data, scanned, filled, filled + count)
        filled += count
        ends = scanner.ends(data, scanned, stop)
        scanned = stop
        if len(ends):
            last = int(ends[-1])
            yield Block(data, ends, line, scanner.comment, scanner.line_behind(data, last, stop))
            line += line_count(data, last) if line else 0
            rest = data[last:filled]
            data[: len(rest)] = rest
            filled, scanned = len(rest), scanned - last
        if filled == len(data):
            if filled >= (limit or record_ends.LONGEST):
                raise EndlessRecordError(scanner.endless(), bytes(data), line)
            fresh = bytearray(2 * len(data))
            fresh[:filled] = data
            data = fresh
    ends = [int(end) for end in scanner.ends(data, scanned, filled)]
    scanner.finish()
    last = ends[-1] if ends else 0
    if last < filled and (
        scanner.keeps_blank_lines or record_start(data, last, filled, scanner.comment) < filled
    ):
        data = data[:filled] + newline  # not in place: the last block may still be in use
        ends.append(len(data))
    if ends:
        yield Block(data, ends, line, scanner.comment)


class LastEndScanner(QuoteScanner):
    """Find only the last record end; an open quote is not an error here.

    For blocks whose records are parsed strictly later, which reports the record.
    """

    keeps_blank_lines = True

    def ends(self, data: Buffer, start: int, stop: int) -> Sequence[int]:
        """Return the last position just past a record of data[start:stop], if there is one."""
        if not self.inside and data.find(b'"', start, stop) < 0:
            return last_line_end(data, start, stop)
        found = super().ends(data, start, stop)
        return [int(found[-1])] if len(found) else []

    def line_behind(self, data: Buffer, last: int, stop: int) -> int:
        """Return 0: not every line is scanned."""
        return 0

    def finish(self) -> None:
        """Leave an open quote to the strict reader, which reports it."""


class LastLineScanner(LineScanner):
    """Find only the last line end."""

    keeps_blank_lines = True

    def ends(self, data: Buffer, start: int, stop: int) -> Sequence[int]:
        """Return the last position just past a line of data[start:stop], if there is one."""
        return last_line_end(data, start, stop)


def last_line_end(data: Buffer, start: int, stop: int) -> list[int]:
    """Return the last position just past a line of data[start:stop], if there is one."""
    end = data.rfind(b"\n", start, stop) + 1
    return [end] if end else []


def last_end_scanner(dialect: Dialect) -> Scanner:
    """Return a scanner of the last record end, where numpy has been imported already."""
    last = LastEndScanner(dialect.delimiter, warm=True) if dialect.quoting else LastLineScanner()
    return CommentScanner(last, dialect.comment.encode()) if dialect.comment else last


def whole_blocks(
    source: Source,
    dialect: Dialect,
    line: int,
    newline: bytes = b"",
    size: int = 0,
    limit: int = 0,
    scanner: Scanner | None = None,
) -> Iterator[Block]:
    """Yield blocks of whole records as bytes of their own, for a strict or a fast parser.

    An open quote is not an error here: the last block ends in the middle of its field. Parameters
    and errors are those of `blocks`; the scanner is one of `last_end_scanner`.
    """
    scanner = scanner or last_end_scanner(dialect)
    for data, ends, first, *_ in blocks(source, scanner, newline, size, line, limit):
        with memoryview(data) as view:
            whole = bytes(view[: ends[-1]])
        yield Block(whole, [len(whole)], first)


class AsItComes:
    """A stream that gives what is there, without waiting until a buffer is full."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer's start; return how many bytes, 0 at the end."""
        # Not readinto1: it may read once more, and wait, after it has found bytes in its buffer.
        chunk: bytes = self._stream.read1(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


def starts_behind(ends: Sequence[int], places: range, base: int) -> "array[int]":
    """Return base + each of the ends at the given places among them."""
    if isinstance(ends, list):
        return array("Q", [base + end for end in ends[places.start : places.stop : places.step]])
    from pyhelpers.csvio import record_ends_numpy

    assert isinstance(ends, record_ends_numpy.Ends)
    found = array("Q")
    found.frombytes(ends.shifted(places, base))
    return found
