"""Rows as a table, CSV (RFC 4180) or JSON (RFC 8259); standard library only, Python 3.7 on."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from typing import Any, Sequence

# Columns that hold numbers; every other value is text.
NUMBERS = {"mb": int, "seconds": float}


def rows_as(form: str, names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows in a format, without the last line end.

    Parameters
    ----------
    form : str
        `table`, `csv` or `json`.

    Examples
    --------
    >>> print(rows_as("csv", ["mb", "path"], [["1", "a,b"]]))
    mb,path
    1,"a,b"
    >>> rows_as("json", ["mb", "path"], [["1", "a"]])
    '[\\n  {"mb": 1, "path": "a"}\\n]'
    """
    if form == "json":
        lines = ",".join("\n  " + record_as("json", names, row) for row in rows)
        return f"[{lines}\n]" if lines else "[]"
    if form == "csv":
        return "\n".join(map(_csv_line, [names, *rows]))
    cells = [[harmless(cell) for cell in row] for row in [names, *rows]]
    widths = [max(map(width, column)) for column in zip(*cells)]
    return "\n".join(
        "  ".join(cell + " " * (room - width(cell)) for cell, room in zip(row, widths)).rstrip()
        for row in cells
    )


def record_as(form: str, names: Sequence[str], row: Sequence[str]) -> str:
    """Return one record in a format: a JSON object, a CSV of one row, or a line a field."""
    if form == "csv":
        return rows_as("csv", names, [row])
    if form == "json":
        values: dict[str, Any] = {
            name: NUMBERS[name](value) if name in NUMBERS else _utf8(value)
            for name, value in zip(names, row)
        }
        return json.dumps(values, ensure_ascii=False)
    room = max(map(len, names)) + 2
    return "\n".join(f"{name:{room}}{harmless(value)}".rstrip() for name, value in zip(names, row))


def _csv_line(row: Sequence[str]) -> str:
    """Return a CSV record; older writers quote a carriage return only where it ends their lines."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(row)
    return out.getvalue()[:-2]


def _utf8(text: str) -> str:
    """Leave out bytes that are not UTF-8: JSON has no place for them."""
    return text.encode(errors="surrogateescape").decode(errors="ignore")


def harmless(text: str) -> str:
    r"""Replace what could steer a terminal or change the order of reading with question marks.

    Examples
    --------
    >>> harmless("a\x1b[2J\u202eb")
    'a?[2J?b'
    """
    harmful = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return "".join("?" if unicodedata.category(char) in harmful else char for char in text)


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    Examples
    --------
    >>> width("tide"), width("日本")
    (4, 4)
    """
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) != 0 for char in text)
