"""Add predictions to a CSV of any size as new columns; the other bytes are copied."""

import io
import math
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, NamedTuple

from pyhelpers import KitError
from pyhelpers.csvio.blocks import AsItComes, Block, EndlessRecordError, whole_blocks
from pyhelpers.csvio.encoding import decoded_lines
from pyhelpers.csvio.layout import Layout, read_layout
from pyhelpers.csvio.record_ends import endless_record
from pyhelpers.csvio.records import RecordReader
from pyhelpers.csvio.regular_blocks import regular_columns
from pyhelpers.csvio.table import bad_value, with_field
from pyhelpers.model.ensemble import Ensemble
from pyhelpers.model.linear_model import Label, PlainModel
from pyhelpers.model.load import Model
from pyhelpers.model.new_columns import NewColumns, Unseen, cell
from pyhelpers.model.plain_ensemble import PlainEnsemble
from pyhelpers.model.schema import BadValue, Feature, Row, Schema, too_large, value_of_text


@dataclass(frozen=True)
class FieldMap:
    """The columns of a CSV that hold the fields of a model.

    Attributes
    ----------
    positions : list of int
        The column of each field, in the model's order.
    new : NewColumns
        The columns that are added.
    """

    layout: Layout
    features: list[Feature]
    positions: list[int]
    new: NewColumns = NewColumns()


def map_fields(schema: Schema, layout: Layout, new: NewColumns | None = None) -> FieldMap:
    """Find the fields of a model in a CSV; a KitError when the CSV lacks a column."""
    positions = schema.positions(layout.names, layout.source)
    return FieldMap(layout, schema.features, positions, new or NewColumns())


def row_of(fields: FieldMap, line: int, record: Sequence[str]) -> Row:
    """Return a record as the model's row; a KitError names file, line and column of a bad value."""
    pairs = zip(fields.features, fields.positions, strict=True)
    try:
        return [value_of_text(feature, record[at]) for feature, at in pairs]
    except BadValue as error:
        raise bad_value(fields.layout.source, line, error.name, str(error)) from None


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
        raise bad_value(fields.layout.source, lines[error.row], error.name, str(error)) from None
    return answers


class Predicted(NamedTuple):
    """A block with its predictions.

    Attributes
    ----------
    data : bytes
        The records with the new columns.
    unseen : Unseen
        What of them training never had.
    """

    data: bytes
    unseen: Unseen


BlockPredictor = Callable[[Iterable[Block]], Generator[Predicted]]
BLOCK = 1 << 19  # bytes read at once; larger blocks are not faster
BLOCK_OF_TREES = 1 << 22  # except for trees, whose nodes are evaluated for all rows of a block


def values_of_columns(features: Sequence[Feature], columns: Sequence[Any]) -> list[Any] | None:
    """Return columns of numbers or texts as columns of values; None for a bad value."""
    import numpy as np

    found = []
    for feature, column in zip(features, columns, strict=True):
        if feature.is_plain_number:
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


def predict_block(model: Model, fields: FieldMap, block: Block) -> Predicted:
    """Return a block with the model's predictions as new columns."""
    data, end = bytes(block.data), b""
    if not data.endswith(b"\n"):
        end = b"\r\n" if b"\r\n" in data else b"\n"
        data += end
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _predict_records(model, fields, block)
    dialect, width = fields.layout.dialect, len(fields.layout.names)
    plain = [feature.is_plain_number for feature in fields.features]
    read = regular_columns(data, dialect, width, fields.positions, plain)
    columns = None if read is None else values_of_columns(fields.features, read)
    answers = None if columns is None else _answers(model, fields.new, columns)
    if columns is None or answers is None:
        return _predict_records(model, fields, block)
    stop = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(stop)
    lines.pop()
    added = fields.new.cells(*answers, fields.layout.delimiter)
    step = 2 * len(added) + 2
    pieces: list[str] = [fields.layout.delimiter] * (step * len(lines))
    pieces[0::step], pieces[step - 1 :: step] = lines, [stop] * len(lines)
    for place, cells in enumerate(added):
        pieces[2 * place + 2 :: step] = cells
    unseen = Unseen()
    unseen.add(fields.features, columns)
    return Predicted("".join(pieces).encode().removesuffix(end), unseen)


def _answers(
    model: Model, new: NewColumns, columns: list[Any]
) -> tuple[list[Label], list[list[float]] | None] | None:
    """Return labels and probabilities for columns; None where a row must be predicted alone."""
    if new.classes is not None and isinstance(model.predictor, (Ensemble, PlainEnsemble)):
        return model.predictor.labels_and_shares(columns)  # which are computed once
    labels = model.predictor.predict_columns(columns)
    if new.classes is None:
        return None if labels is None else (labels, None)
    shares = model.predictor.probability_columns(columns)
    return None if labels is None or shares is None else (labels, shares)


