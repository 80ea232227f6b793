"""Table Schema of a CSV (Frictionless Data): read, written, inferred; what its rules mean."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.cells import CellFormat
from pyhelpers.statistics.column_summary import Summary
from pyhelpers.statistics.dictionary import is_whole, role_of
from pyhelpers.statistics.value_counts import DATE_WIDTH, parse_date
from pyhelpers.text import figure

PROFILE = "https://specs.frictionlessdata.io/schemas/table-schema.json"
TYPES = ("string", "integer", "number", "boolean", "date", "datetime", "any")
CONSTRAINTS = (
    "required", "unique", "minimum", "maximum", "minLength", "maxLength", "pattern", "enum",
)  # fmt: skip
WORDS = ("name", "type", "format", "title", "description", "example", "rdfType", "constraints")
LONGEST_CODE = 64
SPECIAL = frozenset("\\.^$*+?{}[]|()/")  # of patterns, in Python and in JSON Schema
MOST_ALLOWED = 20  # values of a category that become an enum
PLAIN = CellFormat()
STRICT_INTEGER = re.compile(r"[+-]?\d+")
STRICT_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|NaN|-?INF")
STRICT_MOMENT = re.compile(r".{10}[T ]\d\d:\d\d:\d\d")
TRUTHS = frozenset(("true", "True", "TRUE", "false", "False", "FALSE", "1", "0"))


@dataclass(frozen=True)
class Field:
    """One column of a schema: its type, and the constraints on its values.

    Attributes
    ----------
    type : str
        string, integer, number, boolean, date, datetime or any.
    constraints : dict
        required, unique, minimum, maximum, minLength, maxLength, pattern, enum.
    anchored : bool
        Whether a pattern has to match a whole value, not a part of it.
    """

    name: str
    type: str = "string"
    constraints: dict[str, Any] = field(default_factory=dict)
    anchored: bool = True

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers."""
        return self.type in ("integer", "number")

    def as_json(self) -> dict[str, Any]:
        """Return the field as the schema's JSON has it."""
        extra = {"constraints": self.constraints} if self.constraints else {}
        return {"name": self.name, "type": self.type, **extra}


@dataclass(frozen=True)
class Schema:
    """The columns of a table, the key whose values come once each, and what stands for none.

    Attributes
    ----------
    more_columns, fewer_columns : bool
        Whether columns may be there that are not in the schema, and those be missing that are not
        required.
    """

    fields: list[Field]
    key: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=lambda: [""])
    more_columns: bool = False
    fewer_columns: bool = False

    def as_text(self) -> str:
        """Return the schema's JSON."""
        body: dict[str, Any] = {"$schema": PROFILE, "fields": [f.as_json() for f in self.fields]}
        body |= {"primaryKey": self.key} if self.key else {}
        body |= {"missingValues": self.missing}
        return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def parse_schema(text: str, source: str) -> Schema:
    """Return the schema of a JSON text.

    Raises
    ------
    KitError
        For what is not a Table Schema, and for a rule that is not checked here: none is passed
        over in silence.
    """
    try:
        body = json.loads(text)
        fields = [_field(one, source) for one in body["fields"]]
    except (ValueError, TypeError, KeyError) as error:
        what = "is not a Table Schema: it needs JSON with a list of fields"
        raise KitError(f"{source}: {what} ({type(error).__name__}: {error})") from None
    if unknown := set(body) & {"foreignKeys", "uniqueKeys"}:
        raise KitError(f"{source}: {unknown.pop()} is not checked here; remove it")
    names = [one.name for one in fields]
    if repeated := {name for name in names if names.count(name) > 1}:
        raise KitError(f"{source}: two fields are named {repeated.pop()!r}; rename one")
    key = body.get("primaryKey", [])
    key = [key] if isinstance(key, str) else list(key)
    if alone := [name for name in key if name not in names]:
        raise KitError(f"{source}: primaryKey {alone[0]!r} is not a field; correct it")
    return Schema(fields, key, [str(value) for value in body.get("missingValues", [""])])


