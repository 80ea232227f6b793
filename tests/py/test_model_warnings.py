"""What training says of odd cells, codes, identifiers, leaks, classes; the same at prediction."""

import gzip
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pyhelpers import KitError
from pyhelpers.model import (
    checks,
    column_types,
    columns,
    preprocessing,
    train,
)
from pyhelpers.model.prepare import TrainingOptions
from tests.conftest import Run
from tests.training import KINDS, csv_of, data, prepared


def test_one_odd_cell_leaves_a_column_numbers_and_is_counted() -> None:
    rows: list[list[Any]] = [[n % 40, n % 7, n % 40 * 2 + 0.5] for n in range(300)]
    for place in (0, 150):
        odd = [row.copy() for row in rows]
        odd[place][0] = "?"
        made = train.train_model(data(csv_of("hp,w,y", odd)), TrainingOptions("y", folds=0))
        assert made.card["features"][0]["kind"] == "number"
        assert "hp: 1 value is not a number, taken as missing: '?' (1)" in made.notes


def test_prices_with_signs_are_numbers_in_training_and_prediction(run: Run, tmp_path: Path) -> None:
    rows = [(n, f'"${n * 1000 + n % 7:,}"') for n in range(1, 200)]
    (tmp_path / "t.csv").write_text(csv_of("a,price", rows))
    done = run(
        "ml-model", "train", tmp_path / "t.csv", "--target", "price", "--features", "a",
        "-o", tmp_path / "m", cwd=tmp_path,
    )  # fmt: skip
    assert "regression of price" in done.stderr
    assert "price: currency signs, thousands commas and % are left out" in done.stderr
    measured = run("ml-model", "evaluate", tmp_path / "m", tmp_path / "t.csv", "--format", "csv")
    assert float(measured.stdout.splitlines()[1].split(",")[2]) > 0.999


def test_the_same_category_written_otherwise_is_the_same() -> None:
    rows = [(n % 3 + 1, ("True", "False")[n % 2], n % 3 * 10 + n % 2) for n in range(120)]
    wishes = TrainingOptions("y", categories=["zone"], folds=0, task="regression")
    made = train.train_model(data(csv_of("zone,member,y", rows)), wishes)
    features = prepared(csv_of("zone,member,y", rows), categories=["zone"]).features
    assert made.plain is not None
    zone, member = features
    from pyhelpers.model.schema import value_of_json, value_of_text

    for written in ("1", "1.0", " 1"):
        assert value_of_text(zone, written) == "1"
    assert value_of_json(zone, 1) == value_of_json(zone, 1.0) == "1"
    for truth in ("true", "TRUE", "True"):
        assert value_of_text(member, truth) == value_of_json(member, True) == "True"


def test_codes_are_categories_and_identifiers_are_left_out() -> None:
    drawn = np.random.default_rng(7)
    ids, codes = drawn.permutation(300) + 10**6, drawn.integers(0, 1 << 62, 300)
    rows = [
        (
            ids[n],
            2 * n,
            f"{int(codes[n]):016x}",
            f"{n % 50:05d}",
            n % 9,
            n % 9 + n % 50,
        )
        for n in range(300)
    ]
    made = prepared(csv_of("customer_id,rowid,uuid,postcode,x,y", rows))
    assert [feature.name for feature in made.features] == ["postcode", "x"]
    assert made.features[0].kind == "category"
    assert made.left_out["customer_id"] == "an identifier: all values are different"
    assert "identifier" in made.left_out["uuid"]


def test_a_class_called_none_is_a_class_unless_it_is_named_missing() -> None:
    rows = [(n / 300, "None" if n < 150 else ("Mild" if n < 240 else "Severe")) for n in range(300)]
    text = csv_of("dose,y", rows)
    made = train.train_model(data(text), TrainingOptions("y", folds=0))
    assert made.card["classes"] == ["Mild", "None", "Severe"]
    assert any("'None' is taken as a value" in note for note in made.notes)
    assert made.ensemble.predict([[0.1]]) == ["None"]
    named = train.train_model(data(text), TrainingOptions("y", folds=0, missing=["None"]))
    assert named.card["classes"] == ["Mild", "Severe"]


def test_words_for_missing_values_are_added_to_the_usual_ones_unless_one_is_empty() -> None:
    rows = [(n % 50, ["NA", "None", "Brick", "?", "Stone"][n % 5], n % 7) for n in range(300)]
    for missing, categories in [
        (None, ["None", "Brick", "?", "Stone"]),
        (["?"], ["None", "Brick", "Stone"]),
        (["None"], ["Brick", "?", "Stone"]),
        (["", "?"], ["NA", "None", "Brick", "Stone"]),
    ]:
        made = prepared(csv_of("a,wall,y", rows), missing=missing, task="regression")
        assert sorted(made.features[1].categories) == sorted(categories)


def test_numbers_that_leading_zeros_make_codes_are_named() -> None:
    def said(form: str) -> list[str]:
        rows = [(form.format(n % 30), n % 7) for n in range(300)]
        return [note for note in warned(csv_of("x,y", rows), folds=0) if "leading zeros" in note]

    assert said("{:03d}") == [] == said("{}")  # codes of one width, and numbers
    assert len(said("0{}")) == 1


