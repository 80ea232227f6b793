"""Rows to predict: read from a CSV, JSON, JSON lines or NAME=VALUE words, with their position."""

import codecs
import io
import json
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO, NoReturn

from pyhelpers import KitError
from pyhelpers.csvio.dialect import parse_delimiter
from pyhelpers.csvio.records import no_column
from pyhelpers.csvio.table import MISSING, Table, table_of
from pyhelpers.text import counted

# Members of a request body that hold rows: a file that is such a body is read as its rows.
WRAPPERS = ("instances", "dataframe_records", "inputs")
# A number of JSON (RFC 8259): sent unchanged, to its last digit.
JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
# Other numbers that float() reads, but for leading zeros: 007 is a code, not seven.
LOOSE_NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def has_lone_surrogate(text: str, value: Any) -> bool:
    r"""Return whether JSON escapes half a character, which is not valid text (RFC 8259, 8.2).

    Examples
    --------
    >>> [has_lone_surrogate(text, json.loads(text)) for text in (r'"\ud83c\udf0a"', r'"\ud83c"')]
    [False, True]
    """
    if "\\ud" not in text.lower():
        return False
    return re.search("[\ud800-\udfff]", json.dumps(value, ensure_ascii=False)) is not None


def cell_json(text: str) -> str:
    """Return a field as JSON text: a number to its last digit, null where missing, else a string.

    Examples
    --------
    >>> [cell_json(text) for text in ("70.10", "+.5", "NA", "007", "Rome")]
    ['70.10', '0.5', 'null', '"007"', '"Rome"']
    """
    if JSON_NUMBER.fullmatch(text):
        return text
    bare = text.strip()
    if JSON_NUMBER.fullmatch(bare):
        return bare
    if LOOSE_NUMBER.fullmatch(bare) and math.isfinite(float(bare)):
        return repr(float(bare))
    return text_json(text)


def text_json(text: str) -> str:
    """Return a field as a JSON string, null where it is missing.

    Examples
    --------
    >>> text_json("1.50"), text_json("NA")
    ('"1.50"', 'null')
    """
    return "null" if text in MISSING else json.dumps(text)


@dataclass(slots=True)
class Row:
    """One row to predict.

    Attributes
    ----------
    place : str
        Its position in the input: "line 7", "record 3".
    cells : list of str
        Each value as JSON text.
    values : sequence
        Each value as it was read; of a CSV, its fields.
    text : str
        Of a CSV, the record as it is in the file, with its line end.
    """

    place: str
    cells: list[str]
    values: Sequence[Any]
    text: str = ""


@dataclass
class Source:
    """Input rows, read one by one, and their columns.

    Attributes
    ----------
    name : str
        Its name, for messages.
    names : list of str or None
        The columns; None for JSON arrays, whose values have no names.
    rows : iterator of Row
        All with as many cells as there are names.
    head, delimiter : str
        Of a CSV, its header as it is in the file, and the field delimiter; else "".
    tail : function
        Of a CSV, returns the blank lines after its last record; else "".
    """

    name: str
    names: list[str] | None
    rows: Iterator[Row]
    head: str = ""
    delimiter: str = ""
    tail: Callable[[], str] = str

    def positions(self, columns: Sequence[str] | None) -> list[int] | None:
        """Return the positions of `columns`; None for all. A KitError lists the columns."""
        if not columns:
            return None
        if self.names is None:
            raise KitError(f"{self.name}: its arrays have no names; omit --column", 2)
        _check_columns(self.names, columns, self.name)
        return [self.names.index(column) for column in columns]


def _check_columns(names: Sequence[str], wanted: Iterable[str], name: str) -> None:
    missing = next((column for column in wanted if column not in names), None)
    if missing is not None:
        raise no_column(name, missing, list(names))


def from_csv(table: Table, texts: Collection[str] = ()) -> Source:
    """Return the rows of a CSV; fields of the columns `texts` are sent as strings.

    In other columns a field that is a number is sent as a number.
    """
    _check_columns(table.names, texts, table.source)
    kept = {place for place, column in enumerate(table.names) if column in texts}
    is_number = JSON_NUMBER.fullmatch

    def rows() -> Iterator[Row]:
        for line, fields in table.records:
            cells = [text if is_number(text) else cell_json(text) for text in fields]
            for place in kept:
                cells[place] = text_json(fields[place])
            yield Row(f"line {line}", cells, fields, table.text())

    return Source(table.source, table.names, rows(), table.head, table.delimiter, table.text)


