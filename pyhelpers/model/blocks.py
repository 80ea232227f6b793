"""Blocks: a CSV cut into runs of whole records, each parsed by itself, fast where it is regular."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from pyhelpers import KitError
from pyhelpers.csvio.records import FIELD_LIMIT
from pyhelpers.csvio.table import MISSING
from pyhelpers.model.schema import BadValue, Feature, Row, value_of_text

BLOCK = 1 << 19  # bytes read at once: more only costs memory
LONGEST_RECORD = 1 << 28  # bytes; a quote that nobody closes would hold all that follows
LONGEST = 64  # bytes of a field that the fast way takes
NEWLINE, QUOTE = 10, b'"'


@dataclass(frozen=True)
class Layout:
    """How a CSV's records are laid out.

    Attributes
    ----------
    positions : list of int
        Where each of the model's fields stands, in the model's order.
    """

    source: str
    delimiter: str
    width: int
    features: list[Feature]
    positions: list[int]


@dataclass(frozen=True)
class Block:
    """Whole records as they stand in the file, and the number of their first line."""

    data: bytes
    line: int


def last_record_end(data: bytes, quoted: bool = False) -> int:
    """Return where the last whole record of `data` ends, 0 where none does.

    A record ends with a line end that has an even number of quotes before it (RFC 4180). Each byte
    is looked at once from either side, however the quotes stand.

    Parameters
    ----------
    quoted : bool
        Whether an odd number of quotes of the same record stands before `data`.

    Examples
    --------
    >>> last_record_end(b'a,b\\n"c\\nd'), last_record_end(b'"a\\nb"')
    (4, 0)
    """
    inside = quoted ^ bool(data.count(QUOTE) % 2)
    end = len(data)
    while end >= 0:
        start = data.rfind(QUOTE, 0, end)
        newline = -1 if inside else data.rfind(b"\n", start + 1, end)
        if newline >= 0:
            return newline + 1
        inside, end = not inside, start
    return 0


def read_blocks(
    stream: BinaryIO, line: int, size: int = BLOCK, source: str = "standard input"
) -> Iterator[Block]:
    """Cut what is left of a stream into blocks, as soon as its bytes are there.

    Parameters
    ----------
    line : int
        The number of the line that comes next.
    size : int
        Bytes that are read at once; a longer record still stays whole.

    Raises
    ------
    KitError
        When no record ends within `LONGEST_RECORD` bytes.
    """
    held, quoted = bytearray(), False
    read = getattr(stream, "read1", stream.read)
    while chunk := read(size):
        end = last_record_end(chunk, quoted)
        if end:
            data = bytes(held) + chunk[:end]
            yield Block(data, line)
            line += data.count(b"\n")
            held, quoted, chunk = bytearray(), False, chunk[end:]
        held += chunk
        quoted ^= bool(chunk.count(QUOTE) % 2)
        check_length(len(held), source, line)
    if held:
        yield Block(bytes(held), line)


def check_length(size: int, source: str, line: int) -> None:
    """Refuse a record that does not end: memory would not hold what follows an open quote."""
    if size > LONGEST_RECORD:
        what = f"no record ends within {LONGEST_RECORD >> 20} MB from line {line} on"
        raise KitError(f"{source}: {what}; close or double the quote that is open there")


def _edges(data: bytes, layout: Layout) -> Any:
    """Return where fields end, shape (records, width); None where the data is not regular."""
    import numpy as np

    octets = np.frombuffer(data, np.uint8)
    mark = layout.delimiter.encode()
    ends = np.flatnonzero((octets == mark[0]) | (octets == NEWLINE))
    if len(ends) % layout.width or data.count(b"\n") * layout.width != len(ends):
        return None
    edges = ends.reshape(-1, layout.width)
    return edges if (octets[edges[:, -1]] == NEWLINE).all() else None


def _texts(data: bytes, starts: Any, ends: Any) -> Any:
    """Return fields as an array of byte strings; None where one is too long."""
    import numpy as np

    lengths = ends - starts
    longest = max(1, int(lengths.max()))
    if longest > LONGEST:
        return None
    octets = np.frombuffer(data + bytes(longest), np.uint8)
    taken = np.lib.stride_tricks.sliding_window_view(octets, longest)[starts]
    taken[np.arange(longest) >= lengths[:, None]] = 0
    return taken.view(f"S{longest}").ravel()


def _numbers(texts: Any) -> Any:
    """Return byte strings as numbers, NaN where there is none; None where one is something else."""
    import numpy as np

    empty = texts == b""
    if empty.any():
        texts = np.where(empty, b"nan", texts)
    try:
        numbers = texts.astype(float)
    except ValueError:
        return None
    odd = (np.isnan(numbers) != empty).any() or np.isinf(numbers).any()
    return None if odd or b"_" in texts.tobytes() else numbers


def _categories(texts: Any) -> Any:
    import numpy as np

    known, where = np.unique(texts, return_inverse=True)
    names = [text.decode() for text in known.tolist()]
    return np.array([None if name in MISSING else name for name in names], dtype=object)[where]


def fast_columns(data: bytes, layout: Layout) -> list[Any] | None:
    """Return a block's columns as the model takes them, in the model's order.

    Returns
    -------
    list of numpy.ndarray or None
        Numbers with NaN, or texts with None, for what is missing. None where the block is not
        regular (quotes, blank lines, lone carriage returns, words in a column of numbers): then it
        is read record by record, which finds out what is wrong.
    """
    regular = QUOTE not in data and b"\0" not in data and len(layout.delimiter.encode()) == 1
    returns = data.count(b"\r")
    if not regular or (returns and not returns == data.count(b"\r\n") == data.count(b"\n")):
        return None
    edges = _edges(data, layout)
    if edges is None:
        return None
    columns = []
    for feature, at in zip(layout.features, layout.positions, strict=True):
        last = at == layout.width - 1
        starts = edges[:, at - 1] + 1 if at else _line_starts(edges)
        ends = edges[:, at] - (1 if last and returns else 0)
        texts = _texts(data, starts, ends)
        if texts is None or (layout.width == 1 and (ends == starts).any()):
            return None
        columns.append(_numbers(texts) if feature.kind == "number" else _categories(texts))
        if columns[-1] is None:
            return None
    return columns


def _line_starts(edges: Any) -> Any:
    import numpy as np

    return np.concatenate(([0], edges[:-1, -1] + 1))


def _decoded(block: Block, source: str) -> str:
    try:
        return block.data.decode()
    except UnicodeDecodeError as error:
        byte = f"byte 0x{error.object[error.start]:02x}"
        line = block.line + block.data.count(b"\n", 0, error.start)
        what = f"line {line}: {byte} is not UTF-8"
        raise KitError(f"{source}: {what}; convert it with iconv") from None


def records(block: Block, layout: Layout) -> Iterator[tuple[str, int, list[str]]]:
    """Read a block as Python's csv does; yield text as it stands, line number, and fields.

    A blank line has no fields.

    Raises
    ------
    KitError
        For bytes that are not UTF-8, an unclosed quote, too many or too few fields.
    """
    text = _decoded(block, layout.source)
    csv.field_size_limit(FIELD_LIMIT)
    taken: list[str] = []

    def tee() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    reader = csv.reader(tee(), delimiter=layout.delimiter, strict=True)
    while True:
        start = block.line + reader.line_num
        try:
            fields = next(reader, None)
        except csv.Error as error:
            where = f"{layout.source}: the record that starts on line {start}"
            raise KitError(f"{where}: {error}; mend its quotes") from None
        if fields is None:
            return
        line = block.line + reader.line_num - 1
        if fields and len(fields) != layout.width:
            what = f"{len(fields)} fields where the header has {layout.width}"
            raise KitError(f"{layout.source}: line {line}: {what}; mend that record")
        yield "".join(taken), line, fields
        taken.clear()


def row_of(layout: Layout, line: int, fields: Sequence[str]) -> Row:
    """Return a record as the model's row; a KitError names file, line and column of a wrong one."""
    pairs = zip(layout.features, layout.positions, strict=True)
    try:
        return [value_of_text(feature, fields[at]) for feature, at in pairs]
    except BadValue as error:
        where = f"{layout.source}: line {line}, column {error.name!r}"
        raise KitError(f"{where}: {error}; mend or drop that row") from None
