"""Add predictions to a CSV of any size as a new column; the other bytes are copied."""

import io
import math
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

from pyhelpers import KitError
from pyhelpers.csvio.blocks import AsItComes, Block, EndlessRecordError, whole_blocks
from pyhelpers.csvio.encoding import decoded_lines
from pyhelpers.csvio.layout import Layout, read_layout
from pyhelpers.csvio.record_ends import endless_record
from pyhelpers.csvio.records import RecordReader
from pyhelpers.csvio.regular_blocks import regular_columns
from pyhelpers.csvio.table import bad_value, quoted, with_field
from pyhelpers.model.linear_model import Label, PlainModel
from pyhelpers.model.load import Model
from pyhelpers.model.schema import BadValue, Feature, Row, Schema, too_large, value_of_text


@dataclass(frozen=True)
class FieldMap:
    """The columns of a CSV that hold the fields of a model.

    Attributes
    ----------
    positions : list of int
        The column of each field, in the model's order.
    """

    layout: Layout
    features: list[Feature]
    positions: list[int]

    @property
    def source(self) -> str:
        """The CSV's name, for messages."""
        return self.layout.source

    @property
    def delimiter(self) -> str:
        """The CSV's field delimiter."""
        return self.layout.delimiter


def map_fields(schema: Schema, layout: Layout) -> FieldMap:
    """Find the fields of a model in a CSV; a KitError when the CSV lacks a column."""
    return FieldMap(layout, schema.features, schema.positions(layout.names, layout.source))


def row_of(fields: FieldMap, line: int, record: Sequence[str]) -> Row:
    """Return a record as the model's row; a KitError names file, line and column of a bad value."""
    pairs = zip(fields.features, fields.positions, strict=True)
    try:
        return [value_of_text(feature, record[at]) for feature, at in pairs]
    except BadValue as error:
        raise bad_value(fields.source, line, error.name, str(error)) from None


def predict_rows(
    model: Model,
    method: Callable[[Sequence[Row]], list[Any]],
    fields: FieldMap,
    lines: Sequence[int],
    rows: Sequence[Row],
) -> list[Any]:
    """Return the results of `method`, a method of the model's predictor, for rows.

    Parameters
    ----------
    lines : sequence of int
        The line of each row.

    Raises
    ------
    KitError
        For the first row with a number that is too large for the model.
    """
    try:
        if isinstance(model.predictor, PlainModel):
            for number, row in enumerate(rows):
                if not all(map(math.isfinite, model.predictor.scores(row))):
                    raise too_large(row, number, fields.features)
        answers = method(rows) if rows else []
        for number, answer in enumerate(answers):
            if isinstance(answer, float) and not math.isfinite(answer):
                raise too_large(rows[number], number, fields.features)
    except BadValue as error:
        if error.row is None:
            raise
        raise bad_value(fields.source, lines[error.row], error.name, str(error)) from None
    return answers


BlockPredictor = Callable[[Iterable[Block]], Generator[bytes]]
BLOCK = 1 << 19  # bytes read at once; larger blocks are not faster


def cell(label: Label, delimiter: str) -> str:
    """Return a prediction as a CSV field (RFC 4180), numbers with all their digits.

    Examples
    --------
    >>> cell(0.1, ","), cell("a,b", ",")
    ('0.1', '"a,b"')
    """
    text = repr(label) if isinstance(label, float) else str(label)
    return quoted(text, delimiter)


def cells(labels: list[Label], delimiter: str) -> Iterable[str]:
    """Return predictions as CSV fields."""
    if labels and isinstance(labels[0], float):
        return map(repr, labels)
    known = {label: cell(label, delimiter) for label in set(labels)}
    return map(known.__getitem__, labels)


def is_plain_number(feature: Feature) -> bool:
    """Return whether a field holds numbers without marks, missing where pandas says so."""
    return feature.kind == "number" and feature.form == "plain" and feature.absent is None


def values_of_columns(features: Sequence[Feature], columns: Sequence[Any]) -> list[Any] | None:
    """Return columns of numbers or texts as columns of values; None for a bad value."""
    import numpy as np

    found = []
    for feature, column in zip(features, columns, strict=True):
        if is_plain_number(feature):
            found.append(column)
            continue
        try:
            of = {text: value_of_text(feature, text) for text in set(column)}
        except BadValue:  # predicting row by row names it
            return None
        values = [of[text] for text in column]
        texts = feature.kind in ("category", "text")
        found.append(np.array(values, dtype=object if texts else float))
    return found


