"""Parse blocks of whole records with pandas, where its answer is certain.

A block is certified when its separators alone prove that each line is a record of full width and
that every quote opens or closes a field. Certified blocks may be parsed by any fast parser; every
other block goes through Python's csv reader.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyhelpers.csvio.cells import COUNTRY_CODES, EXACT, CellFormat
from pyhelpers.csvio.columns import NAN, coded_texts
from pyhelpers.csvio.dialect import LF, QUOTE, Dialect
from pyhelpers.csvio.record_ends import Buffer

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from pyhelpers.csvio.columns import ColumnChunk

PIECE = 1 << 18  # bytes compared at once: they stay in the core's cache
LOOKED_AT = 100  # texts by which a column of country codes is judged


def _separators(text: Buffer, delimiter: str) -> Buffer:
    keep = f'{delimiter}\n\r"\0'.encode()
    return text.translate(None, bytes(byte for byte in range(256) if byte not in keep))


def is_certified(block: Buffer, dialect: Dialect, width: int) -> bool:
    """Return whether each record of a block of whole records has full width and proper quotes."""
    outside, delimiter = block, dialect.delimiter
    if b'"' in block:
        if not _well_quoted(block, delimiter):
            return False
        outside = b"".join(block.split(b'"')[0::2])
        if not dialect.quoting and outside.count(b"\n") != block.count(b"\n"):
            return False  # a quoted field with a line end, where each line is a record
    if _has_comments(block, dialect):
        return False
    seps = _separators(outside, delimiter)
    delimiters = delimiter.encode() * (width - 1)
    if not delimiters:
        # A blank line is not a record, and not visible among the separators.
        return not any(
            b in block for b in (b"\n\n", b"\n\r", b"\r\r", b"\n ", b"\n\t", b"\0")
        ) and (not block[:1].isspace() and seps.replace(b"\r", b"").strip(b"\n") == b"")
    for end in (b"\n", b"\r\n"):
        record = delimiters + end
        if len(seps) % len(record) == 0 and seps == record * (len(seps) // len(record)):
            return True
    return False


def counts_fit(block: Buffer, records: int, delimiter: str, width: int, full: bool) -> bool:
    """Return whether a plain block has the separators of `records` records of full width.

    That is enough where the parser has refused records that are too wide: none is too narrow then.
    If the last column is `full`, with a value in each record, only lines need to be counted.
    """
    from pyhelpers.csvio.record_ends_numpy import byte_count

    return byte_count(block, len(block), LF) == records and (
        full or byte_count(block, len(block), ord(delimiter)) == records * (width - 1)
    )


def is_plain(block: Buffer, dialect: Dialect, width: int) -> bool:
    """Return whether a block has no quotes, carriage returns or comments, and a first record fits.

    A parser without a header takes the width from the first record.
    """
    if b'"' in block or b"\r" in block or b"\0" in block or width == 1:
        return False
    first = block[: block.find(b"\n")]
    fits = first.count(dialect.delimiter.encode()) == width - 1
    return fits and not _has_comments(block, dialect)


def _has_comments(block: Buffer, dialect: Dialect) -> bool:
    """Return whether a line of a block is a comment."""
    mark = dialect.comment.encode()
    return bool(mark) and (block.startswith(mark) or b"\n" + mark in block)


def _well_quoted(block: Buffer, delimiter: str) -> bool:
    """Return whether each quote opens at the start of a field or closes at the end of one."""
    import numpy as np

    data = np.frombuffer(block, dtype=np.uint8)
    quotes = np.flatnonzero(data == QUOTE)
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    ends = list(f'{delimiter}\n\r"'.encode())
    before = np.isin(data[np.maximum(opening - 1, 0)], [*ends]) | (opening == 0)
    doubled = data[np.maximum(opening - 1, 0)] == ord('"')
    # A quote may open right after another only where that one closed: a doubled quote.
    adjacent = np.concatenate([[False], opening[1:] - 1 == closing[: len(opening) - 1]])
    after = np.isin(data[closing + 1], ends)
    return bool(np.all(before & (~doubled | adjacent)) and np.all(after))


@dataclass(frozen=True)
class BlockParser:
    """Parses blocks of one file.

    Attributes
    ----------
    width : int
        The number of columns in the file.
    positions : list of int
        The columns wanted.
    texts : frozenset of int
        Columns to take as text, whatever they hold.
    cells : dict of int and CellFormat
        How the cells of each wanted column are written.
    kinds : dict of int and str
        The types that a person gives columns; "" for none.
    """

    dialect: Dialect
    width: int
    positions: list[int]
    texts: frozenset[int]
    cells: dict[int, CellFormat]
    kinds: dict[int, str]
    _identifiers: set[int] = field(default_factory=set)  # columns that had some
    _countries: set[int] = field(default_factory=set)  # columns where NA was Namibia

    def __call__(self, block: Buffer) -> "list[ColumnChunk] | None":
        """Return a block's columns; None where pandas' parser could err."""
        if not block.isascii():
            try:
                block = block.decode(self.dialect.encoding).encode()
            except UnicodeDecodeError:
                return None
        dialect, width = self.dialect, self.width
        whole = len(set(self.positions)) == width and is_plain(block, dialect, width)
        if not whole and not is_certified(block, dialect, width):
            return None
        try:
            frame = self._frame(block)
            columns = {i: frame[i] for i in {*self.positions}}
            if whole and not self._counts_fit(block, columns[width - 1]):
                return None
            words = {i for i, series in columns.items() if series.dtype.kind == "b"}
            identifiers = self._with_identifiers(block, columns)
            countries = {i for i, series in columns.items() if self._maybe_countries(series, i)}
            if words or identifiers or countries:
                self._identifiers.update(identifiers)
                self._countries.update(countries)
                frame = self._frame(block, words)
                columns = {i: frame[i] for i in columns}
        except ValueError:  # pandas' ParserError is one
            return None
        return [self._column(columns[i], i) for i in self.positions]

    def _counts_fit(self, block: Buffer, last: Any) -> bool:
        """Return whether each record of a plain block has full width, by its last column."""
        position = self.width - 1
        # A record that is too narrow has an empty last field.
        full = "" in self.cells[position].missing and not last.hasnans
        return counts_fit(block, len(last), self.dialect.delimiter, self.width, full)

    def _frame(self, block: Buffer, words: Iterable[int] = ()) -> Any:
        """Parse a block; take `words`, too, as text."""
        import pandas as pd

        chosen = sorted(set(self.positions))
        names = range(self.width)
        formatted = [i for i, cells in self.cells.items() if not cells.is_plain]
        texts = {*self.texts, *self._identifiers, *formatted, *words}
        missing: Any = list(next(iter(self.cells.values())).missing)
        if self._countries:  # one set for each column takes half as long again
            namibia = [text for text in missing if text != "NA"]
            missing = {i: namibia if i in self._countries else missing for i in chosen}
        return pd.read_csv(
            io.BytesIO(block),
            header=None,
            names=names,
            usecols=chosen if len(chosen) < len(names) else None,
            dtype=dict.fromkeys(texts, object),
            sep=self.dialect.delimiter,
            na_values=missing,
            keep_default_na=False,
            index_col=False,
            low_memory=False,
            engine="c",
        )

    def _with_identifiers(self, block: Buffer, columns: dict[int, Any]) -> set[int]:
        """Return the columns of numbers that may be identifiers."""
        found = {i for i, series in columns.items() if _beyond_double(series)}
        delimiter = self.dialect.delimiter
        suspects = padded_columns(block, delimiter, self.width)
        signed = b"+" in block and (b"\n+" in block or f"{delimiter}+".encode() in block)
        if signed:  # perhaps telephone numbers
            suspects = set(range(self.width))
        found |= {i for i in suspects & columns.keys() if columns[i].dtype.kind in "fiu"}
        return {i for i in found if not self.kinds[i]}

    def _maybe_countries(self, series: Any, position: int) -> bool:
        """Return whether a column of texts with missing values may be one of country codes."""
        if series.dtype.kind in "fiub" or position in self._countries:
            return False
        if "NA" not in self.cells[position].missing:
            return False
        first = [text for text in series.iloc[:LOOKED_AT].tolist() if isinstance(text, str)]
        return COUNTRY_CODES.issuperset(first) and bool(series.hasnans)

    def _column(self, series: Any, position: int) -> "ColumnChunk":
        import numpy as np

        if series.dtype.kind in "fiu" or _has_large_integers(series):
            numbers: NDArray[float64] = series.to_numpy(dtype=np.float64)
            return numbers
        codes, known = series.factorize()  # half the time of a Counter; a missing value is -1
        cells = self.cells[position]
        texts = coded_texts([*known.tolist(), NAN], codes, cells, self.kinds[position] or None)
        if position not in self.texts and texts.kind != "text":  # as text to see its spelling
            values = _numbers_of(texts.counts, cells)
            if values is not None:
                return np.array([values.get(text, NAN) for text in texts], np.float64)
        return texts


def _numbers_of(texts: Iterable[Any], cells: CellFormat) -> dict[Any, float] | None:
    """Return the number of each text, NaN of a missing one; None if one is not a number."""
    numbers: dict[Any, float] = {}
    for text in texts:
        number = cells.number(text) if isinstance(text, str) else float("nan")
        if number is None:
            return None
        numbers[text] = number
    return numbers


def _beyond_double(series: Any) -> bool:
    """Return whether a column of numbers has a whole one that no double is, or an infinite one."""
    import numpy as np

    if series.dtype.kind == "f":
        return bool(np.isinf(series.to_numpy()).any())
    if series.dtype.kind in "iu" and len(series):
        values = series.to_numpy()
        return max(int(values.max()), -int(values.min())) > EXACT
    return _has_large_integers(series)


def _has_large_integers(series: Any) -> bool:
    """Return whether a column has whole numbers beyond 64 bits: they come as Python's own."""
    from pandas.api.types import infer_dtype

    if series.dtype != object or infer_dtype(series) in ("string", "empty"):
        return False  # without a loop in Python
    return any(type(value) is int for value in series)


