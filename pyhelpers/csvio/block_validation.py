"""Which blocks of bytes hold whole records, of full width, and no quote that is left open.

A block is certified when its separators alone prove that. Certified blocks may be parsed by
anything fast; every other one goes through Python's csv reader.
"""

from typing import TYPE_CHECKING

from pyhelpers.csvio.layout import Layout

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray


def _separators(text: bytes, delimiter: str) -> bytes:
    keep = f'{delimiter}\n\r"\0'.encode()
    return text.translate(None, bytes(byte for byte in range(256) if byte not in keep))


def certified(block: bytes, layout: Layout) -> bool:
    """Tell whether each line of a block that ends on a record's end is a record of full width.

    A quoted block must have passed `record_end`: what stands between quotes is not looked at.
    """
    outside = block
    if b'"' in block:
        outside = b"".join(block.split(b'"')[0::2])
    seps = _separators(outside, layout.delimiter)
    delimiters = layout.delimiter.encode() * (len(layout.names) - 1)
    if not delimiters:
        # A blank line is no record and would not show among the separators.
        return not any(
            b in block for b in (b"\n\n", b"\n\r", b"\r\r", b"\n ", b"\n\t", b"\0")
        ) and (not block[:1].isspace() and seps.replace(b"\r", b"").strip(b"\n") == b"")
    for end in (b"\n", b"\r\n"):
        record = delimiters + end
        if len(seps) % len(record) == 0 and seps == record * (len(seps) // len(record)):
            return True
    return False


def counts_fit(block: bytes, records: int, layout: Layout) -> bool:
    """Tell whether a plain block has as many separators as so many records of full width have.

    That is enough where a parser has refused records that are too wide: then none is too narrow.
    """
    import numpy as np

    data = np.frombuffer(block, dtype=np.uint8)
    delimiters = np.count_nonzero(data == ord(layout.delimiter))
    newlines = np.count_nonzero(data == ord("\n"))
    return bool(newlines == records and delimiters == records * (len(layout.names) - 1))


def is_plain(block: bytes, layout: Layout) -> bool:
    """Tell whether a block has neither quotes nor carriage returns, and a first record that fits.

    A parser that knows no header takes its width from that first one.
    """
    if b'"' in block or b"\r" in block or b"\0" in block or len(layout.names) == 1:
        return False
    first = block[: block.find(b"\n")]
    return first.count(layout.delimiter.encode()) == len(layout.names) - 1


def record_end(block: bytes, layout: Layout) -> int:
    """Return where the last whole record of a block ends: 0 where none does, -1 where unsure.

    Sure is: no quotes, or each opens behind a delimiter or a line's end, and closes before one.
    """
    end = block.rfind(b"\n") + 1
    if b'"' not in block:
        return end
    import numpy as np

    quotes = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord('"'))
    while end and np.searchsorted(quotes, end) % 2:
        # Within quotes: records can end before the quote that is still open.
        opened = int(quotes[np.searchsorted(quotes, end) - 1])
        end = block.rfind(b"\n", 0, opened) + 1
    return end if _well_quoted(block, quotes[: np.searchsorted(quotes, end)], layout) else -1


def _well_quoted(block: bytes, quotes: "NDArray[int64]", layout: Layout) -> bool:
    import numpy as np

    data = np.frombuffer(block, dtype=np.uint8)
    opening, closing = quotes[0::2], quotes[1::2]
    ends = list(f'{layout.delimiter}\n\r"'.encode())
    before = np.isin(data[np.maximum(opening - 1, 0)], [*ends]) | (opening == 0)
    doubled = data[np.maximum(opening - 1, 0)] == ord('"')
    # A quote may open right after another only where that one closed: a doubled quote.
    adjacent = np.concatenate([[False], opening[1:] - 1 == closing[: len(opening) - 1]])
    after = np.isin(data[closing + 1], ends)
    return bool(np.all(before & (~doubled | adjacent)) and np.all(after))
