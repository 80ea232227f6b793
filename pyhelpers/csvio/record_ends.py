"""Find where records end, by the one rule of the kit: RFC 4180, and a stray quote is text.

The rule: a quote opens a quoted field only at the start of a field; a quote anywhere else outside
quotes is text. `csv.reader` of Python, not strict, finds the same ends. Blank lines and comment
lines are not records: they precede the record behind them, and `Block.cut_out` removes them.
"""

import sys
from collections.abc import Sequence
from itertools import chain

from pyhelpers import KitError
from pyhelpers.csvio.dialect import CR, LF, QUOTE, Dialect

LONGEST = 1 << 27  # bytes of a record: more is a quote left open that swallows the file
ADVICE = "close or double that quote"
# After so many records, or bytes with quotes among them, numpy's import would have paid.
RECORDS_BEFORE_NUMPY = 300_000
QUOTED_BYTES_BEFORE_NUMPY = 16 << 20
LONG = 1 << 10  # bytes of a record that plain Python finds as quickly as numpy
FEW = 1 << 14  # bytes that plain Python scans as quickly as numpy

Buffer = bytes | bytearray


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


def line_count(data: Buffer, stop: int) -> int:
    """Return how many line feeds data[:stop] has; by numpy, three times as fast, if it is there.

    >>> line_count(b"a\\nb\\nc\\n", 4)
    2
    """
    if "numpy" not in sys.modules or stop < FEW:
        return data.count(b"\n", 0, stop)
    from pyhelpers.csvio import record_ends_numpy

    return record_ends_numpy.byte_count(data, stop, LF)


def ends_blank_line(data: Buffer, end: int) -> bool:
    """Return whether the line that ends just before `end` is blank; data[0] starts a line.

    >>> ends_blank_line(b"a\\r\\n\\r\\n", 3), ends_blank_line(b"a\\r\\n\\r\\n", 5)
    (False, True)
    """
    at = end - 1
    if at and data[at - 1] == CR:
        at -= 1
    return at == 0 or data[at - 1] == LF


def without_blank_lines(data: Buffer, ends: list[int]) -> list[int]:
    """Return sorted ends of records and blank lines without those of blank lines."""
    before = chain([0], ends)
    if not any(end - start <= 2 for start, end in zip(before, ends, strict=False)):
        return ends if not ends or not ends_blank_line(data, ends[0]) else ends[1:]
    return [end for end in ends if not ends_blank_line(data, end)]


