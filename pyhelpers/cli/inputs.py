"""Open the FILE argument of a command."""

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from pyhelpers import KitError
from pyhelpers.cli.output import note

if TYPE_CHECKING:
    from pyhelpers.csvio.table import Table


def open_table(file: str | None, delimiter: str | None = None, sheet: str = "") -> "Table":
    """Open FILE, a path, a URL or - (standard input), as a table."""
    from pyhelpers.csvio.dialect import parse_delimiter
    from pyhelpers.csvio.sources import display_name
    from pyhelpers.csvio.table import table_of

    mark = parse_delimiter(delimiter)
    return table_of(open_csv(file, mark, sheet), display_name(file), mark)


def open_tables(
    files: list[str] | None, delimiter: str | None = None, sheet: str = ""
) -> "Iterator[Table]":
    """Yield each file of `paths_of` as a table; a KitError for other columns than the first's."""
    from pyhelpers.csvio.columns import check_alike

    first = None
    for path in paths_of(files):
        table = open_table(path, delimiter, sheet)
        check_alike(first or table, table)
        first = first or table
        yield table


def paths_of(files: list[str] | None) -> list[str]:
    """Return the files among FILES and in folders, to be read as one table; - for stdin.

    Raises
    ------
    KitError
        2 for a pipe or an address among several files: they are opened more than once.
    """
    from pyhelpers.tables.formats import files_in, passed_over

    for line in filter(None, map(passed_over, files or [])):
        note(line)
    paths = [path for file in files or ["-"] for path in files_in(file)]
    alone = next((path for path in paths if len(paths) > 1 and _is_stream(path)), None)
    if alone is not None:
        what = f"{alone}: is standard input or an address among several files"
        raise KitError(f"{what}; read it alone, or save it to a file", 2)
    return paths


def open_alone(paths: list[str]) -> BinaryIO | None:
    """Open a single file of `paths_of`; return None for several."""
    return open_bytes(paths[0]) if len(paths) == 1 else None


def size_of_all(paths: list[str]) -> int | None:
    """Return the bytes of files together; None where one of them is not known."""
    from pyhelpers.csvio.sources import size_of

    sizes = [size_of(path) for path in paths]
    return None if None in sizes else sum(size or 0 for size in sizes)


def _is_stream(path: str) -> bool:
    return path == "-" or "://" in path and not os.path.exists(path)


def open_csv(file: str | None, delimiter: str | None = None, sheet: str = "") -> BinaryIO:
    """Open FILE, a path, a URL or - (standard input), as CSV, whatever its format is."""
    from pyhelpers.csvio.reading import Reading
    from pyhelpers.tables.csv_text import as_csv

    stream = open_or_folder(file)
    return as_csv(stream, file, Reading(delimiter), sheet)


def open_or_folder(file: str | None) -> BinaryIO | None:
    """Open FILE as `open_bytes` does; return None for a folder."""
    return None if file and os.path.isdir(file) else open_bytes(file)


def open_bytes(file: str | None) -> BinaryIO:
    """Open FILE, a path, a URL or - (standard input); on a terminal print how to end the input."""
    from pyhelpers.csvio.sources import open_source

    if file in (None, "-") and sys.stdin and sys.stdin.isatty():
        note("reading from the terminal; Ctrl-D ends the input")
    return open_source(file)
