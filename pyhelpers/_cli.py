"""Manners: what every helper faces a person with."""

import json
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Annotated, Any, Literal, TextIO

import typer
from typer.core import TyperCommand, TyperGroup

# What helpers without options of their own share stands in modules that load no Typer.
from pyhelpers import KitError
from pyhelpers.delimiter import one_character as one_character
from pyhelpers.files import display_name
from pyhelpers.files import open_bytes as open_bytes
from pyhelpers.progress import progress as progress
from pyhelpers.table import Table, quoted, table_of
from pyhelpers.terminal import coloured, escaped, harmless, printable

ANY_WIDTH = 10_000  # columns: what is not a terminal has no edge

# Options that several commands share: written once.
File = Annotated[str | None, typer.Argument(help="CSV to read; absent or - is stdin; or a URL.")]
Columns = Annotated[
    list[str] | None, typer.Option("-c", "--column", help="A column; repeat for more.")
]
Delimiter = Annotated[
    str | None, typer.Option("-d", "--delimiter", help="One character; else seen from the file.")
]
Format = Annotated[
    Literal["table", "csv", "json"] | None,
    typer.Option("--format", help="How to print; table on a terminal, else csv."),
]
Seed = Annotated[
    int, typer.Option("--seed", min=0, max=2**32 - 1, help="Seed of what is drawn at random.")
]


class _Manners:
    """Help as its author wrote it, and the options that the door itself takes."""

    help: str | None

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """Write the docstring line by line; Click would fill its examples into a paragraph."""
        if self.help:
            formatter.write_paragraph()
            formatter.write(self.help.strip() + "\n")

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Name the options that __main__ takes for every command."""
        formatter.write_paragraph()
        formatter.write(
            "--version prints the version, --debug a traceback where there is an error.\n"
        )


class KitCommand(_Manners, TyperCommand):
    """A command with the kit's manners."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; NaN, which passes every limit, is no option's value."""
        for name, value in ctx.params.items():
            if any(each != each for each in (value if isinstance(value, list) else [value])):
                raise KitError(f"--{name.replace('_', '-')} takes a number, not nan", 2)
        return super().invoke(ctx)


class KitGroup(_Manners, TyperGroup):
    """A group of commands with the kit's manners."""


class KitApp(typer.Typer):
    """A Typer application whose commands have the kit's manners."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """Register a command, as `typer.Typer.command` does."""
        return super().command(name, **{"cls": KitCommand} | options)


def new_app() -> KitApp:
    """Return the Typer application of a helper; one with several commands has a callback."""
    return KitApp(
        cls=KitGroup,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def open_table(file: str | None, delimiter: str | None = None) -> Table:
    """Open FILE, as a person typed it, as a table."""
    return table_of(open_bytes(file), display_name(file), one_character(delimiter))


def _plain(value: object) -> object:
    """Return what JSON can hold; a number that is none of JSON's becomes null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _json_text(value: object) -> str:
    return escaped(json.dumps(value, ensure_ascii=False, indent=2))


def _cell(value: object) -> str:
    """Return a value as a person reads it: floats to six decimals, nothing for None."""
    if value is None:
        return ""
    return f"{value:.6f}" if isinstance(value, float) else harmless(str(value))


def _csv_line(values: list[Any]) -> str:
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
    """Draw a table; one too wide for the terminal, of few rows, is turned on its side."""
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
    """Print rows to standard output (or `out`), the one way for every command.

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
    """Print one record: a JSON object, a CSV of one row, or a line a field on a terminal."""
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
    """Print a result that is no table."""
    sys.stdout.write(coloured(text) + "\n")


def note(text: str) -> None:
    """Tell on stderr what is worth knowing of a result; the result itself is written first."""
    sys.stdout.flush()
    sys.stderr.write(harmless(text) + "\n")