def _predict_records(model: Model, fields: FieldMap, block: Block) -> Predicted:
    """Predict a block record by record."""
    before, layout, predictor = block.line - 1, fields.layout, model.predictor
    lines = decoded_lines(io.BytesIO(block.data), layout.source, start=(None, before))
    reader = RecordReader(lines, layout.dialect, layout.source, before)
    read = [(line, record, reader.text()) for line, record in reader.records(len(layout.names))]
    rows = [row_of(fields, line, record) for line, record, _ in read]
    places = [line for line, *_ in read]
    labels = predict_rows(model, predictor.predict, fields, places, rows)
    shares = None
    if fields.new.classes is not None and rows:
        shares = predict_rows(model, predictor.probabilities, fields, places, rows)
    added = zip(*fields.new.cells(labels, shares, layout.delimiter), strict=True) if rows else ()
    texts = []
    for (*_, text), cells in zip(read, added, strict=True):
        for one in cells:
            text = with_field(text, one, layout.delimiter)
        texts.append(text)
    unseen = Unseen()
    if rows:
        unseen.add(fields.features, list(zip(*rows, strict=True)))
    return Predicted("".join([*texts, reader.text()]).encode(), unseen)


def sequentially(model: Model, fields: FieldMap) -> BlockPredictor:
    """Return a function that predicts blocks in this process."""
    return lambda blocks: (predict_block(model, fields, block) for block in blocks)


@dataclass(frozen=True)
class OpenedCsv:
    """A CSV whose header has been read; `blocks` holds its records, but those passed over."""

    fields: FieldMap
    blocks: Iterable[Block]
    begun: bool = False  # whether the header is written already
    goes_on: bool = False  # whether another CSV's records follow


def open_csv(
    model: Model,
    stream: BinaryIO,
    source: str,
    delimiter: str | None,
    size: int | None = None,
    new: NewColumns | None = None,
    pass_over: Callable[[BinaryIO, Layout], int | None] = lambda stream, layout: None,
) -> OpenedCsv:
    """Read the header of a CSV and find the model's fields in it.

    Parameters
    ----------
    size : int
        Bytes read at once (default: as many as suit the model in this process).
    pass_over : function
        Reads the records that were predicted before; returns their number of lines, or None.

    Raises
    ------
    KitError
        For a missing header, and for a missing column.
    """
    if size is None:
        size = BLOCK if isinstance(model.predictor, PlainModel) else BLOCK_OF_TREES
    layout = read_layout(stream, source, delimiter)
    fields = map_fields(model.schema, layout, new)
    passed = pass_over(stream, layout)
    first = layout.lines + (passed or 0) + 1
    blocks = whole_blocks(AsItComes(stream), layout.dialect, first, size=size)
    return OpenedCsv(fields, _with_source(blocks, source), passed is not None)


def _with_source(blocks: Iterable[Block], source: str) -> Iterator[Block]:
    """Yield blocks; name the source in the error of a record that does not end."""
    try:
        yield from blocks
    except EndlessRecordError as error:
        raise KitError(f"{source}: {endless_record(error.line)}") from None


def predict_csv(
    opened: OpenedCsv,
    answer: BlockPredictor,
    out: IO[bytes],
    step: Callable[[int], None] = lambda done: None,
    unseen: Unseen | None = None,
) -> Unseen:
    """Write a CSV with predictions as new columns; return what of it training never had.

    Memory holds a few blocks.

    Parameters
    ----------
    step : function
        Called with the number of bytes written.
    unseen : Unseen
        Counts on; by default from nothing.

    Raises
    ------
    KitError
        For a text in a column of numbers, and a record with another number of fields than the
        header; file, line and column are named.
    """
    separator, head = opened.fields.layout.delimiter, opened.fields.layout.head
    for name in opened.fields.new.names:
        head = with_field(head, cell(name, separator), separator)
    if not opened.begun:
        out.write(head.encode())
    unseen = Unseen() if unseen is None else unseen
    with closing(answer(opened.blocks)) as answered:
        for data, beyond in answered:
            if opened.goes_on and not data.endswith((b"\n", b"\r")):
                data += b"\n"
            out.write(data)
            out.flush()
            unseen.merge(beyond)
            step(len(data))
    out.flush()
    return unseen
