"""Tables: a CSV read strictly, with the line number of whatever is wrong in it."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from pyhelpers import KitError
from pyhelpers.csvio.delimiter import delimiter_of
from pyhelpers.csvio.records import BYTE_ORDER_MARK, RecordReader, decoded_lines, header_line
from pyhelpers.csvio.sources import display_name, open_source

NAMED = 50  # columns in a message
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
        if column not in self._positions:
            have = listed(self.names)
            raise KitError(f"{self.source}: no column {column!r}; the columns are: {have}")
        return self._positions[column]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {name: at for at, name in reversed([*enumerate(self.names)])}


def listed(names: list[str]) -> str:
    """Return names with commas, the first fifty of many.

    Examples
    --------
    >>> listed(["a", "b"])
    'a, b'
    """
    return ", ".join(names[:NAMED]) + (" ..." if len(names) > NAMED else "")


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


def table_of(
    stream: BinaryIO,
    source: str,
    delimiter: str | None = None,
    encoding: str = "utf-8",
    bad: list[int] | None = None,
) -> Table:
    """Return the `Table` in an open stream; `source` names it. Raises as `read_table` does.

    Parameters
    ----------
    bad : list of int, optional
        Takes the lines of bad records, which are passed over; without it they are errors.
    """
    lines = decoded_lines(stream, source, encoding)
    first = header_line(lines, source)
    mark = BYTE_ORDER_MARK if first.startswith(BYTE_ORDER_MARK) else ""
    first = first.removeprefix(mark)
    separator = delimiter or delimiter_of(source, first)
    reader = RecordReader(itertools.chain([first], lines), separator, source, bad=bad)
    names = reader.header()
    head = mark + reader.text()
    return Table(source, names, reader.records(len(names)), separator, head, reader.text)
