"""Read CSV records strictly, or single fields of records that are bytes; locate errors."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain, dropwhile, islice

from pyhelpers import KitError
from pyhelpers.csvio.dialect import Dialect, is_record, split_line

FIELD_LIMIT = 1 << 27  # characters of a field, bytes of a line: more is a quote left open
BATCH = 16_384  # records in one batch of columns
BATCH_FIELDS = 4_000_000
NAMED = 50  # columns in a message
# What is wrong with quotes: words of the csv module, and ours.
QUOTE_ERRORS = (
    ("unexpected end", "a quote is never closed"),
    ("expected after", "text follows a closing quote"),
)

Field = Callable[[bytes, int], bytes]


def located(source: str, line: int, column: str | None = None) -> str:
    """Return the position that an error message begins with.

    >>> located("a.csv", 3, "size")
    "a.csv: line 3, column 'size'"
    """
    return f"{source}: line {line}" + ("" if column is None else f", column {column!r}")


def no_column(source: str, column: str, names: list[str]) -> KitError:
    """Return the error for a column that does not exist; it lists those that do."""
    where = f"{source}: " if source else ""
    return KitError(f"{where}no column {column!r}; the columns are: {listed(names)}")


def all_bad(source: str, count: int, error: KitError | None) -> KitError:
    """Return the error for a table whose records are all malformed."""
    what = "the only record is malformed" if count == 1 else f"all {count} records are malformed"
    if error is not None:
        what += f" ({str(error).removeprefix(f'{source}: ').partition(';')[0]})"
    return KitError(f"{source}: {what}; check the header, --delimiter and --skip-lines")


def listed(names: list[str]) -> str:
    """Return names with commas, the first fifty of many.

    Examples
    --------
    >>> listed(["a", "b"])
    'a, b'
    >>> listed(["a", " b"])
    "a, ' b'"
    """
    shown = [repr(name) if name != name.strip() or not name else name for name in names[:NAMED]]
    return ", ".join(shown) + (" ..." if len(names) > NAMED else "")


class _LineRecords:
    """Read each line as a record, as csv.reader reads records."""

    def __init__(self, lines: Iterable[str], delimiter: str) -> None:
        self._lines, self._delimiter = iter(lines), delimiter
        self.line_num = self.width = 0

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        line = next(self._lines)
        self.line_num += 1
        return split_line(line, self._delimiter, self.width)


def batch_size(width: int) -> int:
    """Return how many records of so many fields are taken at a time."""
    return max(1, min(BATCH, BATCH_FIELDS // width))


class RecordReader:
    """Python's csv reader, strict, with one-line errors and the text of each record.

    Where quoted fields hold no line ends each line is a record.

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

    Attributes
    ----------
    first_error : KitError or None
        What is wrong with the first record that was skipped.
    """

    def __init__(
        self,
        lines: Iterable[str],
        dialect: Dialect,
        source: str,
        before: int = 0,
        bad: list[int] | None = None,
        advice: str = "",
    ) -> None:
        csv.field_size_limit(FIELD_LIMIT)
        self._taken: list[str] = []
        self._lines = self._tee(lines)
        self._dialect, self._source = dialect, source
        self._lines_only = _LineRecords(self._lines, dialect.delimiter)
        self._reader = (
            csv.reader(self._lines, delimiter=dialect.delimiter, strict=True)
            if dialect.quoting
            else self._lines_only
        )
        self._before = self._ended = before
        self._lines_of_bad, self._advice = bad, advice
        self._in_record = False
        self.first_error: KitError | None = None

    def _tee(self, lines: Iterable[str]) -> Iterator[str]:
        comment = self._dialect.comment
        for line in lines:
            self._taken.append(line)
            if comment and not self._in_record and line.startswith(comment):
                self._before += 1
                continue
            self._in_record = True
            yield line

    @property
    def line(self) -> int:
        """The line of the file that was read last."""
        return self._before + self._reader.line_num

    def text(self) -> str:
        """Return the text of the last record, unchanged, with blank and comment lines before it."""
        return "".join(self._taken)

    def header(self) -> list[str]:
        """Return the first record."""
        try:
            fields = next(self._reader, [])
            self._in_record = False
            return fields
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
        self._lines_only.width = width
        while True:
            try:
                for fields in self._reader:
                    self._in_record = False
                    self._ended = self._before + self._reader.line_num
                    if len(fields) == width:
                        yield self._ended, fields
                        self._taken.clear()
                    elif fields:  # else a blank line, as csv and pandas skip it
                        self._bad(self._ended, self._wrong_width(len(fields), width))
                return
            except csv.Error as error:
                self._skip_rest_of_record()
                self._in_record = False
                self._bad(self._ended + 1, self._broken(error))
                self._ended = self.line

    def _skip_rest_of_record(self) -> None:
        """Read on to where the broken record ends, as `record_ends` and a csv reader find it."""
        if self._lines_of_bad is None:
            return
        comment = self._dialect.comment
        begun = [*dropwhile(lambda line: not is_record(line, comment), self._taken)]
        taken = len(begun)
        lenient = csv.reader(chain(begun, self._lines), delimiter=self._dialect.delimiter)
        with suppress(csv.Error):  # a field that is too long ends here, too
            while lenient.line_num < taken:
                next(lenient, None)
        self._before += lenient.line_num - taken

    def columns(self, width: int) -> Iterator[list[tuple[str, ...]]]:
        """Yield the columns of some records at a time. Raises as `records` does."""
        records, size = self.records(width), batch_size(width)
        while batch := [fields for _, fields in islice(records, size)]:
            yield list(zip(*batch, strict=True))

    def _bad(self, line: int, error: KitError) -> None:
        if self._lines_of_bad is None:
            raise error from None
        self.first_error = self.first_error or error
        self._lines_of_bad.append(line)
        self._taken.clear()

    def _wrong_width(self, found: int, width: int) -> KitError:
        fields = "1 field" if found == 1 else f"{found} fields"
        what = f"{fields} where the header has {width}"
        where = located(self._source, self._ended)
        fix = "fix that record"
        if self._advice and not self._dialect.quoting and any('"' in line for line in self._taken):
            fix += ", or pass --quote if its quotes hold line ends"
        return KitError(f"{where}: {what}; {fix}{self._advice}")

    def _broken(self, error: csv.Error) -> KitError:
        where = f"{self._source}: the record that starts on line {self._ended + 1}"
        what = next((said for sign, said in QUOTE_ERRORS if sign in str(error)), str(error))
        return KitError(f"{where}: {what}; fix its quotes{self._advice}")


def split_record(record: bytes, dialect: Dialect) -> list[str]:
    """Return the fields of a record.

    >>> split_record(b'a,"b ""c"", d"\\r\\n', Dialect(",", True))
    ['a', 'b "c", d']
    """
    text = record.decode("utf-8", "surrogateescape")
    if not dialect.quoting:
        return split_line(text, dialect.delimiter)
    if '"' not in text:
        return text.rstrip("\r\n").split(dialect.delimiter)
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
        if b'"' in record:
            fields = split_record(record, dialect)
            if position < len(fields):
                return fields[position].encode("utf-8", "surrogateescape")
        else:
            parts = record.rstrip(b"\r\n").split(delimiter, position + 1)
            if position < len(parts):
                return parts[position]
        raise KitError(f"row {number}: has no column {column!r}; fix that row")

    return field
