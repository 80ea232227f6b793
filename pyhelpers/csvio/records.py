"""Read CSV records strictly, or single fields of records that are bytes; locate errors."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import BinaryIO, cast

from pyhelpers import KitError
from pyhelpers.csvio.dialect import Dialect

FIELD_LIMIT = 1 << 27  # characters of a field, bytes of a line: more is a quote left open
BYTE_ORDER_MARK = "\ufeff"
BATCH = 16_384  # records in one batch of columns
BATCH_FIELDS = 4_000_000
NAMED = 50  # columns in a message

Field = Callable[[bytes, int], bytes]


def located(source: str, line: int, column: str | None = None) -> str:
    """Return the position that an error message begins with.

    >>> located("a.csv", 3, "size")
    "a.csv: line 3, column 'size'"
    """
    return f"{source}: line {line}" + ("" if column is None else f", column {column!r}")


def no_column(source: str, column: str, names: list[str]) -> KitError:
    """Return the error for a column that does not exist; it lists those that do."""
    return KitError(f"{source}: no column {column!r}; the columns are: {listed(names)}")


def listed(names: list[str]) -> str:
    """Return names with commas, the first fifty of many.

    Examples
    --------
    >>> listed(["a", "b"])
    'a, b'
    """
    return ", ".join(names[:NAMED]) + (" ..." if len(names) > NAMED else "")


class _Counted(io.BufferedIOBase):
    """Bytes on their way to a decoder; counts them and their line feeds."""

    def __init__(self, stream: BinaryIO, source: str, offset: int, lines: int) -> None:
        self._stream, self._source = stream, source
        self.offset, self.lines, self._length = offset, lines, 0

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1, /) -> bytes:
        data = cast(io.BufferedReader, self._stream).read1(size)
        self.offset += len(data)
        feeds = data.count(b"\n")
        self.lines += feeds
        self._length = 0 if feeds or b"\r" in data else self._length + len(data)
        if self._length > FIELD_LIMIT:
            where = located(self._source, self.lines + 1)
            raise KitError(f"{where} is longer than {FIELD_LIMIT >> 20} MB; is this a CSV?")
        return data


def decoded_lines(
    stream: BinaryIO,
    source: str,
    encoding: str = "utf-8",
    start: tuple[int | None, int] = (0, 0),
    advice: str = "convert it with iconv",
) -> Iterator[str]:
    """Decode a stream line by line.

    Parameters
    ----------
    start : (int, int)
        Number of bytes, None where that is unknown, and of lines of the file before the stream.

    Raises
    ------
    KitError
        Naming line and offset of a byte that the encoding does not have; ends with `advice`.
    """
    before, line = start
    counted = _Counted(stream, source, before or 0, line)
    try:
        yield from io.TextIOWrapper(cast(BinaryIO, counted), encoding=encoding, newline="")
    except UnicodeDecodeError as error:
        after = error.object[error.start :]  # what was read last, from the bad byte on
        name = encoding.removesuffix("-sig")
        places = []
        if "\n".encode(name) == b"\n":  # else a line feed's byte may be part of another character
            bad_line = counted.lines - after.count(b"\n") + 1
            places.append(f"line {bad_line}")
        if before is not None:
            places.append(f"offset {counted.offset - len(after)}")
        what = f"byte 0x{after[0]:02x} is not {name.upper()}"
        raise KitError(f"{source}: {', '.join(places)}: {what}; {advice}") from None


class RecordReader:
    """Python's csv reader, strict, with one-line errors and the text of each record.

    Parameters
    ----------
    lines : iterable of str
        With their line ends.
    before : int
        Number of lines of the file before these.
    bad : list of int, optional
        Collects the lines of bad records, which are skipped; without it they are errors.
    advice : str
        Further advice at the end of an error message.
    """

    def __init__(
        self,
        lines: Iterable[str],
        delimiter: str,
        source: str,
        before: int = 0,
        bad: list[int] | None = None,
        advice: str = "",
    ) -> None:
        csv.field_size_limit(FIELD_LIMIT)
        self._taken: list[str] = []
        self._lines = self._tee(lines)
        self._delimiter, self._source = delimiter, source
        self._reader = csv.reader(self._lines, delimiter=delimiter, strict=True)
        self._before = self._ended = before
        self._lines_of_bad, self._advice = bad, advice

    def _tee(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            self._taken.append(line)
            yield line

    @property
    def line(self) -> int:
        """The line of the file that was read last."""
        return self._before + self._reader.line_num

    def text(self) -> str:
        """Return the text of the last record, unchanged, with the blank lines before it."""
        return "".join(self._taken)

    def header(self) -> list[str]:
        """Return the first record."""
        try:
            return next(self._reader, [])
        except csv.Error as error:
            raise self._broken(error) from None

    def records(self, width: int) -> Iterator[tuple[int, list[str]]]:
        """Yield line number and fields of each record that has `width` fields.

        Raises
        ------
        KitError
            For another number of fields or broken quotes, unless bad records are skipped.
        """
        self._taken.clear()
        self._ended = self.line
        while True:
            try:
                for fields in self._reader:
                    self._ended = self._before + self._reader.line_num
                    if len(fields) == width:
                        yield self._ended, fields
                        self._taken.clear()
                    elif fields:  # else a blank line, as csv and pandas skip it
                        self._bad(self._ended, self._wrong_width(len(fields), width))
                return
            except csv.Error as error:
                self._skip_rest_of_record()
                self._bad(self._ended + 1, self._broken(error))
                self._ended = self.line

    def _skip_rest_of_record(self) -> None:
        """Read on to where the broken record ends, as `record_ends` and a csv reader find it."""
        if self._lines_of_bad is None:
            return
        taken = len(self._taken)
        lenient = csv.reader(chain(self._taken[:], self._lines), delimiter=self._delimiter)
        with suppress(csv.Error):  # a field that is too long ends here, too
            while lenient.line_num < taken:
                next(lenient, None)
        self._before += lenient.line_num - taken

    def columns(self, width: int) -> Iterator[list[tuple[str, ...]]]:
        """Yield the columns of some records at a time. Raises as `records` does."""
        records = self.records(width)
        size = max(1, min(BATCH, BATCH_FIELDS // width))
        while batch := [fields for _, fields in islice(records, size)]:
            yield list(zip(*batch, strict=True))

    def _bad(self, line: int, error: KitError) -> None:
        if self._lines_of_bad is None:
            raise error from None
        self._lines_of_bad.append(line)
        self._taken.clear()

    def _wrong_width(self, found: int, width: int) -> KitError:
        fields = "1 field" if found == 1 else f"{found} fields"
        what = f"{fields} where the header has {width}"
        where = located(self._source, self._ended)
        return KitError(f"{where}: {what}; fix that record{self._advice}")

    def _broken(self, error: csv.Error) -> KitError:
        where = f"{self._source}: the record that starts on line {self._ended + 1}"
        return KitError(f"{where}: {error}; fix its quotes{self._advice}")


def split_record(record: bytes, dialect: Dialect) -> list[str]:
    """Return the fields of a record.

    >>> split_record(b'a,"b ""c"", d"\\r\\n', Dialect(",", True))
    ['a', 'b "c", d']
    """
    text = record.decode("utf-8", "surrogateescape")
    if not dialect.quoting or '"' not in text:
        return text.rstrip("\r\n").split(dialect.delimiter)
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
