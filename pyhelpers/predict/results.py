"""Results: the rows as they came in, each with its prediction."""

import json
import sys
from collections.abc import Iterator
from itertools import chain
from typing import Any

from pyhelpers import KitError
from pyhelpers.cli.output import print_lines
from pyhelpers.csvio.table import quoted, with_field
from pyhelpers.predict.input_rows import Row, Source
from pyhelpers.predict.json_fields import prediction_text
from pyhelpers.predict.request_bodies import Chunk

Answered = Iterator[tuple[Chunk, list[Any]]]


def check_name(source: Source, name: str) -> None:
    """Refuse (2) a new column of a name that the rows have."""
    if name in (source.names or ()):
        raise KitError(f"{source.name}: has a column {name!r} already; see --as", 2)


def beside(source: Source, answered: Answered, name: str) -> Iterator[list[str]]:
    """Yield the lines of each chunk of a CSV as they stand in the file, a field longer."""
    mark = source.delimiter
    lines = [with_field(source.head, quoted(name, mark), mark)]
    for chunk, values in answered:
        for row, value in zip(chunk.rows, values, strict=True):
            lines.append(with_field(row.text, quoted(prediction_text(value), mark), mark))
        yield lines
        lines = []
    yield [source.tail()]


def _typed(row: Row) -> list[Any]:
    return [json.loads(cell) for cell in row.cells]


def as_rows(source: Source, answered: Answered, name: str, typed: bool) -> Iterator[dict[str, Any]]:
    """Yield each row as a mapping, with numbers for --format json, as text for the others.

    Values without names are called x1, x2 ...
    """
    for chunk, values in answered:
        for row, value in zip(chunk.rows, values, strict=True):
            given = source.names or [f"x{place}" for place in range(1, len(row.cells) + 1)]
            names = [*given, name]
            cells = [*(_typed(row) if typed else row.values), value]
            cells = cells if typed else [prediction_text(cell) for cell in cells]
            yield dict(zip(names, cells, strict=True))


def show(source: Source, answered: Answered, format: str | None, name: str) -> bool:
    """Print the rows with their predictions in column `name`; return whether there was any.

    A CSV in stays byte for byte what it was when a CSV comes out.
    """
    first = next(iter(answered), None)
    if first is None:
        return False
    answered = chain([first], answered)
    format = format or ("table" if sys.stdout.isatty() else "csv")
    if format == "csv" and source.head:
        for lines in beside(source, answered, name):
            print_lines(lines)
    else:
        from pyhelpers.cli.output import emit

        emit(as_rows(source, answered, name, typed=format == "json"), format)
    return True
