"""Detect how a CSV is written: its delimiter, and what its quotes mean."""

import csv
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pyhelpers import KitError

LF, CR, QUOTE = 10, 13, 34
DELIMITERS = ",\t;|"
COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
# Single-byte encodings whose first 128 characters are ASCII's.
SINGLE_BYTE = ("iso8859", "cp125", "latin", "ascii", "koi8")

csv.field_size_limit(1 << 30)  # bytes; of Python's 128 KB a text may have more


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


def is_record(line: str, comment: str) -> bool:
    """Return whether a line at the start of a record is neither blank nor a comment."""
    return bool(line.strip("\r\n")) and not (comment and line.startswith(comment))


def split_line(line: str, delimiter: str, width: int = 0) -> list[str]:
    """Return the fields of a line that is one record: the rule for TSV files.

    Quotes around a whole field are removed, unless the line has `width` fields only if they are
    text. All other quotes are text.

    >>> split_line('1\\t"5"" disk"\\n', "\\t"), split_line('"Heroes\\t5\\n', "\\t")
    (['1', '5" disk'], ['"Heroes', '5'])
    """
    plain = line.rstrip("\r\n")
    fields = plain.split(delimiter)
    if '"' not in plain:
        return fields if plain else []
    try:
        [unquoted] = csv.reader([plain], delimiter=delimiter, strict=True)
    except csv.Error:
        return fields
    return fields if len(fields) == width != len(unquoted) else unquoted


def _records(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Return the records in some lines."""
    records: Iterable[list[str]] = csv.reader(lines, delimiter=delimiter)
    if delimiter == "\t":
        records = (split_line(line, delimiter) for line in lines)
    try:
        return [fields for fields in records if fields]
    except csv.Error:  # a field is too long
        return []


def detect_delimiter(source: str, lines: Sequence[str]) -> str:
    """Return the delimiter: by the file's suffix, else the one that gives records of one width.

    Quotes are respected. Where several do: the one that the header agrees with, leaves no quote
    in its names, and gives the most fields.

    Parameters
    ----------
    lines : sequence of str
        The first lines of the file, from the header on.

    Examples
    --------
    >>> detect_delimiter("data.tsv.gz", ["a,b"])
    '\\t'
    >>> detect_delimiter("standard input", ['id;"Net, EUR"', "1;2,50", "2;3,50"])
    ';'
    """
    name = source
    for suffix in COMPRESSED:
        name = name.removesuffix(suffix)
    if name.endswith((".tsv", ".tab")):
        return "\t"

    def consistency(delimiter: str) -> tuple[float, bool, bool, int]:
        records = _records(lines, delimiter) or [[]]
        first, *others = map(len, records)
        usual = Counter(others).most_common(1)[0][0] if others else first
        same = others.count(usual) / len(others) if others else 1
        clean = not any('"' in field for field in records[0])
        return (same if usual > 1 else 0, first == usual > 1, clean, max(first, usual))

    return max(DELIMITERS, key=consistency)


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
