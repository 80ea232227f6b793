"""Parse blocks of whole records with pandas or numpy, where their answer is certain.

A block is certified when its separators alone prove that each line is a record of full width and
that every quote opens or closes a field. Certified blocks may be parsed by any fast parser; every
other block goes through Python's csv reader.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers.csvio.columns import Texts
from pyhelpers.csvio.dialect import LF, QUOTE, Dialect
from pyhelpers.csvio.record_ends import Buffer
from pyhelpers.csvio.table import MISSING

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from pyhelpers.csvio.columns import ColumnChunk

LONGEST_FIELD = 64  # bytes of a field in a regular block


def _separators(text: Buffer, delimiter: str) -> Buffer:
    keep = f'{delimiter}\n\r"\0'.encode()
    return text.translate(None, bytes(byte for byte in range(256) if byte not in keep))


def is_certified(block: Buffer, delimiter: str, width: int) -> bool:
    """Return whether each record of a block of whole records has full width and proper quotes."""
    outside = block
    if b'"' in block:
        if not _well_quoted(block, delimiter):
            return False
        outside = b"".join(block.split(b'"')[0::2])
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


def counts_fit(block: Buffer, records: int, delimiter: str, width: int) -> bool:
    """Return whether a plain block has the separators of `records` records of full width.

    That is enough where the parser has refused records that are too wide: none is too narrow then.
    """
    import numpy as np

    data = np.frombuffer(block, dtype=np.uint8)
    delimiters = np.count_nonzero(data == ord(delimiter))
    newlines = np.count_nonzero(data == ord("\n"))
    return bool(newlines == records and delimiters == records * (width - 1))


def is_plain(block: Buffer, delimiter: str, width: int) -> bool:
    """Return whether a block has no quotes, no carriage returns, and a first record that fits.

    A parser without a header takes the width from the first record.
    """
    if b'"' in block or b"\r" in block or b"\0" in block or width == 1:
        return False
    first = block[: block.find(b"\n")]
    return first.count(delimiter.encode()) == width - 1


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
    """

    dialect: Dialect
    width: int
    positions: list[int]
    texts: frozenset[int]

    def __call__(self, block: Buffer) -> "list[ColumnChunk] | None":
        """Return a block's columns; None where pandas' parser could err."""
        if not block.isascii():
            try:
                block = block.decode(self.dialect.encoding).encode()
            except UnicodeDecodeError:
                return None
        delimiter, width = self.dialect.delimiter, self.width
        whole = len(set(self.positions)) == width and is_plain(block, delimiter, width)
        if not whole and not is_certified(block, delimiter, width):
            return None
        try:
            frame = self._frame(block, self.texts)
            truths = {i for i in self.positions if frame[i].dtype.kind == "b"}
            if whole and not counts_fit(block, len(frame), delimiter, width):
                return None
            if truths:  # the words themselves are wanted
                frame = self._frame(block, self.texts | truths)
        except ValueError:  # pandas' ParserError is one
            return None
        return [_column(frame[i]) for i in self.positions]

    def _frame(self, block: Buffer, texts: frozenset[int]) -> Any:
        import pandas as pd

        chosen = sorted(set(self.positions))
        names = range(self.width)
        return pd.read_csv(
            io.BytesIO(block),
            header=None,
            names=names,
            usecols=chosen if len(chosen) < len(names) else None,
            dtype=dict.fromkeys(texts, object),
            sep=self.dialect.delimiter,
            na_values=list(MISSING),
            keep_default_na=False,
            index_col=False,
            low_memory=False,
            engine="c",
        )


def _column(series: Any) -> "ColumnChunk":
    import numpy as np

    numeric = series.dtype.kind in "fiu"
    # Whole numbers beyond 64 bits come as Python's own.
    if numeric or (series.dtype == object and any(type(v) is int for v in series)):
        numbers: NDArray[float64] = series.to_numpy(dtype=np.float64)
        return numbers
    return Texts(series)


def _field_ends(data: bytes, dialect: Dialect, width: int) -> Any:
    """Return where fields end, shape (records, width); None where the data is not regular."""
    import numpy as np

    octets = np.frombuffer(data, np.uint8)
    mark = dialect.delimiter.encode()
    ends = np.flatnonzero((octets == mark[0]) | (octets == LF))
    if len(ends) % width or data.count(b"\n") * width != len(ends):
        return None
    ends_of = ends.reshape(-1, width)
    return ends_of if (octets[ends_of[:, -1]] == LF).all() else None


def _texts(data: bytes, starts: Any, ends: Any) -> Any:
    """Return fields as an array of byte strings; None where one is too long."""
    import numpy as np

    lengths = ends - starts
    longest = max(1, int(lengths.max()))
    if longest > LONGEST_FIELD:
        return None
    octets = np.frombuffer(data + bytes(longest), np.uint8)
    taken = np.lib.stride_tricks.sliding_window_view(octets, longest)[starts]
    taken[np.arange(longest) >= lengths[:, None]] = 0
    return taken.view(f"S{longest}").ravel()


def _numbers(texts: Any) -> Any:
    """Return byte strings as numbers, NaN where there is none; None where one is something else."""
    import numpy as np

    empty = texts == b""
    if empty.any():
        texts = np.where(empty, b"nan", texts)
    try:
        numbers = texts.astype(float)
    except ValueError:
        return None
    odd = (np.isnan(numbers) != empty).any() or np.isinf(numbers).any()
    return None if odd or b"_" in texts.tobytes() else numbers


def _decoded(texts: Any) -> Any:
    import numpy as np

    known, where = np.unique(texts, return_inverse=True)
    return np.array([text.decode() for text in known.tolist()], dtype=object)[where]


def regular_columns(
    data: bytes, dialect: Dialect, width: int, positions: Sequence[int], numeric: Sequence[bool]
) -> list[Any] | None:
    """Return columns of a block of whole records, without pandas.

    Parameters
    ----------
    width : int
        The number of columns in the file.
    positions : sequence of int
        The columns wanted.
    numeric : sequence of bool
        Whether each of them is one of numbers.

    Returns
    -------
    list of numpy.ndarray or None
        Numbers with NaN for missing values, or texts as they are. None where the block is not
        regular (quotes, blank lines, lone carriage returns, words in a column of numbers): the
        strict reader then finds out what is wrong.
    """
    regular = b'"' not in data and b"\0" not in data and len(dialect.delimiter.encode()) == 1
    returns = data.count(b"\r")
    if not regular or (returns and not returns == data.count(b"\r\n") == data.count(b"\n")):
        return None
    field_ends = _field_ends(data, dialect, width)
    if field_ends is None:
        return None
    columns = []
    for at, is_numeric in zip(positions, numeric, strict=True):
        starts = field_ends[:, at - 1] + 1 if at else _line_starts(field_ends)
        ends = field_ends[:, at] - (1 if at == width - 1 and returns else 0)
        texts = _texts(data, starts, ends)
        if texts is None or (width == 1 and (ends == starts).any()):
            return None
        columns.append(_numbers(texts) if is_numeric else _decoded(texts))
        if columns[-1] is None:
            return None
    return columns


def _line_starts(ends_of: Any) -> Any:
    import numpy as np

    return np.concatenate(([0], ends_of[:-1, -1] + 1))