def _field(body: dict[str, Any], source: str) -> Field:
    name, kind = str(body["name"]), body.get("type", "string")
    where = f"{source}: field {name!r}"
    if kind not in TYPES:
        raise KitError(f"{where}: type {kind!r} is not checked here; use one of {', '.join(TYPES)}")
    if unknown := set(body) - set(WORDS):
        raise KitError(f"{where}: {unknown.pop()!r} is not checked here; remove it")
    if body.get("format", "default") not in ("default", "any"):
        raise KitError(f"{where}: format {body['format']!r} is not checked here; use a pattern")
    constraints = dict(body.get("constraints", {}))
    if unknown := set(constraints) - set(CONSTRAINTS):
        raise KitError(f"{where}: constraint {unknown.pop()!r} is not checked here; remove it")
    for length in ("minLength", "maxLength"):
        if type(constraints.get(length, 0)) is not int:
            raise KitError(f"{where}: {length} is not a whole number; correct it")
    if not isinstance(constraints.get("enum", []), list):
        raise KitError(f"{where}: enum is not a list; correct it")
    for bound in ("minimum", "maximum"):
        if bound in constraints and kind in ("integer", "number"):
            constraints[bound] = float(constraints[bound])
    if "pattern" in constraints:
        try:
            re.compile(constraints["pattern"])
        except re.error as error:
            raise KitError(f"{where}: the pattern is not valid ({error}); correct it") from None
    return Field(name, kind, constraints)


Rule = tuple[str, str, Callable[[str], bool]]
"""Its name, what it expects, and whether a text passes it."""


def text_rules(one: Field, strict: bool, cells: CellFormat) -> list[Rule]:
    """Return the rules that each text of a column must pass; the type's comes first."""
    rules, limits = [_type_rule(one, strict, cells)], one.constraints
    if (least := limits.get("minLength")) is not None:
        rules.append(("minLength", str(least), lambda text: len(text) >= least))
    if (most := limits.get("maxLength")) is not None:
        rules.append(("maxLength", str(most), lambda text: len(text) <= most))
    if (pattern := limits.get("pattern")) is not None:
        if not one.anchored:  # JSON Schema's $ is the end, not before a last line end
            pattern = re.sub(r"(?<!\\)\$$", r"\\Z", pattern)
        known = re.compile(pattern)
        match = known.fullmatch if one.anchored else known.search
        rules.append(("pattern", limits["pattern"], lambda text: match(text) is not None))
    if (enum := limits.get("enum")) is not None:
        allowed = {_value(one, str(value), PLAIN) for value in enum}
        said = ", ".join(map(str, enum[:5])) + (", ..." if len(enum) > 5 else "")
        rules.append(("enum", said, lambda text: _value(one, text, cells) in allowed))
    for name, passes in (("minimum", lambda x, y: x >= y), ("maximum", lambda x, y: x <= y)):
        if (bound := limits.get(name)) is not None:
            rules.append((name, _bound(bound), _bound_rule(one, bound, passes, cells)))
    return rules


def _bound(bound: Any) -> str:
    return figure(bound) if isinstance(bound, float) else str(bound)


def _value(one: Field, text: str, cells: CellFormat) -> Any:
    """Return what a text means in a column of a type; the text itself where it means nothing."""
    if one.numeric:
        number = cells.number(text)
        return text if number is None else number
    if one.type in ("date", "datetime"):
        return parse_date(text) or text
    return text.lower() if one.type == "boolean" else text


def _bound_rule(
    one: Field, bound: Any, passes: Callable[[Any, Any], bool], cells: CellFormat
) -> Callable[[str], bool]:
    limit = _value(one, str(bound), PLAIN)

    def rule(text: str) -> bool:
        value = _value(one, text, cells)
        return type(value) is not type(limit) or passes(value, limit)  # the type's rule says so

    return rule


def _type_rule(one: Field, strict: bool, cells: CellFormat) -> Rule:
    def number(text: str) -> bool:
        value = cells.number(text)
        if value is None or one.type == "integer" and not value.is_integer():
            return False
        known = STRICT_INTEGER if one.type == "integer" else STRICT_NUMBER
        return not strict or known.fullmatch(text.replace(cells.decimal, ".")) is not None

    def moment(text: str) -> bool:
        known = parse_date(text) is not None
        return known and (not strict or STRICT_MOMENT.match(text) is not None)

    tests: dict[str, Callable[[str], bool]] = {
        "integer": number, "number": number, "datetime": moment,
        "boolean": lambda text: text in TRUTHS,
        "date": lambda text: len(text) == DATE_WIDTH and parse_date(text) is not None,
    }  # fmt: skip
    return ("type", one.type, tests.get(one.type, lambda text: True))


