"""ml-model curve and compare: scikit-learn by hand on samples, scipy's paired t-test."""

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_rel
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

from pyhelpers import KitError
from pyhelpers.csvio.table import table_of
from pyhelpers.model import curve, evaluate, load, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions
from tests.conftest import ROOT, Run


def frame(count: int, seed: int, noise: float = 1.0) -> pd.DataFrame:
    drawn = np.random.default_rng(seed)
    x = drawn.normal(size=(count, 8))
    found = pd.DataFrame(x, columns=list("abcdefgh"))
    found["y"] = x @ np.arange(8) + noise * drawn.normal(size=count)
    return found


def csv_of(data: pd.DataFrame) -> io.BytesIO:
    return io.BytesIO(data.to_csv(index=False).encode())


def learnt(data: pd.DataFrame, **wishes: Any) -> curve.Curve:
    table = TrainingCsv(csv_of(data), "t.csv")
    return curve.learning_curve(table, TrainingOptions("y", **wishes), lambda text: None)


def test_each_score_is_scikit_learns_on_the_same_sample() -> None:
    data = frame(400, 0, noise=4.0)
    x, y = data.drop(columns="y").to_numpy(), data.y.to_numpy()
    train_rows, test_rows = train_test_split(np.arange(400), test_size=0.2, random_state=0)
    train_rows = np.sort(train_rows)
    found = learnt(data)
    assert [point.records for point in found.points] == [20, 40, 80, 160, 320]
    for point in found.points:
        drawn = np.random.default_rng([0, point.records])
        samples = [drawn.permutation(train_rows)[: point.records] for _ in point.scores]
        fits = [LinearRegression().fit(x[rows], y[rows]) for rows in samples]
        expected = [fitted.score(x[test_rows], y[test_rows]) for fitted in fits]
        assert point.scores == pytest.approx(expected, rel=1e-9)
        assert len(point.scores) == (1 if point.records == 320 else 5)


def test_the_sentence_says_whether_the_last_doubling_helped() -> None:
    flat = curve.Curve("r2", "linear", [curve.Point(50, [0.5, 0.6]), curve.Point(100, [0.56])])
    assert flat.sentence().startswith("more records would hardly help linear: from 50 to 100")
    steep = curve.Curve("r2", "linear", [curve.Point(50, [0.5, 0.51]), curve.Point(100, [0.8])])
    assert steep.sentence().startswith("more records would help: from 50 to 100 records r2 went")
    loss = curve.Curve("rmse", "linear", [curve.Point(50, [5, 5.1]), curve.Point(100, [3.0])])
    assert loss.sentence().startswith("more records would help")
    best = [curve.Point(50, [0.99998, 0.999979]), curve.Point(100, [0.999999])]
    assert (
        curve.Curve("r2", "linear", best)
        .sentence()
        .endswith("r2 went from 1 to 1, the same to 4 digits")
    )
    assert learnt(frame(2_000, 1)).sentence().startswith("more records would hardly help")


def test_a_curve_that_is_flat_is_seldom_said_to_rise() -> None:
    """Scores of halves and of all vary as they do for samples; 2 t-errors of 4 degrees: 5.8 %."""
    drawn = np.random.default_rng(8)
    rises = 0
    for _ in range(2_000):
        halves = drawn.normal(0.5, 0.1, 5).tolist()
        whole = [float(drawn.normal(0.5, 0.1 / np.sqrt(2)))]
        flat = curve.Curve("r2", "linear", [curve.Point(50, halves), curve.Point(100, whole)])
        rises += flat.sentence().startswith("more records would help")
    assert 0.02 < rises / 2_000 < 0.08


def test_a_curve_by_groups_measures_on_groups_that_no_sample_has(run: Run, tmp_path: Path) -> None:
    drawn = np.random.default_rng(9)
    of, x = drawn.integers(0, 30, 600), drawn.normal(size=600)
    y = 5 * drawn.normal(size=30)[of] + x
    path = tmp_path / "t.csv"
    pd.DataFrame({"who": of, "name": np.char.add("n", of.astype(str)), "x": x, "y": y}).to_csv(
        path, index=False
    )
    words = ("ml-model", "curve", path, "--target", "y", "--features", "name,x", "--format", "csv")
    done = [run(*words), run(*words, "--group", "who")]
    assert [one.returncode for one in done] == [0, 0], done[1].stderr
    random, grouped = (float(one.stdout.splitlines()[-1].split(",")[1]) for one in done)
    assert random > 0.9 and grouped < 0.3


