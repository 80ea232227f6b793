"""Tables: a CSV read strictly, with the line number of whatever is wrong in it."""

import csv
import io
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from pyhelpers import KitError
from pyhelpers.delimiter import delimiter_of
from pyhelpers.files import display_name, open_source

FIELD_LIMIT = 1 << 30
BYTE_ORDER_MARK = "\ufeff"
# What pandas takes for a missing value, less the words that may be data.
MISSING = frozenset(("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "#N/A"))


@dataclass
class Table:
    """A table being read: its column names, and its records as they come.

    Attributes
    ----------
    source : str
        Its name, for messages.
    names : list of str
        The header.
    records : iterator of (int, list of str)
        The number of the line on which a record ends, and its fields, as many as the header's.
    delimiter : str
        What parts the fields.
    head : str
        The header as it stands in the file: byte order mark, quotes and line end.
    text : function
        Returns the record read last as it stands in the file, its line end and blank lines before
        it included; after the last record, the blank lines at the end.
    """

    source: str
    names: list[str]
    records: Iterator[tuple[int, list[str]]]
    delimiter: str
    head: str
    text: Callable[[], str]

    def index(self, column: str) -> int:
        """Return the position of a column; a KitError lists the columns when it is not there."""
        if column not in self.names:
            have = ", ".join(self.names)
            raise KitError(f"{self.source}: no column {column!r}; the columns are: {have}")
        return self.names.index(column)


def parse_number(text: str, source: str, line: int, column: str) -> float:
    """Return the number in a field; a KitError names file, line and column."""
    try:
        return float(text)
    except ValueError:
        where = f"{source}: line {line}, column {column!r}"
        raise KitError(f"{where}: {text!r} is not a number; mend or drop that row") from None


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


def _lines(stream: BinaryIO, source: str) -> Iterator[str]:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    number = 0
    try:
        for line in text:
            number += 1
            yield line
    except UnicodeDecodeError as error:
        byte = f"byte 0x{error.object[error.start]:02x}"
        near = f"after line {number}"
        raise KitError(f"{source}: {byte} is not UTF-8, {near}; convert it with iconv") from None


class _Reader:
    """Python's csv reader, with its errors in one line."""

    def __init__(self, lines: Iterable[str], delimiter: str, source: str) -> None:
        self._taken: list[str] = []
        self._reader = csv.reader(self._tee(lines), delimiter=delimiter, strict=True)
        self._source = source

    def _tee(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            self._taken.append(line)
            yield line

    def text(self) -> str:
        """Return the lines of the last record, as they were, blank ones before it included."""
        return "".join(self._taken)

    def record(self) -> list[str] | None:
        """Return the next record; None at the end."""
        start = self._reader.line_num + 1
        try:
            return next(self._reader, None)
        except csv.Error as error:
            where = f"{self._source}: the record that starts on line {start}"
            raise KitError(f"{where}: {error}; mend its quotes") from None

    def records(self, width: int) -> Iterator[tuple[int, list[str]]]:
        self._taken.clear()
        while (fields := self.record()) is not None:
            if not fields:  # a blank line, as csv and pandas pass over it
                continue
            line = self._reader.line_num
            if len(fields) != width:
                what = f"{len(fields)} fields where the header has {width}"
                raise KitError(f"{self._source}: line {line}: {what}; mend that record")
            yield line, fields
            self._taken.clear()


def read_table(file: str | None, delimiter: str | None = None) -> Table:
    """Open a CSV as a `Table`.

    Parameters
    ----------
    file : str or None
        As `files.open_source` takes it.
    delimiter : str, optional
        One character; by default by the suffix (.tsv), else from the header line.

    Raises
    ------
    KitError
        When there is no header; while reading, for a ragged record, an unclosed quote or bytes that
        are not UTF-8.
    """
    return table_of(open_source(file), display_name(file), delimiter)


def table_of(stream: BinaryIO, source: str, delimiter: str | None = None) -> Table:
    """Return the `Table` in an open stream; `source` names it. Raises as `read_table` does."""
    lines = _lines(stream, source)
    first = next(lines, "")
    mark = BYTE_ORDER_MARK if first.startswith(BYTE_ORDER_MARK) else ""
    first = first.removeprefix(mark)
    if not first.strip("\r\n"):
        raise KitError(f"{source}: is empty; a header line is needed")
    csv.field_size_limit(FIELD_LIMIT)
    separator = delimiter or delimiter_of(source, first)
    reader = _Reader(itertools.chain([first], lines), separator, source)
    names = reader.record() or []
    records = reader.records(len(names))
    return Table(source, names, records, separator, mark + reader.text(), reader.text)
