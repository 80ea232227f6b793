"""Read the columns of a CSV for training: numbers and dates as floats, texts as codes."""

import csv
import io
import re
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, BinaryIO

from pyhelpers import KitError
from pyhelpers.csvio.block_parsers import is_certified, padded_columns
from pyhelpers.csvio.blocks import Block, EndlessRecordError, Prefixed, whole_blocks
from pyhelpers.csvio.dialect import split_line
from pyhelpers.csvio.encoding import decoded_lines
from pyhelpers.csvio.layout import Layout, layout_of, notes_on
from pyhelpers.csvio.reading import Reading
from pyhelpers.csvio.record_ends import endless_record
from pyhelpers.csvio.records import RecordReader
from pyhelpers.model.column_store import ColumnStore
from pyhelpers.model.column_types import Column
from pyhelpers.model.schema import LARGEST_FLOAT
from pyhelpers.model.values import MOST_DIGITS

HEAD = 1 << 20  # bytes from which the columns' types are guessed, to be checked by all values
SMALL = 4 << 20  # bytes below which importing pandas costs more than it saves
BLOCK = 4 << 20
PADDED = re.compile(r"\n[ \t]*0\d")
NONE = "None"  # in a column of texts, a value like any other unless --missing names it


class TrainingCsv:
    """A CSV opened for training: its names at once, its columns when `read` is called.

    Parameters
    ----------
    stream : binary file
        Opened and decompressed.
    source : str
        Its name, for messages.
    again : function, optional
        Opens the same bytes again; without it the stream must be one that can be rewound.

    Attributes
    ----------
    whole : bool
        Whether the sample is all records.
    kinds : dict of str
        "text" of a column of texts where the file's format has types.
    remarks : list of str
        What a person should know of what was read.
    """

    kinds: dict[str, str] = {}
    remarks: Sequence[str] = ()

    def __init__(
        self,
        stream: BinaryIO,
        source: str,
        delimiter: str | None = None,
        advance: Callable[[int], object] = lambda step: None,
        again: Callable[[], BinaryIO] | None = None,
    ) -> None:
        self._again = again or (lambda: _rewound(stream))
        head = stream.read(SMALL)
        self.small = len(head) < SMALL
        self.layout: Layout = layout_of(head, source, Reading(delimiter))
        notes_on(self.layout, head, Reading(delimiter), False)  # refuses lines before the header
        self.source, self.names = source, self.layout.names
        shared = [name for name, count in Counter(self.names).items() if count > 1]
        if shared:
            raise KitError(f"{source}: two columns have the same name {shared[0]!r}; rename one")
        body = head[self.layout.bytes :]
        self.whole = self.small and len(body) <= HEAD
        self.sample = self._records(body[:HEAD], self.whole)
        advance(len(head))
        self._stream: Any = io.BytesIO(body)
        if not self.small:
            self._stream = Prefixed(body, Prefixed(b"", stream, advance))

    def _records(self, body: bytes, complete: bool) -> list[list[str]]:
        """Return the whole records at the start, as a tolerant reader has them."""
        text = body.decode(self.layout.dialect.encoding, "replace")
        lines, delimiter = io.StringIO(text, newline=""), self.layout.delimiter
        width = len(self.names)
        if not self.layout.dialect.quoting:
            rows = [split_line(line, delimiter, width) for line in lines]
            return [row for row in rows[: None if complete else -1] if len(row) == width]
        reader = csv.reader(lines, delimiter=delimiter)
        try:
            found = list(reader)
        except csv.Error:  # the strict reader names it
            return []
        return [record for record in found[: None if complete else -1] if len(record) == width]

    def index(self, column: str) -> int:
        """Return a column's position; a KitError lists the columns when it is missing."""
        return self.layout.index(column)

    def rewind(self) -> None:
        """Begin again, behind the header."""
        stream = self._again()
        stream.read(self.layout.bytes)
        self._stream = Prefixed(b"", stream)

    def read(self, columns: Sequence[Column], limit: int) -> ColumnStore:
        """Read columns into a store that holds at most `limit` bytes in memory."""
        store = ColumnStore(limit)
        for arrays in self.checked_arrays(columns):
            store.append(arrays)
        if not store.rows:
            raise KitError(f"{self.source}: has a header but no records; add records")
        return store

    def checked_arrays(self, columns: Sequence[Column]) -> Iterator[list[Any]]:
        """Yield columns block by block; a KitError for a number that is too large."""
        rows = 0
        for arrays in self._arrays(columns):
            _refuse_large(self.source, columns, arrays, rows)
            rows += len(arrays[0])
            yield arrays

    def _arrays(self, columns: Sequence[Column]) -> Iterator[list[Any]]:
        first = self.layout.lines + 1
        if self.small or not self.layout.dialect.bytewise:
            yield from self._strict(self._stream, first, columns)
            return
        try:
            dialect = self.layout.dialect
            for block in whole_blocks(self._stream, dialect, first, b"\n", BLOCK):
                yield from self._block(block, columns)
        except EndlessRecordError as error:
            raise KitError(f"{self.source}: {endless_record(error.line)}") from None

    def _block(self, block: Block, columns: Sequence[Column]) -> Iterator[list[Any]]:
        data, width = bytes(block.data), len(self.names)
        if is_certified(data, self.layout.dialect, width):
            try:
                yield _with_pandas(data, self.layout, columns)
                return
            except ValueError:  # pandas' ParserError is one
                pass
        yield from self._strict(io.BytesIO(data), block.line, columns)

    def _strict(self, stream: Any, line: int, columns: Sequence[Column]) -> Iterator[list[Any]]:
        """Yield columns by Python's csv reader, which names the place of an error."""
        dialect = self.layout.dialect
        buffered = io.BufferedReader(stream) if isinstance(stream, io.RawIOBase) else stream
        lines = decoded_lines(buffered, self.source, dialect.encoding, (None, line - 1))
        reader = RecordReader(lines, dialect, self.source, line - 1)
        for fields in reader.columns(len(self.names)):
            yield [array_of(column, fields[column.position]) for column in columns]


