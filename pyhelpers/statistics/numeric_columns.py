"""Numeric columns of a table: blocks as arrays, which columns are numeric, random rows."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyhelpers import KitError
from pyhelpers.csvio.columns import Texts
from pyhelpers.csvio.scan import Scan

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from pyhelpers.csvio.columns import ColumnChunk

NAN = float("nan")


def numbers_of(part: "ColumnChunk") -> "NDArray[float64]":
    """Return a block's column as numbers, NaN where a value is missing or a text."""
    import numpy as np

    if not isinstance(part, Texts):
        return np.asarray(part)
    if part.kind in ("text", "date"):
        return np.full(len(part), NAN)
    numbers = {text: part.number(text) for text in part.counts if not part.is_missing(text)}
    found = (numbers.get(text) for text in part)
    return np.array([NAN if number is None else number for number in found])


class NumericColumns:
    """Count numbers and texts of columns: a column is numeric if most of its values are numbers.

    Attributes
    ----------
    numbers, texts : list of int
        How many values of each column are numbers, and how many are neither numbers nor missing.
    """

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.numbers = [0] * len(names)
        self.texts = [0] * len(names)

    def take(self, position: int, part: "ColumnChunk") -> "NDArray[float64]":
        """Count a block of a column; return it as numbers."""
        import numpy as np

        values = numbers_of(part)
        count = int(np.count_nonzero(~np.isnan(values)))
        self.numbers[position] += count
        if isinstance(part, Texts):
            present = sum(n for text, n in part.counts.items() if not part.is_missing(text))
            self.texts[position] += present - count
        return values

    def is_numeric(self, position: int) -> bool:
        """Return whether most of a column's values are numbers."""
        return self.numbers[position] > self.texts[position]

    def positions(self, scan: Scan, named: list[str] | None) -> list[int]:
        """Return the positions of the numeric columns.

        Raises
        ------
        KitError
            When a column that a person named is not numeric, or no column is.
        """
        source = scan.layout.source
        if not scan.records:
            raise KitError(f"{source}: has a header and no records; nothing to compute")
        found = [i for i in range(len(self.names)) if self.is_numeric(i)]
        for i, name in enumerate(self.names):
            if named and not self.is_numeric(i):
                what = f"column {name!r} does not hold numbers"
                raise KitError(f"{source}: {what}; choose numeric columns with -c")
        if not found:
            raise KitError(f"{source}: no column holds numbers; see csv-stats describe")
        return found

    def unparsed(self) -> dict[str, int]:
        """Return how many values of each numeric column are texts, where there are any."""
        pairs = zip(self.names, self.texts, strict=True)
        return {name: n for i, (name, n) in enumerate(pairs) if n and self.is_numeric(i)}


def number_blocks(scan: Scan, numeric: NumericColumns) -> "Iterator[NDArray[float64]]":
    """Yield the columns that `numeric` counts as numbers, a block at a time, shape (n, columns)."""
    import numpy as np

    for parts in scan.chunks(numeric.names):
        yield np.column_stack([numeric.take(i, part) for i, part in enumerate(parts)])


def complete(block: "NDArray[float64]") -> "NDArray[float64]":
    """Return the records of a block, shape (n, columns), that have a finite number in each."""
    import numpy as np

    return block[np.isfinite(block).all(axis=1)]


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
