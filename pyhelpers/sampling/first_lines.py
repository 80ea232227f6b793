"""Read the first lines of a source: what precedes its records, and its dialect."""

import io
from typing import Any, NamedTuple

from pyhelpers import KitError
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.encoding import byte_order_mark, utf16_advice
from pyhelpers.csvio.formats import refuse_other_formats
from pyhelpers.csvio.reading import (
    LOOKED_AT,
    PeekableLines,
    Reading,
    check_first_lines,
    skip_preamble,
)
from pyhelpers.csvio.sources import display_name
from pyhelpers.csvio.table import quoted

HEAD = 1 << 16  # bytes


class Start(NamedTuple):
    """How a source starts.

    Attributes
    ----------
    skip : bytes
        Byte order mark and the lines before the header or the first record.
    notes : list of str
        What is worth noting about the first lines.
    """

    bom: bytes
    skip: bytes
    newline: bytes
    dialect: Dialect
    notes: list[str]


def start_of(head: bytes, source: str, reading: Reading, whole: bool) -> Start:
    """Return how a source with these first bytes starts; refuse what cannot be sampled.

    Parameters
    ----------
    whole : bool
        Whether these are all its bytes.
    """
    name = display_name(source)
    if not reading.is_raw:
        refuse_other_formats(head, name)
    if advice := utf16_advice(head):
        raise KitError(f"is UTF-16 or UTF-32; convert it with {advice}")
    bom, _ = byte_order_mark(head, "utf-8")
    if head == bom:
        raise KitError("is empty; there is nothing to sample")
    # Latin-1 gives each byte a character of its own.
    text = head[len(bom) :].decode("latin-1")
    if "\r" in text and "\n" not in text:
        fix = "convert its line ends with tr '\\r' '\\n'"
        raise KitError(f"has line ends of carriage returns alone; {fix}")
    lines = PeekableLines(io.StringIO(text, newline="\n"))
    skipped, delimiter = skip_preamble(lines, reading, name)
    first = lines.peek(LOOKED_AT)
    dialect = reading.dialect(source, first, delimiter)
    some_left = len([*lines.rest()]) > LOOKED_AT
    notes: list[str] = []
    if reading.has_header and not reading.lines:
        notes = check_first_lines(first, dialect, len(skipped), name, whole and not some_left)
    return Start(bom, "".join(skipped).encode("latin-1"), newline_of(head), dialect, notes)


def newline_of(head: bytes) -> bytes:
    """Return the line end of the first line."""
    return b"\r\n" if head.partition(b"\n")[0].endswith(b"\r") else b"\n"


def named_header(reading: Reading, dialect: Dialect, newline: bytes) -> bytes:
    """Return a header of the names that a person gave, "" without any."""
    fields = (quoted(name, dialect.delimiter) for name in reading.names)
    return dialect.delimiter.join(fields).encode() + newline if reading.names else b""


def head_of(stream: Any, skip_lines: int) -> bytes:
    """Read the first 64 KB of a stream; more if the lines to skip take more."""
    head = bytearray()
    while len(head) < HEAD or head.count(b"\n") <= skip_lines:
        chunk = stream.read1(HEAD)
        if not chunk:
            break
        head += chunk
    return bytes(head)
