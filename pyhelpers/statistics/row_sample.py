"""Random sample of a stream's rows, of bounded size (reservoir sampling)."""

from typing import TYPE_CHECKING

from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.numeric_columns import NumericColumns, complete, number_blocks

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray


class RowSample:
    """Keep at most `size` rows, each as likely as any other; all rows while there are no more.

    Every row draws a random key and the rows with the smallest keys are kept: a reservoir without
    a Python loop.

    Examples
    --------
    >>> import numpy as np
    >>> points = RowSample(3, seed=1)
    >>> points.add(np.arange(10.0).reshape(5, 2))
    >>> points.rows.shape, points.seen, points.whole
    ((3, 2), 5, False)
    """

    def __init__(self, size: int, seed: int = 0) -> None:
        import numpy as np

        self.size, self.seen = size, 0
        self._random = np.random.default_rng(seed)
        self._held: list[NDArray[float64]] = []
        self._waiting: list[NDArray[float64]] = []
        self._highest = 1.0

    def add(self, rows: "NDArray[float64]") -> None:
        """Take rows, shape (n, columns)."""
        self.seen += len(rows)
        keys = self._random.random(len(rows))
        if self._highest < 1:
            kept = keys < self._highest
            keys, rows = keys[kept], rows[kept]
        self._waiting.append(keys)
        self._held.append(rows)
        if sum(map(len, self._waiting)) >= 2 * self.size:
            self._settle()

    def _settle(self) -> None:
        import numpy as np

        keys, rows = np.concatenate(self._waiting), np.concatenate(self._held)
        if len(keys) > self.size:
            chosen = np.sort(np.argpartition(keys, self.size - 1)[: self.size])
            keys, rows = keys[chosen], rows[chosen]
            self._highest = float(keys.max())
        self._waiting, self._held = [keys], [rows]

    @property
    def rows(self) -> "NDArray[float64]":
        """The rows kept, in the order in which they came."""
        self._settle()
        return self._held[0]

    @property
    def whole(self) -> bool:
        """Whether every row was kept."""
        return self.seen <= self.size


def sample_rows(scan: Scan, names: list[str], size: int, seed: int) -> RowSample:
    """Return a sample of a table's complete records of numbers, shape (n, columns)."""
    numeric, points = NumericColumns(names), RowSample(size, seed)
    for block in number_blocks(scan, numeric):
        points.add(complete(block))
    numeric.positions(scan, names)
    return points
