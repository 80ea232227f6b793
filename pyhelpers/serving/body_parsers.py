"""Parsers of request bodies: each shape that a platform or a person sends, as rows."""

import csv
import io
import json
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from pyhelpers.model.schema import BadValue, Row, Schema, value_of_text

# Members that hold rows or records: of Vertex AI, SageMaker and us; of MLflow; of TensorFlow; of
# Azure ML.
ROW_KEYS = ("instances", "dataframe_records", "inputs", "input_data", "data")
SPLIT_KEYS = ("dataframe_split", "input_data")  # of MLflow; of MLflow on Azure ML
CSV_TYPES = ("text/csv", "application/csv")
LINES_TYPES = ("application/jsonlines", "application/jsonl", "application/x-ndjson")
DELIMITERS = ",;\t|"
NO_CSV = f"its quotes do not match, or a field has over {csv.field_size_limit():,} characters"
SHOWN = 20  # characters of a wrong text that a message quotes


def _refuse_constant(text: str) -> NoReturn:
    what = f"{text} is not a JSON number; use null for a missing value"
    raise BadValue(f"the body is not JSON ({what})")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; a BadValue for a key that it has twice, of which one would be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        (name, _), *_ = (Counter(name for name, _ in pairs)).most_common(1)
        raise BadValue(f"the body has the key {json.dumps(name)} twice in one object")
    return found


# Made once: json.loads with hooks makes one for each text.
DECODER = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_object)


