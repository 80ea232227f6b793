"""Print results as tables, CSV or JSON, and messages on standard error."""

import math
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, TextIO

from pyhelpers import cli
from pyhelpers.address import redacted
from pyhelpers.text import coloured, escaped, harmless, printable

ANY_WIDTH = 10_000  # columns, where the output is not a terminal
FOLDED = 24  # characters, beyond which a text may fold
SMALLEST, LARGEST = 5e-7, 1e15  # of a number that is printed with six decimals


def _plain(value: object) -> object:
    """Return a value that JSON can hold; NaN and infinity become null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _json_text(value: object) -> str:
    import json

    return escaped(json.dumps(value, ensure_ascii=False, indent=2))


def _cell(value: object) -> str:
    """Return a value as text: floats with six decimals, None as nothing.

    Examples
    --------
    >>> _cell(2.5), _cell(0.0), _cell(1.5e-9), _cell(2e300)
    ('2.500000', '0.000000', '1.5e-09', '2e+300')
    """
    if value is None:
        return ""
    if not isinstance(value, float):
        return harmless(str(value))
    # Six decimals would show nothing of the one, and hundreds of digits of the other.
    extreme = 0 < abs(value) < SMALLEST or LARGEST <= abs(value) < math.inf
    return f"{value:.6g}" if extreme else f"{value:.6f}"


def _csv_line(values: list[Any]) -> str:
    from pyhelpers.csvio.table import quoted

    fields = ["" if value is None else quoted(str(value), ",") for value in values]
    return (",".join(fields) if fields != [""] else '""') + "\n"


class _Grid:
    """Cells of a table as text, and the widths that its columns need.

    Attributes
    ----------
    natural, least : list of int
        Width of each column: that of its longest cell; and where a text folds that is longer than
        24 characters. A number never folds.
    """

    def __init__(self, head: list[str], lines: list[list[Any]], transposed: bool = False) -> None:
        from rich.cells import cell_len

        self.transposed = transposed
        self.head, self.lines = head, [[_cell(value) for value in line] for line in lines]
        self.natural, self.least, self.numeric = [], [], []
        for position, name in enumerate(head):
            values = [line[position] for line in lines]
            numbers = [_cell(value) for value in values if isinstance(value, int | float)]
            wide = [cell_len(text) for text in (name, *(line[position] for line in self.lines))]
            self.natural.append(max(wide))
            folded = max(min(max(wide), FOLDED), *map(len, numbers), 0)
            self.least.append(folded)
            self.numeric.append(bool(numbers))

    def rich(self, positions: list[int], widths: list[int]) -> Any:
        """Return some of the columns as a table of Rich's."""
        from rich import box
        from rich.table import Table as RichTable
        from rich.text import Text

        table = RichTable(box=box.SIMPLE_HEAD)
        for position, width in zip(positions, widths, strict=True):
            justify: Any = "right" if self.numeric[position] else "left"
            table.add_column(
                Text(self.head[position]), justify=justify, overflow="fold", width=width
            )
        for line in self.lines:
            cells = [line[position] for position in positions]
            if any(cells[1:]) or not self.transposed:  # a statistic that none of the columns has
                table.add_row(*map(Text, cells))
        return table

    def parts(self, room: int) -> Iterator[tuple[list[int], list[int]]]:
        """Yield the columns that fit into a terminal one below the other, and their widths.

        The first column is part of each.
        """
        key = min(self.least[0], max(room // 3, 8))
        rest = list(range(1, len(self.head)))
        while rest or key:
            chosen, widths = [0], [key]
            while rest and (len(chosen) == 1 or _total([*widths, self.least[rest[0]]]) <= room):
                widths.append(self.least[rest[0]])
                chosen.append(rest.pop(0))
            widths[0] = max(key + min(room - _total(widths), 0), min(key, 4))
            for i, position in enumerate(chosen):  # what room is left goes to folded texts
                widths[i] += max(min(self.natural[position] - widths[i], room - _total(widths)), 0)
            yield chosen, widths
            key = key if rest else 0


def _total(widths: list[int]) -> int:
    return sum(widths) + 3 * (len(widths) - 1) + 4  # with what Rich puts around and between


def _emit_table(names: list[str], rows: Iterable[Mapping[str, Any]], out: TextIO) -> None:
    """Print a table; one too wide for the terminal is transposed, or printed in parts."""
    import shutil

    from rich.console import Console

    lines = [[row.get(name) for name in names] for row in rows]
    width = shutil.get_terminal_size().columns if out.isatty() else ANY_WIDTH
    grid = _Grid([harmless(name) for name in names], lines)
    if _total(grid.natural) > width and len(lines) < len(names):
        head, *rest = [[name, *column] for name, *column in zip(names, *lines, strict=True)]
        grid = _Grid([_cell(value) for value in head], rest, transposed=True)
    for number, (positions, widths) in enumerate(grid.parts(width)):
        # Without a height too, Rich takes 80 columns where TERM is dumb.
        console = Console(file=out, width=max(width, _total(widths)), height=25)
        with console.capture() as captured:  # Rich itself would end a closed pipe with 1
            console.print(grid.rich(positions, widths))
        shown = [line.rstrip() for line in captured.get().splitlines() if line.strip()]
        out.write("\n" * (number > 0) + "".join(line + "\n" for line in shown))


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
