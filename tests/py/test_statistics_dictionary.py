"""csv-stats dictionary: roles, ranges and flags of columns made on purpose, against pandas."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pyhelpers.__main__ import main
from tests.conftest import HEIGHTS, Run

COUNT = 400
ROLES = {
    "id": "key", "email": "key", "shop_id": "foreign key", "customerId": "foreign key",
    "paid": "measure", "stars": "category", "colour": "category", "open": "category",
    "born": "date", "weight": "measure", "note": "text", "unit": "constant", "gone": "empty",
}  # fmt: skip


def shop() -> pd.DataFrame:
    rng = np.random.default_rng(41)
    frame = pd.DataFrame({"id": range(1000, 1000 + COUNT)})
    frame["email"] = [f"p{i}@example.org" for i in range(COUNT)]
    frame["shop_id"] = rng.integers(100, 200, COUNT)
    frame["customerId"] = [f"C{i:04}" for i in rng.integers(0, 90, COUNT)]
    frame["paid"] = rng.normal(50, 9, COUNT).round(2)
    frame["stars"] = rng.integers(1, 6, COUNT)
    frame["colour"] = rng.choice(["red", "Red", "blue", "red ", "unknown"], COUNT)
    frame["open"] = rng.choice(["true", "false"], COUNT)
    frame["born"] = pd.date_range("2001-01-01", periods=COUNT).astype(str)
    frame["weight"] = np.where(rng.random(COUNT) < 0.03, -999, rng.normal(80, 7, COUNT))
    frame.loc[:59, "weight"] = np.nan
    frame["note"] = [" ".join(rng.choice(list("abcdefgh"), 60)) for _ in range(COUNT)]
    frame["unit"], frame["gone"] = "kg", None
    return frame


@pytest.fixture
def entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, dict[str, Any]]:
    monkeypatch.chdir(tmp_path)
    shop().to_csv("shop.csv", index=False)
    assert main(["csv-stats", "dictionary", "shop.csv", "--format", "json"]) == 0
    return {entry["column"]: entry for entry in json.loads(capsys.readouterr().out)}


def test_each_column_has_its_role(entries: dict[str, dict[str, Any]]) -> None:
    assert {name: entry["role"] for name, entry in entries.items()} == ROLES


def test_counts_and_ranges_are_those_of_pandas(entries: dict[str, dict[str, Any]]) -> None:
    frame = shop()
    for name, entry in entries.items():
        assert entry["records"] == COUNT and entry["distinct_exact"]
        assert entry["missing"] == frame[name].isna().sum()
        assert entry["distinct"] == frame[name].nunique()
        if entry["type"] == "number":
            assert [entry["low"], entry["high"]] == pytest.approx(
                [frame[name].min(), frame[name].max()]
            )
    assert (entries["born"]["low"], entries["born"]["high"]) == ("2001-01-01", "2002-02-04")
    frequent = frame["colour"].value_counts()
    assert (
        entries["colour"]["examples"]
        == sorted(frequent.index, key=lambda text: (-frequent[text], text))[:3]
    )


def test_flags_name_what_to_look_at(entries: dict[str, dict[str, Any]]) -> None:
    assert entries["weight"]["flags"][:2] == ["15.0% missing", "-999 may stand for a missing value"]
    colour = " | ".join(entries["colour"]["flags"])
    assert "with blanks at the ends" in colour
    assert "1 value is spelled in several ways (case or blanks)" in colour
    unknown = (shop()["colour"] == "unknown").sum()
    assert f"'unknown' may stand for a missing value ({unknown})" in colour
    assert entries["id"]["flags"] == entries["paid"]["flags"] == []


def test_markdown_is_a_table_that_a_readme_shows(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text('"a|b",c\n"x|y\nz",1\n"*q*",2\n')
    done = run("csv-stats", "dictionary", path)
    lines = [line for line in done.stdout.splitlines() if line.startswith("|")]
    assert len(lines) == 4
    cells = [line.replace("\\|", "").count("|") for line in lines]
    assert set(cells) == {9} and "x\\|y z" in lines[2]


def test_the_shipped_file_has_a_key_and_two_measures(run: Run) -> None:
    done = run("csv-stats", "dictionary", HEIGHTS, "--format", "csv")
    assert [line.split(",")[1] for line in done.stdout.splitlines()[1:]] == [
        "key", "measure", "measure"
    ]  # fmt: skip
    assert run("csv-stats", "dictionary", "--format", "markdown", input="a\n1\n").returncode == 0
