"""Scanners: where records end in a buffer, and blocks of whole records out of any source."""

from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from pyhelpers import KitError

LF, QUOTE = 10, 34
BLOCK = 2 << 20
LONGEST = 1 << 27  # bytes of a record: one that is longer is an open quote that swallows the file
# After so many records, or bytes with quotes among them, numpy's import would have paid.
RECORDS_BEFORE_NUMPY = 300_000
QUOTED_BYTES_BEFORE_NUMPY = 16 << 20
LONG = 1 << 10  # bytes of a record that plain Python finds as quickly as numpy
FEW = 1 << 14  # bytes that plain Python scans as quickly as numpy

Buffer = bytes | bytearray


class Source(Protocol):
    """What bytes come from: an open file, a pipe, a decompressor."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the buffer's start; return how many bytes, 0 at the end."""


def line_ends(data: Buffer, start: int, stop: int) -> list[int]:
    """Return the positions just past each line feed of data[start:stop].

    >>> line_ends(b"a\\nb\\nc", 0, 5)
    [2, 4]
    """
    found: list[int] = []
    add, find = found.append, data.find
    at = find(b"\n", start, stop)
    while at >= 0:
        at += 1
        add(at)
        at = find(b"\n", at, stop)
    return found


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


class Plain:
    """Records that are lines: no quoting."""

    def __init__(self, warm: bool = False) -> None:
        self._records = RECORDS_BEFORE_NUMPY + 1 if warm else 0

    def ends(self, data: Buffer, start: int, stop: int) -> Sequence[int]:
        """Return the positions just past each line feed of data[start:stop]."""
        if self._records > RECORDS_BEFORE_NUMPY and stop - start >= FEW:
            from pyhelpers.csvio import record_ends_numpy

            return record_ends_numpy.line_ends(data, start, stop)
        found = line_ends(data, start, stop)
        self._records += max(0, len(found) - (stop - start) // LONG)
        return found

    def cut(self, data: Buffer, scanned: int, fresh: int, stop: int) -> int:
        """Return up to where data[:stop] may be scanned before more of it is there.

        It is scanned up to `scanned`; what is behind `fresh` has come since.
        """
        return stop

    def finish(self) -> None:
        """Nothing can be left open."""

    def endless(self) -> str:
        """Say why a record is too long to be one."""
        return f"a line is longer than {LONGEST >> 20} MB; is this a table?"


class Quoted:
    """Records by RFC 4180: a quote that opens stands at a field's start, any other is text.

    What decides is a run of quotes. One of even length changes nothing (an empty field, or
    doubled quotes). One of odd length ends a quoted field, or, outside one, opens it when it
    stands at a field's start. `csv.reader` of Python, not strict, reads files the same way.
    """

    def __init__(self, delimiter: str, line: int = 1, warm: bool = False) -> None:
        self._openers = bytes([LF, ord(delimiter)])
        self._inside = False
        self._line = self._opened = line
        self._plain = Plain(warm)
        self._bytes = QUOTED_BYTES_BEFORE_NUMPY + 1 if warm else 0

    def ends(self, data: Buffer, start: int, stop: int) -> Sequence[int]:
        """Return the positions just past each line feed of data[start:stop] that ends a record.

        data[0] starts a record, or start > 0 and all before it has been scanned.

        >>> Quoted(",").ends(b'a,"b\\nc"\\n5"\\n', 0, 11)
        [8, 11]
        """
        if not self._inside and data.find(b'"', start, stop) < 0:
            found = self._plain.ends(data, start, stop)
            self._line += len(found)
            return found
        if self._bytes > QUOTED_BYTES_BEFORE_NUMPY and stop - start >= FEW:
            return self._fast_ends(data, start, stop)
        self._bytes += stop - start
        return self._ends_by_runs(data, start, stop)

    def _ends_by_runs(self, data: Buffer, start: int, stop: int) -> list[int]:
        import re

        found: list[int] = []
        for run in re.compile(rb'""*').finditer(data, start, stop):  # "+ would not search by memchr
            at, after = run.span()
            if (after - at) % 2:
                found += self._ends_between(data, start, at)
                if self._inside:
                    self._inside = False
                elif at == 0 or data[at - 1] in self._openers:
                    self._inside, self._opened = True, self._line
                start = at
        return found + self._ends_between(data, start, stop)

    def _ends_between(self, data: Buffer, start: int, stop: int) -> list[int]:
        """Return the ends between two runs of quotes that matter."""
        if self._inside:
            self._line += data.count(b"\n", start, stop)
            return []
        found = line_ends(data, start, stop)
        self._line += len(found)
        return found

    def _fast_ends(self, data: Buffer, start: int, stop: int) -> Sequence[int]:
        from pyhelpers.csvio import record_ends_numpy

        scanned = record_ends_numpy.quoted_ends(data, start, stop, self._openers, self._inside)
        if scanned.opened >= 0:
            self._opened = self._line + scanned.opened
        self._inside, self._line = scanned.inside, self._line + scanned.lines
        return scanned.ends

    def cut(self, data: Buffer, scanned: int, fresh: int, stop: int) -> int:
        """Return up to where data[:stop] may be scanned: a run of quotes may go on.

        What is neither scanned nor fresh is such a run, which is not looked at again.
        """
        if data[stop - 1] != QUOTE:
            return stop
        rest = len(data[fresh:stop].rstrip(b'"'))
        return fresh + rest if rest else scanned

    def finish(self) -> None:
        """Raise when a quoted field is still open at the end."""
        if self._inside:
            raise KitError(self._open_quote("never closed"))

    def endless(self) -> str:
        """Say why a record is too long to be one."""
        if not self._inside:
            return self._plain.endless()
        return self._open_quote(f"not closed in {LONGEST >> 20} MB")

    def _open_quote(self, how: str) -> str:
        what = f"the quote that opens on line {self._opened} is {how}"
        return f"{what}; mend it, or take each line as a record with --lines"


Scanner = Plain | Quoted


class Dialect(NamedTuple):
    """How records are told apart, and fields in them."""

    delimiter: str
    quoting: bool

    def scanner(self, line: int = 1, warm: bool = False) -> Scanner:
        """Return a scanner that stands at a record's start, on a line of the file.

        One that is warm does not wait until numpy's import pays: numpy is there already.
        """
        return Quoted(self.delimiter, line, warm) if self.quoting else Plain(warm)


class Block(NamedTuple):
    """Whole records: the first starts at data[0], each ends where `ends` says.

    `data` is overwritten by the next block: copy what is to be kept.
    """

    data: bytearray
    ends: Sequence[int]


def longer(data: bytearray, scanner: Scanner) -> bytearray:
    """Return a buffer twice as long, for a record that does not fit."""
    if len(data) >= LONGEST:
        raise KitError(scanner.endless())
    fresh = bytearray(2 * len(data))
    fresh[: len(data)] = data
    return fresh


def blocks(
    source: Source, scanner: Scanner, newline: bytes = b"", size: int = 0
) -> Iterator[Block]:
    """Yield all records of a source, a block at a time; a last one without line end gets newline.

    Blocks are of `size` bytes, by default BLOCK, or of one record that is larger.

    Raises
    ------
    KitError
        For a record of more than LONGEST bytes; at the end, for a quote that was never closed.
    """
    data = bytearray(size or BLOCK)
    filled = scanned = 0
    while count := source.readinto(memoryview(data)[filled:]):
        stop = scanner.cut(data, scanned, filled, filled + count)
        filled += count
        ends = scanner.ends(data, scanned, stop)
        scanned = stop
        if len(ends):
            yield Block(data, ends)
            last = int(ends[-1])
            rest = data[last:filled]
            data[: len(rest)] = rest
            filled, scanned = len(rest), scanned - last
        if filled == len(data):
            data = longer(data, scanner)
    ends = [int(end) for end in scanner.ends(data, scanned, filled)]
    scanner.finish()
    if filled and (not ends or ends[-1] != filled):
        data = data[:filled] + newline  # not in place: who had the last block may look at it still
        ends.append(len(data))
    if ends:
        yield Block(data, ends)
