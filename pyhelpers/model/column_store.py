"""Arrays of columns, block by block, in memory or in a file."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

PROGRAM = 250 << 20  # bytes of Python with the packages that train trees
RECORD = 50  # bytes of a record's target, parts and places
COPIES = 3  # of the matrix of trees that are in memory at once
NODE, TREES = 300, 100  # bytes of a forest's node in all its forms; trees of a forest


def store_share(limit: int) -> int:
    """Return how much of --memory the columns may take: half of what the program leaves."""
    return max(0, (limit - PROGRAM) // 2)


def records_that_fit(
    limit: int, store: "ColumnStore", width: int, model: str, leaf: int | None
) -> int:
    """Return from how many records trees can learn within --memory; at least 1,000.

    Measured on a million records of 20 columns: a tenth of --memory goes to the trees even where
    the program leaves less.

    Parameters
    ----------
    leaf : int or None
        Fewest records of a leaf of a forest, whose nodes take most of its memory.
    """
    share = 0.63 if model == "forest" else 1.0  # of the records in a bootstrap sample
    # A leaf has 1.4 times its fewest records on average; a tree has two nodes a leaf.
    nodes = TREES * 2 * share / (1.4 * leaf) if leaf else 0.0
    left = max(limit // 10, limit - PROGRAM - RECORD * store.rows - store.held)
    return max(1_000, int(left / (8 * width * COPIES + NODE * nodes)))


@dataclass(frozen=True)
class _Written:
    """An array that is kept in a file; a mapped one would count as memory once it was read."""

    file: Any
    dtype: Any
    offset: int
    count: int

    def __len__(self) -> int:
        return self.count

    def read(self) -> Any:
        """Return the array."""
        import numpy as np

        size = self.count * self.dtype.itemsize
        return np.frombuffer(os.pread(self.file.fileno(), size, self.offset), self.dtype)


def _values(stored: Any) -> Any:
    return stored.read() if isinstance(stored, _Written) else stored


class ColumnStore:
    """Arrays of columns, block by block; beyond a limit of memory they are kept in a file.

    Parameters
    ----------
    limit : int
        Bytes that are held in memory.
    """

    def __init__(self, limit: int) -> None:
        self.blocks: list[list[Any]] = []
        self.rows = self.held = 0  # records, and bytes in memory
        self._left = limit
        self._file: Any = None

    def append(self, arrays: list[Any]) -> None:
        """Add a block: one array per column, all of one length."""
        if not len(arrays[0]):
            return
        self.rows += len(arrays[0])
        size = sum(values.nbytes for values in arrays)
        self._left -= size
        self.held += size if self._left >= 0 else 0
        self.blocks.append([self._on_disk(a) for a in arrays] if self._left < 0 else arrays)

    def _on_disk(self, values: Any) -> "_Written":
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the store
        offset = self._file.seek(0, 2)
        values.tofile(self._file)
        self._file.flush()
        return _Written(self._file, values.dtype, offset, len(values))

    def column(self, at: int) -> Any:
        """Return a whole column."""
        import numpy as np

        if len(self.blocks) == 1:
            return _values(self.blocks[0][at])
        return np.concatenate([_values(block[at]) for block in self.blocks])

    def slices(self) -> Iterator[tuple[slice, list[Any]]]:
        """Yield each block with its place among the rows."""
        start = 0
        for block in self.blocks:
            stop = start + len(block[0])
            yield slice(start, stop), [_values(values) for values in block]
            start = stop
