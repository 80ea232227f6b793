"""Measures, cross-validation and auto against scikit-learn or a rule worked by hand."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sklearn.datasets
from sklearn import metrics as sk
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

from pyhelpers import KitError
from pyhelpers.csvio.table import Table, table_of
from pyhelpers.model import evaluate, load, metrics, selection, store, train, trials
from pyhelpers.model.candidates import Candidate
from pyhelpers.model.ensemble_selection import select_members
from pyhelpers.model.portfolio import candidates
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.model.trials import Trial
from tests.conftest import Run
from tests.training import data, iris, numbers


def table(text: str) -> Table:
    return table_of(io.BytesIO(text.encode()), "data.csv")


def quick(task: str, seed: int = 0) -> list[Candidate]:
    return QUICK


def test_training_reports_each_candidate_and_prints_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(train, "candidates", quick)
    lines: list[str] = []
    options = TrainingOptions("y", model="auto", folds=2)
    train.train_model(data(numbers()[2]), options, lines.append)
    assert [line.partition(":")[0] for line in lines[:3]] == [*map(str, QUICK)]
    assert capfd.readouterr() == ("", "")


def trial(model: str, mean: float, sd: float, **settings: Any) -> Trial:
    scores = [mean - sd, mean, mean + sd]
    return Trial(Candidate(model, settings), scores, 1.0, outputs=np.zeros(1))


def test_the_simplest_within_one_standard_error_is_chosen() -> None:
    order = [*map(Candidate, ["linear", "logistic", "boosting"])]
    linear, boosting = trial("linear", 0.70, 0.02), trial("boosting", 0.71, 0.03)
    choose = selection.choose_simplest
    assert choose("r2", [boosting, linear], order) is linear
    better = trial("boosting", 0.75, 0.03)
    assert choose("r2", [linear, better], order) is better
    loss = [trial("logistic", 0.30, 0.01), trial("boosting", 0.20, 0.01)]
    assert choose("log_loss", loss, order) is loss[1]


QUICK = [
    Candidate("linear"),
    Candidate("ridge", {"alpha": 1.0}),
    Candidate("boosting", {"max_leaf_nodes": 8}),
]


@pytest.mark.parametrize("simple", [False, True])
def test_auto_finds_the_curve_and_shows_every_candidate(
    monkeypatch: pytest.MonkeyPatch, simple: bool
) -> None:
    _, _, text = numbers()
    monkeypatch.setattr(train, "candidates", quick)
    options = TrainingOptions("y", model="auto", seconds=600, folds=3, simple=simple)
    made = train.train_model(data(text), options)
    assert made.card["model"] == ("boosting" if simple else "blend")
    shown = {row["model"] for row in made.measures}
    assert {*map(str, QUICK), "dummy"} <= shown
    best = [row["cv_r2"] for row in made.measures if row["cv_r2"] is not None][:-1]
    assert best == sorted(best, reverse=True)
    chosen = [row for row in made.measures if row.get("note") == "chosen"]
    assert len(chosen) == 1 and chosen[0]["r2"] == made.card["metrics"]["r2"]


def test_members_are_selected_as_by_trying_every_addition() -> None:
    drawn = np.random.default_rng(3)
    y = drawn.normal(size=40)
    outputs = [y + drawn.normal(scale=s, size=40) for s in (0.5, 0.7, 0.9, 2.0)]

    def score(of: Any) -> float:
        return metrics.r2(y, of)

    chosen = [max(range(4), key=lambda at: score(outputs[at]))]
    while True:  # brute force: the best of all multisets with one member more
        means = [np.mean([outputs[at] for at in [*chosen, one]], axis=0) for one in range(4)]
        best = max(range(4), key=lambda one: score(means[one]))
        if score(means[best]) <= score(np.mean([outputs[at] for at in chosen], axis=0)):
            break
        chosen.append(best)
    weights, found = select_members(outputs, score)
    assert weights == {at: chosen.count(at) / len(chosen) for at in sorted({*chosen})}
    assert found == pytest.approx(score(np.mean([outputs[at] for at in chosen], axis=0)))
    assert found >= max(map(score, outputs))


def test_auto_without_time_still_gives_the_baseline() -> None:
    _, _, text = iris()
    made = train.train_model(data(text), TrainingOptions("kind", model="auto", seconds=0))
    assert made.card["model"] == "logistic"
    notes = {row["note"] for row in made.measures[1:-1]}
    assert notes == {"no time left"}


def test_evaluate_measures_as_scikit_learn_does(tmp_path: Path) -> None:
    x, y, text = numbers()
    made = train.train_model(data(text), TrainingOptions("y"))
    store.save(str(tmp_path / "m"), made.files(made.card))
    model = load.load_model(str(tmp_path / "m"))
    measured, dummy = evaluate.evaluate(model, [table(text)])
    assert measured["r2"] == pytest.approx(
        sk.r2_score(y, made.ensemble.predict(x.tolist())), rel=1e-9
    )
    assert measured["records"] == 200 and dummy["model"] == "dummy"


def test_evaluate_repeats_the_held_out_measures(run: Run, tmp_path: Path) -> None:
    x, y, text = iris()
    made = train.train_model(data(text), TrainingOptions("kind", test_size=0.4, seed=2))
    store.save(str(tmp_path / "m"), made.files(made.card))
    held = train_test_split(x, y, test_size=0.4, random_state=2, stratify=y)
    lines = [",".join(map(str, [*row, kind])) for row, kind in zip(held[1], held[3], strict=True)]
    some = "a,b,c,d,kind\n" + "\n".join([*lines, "1,2,3,4,"]) + "\n"
    done = run("ml-model", "evaluate", tmp_path / "m", "--format", "json", input=some)
    assert done.returncode == 0, done.stderr
    measured, dummy = json.loads(done.stdout)
    assert measured.pop("records") == 60 and measured.pop("model") == "logistic"
    assert measured == pytest.approx(made.card["metrics"], rel=1e-9)
    assert {name: dummy[name] for name in measured} == pytest.approx(made.card["dummy"], rel=1e-9)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b,c\n1,2,3\n", "no column 'y'"),
        ("a,b,c,y\n1,2,3,tall\n", "line 2, column 'y': 'tall' is not a number"),
        ("a,b,c,y\n1,2,3,\n", "0 records have a target"),
    ],
)
def test_evaluate_refuses_what_it_cannot_measure(tmp_path: Path, text: str, said: str) -> None:
    made = train.train_model(data(numbers()[2]), TrainingOptions("y", folds=0))
    store.save(str(tmp_path / "m"), made.files(made.card))
    with pytest.raises(KitError, match=said):
        evaluate.evaluate(load.load_model(str(tmp_path / "m")), [table(text)])


def test_a_class_too_rare_for_every_fold_can_be_trained() -> None:
    lines = "".join(f"{i % 9},{i * 37 % 11},{'odd' if i % 2 else 'even'}\n" for i in range(60))
    made = train.train_model(data("a,b,kind\n" + lines + "1,1,rare\n"), TrainingOptions("kind"))
    assert made.card["metrics"]["accuracy"] >= 0


@pytest.mark.parametrize("name", ["wine", "diabetes", "breast_cancer"])
def test_more_time_never_gives_a_worse_blend(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What is tried within less time is the beginning of what is tried within more."""
    frame = getattr(sklearn.datasets, f"load_{name}")(as_frame=True).frame
    task: metrics.Task = "regression" if name == "diabetes" else "classification"
    all_of = [one for one in candidates(task) if one.model not in ("boosting", "forest")][:8]
    kinds = [*all_of[:4], Candidate("boosting", {"max_leaf_nodes": 4}), *all_of[4:]]
    scores = []
    for count in (1, 3, 6, len(kinds)):
        monkeypatch.setattr(train, "candidates", lambda task, seed=0, count=count: kinds[:count])
        options = TrainingOptions("target", task=task, model="auto", seconds=600, folds=3)
        made = train.train_model(data(frame.to_csv(index=False)), options)
        sign = metrics.SIGN[made.card["cross_validation"]["measure"]]
        scores.append(sign * np.mean(made.card["cross_validation"]["scores"]))
    assert scores == sorted(scores) and scores[-1] > scores[0]