def from_words(words: Sequence[str], texts: Collection[str] = ()) -> Source:
    """Return the one row that `name=value` words give; those of `texts` as strings.

    Examples
    --------
    >>> source = from_words(["Height-Inches=70", "city=Rome"])
    >>> source.names, next(source.rows).cells
    (['Height-Inches', 'city'], ['70', '"Rome"'])
    """
    pairs = [word.partition("=")[::2] for word in words]
    names = [name for name, _ in pairs]
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled is not None:
        raise KitError(f"{doubled}= is given twice; give each name once", 2)
    values = [None if text in MISSING else text for _, text in pairs]
    _check_columns(names, texts, "the command line")
    cells = [text_json(text) if name in texts else cell_json(text) for name, text in pairs]
    return Source("the command line", names, iter([Row("the row", cells, values)]))


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a JSON number; use null")


def _parse(text: str, place: str) -> Any:
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        halved = has_lone_surrogate(text, value)
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}" if "line" not in place else place
        raise KitError(f"{place}: not JSON ({error.msg} at {at}); correct it") from None
    except RecursionError:
        raise KitError(f"{place}: lists or objects are nested too deeply; give rows") from None
    except ValueError as error:
        raise KitError(f"{place}: {error}; correct it") from None
    if halved:
        raise KitError(f"{place}: a text holds half a character (a lone surrogate); correct it")
    return value


def _json_lines(lines: Iterable[str], name: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield f"line {number}", _parse(line, f"{name}: line {number}")


def _unwrap(value: Any) -> list[Any]:
    """Return the rows of one JSON document: an array of them, a request body, or a lone row."""
    if isinstance(value, dict):
        for wrapper in WRAPPERS:
            if isinstance(value.get(wrapper), list):
                return list(value[wrapper])
    if isinstance(value, list) and all(isinstance(item, list | dict) for item in value):
        return value
    return [value]


def _is_whole(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _documents(text: io.TextIOWrapper, name: str) -> Iterator[tuple[str, Any]]:
    """Yield (place, row): JSON lines stream, any other document is read whole."""
    begun = [text.readline()]
    while begun[-1].isspace():
        begun.append(text.readline())
    if _is_whole(begun[-1]):
        for line in text:
            begun.append(line)
            if line.strip():
                yield from _json_lines(chain(begun, text), name)
                return
    rows = _unwrap(_parse("".join(begun) + text.read(), name))
    yield from ((f"record {number}", row) for number, row in enumerate(rows, start=1))


def _record_values(record: Any, names: list[str] | None, place: str) -> list[Any]:
    if names is None:
        if not isinstance(record, list):
            raise KitError(f"{place}: an object among arrays; make all rows alike")
        return record
    if not isinstance(record, dict):
        raise KitError(f"{place}: not an object as the first row is; make all rows alike")
    strange = next((key for key in record if key not in names), None)
    if strange is not None:
        have = ", ".join(names)
        raise KitError(f"{place}: {strange!r} is not in the first row ({have}); add it there")
    return [record.get(name) for name in names]


def _json_rows(
    documents: Iterable[tuple[str, Any]], names: list[str] | None, width: int, name: str
) -> Iterator[Row]:
    for place, record in documents:
        values = _record_values(record, names, f"{name}: {place}")
        if len(values) != width:
            what = f"{counted(len(values), 'value')}, but the first row has {width}"
            raise KitError(f"{name}: {place}: {what}; correct it")
        yield Row(place, [json.dumps(value) for value in values], values)


def from_json(stream: BinaryIO, name: str) -> Source:
    """Return the rows of JSON: lines of objects or arrays, an array of them, or a request body.

    JSON lines stream; a document of another form is read whole. A name that a later object lacks
    is null, as an empty field of a CSV is.
    """
    documents = _documents(io.TextIOWrapper(stream, encoding="utf-8-sig"), name)
    first = next(documents, None)
    if first is None:
        raise KitError(f"{name}: holds no rows; give at least one")
    place, record = first
    if not isinstance(record, dict | list) or not record:
        raise KitError(f"{name}: {place}: not an object or array with values; give rows")
    names = list(record) if isinstance(record, dict) else None
    rows = _json_rows(chain([first], documents), names, len(record), name)
    return Source(name, names, rows)


def is_json(stream: BinaryIO) -> bool:
    """Return whether a stream holds JSON, by its first bytes, which stay unread."""
    head: bytes = stream.peek(64)[:64]  # type: ignore[attr-defined]
    return head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"[", b"{")


def open_rows(stream: BinaryIO, name: str, delimiter: str | None, texts: Sequence[str]) -> Source:
    """Return the rows of a CSV or of JSON; fields of the columns `texts` are sent as strings."""
    if not is_json(stream):
        return from_csv(table_of(stream, name, parse_delimiter(delimiter)), texts)
    if texts:
        raise KitError("--text is for a CSV; JSON has strings of its own", 2)
    return from_json(stream, name)