def predict_block(model: Model, fields: FieldMap, block: Block) -> bytes:
    """Return a block with the model's predictions as a new column."""
    data, end = bytes(block.data), b""
    if not data.endswith(b"\n"):
        end = b"\r\n" if b"\r\n" in data else b"\n"
        data += end
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _predict_records(model, fields, block)
    dialect, width = fields.layout.dialect, len(fields.layout.names)
    plain = [is_plain_number(feature) for feature in fields.features]
    read = regular_columns(data, dialect, width, fields.positions, plain)
    columns = None if read is None else values_of_columns(fields.features, read)
    answers = None if columns is None else model.predictor.predict_columns(columns)
    if answers is None:
        return _predict_records(model, fields, block)
    stop = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(stop)
    lines.pop()
    pieces: list[str] = [fields.delimiter] * (4 * len(lines))
    pieces[0::4], pieces[2::4] = lines, list(cells(answers, fields.delimiter))
    pieces[3::4] = [stop] * len(lines)
    return "".join(pieces).encode().removesuffix(end)


def _predict_records(model: Model, fields: FieldMap, block: Block) -> bytes:
    """Predict a block record by record."""
    before, layout = block.line - 1, fields.layout
    lines = decoded_lines(io.BytesIO(block.data), layout.source, start=(None, before))
    reader = RecordReader(lines, layout.dialect, layout.source, before)
    read = [(line, record, reader.text()) for line, record in reader.records(len(layout.names))]
    rows = [row_of(fields, line, record) for line, record, _ in read]
    places = [line for line, *_ in read]
    answers = predict_rows(model, model.predictor.predict, fields, places, rows)
    texts = [
        with_field(text, cell(answer, layout.delimiter), layout.delimiter)
        for (*_, text), answer in zip(read, answers, strict=True)
    ]
    return "".join([*texts, reader.text()]).encode()


def sequentially(model: Model, fields: FieldMap) -> BlockPredictor:
    """Return a function that predicts blocks in this process."""
    return lambda blocks: (predict_block(model, fields, block) for block in blocks)


@dataclass(frozen=True)
class OpenedCsv:
    """A CSV whose header has been read; `blocks` holds its records."""

    fields: FieldMap
    blocks: Iterable[Block]


def open_csv(
    model: Model, stream: BinaryIO, source: str, delimiter: str | None, size: int = BLOCK
) -> OpenedCsv:
    """Read the header of a CSV and find the model's fields in it.

    Raises
    ------
    KitError
        For a missing header, and for a missing column.
    """
    layout = read_layout(stream, source, delimiter)
    fields = map_fields(model.schema, layout)
    first = layout.lines + 1
    blocks = whole_blocks(AsItComes(stream), layout.dialect, first, size=size)
    return OpenedCsv(fields, _with_source(blocks, source))


def _with_source(blocks: Iterable[Block], source: str) -> Iterator[Block]:
    """Yield blocks; name the source in the error of a record that does not end."""
    try:
        yield from blocks
    except EndlessRecordError as error:
        raise KitError(f"{source}: {endless_record(error.line)}") from None


def size_of(file: str | None) -> int | None:
    """Return a file's size in bytes; None for a pipe, an address or a compressed file."""
    if file is None or not os.path.isfile(file) or file.endswith((".gz", ".bz2", ".xz", ".zst")):
        return None
    return os.path.getsize(file)


def predict_csv(
    opened: OpenedCsv,
    name: str,
    answer: BlockPredictor,
    out: IO[bytes],
    step: Callable[[int], None] = lambda done: None,
) -> None:
    """Write a CSV with predictions as a new column; memory holds a few blocks.

    Parameters
    ----------
    name : str
        Name of the new column.
    step : function
        Called with the number of bytes written.

    Raises
    ------
    KitError
        For a text in a column of numbers, and a record with another number of fields than the
        header; file, line and column are named.
    """
    separator = opened.fields.delimiter
    out.write(with_field(opened.fields.layout.head, cell(name, separator), separator).encode())
    with closing(answer(opened.blocks)) as answered:
        for data in answered:
            out.write(data)
            out.flush()
            step(len(data))
    out.flush()
