"""Detect a table's format by its content, and open it: Parquet, Arrow, JSON lines, Excel."""

import io
import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from pyhelpers import KitError

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import ColumnChunk

PEEKED = 1 << 10  # bytes by which a format is detected
IPC_SCHEMA = re.compile(rb"\xff\xff\xff\xff..[\0-\x0f]\0\x10\0\0\0", re.DOTALL)
JSON_RECORD = re.compile(rb"\s*\{\s*(\"|\}|$)")
MAGIC = {b"PAR1": "parquet", b"ARROW1": "arrow", b"FEA1": "feather"}
HIDDEN = (".", "_")  # files in a folder of a table that hold no records of it: _SUCCESS


class TypedTable(Protocol):
    """A table whose format gives its columns types.

    Attributes
    ----------
    kinds : dict of str
        What each column holds, where its format says so: number, date, boolean or text; else "".
    """

    source: str
    names: list[str]
    kinds: dict[str, str]

    def chunks(
        self, columns: Sequence[str], spelled: Collection[str], advance: Callable[[int], object]
    ) -> "Iterator[list[ColumnChunk]]":
        """Yield columns of each block; those of `spelled` as texts, even if they are numbers."""


def format_of(head: bytes) -> str:
    """Return the format of a file that begins with these bytes; "" for CSV and all others.

    >>> format_of(b"PAR1"), format_of(b"ARROW1"), format_of(b"a,b")
    ('parquet', 'arrow', '')
    """
    for magic, kind in MAGIC.items():
        if head.startswith(magic):
            return kind
    if IPC_SCHEMA.match(head):
        return "arrow stream"
    return ""


def open_typed(stream: BinaryIO, source: str) -> "TypedTable | None":
    """Open a buffered stream as a table of its format; None if that is CSV or unknown.

    What is not a file, and what is compressed, is copied to TMPDIR first.

    Raises
    ------
    KitError
        127 where a package is missing that reads the format; 1 for broken data.
    """
    kind = format_of(cast(io.BufferedReader, stream).peek(PEEKED)[:PEEKED])
    if not kind:
        return None
    from pyhelpers.machine import require

    require("pyarrow")
    from pyhelpers.tables.arrow_files import open_arrow

    file = as_file(stream)
    table: Any = open_arrow(f"/dev/fd/{file.fileno()}", source, kind)
    table.file = file  # stays open as long as the table is used
    return cast(TypedTable, table)


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
