"""Open the FILE argument of a command."""

import os
import sys
from typing import TYPE_CHECKING, BinaryIO

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
