"""Arrays of columns, block by block, in memory or in a file."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


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
        self.rows = 0
        self._left = limit
        self._file: Any = None

    def append(self, arrays: list[Any]) -> None:
        """Add a block: one array per column, all of one length."""
        if not len(arrays[0]):
            return
        self.rows += len(arrays[0])
        self._left -= sum(values.nbytes for values in arrays)
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
