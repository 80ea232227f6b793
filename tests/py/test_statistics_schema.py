"""csv-stats check: schemas inferred, written and read; violations against jsonschema and pandas."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import numpy as np
import pandas as pd
import pytest

from pyhelpers import KitError
from pyhelpers.__main__ import main
from pyhelpers.csvio.cells import CellFormat
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.schema import Field, Schema, common_pattern, parse_schema
from pyhelpers.statistics.validation import Findings, texts_of, validate
from tests.conftest import HEIGHTS, Run

SIZES: tuple[dict[str, Any], ...] = ({}, {"small": 256, "block": 2048, "processes": 1})
SCHEMA: dict[str, list[dict[str, Any]]] = {
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"required": True, "unique": True}},
        {"name": "code", "type": "string", "constraints": {"pattern": "^[A-Z]{2}-[0-9]{3}$"}},
        {"name": "price", "type": "number", "constraints": {"minimum": 0, "maximum": 99.5}},
        {"name": "stars", "type": "integer", "constraints": {"enum": [1, 2, 3]}},
        {"name": "kind", "type": "string", "constraints": {"enum": ["red", "blue"]}},
        {"name": "day", "type": "date", "constraints": {"minimum": "2024-01-01"}},
        {"name": "open", "type": "boolean"},
        {"name": "note", "type": "string", "constraints": {"minLength": 2, "maxLength": 5}},
    ],
}


def shop(size: int = 300) -> list[dict[str, str]]:
    rng = np.random.default_rng(51)
    days = pd.date_range("2024-01-01", periods=size).astype(str)
    return [
        {
            "id": str(i), "code": f"{rng.choice(['AB', 'CD'])}-{rng.integers(100, 999)}",
            "price": str(round(float(rng.uniform(0, 99)), 2)), "stars": str(rng.integers(1, 4)),
            "kind": str(rng.choice(["red", "blue"])), "day": days[i],
            "open": str(rng.choice(["true", "false"])), "note": "x" * int(rng.integers(2, 6)),
        }
        for i in range(size)
    ]  # fmt: skip


def text_of(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def known_schema() -> Schema:
    return parse_schema(json.dumps(SCHEMA), "s.json")


def checked(text: str, schema: Schema, strict: bool = False, **sizes: Any) -> Findings:
    cells = CellFormat(frozenset(schema.missing))
    options = Options(cells=cells, texts=texts_of(schema, strict), **sizes)
    scan = Scan(io.BytesIO(text.encode()), "t.csv", options)
    return validate(scan, schema, 1000, strict, 1 << 20)


MUTATIONS = [
    ("id", "7.5", "type"), ("id", "x", "type"), ("id", "", "required"), ("id", "3", "unique"),
    ("code", "AB-12", "pattern"), ("code", "AB-123\n", "pattern"), ("code", "", None),
    ("price", "-0.01", "minimum"), ("price", "99.51", "maximum"), ("price", "1,5", "type"),
    ("price", "99.5", None), ("price", "1e1", None), ("price", "NA", "type"), ("price", "", None),
    ("stars", "4", "enum"), ("stars", "1.5", "type"), ("stars", "2.0", None),
    ("kind", "Red", "enum"), ("kind", "green", "enum"), ("kind", "", None),
    ("day", "2023-12-31", "minimum"), ("day", "2024-02-30", "type"), ("day", "1 May", "type"),
    ("open", "yes", "type"), ("open", "FALSE", None), ("open", "1", None),
    ("note", "x", "minLength"), ("note", "x" * 6, "maxLength"), ("note", "", None),
]  # fmt: skip


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize(("column", "value", "rule"), MUTATIONS)
def test_one_changed_value_is_one_violation_or_none(
    column: str, value: str, rule: str | None, sizes: dict[str, Any]
) -> None:
    rows = shop()
    rows[209][column] = value
    found = checked(text_of(rows), known_schema(), **sizes)
    assert [(v.record, v.column, v.rule) for v in found.first] == (
        [(210, column, rule)] if rule else []
    )
    assert found.records == 300


def instance(row: dict[str, str]) -> dict[str, Any]:
    """Return a record as JSON has it; a value that is not of its column's type stays a text."""
    answer: dict[str, Any] = {}
    for one in SCHEMA["fields"]:
        name, text = str(one["name"]), row[str(one["name"])]
        if text == "":
            continue
        answer[name] = text
        if one["type"] in ("integer", "number") and re.fullmatch(r"[-+]?[\d.]+(e\d+)?", text):
            answer[name] = float(text)
        if one["type"] == "boolean":
            answer[name] = {"true": True, "false": False, "1": True, "0": False}.get(
                text.lower(), text
            )
    return answer


