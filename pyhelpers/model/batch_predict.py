"""Batch prediction: a CSV in a pipe, its bytes kept, one column added; alone or on many cores."""

import io
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import IO, BinaryIO

from pyhelpers import KitError
from pyhelpers.csvio.blocks import AsItComes, Block, EndlessRecordError, whole_blocks
from pyhelpers.csvio.layout import read_layout
from pyhelpers.csvio.numpy_blocks import regular_columns
from pyhelpers.csvio.record_ends import endless_record
from pyhelpers.csvio.records import RecordReader, decoded_lines
from pyhelpers.csvio.table import quoted, with_field
from pyhelpers.machine import cores
from pyhelpers.model.asking import FieldMap, asked, map_fields, row_of
from pyhelpers.model.linear_batch import answer_columns
from pyhelpers.model.linear_model import Label
from pyhelpers.model.load import Model

Answering = Callable[[Iterable[Block]], Generator[bytes]]
BLOCK = 1 << 19  # bytes read at once: more only costs memory
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


def answer_block(model: Model, fields: FieldMap, block: Block) -> bytes:
    """Return a block with the model's answers as one more column: the work of one step."""
    data, end = bytes(block.data), b""
    if not data.endswith(b"\n"):
        end = b"\r\n" if b"\r\n" in data else b"\n"
        data += end
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _answer_records(model, fields, block)
    dialect, width = fields.layout.dialect, len(fields.layout.names)
    numeric = [feature.kind == "number" for feature in fields.features]
    columns = regular_columns(data, dialect, width, fields.positions, numeric)
    answers = None if columns is None else answer_columns(model.predictor, columns)
    if answers is None:
        return _answer_records(model, fields, block)
    stop = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(stop)
    lines.pop()
    pieces: list[str] = [fields.delimiter] * (4 * len(lines))
    pieces[0::4], pieces[2::4] = lines, list(cells(answers, fields.delimiter))
    pieces[3::4] = [stop] * len(lines)
    return "".join(pieces).encode().removesuffix(end)


def _answer_records(model: Model, fields: FieldMap, block: Block) -> bytes:
    """Do as `answer_block`, record by record."""
    before, layout = block.line - 1, fields.layout
    lines = decoded_lines(io.BytesIO(block.data), layout.source, start=(None, before))
    reader = RecordReader(lines, layout.delimiter, layout.source, before)
    read = [(line, record, reader.text()) for line, record in reader.records(len(layout.names))]
    rows = [row_of(fields, line, record) for line, record, _ in read]
    places = [line for line, *_ in read]
    answers = asked(model, model.predictor.predict, fields, places, rows)
    texts = [
        with_field(text, cell(answer, layout.delimiter), layout.delimiter)
        for (*_, text), answer in zip(read, answers, strict=True)
    ]
    return "".join([*texts, reader.text()]).encode()


def one_by_one(model: Model, fields: FieldMap) -> Answering:
    """Return what answers blocks in this process."""
    return lambda blocks: (answer_block(model, fields, block) for block in blocks)


def in_processes(model: Model, fields: FieldMap, jobs: int) -> Answering:
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
                    yield from pool(delayed(answer_block)(model, fields, block) for block in wave)
            except BaseException:
                pool._backend.abort_everything(ensure_ready=False)
                raise

    return answer


@dataclass(frozen=True)
class Opened:
    """A CSV whose header has been read; `blocks` holds its records."""

    fields: FieldMap
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
    layout = read_layout(stream, source, delimiter)
    fields = map_fields(model.schema, layout)
    first = layout.lines + 1
    blocks = whole_blocks(AsItComes(stream), layout.dialect, first, size=size)
    return Opened(fields, _with_source(blocks, source))


def _with_source(blocks: Iterable[Block], source: str) -> Iterator[Block]:
    """Yield blocks; name the source in the error of a record that does not end."""
    try:
        yield from blocks
    except EndlessRecordError as error:
        raise KitError(f"{source}: {endless_record(error.line)}") from None


def size_of(file: str | None) -> int | None:
    """Return a file's size in bytes; None for a pipe, or where it is compressed or far."""
    if file is None or not os.path.isfile(file) or file.endswith((".gz", ".bz2", ".xz", ".zst")):
        return None
    return os.path.getsize(file)


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
    separator = opened.fields.delimiter
    out.write(with_field(opened.fields.layout.head, cell(name, separator), separator).encode())
    with closing(answer(opened.blocks)) as answered:
        for data in answered:
            out.write(data)
            out.flush()
            step(len(data))
    out.flush()
