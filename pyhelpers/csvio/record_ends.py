"""Find where records end, by the one rule of the kit: RFC 4180, and a stray quote is text.

The rule: a quote opens a quoted field only at the start of a field; a quote anywhere else outside
quotes is text. `csv.reader` of Python, not strict, finds the same ends.
"""

from collections.abc import Sequence

from pyhelpers import KitError
from pyhelpers.csvio.dialect import QUOTE, Dialect

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


class LineScanner:
    """Find records that are lines: without quoting."""

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
        return f"a line is longer than {LONGEST >> 20} MB; is this a CSV?"


class QuoteScanner:
    """Find records with quoted fields.

    Runs of quotes decide. A run of even length changes nothing (an empty field, or doubled
    quotes). A run of odd length closes a quoted field; outside quotes it opens one at the start
    of a field, and is text elsewhere.
    """

    def __init__(
        self, delimiter: str, line: int = 1, warm: bool = False, advice: str = ADVICE
    ) -> None:
        self._before_field = (b"\n", b"\r", delimiter.encode())
        self._openers = b"".join(self._before_field)  # by their bytes
        self._single, self._advice = delimiter.isascii(), advice
        self._inside = False
        self._line = self._opened = line
        self._lines = LineScanner(warm)
        self._bytes = QUOTED_BYTES_BEFORE_NUMPY + 1 if warm else 0

    def ends(self, data: Buffer, start: int, stop: int) -> Sequence[int]:
        """Return the positions just past each line feed of data[start:stop] that ends a record.

        data[0] starts a record, or start > 0 and all before it has been scanned.

        >>> QuoteScanner(",").ends(b'a,"b\\nc"\\n5"\\n', 0, 11)
        [8, 11]
        """
        if not self._inside and data.find(b'"', start, stop) < 0:
            found = self._lines.ends(data, start, stop)
            self._line += len(found)
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
                if self._inside:
                    self._inside = False
                elif at == 0 or self._starts_field(data, at):
                    self._inside, self._opened = True, self._line
                start = at
        return found + self._ends_between(data, start, stop)

    def _starts_field(self, data: Buffer, at: int) -> bool:
        return data[at - 1] in self._openers and (
            self._single or data.endswith(self._before_field, 0, at)
        )

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
            return self._lines.endless()
        return self._open_quote(f"not closed in {LONGEST >> 20} MB")

    def _open_quote(self, how: str) -> str:
        what = f"the quote that opens on line {self._opened} is {how}"
        return f"{what}; {self._advice}"


class LastEndScanner(QuoteScanner):
    """Find only the last record end; an open quote is not an error here.

    For blocks whose records are parsed strictly later, which reports the record.
    """

    def ends(self, data: Buffer, start: int, stop: int) -> Sequence[int]:
        """Return the last position just past a record of data[start:stop], if there is one."""
        if not self._inside and data.find(b'"', start, stop) < 0:
            end = data.rfind(b"\n", start, stop) + 1
            return [end] if end else []
        found = super().ends(data, start, stop)
        return [int(found[-1])] if len(found) else []

    def finish(self) -> None:
        """Leave an open quote to the strict reader, which reports it."""


Scanner = LineScanner | QuoteScanner


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
    if not dialect.quoting:
        return LineScanner(warm)
    return QuoteScanner(dialect.delimiter, line, warm, advice or ADVICE)
