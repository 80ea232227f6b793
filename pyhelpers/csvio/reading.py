"""What a person says about a file's form, the lines before its records, and what they look like."""

import csv
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from itertools import chain, islice

from pyhelpers import KitError
from pyhelpers.csvio.cells import MISSING, USUAL_FORMATS, formatted_number, to_number
from pyhelpers.csvio.dialect import Dialect, detect_delimiter, is_record, split_line

RARE_DELIMITERS = " :^~"
LOOKED_AT = 100  # lines by which a file is judged
YEARS = range(1900, 2101)  # numbers that are names of columns


@dataclass(frozen=True)
class Reading:
    """How a file is to be read, as far as a person says so.

    Attributes
    ----------
    delimiter : str or None
        Field delimiter; None to detect it.
    encoding : str
        Text encoding; a byte order mark of UTF-16 is believed instead of "utf-8".
    header : bool
        Whether the first record holds the names of the columns.
    names : tuple of str
        Names of the columns of a file without a header.
    skip_lines : int
        How many lines to skip at the start of the file.
    comment : str
        An ASCII character that starts comment lines.
    lines : bool
        Take each line as a record.
    quote : bool
        Let quoted fields hold line ends in TSV files, too.
    """

    delimiter: str | None = None
    encoding: str = "utf-8"
    header: bool = True
    names: tuple[str, ...] = ()
    skip_lines: int = 0
    comment: str = ""
    lines: bool = False
    quote: bool = False

    @property
    def has_header(self) -> bool:
        """Whether the first record holds the names of the columns."""
        return self.header and not self.names

    @property
    def is_raw(self) -> bool:
        """Whether each line is a record, and none the header: then any text may be in it."""
        return self.lines and not self.has_header

    def dialect(self, source: str, lines: Sequence[str], delimiter: str | None = None) -> Dialect:
        """Return the dialect of a file with these first lines.

        In TSV files every line is one record; see `split_line` for their quotes.

        >>> Reading().dialect("-", ["a;b", "1;2"]).delimiter
        ';'
        """
        delimiter = self.delimiter or delimiter or detect_delimiter(source, lines)
        quoting = not self.lines and (self.quote or delimiter != "\t")
        return Dialect(delimiter, quoting, self.encoding, self.comment)