def parse_json(body: bytes) -> Any:
    """Return a JSON document (RFC 8259); a BadValue if it is not one, or has a key twice."""
    try:
        return DECODER.decode(body.decode("utf-8-sig"))
    except BadValue:
        raise
    except UnicodeDecodeError:
        raise BadValue("the body is not UTF-8") from None
    except RecursionError:
        raise BadValue("the body is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise BadValue(f"the body is not JSON ({_place(error)})") from None
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        raise BadValue("the body is not JSON (a number has too many digits)") from None


def _place(error: json.JSONDecodeError) -> str:
    """Return where a text ceases to be JSON."""
    rest = error.doc[error.pos :].split(None, 1)
    if not rest:
        return "it ends too early"
    start = rest[0] if len(rest[0]) <= SHOWN else rest[0][:SHOWN] + "..."
    return f"line {error.lineno}, column {error.colno}: {start!r} does not fit"


def inflated(body: bytes, limit: int) -> bytes:
    """Return the content of a gzip body; of more than `limit` bytes, one byte beyond the limit."""
    out = bytearray()
    while body and len(out) <= limit:
        member = zlib.decompressobj(wbits=31)
        try:
            out += member.decompress(body, limit + 1 - len(out))
        except zlib.error:
            raise BadValue("the body is not gzip") from None
        if not member.eof and len(out) <= limit:
            raise BadValue("the body is not gzip: it ends too early")
        body = member.unused_data
    return bytes(out)


def rows_of_list(schema: Schema, items: Sequence[Any]) -> list[Row]:
    """Return rows, records, or bare values of a model with one field, as rows."""
    rows: list[Row] = []
    for number, item in enumerate(items):
        if isinstance(item, dict):
            rows.append(schema.row_of_record(item, number))
        elif isinstance(item, list):
            rows.append(schema.row_of_list(item, number))
        elif len(schema.names) == 1:
            rows.append(schema.row_of_list([item], number))
        else:
            raise BadValue("is neither a list nor an object", number)
    return rows


def rows_of_split(schema: Schema, split: Any, key: str) -> list[Row]:
    """Return pandas' "split" form, {"columns": [...], "data": [[...]]}, as rows."""
    if not isinstance(split, dict):
        raise BadValue(f'"{key}" is not an object with "columns" and "data"')
    columns, data = split.get("columns"), split.get("data")
    if not isinstance(columns, list) or not isinstance(data, list):
        raise BadValue(f'"{key}" needs lists "columns" and "data"')
    if not all(isinstance(name, str) for name in columns):
        raise BadValue(f'"{key}" needs names as its "columns"')
    rows: list[Row] = []
    for number, values in enumerate(data):
        if not isinstance(values, list) or len(values) != len(columns):
            raise BadValue(f"is not a list of {len(columns)} values, as there are columns", number)
        rows.append(schema.row_of_record(dict(zip(columns, values, strict=True)), number))
    return rows


def _keys(column: Any) -> list[Any]:
    return list(column) if isinstance(column, dict) else list(range(len(column)))


def rows_of_columns(schema: Schema, columns: Mapping[str, Any]) -> list[Row]:
    """Return {name: [values]} or pandas' {name: {index: value}} as rows."""
    first = next(columns[name] for name in schema.names if name in columns)
    keys = _keys(first)
    for name in schema.names:
        column = columns.get(name)
        if column is None or type(column) is not type(first):
            raise BadValue("is missing or of another shape than the other fields", None, name)
        if set(_keys(column)) != set(keys):
            raise BadValue("has other rows than the other fields", None, name)
    return [
        schema.row_of_record({name: columns[name][key] for name in schema.names}, number)
        for number, key in enumerate(keys)
    ]


def _is_columns(schema: Schema, document: Any, kinds: tuple[type, ...]) -> bool:
    if not isinstance(document, dict):
        return False
    return any(isinstance(document.get(name), kinds) for name in schema.names)


def rows_of_json(schema: Schema, document: Any) -> list[Row]:
    """Return the rows of a JSON document; a BadValue names row and field."""
    if isinstance(document, list):
        return rows_of_list(schema, document)
    if not isinstance(document, dict):
        raise BadValue('the body is not an object with "instances"')
    if isinstance(document.get("Inputs"), dict):  # of Azure ML's own scoring scripts
        document = document["Inputs"]
    for key in ROW_KEYS:
        if isinstance(document.get(key), list):
            return rows_of_list(schema, document[key])
    if _is_columns(schema, document.get("inputs"), (list, dict)):
        return rows_of_columns(schema, document["inputs"])
    if is_chapter(schema, document):
        return rows_of_columns(schema, document)
    split = next((key for key in SPLIT_KEYS if key in document), None)
    if split:
        return rows_of_split(schema, document[split], split)
    if any(name in document for name in schema.names):
        return [schema.row_of_record(document, 0)]
    wrong = next((key for key in ROW_KEYS if key in document), None)
    if wrong:
        raise BadValue(f'"{wrong}" is not a list')
    raise BadValue('the body has no "instances": a list of rows')


def rows_of_lines(schema: Schema, body: bytes) -> list[Row]:
    """Return the rows of JSON lines, one object or list a line."""
    items = []
    for number, line in enumerate(line for line in body.splitlines() if line.strip()):
        try:
            items.append(parse_json(line))
        except BadValue as error:
            raise BadValue(str(error).replace("the body", "the line"), number) from None
    whole = len(items) == 1 and isinstance(items[0], dict)
    return rows_of_json(schema, items[0]) if whole else rows_of_list(schema, items)


def is_chapter(schema: Schema, document: Any) -> bool:
    """Return whether a document has the form {"RM": {"0": 6.5}, ...}, one object a field."""
    if not isinstance(document, dict):
        return False
    wrapped = any(key in document and key not in schema.names for key in ROW_KEYS)
    return not wrapped and _is_columns(schema, document, (dict,))


def rows_of_csv(schema: Schema, body: bytes) -> list[Row]:
    """Return the rows of a CSV: fields by name under a header, else in the model's order.

    The first record is a header if it names every field of the model; it may be delimited by
    semicolons, tabs or bars.
    """
    try:
        text = body.decode("utf-8-sig")
        delimiter = next((mark for mark in DELIMITERS if _has_header(schema, text, mark)), ",")
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        records = [record for record in reader if record]
    except UnicodeDecodeError:
        raise BadValue("the body is not UTF-8") from None
    except csv.Error:
        raise BadValue(f"the body is not CSV ({NO_CSV})") from None
    names = schema.names
    if _has_header(schema, text, delimiter):
        names = records.pop(0)
    at = [names.index(name) for name in schema.names]
    return [_csv_row(schema, record, at, len(names), row) for row, record in enumerate(records)]


def _has_header(schema: Schema, text: str, delimiter: str) -> bool:
    reader = csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=delimiter)
    return set(schema.names) <= set(next(reader, ()))


def _csv_row(schema: Schema, record: list[str], at: list[int], width: int, row: int) -> Row:
    if len(record) != width:
        raise BadValue(f"has {len(record)} fields; {width} wanted", row)
    try:
        pairs = zip(schema.features, at, strict=True)
        return [value_of_text(feature, record[place]) for feature, place in pairs]
    except BadValue as error:
        raise BadValue(str(error), row, error.name) from None
