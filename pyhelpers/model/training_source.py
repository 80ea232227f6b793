"""Open a table for training by its content: a CSV, or a format that gives columns types."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

from pyhelpers.csvio.columns import Texts
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.layout import Layout
from pyhelpers.model.columns import Column, TrainingCsv, array_of
from pyhelpers.tables.csv_text import rows_of
from pyhelpers.tables.formats import TypedTable, open_typed

SAMPLE = 10_000  # records by which dates and categories are told apart


class TypedTraining(TrainingCsv):
    """A table of typed columns opened for training: numbers do not become texts on the way."""

    def __init__(self, table: TypedTable, advance: Callable[[int], object]) -> None:
        self._table, self._advance = table, advance
        self.source, self.names, self.kinds = table.source, table.names, table.kinds
        self.layout = Layout(table.source, Dialect(","), table.names, "")
        first: Any = next(table.chunks(self.names, frozenset(self.names), lambda step: None), [])
        self.sample = [list(row) for row in islice(rows_of(first), SAMPLE)]

    def _arrays(self, columns: Sequence[Column]) -> Iterator[list[Any]]:
        names = [column.name for column in columns]
        spelled = {c.name for c in columns if not c.is_plain_number}
        for chunks in self._table.chunks(names, spelled, self._advance):
            yield [_values(column, chunk) for column, chunk in zip(columns, chunks, strict=True)]


def _values(column: Column, chunk: Any) -> Any:
    """Return a block of a column as the store has it: floats, or codes of texts."""
    import numpy as np

    if isinstance(chunk, Texts):
        return array_of(column, [text if isinstance(text, str) else "" for text in chunk])
    numbers = np.asarray(chunk)
    return np.where(np.isinf(numbers), np.nan, numbers) if np.isinf(numbers).any() else numbers


def open_training(
    stream: BinaryIO,
    source: str,
    delimiter: str | None = None,
    advance: Callable[[int], object] = lambda step: None,
) -> TrainingCsv:
    """Open a buffered stream for training. Raises as `open_typed` and `TrainingCsv` do."""
    table = open_typed(stream, source)
    if table is None:
        return TrainingCsv(stream, source, delimiter, advance)
    return TypedTraining(table, advance)
