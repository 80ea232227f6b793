"""Blocks of whole records by pandas' C parser, or not at all."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers.csvio.block_validation import certified, counts_fit, is_plain
from pyhelpers.csvio.columns import Texts
from pyhelpers.csvio.layout import Layout
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
    layout : Layout
        Its names, delimiter and encoding count here.
    positions : list of int
        The columns wanted.
    texts : frozenset of int
        Those to be taken as text, whatever they hold.
    """

    layout: Layout
    positions: list[int]
    texts: frozenset[int]

    def __call__(self, block: bytes) -> "list[Part] | None":
        """Return a block's columns; None where pandas' parser may not be trusted with it."""
        if not block.isascii():
            try:
                block = block.decode(self.layout.encoding).encode()
            except UnicodeDecodeError:
                return None
        whole = len(set(self.positions)) == len(self.layout.names) and is_plain(block, self.layout)
        if not whole and not certified(block, self.layout):
            return None
        try:
            frame = self._frame(block, self.texts)
            truths = {i for i in self.positions if frame[i].dtype.kind == "b"}
            if whole and not counts_fit(block, len(frame), self.layout):
                return None
            if truths:  # the words themselves are wanted
                frame = self._frame(block, self.texts | truths)
        except ValueError:  # pandas' ParserError is one
            return None
        return [_column(frame[i]) for i in self.positions]

    def _frame(self, block: bytes, texts: frozenset[int]) -> Any:
        import pandas as pd

        chosen = sorted(set(self.positions))
        names = range(len(self.layout.names))
        return pd.read_csv(
            io.BytesIO(block),
            header=None,
            names=names,
            usecols=chosen if len(chosen) < len(names) else None,
            dtype=dict.fromkeys(texts, object),
            sep=self.layout.delimiter,
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
