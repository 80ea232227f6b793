"""A column's type is that of all its values, wherever in the file they stand."""

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyhelpers import KitError
from pyhelpers.model import columns, store
from pyhelpers.model.prepare import Read, TrainingOptions, read_columns
from tests.conftest import ROOT, Run
from tests.training import csv_of, data

COUNT = 3_000
FIRST = 700  # records of the sample, about

# The values of the first records, those of the later ones, and what all of them are.
CHANGES: dict[str, tuple[Callable[[int], object], Callable[[int], object], str, str]] = {
    "numbers, then names": (lambda n: n % 50, lambda n: f"type {n % 9}", "category", "plain"),
    "nothing, then names": (lambda n: "", lambda n: f"type {n % 9}", "category", "plain"),
    "nothing, then dates": (lambda n: "", lambda n: f"2024-01-{n % 28 + 1:02}", "date", "iso"),
    "names, then numbers": (lambda n: "unknown", lambda n: n / 7, "number", "plain"),
    "numbers, then codes": (lambda n: n % 50 + 100, lambda n: f"0{n % 50}", "category", "plain"),
    "numbers, then long ones": (lambda n: n, lambda n: 10**17 + n % 20, "category", "plain"),
    "small, then with commas": (lambda n: n, lambda n: f'"{n + 1000:,}"', "number", "marked"),
    "a day first, shown late": (
        lambda n: f"{n % 12 + 1:02}/01/2024",
        lambda n: f"{n % 28 + 1:02}/02/2024",
        "date",
        "%d/%m/%Y",
    ),
    "numbers, with a few words": (
        lambda n: n % 50,
        lambda n: "?" if n % 10 == 0 else n % 50,
        "number",
        "plain",
    ),
}


@pytest.fixture
def small_head(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a sample of a few hundred records, and blocks of a few hundred more."""
    monkeypatch.setattr(columns, "SMALL", 20_000)
    monkeypatch.setattr(columns, "HEAD", 6_000)
    monkeypatch.setattr(columns, "BLOCK", 1 << 13)


def changing(of: str) -> str:
    first, later = CHANGES[of][:2]
    return csv_of("x,y", ((first(n) if n < FIRST else later(n), n % 7) for n in range(COUNT)))


def read(text: str, **wishes: Any) -> Read:
    return read_columns(data(text), TrainingOptions("y", **wishes))


def as_texts(read: Read) -> list[str | None]:
    """Return the values of a column of categories as texts."""
    column = read.used[0]
    return [column.texts[c] if c >= 0 else None for c in read.store.column(column.place)]


@pytest.mark.usefixtures("small_head")
@pytest.mark.parametrize("of", CHANGES)
def test_all_values_decide_the_type_and_none_is_lost(of: str) -> None:
    text, (kind, form) = changing(of), CHANGES[of][2:]
    found = read(text)
    column = found.used[0]
    assert (column.kind, column.form) == (kind, form)
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    if kind == "category":
        expected = [value if value else None for value in frame.x]
        assert as_texts(found) == expected
        return
    values = found.store.column(column.place)
    if kind == "number":
        plain = pd.to_numeric(frame.x.str.replace(",", ""), errors="coerce")
        assert values == pytest.approx(plain.to_numpy(), nan_ok=True)
    else:
        given_form = "ISO8601" if form == "iso" else form
        days = pd.to_datetime(frame.x, format=given_form) - pd.Timestamp("1970-01-01")
        assert values == pytest.approx((days.dt.total_seconds() / 86400).to_numpy(), nan_ok=True)


@pytest.mark.usefixtures("small_head")
def test_named_categories_and_types_that_hold_are_read_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    again: list[int] = []
    monkeypatch.setattr(columns.TrainingCsv, "rewind", lambda self: again.append(1))
    text = csv_of("x,y", ((n % 50, n % 7) for n in range(COUNT)))
    assert read(text, categories=["x"]).used[0].kind == "category"
    assert read(changing("numbers, with a few words")).used[0].odd == {
        "?": sum(n % 10 == 0 for n in range(FIRST, COUNT))
    }
    assert not again


VALUES = st.sampled_from(["", "5", "12.5", "007", "$1,200", "red", "2024-03-04", "NA", "-1e3"])
RUNS = st.lists(st.tuples(VALUES, st.integers(1, 200)), min_size=1, max_size=6)


@pytest.mark.usefixtures("small_head")
@settings(max_examples=60, deadline=None)
@given(RUNS)
def test_the_order_of_the_records_does_not_matter(runs: list[tuple[str, int]]) -> None:
    values = [f'"{value}"' for value, count in runs for _ in range(count)]
    drawn = np.random.default_rng(len(values))

    def typed(ordered: list[str], head: int) -> tuple[str, str]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(columns, "SMALL", head)
            patch.setattr(columns, "HEAD", head)
            text = csv_of("x,y", zip(ordered, range(len(ordered)), strict=True))
            try:
                column = read(text).used[0]
            except KitError:  # fewer than ten records
                return "", ""
        return column.kind, column.form

    expected = typed(values, 1 << 20)
    assert typed(values, 200) == expected
    assert typed(drawn.permutation(values).tolist(), 200) == expected


def test_a_file_and_a_pipe_give_the_same_model_and_say_what_was_read_again(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "t.csv"
    with path.open("w") as stream:
        stream.write("code,text,y\n")
        for n in range(60_000):
            kind = n % 4 if n < 30_000 else f"k{n % 4}"
            stream.write(f"{kind},{'abcdefg' * 12},{n % 4 * 2 + n % 3}\n")
    assert path.stat().st_size > columns.SMALL
    words = ("--target", "y", "--task", "regression", "--folds", 2, "-o")
    done = run("ml-model", "train", path, *words, tmp_path / "m")
    assert done.returncode == 0, done.stderr
    said = "code: read as category by all its values; the first megabyte was number"
    assert said in done.stderr and "is not a number" not in done.stderr
    card = store.read_card(str(tmp_path / "m"))
    assert said in card["warnings"]
    assert sorted(card["features"][0]["categories"]) == [*"0123", "k0", "k1", "k2", "k3"]
    with path.open("rb") as stream:
        piped = subprocess.run(
            [ROOT / "bin/ml-model", "train", *map(str, words), tmp_path / "piped"],
            stdin=subprocess.Popen(["cat"], stdin=stream, stdout=subprocess.PIPE).stdout,
            capture_output=True,
            check=True,
        )
    assert said.encode() in piped.stderr
    other = store.read_card(str(tmp_path / "piped"))
    assert other["data"]["sha256"] == card["data"]["sha256"]
    assert other["metrics"] == card["metrics"]


@pytest.mark.usefixtures("small_head")
def test_columns_of_digits_keep_their_texts_in_files_of_many_blocks() -> None:
    rows = [(f"{n % 97:05d}", n % 89, "?" if n == 2_000 else n % 7, n % 13) for n in range(COUNT)]
    found = read(csv_of("zip,a,b,y", rows))
    postcodes, a, b = found.used
    assert postcodes.kind == "category" and as_texts(found) == [row[0] for row in rows]
    assert found.store.column(a.place).tolist() == [row[1] for row in rows]
    assert np.nan_to_num(found.store.column(b.place), nan=-1).tolist() == [
        -1 if row[2] == "?" else row[2] for row in rows
    ]
    assert b.odd == {"?": 1} and not a.by_text
