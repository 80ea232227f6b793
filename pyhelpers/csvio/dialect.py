"""Detect and check how a CSV is written: delimiter, quoting, encoding, byte order mark."""

import codecs
import string
from typing import NamedTuple

from pyhelpers import KitError

LF, CR, QUOTE = 10, 13, 34
DELIMITERS = ",\t;|"
COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
BYTE_ORDER_MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
# Single-byte encodings whose first 128 characters are ASCII's.
SINGLE_BYTE = ("iso8859", "cp125", "latin", "ascii", "koi8")
# Encodings for host names and for source code: what they decode may not be Unicode text.
NOT_FOR_TEXT = ("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7")


class Dialect(NamedTuple):
    """How records and their fields are separated and encoded.

    Attributes
    ----------
    quoting : bool
        Whether quoted fields may hold line ends (RFC 4180). If not, every line is one record.
    comment : str
        An ASCII character that starts comment lines; "" if there are none.
    """

    delimiter: str
    quoting: bool = True
    encoding: str = "utf-8"
    comment: str = ""

    @property
    def bytewise(self) -> bool:
        """Whether delimiters, quotes and line ends are single bytes, the same as in ASCII."""
        plain = string.printable
        single = self.encoding == "utf-8" or (
            plain.encode(self.encoding) == plain.encode() and self.encoding.startswith(SINGLE_BYTE)
        )
        return single and self.delimiter.isascii() and self.delimiter != '"'


def detect_delimiter(source: str, header: str) -> str:
    """Return the delimiter: by the file's suffix, else the most frequent one in the header line.

    >>> detect_delimiter("data.tsv.gz", "a,b")
    '\\t'
    >>> detect_delimiter("standard input", "a;b;c")
    ';'
    """
    name = source
    for suffix in COMPRESSED:
        name = name.removesuffix(suffix)
    if name.endswith((".tsv", ".tab")):
        return "\t"
    return max(DELIMITERS, key=header.count)


def parse_delimiter(text: str | None) -> str | None:
    """Return the delimiter that --delimiter names, a tab for \\t.

    Raises
    ------
    KitError
        2 for more than one character.
    """
    delimiter = text and text.replace("\\t", "\t")
    if delimiter is not None and len(delimiter) != 1:
        raise KitError(f"--delimiter takes one character, not {delimiter!r}", 2)
    return delimiter


def parse_encoding(encoding: str) -> str:
    """Return Python's name of an encoding.

    Raises
    ------
    KitError
        2 when Python does not have it.
    """
    try:
        name = codecs.lookup(encoding).name
        "".encode(encoding)
        if name in NOT_FOR_TEXT:
            raise LookupError
    except (LookupError, UnicodeError):
        raise KitError(f"no encoding {encoding!r}; try utf-8, latin-1 or utf-16", 2) from None
    return "utf-8" if name == "utf-8-sig" else name


def byte_order_mark(head: bytes, encoding: str) -> tuple[bytes, str]:
    """Return a file's byte order mark, if any, and its encoding with the byte order.

    >>> byte_order_mark(b"\\xff\\xfea\\x00", "utf-16")
    (b'\\xff\\xfe', 'utf-16-le')
    """
    for name, mark in BYTE_ORDER_MARKS.items():
        if name.startswith(encoding) and head.startswith(mark):
            return mark, name
    return b"", f"{encoding}-le" if encoding in ("utf-16", "utf-32") else encoding
