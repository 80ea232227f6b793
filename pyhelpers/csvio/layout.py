"""Read what precedes the records of a CSV: its dialect, its column names, and its size."""

import io
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import BinaryIO

from pyhelpers import KitError
from pyhelpers.csvio import record_ends
from pyhelpers.csvio.dialect import DELIMITERS, Dialect, is_record
from pyhelpers.csvio.encoding import (
    BYTE_ORDER_MARK,
    ICONV_ADVICE,
    byte_order_mark,
    decoded_lines,
    detect_encoding,
    parse_encoding,
)
from pyhelpers.csvio.formats import refuse_other_formats
from pyhelpers.csvio.reading import (
    LOOKED_AT,
    PeekableLines,
    Reading,
    check_first_lines,
    named_delimiter,
    skip_preamble,
)
from pyhelpers.csvio.record_ends import Scanner, endless_record, scanner_of
from pyhelpers.csvio.records import RecordReader, no_column

READING = Reading()
MOST_UNNAMED = 10_000  # columns: a row of delimiters is no header
ENCODING_ADVICE = "name the file's --encoding, such as cp1252 or latin-1"


@dataclass(frozen=True)
class Layout:
    """Dialect and header of a CSV.

    Attributes
    ----------
    source : str
        Its name, for messages.
    names : list of str
        The fields of the header.
    head : str
        The text before the first record, unchanged: byte order mark, skipped lines, header.
    preamble_lines : int
        The number of lines before the header.
    """

    source: str
    dialect: Dialect
    names: list[str]
    head: str
    preamble_lines: int = 0

    @property
    def delimiter(self) -> str:
        """The field delimiter."""
        return self.dialect.delimiter

    def index(self, column: str) -> int:
        """Return the position of a column; a KitError lists the columns when it is missing."""
        if column not in self._positions:
            raise no_column(self.source, column, self.names)
        return self._positions[column]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {name: at for at, name in reversed([*enumerate(self.names)])}

    @property
    def lines(self) -> int:
        """The number of lines before the first record."""
        return len(io.StringIO(self.head, newline="").readlines())

    @property
    def bytes(self) -> int:
        """The number of bytes before the first record."""
        return len(self.head.encode(self.dialect.encoding))


def parse_layout(
    lines: PeekableLines, source: str, reading: Reading = READING, look_ahead: bool = False
) -> Layout:
    """Take what precedes the first record from the lines of a CSV; detect its delimiter.

    Parameters
    ----------
    look_ahead : bool
        Whether all of `LOOKED_AT` lines are there without waiting. If not, lines behind the header
        are looked at only where several delimiters are possible.

    Raises
    ------
    KitError
        When there is no header, or its quotes are broken.
    """
    mark = lines.take_prefix(BYTE_ORDER_MARK)
    preamble, delimiter = skip_preamble(lines, reading, source)
    dialect = reading.dialect(source, first_lines(lines, look_ahead), delimiter)
    if not reading.has_header:
        names = list(reading.names) or _numbered(lines, dialect, source)
        return Layout(source, dialect, names, mark + "".join(preamble), len(preamble))
    reader = RecordReader(lines, dialect, source, len(preamble))
    names = reader.header()
    head = mark + "".join(preamble) + reader.text()
    return Layout(source, dialect, names, head, len(preamble))


def _numbered(lines: PeekableLines, dialect: Dialect, source: str) -> list[str]:
    """Return numbers from 1 as the names of the columns that the first record has."""
    fields = RecordReader(lines.peek(LOOKED_AT), dialect, source).header()
    return [str(number) for number in range(1, len(fields) + 1)]


def first_lines(lines: PeekableLines, look_ahead: bool) -> list[str]:
    """Return the lines by which a delimiter is detected: the header alone, if it is clear."""
    [header] = lines.peek()
    clear = '"' not in header and sum(mark in header for mark in DELIMITERS) == 1
    return lines.peek(LOOKED_AT) if look_ahead or not clear else [header]


