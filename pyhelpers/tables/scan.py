"""Scan a table of any format: typed ones by their readers, all others as CSV."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from pyhelpers.csvio.cells import MISSING, to_number
from pyhelpers.csvio.columns import Texts, parse_column
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.layout import Layout
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.records import all_bad
from pyhelpers.csvio.scan import Scan
from pyhelpers.tables.formats import TypedTable, open_typed

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import ColumnChunk


def open_scan(
    stream: BinaryIO,
    source: str,
    options: Options,
    advance: Callable[[int], None] = lambda step: None,
) -> Scan:
    """Open a stream as a table, by its content. Raises as `open_typed` and `Scan` do."""
    table = open_typed(stream, source, options.reading, options.sheet)
    return TypedScan(table, options, advance) if table else Scan(stream, source, options, advance)


class TypedScan(Scan):
    """A table whose format gives its columns types."""

    def __init__(
        self, table: TypedTable, options: Options, on_bytes: Callable[[int], None]
    ) -> None:
        self.table, self.options, self._advance = table, options, on_bytes
        self.names, self.kinds = table.names, table.kinds
        self.layout = Layout(table.source, Dialect(","), table.names, "")
        self.bad, self.notes, self.remarks = [] if options.skip_bad else None, [], table.remarks
        if hasattr(table, "bad"):  # that of JSON lines, whose module need not be imported
            table.bad = self.bad
        self.small, self.records = False, 0
        for column, _ in options.types:
            self.index(column)

    def chunks(self, columns: list[str]) -> "Iterator[list[ColumnChunk]]":
        """Yield the columns of each block, all of one length."""
        for name in columns:
            self.index(name)
        spelled = {name for name in columns if self.options.as_text(name)}
        for chunks in self.table.chunks(columns, spelled, self._advance):
            if len(chunks[0]):
                self.records += len(chunks[0])
                formatted = map(self._as_told, columns, chunks)
                yield list(map(self.options.words_of, columns, formatted))

        if self.bad and not self.records:
            raise all_bad(self.layout.source, self.skipped, None)

    def _as_told(self, name: str, chunk: "ColumnChunk") -> "ColumnChunk":
        """Return a column as the options say it is to be read."""
        cells, kind = self.options.cells_of(name), self.options.kind_of(name)
        if not isinstance(chunk, Texts):
            absent = [number for text in cells.missing if (number := to_number(text)) is not None]
            absent = [number for number in absent if number == number]
            return _without(chunk, absent) if absent else chunk
        if chunk.cells.is_text and kind in ("", "number") and not cells.is_plain:
            texts = [text if isinstance(text, str) else "" for text in chunk]
            missing = cells.missing if self._missing_named else frozenset(("",))
            return parse_column(texts, replace(cells, missing=missing), kind=kind)
        if self._missing_named:
            chunk.cells = replace(chunk.cells, missing=cells.missing)
        chunk.kind = kind or chunk.kind
        return chunk

    @property
    def _missing_named(self) -> bool:
        """Whether a person says what stands for a missing value."""
        return self.options.cells.missing != MISSING


def _without(numbers: "ColumnChunk", absent: list[float]) -> "ColumnChunk":
    """Return numbers with NaN in place of those that stand for a missing value."""
    import numpy as np

    values = np.array(numbers, np.float64)
    values[np.isin(values, absent)] = np.nan
    return values
