"""Draw lines from a very large file at random offsets: exactly uniform, without reading it."""

import os
from random import Random

from pyhelpers import KitError
from pyhelpers.csvio.dialect import LF, Dialect

WINDOW = 1 << 13  # bytes read on either side of an offset, at first
PROBES_TO_JUDGE = 50
SCAN = "sample it without --seek, which reads the whole file"


class Lines:
    """The lines of a file between two offsets, found from any byte within them.

    A last line without a line feed counts as if it had `newline`.
    """

    def __init__(self, fd: int, start: int, stop: int, newline: bytes) -> None:
        self._fd, self._start, self._stop = fd, start, stop
        open_end = stop > start and os.pread(fd, 1, stop - 1) != b"\n"
        self.size = stop - start + (len(newline) if open_end else 0)

    def around(self, step: int) -> tuple[int, bytes]:
        """Return the line that holds the byte `step` after the start, and its offset."""
        at, reach = min(self._start + step, self._stop - 1), WINDOW
        while True:
            left, right = max(self._start, at - reach), min(self._stop, at + reach)
            data = os.pread(self._fd, right - left, left)
            begin = data.rfind(LF, 0, at - left) + 1
            end = data.find(LF, at - left) + 1
            if (begin or left == self._start) and (end or right == self._stop):
                return left + begin, data[begin : end or len(data)]
            reach *= 4


def check_line(line: bytes, columns: int, dialect: Dialect) -> None:
    """Raise unless a line is a record of full width without quotes, the condition of seeking."""
    if dialect.quoting and b'"' in line:
        raise KitError(f"--seek met a quote, behind which a line may be no record; {SCAN}")
    found = line.count(dialect.delimiter.encode()) + 1
    if columns and found != columns:
        raise KitError(f"--seek met a line of {found} fields, not {columns}; {SCAN}")


def seek_lines(
    lines: Lines, rows: int, columns: int, dialect: Dialect, newline: bytes, random: Random
) -> list[bytes]:
    """Return `rows` lines, in the order of the file, each set of so many equally likely.

    A random byte falls into a line with chance length / size; the line is accepted with chance
    least / length, least being a bound below which no line's length falls: so each line is
    accepted equally often. One that came before is rejected. `columns` of 0 are not checked, the
    bound is then a line end.

    Raises
    ------
    KitError
        When a line breaks the condition, or when so many rows are most of the file.
    """
    least = max(0, columns - 1) + len(newline)
    found: dict[int, bytes] = {}
    probes, inverse = 0, 0.0
    while len(found) < rows:
        offset, line = lines.around(random.randrange(lines.size))
        check_line(line, columns, dialect)
        if not line.endswith(b"\n"):
            line += newline
        probes, inverse = probes + 1, inverse + 1 / len(line)
        if random.random() * len(line) < least:
            found[offset] = line
        if probes >= PROBES_TO_JUDGE and rows > lines.size * inverse / probes / 2:
            raise KitError(f"--seek is for few rows of very many, not {rows} of these; {SCAN}")
    return [line for _, line in sorted(found.items())]