def test_curve_prints_rows_or_a_drawing_or_writes_a_picture(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(csv_of(frame(200, 2)).getvalue())
    words = ("ml-model", "curve", tmp_path / "t.csv", "--target", "y")
    rows = run(*words, "--format", "csv")
    assert rows.returncode == 0, rows.stderr
    assert rows.stdout.splitlines()[0] == "records,r2,standard_error,samples"
    assert "more records would" in rows.stderr
    assert "r2 on held-out records" in run(*words, "--draw").stdout
    done = run(*words, "-o", tmp_path / "c.svg")
    assert done.returncode == 0 and (tmp_path / "c.svg").read_text().startswith("<?xml")
    assert run(*words, "-o", tmp_path / "c.doc").returncode == 2


def saved(path: Path, data: pd.DataFrame, **wishes: Any) -> load.Model:
    table = TrainingCsv(csv_of(data), "t.csv")
    made = train.train_model(table, TrainingOptions("y", folds=0, **wishes))
    store.save(str(path), made.files(made.card))
    return load.load_model(str(path))


@pytest.mark.parametrize("classes", [False, True])
def test_the_difference_of_two_models_is_scipys_paired_t_test(
    tmp_path: Path, classes: bool
) -> None:
    data, new = frame(300, 3), frame(200, 4)
    if classes:
        for one in (data, new):
            one["y"] = np.where(one.y > 0, "up", "down")
    line = saved(tmp_path / "line", data)
    trees = saved(tmp_path / "trees", data, model="forest")
    rows, said = evaluate.compare([line, trees], [table_of(csv_of(new), "new.csv")])
    assert [row["model"] for row in rows] == ["line", "trees"]
    values = new.drop(columns="y").to_numpy().tolist()
    losses = []
    for model in (line, trees):
        if classes:
            shares = np.array(model.predictor.probabilities(values))
            losses.append(-np.log(shares[np.arange(200), (new.y == "up").astype(int)]))
        else:
            losses.append((new.y.to_numpy() - np.array(model.predictor.predict(values))) ** 2)
    expected = ttest_rel(*losses)
    low, high = sorted(map(abs, expected.confidence_interval(0.95)))
    assert f"interval {low:.4g} to {high:.4g}, p = {expected.pvalue:.2g}" in said
    assert said.startswith("line is better than trees")


def test_a_difference_that_could_be_chance_is_called_so() -> None:
    """Of 200 pairs of equally good models about 5 % differ by chance: at most 20."""
    drawn = np.random.default_rng(5)
    called = 0
    for _ in range(200):
        said = evaluate.verdict(["a", "b"], drawn.normal(size=80), "log loss")
        called += not said.startswith("the difference could be chance")
    assert 1 <= called <= 20
    assert evaluate.verdict(["a", "b"], np.zeros(9), "log loss") == "a and b predict the same"
    assert re.match("b is better than a", evaluate.verdict(["a", "b"], np.arange(9.0) + 5, "x"))


def test_models_of_different_targets_are_not_compared(run: Run, tmp_path: Path) -> None:
    data = frame(100, 6)
    first = saved(tmp_path / "a", data)
    data["y"] = np.where(data.y > 0, "up", "down")
    second = saved(tmp_path / "b", data)
    with pytest.raises(KitError, match="do not predict the same target"):
        evaluate.compare([first, second], [table_of(csv_of(data), "t.csv")])
    (tmp_path / "t.csv").write_bytes(csv_of(frame(50, 7)).getvalue())
    done = run("ml-model", "compare", tmp_path / "a", tmp_path / "a", tmp_path / "t.csv")
    assert done.returncode == 0 and "a and a predict the same" in done.stderr


THREADS = r"""
import io
from threadpoolctl import threadpool_info
from pyhelpers.model.candidates import Fitter, with_defaults
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions, prepare
from pyhelpers.model.train import limited_threads

table = TrainingCsv(io.BytesIO(b"x,y\n" + b"1,2\n2,3.5\n3,1\n" * 20), "t.csv")
made = prepare(table, TrainingOptions("y", folds=0, task="regression"))
with limited_threads(made, "boosting"):
    Fitter(made, 0, made.part).fit(with_defaults("boosting"), [0], 1)
    print({of["num_threads"] for of in threadpool_info()})
"""


def test_a_small_training_has_one_thread_though_it_loads_scikit_learn_itself(run: Run) -> None:
    """On a busy machine, boosting with more took minutes: threads waited for one another."""
    done = run(ROOT / ".venv/bin/python", "-c", THREADS, PYTHONPATH=str(ROOT), cwd=ROOT)
    assert (done.stdout, done.returncode) == ("{1}\n", 0), done.stderr
