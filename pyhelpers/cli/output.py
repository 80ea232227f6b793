"""Print results as tables, CSV or JSON, and messages on standard error."""

import math
import sys
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, TextIO

from pyhelpers import cli
from pyhelpers.address import redacted
from pyhelpers.text import coloured, escaped, harmless, printable

ANY_WIDTH = 10_000  # columns, where the output is not a terminal


def _plain(value: object) -> object:
    """Return a value that JSON can hold; NaN and infinity become null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _json_text(value: object) -> str:
    import json

    return escaped(json.dumps(value, ensure_ascii=False, indent=2))


def _cell(value: object) -> str:
    """Return a value as text: floats with six decimals, None as nothing."""
    if value is None:
        return ""
    return f"{value:.6f}" if isinstance(value, float) else harmless(str(value))


def _csv_line(values: list[Any]) -> str:
    from pyhelpers.csvio.table import quoted

    fields = ["" if value is None else quoted(str(value), ",") for value in values]
    return (",".join(fields) if fields != [""] else '""') + "\n"


def _rich_table(names: list[str], lines: list[list[Any]]) -> Any:
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    table = RichTable(box=box.SIMPLE_HEAD)
    for position, name in enumerate(names):
        numeric = any(isinstance(line[position], int | float) for line in lines)
        table.add_column(
            Text(harmless(name)), justify="right" if numeric else "left", overflow="fold"
        )
    for line in lines:
        table.add_row(*(Text(_cell(value)) for value in line))
    return table


def _emit_table(names: list[str], rows: Iterable[Mapping[str, Any]], out: TextIO) -> None:
    """Print a table; transpose one of few rows that is too wide for the terminal."""
    from rich.console import Console

    lines = [[row.get(name) for name in names] for row in rows]
    table = _rich_table(names, lines)
    console = Console(file=out, width=None if out.isatty() else ANY_WIDTH)
    wanted = console.measure(table, options=console.options.update(max_width=ANY_WIDTH)).maximum
    if wanted > console.width and len(lines) < len(names):
        head, *rest = [[name, *column] for name, *column in zip(names, *lines, strict=True)]
        table = _rich_table([_cell(value) for value in head], rest)
    with console.capture() as captured:  # Rich itself would end a closed pipe with 1
        console.print(table)
    out.writelines(line.rstrip() + "\n" for line in captured.get().splitlines() if line.strip())


def emit(rows: Iterable[Mapping[str, Any]], format: str | None, out: TextIO | None = None) -> None:
    """Print rows to standard output (or `out`).

    Parameters
    ----------
    rows : iterable of mappings
        Column name to value; the first row's keys are the header. CSV streams.
    format : {"table", "csv", "json"} or None
        None is a table on a terminal, CSV elsewhere. JSON is one array of objects.
    """
    out = out or sys.stdout
    iterator = iter(rows)
    first = next(iterator, None)
    rows = chain([] if first is None else [first], iterator)
    names = list(first or {})
    format = format or ("table" if out.isatty() else "csv")
    if format == "table":
        _emit_table(names, rows, out)
    elif format == "json":
        plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
        out.write(_json_text(plain) + "\n")
    else:
        shown = printable if out.isatty() else str
        # Python's csv writer leaves a carriage return unquoted where lines end in a line feed.
        if names:
            out.write(shown(_csv_line(names)))
        out.writelines(shown(_csv_line([row.get(name) for name in names])) for row in rows)


def emit_one(record: Mapping[str, Any], format: str | None, out: TextIO | None = None) -> None:
    """Print one record: a JSON object, a CSV of one row, or a table of one line a field."""
    out = out or sys.stdout
    format = format or ("table" if out.isatty() else "csv")
    if format == "json":
        plain = {name: _plain(value) for name, value in record.items()}
        out.write(_json_text(plain) + "\n")
    elif format == "table":
        emit([{"field": name, "value": value} for name, value in record.items()], format, out)
    else:
        emit([record], format, out)


def say(text: str) -> None:
    """Print a result that is text: a drawing, a sentence."""
    sys.stdout.write(coloured(text) + "\n")


def note(text: str) -> None:
    """Print a message on standard error, as `command: text`, after the results so far.

    Every message of a command goes through here: remarks, warnings and the error that ends it.
    Passwords and tokens in addresses are replaced, control characters are question marks.
    """
    if sys.stdout is not None:
        sys.stdout.flush()
    sys.stderr.write(f"{cli.command_name}: {harmless(redacted(text))}\n")
    sys.stderr.flush()


def print_lines(lines: Iterable[str]) -> None:
    """Print lines unchanged, in UTF-8; on a terminal, control characters are question marks."""
    sys.stdout.flush()
    text = "".join(lines)
    text = printable(text) if sys.stdout.isatty() else text
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()
