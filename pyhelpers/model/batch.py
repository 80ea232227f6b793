"""Batch prediction: a CSV in a pipe, its bytes kept, one column added."""

from itertools import islice
from typing import IO

from pyhelpers import KitError
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
    table = read_table(file, delimiter)
    if name in table.names:
        raise KitError(f"{table.source}: has a column {name!r} already; see --as", 2)
    positions = model.schema.positions(table.names, table.source)
    separator = table.delimiter
    out.write(with_field(table.head, cell(name, separator), separator).encode())
    recorded = ((table.text(), record) for record in table.records)
    while block := list(islice(recorded, BLOCK)):
        rows = rows_of(model.schema, table, positions, [record for _, record in block])
        answers = model.predictor.predict(rows)
        texts = (text for text, _ in block)
        out.writelines(
            with_field(text, cell(answer, separator), separator).encode()
            for text, answer in zip(texts, answers, strict=True)
        )
    out.flush()