def test_ctrl_c_keeps_the_best_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def interrupted(*arguments: Any, **named: Any) -> Trial:
        tried.append(str(arguments[2]))
        if len(tried) == 3:
            raise KeyboardInterrupt
        return trials.try_candidate(*arguments, **named)

    monkeypatch.setattr(selection, "try_candidate", interrupted)
    monkeypatch.setattr(train, "candidates", quick)
    options = TrainingOptions("y", model="auto", seconds=600, folds=3)
    made = train.train_model(data(numbers()[2]), options)
    assert made.card["model"] in ("linear", "ridge", "blend")
    assert any("stopped by Ctrl-C: the best model so far is kept" in n for n in made.notes)
    tried.clear()
    tried += ["", ""]  # at the first candidate there is nothing to keep
    with pytest.raises(KeyboardInterrupt):
        train.train_model(data(numbers()[2]), options)


def test_within_leaves_out_what_is_slow_for_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = {"linear": 0.1, "ridge": 0.2, "boosting": 5.0}
    monkeypatch.setattr(
        selection, "one_row_milliseconds", lambda fitter, candidate: slow[candidate.model]
    )
    monkeypatch.setattr(train, "candidates", quick)
    options = TrainingOptions("y", model="auto", seconds=600, folds=3, within=1.0)
    made = train.train_model(data(numbers()[2]), options)
    notes = {row["model"].split()[0]: row.get("note") for row in made.measures}
    assert notes["boosting"] == "one row takes 5.0 ms, more than --within"
    assert "boosting" not in str(made.card.get("members", made.card["model"]))