def json_schema() -> dict[str, Any]:
    """Return the same rules as a JSON Schema of one record."""
    properties: dict[str, Any] = {}
    for one in SCHEMA["fields"]:
        rules = {"type": one["type"] if one["type"] != "date" else "string"}
        rules |= {
            k: v for k, v in one.get("constraints", {}).items() if k not in ("required", "unique")
        }
        if one["type"] == "date":
            rules = {"type": "string", "pattern": "^2024-(0[1-9]|1[0-2])-[0-2][0-9]$"}
        properties[str(one["name"])] = rules
    return {"type": "object", "properties": properties, "required": ["id"]}


@pytest.mark.parametrize("sizes", SIZES)
def test_many_changed_values_are_found_as_jsonschema_and_pandas_find_them(
    sizes: dict[str, Any],
) -> None:
    rng = np.random.default_rng(52)
    rows = [row | {"day": f"2024-0{rng.integers(1, 9)}-1{rng.integers(0, 9)}"} for row in shop(900)]
    choices = [
        m for m in MUTATIONS if m[2] not in ("unique",) and "\n" not in m[1] and m[0] != "day"
    ]
    for _ in range(200):
        column, value, _rule = choices[rng.integers(len(choices))]
        rows[rng.integers(900)][column] = value
    rows[700]["id"], rows[701]["id"] = "5", "6"
    found = checked(text_of(rows), known_schema(), **sizes)
    validator = jsonschema.Draft202012Validator(json_schema())
    expected = set()
    for record, row in enumerate(rows, start=1):
        for error in validator.iter_errors(instance(row)):
            column = str(error.path[0]) if error.path else "id"
            expected.add((record, column))
    ids = pd.to_numeric(pd.Series([row["id"] for row in rows]), errors="coerce")
    again = ids.duplicated() & ids.notna()
    expected |= {(int(i) + 1, "id") for i in np.flatnonzero(again)}
    assert {(v.record, v.column) for v in found.first} == expected
    assert found.counts.total() == len(found.first) >= 100


def test_strict_types_refuse_other_spellings() -> None:
    rows = shop(20)
    rows[3]["stars"], rows[5]["price"], rows[6]["id"] = "2.0", " 7", "1e2"
    assert checked(text_of(rows), known_schema()).first == []
    strict = checked(text_of(rows), known_schema(), strict=True)
    assert [(v.record, v.column, v.rule) for v in strict.first] == [
        (4, "stars", "type"), (6, "price", "type"), (7, "id", "type")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "passes"),
    [
        ("2024-01-05T10:00:00", True), ("2024-01-05 10:00:00", True),
        ("2024-01-05T10:00:00.5Z", True), ("2024-01-05T10:00:00+02:00", True),
        ("2024-01-05T10:00", False), ("2024-01-05 10:00", False), ("2024-01-05T10:00Z", False),
        ("2024-01-05T10:00+02:00", False), ("2024-01-05T100000", False), ("2024-01-05", False),
    ],
)  # fmt: skip
def test_a_strict_moment_has_its_seconds_as_frictionless_asks(moment: str, passes: bool) -> None:
    """What frictionless 5.21 says of each."""
    schema = Schema([Field("at", "datetime")])
    assert checked(f"at\n{moment}\n", schema).first == []
    assert (checked(f"at\n{moment}\n", schema, strict=True).first == []) is passes


