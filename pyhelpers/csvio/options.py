"""Options of a scan: how a file's fields are read, for all of csv-stats."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pyhelpers.csvio.cells import CellFormat
from pyhelpers.csvio.columns import as_booleans, as_iso_dates
from pyhelpers.csvio.parallel import useful_processes
from pyhelpers.csvio.reading import Reading

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import ColumnChunk

SMALL = 4 << 20  # bytes: below it the csv module is done before pandas and numpy are imported
BLOCK = 8 << 20  # bytes: the larger, the fewer times the same texts are counted


@dataclass(frozen=True)
class Options:
    """How a file is read.

    Attributes
    ----------
    reading : Reading
        Its form: delimiter, encoding, lines before the records.
    cells : CellFormat
        How numbers and missing values are written.
    types : tuple of (str, str)
        Columns and the types that a person gives them: text, number or date.
    texts : frozenset of str
        Columns to take as text, whatever they hold.
    sheet : str
        The sheet of a workbook; "" for the first one.
    date_format : str
        How dates are written that are not ISO 8601, as strptime has it; "" for none.
    small, block : int
        Bytes below which a table is read whole; bytes of a block of a larger one.
    processes : int
        Number of processes that parse; 1 is this one alone. The answer does not depend on it.
    """

    reading: Reading = Reading()
    cells: CellFormat = CellFormat()
    types: tuple[tuple[str, str], ...] = ()
    skip_bad: bool = False
    texts: frozenset[str] = frozenset()
    sheet: str = ""
    date_format: str = ""
    small: int = SMALL
    block: int = BLOCK
    processes: int = field(default_factory=useful_processes)

    @property
    def delimiter(self) -> str | None:
        """Field delimiter; None to detect it."""
        return self.reading.delimiter

    @property
    def encoding(self) -> str:
        """Text encoding."""
        return self.reading.encoding

    def kind_of(self, column: str) -> str:
        """Return the type that a person gives a column, "" if none."""
        return dict(self.types).get(column, "")

    def as_text(self, column: str) -> bool:
        """Return whether a column is taken as text, whatever it holds."""
        return column in self.texts or self.kind_of(column) in ("text", "date", "boolean")

    def words_of(self, column: str, chunk: "ColumnChunk") -> "ColumnChunk":
        """Return a column's block with the booleans and the dates that a person says it has."""
        kind = self.kind_of(column)
        if kind == "boolean":
            return as_booleans(chunk)
        return as_iso_dates(chunk, self.date_format) if self.date_format else chunk

    def cells_of(self, column: str) -> CellFormat:
        """Return how the cells of a column are written."""
        is_number = self.kind_of(column) == "number"
        return replace(self.cells, is_number=True) if is_number else self.cells
