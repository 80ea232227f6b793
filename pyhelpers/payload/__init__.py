"""Payload: what predict sends to a service, and what becomes of its answers."""

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from pyhelpers import KitError
from pyhelpers._cli import (
    Columns,
    Delimiter,
    Format,
    emit_lines,
    new_app,
    one_character,
    open_bytes,
)
from pyhelpers.files import display_name
from pyhelpers.payload.exchange import Exchange, converse
from pyhelpers.payload.results import show
from pyhelpers.payload.rows import Source, from_json, from_table, from_words, looks_like_json
from pyhelpers.payload.shapes import chunks, shape_of
from pyhelpers.table import table_of

MAX_ROWS = 5000
MAX_BYTES = 1_400_000  # Vertex AI takes 1.5 MB, the least of the clouds
ASK_FD, TOLD_FD = 3, 4  # where bin/lib/http.sh listens and answers


def open_rows(words: list[str], delimiter: str | None) -> Source:
    """Open what a person named: FILE, -, a URL, nothing, or name=value words."""
    if words and all("=" in word for word in words) and not os.path.exists(words[0]):
        return from_words(words)
    if len(words) > 1:
        raise KitError("one FILE, or name=value words; quote a name with spaces", 2)
    file = words[0] if words else None
    stream, name = open_bytes(file), display_name(file)
    if looks_like_json(stream):
        return from_json(stream, name)
    return from_table(table_of(stream, name, one_character(delimiter)))


app = new_app()


@app.command()
def main(
    words: Annotated[list[str] | None, typer.Argument(metavar="FILE|-|name=value")] = None,
    shape: Annotated[
        Literal["records", "rows", "split", "csv"] | None,
        typer.Option("--shape", help="The body's form; records where columns have names."),
    ] = None,
    column: Columns = None,
    delimiter: Delimiter = None,
    chunk_rows: Annotated[int, typer.Option("--chunk-rows", min=1, help="Rows a body.")] = MAX_ROWS,
    chunk_bytes: Annotated[
        int, typer.Option("--chunk-bytes", min=1, help="Bytes a body.")
    ] = MAX_BYTES,
    format: Format = None,
    url: Annotated[str, typer.Option("--url", help="The service, for messages.")] = "the service",
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where bodies and answers go.")
    ] = None,
) -> None:
    """Make the bodies that a prediction service is asked with; print its predictions.

    Example:
      python -m pyhelpers predict Height-Inches=70

    bin/predict calls it with --folder and sends what it asks for on descriptor 3, answering on 4.
    Without --folder the body of the first row is printed.
    """
    source = open_rows(words or [], delimiter)
    frame = shape_of(shape, source, column)
    if folder is None:
        first = next(chunks(source, frame, 1, chunk_bytes), None)
        found = first is not None
        emit_lines([frame.body(first.pieces).rstrip("\n") + "\n"] if first is not None else [])
    else:
        exchange = Exchange(folder, os.fdopen(ASK_FD, "w"), os.fdopen(TOLD_FD))
        parts = chunks(source, frame, chunk_rows, chunk_bytes)
        found = show(source, converse(exchange, frame, parts, url), format)
    if not found:
        raise KitError(f"{source.name}: has a header and no records; nothing to predict")