def layout_of(
    head: bytes, source: str, reading: Reading = READING, advice: str = ICONV_ADVICE
) -> Layout:
    """Return the layout of a CSV that begins with the bytes `head`. Raises as `parse_layout` does.

    The encoding of the layout has the byte order that the byte order mark names. An error about
    the encoding ends with `advice`.
    """
    refuse_other_formats(head, source)
    encoding = parse_encoding(reading.encoding)
    mark, encoding = byte_order_mark(
        head, encoding if encoding != "utf-8" else detect_encoding(head)
    )
    start = (len(mark), 0)
    stream = io.BytesIO(head[len(mark) :])
    lines = decoded_lines(stream, source, encoding, start, advice)
    marked = chain([mark.decode(encoding) + next(lines, "")], lines)
    return parse_layout(PeekableLines(marked), source, replace(reading, encoding=encoding), True)


def notes_on(layout: Layout, head: bytes, reading: Reading, has_options: bool = True) -> list[str]:
    """Return what is worth noting about the first lines of a file with a header.

    Parameters
    ----------
    has_options : bool
        Whether the command has options such as --skip-lines, for the advice.

    Raises
    ------
    KitError
        When the table starts on a later line than its header seems to.
    """
    if not reading.has_header:
        return []
    text = head[: 1 << 16].decode(layout.dialect.encoding, "replace").removeprefix(BYTE_ORDER_MARK)
    every = io.StringIO(text, newline="").readlines()
    lines = every[layout.preamble_lines :][:LOOKED_AT]
    whole = len(head) < 1 << 16 and len(every) - layout.preamble_lines <= LOOKED_AT
    before, source = layout.preamble_lines, layout.source
    return check_first_lines(lines, layout.dialect, before, source, whole, has_options)


def read_layout(stream: BinaryIO, source: str, delimiter: str | None = None) -> Layout:
    """Read the header of a UTF-8 stream, and no byte after it. Raises as `parse_layout` does."""
    head, line, reading = bytearray(), b"", Reading(delimiter)
    scanner: Scanner | None = None
    while line := stream.readline(record_ends.LONGEST + 1):
        if not head:
            refuse_other_formats(line, source)
        start = len(head)
        head += line
        text = line.removeprefix(byte_order_mark(line, "utf-8")[0]).decode("utf-8", "replace")
        if scanner is None:
            named = named_delimiter(text) if not start else None
            reading = replace(reading, delimiter=reading.delimiter or named)
            if named or not is_record(text, ""):
                continue
            scanner = scanner_of(reading.dialect(source, [text]))
        if scanner.ends(head, start, len(head)):
            break
        if len(head) > record_ends.LONGEST:
            raise KitError(f"{source}: {endless_record(1)}")
    lines = decoded_lines(io.BytesIO(head), source)
    return parse_layout(PeekableLines(lines), source, reading)


def check_named(layout: Layout) -> None:
    """Raise a KitError for a header of very many columns, most of them without a name."""
    count, empty = len(layout.names), layout.names.count("")
    if count > MOST_UNNAMED and 2 * empty > count:
        what = f"{empty:,} of the {count:,} columns of the header have no name"
        fix = "pass -d if another delimiter separates its fields"
        raise KitError(f"{layout.source}: {what}; {fix}")


def unique_names(names: list[str]) -> list[str]:
    """Name each column once, as pandas does: a second a is a.1, one without a name Unnamed: 3.

    Examples
    --------
    >>> unique_names(["a", "", "a"])
    ['a', 'Unnamed: 1', 'a.1']
    """
    if len(set(names)) == len(names) and "" not in names:
        return names
    seen: dict[str, int] = {}
    unique: list[str] = []
    taken = set(names)
    for position, name in enumerate(names):
        name = fresh = name or f"Unnamed: {position}"
        while fresh in seen or (fresh in taken and fresh != name):
            seen[name] = seen.get(name, 0) + 1
            fresh = f"{name}.{seen[name]}"
        seen.setdefault(fresh, 0)
        unique.append(fresh)
    return unique