class PeekableLines:
    """Lines that can be looked at before they are taken."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines, self._ahead = iter(lines), deque[str]()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return self._ahead.popleft() if self._ahead else next(self._lines)

    def peek(self, count: int = 1) -> list[str]:
        """Return the next lines, fewer at the end, or before what cannot be decoded."""
        with suppress(KitError) if self._ahead else nullcontext():
            self._ahead.extend(islice(self._lines, max(0, count - len(self._ahead))))
        return list(islice(self._ahead, count))

    def take_prefix(self, prefix: str) -> str:
        """Remove a prefix from the next line; return it, "" if the line does not start with it."""
        if not "".join(self.peek()).startswith(prefix):
            return ""
        self._ahead[0] = self._ahead[0].removeprefix(prefix)
        return prefix

    def rest(self) -> Iterator[str]:
        """Return all lines that have not been taken."""
        return chain(self._ahead, self._lines)


def named_delimiter(line: str) -> str | None:
    """Return the delimiter that a line names as Excel does; None for any other line.

    >>> named_delimiter("sep=;\\r\\n"), named_delimiter("sep,oct")
    (';', None)
    """
    text = line.rstrip("\r\n").strip('"')
    return text[4:] if text[:4].lower() == "sep=" and len(text) == 5 else None


def skip_preamble(
    lines: PeekableLines, reading: Reading, source: str
) -> tuple[list[str], str | None]:
    """Take the lines before the header; return them, and the delimiter that one of them names.

    These are the lines to skip, a line "sep=;" at the start, blank lines and comment lines.

    Raises
    ------
    KitError
        When no line is left.
    """
    taken = list(islice(lines, reading.skip_lines))
    delimiter = None
    while line := next(iter(lines.peek()), ""):
        named = named_delimiter(line) if len(taken) == reading.skip_lines else None
        if named is None and is_record(line, reading.comment):
            return taken, delimiter
        delimiter = named or delimiter
        taken.append(next(lines))
    if any(is_record(line, "") for line in taken):
        what = f"has no line behind the {len(taken)} that are skipped"
        raise KitError(f"{source}: {what}; check --skip-lines and --comment")
    raise KitError(f"{source}: is empty; a header line is needed")


def _rows(lines: list[str], dialect: Dialect) -> list[tuple[int, list[str]]]:
    """Return the first records with the number of the line on which each starts, from 0."""
    found: list[tuple[int, list[str]]] = []
    if not dialect.quoting:
        found = [(at, split_line(line, dialect.delimiter)) for at, line in enumerate(lines)]
    else:
        reader, start = csv.reader(lines, delimiter=dialect.delimiter), 0
        try:
            for fields in reader:
                found.append((start, fields))
                start = reader.line_num
        except csv.Error:
            pass
    return [(at, fields) for at, fields in found if fields]


def check_first_lines(
    lines: list[str],
    dialect: Dialect,
    before: int,
    source: str,
    whole: bool,
    has_options: bool = True,
) -> list[str]:
    """Return what is worth noting about the first lines of a file, from its header on.

    Parameters
    ----------
    before : int
        The number of lines of the file before these.
    whole : bool
        Whether these are all lines of the file.
    has_options : bool
        Whether the command has options such as --skip-lines, for the advice.

    Raises
    ------
    KitError
        When the table starts on a later line: behind comments or other text.
    """
    kept = [line for line in lines if is_record(line, dialect.comment)]
    rows = _rows(lines if len(kept) == len(lines) else kept, dialect)
    if not whole:
        rows = rows[:-1]  # it may have been cut
    widths = [len(fields) for _, fields in rows]
    usual = Counter(widths).most_common(1)[0][0] if widths else 0
    start = len(rows)
    while start and widths[start - 1] == usual:
        start -= 1
    if 0 < start < len(rows) - 1 and usual > 1 and max(widths[:start]) < usual:
        first = lines.index(kept[rows[start][0]]) if len(kept) < len(lines) else rows[start][0]
        error = _preamble_error(lines[:first], usual, before + first, source, has_options)
        if first > 1 or widths[0] != usual - 1 or "comment" in str(error):
            raise error  # else R wrote a header without a name for the row names
    if usual == 1 and start == 0 and (note := _one_column([fields[0] for _, fields in rows])):
        return [f"{source}: has one column; {note}"]
    table = [fields for _, fields in rows if len(fields) == usual] if start == 0 else []
    return _notes(table, before, source) if len(table) > 2 else []


def _one_column(lines: list[str]) -> str:
    """Return advice on what may separate the fields of lines without a usual delimiter; or ""."""
    for mark in RARE_DELIMITERS:
        widths = {line.count(mark) for line in lines}
        if len(lines) > 2 and len(widths) == 1 and widths != {0}:
            return f"pass -d '{mark}' if that separates its fields"
    widths = {len(line.split()) for line in lines}
    if len(lines) > 2 and len(widths) == 1 and widths != {1}:
        return "if blanks separate its fields, replace them: sed 's/^ *//; s/  */,/g'"
    return ""


def _preamble_error(
    preamble: list[str], usual: int, skip: int, source: str, has_options: bool
) -> KitError:
    """Return the error for a file whose table starts behind other lines."""
    remove = f"remove the lines before it, such as with tail -n +{skip + 1}"
    marks = {line[0] for line in preamble if line.strip("\r\n")}
    if marks <= {"#"} or marks <= {"%"}:
        what = f"line {skip - len(preamble) + 1} looks like a comment, not like the header"
        fix = f"pass --comment '{marks.pop()}' or --skip-lines {skip}"
        return KitError(f"{source}: {what}; {fix if has_options else remove}")
    what = f"the header seems to be on line {skip + 1}, where the records of {usual} fields start"
    return KitError(f"{source}: {what}; {f'pass --skip-lines {skip}' if has_options else remove}")


def _is_number(text: str) -> bool:
    """Return whether a text is a number, also one with a currency or in brackets."""
    return to_number(text) is not None or any(
        formatted_number(text, *marks) is not None for marks in USUAL_FORMATS
    )


def _notes(table: list[list[str]], before: int, source: str) -> list[str]:
    """Return notes on records of one width: no header, or a second header line."""
    columns = list(zip(*table, strict=True))

    def numeric(column: Sequence[str]) -> bool:
        values = [text for text in column if text not in MISSING]
        return len(values) > 1 and all(map(_is_number, values))

    line = before + 1
    if named := [column[0] for column in columns if numeric(column[1:])]:
        years = all(text.isdecimal() and int(text) in YEARS for text in named)
        if all(map(_is_number, named)) and not years:
            what = f"line {line} looks like a record, not like a header"
            return [f"{source}: {what}; pass --no-header if it is one"]
    units = [column[1] for column in columns if len(column) > 3 and numeric(column[2:])]
    if units and not any(text in MISSING or _is_number(text) for text in units):
        what = f"line {line + 1} looks like a second header line"
        fix = f"pass --skip-lines {line}, or --skip-lines {line + 1} --names A,B,..."
        return [f"{source}: {what}; {fix} if it is one"]
    return []
