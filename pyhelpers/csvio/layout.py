"""Read the header of a CSV: its dialect, its column names, and its size."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from pyhelpers import KitError
from pyhelpers.csvio import record_ends
from pyhelpers.csvio.dialect import Dialect, byte_order_mark, detect_delimiter
from pyhelpers.csvio.record_ends import endless_record, scanner_of
from pyhelpers.csvio.records import BYTE_ORDER_MARK, RecordReader, decoded_lines

ENCODING_ADVICE = "name the file's --encoding"


@dataclass(frozen=True)
class Layout:
    """Dialect and header of a CSV.

    Attributes
    ----------
    source : str
        Its name, for messages.
    names : list of str
        The fields of the header.
    head : str
        The text of the header, unchanged, with byte order mark, quotes and line end.
    """

    source: str
    dialect: Dialect
    names: list[str]
    head: str

    @property
    def delimiter(self) -> str:
        """The field delimiter."""
        return self.dialect.delimiter

    @property
    def lines(self) -> int:
        """The number of lines that the header takes."""
        return len(io.StringIO(self.head, newline="").readlines())

    @property
    def bytes(self) -> int:
        """The number of bytes that the header takes."""
        return len(self.head.encode(self.dialect.encoding))


def parse_layout(
    lines: Iterator[str], source: str, delimiter: str | None = None, encoding: str = "utf-8"
) -> Layout:
    """Take the header from the lines of a CSV; the delimiter is detected unless it is given.

    Raises
    ------
    KitError
        When there is no header, or its quotes are broken.
    """
    first = next(lines, "")
    mark = BYTE_ORDER_MARK if first.startswith(BYTE_ORDER_MARK) else ""
    first = first.removeprefix(mark)
    if not first.strip("\r\n"):
        raise KitError(f"{source}: is empty; a header line is needed")
    delimiter = delimiter or detect_delimiter(source, first)
    reader = RecordReader(chain([first], lines), delimiter, source)
    names = reader.header()
    return Layout(source, Dialect(delimiter, True, encoding), names, mark + reader.text())


def layout_of(
    head: bytes, source: str, delimiter: str | None = None, encoding: str = "utf-8"
) -> Layout:
    """Return the layout of a CSV that begins with the bytes `head`. Raises as `parse_layout` does.

    The encoding of the layout has the byte order that the byte order mark names.
    """
    mark, encoding = byte_order_mark(head, encoding)
    start = (len(mark), 0)
    stream = io.BytesIO(head[len(mark) :])
    lines = decoded_lines(stream, source, encoding, start, ENCODING_ADVICE)
    marked = chain([mark.decode(encoding) + next(lines, "")], lines)
    return parse_layout(marked, source, delimiter, encoding)


def read_layout(stream: BinaryIO, source: str, delimiter: str | None = None) -> Layout:
    """Read the header of a UTF-8 stream, and no byte after it. Raises as `parse_layout` does."""
    mark, head = b"", bytearray()
    scanner = scanner_of(Dialect(delimiter or ","))
    while line := stream.readline(record_ends.LONGEST + 1):
        if not head:
            mark, _ = byte_order_mark(line, "utf-8")
            line = line.removeprefix(mark)
            delimiter = delimiter or detect_delimiter(source, line.decode("utf-8", "replace"))
            scanner = scanner_of(Dialect(delimiter))
        start = len(head)
        head += line
        if scanner.ends(head, start, len(head)):
            break
        if len(head) > record_ends.LONGEST:
            raise KitError(f"{source}: {endless_record(1)}")
    return parse_layout(decoded_lines(io.BytesIO(mark + head), source), source, delimiter)


def unique_names(names: list[str]) -> list[str]:
    """Name each column once, as pandas does: a second a is a.1, one without a name Unnamed: 3.

    Examples
    --------
    >>> unique_names(["a", "", "a"])
    ['a', 'Unnamed: 1', 'a.1']
    """
    if len(set(names)) == len(names) and "" not in names:
        return names
    seen: dict[str, int] = {}
    unique: list[str] = []
    taken = set(names)
    for position, name in enumerate(names):
        name = fresh = name or f"Unnamed: {position}"
        while fresh in seen or (fresh in taken and fresh != name):
            seen[name] = seen.get(name, 0) + 1
            fresh = f"{name}.{seen[name]}"
        seen.setdefault(fresh, 0)
        unique.append(fresh)
    return unique
