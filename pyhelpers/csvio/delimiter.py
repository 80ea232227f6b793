"""Delimiters: which character parts a table's fields."""

from pyhelpers import KitError

DELIMITERS = ",\t;|"
COMPRESSED = (".gz", ".bz2", ".xz", ".zst")


def delimiter_of(source: str, header: str) -> str:
    """Return the delimiter: by the file's suffix, else the likeliest one in the header line.

    >>> delimiter_of("data.tsv.gz", "a,b")
    '\\t'
    >>> delimiter_of("standard input", "a;b;c")
    ';'
    """
    name = source
    for suffix in COMPRESSED:
        name = name.removesuffix(suffix)
    if name.endswith((".tsv", ".tab")):
        return "\t"
    return max(DELIMITERS, key=header.count)


def one_character(delimiter: str | None) -> str | None:
    """Return what --delimiter means, a tab for \\t; a KitError (2) for more than a character."""
    delimiter = delimiter and delimiter.replace("\\t", "\t")
    if delimiter is not None and len(delimiter) != 1:
        raise KitError(f"--delimiter takes one character, not {delimiter!r}", 2)
    return delimiter
