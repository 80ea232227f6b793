"""Read the training columns of a table, as numbers or as categories."""

from array import array
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pyhelpers import KitError
from pyhelpers.csvio.table import MISSING, Table
from pyhelpers.model.schema import Feature, number_of, quote

Kind = Literal["number", "category"]
MISSING_NUMBER = float("nan")
LARGEST = 1e100  # of a training value: a sum of its squares must not overflow


class TrainingColumn:
    """A column of the training data; its first value decides its kind, unless that is given."""

    def __init__(self, name: str, kind: Kind | None = None) -> None:
        self.name, self.kind = name, kind
        self.numbers: array[float] = array("d")
        self.texts: list[str | None] = []
        self._seen: dict[str, str] = {}
        self._leading = 0

    def add(self, text: str, source: str, line: int) -> None:
        """Add one field; a KitError names line and column of a text among numbers."""
        missing = text in MISSING
        if self.kind is None:
            if missing:
                self._leading += 1
                return
            self._decide("category" if number_of(text) is None else "number")
        if self.kind == "category":
            self.texts.append(None if missing else self._seen.setdefault(text, text))
            return
        number = MISSING_NUMBER if missing else number_of(text)
        if number is None:
            where = f"{source}: line {line}, column {self.name!r}"
            what = f"{quote(text)} is not a number"
            how = "fix or drop that row, or name the column in --categories"
            raise KitError(f"{where}: {what}; {how}")
        if abs(number) > LARGEST:
            where = f"{source}: line {line}, column {self.name!r}"
            raise KitError(f"{where}: {text} is too large to learn from; fix or drop that row")
        self.numbers.append(number)

    def _decide(self, kind: Kind) -> None:
        self.kind = kind
        self.texts.extend([None] * self._leading if kind == "category" else [])
        self.numbers.extend([MISSING_NUMBER] * self._leading if kind == "number" else [])

    def values(self) -> Any:
        """Return the column as an array: of float with NaN, or of objects with None."""
        import numpy as np

        if self.kind == "category":
            return np.array(self.texts, dtype=object)
        return np.frombuffer(self.numbers) if self.numbers else np.full(self._leading, np.nan)

    def left_out(self) -> str | None:
        """Return why the column cannot help a model; None when it can."""
        import numpy as np

        if self.kind == "category":
            counts = Counter(text for text in self.texts if text is not None)
            if len(counts) > max(20, len(self.texts) // 2):
                return "nearly every value is different"
            return "only one value" if len(counts) == 1 and None not in self.texts else None
        numbers = self.values()
        if np.isnan(numbers).all():
            return "no values"
        if len(numbers) > 2 and (np.diff(numbers) == 1).all():
            return "a row number"
        return "only one value" if (numbers == numbers[0]).all() else None


@dataclass
class TrainingColumns:
    """The columns that a model is trained on.

    Attributes
    ----------
    features : list of TrainingColumn
        In the table's order.
    target : TrainingColumn
        NaN or None where it is missing.
    left_out : dict of str to str
        Skipped columns, and why.
    lines : array of int
        The line of each record.
    """

    features: list[TrainingColumn]
    target: TrainingColumn
    left_out: dict[str, str]
    lines: "array[int]"

    def farthest(self, known: Any) -> tuple[int, str, float]:
        """Return line, column and value of the number farthest from its column's median.

        Distance is measured in median absolute deviations.

        Parameters
        ----------
        known : numpy.ndarray, shape (records,)
            Which records are used.
        """
        import numpy as np

        found = []
        for column in self.features:
            if column.kind == "number" and not np.isnan(column.values()[known]).all():
                values = np.where(known, column.values(), np.nan)
                away = np.abs(values - np.nanmedian(values))
                at = int(np.nanargmax(away))
                spread = max(float(np.nanmedian(away)), 1e-300)
                found.append((away[at] / spread, self.lines[at], column.name, float(values[at])))
        _, line, name, value = max(found)
        return line, name, value


def read_columns(
    table: Table,
    target: str,
    features: Sequence[str] | None = None,
    categories: Collection[str] = (),
) -> TrainingColumns:
    """Read the columns that training needs.

    Parameters
    ----------
    features : sequence of str, optional
        Columns to learn from; by default all but the target and those that cannot help (row
        numbers, only one value, nearly as many texts as records).
    categories : collection of str
        Columns of texts, even where they look like numbers.

    Raises
    ------
    KitError
        For a missing column, a text among numbers (file, line and column named), too few
        records.
    """
    goal, positions = wanted_positions(table, target, features, categories)
    columns = {
        position: TrainingColumn(name, "category" if name in categories else None)
        for position in (*positions, goal)
        for name in [table.names[position]]
    }
    lines = _fill(table, columns)
    used = [columns[position] for position in positions]
    reasons = {} if features else {column.name: column.left_out() for column in used}
    left_out = {name: why for name, why in reasons.items() if why}
    kept = [column for column in used if column.name not in left_out]
    if not kept:
        raise KitError(f"{table.source}: no column to learn from; name some with --features", 2)
    return TrainingColumns(kept, columns[goal], left_out, lines)


def wanted_positions(
    table: Table, target: str, features: Sequence[str] | None, categories: Collection[str]
) -> tuple[int, list[int]]:
    """Return the positions of the target and of the features."""
    goal = table.index(target)
    places = {name: at for at, name in reversed([*enumerate(table.names)])}  # the first of a name
    chosen = [places[n] if n in places else table.index(n) for n in features or table.names]
    if features and target in features:
        raise KitError(f"{target!r} is the target; leave it out of --features", 2)
    for name in categories:
        table.index(name)
    return goal, [position for position in dict.fromkeys(chosen) if position != goal]


def _fill(table: Table, columns: dict[int, TrainingColumn]) -> "array[int]":
    pairs = list(columns.items())
    lines: array[int] = array("q")
    for line, fields in table.records:
        lines.append(line)
        for position, column in pairs:
            column.add(fields[position], table.source, line)
    if not lines:
        raise KitError(f"{table.source}: has a header but no records; add records")
    return lines


def feature_of(column: TrainingColumn, values: Any) -> Feature:
    """Return the description of a column's training values that the card holds.

    Parameters
    ----------
    values : numpy.ndarray, shape (rows,)
        Of float with NaN, or of objects with None.
    """
    import numpy as np

    if column.kind == "category":
        present = Counter(value for value in values if value is not None)
        names = [name for name, _ in sorted(present.items(), key=lambda pair: (-pair[1], pair[0]))]
        missing = len(values) - present.total()
        return Feature(column.name, "category", missing, categories=names)
    missing = int(np.isnan(values).sum())
    if missing == len(values):
        return Feature(column.name, "number", missing)
    low, middle, high = np.nanquantile(values, [0, 0.5, 1]).tolist()
    return Feature(column.name, "number", missing, low, middle, high)
