"""JSON Schema of a table's records: read as a schema that is checked, and written."""

import json
import re
from typing import Any

from pyhelpers import KitError
from pyhelpers.statistics.schema import Field, Schema, parse_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NOTES = {
    "$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated",
    "readOnly", "writeOnly",
}  # fmt: skip
OF_TABLE = {"type", "properties", "required", "additionalProperties"}
OF_FIELD = {"type", "format", "enum", "const", "minimum", "maximum", "minLength", "maxLength",
            "pattern", "formatMinimum", "formatMaximum"}  # fmt: skip
FORMATS = {"date": "date", "date-time": "datetime"}
KEY, UNIQUE, MISSING = "x-primaryKey", "x-unique", "x-missingValues"
TYPES = {"integer", "number", "boolean", "string"}


def parse_any_schema(text: str, source: str) -> Schema:
    """Return the schema of a JSON text, which is a JSON Schema if it has properties.

    Raises as `from_json_schema` and `parse_schema` do.
    """
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if isinstance(body, dict) and "properties" in body and "fields" not in body:
        return from_json_schema(body, source)
    return parse_schema(text, source)


def from_json_schema(body: dict[str, Any], source: str) -> Schema:
    """Return the schema of a table whose records are objects of a JSON Schema.

    A missing value is an absent property. x-unique, x-primaryKey and x-missingValues are read as
    `as_json_schema` writes them; other names that begin with x- are notes.

    Raises
    ------
    KitError
        For a rule that is not checked here: none is passed over in silence.
    """
    _refuse_unknown(body, OF_TABLE | {KEY, MISSING}, source)
    if body.get("type", "object") != "object" or not isinstance(body["properties"], dict):
        raise KitError(f"{source}: is not a JSON Schema of objects with properties; correct it")
    required = body.get("required", [])
    if not isinstance(required, list):
        raise KitError(f"{source}: required is not a list; correct it")
    fields = [
        _field(str(name), rules, name in required, source)
        for name, rules in body["properties"].items()
    ]
    known = {one.name for one in fields}
    fields += [Field(name, "any", {"required": True}) for name in required if name not in known]
    key = [str(name) for name in body.get(KEY, [])]
    if alone := [name for name in key if name not in known]:
        raise KitError(f"{source}: {KEY} {alone[0]!r} is not a property; correct it")
    more = body.get("additionalProperties", True)
    if not isinstance(more, bool):
        raise KitError(f"{source}: additionalProperties is not true or false; correct it")
    missing = [str(text) for text in body.get(MISSING, [""])]
    return Schema(fields, key, missing, more_columns=more, fewer_columns=True)


def _field(name: str, rules: Any, required: bool, source: str) -> Field:
    where = f"{source}: property {name!r}"
    if rules is True:
        rules = {}
    if not isinstance(rules, dict):
        raise KitError(f"{where}: is not an object of rules; correct it")
    _refuse_unknown(rules, OF_FIELD | {UNIQUE}, where)
    kinds = rules.get("type", "any")
    kinds = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind != "null"]
    if len(kinds) != 1 or kinds[0] not in TYPES | {"any"}:
        known = ", ".join(sorted(TYPES))
        raise KitError(f"{where}: type {rules['type']!r} is not checked here; use one of {known}")
    [kind] = kinds
    if (form := rules.get("format")) is not None:
        if form not in FORMATS or kind not in ("string", "any"):
            raise KitError(f"{where}: format {form!r} is not checked here; use a pattern")
        kind = FORMATS[form]
    limits = {rule: rules[rule] for rule in ("minLength", "maxLength", "pattern") if rule in rules}
    dated = kind in ("date", "datetime")
    for bound in ("minimum", "maximum"):
        if bound in rules and kind not in ("integer", "number"):
            raise KitError(f"{where}: {bound} is for numbers; give the type integer or number")
        if (rule := f"formatM{bound[1:]}" if dated else bound) in rules:
            limits[bound] = rules[rule]
    allowed = [rules["const"]] if "const" in rules else rules.get("enum")
    if allowed is not None:
        if not isinstance(allowed, list):
            raise KitError(f"{where}: enum is not a list; correct it")
        limits["enum"] = [_spelled(value) for value in allowed if value is not None]
    limits |= {"required": True} if required else {}
    limits |= {"unique": True} if rules.get(UNIQUE) else {}
    return Field(name, kind, _checked(limits, where), anchored=False)


def _checked(limits: dict[str, Any], where: str) -> dict[str, Any]:
    """Return constraints with values that can be used."""
    for length in ("minLength", "maxLength"):
        if type(limits.get(length, 0)) is not int:
            raise KitError(f"{where}: {length} is not a whole number; correct it")
    for bound in ("minimum", "maximum"):
        value = limits.get(bound)
        if isinstance(value, bool) or not isinstance(value, int | float | str | None):
            raise KitError(f"{where}: {bound} is not a number or a date; correct it")
        if isinstance(value, int):
            limits[bound] = float(value)
    try:
        re.compile(limits.get("pattern", ""))
    except (re.error, TypeError) as error:
        raise KitError(f"{where}: the pattern is not valid ({error}); correct it") from None
    return limits


def _spelled(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _refuse_unknown(body: dict[str, Any], known: set[str], where: str) -> None:
    unknown = [name for name in body if name not in known | NOTES and not name.startswith("x-")]
    if unknown:
        raise KitError(f"{where}: {unknown[0]!r} is not checked here; remove it")


def as_json_schema(schema: Schema) -> str:
    """Return the JSON Schema (2020-12) of a table's records.

    What JSON Schema has no word for is a note: x-unique, x-primaryKey, x-missingValues; ranges of
    dates are formatMinimum and formatMaximum, as ajv reads them.
    """
    body: dict[str, Any] = {
        "$schema": DIALECT,
        "type": "object",
        "properties": {one.name: _as_property(one) for one in schema.fields},
        "required": [one.name for one in schema.fields if one.constraints.get("required")],
        "additionalProperties": schema.more_columns,
    }
    body |= {KEY: schema.key} if schema.key else {}
    body |= {MISSING: schema.missing}
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def _as_property(one: Field) -> dict[str, Any]:
    formats = {kind: form for form, kind in FORMATS.items()}
    dated = one.type in formats
    found: dict[str, Any] = {} if one.type == "any" else {"type": "string" if dated else one.type}
    found |= {"format": formats[one.type]} if dated else {}
    for rule, value in one.constraints.items():
        if rule == "unique":
            found[UNIQUE] = value
        elif rule in ("minimum", "maximum") and dated:
            found[f"formatM{rule[1:]}"] = value
        elif rule == "pattern" and one.anchored:
            found[rule] = value if value[:1] == "^" and value[-1:] == "$" else f"^(?:{value})$"
        elif rule != "required":
            found[rule] = value
    return found
