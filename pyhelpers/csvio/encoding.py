"""Decode text: encodings, byte order marks, lines, and the position of a byte that is wrong."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from pyhelpers import KitError
from pyhelpers.csvio import records

BYTE_ORDER_MARK = "\ufeff"
BYTE_ORDER_MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
# Encodings for host names and for source code: what they decode may not be Unicode text.
NOT_FOR_TEXT = ("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7")
WIDE = ("utf-16", "utf-32")  # encodings whose characters take two or four bytes
ICONV_ADVICE = "convert it with iconv, such as -f CP1252 -t UTF-8"
JUDGED = 1 << 10  # bytes that show an encoding of two bytes


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


def detect_encoding(head: bytes) -> str:
    """Return the encoding that a byte order mark, or zero bytes between letters, show; else UTF-8.

    >>> detect_encoding(b"\\xff\\xfea\\x00"), detect_encoding(b"\\x00a\\x00,\\x00b")
    ('utf-16', 'utf-16-be')
    """
    for name in reversed(WIDE):  # the mark of UTF-32 begins with that of UTF-16
        if byte_order_mark(head, name)[0]:
            return name
    first = head[:JUDGED]
    zeros = [first[side::2].count(0) * 3 > len(first) for side in (0, 1)]  # two in three of a side
    if zeros[0] != zeros[1]:
        return "utf-16-be" if zeros[0] else "utf-16-le"
    return "utf-8"


def utf16_advice(head: bytes) -> str:
    """Return what converts a text of two- or four-byte characters; "" for any other text."""
    name = detect_encoding(head)
    return (
        ""
        if name == "utf-8"
        else f"iconv -f {name.upper().replace('-LE', 'LE').replace('-BE', 'BE')} -t UTF-8"
    )


class _Counted(io.BufferedIOBase):
    """Bytes on their way to a decoder; counts them and their line feeds."""

    def __init__(self, stream: BinaryIO, source: str, offset: int, lines: int) -> None:
        self._stream, self._source = stream, source
        self.offset, self.lines, self._length = offset, lines, 0

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1, /) -> bytes:
        data = cast(io.BufferedReader, self._stream).read1(size)
        self.offset += len(data)
        feeds = data.count(b"\n")
        self.lines += feeds
        self._length = 0 if feeds or b"\r" in data else self._length + len(data)
        if self._length > records.FIELD_LIMIT:
            where = records.located(self._source, self.lines + 1)
            raise KitError(f"{where} is longer than {records.FIELD_LIMIT >> 20} MB; is this a CSV?")
        return data


def decoded_lines(
    stream: BinaryIO,
    source: str,
    encoding: str = "utf-8",
    start: tuple[int | None, int] = (0, 0),
    advice: str = ICONV_ADVICE,
) -> Iterator[str]:
    """Decode a stream line by line.

    Parameters
    ----------
    start : (int, int)
        Number of bytes, None where that is unknown, and of lines of the file before the stream.

    Raises
    ------
    KitError
        Naming line and offset of a byte that the encoding does not have; ends with `advice`.
    """
    before, line = start
    counted = _Counted(stream, source, before or 0, line)
    try:
        yield from io.TextIOWrapper(cast(BinaryIO, counted), encoding=encoding, newline="")
    except UnicodeDecodeError as error:
        after = error.object[error.start :]  # what was read last, from the bad byte on
        name = encoding.removesuffix("-sig")
        places = []
        if "\n".encode(name) == b"\n":  # else a line feed's byte may be part of another character
            bad_line = counted.lines - after.count(b"\n") + 1
            places.append(f"line {bad_line}")
        if before is not None:
            places.append(f"offset {counted.offset - len(after)}")
        what = f"byte 0x{after[0]:02x} is not {name.upper()}"
        raise KitError(f"{source}: {', '.join(places)}: {what}; {advice}") from None
