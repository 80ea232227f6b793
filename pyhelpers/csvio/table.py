"""Read a CSV strictly as a table; write single fields."""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import BinaryIO

from pyhelpers import KitError
from pyhelpers.csvio.cells import MISSING as MISSING  # the name by which most modules know it
from pyhelpers.csvio.encoding import byte_order_mark, decoded_lines, detect_encoding, parse_encoding
from pyhelpers.csvio.formats import refuse_other_formats
from pyhelpers.csvio.layout import Layout, parse_layout
from pyhelpers.csvio.reading import PeekableLines, Reading
from pyhelpers.csvio.records import RecordReader, all_bad, located
from pyhelpers.csvio.sources import display_name, open_source

PEEKED = 1 << 10  # bytes by which encoding and format are judged
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")


@dataclass
class Table:
    """A table being read: its column names, and its records as they come.

    Attributes
    ----------
    layout : Layout
        Dialect and header.
    records : iterator of (int, list of str)
        The number of the line on which a record ends, and its fields, as many as the header's.
    text : function
        Returns the text of the last record, unchanged, with its line end and the blank lines
        before it; after the last record, the blank lines at the end.
    """

    layout: Layout
    records: Iterator[tuple[int, list[str]]]
    text: Callable[[], str]

    @property
    def source(self) -> str:
        """The table's name, for messages."""
        return self.layout.source

    @property
    def delimiter(self) -> str:
        """The field delimiter."""
        return self.layout.delimiter

    @property
    def head(self) -> str:
        """The text of the header, unchanged, with byte order mark, quotes and line end."""
        return self.layout.head

    @cached_property
    def names(self) -> list[str]:
        """The fields of the header."""
        return self.layout.names

    def index(self, column: str) -> int:
        """Return the position of a column; a KitError lists the columns when it is missing."""
        return self.layout.index(column)


def refuse_twice(source: str, names: list[str], used: Iterable[str]) -> None:
    """Raise a KitError where two columns have a name that is used.

    >>> refuse_twice("a.csv", ["name", "lat", "lat"], ["name"])
    """
    twice = next((name for name in used if names.count(name) > 1), None)
    if twice is not None:
        raise KitError(f"{source}: two columns are named {twice!r}; rename or drop one")


def bad_value(source: str, line: int, column: str | None, what: str) -> KitError:
    """Return the error for a value that cannot be used; it names file, line and column.

    >>> str(bad_value("a.csv", 3, "size", "'x' is not a number"))
    "a.csv: line 3, column 'size': 'x' is not a number; fix or drop that row"
    """
    return KitError(f"{located(source, line, column)}: {what}; fix or drop that row")


def parse_number(text: str, source: str, line: int, column: str) -> float:
    """Return the number in a field; a KitError names file, line and column."""
    try:
        return float(text)
    except ValueError:
        if DECIMAL_COMMA.fullmatch(text.strip()):
            where = f"{source}: line {line}, column {column!r}"
            point = text.strip().replace(",", ".")
            raise KitError(f"{where}: {text!r} has a decimal comma; write {point}") from None
        raise bad_value(source, line, column, f"{text!r} is not a number") from None


def quoted(field: str, delimiter: str) -> str:
    """Return a field quoted as RFC 4180 says where it must be.

    Examples
    --------
    >>> quoted('[1, "a"]', ",")
    '"[1, ""a""]"'
    """
    if delimiter in field or '"' in field or "\n" in field or "\r" in field:
        return '"' + field.replace('"', '""') + '"'
    return field


def with_field(text: str, field: str, delimiter: str) -> str:
    """Return a record's text with one field more, before its line end if it has one.

    Examples
    --------
    >>> with_field("1,2\\r\\n", "3", ","), with_field("1,2", "3", ",")
    ('1,2,3\\r\\n', '1,2,3')
    """
    body = text.rstrip("\r\n")
    return f"{body}{delimiter}{field}{text[len(body) :]}"


def read_table(file: str | None, delimiter: str | None = None) -> Table:
    """Open a CSV as a `Table`.

    Parameters
    ----------
    file : str or None
        A path, an address, or None or "-" for standard input.
    delimiter : str, optional
        One character (default: detected, see `detect_delimiter`).

    Raises
    ------
    KitError
        When there is no header; while reading, for a ragged record, an unclosed quote or bytes that
        are not UTF-8.
    """
    return table_of(open_source(file), display_name(file), delimiter)


def table_of(
    stream: BinaryIO,
    source: str,
    delimiter: str | None = None,
    bad: list[int] | None = None,
    reading: Reading | None = None,
) -> Table:
    """Return the `Table` in an open stream; `source` names it. Raises as `read_table` does.

    Parameters
    ----------
    bad : list of int, optional
        Collects the lines of bad records, which are skipped; without it they are errors.
    reading : Reading, optional
        How to read it (default: with `delimiter`).
    """
    reading = reading or Reading(delimiter)
    encoding = parse_encoding(reading.encoding)
    if isinstance(stream, io.BufferedReader):
        head = stream.peek(PEEKED)
        refuse_other_formats(head, source)
        encoding = detect_encoding(head) if encoding == "utf-8" else encoding
        _, encoding = byte_order_mark(head, encoding)
    lines = PeekableLines(decoded_lines(stream, source, encoding))
    layout = parse_layout(lines, source, replace(reading, encoding=encoding))
    reader = RecordReader(lines.rest(), layout.dialect, source, layout.lines, bad)
    return Table(layout, _records(reader, len(layout.names), source, bad), reader.text)


def _records(
    reader: RecordReader, width: int, source: str, bad: list[int] | None
) -> Iterator[tuple[int, list[str]]]:
    """Yield a reader's records; it is an error if all are bad."""
    some = False
    for record in reader.records(width):
        some = True
        yield record
    if bad and not some:
        raise all_bad(source, len(bad), reader.first_error)
