"""Probabilities and intervals: of scikit-learn by hand, and as often right as they say."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, cross_val_predict, train_test_split

from pyhelpers import KitError
from pyhelpers.model import ensemble_selection, load, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.ensemble import calibrated
from pyhelpers.model.intervals import half_width
from pyhelpers.model.metrics import log_loss
from pyhelpers.model.prepare import TrainingOptions
from tests.conftest import Run


def numbers(count: int, seed: int) -> pd.DataFrame:
    drawn = np.random.default_rng(seed)
    x = drawn.normal(size=(count, 3))
    y = x @ [1.0, 2.0, 0.5] + drawn.standard_t(4, size=count)
    return pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": y})


def trained(frame: pd.DataFrame, **wishes: Any) -> train.TrainedModel:
    text = frame.to_csv(index=False)
    return train.train_model(
        TrainingCsv(io.BytesIO(text.encode()), "t.csv"), TrainingOptions("y", **wishes)
    )


def test_the_width_is_the_quantile_of_scikit_learns_out_of_fold_errors() -> None:
    frame = numbers(501, 0)
    found = trained(frame).card["intervals"]
    x, y = frame[["a", "b", "c"]].to_numpy(), frame.y.to_numpy()
    x_train, _, y_train, _ = train_test_split(x, y, test_size=0.2, random_state=0)
    folds = KFold(5, shuffle=True, random_state=0)
    away = np.abs(y_train - cross_val_predict(LinearRegression(), x_train, y_train, cv=folds))
    assert found["records"] == len(away) == 400
    for level in (0.5, 0.8, 0.9):  # the (n + 1) * level-th smallest, as split conformal takes it
        width = half_width(found["half_widths"], 400, level)
        expected = np.quantile(away, level, method="weibull")
        assert width == pytest.approx(expected, rel=1e-9)


def tails(count: int, seed: int) -> pd.DataFrame:
    """Return a line with noise of long tails, the more the larger a is."""
    found = numbers(count, seed)
    noise = np.random.default_rng(seed + 50_000).standard_t(3, size=count)
    return found.assign(y=found.a * 2 + np.exp(found.a / 2) * noise)


def wide(count: int, seed: int) -> pd.DataFrame:
    """Return a line with 12 columns more of noise, from which a model learns errors by heart."""
    noise = np.random.default_rng(seed + 50_000).normal(size=(count, 13))
    found = numbers(count, seed).drop(columns="y").assign(y=noise[:, 0])
    found["y"] += found.a + found.b * 2
    return found.join(pd.DataFrame(noise[:, 1:]).add_prefix("noise"))


@pytest.mark.parametrize(("drawn", "count"), [(numbers, 400), (tails, 400), (wide, 120)])
def test_intervals_hold_as_many_new_values_as_they_say(drawn: Any, count: int) -> None:
    """Over 20 seeds the mean is within 2 points of the level.

    A seed's coverage has a standard deviation of sqrt(level (1 - level) / n) by its n errors: with
    320 of them 1.7 to 2.8 points, and the mean of 20 seeds one of 0.4 to 0.6. Intervals by the
    errors on the records of training would fail.
    """
    levels = (0.5, 0.9)
    held, by_heart = [], []
    for seed in range(20):
        known, new = drawn(count, seed), drawn(2_000, 1_000 + seed)
        made = trained(known, seed=seed)
        intervals = made.card["intervals"]
        assert intervals["records"] == round(count * 0.8)

        def away(frame: pd.DataFrame, made: Any = made) -> Any:
            answers = made.ensemble.predict(frame.drop(columns="y").to_numpy().tolist())
            return np.abs(frame.y.to_numpy() - answers)

        widths = [
            half_width(intervals["half_widths"], intervals["records"], level) for level in levels
        ]
        held.append([(away(new) <= width).mean() for width in widths])
        by_heart.append([(away(new) <= width).mean() for width in np.quantile(away(known), levels)])
    assert np.mean(held, axis=0) == pytest.approx(levels, abs=0.02)
    if drawn is wide:
        assert (np.mean(by_heart, axis=0) < np.array(levels) - 0.04).all()


def test_the_ends_of_an_interval_are_two_more_columns(run: Run, tmp_path: Path) -> None:
    frame = numbers(300, 3)
    made = trained(frame)
    store.save(str(tmp_path / "m"), made.files(made.card))
    done = run(
        "ml-model", "predict", tmp_path / "m", "--as", "y2", "--interval", 0.8,
        input=frame.to_csv(index=False),
    )  # fmt: skip
    found = pd.read_csv(io.StringIO(done.stdout))
    assert list(found)[-3:] == ["y2", "y2_low", "y2_high"]
    known = made.card["intervals"]
    width = half_width(known["half_widths"], known["records"], 0.8)
    assert np.allclose(found.y2_high - found.y2, width)
    assert np.allclose(found.y2 - found.y2_low, width)


@pytest.mark.parametrize(("level", "ends"), [(0.9, True), (0.97, False)])
def test_an_interval_that_never_ends_is_said(
    run: Run, tmp_path: Path, level: float, ends: bool
) -> None:
    frame = numbers(40, 3)  # 32 of them for training: enough for 32/33 = 0.9697
    made = trained(frame)
    store.save(str(tmp_path / "m"), made.files(made.card))
    text = frame.to_csv(index=False)
    done = run("ml-model", "predict", tmp_path / "m", "--interval", level, input=text)
    found = pd.read_csv(io.StringIO(done.stdout))
    assert done.returncode == 0 and bool(np.isfinite(found.prediction_low).all()) is ends
    said = "intervals of 0.97 are infinite: they need 33 training records, and m has 32"
    assert (said in done.stderr) is not ends


@pytest.mark.parametrize("model", ["logistic", "forest"])
def test_probabilities_are_a_column_a_class_and_those_of_the_service(
    run: Run, tmp_path: Path, model: str
) -> None:
    frame = numbers(300, 4)
    frame["y"] = np.array(["low", "mid", "high"])[np.digitize(frame.y, [-1, 1])]
    made = trained(frame, model=model)
    store.save(str(tmp_path / "m"), made.files(made.card))
    text = frame.to_csv(index=False)
    done = run("ml-model", "predict", tmp_path / "m", "--proba", input=text)
    found = pd.read_csv(io.StringIO(done.stdout))
    names = ["prediction_high", "prediction_low", "prediction_mid"]
    assert list(found)[-4:] == ["prediction", *names]
    rows = frame[["a", "b", "c"]].to_numpy().tolist()
    expected = load.load_model(str(tmp_path / "m")).predictor.probabilities(rows)
    assert found[names].to_numpy().tolist() == expected
    assert found.prediction.tolist() == [
        made.card["classes"][at] for at in np.argmax(expected, axis=1)
    ]
    quoted = run("ml-model", "predict", tmp_path / "m", "--proba", input=text.replace("a,", '"a",'))
    assert quoted.stdout.splitlines()[1:] == done.stdout.splitlines()[1:]


def test_what_a_model_does_not_have_is_refused(run: Run, tmp_path: Path) -> None:
    frame = numbers(100, 5)
    made = trained(frame, folds=0)
    store.save(str(tmp_path / "m"), made.files(made.card))
    text = frame.to_csv(index=False)
    for option, said in (
        (["--proba"], "--proba is for classes"),
        (["--interval", "0.9"], "trained without cross-validation"),
    ):
        done = run("ml-model", "predict", tmp_path / "m", *option, input=text)
        assert done.returncode == 2 and said in done.stderr
    with pytest.raises(KitError, match="--measure accuracy is not for this target"):
        trained(frame, measure="accuracy")


class Records:
    """Out-of-fold records as temperature takes them."""

    def __init__(self, y: Any, fold: Any) -> None:
        self.y, self.fold = y, fold


@pytest.mark.parametrize(("sharpened", "helps"), [(3.0, True), (1.0, False)])
def test_probabilities_are_calibrated_only_where_it_helps(sharpened: float, helps: bool) -> None:
    drawn = np.random.default_rng(6)
    true = drawn.dirichlet([1.0, 1.0], 4_000)
    y = (drawn.random(4_000) < true[:, 1]).astype(int)
    said = calibrated(true, 1 / sharpened)  # too sure of itself
    found = ensemble_selection.temperature(Records(y, drawn.integers(0, 5, 4_000)), said)
    assert (found is not None) is helps
    if found is not None:
        assert found == pytest.approx(sharpened, rel=0.2)
        assert log_loss(y, calibrated(said, found)) < log_loss(y, said)
