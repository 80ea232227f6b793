"""Batch prediction: a CSV in a pipe, its bytes kept, one column added."""

import codecs
import io
from collections.abc import Iterator
from itertools import islice
from typing import IO, BinaryIO, cast

from pyhelpers import KitError
from pyhelpers.files import display_name, open_source
from pyhelpers.model.plain import Label
from pyhelpers.model.schema import BadValue, Row, Schema, value_of_text
from pyhelpers.model.store import Model
from pyhelpers.table import Table, read_table

BLOCK = 5_000  # records predicted at once


def cell(label: Label, delimiter: str) -> str:
    """Return an answer as a CSV field (RFC 4180), numbers with all their digits.

    Examples
    --------
    >>> cell(0.1, ","), cell("a,b", ",")
    ('0.1', '"a,b"')
    """
    text = repr(label) if isinstance(label, float) else str(label)
    if any(mark in text for mark in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def with_field(text: str, field: str, delimiter: str) -> str:
    """Return a record's text with one field more, before its line end if it has one.

    Examples
    --------
    >>> with_field("1,2\\r\\n", "3", ","), with_field("1,2", "3", ",")
    ('1,2,3\\r\\n', '1,2,3')
    """
    body = text.rstrip("\r\n")
    return f"{body}{delimiter}{field}{text[len(body) :]}"


def rows_of(
    schema: Schema, table: Table, positions: list[int], records: list[tuple[int, list[str]]]
) -> list[Row]:
    """Return records as the model's rows; a KitError names file, line and column of a wrong one."""
    pairs = list(zip(schema.features, positions, strict=True))
    rows: list[Row] = []
    for line, fields in records:
        try:
            rows.append([value_of_text(feature, fields[at]) for feature, at in pairs])
        except BadValue as error:
            where = f"{table.source}: line {line}, column {error.name!r}"
            raise KitError(f"{where}: {error}; mend or drop that row") from None
    return rows


def _open(file: str | None) -> tuple[BinaryIO, bytes]:
    """Open FILE; return it, and its byte order mark as it is to be written again."""
    stream = open_source(file)
    head = cast(io.BufferedReader, stream).peek(3)[:3]
    return stream, codecs.BOM_UTF8 if head == codecs.BOM_UTF8 else b""


def _recorded(table: Table, tee: list[str]) -> Iterator[tuple[str, tuple[int, list[str]]]]:
    for record in table.records:
        text = "".join(tee)
        tee.clear()
        yield text, record


def predict_csv(
    model: Model, file: str | None, delimiter: str | None, name: str, out: IO[bytes]
) -> None:
    """Write a CSV with the model's answers as one more column, in memory of one block.

    Parameters
    ----------
    name : str
        The new column's.

    Raises
    ------
    KitError
        For a column that the model needs and that is not there, a text where it wants a number
        (file, line and column named), a column of that name.
    """
    stream, mark = _open(file)
    tee: list[str] = []
    table = read_table(file, delimiter, stream, tee)
    if name in table.names:
        raise KitError(f"{display_name(file)}: has a column {name!r} already; see --as", 2)
    positions = model.schema.positions(table.names, table.source)
    separator = table.delimiter
    header = with_field("".join(tee), cell(name, separator), separator)
    out.write(mark + header.encode())
    tee.clear()
    recorded = _recorded(table, tee)
    while block := list(islice(recorded, BLOCK)):
        rows = rows_of(model.schema, table, positions, [record for _, record in block])
        answers = model.predictor.predict(rows)
        texts = (text for text, _ in block)
        out.writelines(
            with_field(text, cell(answer, separator), separator).encode()
            for text, answer in zip(texts, answers, strict=True)
        )
    out.write("".join(tee).encode())
    out.flush()
