"""Numeric columns of a table: blocks as arrays, which columns are numeric, random rows."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyhelpers import KitError
from pyhelpers.csvio.cells import is_identifier, number_options
from pyhelpers.csvio.columns import Texts
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.value_counts import parse_date
from pyhelpers.text import counted

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray

    from pyhelpers.csvio.columns import ColumnChunk

NAN = float("nan")
MIXED = 0.1  # numbers per text from which a column of texts is mentioned


def not_counted(name: str, kind: str, count: int, example: str | None) -> str:
    """Say how many values of a column are not of its type; quote one, and how it would be a number.

    Examples
    --------
    >>> not_counted("price", "number", 2, "1,50")
    "price: 2 values are not numbers, such as '1,50' (pass --decimal , to read it)"
    """
    few = counted(count, f"value is not a {kind}", f"values are not {kind}s")
    if example is None:
        return f"{name}: {few}"
    options = number_options([example], name) if kind == "number" else ""
    return f"{name}: {few}, such as {example!r}" + (options and f" (pass {options} to read it)")


def infinite_left_out(name: str, count: int) -> str:
    """Say how many values of a column are infinite and therefore left out.

    Examples
    --------
    >>> infinite_left_out("price", 1)
    'price: 1 value is infinite and left out'
    """
    return f"{name}: {counted(count, 'value is', 'values are')} infinite and left out"


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
    numbers, texts, infinite : list of int
        How many values of each column are numbers, how many are neither numbers nor missing, and
        how many of the numbers are infinite.
    examples : list of str or None
        The first text of each column.
    identifiers : list of str or None
        The first number of each column that is an identifier and makes the column one of text.
    kinds : list of str
        The type of each column where it is known, see `Texts.kind`; else "".
    """

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.numbers = [0] * len(names)
        self.texts = [0] * len(names)
        self.infinite = [0] * len(names)
        self.examples: list[str | None] = [None] * len(names)
        self.identifiers: list[str | None] = [None] * len(names)
        self.kinds = [""] * len(names)

    def take(self, position: int, chunk: "ColumnChunk") -> "NDArray[float64]":
        """Count a block of a column; return it as numbers."""
        import numpy as np

        values = numbers_of(chunk)
        count = int(np.count_nonzero(~np.isnan(values)))
        self.numbers[position] += count
        self.infinite[position] += int(np.count_nonzero(np.isinf(values)))
        if isinstance(chunk, Texts):
            self.kinds[position] = self.kinds[position] or chunk.kind
            texts = [
                text
                for text, value in zip(chunk, values.tolist(), strict=True)
                if value != value and not chunk.is_missing(text)
            ]
            self.texts[position] += len(texts)
            if texts and self.examples[position] is None:
                self.examples[position] = texts[0]
            if chunk.kind == "text" and self.identifiers[position] is None:
                self.identifiers[position] = next(filter(is_identifier, texts), None)
        return values

    def is_numeric(self, position: int) -> bool:
        """Return whether most of a column's values are numbers, or a person says so."""
        if kind := self.kinds[position]:
            return kind == "number" and self.numbers[position] > 0
        return self.numbers[position] > self.texts[position]

    def positions(self, scan: Scan, named: list[str] | None) -> list[int]:
        """Return the positions of the numeric columns; add what is left out to the scan's remarks.

        Raises
        ------
        KitError
            When a column that a person named is not numeric, or no column is.
        """
        source = scan.layout.source
        if not scan.records:
            raise KitError(f"{source}: has a header and no records; nothing to compute")
        for i, name in enumerate(self.names):
            if scan.options.kind_of(name):
                self.identifiers[i] = None  # a person says what they are
        found = [i for i in range(len(self.names)) if self.is_numeric(i)]
        for i, name in enumerate(self.names):
            if named and not self.is_numeric(i):
                raise KitError(f"{source}: column {name!r} {self._instead(i)}")
        if not found:
            raise KitError(f"{source}: no column holds numbers; see csv-stats describe")
        scan.remarks += self.left_out()
        return found

    def _instead(self, position: int) -> str:
        """Say what a column that is not numeric holds, and what to do."""
        example = self.examples[position]
        if example is None:
            return "has no value; choose another column"
        if identifier := self.identifiers[position]:
            number = f"pass --type {self.names[position]}=number if they are numbers"
            return f"holds identifiers, such as {identifier!r}, which are text; {number}"
        if parse_date(example) is not None:
            return "holds dates, not numbers; use csv-stats line for values over dates"
        return f"does not hold numbers but texts such as {example!r}; choose another column"

    def left_out(self) -> list[str]:
        """Return sentences on the values that are left out of numeric columns, and of others."""
        said = []
        for i, name in enumerate(self.names):
            numbers, texts, infinite = self.numbers[i], self.texts[i], self.infinite[i]
            if self.is_numeric(i):
                said += [not_counted(name, "number", texts, self.examples[i])] if texts else []
                said += [infinite_left_out(name, infinite)] if infinite else []
            elif self.kinds[i] == "text":
                known = self.identifiers[i]
                hint = f" (pass --type {name}=number if they are numbers)" if known else ""
                shown = repr(known or self.examples[i])
                said.append(f"{name}: its values, such as {shown}, are text and left out{hint}")
            elif numbers > MIXED * texts:
                few = f"{numbers:,} of {numbers + texts:,} values are numbers"
                said.append(f"{name}: {few}; it is taken for text and left out")
        return said