def padded_columns(block: Buffer, delimiter: str, width: int) -> set[int]:
    """Return columns in which a field starts with a zero and another digit; all if unsure.

    >>> padded_columns(b"1,0.5,007\\n2,0,010\\n", ",", 3)
    {2}
    """
    import numpy as np

    data = np.frombuffer(block, np.uint8)
    before = {delimiter.encode(), b"\n"} | ({b'"'} if b'"' in block else set())
    marks = [int.from_bytes(byte + b"0", "little") for byte in sorted(before)]
    found = [np.zeros(int(block[:1] == b"0"), np.int64)]
    for shift in (0, 1):  # two bytes at once, from even and from odd places
        pairs = np.frombuffer(block, "<u2", (len(block) - shift) // 2, shift)
        for start in range(0, len(pairs), PIECE // 2):
            piece = pairs[start : start + PIECE // 2]
            marked = piece == marks[0]
            for mark in marks[1:]:
                marked |= piece == mark
            found.append((np.flatnonzero(marked) + start) * 2 + shift + 1)
    zeros = np.concatenate(found)
    zeros = zeros[zeros < len(data) - 1]
    zeros = zeros[(data[zeros + 1] - ord("0")) < 10]
    if not zeros.size:
        return set()
    if b'"' in block:
        return set(range(width))
    ends = np.flatnonzero((data == ord(delimiter)) | (data == LF))
    return set((np.searchsorted(ends, zeros) % width).tolist())