class LineScanner:
    """Find records that are lines: without quoting.

    Attributes
    ----------
    lines : int
        The number of line ends that have been scanned.
    inside : bool
        Whether a quoted field is open.
    keeps_blank_lines : bool
        Whether blank lines at the end of the data belong to the last block.
    """

    inside = keeps_blank_lines = False
    comment = b""

    def __init__(self, warm: bool = False) -> None:
        self._records = RECORDS_BEFORE_NUMPY + 1 if warm else 0
        self.lines = 0

    def ends(self, data: Buffer, start: int, stop: int) -> Sequence[int]:
        """Return the positions just past each line of data[start:stop] that is not blank."""
        if self._records > RECORDS_BEFORE_NUMPY and stop - start >= FEW:
            from pyhelpers.csvio import record_ends_numpy

            ends, lines = record_ends_numpy.line_ends(data, start, stop)
            self.lines += lines
            return ends
        found = line_ends(data, start, stop)
        self.lines += len(found)
        self._records += max(0, len(found) - (stop - start) // LONG)
        return without_blank_lines(data, found)

    def cut(self, data: Buffer, scanned: int, fresh: int, stop: int) -> int:
        """Return up to where data[:stop] may be scanned before more of it is there.

        It is scanned up to `scanned`; what is behind `fresh` has come since.
        """
        return stop

    def skip_comment(self) -> None:
        """Count a line that is not scanned."""
        self.lines += 1

    def line_behind(self, data: Buffer, last: int, stop: int) -> int:
        """Return 0: no error names a line."""
        return 0

    def finish(self) -> None:
        """Nothing can be left open."""

    def endless(self) -> str:
        """Say why a record is too long to be one."""
        return f"a line is longer than {LONGEST >> 20} MB; is this a CSV?"


class QuoteScanner:
    """Find records with quoted fields.

    Runs of quotes decide. A run of even length changes nothing (an empty field, or doubled
    quotes). A run of odd length closes a quoted field; outside quotes it opens one at the start
    of a field, and is text elsewhere.
    """

    comment = b""
    keeps_blank_lines = False

    def __init__(
        self, delimiter: str, line: int = 1, warm: bool = False, advice: str = ADVICE
    ) -> None:
        self._before_field = (b"\n", b"\r", delimiter.encode())
        self._openers = b"".join(self._before_field)  # by their bytes
        self._single, self._advice = delimiter.isascii(), advice
        self.inside = False
        self._line = self._opened = line
        self._lines = LineScanner(warm)
        self._bytes = QUOTED_BYTES_BEFORE_NUMPY + 1 if warm else 0

    def ends(self, data: Buffer, start: int, stop: int) -> Sequence[int]:
        """Return the positions just past each record of data[start:stop] that is not a blank line.

        data[0] starts a record, or start > 0 and all before it has been scanned.

        >>> QuoteScanner(",").ends(b'a,"b\\nc"\\n5"\\n', 0, 11)
        [8, 11]
        """
        if not self.inside and data.find(b'"', start, stop) < 0:
            before = self._lines.lines
            found = self._lines.ends(data, start, stop)
            self._line += self._lines.lines - before
            return found
        if self._single and self._bytes > QUOTED_BYTES_BEFORE_NUMPY and stop - start >= FEW:
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
                if self.inside:
                    self.inside = False
                elif at == 0 or self._starts_field(data, at):
                    self.inside, self._opened = True, self._line
                start = at
        return without_blank_lines(data, found + self._ends_between(data, start, stop))

    def _starts_field(self, data: Buffer, at: int) -> bool:
        return data[at - 1] in self._openers and (
            self._single or data.endswith(self._before_field, 0, at)
        )

    def _ends_between(self, data: Buffer, start: int, stop: int) -> list[int]:
        """Return the ends between two runs of quotes that matter."""
        if self.inside:
            self._line += data.count(b"\n", start, stop)
            return []
        found = line_ends(data, start, stop)
        self._line += len(found)
        return found

    def _fast_ends(self, data: Buffer, start: int, stop: int) -> Sequence[int]:
        from pyhelpers.csvio import record_ends_numpy

        scanned = record_ends_numpy.quoted_ends(data, start, stop, self._openers, self.inside)
        if scanned.opened >= 0:
            self._opened = self._line + scanned.opened
        self.inside, self._line = scanned.inside, self._line + scanned.lines
        return scanned.ends

    def cut(self, data: Buffer, scanned: int, fresh: int, stop: int) -> int:
        """Return up to where data[:stop] may be scanned: a run of quotes may go on.

        What is neither scanned nor fresh is such a run, which is not looked at again.
        """
        if data[stop - 1] != QUOTE:
            return stop
        rest = len(data[fresh:stop].rstrip(b'"'))
        return fresh + rest if rest else scanned

    def skip_comment(self) -> None:
        """Count a line that is not scanned."""
        self._line += 1

    def line_behind(self, data: Buffer, last: int, stop: int) -> int:
        """Return the number of the line at `last`, where data[:stop] is what has been scanned."""
        return self._line - data.count(b"\n", last, stop)

    def finish(self) -> None:
        """Raise when a quoted field is still open at the end."""
        if self.inside:
            raise KitError(self._open_quote("never closed"))

    def endless(self) -> str:
        """Say why a record is too long to be one."""
        if not self.inside:
            return self._lines.endless()
        return self._open_quote(f"not closed in {LONGEST >> 20} MB")

    def _open_quote(self, how: str) -> str:
        what = f"the quote that opens on line {self._opened} is {how}"
        return f"{what}; {self._advice}"


class CommentScanner:
    """Find records between comment lines: those that start with a character, outside quotes."""

    def __init__(self, scanner: LineScanner | QuoteScanner, comment: bytes) -> None:
        self._scanner, self.comment = scanner, comment
        self.keeps_blank_lines = scanner.keeps_blank_lines
        self.finish, self.endless = scanner.finish, scanner.endless
        self.line_behind = scanner.line_behind

    @property
    def inside(self) -> bool:
        """Whether a quoted field is open."""
        return self._scanner.inside

    def ends(self, data: Buffer, start: int, stop: int) -> Sequence[int]:
        """Return the record ends of data[start:stop], which starts at the start of a line."""
        scanner, mark = self._scanner, b"\n" + self.comment
        found: list[int] = []
        while start < stop:
            if not scanner.inside and data.startswith(self.comment, start):
                start = data.find(b"\n", start, stop) + 1 or stop
                scanner.skip_comment()
                continue
            after = data.find(mark, start, stop) + 1 or stop
            ends = scanner.ends(data, start, after)
            if after == stop and not found:
                return ends
            found += ends
            start = after
        return found

    def cut(self, data: Buffer, scanned: int, fresh: int, stop: int) -> int:
        """Return up to where data[:stop] may be scanned: the start of the last line."""
        return data.rfind(b"\n", fresh, stop) + 1 or scanned


Scanner = LineScanner | QuoteScanner | CommentScanner


def endless_record(line: int) -> str:
    """Say that the record that starts on a line is too long to be one."""
    where = f"no record ends within {LONGEST >> 20} MB from line {line} on"
    return f"{where}; close or double the quote that is open there"


def scanner_of(dialect: Dialect, line: int = 1, warm: bool = False, advice: str = "") -> Scanner:
    """Return a scanner that begins at the start of a record, on a line of the file.

    Parameters
    ----------
    warm : bool
        Whether numpy has been imported already, so that using it costs no import.
    advice : str
        What to do about a quote that is never closed.
    """
    scanner = (
        QuoteScanner(dialect.delimiter, line, warm, advice or ADVICE)
        if dialect.quoting
        else LineScanner(warm)
    )
    return CommentScanner(scanner, dialect.comment.encode()) if dialect.comment else scanner
