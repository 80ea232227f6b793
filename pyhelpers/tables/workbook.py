"""Read a sheet of an Excel workbook; refuse one that would fill the memory."""

import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.csvio.cells import MISSING
from pyhelpers.csvio.layout import unique_names
from pyhelpers.machine import machine_memory, require
from pyhelpers.tables.python_values import chunk_of_values, text_of

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import ColumnChunk

BLOCK = 20_000  # records
PIECE = 1 << 20  # bytes inflated at once
CELL_BYTES = 64  # of memory for a cell, empty or not: a sheet is read as one rectangle
LARGEST = 4 << 30  # bytes of a part of a workbook, inflated
CELL = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
PARTS = ("xl/worksheets/", "xl/sharedStrings")


class Workbook:
    """A sheet of a workbook: its first row with a value has the names of the columns.

    Parameters
    ----------
    file : binary file
        A regular file.
    sheet : str
        The name of the sheet; "" for the first one.
    skip : int
        How many rows to skip before that of the names.
    """

    def __init__(self, file: IO[bytes], source: str, sheet: str = "", skip: int = 0) -> None:
        require("python_calamine")
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

        check_size(file, source, machine_memory() // 4)
        self.source, self.remarks = source, list[str]()
        try:
            book = CalamineWorkbook.from_path(f"/dev/fd/{file.fileno()}")
            tables = [m.name for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
            if sheet and sheet not in tables:
                known = ", ".join(tables)
                raise KitError(f"{source}: has no sheet {sheet!r}; its sheets: {known}", 2)
            if not tables:
                raise KitError(f"{source}: has no sheet with cells; choose another file")
            rows: list[list[Any]] = book.get_sheet_by_name(sheet or tables[0]).to_python()
        except PasswordError:
            raise KitError(f"{source}: is encrypted; save it without a password") from None
        except (CalamineError, OSError, ValueError) as error:
            what = f"is a broken workbook ({str(error)[:100]}); save it again"
            raise KitError(f"{source}: {what}") from None
        if len(tables) > 1 and not sheet:
            others = ", ".join(tables[1:])
            self.remarks.append(f"read the sheet {tables[0]}; others, for --sheet: {others}")
        self._take(rows[skip:])
        self.kinds: dict[str, str] = {}

    def _take(self, rows: list[list[Any]]) -> None:
        """Separate the names from the records; leave out empty rows and unnamed empty columns."""
        rows = [row for row in rows if any(value != "" for value in row)]
        if not rows:
            raise KitError(f"{self.source}: the sheet is empty; name another with --sheet")
        names = ["" if value == "" else str(text_of(value)) for value in rows[0]]
        self._rows = rows[1:]
        used = [
            at for at, name in enumerate(names) if name or any(row[at] != "" for row in self._rows)
        ]
        every = unique_names(names)
        self.names = [every[at] for at in used]
        self._places = dict(zip(self.names, used, strict=True))

    def first(self) -> "list[ColumnChunk]":
        """Return all columns of the first records as texts."""
        return self._columns(self._rows[:BLOCK], self.names, self.names)

    def chunks(
        self, columns: Sequence[str], spelled: Collection[str], advance: Callable[[int], object]
    ) -> "Iterator[list[ColumnChunk]]":
        """Yield columns of each block; those of `spelled` as texts, even if they are numbers."""
        rows = iter(self._rows)
        while block := list(islice(rows, BLOCK)):
            yield self._columns(block, columns, spelled)

    def _columns(
        self, rows: list[list[Any]], columns: Sequence[str], spelled: Collection[str]
    ) -> "list[ColumnChunk]":
        return [
            chunk_of_values([row[self._places[name]] for row in rows], MISSING, name in spelled)
            for name in columns
        ]


def is_workbook(file: IO[bytes]) -> bool:
    """Return whether a file is a ZIP archive with a workbook inside."""
    try:
        with zipfile.ZipFile(file) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def check_size(file: IO[bytes], source: str, memory: int) -> None:
    """Raise a KitError for a workbook that would take more than so many bytes of memory.

    What its parts say of their size is checked by inflating them; a cell far away makes a sheet
    large, too, because the cells between are there.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            for part in archive.infolist():
                if part.filename.startswith(PARTS):
                    _check_part(archive, part, source, memory)
    except KitError:
        raise
    except Exception as error:  # zipfile's own, zlib's, and what broken names and sizes cause
        what = f"is a broken workbook ({str(error)[:100]}); save it again"
        raise KitError(f"{source}: {what}") from None


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, source: str, memory: int) -> None:
    size, rows, columns, tail = 0, 0, 0, b""
    with archive.open(part) as stream:
        while data := stream.read(PIECE):
            size += len(data)
            if size > min(LARGEST, memory):
                what = f"{part.filename} has more than {size >> 20} MB; export it as CSV"
                raise KitError(f"{source}: is too large a workbook: {what}")
            found = CELL.findall(tail + data)
            tail = data[-32:]
            if found:
                rows = max(rows, max(int(row) for _, row in found))
                columns = max(columns, *map(_number, {letters for letters, _ in found}), 1)
    if rows * columns * CELL_BYTES > memory:
        what = f"{part.filename} has cells down to row {rows:,} and column {columns:,}"
        raise KitError(f"{source}: is too large a workbook: {what}; export it as CSV")


def _number(letters: bytes) -> int:
    """Return the number of a column: 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number
