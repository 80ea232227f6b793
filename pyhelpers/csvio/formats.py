"""Formats of files by their first bytes: what is read as a table, what is refused by name."""

import re

from pyhelpers import KitError

PEEKED = 1 << 10  # bytes by which a format is detected
IPC_SCHEMA = re.compile(rb"\xff\xff\xff\xff..[\0-\x0f]\0\x10\0\0\0", re.DOTALL)
JSON_RECORD = re.compile(rb"\s*\{\s*(\"|\}|$)")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
TYPED_MAGIC = {b"PAR1": "parquet", b"ARROW1": "arrow", b"FEA1": "feather", b"PK\x03\x04": "zip"}

# What files of other formats begin with: offset, bytes, name and what to do.
_CONVERT = "; convert it, such as with pandas or DuckDB"
_PICTURE = "a picture; choose the data file"
FORMATS = (
    (0, b"PAR1", "a Parquet file" + _CONVERT),
    (0, b"ARROW1", "an Arrow file" + _CONVERT),
    (0, b"FEA1", "a Feather file" + _CONVERT),
    (0, b"Obj\x01", "an Avro file" + _CONVERT),
    (0, b"ORC\n", "an ORC file" + _CONVERT),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file; convert it, such as with pandas"),
    (0, b"\x93NUMPY", "a NumPy array; convert it, such as with numpy.savetxt"),
    (0, b"SQLite format 3\0", "an SQLite database; export a table with sqlite3 -header -csv"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook; save the sheet as CSV"),
    (0, b"%PDF-", "a PDF document; export the table as CSV"),
    (0, b"{\\rtf", "a text document (RTF); save the table as CSV"),
    (0, b"\x89PNG\r\n\x1a\n", _PICTURE),
    (0, b"\xff\xd8\xff", _PICTURE),
    (0, b"GIF87a", _PICTURE),
    (0, b"GIF89a", _PICTURE),
    (0, b"II*\0", _PICTURE),
    (0, b"MM\0*", _PICTURE),
    (8, b"WEBP", _PICTURE),
    (257, b"ustar", "a tar archive; unpack it"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it"),
    (0, b"Rar!\x1a\x07", "a RAR archive; unpack it"),
    (0, b"\x04\x22\x4d\x18", "LZ4 data; decompress it with lz4 -dc"),
    (0, b"\x1f\x9d", "compress data; decompress it with zcat"),
    (0, b"\x7fELF", "a program; choose the data file"),
    (0, b"version https://git-lfs.", "a pointer of Git LFS; fetch the data with git lfs pull"),
    (0, b"<?xml", "XML; convert it, such as with pandas.read_xml"),
    *((0, bytes((128, protocol, 149)), "a pickle; save a CSV from it") for protocol in (4, 5)),
)
CONTROLS = bytes({*range(9), *range(14, 32)} - {27})
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")  # of UTF-16 and UTF-32


def format_of(head: bytes) -> str:
    """Return the format of a file that begins with these bytes; "" for CSV and all others.

    >>> format_of(b"PAR1"), format_of(b'{"a": 1}'), format_of(b"a,b")
    ('parquet', 'json lines', '')
    """
    for magic, kind in TYPED_MAGIC.items():
        if head.startswith(magic):
            return kind
    if IPC_SCHEMA.match(head):
        return "arrow stream"
    return "json lines" if JSON_RECORD.match(head.removeprefix(BYTE_ORDER_MARK)) else ""


def refuse_other_formats(head: bytes, name: str) -> None:
    """Raise if these are the first bytes of a workbook, a database, a picture, not of text.

    >>> refuse_other_formats(b"PAR1", "a.csv")
    Traceback (most recent call last):
    pyhelpers.KitError: a.csv: is a Parquet file, not CSV; convert it, such as with pandas or DuckDB
    """
    start = head[:PEEKED]
    found = next((said for at, magic, said in FORMATS if start.startswith(magic, at)), "")
    if start.startswith(b"PK\x03\x04"):
        found = "a ZIP archive; unpack it"
        if b"xl/" in start or b"[Content_Types].xml" in start:
            found = "an Excel workbook; save the sheet as CSV"
        elif b"opendocument.spreadsheet" in start:
            found = "an OpenDocument spreadsheet; save the sheet as CSV"
    if not found and start.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        found = "an HTML page; check the address"
    if not found and start.lstrip().startswith((b"[{", b'{"')):
        found = "JSON; make lines of an array with jq -c '.[]'"
    controls = len(start) - len(start.translate(None, CONTROLS))
    # Two-byte characters have a zero byte in two, and always on the same side.
    wide = any(start[side::2].count(0) * 3 > len(start) for side in (0, 1))
    if not found and not wide and controls * 3 > len(start) and not start.startswith(WIDE_MARKS):
        found = "binary data; check what it is with the command file"
    if found:
        what, _, fix = found.partition("; ")
        raise KitError(f"{name}: is {what}, not CSV; {fix}")
