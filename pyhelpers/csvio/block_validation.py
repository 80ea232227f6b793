"""Validate blocks: each line is a record of full width, and every quote opens or closes a field.

A block is certified when its separators alone prove that. Certified blocks may be parsed by
any fast parser; every other block goes through Python's csv reader.
"""

from pyhelpers.csvio.dialect import QUOTE
from pyhelpers.csvio.record_ends import Buffer


def _separators(text: Buffer, delimiter: str) -> Buffer:
    keep = f'{delimiter}\n\r"\0'.encode()
    return text.translate(None, bytes(byte for byte in range(256) if byte not in keep))


def is_certified(block: Buffer, delimiter: str, width: int) -> bool:
    """Return whether each record of a block of whole records has full width and proper quotes."""
    outside = block
    if b'"' in block:
        if not _well_quoted(block, delimiter):
            return False
        outside = b"".join(block.split(b'"')[0::2])
    seps = _separators(outside, delimiter)
    delimiters = delimiter.encode() * (width - 1)
    if not delimiters:
        # A blank line is not a record, and not visible among the separators.
        return not any(
            b in block for b in (b"\n\n", b"\n\r", b"\r\r", b"\n ", b"\n\t", b"\0")
        ) and (not block[:1].isspace() and seps.replace(b"\r", b"").strip(b"\n") == b"")
    for end in (b"\n", b"\r\n"):
        record = delimiters + end
        if len(seps) % len(record) == 0 and seps == record * (len(seps) // len(record)):
            return True
    return False


def counts_fit(block: Buffer, records: int, delimiter: str, width: int) -> bool:
    """Return whether a plain block has the separators of `records` records of full width.

    That is enough where the parser has refused records that are too wide: none is too narrow then.
    """
    import numpy as np

    data = np.frombuffer(block, dtype=np.uint8)
    delimiters = np.count_nonzero(data == ord(delimiter))
    newlines = np.count_nonzero(data == ord("\n"))
    return bool(newlines == records and delimiters == records * (width - 1))


def is_plain(block: Buffer, delimiter: str, width: int) -> bool:
    """Return whether a block has no quotes, no carriage returns, and a first record that fits.

    A parser without a header takes the width from the first record.
    """
    if b'"' in block or b"\r" in block or b"\0" in block or width == 1:
        return False
    first = block[: block.find(b"\n")]
    return first.count(delimiter.encode()) == width - 1


def _well_quoted(block: Buffer, delimiter: str) -> bool:
    """Return whether each quote opens at the start of a field or closes at the end of one."""
    import numpy as np

    data = np.frombuffer(block, dtype=np.uint8)
    quotes = np.flatnonzero(data == QUOTE)
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    ends = list(f'{delimiter}\n\r"'.encode())
    before = np.isin(data[np.maximum(opening - 1, 0)], [*ends]) | (opening == 0)
    doubled = data[np.maximum(opening - 1, 0)] == ord('"')
    # A quote may open right after another only where that one closed: a doubled quote.
    adjacent = np.concatenate([[False], opening[1:] - 1 == closing[: len(opening) - 1]])
    after = np.isin(data[closing + 1], ends)
    return bool(np.all(before & (~doubled | adjacent)) and np.all(after))
