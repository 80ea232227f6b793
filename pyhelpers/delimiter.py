"""Delimiters: which character parts a table's fields."""

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
