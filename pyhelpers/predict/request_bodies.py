"""Request bodies: rows in the shape that a service accepts, in chunks of bounded size."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.table import quoted
from pyhelpers.predict.input_rows import Row, Source


@dataclass(frozen=True)
class Shape:
    """The form of a request body: `head`, rows separated by `between`, `tail`.

    Attributes
    ----------
    row : function
        Returns one `Row` as text in the body.
    """

    head: str
    between: str
    tail: str
    row: Callable[[Row], str]

    def body(self, pieces: Sequence[str]) -> str:
        """Return the body of rows that `row` has formatted."""
        return self.head + self.between.join(pieces) + self.tail


def prediction_text(value: Any) -> str:
    """Return a prediction as a field: a number's shortest exact form, a list as JSON.

    Examples
    --------
    >>> [prediction_text(value) for value in (70.5, "yes", None, True, [1, 2.5])]
    ['70.5', 'yes', '', 'true', '[1, 2.5]']
    """
    if type(value) is float:
        return repr(value)
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def csv_line(values: Sequence[Any]) -> str:
    """Return one RFC 4180 record.

    Examples
    --------
    >>> csv_line(["Rome", 1, "a,b"])
    'Rome,1,"a,b"\\n'
    """
    # Python's own writer leaves a carriage return unquoted where lines end in a line feed.
    line = ",".join(quoted(prediction_text(value), ",") for value in values)
    return (line or '""') + "\n"


def _chooser(positions: list[int] | None) -> Callable[[Sequence[Any]], Sequence[Any]]:
    if positions is None:
        return lambda values: values
    return lambda values: [values[position] for position in positions]


def records_shape(names: Sequence[str], positions: list[int] | None) -> Shape:
    """Return {"instances": [{"name": value, ...}, ...]}."""
    choose = _chooser(positions)
    keys = (json.dumps(name).replace("%", "%%") for name in choose(names))
    form = "{" + ", ".join(f"{key}: %s" for key in keys) + "}"
    return Shape('{"instances": [', ", ", "]}", lambda row: form % tuple(choose(row.cells)))


def rows_shape(positions: list[int] | None) -> Shape:
    """Return {"instances": [[value, ...], ...]}."""
    choose = _chooser(positions)
    return Shape('{"instances": [', ", ", "]}", lambda row: f"[{', '.join(choose(row.cells))}]")


def split_shape(
    names: Sequence[str], positions: list[int] | None, key: str = "dataframe_split"
) -> Shape:
    """Return MLflow's {"dataframe_split": {"columns": [...], "data": [[value, ...], ...]}}."""
    columns = json.dumps(list(_chooser(positions)(names)))
    head = f'{{"{key}": {{"columns": {columns}, "data": ['
    return Shape(head, ", ", "]}}", rows_shape(positions).row)


def input_data_shape(names: Sequence[str], positions: list[int] | None) -> Shape:
    """Return {"input_data": {"columns": [...], "data": [...]}}, as Azure ML wraps MLflow's."""
    return split_shape(names, positions, "input_data")


def csv_shape(names: Sequence[str], positions: list[int] | None) -> Shape:
    """Return a CSV with its header."""
    choose = _chooser(positions)
    return Shape(csv_line(choose(names)), "", "", lambda row: csv_line(choose(row.values)))


def shape_of(
    kind: str | None,
    source: Source,
    columns: Sequence[str] | None,
    parameters: Mapping[str, Any] | None = None,
) -> Shape:
    """Return the shape for the rows of `source`.

    Parameters
    ----------
    kind : {"records", "rows", "split", "input_data", "csv"} or None
        None is records where the columns have names, else rows.
    columns : sequence of str or None
        The columns to send; None for all.
    parameters : mapping
        Member "parameters" of the body, which only records and rows have.
    """
    if parameters:
        if kind not in (None, "records", "rows"):
            raise KitError(f"--proba and --interval are for records and rows, not {kind}", 2)
        shape = shape_of(kind, source, columns)
        return replace(shape, tail=f'], "parameters": {json.dumps(parameters)}}}')
    positions = source.positions(columns)
    if kind == "rows" or (kind is None and source.names is None):
        return rows_shape(positions)
    if source.names is None:
        raise KitError(f"{source.name}: its arrays have no names; use --shape rows", 2)
    makers = {
        "records": records_shape,
        "split": split_shape,
        "input_data": input_data_shape,
        "csv": csv_shape,
    }
    return makers[kind or "records"](source.names, positions)


@dataclass
class Chunk:
    """The rows of one request, and each as text in its body.

    Attributes
    ----------
    more_names : list of str
        What the response has besides the predictions: classes, or "low" and "high".
    more : list of list
        Its values, a list a row.
    """

    source: str
    rows: list[Row] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    more_names: list[str] = field(default_factory=list)
    more: list[list[Any]] = field(default_factory=list)


def chunks(source: Source, shape: Shape, max_rows: int, max_bytes: int) -> Iterator[Chunk]:
    """Split the rows into chunks of at most `max_rows` rows and `max_bytes` bytes of body.

    Raises
    ------
    KitError
        For a row that alone is larger than `max_bytes`; for a malformed one, after the rows before
        it have been yielded.
    """
    frame = len(shape.body([]).encode())
    chunk, size = Chunk(source.name), frame
    broken: list[KitError] = []
    for row in _until_broken(source.rows, broken):
        piece = shape.row(row)
        added = len(shape.between) + (len(piece) if piece.isascii() else len(piece.encode()))
        if frame + added > max_bytes:
            where = f"{source.name}: {row.place}"
            raise KitError(f"{where}: {added} bytes alone; raise --chunk-bytes ({max_bytes})")
        if len(chunk.rows) == max_rows or size + added > max_bytes:
            yield chunk
            chunk, size = Chunk(source.name), frame
        chunk.rows.append(row)
        chunk.pieces.append(piece)
        size += added
    if chunk.rows:
        yield chunk
    if broken:
        raise broken[0]


def _until_broken(rows: Iterator[Row], broken: list[KitError]) -> Iterator[Row]:
    try:
        yield from rows
    except KitError as error:
        broken.append(error)
