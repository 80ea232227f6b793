"""What columns become: dates, texts, categories, odd cells; against pandas and scikit-learn."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfTransformer

from pyhelpers import KitError
from pyhelpers.model import (
    column_types,
    derived_features,
    load,
    store,
    train,
    values,
)
from pyhelpers.model.prepare import TrainingOptions
from tests.conftest import Run
from tests.training import KINDS, csv_of, data, prepared


@given(st.datetimes(min_value=pd.Timestamp("1800-01-01"), max_value=pd.Timestamp("2200-01-01")))
def test_parts_of_dates_are_pandas(moment: Any) -> None:
    moment = moment.replace(microsecond=0)
    days = values.date_of(moment.isoformat(), "iso")
    assert days is not None
    stamp = pd.Timestamp(moment)
    hour = stamp.hour + stamp.minute / 60 + stamp.second / 3600
    expected = [stamp.year, stamp.month, stamp.day, stamp.day_of_week, hour]
    assert derived_features.date_parts(days)[:5] == pytest.approx(expected, abs=1e-6)
    parts = derived_features.PARTS
    whole = derived_features.date_part_columns(np.array([days, np.nan]), parts)
    assert [of[0] for of in whole.values()] == derived_features.date_parts(days)
    assert np.isnan([of[1] for of in whole.values()]).all()


@given(st.times())
@example(dt.time(0, 0))
@example(dt.time(12, 0))
def test_times_of_day_are_pythons(moment: dt.time) -> None:
    whole = moment.replace(microsecond=0, second=0)
    for text, of in (
        (moment.isoformat(), moment),
        (f"{whole:%H:%M}", whole),
        (f"{whole:%I:%M %p}", whole),
    ):
        passed = pd.Timedelta(of.isoformat())
        assert values.date_of(text, values.CLOCK) == pytest.approx(passed / pd.Timedelta(days=1))
    days = values.date_of(moment.isoformat(), values.CLOCK)
    assert days is not None
    shown = dt.time.fromisoformat(values.date_text(days, values.CLOCK))
    assert abs(pd.Timedelta(shown.isoformat()) - pd.Timedelta(moment.isoformat())).seconds in (
        *(0, 1, 86_399),
    )


@pytest.mark.parametrize("text", ["7", "24:01", "12:60", "12:30:61", "13:00 pm", "0:10 am", "x"])
def test_other_texts_are_no_times_of_day(text: str) -> None:
    assert values.date_of(text, values.CLOCK) is None


def test_a_time_of_day_is_learnt_as_the_hand_of_a_clock(run: Run, tmp_path: Path) -> None:
    """A load that follows the clock: a category of 1,440 values, left out before, now R2 of 1."""
    times = [f"{n * 7 % 24}:{n * 13 % 60:02d}" for n in range(1_200)]
    hours = [int(text.split(":")[0]) + int(text.split(":")[1]) / 60 for text in times]
    rows = [
        (text, 5 + 3 * np.sin(2 * np.pi * h / 24)) for text, h in zip(times, hours, strict=True)
    ]
    (tmp_path / "t.csv").write_text(csv_of("at,y", rows))
    answers = []
    for model in ("linear", "boosting"):
        folder = tmp_path / model
        words = ("--target", "y", "--model", model, "-o", folder)
        done = run("ml-model", "train", tmp_path / "t.csv", *words)
        assert done.returncode == 0, done.stderr
        assert "at: time of day, becomes hour, hour_sin, hour_cos" in done.stderr
        card = store.read_card(str(folder))
        assert card["metrics"]["r2"] > (0.999999 if model == "linear" else 0.99)
        shown = run("ml-model", "info", folder)
        assert "00:00:00 to 23:" in shown.stdout
        asked = 'at\n23:59\n0:00\n6:00 pm\n""\n25:00\n'
        refused = run("ml-model", "predict", folder, input=asked)
        assert "line 6, column 'at': '25:00' is not a time of day" in refused.stderr
        batch = run("ml-model", "predict", folder, input=asked.replace("25:00\n", ""))
        answers = [float(line.rpartition(",")[2]) for line in batch.stdout.splitlines()[1:]]
        loaded = load.load_model(str(folder))
        alone = [loaded.schema.row_of_record({"at": text}, 0) for text in ("23:59", "0:00")]
        assert [loaded.predictor.predict([row])[0] for row in alone] == answers[:2]
        assert abs(answers[0] - answers[1]) < 0.2 and answers[2] == pytest.approx(2, abs=0.2)


def test_times_of_day_do_not_order_records() -> None:
    rows = [(f"{n % 24}:00", n % 5, n) for n in range(100)]
    with pytest.raises(KitError, match="--time-order at: holds times of day; name a date"):
        prepared(csv_of("at,x,y", rows), time_order="at")


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("iso", ["2021-02-03", "2021-12-25T10:30:00Z", "2021-01-01 00:00:00+02:00"]),
        ("%d.%m.%Y", ["03.02.2021", "25.12.2021"]),
        ("%m/%d/%Y", ["02/03/2021", "12/25/2021"]),
        ("%d/%m/%Y", ["03/02/2021", "25/12/2021"]),
        ("%b %d, %Y", ["Feb 3, 2021", "Dec 25, 2021"]),
    ],
)
def test_dates_as_people_write_them_are_dates(form: str, written: list[str]) -> None:
    kind, found = column_types.column_type(written, {""})
    assert (kind, found) == ("date", form)
    given_form = "ISO8601" if form == "iso" else form
    expected = pd.to_datetime(pd.Series(written), format=given_form, utc=True)
    seconds = (expected - pd.Timestamp("1970-01-01", tz="UTC")).dt.total_seconds()
    assert [values.date_of(text, form) for text in written] == (seconds / 86400).tolist()


TEXTS = ["The food was good", "was  GOOD food", "größe 12", "", "a", "🎯 🎯 🎯 x"]


@given(st.lists(st.text(max_size=30), min_size=1, max_size=8))
def test_ngrams_are_counted_alike_in_python_and_in_numpy(texts: list[str]) -> None:
    whole = derived_features.ngram_counts(texts, (3, 4), 9)
    for row, text in enumerate(texts):
        found = derived_features.ngram_buckets(text, (3, 4), 9)
        assert {at: int(whole[row, at]) for at in np.flatnonzero(whole[row])} == dict(found)


def test_weights_of_texts_are_scikit_learns_tf_idf() -> None:
    document = derived_features.fit_text(TEXTS, seed=0, bits=9)
    counts = derived_features.ngram_counts(TEXTS, document["sizes"], document["bits"])
    expected = TfidfTransformer(sublinear_tf=True).fit_transform(counts).toarray()
    for row, text in enumerate(TEXTS):
        found = derived_features.text_weights(text, document)
        dense = np.zeros(1 << 9)
        dense[list(found)] = list(found.values())
        assert dense == pytest.approx(expected[row], abs=1e-6)


def test_components_of_texts_are_the_svds() -> None:
    drawn = np.random.default_rng(0)
    words = ["red", "blue", "green", "boat", "house", "tree", "river"]
    texts = [" ".join(drawn.choice(words, 6)) for _ in range(200)]
    document = derived_features.fit_text(texts, seed=0, bits=9, most=3)
    counts = derived_features.ngram_counts(texts, document["sizes"], document["bits"])
    weights = TfidfTransformer(sublinear_tf=True).fit_transform(counts).toarray()
    _, _, vectors = np.linalg.svd(weights, full_matrices=False)
    found = derived_features.text_components(texts, document)
    assert np.abs(found) == pytest.approx(np.abs(weights @ vectors[:3].T), abs=1e-3)


def brute_means(frame: pd.DataFrame, rows: Any) -> dict[str, float]:
    """Return smoothed target means by a loop over the categories."""
    kept = frame[rows]
    prior = kept.y.mean()
    return {name: (of.y.sum() + 10 * prior) / (len(of) + 10) for name, of in kept.groupby("street")}


def test_target_means_never_use_the_rows_own_part() -> None:
    drawn = np.random.default_rng(1)
    rows = [(f"s{drawn.integers(0, 150)}", round(drawn.normal(), 3)) for _ in range(1_500)]
    made = prepared(csv_of("street,y", rows))
    frame = pd.DataFrame(rows, columns=["street", "y"])
    assert made.has_means("linear")
    scale = made.fields[0]["scales"][0]
    for scored in (None, 2):
        folds = made.fitting_folds(scored)
        x, _, at = made.matrix("linear", folds, folds)
        inside = np.isin(made.part, folds)
        for part in range(5):
            means = brute_means(frame, inside & (made.cross != part))
            mine = made.cross[at] == part
            expected = [means.get(street, np.nan) for street in frame.street[at[mine]]]
            found = x[mine, 0] * scale["scale"] + scale["center"]
            known = ~np.isnan(expected)
            assert found[known] == pytest.approx(np.array(expected)[known])
    whole = brute_means(frame, made.part >= 0)
    x, _, at = made.matrix("linear", [-1], made.fitting_folds(None))
    found = x[:, 0] * scale["scale"] + scale["center"]
    prior = frame.y[made.part >= 0].mean()
    assert found == pytest.approx([whole.get(street, prior) for street in frame.street[at]])


def test_noise_of_many_categories_is_not_learnt() -> None:
    drawn = np.random.default_rng(2)
    rows = [(f"s{drawn.integers(0, 300)}", drawn.normal()) for _ in range(1_500)]
    for model in ("linear", "boosting", "forest"):
        made = train.train_model(data(csv_of("street,y", rows)), TrainingOptions("y", model=model))
        assert made.card["metrics"]["r2"] < 0.05, model
        assert np.mean(made.card["cross_validation"]["scores"]) < 0.05, model


ASKED = csv_of(
    "extra,review,town,street,size,when",
    [
        (1, "fine slow warm loud", "Faro", "street 7", 5, "2021-03-04"),
        (2, "", "", "", "", ""),
        (3, "never written so", "Braga", "street of kings", 900, "2031-01-01"),
        (4, "poor", "Porto", "street 14", "3.0", "2021-03-04"),
    ],
)


@pytest.mark.parametrize("model", ["linear", "boosting", "forest", "extratrees"])
def test_every_kind_of_column_is_the_same_in_batch_and_row_by_row(
    run: Run, tmp_path: Path, model: str
) -> None:
    (tmp_path / "t.csv").write_text(KINDS)
    words = ("--target", "y", "--model", model, "--folds", 2, "-o", tmp_path / "m")
    done = run("ml-model", "train", tmp_path / "t.csv", *words)
    assert done.returncode == 0, done.stderr
    card = store.read_card(str(tmp_path / "m"))
    kinds = {feature["name"]: feature["kind"] for feature in card["features"]}
    assert kinds == {
        "when": "date", "size": "number", "town": "category", "street": "category",
        "review": "text",
    }  # fmt: skip
    assert "target means" in card["preprocessing"]["street"]
    batch = run("ml-model", "predict", tmp_path / "m", input=ASKED)
    assert batch.returncode == 0, batch.stderr
    answers = [line.rpartition(",")[2] for line in batch.stdout.splitlines()[1:]]
    loaded = load.load_model(str(tmp_path / "m"))
    asked = pd.read_csv(io.StringIO(ASKED), dtype=str, keep_default_na=False)
    for number, record in enumerate(asked.to_dict("records")):
        row = loaded.schema.row_of_record(record, number)
        assert answers[number] == repr(loaded.predictor.predict([row])[0])
    assert "town: 1 value was never in the training data, such as 'Braga'" in batch.stderr
    assert "size: 1 value is beyond the training data's 0 to 36" in batch.stderr
    assert "when: 1 value is beyond the training data's 2021-01-01 to 2021-12-28" in batch.stderr
    assert card["metrics"]["r2"] > 0.3