def test_the_measure_that_is_named_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, text = iris()
    kinds = [Candidate("logistic", {"C": c}) for c in (1.0, 1e-4)]
    monkeypatch.setattr(train, "candidates", lambda task, seed=0: kinds)
    options = TrainingOptions("kind", model="auto", measure="accuracy", seconds=600)
    made = train.train_model(data(text), options)
    assert made.card["cross_validation"]["measure"] == "accuracy"
    best = max(row["cv_accuracy"] for row in made.measures[:-1])
    assert made.measures[0]["cv_accuracy"] == best


def test_groups_are_split_in_training_and_the_card_says_so() -> None:
    drawn = np.random.default_rng(8)
    rows = []
    for person in range(60):
        level = drawn.normal()
        rows += [(person, *drawn.normal(level, 0.01, size=2), round(drawn.normal(), 3))] * 4
    text = "person,a,b,y\n" + "\n".join(",".join(map(str, row)) for row in rows) + "\n"
    random = train.train_model(data(text), TrainingOptions("y", model="extratrees"))
    grouped = train.train_model(
        data(text), TrainingOptions("y", model="extratrees", group="person")
    )
    assert random.card["metrics"]["r2"] > 0.5  # the same person on both sides
    assert grouped.card["metrics"]["r2"] < 0.1
    assert grouped.card["split"] == {"by": "group", "column": "person"}
    assert "person" not in [feature["name"] for feature in grouped.card["features"]]


def test_a_trend_is_measured_on_later_records(run: Run, tmp_path: Path) -> None:
    days = [f"2020-{n // 28 % 12 + 1:02d}-{n % 28 + 1:02d}" for n in range(336)]
    lines = "".join(f"{day},{n % 7},{n * 0.1 + n % 7}\n" for n, day in enumerate(days))
    (tmp_path / "t.csv").write_text("day,x,y\n" + lines)
    words = (
        "train",
        tmp_path / "t.csv",
        "--target",
        "y",
        "--time-order",
        "day",
        "-o",
        tmp_path / "m",
    )
    done = run("ml-model", *words, "--model", "forest")
    assert done.returncode == 0, done.stderr
    card = store.read_card(str(tmp_path / "m"))
    assert card["split"] == {"by": "time", "column": "day"}
    assert len(card["cross_validation"]["scores"]) == 5
    assert card["metrics"]["r2"] < 0  # a forest repeats the last level that it saw


def test_refit_learns_from_all_records_after_measuring() -> None:
    x, y, text = numbers(100)
    wishes = {"folds": 0, "test_size": 0.5}
    first = train.train_model(data(text), TrainingOptions("y", **wishes))  # type: ignore[arg-type]
    whole = train.train_model(
        data(text),
        TrainingOptions("y", refit=True, **wishes),  # type: ignore[arg-type]
    )
    assert whole.card["metrics"] == first.card["metrics"]
    expected = LinearRegression().fit(x, y).predict(x[:20])
    assert whole.plain is not None
    assert whole.plain.predict(x[:20].tolist()) == pytest.approx(expected, rel=1e-9)
