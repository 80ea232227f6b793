"""Batch prediction: a CSV in a pipe, its bytes kept, one column added; alone or on many cores."""

import io
import os
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import IO, BinaryIO

from pyhelpers.csvio.table import quoted, table_of, with_field
from pyhelpers.machine import cores
from pyhelpers.model.asking import asked
from pyhelpers.model.blocks import (
    BLOCK,
    LONGEST_RECORD,
    QUOTE,
    Block,
    Layout,
    check_length,
    fast_columns,
    read_blocks,
    records,
    row_of,
)
from pyhelpers.model.linear_batch import answer_columns
from pyhelpers.model.linear_model import Label
from pyhelpers.model.load import Model

Answering = Callable[[Iterable[Block]], Generator[bytes]]
WAVE = 4  # blocks a process takes before the next are handed out: what bounds memory


def cell(label: Label, delimiter: str) -> str:
    """Return an answer as a CSV field (RFC 4180), numbers with all their digits.

    Examples
    --------
    >>> cell(0.1, ","), cell("a,b", ",")
    ('0.1', '"a,b"')
    """
    text = repr(label) if isinstance(label, float) else str(label)
    return quoted(text, delimiter)


def cells(labels: list[Label], delimiter: str) -> Iterable[str]:
    """Return answers as CSV fields."""
    if labels and isinstance(labels[0], float):
        return map(repr, labels)
    known = {label: cell(label, delimiter) for label in set(labels)}
    return map(known.__getitem__, labels)


def answer_block(model: Model, layout: Layout, block: Block) -> bytes:
    """Return a block with the model's answers as one more column: the work of one step."""
    data, end = block.data, b""
    if not data.endswith(b"\n"):
        end = b"\r\n" if b"\r\n" in data else b"\n"
        data += end
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _answer_records(model, layout, block)
    columns = fast_columns(data, layout)
    answers = None if columns is None else answer_columns(model.predictor, columns)
    if answers is None:
        return _answer_records(model, layout, block)
    stop = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(stop)
    lines.pop()
    pieces: list[str] = [layout.delimiter] * (4 * len(lines))
    pieces[0::4], pieces[2::4] = lines, list(cells(answers, layout.delimiter))
    pieces[3::4] = [stop] * len(lines)
    return "".join(pieces).encode().removesuffix(end)


def _answer_records(model: Model, layout: Layout, block: Block) -> bytes:
    """Do as `answer_block`, record by record."""
    read = list(records(block, layout))
    kept = [(line, row_of(layout, line, fields)) for _, line, fields in read if fields]
    places, rows = [line for line, _ in kept], [row for _, row in kept]
    answers = iter(asked(model, model.predictor.predict, layout, places, rows))
    lines = []
    for text, _, fields in read:
        if fields:
            text = with_field(text, cell(next(answers), layout.delimiter), layout.delimiter)
        lines.append(text)
    return "".join(lines).encode()


def one_by_one(model: Model, layout: Layout) -> Answering:
    """Return what answers blocks in this process."""
    return lambda blocks: (answer_block(model, layout, block) for block in blocks)


def in_processes(model: Model, layout: Layout, jobs: int) -> Answering:
    """Return what answers blocks in `jobs` processes (-1 is one a core), in order."""

    def answer(blocks: Iterable[Block]) -> Generator[bytes]:
        from joblib import Parallel, delayed

        # After Ctrl-C or a closed pipe joblib's tracker cleans up, and need not speak of it.
        os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker")
        processes = cores() if jobs < 0 else jobs
        left = iter(blocks)
        with Parallel(n_jobs=processes, return_as="generator") as pool:
            try:
                while wave := list(islice(left, WAVE * processes)):
                    yield from pool(delayed(answer_block)(model, layout, block) for block in wave)
            except BaseException:
                pool._backend.abort_everything(ensure_ready=False)
                raise

    return answer


@dataclass(frozen=True)
class Opened:
    """A CSV of which the header has been read.

    Attributes
    ----------
    head : str
        The header as it stands: byte order mark, quotes and line end.
    blocks : iterator of Block
        The records.
    """

    layout: Layout
    names: list[str]
    head: str
    blocks: Iterable[Block]


def open_csv(
    model: Model, stream: BinaryIO, source: str, delimiter: str | None, size: int = BLOCK
) -> Opened:
    """Read a CSV's header for a model; `source` names it.

    Raises
    ------
    KitError
        When it has no header, or a column is not there that the model needs.
    """
    head = _read_head(stream, source)
    table = table_of(io.BytesIO(head), source, delimiter)
    features = model.schema.features
    positions = model.schema.positions(table.names, table.source)
    layout = Layout(table.source, table.delimiter, len(table.names), features, positions)
    blocks = read_blocks(stream, head.count(b"\n") + 1, size, table.source)
    return Opened(layout, table.names, table.head, blocks)


def size_of(file: str | None) -> int | None:
    """Return a file's size in bytes; None for a pipe, or where it is compressed or far."""
    if file is None or not os.path.isfile(file) or file.endswith((".gz", ".bz2", ".xz", ".zst")):
        return None
    return os.path.getsize(file)


def _read_head(stream: BinaryIO, source: str) -> bytes:
    """Read the header record: to the first line end outside quotes."""
    head, quoted = bytearray(), False
    while line := stream.readline(LONGEST_RECORD + 1):
        head += line
        check_length(len(head), source, 1)
        quoted ^= bool(line.count(QUOTE) % 2)
        if not quoted:
            break
    return bytes(head)


def predict_csv(
    opened: Opened,
    name: str,
    answer: Answering,
    out: IO[bytes],
    step: Callable[[int], None] = lambda done: None,
) -> None:
    """Write a CSV with a model's answers as one more column, in memory of a few blocks.

    Parameters
    ----------
    name : str
        The new column's.
    step : function
        Told of the bytes that are written.

    Raises
    ------
    KitError
        For a text where the model wants a number (file, line and column named), a record of another
        width than the header's.
    """
    separator = opened.layout.delimiter
    out.write(with_field(opened.head, cell(name, separator), separator).encode())
    with closing(answer(opened.blocks)) as answered:
        for data in answered:
            out.write(data)
            out.flush()
            step(len(data))
    out.flush()
