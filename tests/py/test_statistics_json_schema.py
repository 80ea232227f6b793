"""csv-stats check with JSON Schema, against the jsonschema package."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import numpy as np
import pandas as pd
import pytest

from pyhelpers import KitError
from pyhelpers.statistics.json_schema import as_json_schema, parse_any_schema
from tests.conftest import HEIGHTS, Run
from tests.py.test_statistics_schema import (
    MUTATIONS,
    checked,
    instance,
    json_schema,
    known_schema,
    shop,
    text_of,
)

OTHERS = [
    ("code", "xx AB-123 yy", None), ("price", "abc", None), ("stars", "3.0", None),
    ("kind", "blue ", None), ("note", "ab c", None), ("open", "TRUE", None),
]  # fmt: skip


def expected(rows: list[dict[str, str]], schema: dict[str, Any]) -> set[tuple[int, str]]:
    validator = jsonschema.Draft202012Validator(schema)
    found = set()
    for record, row in enumerate(rows, start=1):
        for error in validator.iter_errors(instance(row)):
            for name in [error.path[0]] if error.path else ["id"]:
                found.add((record, str(name)))
    return found


@pytest.mark.parametrize("unanchored", [False, True])
def test_the_same_mutated_rows_break_the_same_rules_as_for_jsonschema(unanchored: bool) -> None:
    schema = json_schema()
    if unanchored:
        schema["properties"]["code"]["pattern"] = "[A-Z]{2}-[0-9]{3}"
    rng = np.random.default_rng(53)
    rows = shop(250)
    every = [m for m in [*MUTATIONS, *OTHERS] if "\n" not in m[1] and m[2] != "unique"]
    for _ in range(150):
        column, value, _rule = every[rng.integers(len(every))]
        rows[rng.integers(250)][column] = value
    found = checked(text_of(rows), parse_any_schema(json.dumps(schema), "s.json"))
    assert {(v.record, v.column) for v in found.first} == expected(rows, schema)
    assert len(found.first) >= 60


def test_an_inferred_json_schema_is_valid_and_finds_what_the_table_schema_finds(
    run: Run, tmp_path: Path
) -> None:
    rows = shop()
    (tmp_path / "a.csv").write_text(text_of(rows))
    for kind in ("table-schema", "json-schema"):
        done = run("csv-stats", "check", tmp_path / "a.csv", "--as", kind, "-o", tmp_path / kind)
        assert done.returncode == 0, done.stderr
    body = json.loads((tmp_path / "json-schema").read_text())
    jsonschema.Draft202012Validator.check_schema(body)
    assert expected(rows, body) == set()
    for column, value, _rule in [*MUTATIONS, *OTHERS]:
        if column not in ("code", "day", "id"):
            continue
        changed = [dict(row) for row in rows]
        changed[99][column] = value
        (tmp_path / "b.csv").write_text(text_of(changed))
        one, other = (
            run("csv-stats", "check", tmp_path / "b.csv", "--schema", tmp_path / kind)
            for kind in ("table-schema", "json-schema")
        )
        assert (one.stdout, one.returncode) == (other.stdout, other.returncode)
    again = parse_any_schema(json.dumps(body), "s")
    assert json.loads(as_json_schema(again)) == body


def test_columns_may_be_missing_or_more_as_the_schema_says(run: Run, tmp_path: Path) -> None:
    body: dict[str, Any] = {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {}, "c": {"type": ["string", "null"]}},
        "required": ["a"],
    }
    schema = tmp_path / "s.json"

    def findings(text: str, **more: Any) -> list[str]:
        schema.write_text(json.dumps(body | more))
        done = run("csv-stats", "check", "--schema", schema, input=text)
        return [",".join(row.split(",")[2:4]) for row in done.stdout.splitlines()[1:]]

    assert findings("a,d\n1,2\n") == []
    assert findings("a,d\n1,2\n", additionalProperties=False) == ["d,extra column"]
    assert findings("b\n1\n") == ["a,missing column"]
    assert findings("a\n1\n", required=["a", "z"]) == ["z,missing column"]


def test_typed_tables_are_checked_too(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra named formats is not installed")
    frame = pd.read_csv(HEIGHTS)[:300].assign(code=lambda f: f.Index.astype(str).str.zfill(5))
    frame.to_parquet(tmp_path / "a.parquet")
    schema = tmp_path / "s.json"
    run("csv-stats", "check", tmp_path / "a.parquet", "--as", "json-schema", "-o", schema)
    assert json.loads(schema.read_text())["properties"]["code"]["pattern"] == "^[0-9]{5}$"
    done = run("csv-stats", "check", tmp_path / "a.parquet", "--schema", schema)
    assert done.returncode == 0, done.stderr
    frame.loc[7, ["code", "Weight-Pounds"]] = ["x", 999.0]
    frame.to_parquet(tmp_path / "b.parquet")
    done = run("csv-stats", "check", tmp_path / "b.parquet", "--schema", schema)
    assert [row.split(",")[1:4] for row in done.stdout.splitlines()[1:]] == [
        ["8", "Weight-Pounds", "maximum"], ["8", "code", "pattern"]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"type": "array"}, "type 'array' is not checked here"),
        ({"type": ["string", "integer"]}, "is not checked here"),
        ({"multipleOf": 2}, "'multipleOf' is not checked here"),
        ({"$ref": "#/x"}, "'$ref' is not checked here"),
        ({"type": "string", "format": "email"}, "format 'email' is not checked here"),
        ({"pattern": "("}, "the pattern is not valid"),
        ({"type": "string", "minimum": 1}, "minimum is for numbers"),
        ({"minLength": "x"}, "minLength is not a whole number"),
        ({"enum": 3}, "enum is not a list"),
        (7, "is not an object of rules"),
    ],
)
def test_no_rule_is_passed_over_in_silence(rules: Any, said: str) -> None:
    with pytest.raises(KitError, match=re.escape(said)) as caught:
        parse_any_schema(json.dumps({"properties": {"a": rules}}), "s.json")
    assert str(caught.value).startswith("s.json: property 'a'")
    with pytest.raises(KitError, match="'allOf' is not checked here"):
        parse_any_schema(json.dumps({"properties": {}, "allOf": []}), "s.json")


def test_a_table_schema_is_written_as_json_schema_with_all_its_rules() -> None:
    body = json.loads(as_json_schema(known_schema()))
    assert body["properties"]["id"] == {"type": "integer", "x-unique": True}
    assert body["properties"]["day"] == {
        "type": "string", "format": "date", "formatMinimum": "2024-01-01"
    }  # fmt: skip
    assert body["required"] == ["id"] and body["additionalProperties"] is False
