"""Records in blocks of bytes: which blocks hold whole records, and a careful reader for the rest.

A block is certified when its separators alone prove that each record has the header's width and
that no quote is left open. Certified blocks may be parsed by anything fast; every other one goes
through Python's csv reader, which knows the line and the byte of whatever is wrong.
"""

import codecs
import csv
import io
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from pyhelpers import KitError
from pyhelpers.delimiter import delimiter_of
from pyhelpers.table import FIELD_LIMIT

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


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
    delimiter: str | None = None
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
            plain.encode(self.encoding) == plain.encode()
            and self.encoding.startswith(("iso8859", "cp125", "latin", "ascii", "koi8"))
        )
        return one_byte and (self.delimiter or ",").isascii() and self.delimiter != '"'


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
    except LookupError:
        raise KitError(f"no encoding {encoding!r}; try utf-8, latin-1 or utf-16", 2) from None
    return "utf-8" if name == "utf-8-sig" else name


class _Chained(io.BufferedIOBase):
    """Bytes already taken, then the stream they came from; counts what is read."""

    def __init__(self, taken: bytes, stream: BinaryIO | None, done: int) -> None:
        self._taken, self._stream, self.done = taken, stream, done

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1, /) -> bytes:
        data, self._taken = self._taken[:size], self._taken[size:]
        if not data and self._stream is not None:
            data = self._stream.read(size)
        self.done += len(data)
        return data


def decoded_lines(taken: bytes, stream: BinaryIO | None, layout: Layout) -> Iterator[str]:
    """Decode line by line what was taken of the stream, then the stream.

    Raises
    ------
    KitError
        Naming the offset of a byte that the encoding does not have.
    """
    counted = cast(Any, _Chained(taken, stream, layout.bytes))
    encoding = "utf-8-sig" if layout.encoding == "utf-8" and not layout.bytes else layout.encoding
    try:
        yield from io.TextIOWrapper(counted, encoding=encoding, newline="")
    except UnicodeDecodeError as error:
        byte = f"byte 0x{error.object[error.start]:02x}"
        offset = counted.done - len(error.object) + error.start
        what = f"{byte} at offset {offset} is not {layout.encoding.upper()}"
        raise KitError(f"{layout.source}: {what}; name the file's --encoding") from None


def careful_records(lines: Iterable[str], layout: Layout) -> Iterator[list[str]]:
    """Read records with Python's csv reader; blank lines are passed over.

    Raises
    ------
    KitError
        For a record of a wrong width or with broken quotes, unless bad ones are left out.
    """
    csv.field_size_limit(FIELD_LIMIT)
    reader = csv.reader(lines, delimiter=layout.delimiter or ",", strict=True)
    width, before = len(layout.names), layout.lines
    while True:
        try:
            for fields in reader:
                if len(fields) == width:
                    yield fields
                elif fields:
                    what = f"{len(fields)} fields where the header has {width}"
                    _bad(layout, before + reader.line_num, what, "that record")
            break
        except csv.Error as error:
            _bad(layout, before + reader.line_num, str(error), "its quotes")
    layout.lines = before + reader.line_num


def _bad(layout: Layout, line: int, what: str, part: str) -> None:
    if layout.bad is None:
        advice = f"mend {part} or pass --skip-bad"
        raise KitError(f"{layout.source}: line {line}: {what}; {advice}")
    layout.bad.append(line)


def take_header(head: bytes, layout: Layout) -> bytes:
    """Read the header into the layout; return the bytes after it.

    Raises
    ------
    KitError
        When there is none, or it does not end within the bytes given.
    """
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in decoded_lines(head, None, layout):
            taken.append(line)
            yield line

    source = lines()
    first = next(source, "")
    if not first.strip("\r\n"):
        raise KitError(f"{layout.source}: is empty; a header line is needed")
    layout.delimiter = layout.delimiter or delimiter_of(layout.source, first)
    csv.field_size_limit(FIELD_LIMIT)
    rest = iter([first])
    try:
        reader = csv.reader(_both(rest, source), delimiter=layout.delimiter, strict=True)
        layout.names = unique_names(next(reader))
    except csv.Error as error:
        raise KitError(f"{layout.source}: line 1: {error}; mend the header's quotes") from None
    mark = next((len(bom) for bom in BOMS if head.startswith(bom)), 0)
    encoding = layout.encoding
    if encoding == "utf-16" and mark:
        layout.encoding = "utf-16-le" if head.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
        encoding = layout.encoding
    layout.bytes = mark + len("".join(taken).encode(encoding))
    layout.lines = len(taken)
    return head[layout.bytes :]


def _both(first: Iterator[str], then: Iterator[str]) -> Iterator[str]:
    yield from first
    yield from then


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
    seps = _separators(outside, layout.delimiter or ",")
    delimiters = (layout.delimiter or ",").encode() * (len(layout.names) - 1)
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
    delimiters = np.count_nonzero(data == ord(layout.delimiter or ","))
    newlines = np.count_nonzero(data == ord("\n"))
    return bool(newlines == records and delimiters == records * (len(layout.names) - 1))


def is_plain(block: bytes, layout: Layout) -> bool:
    """Tell whether a block has neither quotes nor carriage returns, and a first record that fits.

    A parser that knows no header takes its width from that first one.
    """
    if b'"' in block or b"\r" in block or b"\0" in block or len(layout.names) == 1:
        return False
    first = block[: block.find(b"\n")]
    return first.count((layout.delimiter or ",").encode()) == len(layout.names) - 1


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
