"""Detect a table's format by its content, and open it: Parquet, Arrow, JSON lines, Excel."""

import io
import os
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from pyhelpers import KitError
from pyhelpers.csvio.columns import check_alike
from pyhelpers.csvio.formats import PEEKED, format_of, refuse_other_formats
from pyhelpers.csvio.reading import Reading
from pyhelpers.csvio.sources import open_source

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import ColumnChunk

READING = Reading()
HIDDEN = (".", "_")  # files in a folder of a table that hold no records of it: _SUCCESS


class TypedTable(Protocol):
    """A table whose format gives its columns types.

    Attributes
    ----------
    kinds : dict of str
        What each column holds, where its format says so: number, date, boolean or text; else "".
    remarks : list of str
        What a person should know, after the last block too.
    """

    source: str
    names: list[str]
    kinds: dict[str, str]
    remarks: list[str]

    def first(self) -> "list[ColumnChunk]":
        """Return all columns of the first records as texts."""

    def chunks(
        self, columns: Sequence[str], spelled: Collection[str], advance: Callable[[int], object]
    ) -> "Iterator[list[ColumnChunk]]":
        """Yield columns of each block; those of `spelled` as texts, even if they are numbers."""


def open_typed(
    stream: BinaryIO, source: str, reading: Reading = READING, sheet: str = ""
) -> "TypedTable | None":
    """Open a buffered stream as a table of its format; None if that is CSV or unknown.

    Of what is not a file, and what is compressed, a copy goes to TMPDIR first, except JSON lines.

    Parameters
    ----------
    reading : Reading
        How a CSV would be read; of a workbook, `skip_lines` rows are skipped.
    sheet : str
        The sheet of a workbook; "" for the first one.

    Raises
    ------
    KitError
        127 where a package is missing that reads the format; 2 for an option that the format does
        not have; 1 for broken data.
    """
    head = cast(io.BufferedReader, stream).peek(PEEKED)[:PEEKED]
    kind = format_of(head)
    if sheet and kind != "zip":
        raise KitError(f"{source}: is not a workbook; leave out --sheet", 2)
    if not kind:
        return None
    _refuse_options(reading, source, kind)
    table: Any
    if kind == "json lines":
        from pyhelpers.tables.json_lines import JsonLines

        table = JsonLines(stream, source)
    elif kind == "zip":
        from pyhelpers.tables.workbook import Workbook, is_workbook

        file = as_file(stream)
        if not is_workbook(file):
            refuse_other_formats(head, source)
        table = Workbook(file, source, sheet, reading.skip_lines)
    else:
        from pyhelpers.machine import require

        require("pyarrow")
        from pyhelpers.tables.arrow_files import open_arrow

        file = as_file(stream)
        table = open_arrow(f"/dev/fd/{file.fileno()}", source, kind)
        table.file = file  # stays open as long as the table is used
    return cast(TypedTable, table)


def _refuse_options(reading: Reading, source: str, kind: str) -> None:
    """Raise a KitError (2) for options that only a CSV has."""
    given = {
        "-d": reading.delimiter,
        "--encoding": reading.encoding != READING.encoding,
        "--skip-lines": reading.skip_lines and kind != "zip",
        "--comment": reading.comment,
        "--no-header": not reading.header,
        "--names": reading.names,
        "--quote": reading.quote,
        "--lines": reading.lines,
    }
    if options := ", ".join(option for option, value in given.items() if value):
        raise KitError(f"{source}: is not a CSV; leave out {options}", 2)


def as_file(stream: BinaryIO) -> Any:
    """Return a regular file with what a stream gives: the stream itself, or a temporary copy."""
    raw = getattr(stream, "raw", None)
    if isinstance(raw, io.FileIO) and stat.S_ISREG(os.fstat(raw.fileno()).st_mode):
        return raw
    import shutil
    import tempfile

    copy = tempfile.TemporaryFile()  # noqa: SIM115 - has no name; gone with the process
    shutil.copyfileobj(stream, copy, 1 << 20)
    copy.flush()
    return copy


def files_in(path: str | None) -> list[str]:
    """Return the files of a table: FILE itself, or those in a folder, in order of their names.

    Raises
    ------
    KitError
        For a folder without files.
    """
    if path is None or path == "-" or not os.path.isdir(path):
        return ["-" if path is None else path]
    found = [
        os.path.join(folder, name)
        for folder, _, names in os.walk(path)
        for name in names
        if not name.startswith(HIDDEN)
    ]
    if not found:
        raise KitError(f"{path}: is a folder without files; name a file")
    return sorted(found)


def passed_over(path: str | None) -> str:
    """Return a sentence on the columns that only the names of a folder's folders hold, or "".

    Hive, Spark and pyarrow write them so: day=2026-01-01/part-0.parquet.
    """
    keys: dict[str, None] = {}
    for file in files_in(path):
        inside = os.path.relpath(file, path).split(os.sep)[:-1] if path and file != path else []
        keys |= dict.fromkeys(name.partition("=")[0] for name in inside if "=" in name)
    if not keys:
        return ""
    what = f"the values of {', '.join(keys)} stand in names of folders"
    return f"{path}: {what} and are not read as columns"


class Together:
    """The tables of several files as one; the first gives the columns, by name."""

    def __init__(self, files: list[str], open_one: Callable[[str], TypedTable]) -> None:
        self._files, self._open = files, open_one
        first = open_one(files[0])
        self.source, self.names, self.kinds = first.source, first.names, dict(first.kinds)
        self.remarks: list[str] = []
        self.first = first.first

    def chunks(
        self, columns: Sequence[str], spelled: Collection[str], advance: Callable[[int], object]
    ) -> "Iterator[list[ColumnChunk]]":
        """Yield columns of each block of each file; those of `spelled` as texts."""
        for file in self._files:
            table = self._open(file)
            check_alike(self, table)
            yield from table.chunks(columns, spelled, advance)
            self.remarks += table.remarks


def open_folder(path: str, reading: Reading = READING, sheet: str = "") -> TypedTable:
    """Open the files of a folder as one table. Raises as `open_typed` does."""
    table = together(files_in(path), reading, sheet)
    table.remarks += filter(None, [passed_over(path)])
    return table


def together(paths: list[str], reading: Reading = READING, sheet: str = "") -> Together:
    """Open files as one table. Raises as `open_typed` does."""

    def open_one(file: str) -> TypedTable:
        table = open_typed(open_source(file), file, reading, sheet)
        if table is None:
            what = "is a CSV, or of an unknown format"
            raise KitError(f"{file}: {what}; of folders, those of Parquet and the like are read")
        return table

    return Together(paths, open_one)
