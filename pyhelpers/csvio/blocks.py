"""Read blocks of whole records from any source of bytes."""

import io
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from pyhelpers import KitError
from pyhelpers.csvio import record_ends
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.record_ends import Buffer, LastEndScanner, LineScanner, Scanner

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
    """Whole records: the first starts at data[0].

    Attributes
    ----------
    data : bytes or bytearray
        A bytearray is overwritten by the next block: copy what is to be kept.
    ends : sequence of int
        Where each record ends; or where the last one does, if the scanner finds no others.
    line : int
        The number of the first line; 0 where lines are not counted.
    """

    data: Buffer
    ends: Sequence[int]
    line: int = 0


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
            yield Block(data, ends, line)
            last = int(ends[-1])
            line += data.count(b"\n", 0, last) if line else 0
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
    if filled and (not ends or ends[-1] != filled):
        data = data[:filled] + newline  # not in place: the last block may still be in use
        ends.append(len(data))
    if ends:
        yield Block(data, ends, line)


def whole_blocks(
    source: Source,
    dialect: Dialect,
    line: int,
    newline: bytes = b"",
    size: int = 0,
    limit: int = 0,
) -> Iterator[Block]:
    """Yield blocks of whole records as bytes of their own, for a strict or a fast parser.

    An open quote is not an error here: the last block ends in the middle of its field.
    Parameters and errors are those of `blocks`.
    """
    scanner = (
        LastEndScanner(dialect.delimiter, warm=True) if dialect.quoting else LineScanner(warm=True)
    )
    for data, ends, first in blocks(source, scanner, newline, size, line, limit):
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


def cut_out(data: Buffer, ends: Sequence[int], steps: Sequence[int]) -> list[memoryview]:
    """Return the records at the given places of a block, as views of it."""
    view = memoryview(data)
    if isinstance(ends, list):
        return [view[ends[step - 1] if step else 0 : ends[step]] for step in steps]
    from pyhelpers.csvio import record_ends_numpy

    assert isinstance(ends, record_ends_numpy.Ends)
    return [view[start:end] for start, end in ends.bounds(steps)]
