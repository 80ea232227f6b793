"""Drift of a model's traffic: the index, its false alarms, and what it finds."""

import io
import json
import math
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from pyhelpers import KitError
from pyhelpers.model import load, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.drift import (
    FALSE_ALARMS,
    LEAST,
    WINDOW,
    Drift,
    category_profile,
    chi_square_quantile,
    number_profile,
)
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.serving.http_protocol import Request
from pyhelpers.serving.service import Service

RNG = np.random.default_rng(5)
TRAINED = 5000


def card_of(fields: dict[str, Any], answers: Any) -> dict[str, Any]:
    return {"target": "y", "profile": {"fields": fields, "prediction": number_profile(answers)}}


def drift_of(values: Any) -> Drift:
    return Drift(card_of({"x": number_profile(values)}, values), ["x"])


@pytest.mark.parametrize("freedom", range(1, 41))
def test_the_quantile_of_chi_square_is_scipys(freedom: int) -> None:
    expected = stats.chi2.ppf(1 - FALSE_ALARMS, freedom)
    assert expected * 0.9999 < chi_square_quantile(freedom) < expected * 1.035


@pytest.mark.parametrize("values", [RNG.normal(size=999), RNG.poisson(2, 500).astype(float)])
def test_the_bins_of_a_number_hold_a_tenth_each_or_one_value(values: Any) -> None:
    values = np.append(values, [math.nan] * 3)
    profile = number_profile(values)
    known = values[:-3]
    limits = [-math.inf, *profile["edges"], math.inf]
    pairs = zip(limits, limits[1:], strict=False)
    assert profile["counts"] == [int(((known >= a) & (known < b)).sum()) for a, b in pairs]
    assert profile["missing"] == 3
    if len(set(known)) > 10:
        assert max(profile["counts"]) <= 101 and len(profile["edges"]) == 9


def test_the_index_is_the_formula_over_the_window() -> None:
    train, seen = RNG.normal(size=TRAINED), RNG.normal(0.3, 1, size=WINDOW + 300)
    drift = drift_of(train)
    for start in range(0, len(seen), 100):
        rows = [[float(v)] for v in seen[start : start + 100]]
        drift.add(rows, [row[0] for row in rows])
    edges = [-np.inf, *number_profile(train)["edges"], np.inf]
    q = (np.histogram(train, edges)[0] + 0.5) / (TRAINED + 5)
    p = (np.histogram(seen[-WINDOW:], edges)[0] + 0.5) / (WINDOW + 5)
    expected = float(((p - q) * np.log(p / q)).sum())
    assert drift.rows == WINDOW
    field, prediction = drift.shifts()
    assert field.index == pytest.approx(expected, rel=1e-12)
    assert (field.kind, field.name, prediction.kind, prediction.name) == (
        ("field", "x", "prediction", "y")
    )
    assert prediction.index == field.index


# What training and traffic are drawn from: a function of the number of records.
SOURCES: dict[str, Callable[[int], Any]] = {
    "normal": lambda n: RNG.normal(size=n),
    "log-normal": lambda n: RNG.lognormal(0, 2, size=n),
    "counts": lambda n: RNG.poisson(3, size=n).astype(float),
    "rare gaps": lambda n: np.where(RNG.random(n) < 0.02, np.nan, RNG.random(n)),
    "flag": lambda n: RNG.binomial(1, 0.03, size=n).astype(float),
}


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize(("trained", "seen"), [(300, LEAST), (TRAINED, LEAST)])
def test_even_traffic_alarms_no_more_often_than_is_said(kind: str, trained: int, seen: int) -> None:
    windows, alarms = 1000, 0
    for _ in range(windows):
        drift = drift_of(SOURCES[kind](trained))
        values = SOURCES[kind](seen)
        rows = [[None if math.isnan(v) else v] for v in values.tolist()]
        drift.add(rows, [0.0] * seen)
        alarms += drift.shifts()[0].alarm
    # Of 1,000 windows one may alarm; more than six have a chance of one in 10,000.
    assert alarms <= stats.binom.ppf(1 - 1e-4, windows, FALSE_ALARMS)


def test_even_categories_alarm_no_more_often_than_is_said() -> None:
    shares = np.array([0.5, 0.2, 0.1, 0.05, 0.05, 0.04, 0.03, 0.02, 0.005, 0.005])
    names, windows, alarms = list("abcdefghij"), 1000, 0
    for _ in range(windows):
        trained = RNG.choice(names, TRAINED, p=shares).tolist()
        drift = Drift(card_of({"x": category_profile(trained)}, np.zeros(1)), ["x"])
        drift.add([[v] for v in RNG.choice(names, LEAST, p=shares).tolist()], [0.0] * LEAST)
        alarms += drift.shifts()[0].alarm
    assert alarms <= stats.binom.ppf(1 - 1e-4, windows, FALSE_ALARMS)


