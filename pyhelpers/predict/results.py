"""Results: the input rows, each with its prediction."""

import json
from collections.abc import Iterator
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.table import quoted, with_field
from pyhelpers.predict.input_rows import Row, Source
from pyhelpers.predict.json_fields import prediction_text
from pyhelpers.predict.request_bodies import Chunk

Predicted = Iterator[tuple[Chunk, list[Any]]]  # each chunk with its predictions


def check_new_column(source: Source, name: str) -> None:
    """Raise a KitError (2) if the rows have a column `name` already."""
    if name in (source.names or ()):
        raise KitError(f"{source.name}: has a column {name!r} already; see --as", 2)


def csv_lines(source: Source, predicted: Predicted, name: str) -> Iterator[list[str]]:
    """Yield the lines of each chunk of a CSV unchanged, with the prediction as a further field."""
    mark = source.delimiter
    lines = [with_field(source.head, quoted(name, mark), mark)]
    for chunk, values in predicted:
        for row, value in zip(chunk.rows, values, strict=True):
            lines.append(with_field(row.text, quoted(prediction_text(value), mark), mark))
        yield lines
        lines = []
    yield [source.tail()]


def _typed(row: Row) -> list[Any]:
    return [json.loads(cell) for cell in row.cells]


def records(
    source: Source, predicted: Predicted, name: str, typed: bool
) -> Iterator[dict[str, Any]]:
    """Yield each row with its prediction as a mapping, its values as JSON's if `typed`, else text.

    Values without names are called x1, x2 ...
    """
    for chunk, values in predicted:
        for row, value in zip(chunk.rows, values, strict=True):
            given = source.names or [f"x{place}" for place in range(1, len(row.cells) + 1)]
            names = [*given, name]
            cells = [*(_typed(row) if typed else row.values), value]
            cells = cells if typed else [prediction_text(cell) for cell in cells]
            yield dict(zip(names, cells, strict=True))
