"""Parse blocks of whole records with pandas' C parser, where its answer is certain."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers.csvio.block_validation import counts_fit, is_certified, is_plain
from pyhelpers.csvio.columns import Texts
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.record_ends import Buffer
from pyhelpers.csvio.table import MISSING

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from pyhelpers.csvio.columns import Part


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

    def __call__(self, block: Buffer) -> "list[Part] | None":
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


def _column(series: Any) -> "Part":
    import numpy as np

    numeric = series.dtype.kind in "fiu"
    # Whole numbers beyond 64 bits come as Python's own.
    if numeric or (series.dtype == object and any(type(v) is int for v in series)):
        numbers: NDArray[float64] = series.to_numpy(dtype=np.float64)
        return numbers
    return Texts(series)