@pytest.mark.parametrize(
    "shift",
    [
        lambda v: v + 0.6,
        lambda v: v * 2,
        lambda v: np.where(RNG.random(len(v)) < 0.2, np.nan, v),
        lambda v: v + 100,
    ],
    ids=["mean", "spread", "gaps", "another unit"],
)
def test_shifted_traffic_alarms_and_stops_to_alarm_when_it_has_passed(shift: Any) -> None:
    for _ in range(50):
        drift = drift_of(RNG.normal(size=TRAINED))
        for values, alarm in (
            (RNG.normal(size=WINDOW), False),
            (shift(RNG.normal(size=WINDOW)), True),
            (RNG.normal(size=WINDOW), False),
        ):
            rows = [[None if math.isnan(v) else v] for v in values.tolist()]
            drift.add(rows, [0.0] * WINDOW)
            assert drift.shifts()[0].alarm is alarm


def test_a_new_category_alarms() -> None:
    profile = category_profile(RNG.choice(["a", "b"], TRAINED).tolist())
    drift = Drift(card_of({"x": profile}, np.zeros(1)), ["x"])
    seen = ["a", "b"] * 400 + ["new"] * 200
    drift.add([[value] for value in seen], [0.0] * len(seen))
    assert drift.shifts()[0].alarm


def test_rare_categories_have_one_bin_together() -> None:
    values = ["common"] * 500 + [f"rare {n}" for n in range(100)] + [None] * 7
    expected = {"values": ["common"], "counts": [500], "other": 100, "missing": 7}
    assert category_profile(values) == expected
    many = category_profile([f"c{n % 30}" for n in range(3000)])
    assert len(many["values"]) == 20 and many["other"] == 1000
    assert Counter(many["counts"]) == {100: 20}


def test_too_few_rows_give_no_index_and_a_model_without_a_profile_none_at_all() -> None:
    drift = drift_of(RNG.normal(size=100))
    drift.add([[0.0]] * (LEAST - 1), [0.0] * (LEAST - 1))
    assert drift.shifts() == []
    drift.add([[0.0]], [0.0])
    assert len(drift.shifts()) == 2
    nothing = Drift({"target": "y"}, ["x"])
    nothing.add([[0.0]] * LEAST, [0.0] * LEAST)
    assert (nothing.rows, nothing.shifts()) == (0, [])


GOOD = {"edges": [1.0, 2.0], "counts": [1, 2, 3], "missing": 0}
DAMAGED: list[Any] = [
    None,
    [],
    {},
    GOOD | {"edges": [2.0, 1.0]},
    GOOD | {"edges": ["a", "b"]},
    GOOD | {"counts": [1, 2]},
    GOOD | {"counts": [1, 2, -3]},
    GOOD | {"counts": [1, 2, 3.5]},
    GOOD | {"missing": None},
    {"values": ["a"], "counts": [], "other": 0, "missing": 0},
    {"values": [[]], "counts": [1], "other": 0, "missing": 0},
    {"values": 3, "counts": [1], "other": 0, "missing": 0},
]


@pytest.mark.parametrize("profile", DAMAGED, ids=str)
def test_a_damaged_profile_is_refused(profile: Any) -> None:
    with pytest.raises(KitError, match="profile of 'x' is damaged"):
        Drift({"target": "y", "profile": {"fields": {"x": profile}, "prediction": GOOD}}, ["x"])
    with pytest.raises(KitError, match="profile of 'y' is damaged"):
        Drift({"target": "y", "profile": {"fields": {}, "prediction": profile}}, ["x"])


@pytest.mark.parametrize(("target", "model"), [("rent", "linear"), ("large", "forest")])
def test_a_served_model_tells_even_traffic_from_shifted_traffic(
    target: str, model: str, tmp_path: Path
) -> None:
    size, age = RNG.normal(80, 20, 4000), RNG.poisson(9, 4000)
    town = RNG.choice(["lis", "opo", "far"], 4000, p=[0.6, 0.3, 0.1])
    rent = 9 * size - 5 * age + RNG.normal(0, 9, 4000)
    rows = zip(size.round(1), age, town, rent, np.where(rent > 700, "yes", "no"), strict=True)
    text = "size,age,town,rent,large\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
    names = ["size", "age", "town"]
    options = TrainingOptions(target, names, model=model, folds=0)
    made = train.train_model(TrainingCsv(io.BytesIO(text.encode()), "t.csv"), options)
    store.save(str(tmp_path / "m"), made.files(made.card))
    service = Service(load.load_model(str(tmp_path / "m")))

    def alarms(size: Any, town: Any) -> set[str]:
        for start in range(0, WINDOW, 100):
            part = slice(start, start + 100)
            sent = zip(size[part].tolist(), age[part].tolist(), town[part].tolist(), strict=True)
            body = json.dumps({"instances": [list(row) for row in sent]}).encode()
            assert service.answer(Request("POST", "/predict", {}, body)).status == 200
        text = service.answer(Request("GET", "/metrics")).body.decode()
        found = re.findall(r'ml_model_drift_alarm{kind="(?:.*)",name="(.*)"} 1', text)
        page = service.answer(Request("GET", "/")).body.decode()
        assert page.count("<td>shifted") == len(found)
        return set(found)

    assert alarms(RNG.normal(80, 20, WINDOW), RNG.permutation(town)) == set()
    assert alarms(RNG.normal(110, 20, WINDOW), RNG.permutation(town)) == {"size", target}
    assert alarms(RNG.normal(80, 20, WINDOW), np.repeat("far", WINDOW)) == {"town"}
