"""Results: the rows as they came in, each with its prediction."""

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from pyhelpers._cli import emit, emit_lines
from pyhelpers.payload.cells import prediction_text, quoted
from pyhelpers.payload.rows import Row, Source
from pyhelpers.payload.shapes import Chunk

Answered = Iterable[tuple[Chunk, list[Any]]]


def column_name(names: list[str]) -> str:
    """Return "prediction", numbered where a column is called so already.

    Examples
    --------
    >>> column_name(["height"]), column_name(["prediction", "height"])
    ('prediction', 'prediction_2')
    """
    name, number = "prediction", 1
    while name in names:
        number += 1
        name = f"prediction_{number}"
    return name


def _line_end(text: str) -> str:
    return text[len(text.rstrip("\r\n")) :]


def beside(source: Source, answered: Answered) -> Iterator[list[str]]:
    """Yield the lines of each chunk of a CSV as they stand in the file, a field longer.

    The last record gets the header's line end where it has none.
    """
    end = _line_end(source.head) or "\n"
    head = source.head.rstrip("\r\n") + source.delimiter + column_name(source.names or []) + end
    for chunk, values in answered:
        lines = [head] if head else []
        for row, value in zip(chunk.rows, values, strict=True):
            field = quoted(prediction_text(value), source.delimiter)
            tail = _line_end(row.text)
            record = row.text.removesuffix(tail)
            lines.append(record + source.delimiter + field + (tail or end))
        yield lines
        head = ""


def _typed(row: Row) -> list[Any]:
    return [json.loads(cell) for cell in row.cells]


def as_rows(source: Source, answered: Answered, typed: bool) -> Iterator[dict[str, Any]]:
    """Yield each row as a mapping, with numbers for --format json, as text for the others."""
    names: list[str] = []
    for chunk, values in answered:
        for row, value in zip(chunk.rows, values, strict=True):
            if not names:
                given = source.names or [f"x{place}" for place in range(1, len(row.cells) + 1)]
                names = [*given, column_name(given)]
            cells = [*(_typed(row) if typed else row.values), value]
            cells = cells if typed else [prediction_text(cell) for cell in cells]
            yield dict(zip(names, cells, strict=True))


def show(source: Source, answered: Answered, format: str | None) -> bool:
    """Print the rows with their predictions; return whether there was any.

    A CSV in stays byte for byte what it was when a CSV comes out.
    """
    format = format or ("table" if sys.stdout.isatty() else "csv")
    if format == "csv" and source.head:
        shown = False
        for lines in beside(source, answered):
            emit_lines(lines)
            shown = True
        return shown
    rows = as_rows(source, answered, typed=format == "json")
    first = next(rows, None)
    if first is None:
        return False
    emit(chain([first], rows), format)
    return True