@pytest.mark.parametrize("sizes", SIZES)
def test_a_key_of_two_columns_and_numbers_beyond_2_53_are_told_apart(sizes: dict[str, Any]) -> None:
    fields = [{"name": "shop", "type": "string"}, {"name": "day", "type": "integer"}]
    schema = parse_schema(json.dumps({"fields": fields, "primaryKey": ["shop", "day"]}), "s.json")
    rows = [{"shop": f"s{i % 9}", "day": str(i // 9)} for i in range(400)]
    assert checked(text_of(rows), schema, **sizes).first == []
    rows[300] = {"shop": "s0", "day": "0.0"}
    found = checked(text_of(rows), schema, **sizes).first
    assert [(v.record, v.column, v.rule) for v in found] == [(301, "shop, day", "unique")]
    big = parse_schema(
        '{"fields": [{"name": "id", "type": "integer", "constraints": {"unique": true}}]}', "s"
    )
    ids = [{"id": str(2**60 + i)} for i in range(200)]
    assert checked(text_of(ids), big, **sizes).first == []
    ids[150] = ids[3]
    assert [v.record for v in checked(text_of(ids), big, **sizes).first] == [151]


def test_an_inferred_schema_accepts_its_own_table_and_says_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = shop()
    Path("t.csv").write_text(text_of(rows))
    assert main(["csv-stats", "check", "t.csv", "-o", "s.json"]) == 0
    fields = {one["name"]: one for one in json.loads(Path("s.json").read_text())["fields"]}
    assert {name: one["type"] for name, one in fields.items()} == {
        "id": "integer", "code": "string", "price": "number", "stars": "integer",
        "kind": "string", "day": "date", "open": "boolean", "note": "string",
    }  # fmt: skip
    assert fields["code"]["constraints"]["pattern"] == "^[A-Z]{2}-[0-9]{3}$"
    assert fields["id"]["constraints"] == {
        "required": True, "unique": True, "minimum": 0, "maximum": 299
    }  # fmt: skip
    assert fields["kind"]["constraints"]["enum"] == ["blue", "red"]
    assert main(["csv-stats", "check", "t.csv", "--schema", "s.json"]) == 0
    capsys.readouterr()
    rows[10]["note"] = 'two\nlines, "quoted"'
    rows[20]["kind"] = "rot"
    Path("t.csv").write_text(text_of(rows))
    assert main(["csv-stats", "check", "t.csv", "--schema", "s.json", "--format", "json"]) == 1
    out, err = capsys.readouterr()
    kept = ("line", "record", "column", "rule", "value")
    assert [tuple(row[key] for key in kept) for row in json.loads(out)] == [
        (13, 11, "note", "enum", 'two\nlines, "quoted"'), (23, 21, "kind", "enum", "rot"),
    ]  # fmt: skip
    assert "kind: 1 value breaks the rule 'enum'" in err
    assert err.endswith("t.csv: 2 violations of s.json; correct the data or the schema\n")


def test_a_column_too_few_and_one_too_many_are_violations_of_the_header(
    tmp_path: Path, run: Run
) -> None:
    schema = tmp_path / "s.json"
    schema.write_text('{"fields": [{"name": "a", "type": "integer"}, {"name": "b"}]}')
    done = run("csv-stats", "check", "--schema", schema, input="a,c\n1,2\n")
    assert done.returncode == 1
    assert done.stdout.splitlines()[1:] == [
        ",0,b,missing column,,is not in the header", ",0,c,extra column,,is not in the schema"
    ]  # fmt: skip
    assert "b: missing column" in done.stderr and "c: extra column" in done.stderr


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("[]", "is not a Table Schema"),
        ('{"fields": [{"name": "a", "type": "geopoint"}]}', "type 'geopoint' is not checked here"),
        ('{"fields": [{"name": "a", "constraints": {"maximun": 3}}]}', "'maximun' is not checked"),
        ('{"fields": [{"name": "a", "format": "email"}]}', "format 'email' is not checked here"),
        ('{"fields": [{"name": "a", "constraints": {"pattern": "("}}]}', "pattern is not valid"),
        ('{"fields": [{"name": "a", "constraints": {"enum": 3}}]}', "'a': enum is not a list"),
        ('{"fields": [{"name": "a", "constraints": {"enum": {"x": 1}}}]}', "enum is not a list"),
        (
            '{"fields": [{"name": "a", "constraints": {"minLength": "x"}}]}',
            "minLength is not a whole",
        ),
        (
            '{"fields": [{"name": "a", "constraints": {"maxLength": []}}]}',
            "maxLength is not a whole",
        ),
        ('{"fields": [{"name": "a"}], "primaryKey": "b"}', "primaryKey 'b' is not a field"),
        ('{"fields": [{"name": "a"}], "foreignKeys": []}', "foreignKeys is not checked here"),
        ('{"fields": [{"name": "a"}, {"name": "a"}]}', "two fields are named 'a'"),
    ],
)
def test_no_rule_is_passed_over_in_silence(body: str, said: str) -> None:
    with pytest.raises(KitError, match=re.escape(said)):
        parse_schema(body, "s.json")


def test_a_memory_limit_of_unique_columns_is_kept() -> None:
    schema = known_schema()
    scan = Scan(
        io.BytesIO(text_of(shop()).encode()), "t.csv", Options(texts=texts_of(schema, False))
    )
    with pytest.raises(KitError, match="unique values need 8 bytes a record, more than --memory"):
        validate(scan, schema, 5, False, 800)
    assert (
        replace(schema, key=["id"]).as_text()
        == parse_schema(replace(schema, key=["id"]).as_text(), "s").as_text()
    )


def test_the_shipped_file_obeys_the_schema_inferred_from_it(run: Run, tmp_path: Path) -> None:
    schema = tmp_path / "h.json"
    assert run("csv-stats", "check", HEIGHTS, "-o", schema).returncode == 0
    done = run("csv-stats", "check", "--schema", schema, input=HEIGHTS.read_bytes())
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "csv-stats: standard input: 25,000 records, no violation\n"


def test_a_long_text_has_no_pattern() -> None:
    code = "AB-" * 20 + "0001"
    assert re.fullmatch(common_pattern([code]), code)
    assert common_pattern(["AB1-" * 100_000]) == ""