def infer_schema(summaries: list[Summary], missing: Iterable[str]) -> Schema:
    """Return a schema that describes the values that a table has today.

    Ranges, allowed values and lengths are those seen: widen them where others may come.
    """
    fields = [_infer_field(summary) for summary in summaries]
    keys = [summary.name for summary in summaries if role_of(summary) == "key"]
    return Schema(fields, keys[:1], sorted(missing))


def _infer_field(summary: Summary) -> Field:
    kind, role, counts = summary.kind, role_of(summary), summary.value_counts
    constraints: dict[str, Any] = {"required": True} if not summary.missing else {}
    constraints |= {"unique": True} if role == "key" else {}
    if kind == "empty":
        return Field(summary.name, "any", {})
    if kind == "number":
        whole = is_whole(summary)
        low, high = summary.moments.low, summary.moments.high
        if not summary.moments.infinite:
            constraints |= {"minimum": int(low), "maximum": int(high)} if whole else {}
            constraints |= {} if whole else {"minimum": low, "maximum": high}
        return Field(summary.name, "integer" if whole else "number", constraints)
    if kind == "boolean":
        return Field(summary.name, "boolean", constraints)
    if kind == "date" and counts.first and counts.last:
        ends = {"minimum": counts.first[1], "maximum": counts.last[1]}
        days = counts.exact and all(len(text) == DATE_WIDTH for text in counts.counts)
        return Field(summary.name, "date" if days else "datetime", constraints | ends)
    if counts.exact and role == "category" and summary.distinct <= MOST_ALLOWED:
        return Field(summary.name, "string", constraints | {"enum": sorted(counts.counts)})
    constraints |= {"minLength": counts.shortest, "maxLength": counts.longest}
    if pattern := common_pattern(list(counts.counts)) if counts.exact else "":
        constraints = {"pattern": pattern} | {
            name: rule for name, rule in constraints.items() if not name.endswith("Length")
        }
    return Field(summary.name, "string", constraints)


def common_pattern(texts: list[str]) -> str:
    """Return the pattern of codes that all texts share; empty if they share none.

    Digits, capital and small letters are classes; every other character stands for itself. A text
    of more than `LONGEST_CODE` characters is not a code.

    Examples
    --------
    >>> common_pattern(["AB-01", "CD-22"]), common_pattern(["AB-01", "C"]), common_pattern(["a b"])
    ('^[A-Z]{2}-[0-9]{2}$', '', '')
    """
    if max(map(len, texts), default=0) > LONGEST_CODE:
        return ""
    shapes = {"".join(_class_of(character) for character in text) for text in texts}
    if len(shapes) != 1 or not (shape := shapes.pop()) or " " in shape or "9" not in shape:
        return ""
    parts = []
    for run in re.finditer(r"(.)\1*", shape):
        known = {"9": "[0-9]", "A": "[A-Z]", "a": "[a-z]"}.get(run[1], run[1])
        known = "\\" + known if known in SPECIAL else known
        parts.append(known + (f"{{{len(run[0])}}}" if len(run[0]) > 1 else ""))
    return f"^{''.join(parts)}$"


def _class_of(character: str) -> str:
    if not character.isascii():
        return " "  # of no class: the text is no code
    if character.isdigit():
        return "9"
    if character.isalpha():
        return "A" if character.isupper() else "a"
    return character


def rule_rows(schema: Schema) -> list[dict[str, Any]]:
    """Return a row per field: its type and its constraints in words."""
    return [
        {"column": one.name, "type": one.type, "primary_key": "*" if one.name in schema.key else ""}
        | {"rules": "; ".join(f"{name} {_said(rule)}" for name, rule in one.constraints.items())}
        for one in schema.fields
    ]


def _said(rule: Any) -> str:
    return ", ".join(map(str, rule)) if isinstance(rule, list) else str(rule).replace("True", "yes")