def _rewound(stream: BinaryIO) -> BinaryIO:
    stream.seek(0)
    return stream


def array_of(column: Column, texts: Sequence[str]) -> Any:
    """Return a column's fields as an array: of float, or of codes."""
    import numpy as np

    if column.is_plain_number and not column.by_text:
        try:
            numbers = np.frombuffer(array("d", map(float, texts)))
            joined = "\n" + "\n".join(texts)
            column.by_text = bool(PADDED.search(joined)) or _long(numbers)
            if np.isfinite(numbers).all() and "_" not in joined and not column.by_text:
                return numbers
        except ValueError:
            pass
    counts = Counter(texts)
    known = list(counts)
    if column.kind == "category":
        values: Any = np.array(column.codes_of(known), np.int32)
    else:
        values = np.array(column.numbers_of(known, counts.values()))
    places = {text: at for at, text in enumerate(known)}
    return values[np.fromiter(map(places.__getitem__, texts), np.intp, len(texts))]


def _with_pandas(data: bytes, layout: Layout, columns: Sequence[Column]) -> list[Any]:
    """Return a certified block's columns by pandas' parser, which reads texts as codes."""
    import pandas as pd

    plain = {
        c.position
        for c in columns
        if c.kind == "number" and c.form == "plain" and not c.odd and not c.by_text
    }

    spelled = {c.position for c in columns if c.by_text}

    def parsed() -> Any:
        texts = {c.position: object if c.position in spelled else "category" for c in columns}
        return pd.read_csv(
            io.BytesIO(data),
            header=None,
            names=range(len(layout.names)),
            usecols=sorted(texts),
            dtype=texts | dict.fromkeys(plain, "float64"),
            sep=layout.delimiter,
            encoding=layout.dialect.encoding,
            na_values={c.position: sorted(c.missing) for c in columns if c.position in plain},
            keep_default_na=False,
            index_col=False,
            low_memory=False,
        )

    try:
        frame = parsed()
    except ValueError:  # a text among the numbers
        spelled |= plain
        plain.clear()
        frame = parsed()
    padded = padded_columns(data, layout.delimiter, len(layout.names)) if plain else set()
    unsure = [c for c in columns if not c.by_text and _may_be_codes(frame[c.position], padded)]
    if unsure:
        for column in unsure:
            column.by_text = True
        spelled |= {column.position for column in unsure}
        plain -= spelled
        frame = parsed()
    return [_of_series(frame[column.position], column, plain) for column in columns]


def _may_be_codes(values: Any, padded: Collection[int]) -> bool:
    """Return whether numbers may be written otherwise: with leading zeros, or more digits.

    Pandas makes numbers of the different texts of a column, too, if they all are some.
    """
    if values.dtype == "category":
        return values.cat.categories.dtype.kind in "iufcb"
    return values.dtype == float and (values.name in padded or _long(values.to_numpy()))


def _long(numbers: Any) -> bool:
    """Return whether there are numbers of more digits than a float holds."""
    import numpy as np

    return bool((np.abs(numbers) >= 10**MOST_DIGITS).any())


def _of_series(series: Any, column: Column, plain: set[int]) -> Any:
    import numpy as np

    if column.position in plain:
        numbers = series.to_numpy()
        return np.where(np.isinf(numbers), np.nan, numbers) if np.isinf(numbers).any() else numbers
    series = series.astype("category")
    codes = series.cat.codes.to_numpy()
    known = series.cat.categories.tolist()
    if column.kind == "category":
        values: Any = np.array(column.codes_of(known), np.int32)
    else:
        counts = np.bincount(codes[codes >= 0], minlength=len(known)).tolist()
        values = np.array(column.numbers_of(known, counts))
    absent = np.nan if column.kind != "category" else -1
    return np.where(codes < 0, absent, values[codes]) if (codes < 0).any() else values[codes]


def _refuse_large(source: str, columns: Sequence[Column], arrays: list[Any], before: int) -> None:
    """Raise a KitError for a number that is too large to learn from, with its record."""
    import numpy as np

    for column, values in zip(columns, arrays, strict=True):
        if column.kind == "number":
            large = np.abs(values) > LARGEST_FLOAT
            if large.any():
                row = int(large.argmax())
                where = f"{source}: record {before + row + 1}, column {column.name!r}"
                what = f"{float(values[row])!r} is too large to learn from"
                raise KitError(f"{where}: {what}; fix or drop that row")
