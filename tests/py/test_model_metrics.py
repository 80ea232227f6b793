"""Measures and permutation importance are scikit-learn's."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sk
from sklearn.base import BaseEstimator
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score, train_test_split
from sklearn.preprocessing import StandardScaler

from pyhelpers.model import metrics, train
from pyhelpers.model.prepare import TrainingOptions
from tests.conftest import ROOT
from tests.training import data, iris, numbers


@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("ties", [False, True])
def test_measures_of_classes_equal_scikit_learns(classes: int, ties: bool) -> None:
    drawn = np.random.default_rng(classes)
    shares = drawn.dirichlet(np.ones(classes), 200)
    if ties:
        shares = np.round(shares, 1) + 0.01
        shares /= shares.sum(axis=1, keepdims=True)
    y = drawn.integers(0, classes, 200)
    found = metrics.measures("classification", y, shares)
    answers = shares.argmax(axis=1)
    expected = {
        "accuracy": sk.accuracy_score(y, answers),
        "balanced_accuracy": sk.balanced_accuracy_score(y, answers),
        "f1": sk.f1_score(y, answers, average="macro"),
        "log_loss": sk.log_loss(y, shares),
    }
    if classes == 2:
        expected["roc_auc"] = sk.roc_auc_score(y, shares[:, 1])
        rarer = int(y.mean() <= 0.5)
        rare_shares = shares[:, rarer]
        expected["average_precision"] = sk.average_precision_score(y == rarer, rare_shares)
    assert found == pytest.approx(expected, rel=1e-12)
    unknown = metrics.log_loss(np.array([-1]), shares[:1])
    assert unknown == pytest.approx(-np.log(metrics.CERTAIN))


@pytest.mark.parametrize("rare", [0, 1])
def test_average_precision_is_that_of_the_rarer_class_whatever_its_name(rare: int) -> None:
    """A dummy has the rarer class's share, not 0.98, where that class is to be found."""
    drawn = np.random.default_rng(rare)
    y = np.where(drawn.random(4_000) < 0.02, rare, 1 - rare)
    found = metrics.measures("classification", y, np.full((4_000, 2), 0.5))
    assert found["average_precision"] == pytest.approx((y == rare).mean())
    scored = np.clip((y == rare) * 0.4 + drawn.random(4_000) / 2, 0, 1)
    shares = np.column_stack([scored, 1 - scored][:: 1 - 2 * rare])
    found = metrics.measures("classification", y, shares)
    expected = sk.average_precision_score(y == rare, scored)
    assert found["average_precision"] == pytest.approx(expected)


def test_measures_of_numbers_equal_scikit_learns() -> None:
    drawn = np.random.default_rng(0)
    y, answers = drawn.normal(size=(2, 100))
    assert metrics.measures("regression", y, answers) == pytest.approx(
        {
            "r2": sk.r2_score(y, answers),
            "mae": sk.mean_absolute_error(y, answers),
            "rmse": sk.root_mean_squared_error(y, answers),
        },
        rel=1e-12,
    )


def test_cross_validation_equals_scikit_learns_on_the_training_records() -> None:
    x, y, text = numbers()
    made = train.train_model(data(text), TrainingOptions("y", seed=4))
    x_train, _, y_train, _ = train_test_split(x, y, test_size=0.2, random_state=4)
    folds = KFold(5, shuffle=True, random_state=4)
    expected = cross_val_score(LinearRegression(), x_train, y_train, cv=folds, scoring="r2")
    assert made.card["cross_validation"]["scores"] == pytest.approx(expected, rel=1e-9)


def test_cross_validation_of_classes_is_stratified() -> None:
    x, y, text = iris()
    made = train.train_model(data(text), TrainingOptions("kind", seed=1))
    x_train, _, y_train, _ = train_test_split(x, y, test_size=0.2, random_state=1, stratify=y)
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    # Scaled once, as the kit does: the penalty depends on the scale.
    scaled = StandardScaler().fit_transform(x_train)
    exact = LogisticRegression(max_iter=10_000, tol=1e-10)
    expected = -cross_val_score(exact, scaled, y_train, cv=folds, scoring="neg_log_loss")
    assert made.card["cross_validation"]["scores"] == pytest.approx(expected, rel=1e-4)


def test_importance_is_the_drop_in_score_of_a_shuffled_column() -> None:
    x, y, text = numbers(400)
    fitted = train.train_model(data(text), TrainingOptions("y", folds=0)).plain
    assert fitted is not None

    def score(columns: Any) -> float:
        return metrics.r2(y, np.array(fitted.predict_columns(columns)))

    expected = permutation_importance(
        Fitted(score), x, y, scoring=lambda of, x, y: score(list(x.T)), random_state=1
    )
    found = metrics.importance(score, list(x.T), seed=1)
    assert [one["mean"] for one in found] == pytest.approx(expected.importances_mean, rel=1e-9)
    assert [one["sd"] for one in found] == pytest.approx(expected.importances_std, rel=1e-9)
    again = metrics.importance(score, list(x.T), seed=1)
    assert again == found


@pytest.mark.parametrize("target", ["y", "kind"])
def test_a_linear_model_is_trained_and_measured_without_scikit_learn(
    tmp_path: Path, target: str
) -> None:
    lines = "".join(f"{i % 7},{'ab'[i % 2]},{i % 5}.5\n" for i in range(300))
    (tmp_path / "t.csv").write_text("x,kind,y\n" + lines)
    words = ["train", "t.csv", "--target", target, "-o", "m"]
    code = f"import sys; from pyhelpers.__main__ import run; run('ml-model', {words})"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print(*sys.modules)"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    imported = done.stdout.splitlines()[-1].split()
    assert "pyhelpers.model.train" in imported and "sklearn" not in imported


class Fitted(BaseEstimator):  # type: ignore[misc]
    """What permutation_importance takes: the score does the work."""

    def __init__(self, score: Any = None) -> None:
        self.score_of = score

    def fit(self, x: Any, y: Any) -> "Fitted":
        return self


def test_importance_of_a_category_is_measured_and_an_unused_column_has_none() -> None:
    lines = "".join(f"{i % 7},{'ab'[i % 2]},{i % 2 * 10 + i % 3}\n" for i in range(300))
    made = train.train_model(
        data("noise,kind,y\n" + lines), TrainingOptions("y", task="regression", folds=0)
    )
    found = made.card["importance"]
    assert list(found) == ["kind", "noise"] and found["kind"]["mean"] > 1
    assert found["noise"]["mean"] == pytest.approx(0, abs=0.02)
