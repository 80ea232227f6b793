"""Open the FILE argument of a command."""

import sys
from typing import TYPE_CHECKING, BinaryIO

from pyhelpers.cli.output import note

if TYPE_CHECKING:
    from pyhelpers.csvio.table import Table


def open_table(file: str | None, delimiter: str | None = None) -> "Table":
    """Open FILE, a path, a URL or - (standard input), as a table."""
    from pyhelpers.csvio.dialect import parse_delimiter
    from pyhelpers.csvio.sources import display_name
    from pyhelpers.csvio.table import table_of

    return table_of(open_csv(file), display_name(file), parse_delimiter(delimiter))


def open_csv(file: str | None) -> BinaryIO:
    """Open FILE, a path, a URL or - (standard input), as CSV, whatever its format is."""
    from pyhelpers.csvio.sources import display_name
    from pyhelpers.tables.csv_text import as_csv

    return as_csv(open_bytes(file), display_name(file))


def open_bytes(file: str | None) -> BinaryIO:
    """Open FILE, a path, a URL or - (standard input); on a terminal print how to end the input."""
    from pyhelpers.csvio.sources import open_source

    if file in (None, "-") and sys.stdin and sys.stdin.isatty():
        note("reading from the terminal; Ctrl-D ends the input")
    return open_source(file)
