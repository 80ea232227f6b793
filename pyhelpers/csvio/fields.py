"""Read single fields of records that are bytes."""

from collections.abc import Callable

from pyhelpers import KitError
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.layout import no_column

Field = Callable[[bytes, int], bytes]


def split_record(record: bytes, dialect: Dialect) -> list[str]:
    """Return the fields of a record.

    >>> split_record(b'a,"b ""c"", d"\\r\\n', Dialect(",", True))
    ['a', 'b "c", d']
    """
    text = record.decode("utf-8", "surrogateescape")
    if not dialect.quoting or '"' not in text:
        return text.rstrip("\r\n").split(dialect.delimiter)
    import csv
    import io

    csv.field_size_limit(1 << 30)
    return next(csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter), [])


def position_of(column: str, header: bytes, dialect: Dialect) -> int:
    """Return a column's position; without a header columns are named by number, from 1."""
    if not header:
        if not column.isdecimal() or not int(column):
            raise KitError(f"no column {column!r}; without a header columns are numbered from 1", 2)
        return int(column) - 1
    names = split_record(header, dialect)
    if column not in names:
        raise no_column("", column, names)
    return names.index(column)


def field_of(column: str, header: bytes, dialect: Dialect) -> Field:
    """Return a function that takes a record and its row number and returns the column's value."""
    position = position_of(column, header, dialect)
    delimiter = dialect.delimiter.encode()

    def field(record: bytes, number: int) -> bytes:
        if dialect.quoting and b'"' in record:
            fields = split_record(record, dialect)
            if position < len(fields):
                return fields[position].encode("utf-8", "surrogateescape")
        else:
            parts = record.rstrip(b"\r\n").split(delimiter, position + 1)
            if position < len(parts):
                return parts[position]
        raise KitError(f"row {number}: has no column {column!r}; fix that row")

    return field