def test_dates_that_can_be_read_two_ways_are_named_and_others_are_read_the_right_way() -> None:
    days = [(n % 12 + 1, n % 11 + 1) for n in range(200)]

    def notes(rows: Iterable[tuple[int, int]]) -> tuple[str, list[str]]:
        text = csv_of("when,y", ((f"{a:02}/{b:02}/2024", n % 7) for n, (a, b) in enumerate(rows)))
        made = train.train_model(data(text), TrainingOptions("y", folds=0))
        return made.card["features"][0]["form"], [n for n in made.notes if "two ways" in n]

    form, said = notes(days)
    assert form == "%m/%d/%Y" and len(said) == 1 and "month taken first" in said[0]
    assert notes([*days, (3, 28)]) == ("%m/%d/%Y", [])
    # Read with the month first, nine in ten are dates, too; the others would be missing.
    assert notes([*days, *((13 + n, 1) for n in range(15))]) == ("%d/%m/%Y", [])


def test_words_for_missing_values_hold_at_prediction_too() -> None:
    rows = [(n % 20 if n % 10 else -999, n % 20 * 3) for n in range(200)]
    made = train.train_model(
        data(csv_of("a,y", rows)), TrainingOptions("y", folds=0, missing=["-999"])
    )
    assert made.card["features"][0]["low"] == 1
    from pyhelpers.model.schema import Feature, value_of_text

    feature = Feature(**made.card["features"][0])
    assert value_of_text(feature, "-999") is None and value_of_text(feature, "7") == 7.0


def warned(text: str, **wishes: Any) -> list[str]:
    return train.train_model(data(text), TrainingOptions("y", **wishes)).notes[1:]


def test_leaks_repeats_rare_classes_and_useless_models_are_named() -> None:
    drawn = np.random.default_rng(3)
    noise = drawn.normal(size=(400, 3)).round(4)
    copy = [(a, b, round(100 * c, 2), c) for a, b, c in noise]
    assert any("cents alone predicts y" in note for note in warned(csv_of("a,b,cents,y", copy)))
    clean = warned(csv_of("a,b,y", [(a, b, round(a + c, 4)) for a, b, c in noise]))
    assert clean == []
    repeated = csv_of("a,b,y", [*map(tuple, noise[:60])] * 6)
    assert any("held-out records repeat a record" in note for note in warned(repeated))
    rare = [(a, b, "xyz"[int(a > 0)]) for a, b, _ in noise] + [(1, 1, "z")]
    assert any(
        "1 class with at most 2 records: z" in note for note in warned(csv_of("a,b,y", rare))
    )
    useless = csv_of("a,b,y", [tuple(row) for row in drawn.normal(size=(60, 3)).round(4)])
    assert any("no better than the dummy" in n for n in warned(useless, model="forest"))
    imbalanced = [(a, b, int(drawn.random() < 0.02)) for a, b, _ in noise.repeat(5, axis=0)]
    assert any("the class 1 is rare" in note for note in warned(csv_of("a,b,y", imbalanced)))


@pytest.mark.parametrize(
    ("values", "y", "classes", "alone"),
    [
        (np.arange(100.0), np.arange(100.0) * 2 + 1, False, True),
        (np.arange(100.0), np.exp(-np.arange(100.0)), False, True),
        (np.arange(100.0), np.arange(100.0) % 7, False, False),
        (np.arange(100.0), (np.arange(100) > 50).astype(int), True, True),
        (np.arange(100.0), (np.arange(100) % 3 > 1).astype(int), True, False),
        (np.arange(100.0) % 4, np.arange(100) % 4, True, True),
    ],
)
def test_a_field_that_alone_predicts_is_found(
    values: Any, y: Any, classes: bool, alone: bool
) -> None:
    from pyhelpers.model.schema import Feature

    assert checks.predicts_alone(values, y, classes, Feature("a", "number")) is alone


@pytest.mark.parametrize("filled", ["2024-01-05", "7.5"])
def test_a_field_that_is_filled_only_for_one_answer_is_named(filled: str) -> None:
    drawn = np.random.default_rng(4)
    y = (drawn.random(400) < 0.3).astype(int)
    x = drawn.normal(size=400).round(4)
    leak = [(a, filled if kind else "", kind) for a, kind in zip(x, y, strict=True)]
    said = "whether closed is missing alone predicts y almost perfectly"
    assert any(note.startswith(said) for note in warned(csv_of("x,closed,y", leak)))
    drawn.shuffle(y)
    fair = [(a, shown, kind) for (a, shown, _), kind in zip(leak, y, strict=True)]
    assert not any(" alone predicts" in note for note in warned(csv_of("x,closed,y", fair)))


def hints(rows: Any, names: str = "customer,x,y", **wishes: Any) -> list[str]:
    made = train.train_model(data(csv_of(names, rows)), TrainingOptions("y", folds=0, **wishes))
    return [note for note in made.notes if "a random split may be too good" in note]