def number_blocks(scan: Scan, numeric: NumericColumns) -> "Iterator[NDArray[float64]]":
    """Yield the columns that `numeric` counts as numbers, a block at a time, shape (n, columns)."""
    import numpy as np

    for parts in scan.chunks(numeric.names):
        yield np.column_stack([numeric.take(i, part) for i, part in enumerate(parts)])


def numeric_names(scan: Scan, names: list[str]) -> tuple[list[str], list[str]]:
    """Read a table; return which of its columns are numeric, and sentences on what is left out."""
    numeric = NumericColumns(names)
    for chunks in scan.chunks(names):
        for position, chunk in enumerate(chunks):
            numeric.take(position, chunk)
    return [names[i] for i in numeric.positions(scan, None)], scan.remarks


def complete(block: "NDArray[float64]") -> "NDArray[float64]":
    """Return the records of a block, shape (n, columns), that have a finite number in each."""
    import numpy as np

    return block[np.isfinite(block).all(axis=1)]


def check_complete(scan: Scan, names: list[str], count: int) -> None:
    """Add to the scan's remarks how many of its records are not complete; refuse if none is."""
    if not count:
        columns = ", ".join(names)
        raise KitError(f"{scan.layout.source}: no record has a finite number in all of {columns}")
    if count < scan.records:
        records = counted(scan.records - count, "record was", "records were")
        scan.remarks.append(f"{records} left out for a value that is missing, infinite or a text")


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

    def subset(self, size: int) -> "NDArray[int64]":
        """Return the positions of at most `size` of the rows kept, drawn at random, in order."""
        return random_subset(len(self.rows), size)

    @property
    def whole(self) -> bool:
        """Whether every row was kept."""
        return self.seen <= self.size


def random_subset(count: int, size: int, seed: int = 0) -> "NDArray[int64]":
    """Return at most `size` of the numbers 0 to count - 1, drawn at random, in order."""
    import numpy as np

    if count <= size:
        return np.arange(count)
    chosen: NDArray[int64] = np.random.default_rng(seed).choice(count, size, replace=False)
    return np.sort(chosen)


def sample_rows(scan: Scan, names: list[str], size: int, seed: int) -> RowSample:
    """Return a sample of a table's complete records of numbers, shape (n, columns)."""
    numeric, points = NumericColumns(names), RowSample(size, seed)
    for block in number_blocks(scan, numeric):
        points.add(complete(block))
    numeric.positions(scan, names)
    check_complete(scan, names, points.seen)
    return points
