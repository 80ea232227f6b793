"""How a file's records are written: names, delimiter, encoding, and where its header ends."""

import codecs
import io
import itertools
import string
from dataclasses import dataclass, field

from pyhelpers import KitError
from pyhelpers.csvio.delimiter import delimiter_of
from pyhelpers.csvio.records import RecordReader, decoded_lines, header_line

BYTE_ORDER_MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
ADVICE = "name the file's --encoding"
# Encodings whose first 128 letters are ASCII's, and in which no other has a byte of theirs.
ONE_BYTE = ("iso8859", "cp125", "latin", "ascii", "koi8")


# Encodings for names and for source code; what they decode may be no Unicode text.
NO_TABLES = ("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7")


@dataclass
class Layout:
    """How a file's records are written, and what was left out of them.

    Attributes
    ----------
    bad : list of int or None
        Lines of records left out; None where a bad record is an error.
    lines, bytes : int
        What of the file has been read already.
    """

    source: str
    delimiter: str = ""
    encoding: str = "utf-8"
    bad: list[int] | None = None
    names: list[str] = field(default_factory=list)
    lines: int = 0
    bytes: int = 0

    @property
    def fast(self) -> bool:
        """Whether separators can be seen in the bytes: each is one byte, as in ASCII."""
        plain = string.printable
        one_byte = self.encoding == "utf-8" or (
            plain.encode(self.encoding) == plain.encode() and self.encoding.startswith(ONE_BYTE)
        )
        return one_byte and self.delimiter.isascii() and self.delimiter != '"'


def check_encoding(encoding: str) -> str:
    """Return Python's name of an encoding.

    Raises
    ------
    KitError
        When Python has none of that name.
    """
    try:
        name = codecs.lookup(encoding).name
        "".encode(encoding)
        if name in NO_TABLES:
            raise LookupError
    except (LookupError, UnicodeError):
        raise KitError(f"no encoding {encoding!r}; try utf-8, latin-1 or utf-16", 2) from None
    return "utf-8" if name == "utf-8-sig" else name


def _take_mark(head: bytes, layout: Layout) -> int:
    """Return the size of the byte order mark, having learnt from it which end comes first."""
    for name, mark in BYTE_ORDER_MARKS.items():
        if name.startswith(layout.encoding) and head.startswith(mark):
            layout.encoding = name
            return len(mark)
    if layout.encoding in ("utf-16", "utf-32"):
        layout.encoding += "-le"
    return 0


def take_header(head: bytes, layout: Layout) -> bytes:
    """Read the header into the layout; return the bytes after it.

    Raises
    ------
    KitError
        When there is none, its quotes are broken, or a byte is not of the encoding.
    """
    mark = _take_mark(head, layout)
    lines = decoded_lines(
        io.BytesIO(head[mark:]), layout.source, layout.encoding, (mark, 0), ADVICE
    )
    first = header_line(lines, layout.source)
    layout.delimiter = layout.delimiter or delimiter_of(layout.source, first)
    reader = RecordReader(itertools.chain([first], lines), layout.delimiter, layout.source)
    layout.names = unique_names(reader.header())
    text = reader.text()
    layout.bytes = mark + len(text.encode(layout.encoding))
    layout.lines = len(io.StringIO(text, newline="").readlines())
    return head[layout.bytes :]


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