def purchases(seed: int, groups: int, effect: float) -> list[tuple[str, float, float]]:
    drawn = np.random.default_rng(seed)
    of = drawn.integers(0, groups, 600)
    y = effect * drawn.normal(size=groups)[of] + drawn.normal(size=600)
    return [(f"c{one}", drawn.normal(), value) for one, value in zip(of, y.tolist(), strict=True)]


def test_groups_with_similar_targets_are_named_and_others_are_not() -> None:
    similar = purchases(0, 120, 1.0)
    assert hints(similar) == [
        "records of one customer have similar targets, so a random split may be too good for a "
        "customer never seen; --group customer measures on others"
    ]
    assert hints([(one, x, "high" if y > 0 else "low") for one, x, y in similar])
    assert not hints(similar, group="customer")
    assert not hints(similar, "town,x,y")  # an ordinary category
    assert not hints(purchases(1, 12, 1.0))  # few values
    assert not any(hints(purchases(seed, 120, 0.0)) for seed in range(40))


def test_records_in_order_of_time_are_named_and_others_are_not() -> None:
    drawn = np.random.default_rng(0)
    noise = drawn.normal(size=300)
    days = pd.date_range("2024-01-01", periods=300).strftime("%Y-%m-%d").tolist()
    rows = [(day, x, x + n / 50) for n, (day, x) in enumerate(zip(days, noise, strict=True))]
    [said] = hints(rows, "day,x,y")
    assert said.startswith("the records are in order of day, so")
    assert said.endswith("--time-order day measures on later records")
    assert hints(rows[::-1], "day,x,y") and not hints(rows, "day,x,y", time_order="day")
    drawn.shuffle(rows)
    assert not hints(rows, "day,x,y")


def test_measuring_on_the_file_of_the_training_is_said(run: Run, tmp_path: Path) -> None:
    rows = [(n % 17, n % 5, n % 17 + n % 5) for n in range(200)]
    path, folder = tmp_path / "t.csv", tmp_path / "m"
    path.write_text(csv_of("a,b,y", rows))
    assert run("ml-model", "train", path, "--target", "y", "-o", folder).returncode == 0
    (tmp_path / "again.csv.gz").write_bytes(gzip.compress(path.read_bytes()))
    (tmp_path / "new.csv").write_text(csv_of("a,b,y", rows[:150]))
    said = "m was trained on this file: it has learnt from 160 of 200 of its records"
    for file, known in (("t.csv", True), ("again.csv.gz", True), ("new.csv", False)):
        for words in (("evaluate", folder), ("compare", folder, folder)):
            done = run("ml-model", *words, tmp_path / file)
            assert (done.returncode, said in done.stderr) == (0, known), done.stderr


def test_columns_of_many_blocks_are_those_of_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "SMALL", 1 << 10)
    monkeypatch.setattr(columns, "BLOCK", 1 << 11)
    drawn = np.random.default_rng(5)
    rows = [
        (
            "" if n % 13 == 0 else round(drawn.normal(), 3),
            f'"t, {n % 41}"',
            "?" if n == 700 else n % 9,
        )
        for n in range(1_500)
    ]
    text = csv_of("a,name,y", rows)
    table = data(text)
    kinds = [("number", 0), ("category", 1), ("number", 2)]
    wanted = [
        column_types.Column(table.names[at], at, kind, place=place)
        for place, (kind, at) in enumerate(kinds)
    ]
    stored = table.read(wanted, limit=10_000)
    assert len(stored.blocks) > 5 and not table.small
    frame = pd.read_csv(io.StringIO(text), na_values=["?"])
    assert np.array_equal(stored.column(0), frame.a, equal_nan=True)
    assert [wanted[1].texts[code] for code in stored.column(1)] == frame.name.tolist()
    assert np.array_equal(stored.column(2), frame.y, equal_nan=True)
    assert wanted[2].odd == {"?": 1}


def test_boosting_takes_categories_natively_and_unknown_ones_as_missing() -> None:
    rows = [(f"c{n % 30}", n % 5, (n % 30 % 2) * 10 + n % 5) for n in range(900)]
    made = train.train_model(
        data(csv_of("kind,x,y", rows)),
        TrainingOptions("y", model="boosting", folds=0, task="regression"),
    )
    trees = [tree for stage in made.ensemble.estimators[0]._predictors for tree in stage]
    assert any(tree.nodes["is_categorical"].any() for tree in trees)
    assert made.card["metrics"]["r2"] > 0.99
    unknown, missing = made.ensemble.predict([["c99", 1.0], [None, 1.0]])
    assert unknown == missing


def test_a_description_says_what_was_done() -> None:
    made = prepared(KINDS)
    said = {
        feature.name: preprocessing.description(feature, document)
        for feature, document in zip(made.features, made.fields, strict=True)
    }
    assert said["when"].startswith("date (iso), becomes month, day, weekday, days")
    assert said["size"] == "number, missing: flagged, filled with 18"
    assert said["town"].startswith("category, 2 columns of 0 and 1")
    assert said["review"].startswith("free text, becomes 24 components")


def test_duplicate_columns_are_an_error() -> None:
    with pytest.raises(KitError, match="two columns have the same name 'x'"):
        data("x,x,y\n1,2,3\n")
