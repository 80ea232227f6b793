"""Measures, cross-validation and auto against scikit-learn or a rule worked by hand."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.metrics import log_loss
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score

from pyhelpers import KitError
from pyhelpers.csvio.table import Table, table_of
from pyhelpers.model import evaluate, load, metrics, selection, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.model.selection import Candidate, Trial
from tests.conftest import Run


def table(text: str) -> Table:
    return table_of(io.BytesIO(text.encode()), "data.csv")


def data(text: str) -> TrainingCsv:
    return TrainingCsv(io.BytesIO(text.encode()), "data.csv")


def iris() -> tuple[Any, Any, str]:
    data = load_iris()
    x, y = data.data, data.target_names[data.target]
    lines = (",".join(map(str, [*row, kind])) for row, kind in zip(x, y, strict=True))
    return x, y, "a,b,c,d,kind\n" + "\n".join(lines) + "\n"


def numbers(count: int = 200) -> tuple[Any, Any, str]:
    drawn = np.random.default_rng(5)
    x = drawn.normal(size=(count, 3))
    y = 3 * x[:, 0] - x[:, 1] ** 2 + drawn.normal(scale=0.3, size=count)
    lines = (",".join(map(str, [*row, value])) for row, value in zip(x, y, strict=True))
    return x, y, "a,b,c,y\n" + "\n".join(lines) + "\n"


def test_log_loss_equals_scikit_learns() -> None:
    drawn = np.random.default_rng(0)
    shares = drawn.dirichlet(np.ones(3), 50)
    classes, y = np.array(["a", "b", "c"]), drawn.choice(["a", "b", "c"], 50)
    expected = log_loss(y, shares, labels=classes)
    assert metrics.log_loss(classes, shares, y) == pytest.approx(expected, rel=1e-12)
    unseen = metrics.log_loss(classes, shares, np.array(["zz"]))
    assert unseen == pytest.approx(-np.log(metrics.CERTAIN))


def test_cross_validation_equals_scikit_learns_on_the_training_records() -> None:
    x, y, text = numbers()
    made = train.train_model(data(text), TrainingOptions("y", seed=4))
    from sklearn.model_selection import train_test_split

    x_train, _, y_train, _ = train_test_split(x, y, test_size=0.2, random_state=4)
    folds = KFold(5, shuffle=True, random_state=4)
    expected = cross_val_score(made.pipeline, x_train, y_train, cv=folds, scoring="r2")
    assert made.card["cross_validation"]["scores"] == pytest.approx(expected, rel=1e-9)


def test_cross_validation_of_classes_is_stratified() -> None:
    x, y, text = iris()
    made = train.train_model(data(text), TrainingOptions("kind", seed=1))
    from sklearn.model_selection import train_test_split

    x_train, _, y_train, _ = train_test_split(x, y, test_size=0.2, random_state=1, stratify=y)
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    expected = -cross_val_score(made.pipeline, x_train, y_train, cv=folds, scoring="neg_log_loss")
    assert made.card["cross_validation"]["scores"] == pytest.approx(expected, rel=1e-9)


def test_importance_is_the_drop_in_score_of_a_shuffled_column() -> None:
    x, y, text = numbers(400)
    fitted = train.train_model(data(text), TrainingOptions("y", folds=0))
    drawn, whole = np.random.default_rng(0), fitted.pipeline.score(x, y)
    expected = []
    for column in range(3):
        shuffled = [x.copy() for _ in range(100)]
        for one in shuffled:
            one[:, column] = drawn.permutation(one[:, column])
        expected.append(np.mean([whole - fitted.pipeline.score(one, y) for one in shuffled]))
    found = metrics.importance("regression", fitted.pipeline, x, y, seed=1)
    # A mean of five shuffles has a standard deviation of 0.05 here: four of them.
    assert [one["mean"] for one in found] == pytest.approx(expected, abs=0.2)
    assert list(fitted.card["importance"])[0] == "a"
    again = metrics.importance("regression", fitted.pipeline, x, y, seed=1)
    assert again == found


def test_importance_is_measured_on_at_most_2000_records(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = []

    def score(task: str, fitted: Any, x: Any, y: Any) -> float:
        rows.append(len(y))
        return 0.0

    monkeypatch.setattr(metrics, "score", score)
    dummy = metrics.dummy("regression").fit([[0.0]], [0.0])
    x = np.arange(5_000.0)
    metrics.importance("regression", dummy, np.column_stack([x, x]), x, seed=0)
    assert rows == [2_000] * (1 + 2 * metrics.IMPORTANCE_REPEATS)


def test_importance_of_a_category_is_measured_and_an_unused_column_has_none() -> None:
    lines = "".join(f"{i % 7},{'ab'[i % 2]},{i % 2 * 10 + i % 3}\n" for i in range(300))
    made = train.train_model(
        data("noise,kind,y\n" + lines), TrainingOptions("y", task="regression", folds=0)
    )
    found = made.card["importance"]
    assert list(found) == ["kind", "noise"] and found["kind"]["mean"] > 1
    assert found["noise"]["mean"] == pytest.approx(0, abs=0.02)


def test_training_reports_each_candidate_and_prints_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(selection, "candidates", lambda task: QUICK)
    steps: list[int] = []
    options = TrainingOptions("y", model="auto", folds=2)
    train.train_model(data(numbers()[2]), options, steps.append)
    assert steps == [1] * len(QUICK)
    assert capfd.readouterr() == ("", "")


def trial(model: str, mean: float, sd: float, **settings: Any) -> Trial:
    return Trial(Candidate(model, settings), [mean - sd, mean, mean + sd], 1.0)


def test_the_simplest_within_one_standard_error_is_chosen() -> None:
    linear, boosting = trial("linear", 0.70, 0.02), trial("boosting", 0.71, 0.03)
    assert selection.choose("regression", [boosting, linear]) is linear
    better = trial("boosting", 0.75, 0.03)
    assert selection.choose("regression", [linear, better]) is better
    loss = [trial("logistic", 0.30, 0.01, C=1.0), trial("boosting", 0.20, 0.01)]
    assert selection.choose("classification", loss) is loss[1]


QUICK = [
    Candidate("linear"),
    Candidate("ridge", {"alpha": 1}),
    Candidate("boosting", {"max_iter": 40}),
]


def test_auto_finds_the_curve_and_shows_every_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, text = numbers()
    monkeypatch.setattr(selection, "candidates", lambda task: QUICK)
    made = train.train_model(data(text), TrainingOptions("y", model="auto", seconds=60, folds=3))
    assert made.card["model"] == "boosting"
    shown = [row["model"] for row in made.measures]
    assert sorted(shown) == sorted([*map(str, QUICK), "dummy"])
    best = [row["cv_r2"] for row in made.measures if row["cv_r2"] is not None][:-1]
    assert best == sorted(best, reverse=True)
    chosen = [row for row in made.measures if row.get("note") == "chosen"]
    assert len(chosen) == 1 and chosen[0]["r2"] == made.card["metrics"]["r2"]


def test_auto_without_time_still_gives_the_baseline() -> None:
    _, _, text = iris()
    made = train.train_model(data(text), TrainingOptions("kind", model="auto", seconds=0))
    assert made.card["model"] == "logistic"
    assert [row["note"] for row in made.measures][1:-1] == ["no time left"] * 7


def test_evaluate_measures_as_scikit_learn_does(tmp_path: Path) -> None:
    x, y, text = numbers()
    made = train.train_model(data(text), TrainingOptions("y"))
    store.save(str(tmp_path / "m"), made.files(made.card))
    model = load.load_model(str(tmp_path / "m"))
    measured, dummy = evaluate.evaluate(model, table(text))
    assert measured["r2"] == pytest.approx(made.pipeline.score(x, y), rel=1e-9)
    assert measured["records"] == 200 and dummy["model"] == "dummy"


def test_evaluate_repeats_the_held_out_measures(run: Run, tmp_path: Path) -> None:
    x, y, text = iris()
    made = train.train_model(data(text), TrainingOptions("kind", test_size=0.4, seed=2))
    store.save(str(tmp_path / "m"), made.files(made.card))
    from sklearn.model_selection import train_test_split

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
        evaluate.evaluate(load.load_model(str(tmp_path / "m")), table(text))


def test_a_class_too_rare_for_every_fold_can_be_trained() -> None:
    lines = "".join(f"{i % 9},{i * 37 % 11},{'odd' if i % 2 else 'even'}\n" for i in range(60))
    made = train.train_model(data("a,b,kind\n" + lines + "1,1,rare\n"), TrainingOptions("kind"))
    assert made.card["metrics"]["accuracy"] >= 0
