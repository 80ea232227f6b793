"""--model auto: rounds of boosting, bagged selection and the time limit, against brute force."""

import io
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import log_loss, mean_squared_error

from pyhelpers.model import (
    candidates,
    ensemble_selection,
    fitted_model,
    metrics,
    portfolio,
    selection,
    train,
    trials,
)
from pyhelpers.model.candidates import Candidate, Fitter
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions, prepare
from pyhelpers.model.training_data import PreparedData


def prepared(frame: pd.DataFrame, **wishes: Any) -> PreparedData:
    text = io.BytesIO(frame.to_csv(index=False).encode())
    return prepare(TrainingCsv(text, "t.csv"), TrainingOptions("y", **wishes))


def people(classes: bool) -> pd.DataFrame:
    """Records of 60 people, whose features tell who it is, and little of the target."""
    drawn = np.random.default_rng(4)
    who = np.repeat(np.arange(60), 10)
    level = drawn.normal(size=(60, 3))
    x = level[who] + drawn.normal(scale=0.01, size=(600, 3))
    y = drawn.normal(size=60)[who] + 0.3 * level[who, 0]
    frame = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "person": who, "y": y})
    return frame.assign(y=np.where(y > 0, "yes", "no")) if classes else frame


@pytest.mark.parametrize("classes", [False, True])
def test_boosting_stops_where_all_folds_of_groups_together_lose_least(classes: bool) -> None:
    data = prepared(people(classes), group="person", seed=1)
    found = trials.try_candidate(
        Fitter(data, 0, data.part),
        trials.FoldedRecords(data, data.part),
        Candidate("boosting", {"learning_rate": 0.05}),
        "log_loss" if classes else "r2",
    )
    kind: Any = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    losses, answers = [], []
    for fold in range(5):
        x, y, _ = data.matrix("boosting", data.fitting_folds(fold), data.fitting_folds(fold))
        held, true, _ = data.matrix("boosting", [fold], data.fitting_folds(fold))
        model = kind(learning_rate=0.05, max_iter=60, early_stopping=False, random_state=0)
        model.fit(x, y)
        staged = model.staged_predict_proba(held) if classes else model.staged_predict(held)
        answers.append([of.copy() for of in staged])
        loss = log_loss if classes else mean_squared_error
        losses.append([loss(true, of) for of in answers[-1]])
    best = 1 + int(np.mean(losses, axis=0).argmin())
    assert found.rounds == best < 60  # a random tenth knows the people, and never stops
    expected = np.concatenate([of[best - 1] for of in answers])
    order = np.argsort(data.part[data.part >= 0], kind="stable")
    assert np.allclose(found.outputs[order], expected, rtol=1e-9)


def test_weights_are_the_mean_of_selections_on_bootstrap_samples() -> None:
    drawn = np.random.default_rng(3)
    y = drawn.normal(size=60)
    outputs = [y + drawn.normal(scale=s, size=60) for s in (0.5, 0.55, 0.6, 3.0)]

    def score_of(of: Any, rows: Any) -> float:
        return metrics.r2(y[rows], of)

    found = ensemble_selection.bagged_weights(outputs, score_of, 60)
    again, expected = np.random.default_rng(0), np.zeros(4)
    for _ in range(ensemble_selection.BAGS):
        rows = np.sort(again.integers(0, 60, 60))
        some = [of[rows] for of in outputs]
        weights, _ = ensemble_selection.select_members(some, partial(score_of, rows=rows))
        expected[list(weights)] += [*weights.values()]
    expected[expected < ensemble_selection.BAGS * ensemble_selection.LEAST_WEIGHT] = 0
    kept = {at: weight for at, weight in enumerate(expected / expected.sum()) if weight}
    assert found == pytest.approx(kept) and len(kept) > 1
    assert sum(found.values()) == pytest.approx(1)


@pytest.mark.parametrize("ctrl_c", [signal.default_int_handler, signal.SIG_IGN])  # & ignores it
def test_what_takes_too_long_is_interrupted_and_nothing_else(ctrl_c: Any) -> None:
    before = signal.signal(signal.SIGINT, ctrl_c)
    try:
        interrupt_what_takes_too_long()
    finally:
        signal.signal(signal.SIGINT, before)


def interrupt_what_takes_too_long() -> None:
    with pytest.raises(trials.TimeIsUpError), trials.interrupted_after(0.1):
        while True:
            time.sleep(0.01)
    with trials.interrupted_after(60):
        pass
    with pytest.raises(KeyboardInterrupt), trials.interrupted_after(60):
        raise KeyboardInterrupt
    time.sleep(0.2)  # a limit that is left behind would interrupt here
    apart: list[bool] = []

    def elsewhere() -> None:
        with trials.interrupted_after(0):
            apart.append(True)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert apart == [True]


def test_a_candidate_that_would_never_end_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    fit_trees = Fitter.fit_trees

    def endless(self: Fitter, candidate: Candidate, *given: Any) -> Any:
        while candidate.model == "extratrees":
            time.sleep(0.01)
        return fit_trees(self, candidate, *given)

    monkeypatch.setattr(Fitter, "fit_trees", endless)
    kinds = [Candidate("linear"), Candidate("extratrees"), Candidate("boosting")]
    monkeypatch.setattr(train, "candidates", lambda task, seed=0: kinds)
    text = io.BytesIO(people(False).to_csv(index=False).encode())
    options = TrainingOptions("y", model="auto", seconds=3)
    made = train.train_model(TrainingCsv(text, "t.csv"), options)
    notes = {row["model"]: row.get("note") for row in made.measures}
    assert notes["extratrees"] == "would exceed --time"
    assert made.card["model"] == "linear"


@pytest.mark.parametrize(("at", "kept"), [(3, ["linear", "boosting"]), (1, ["linear"])])
def test_ctrl_c_in_the_last_fits_keeps_those_that_are_made(
    monkeypatch: pytest.MonkeyPatch, at: int, kept: list[str]
) -> None:
    """A real signal at the third fit leaves two members, at the first the quickest candidate."""
    kinds, fits, fit_final = ["linear", "boosting", "extratrees"], [], fitted_model.fit_final

    def all_three(fitter: Fitter, records: Any, *given: Any) -> trials.Selected:
        tried = [trials.try_candidate(fitter, records, Candidate(kind), "r2") for kind in kinds]
        for seconds, trial in enumerate(tried):
            trial.seconds = seconds
        return trials.blended(records, "r2", [(trial, 1 / 3) for trial in tried], tried)

    def interrupted(fitter: Fitter, trial: trials.Trial) -> Any:
        fits.append(str(trial.candidate))
        if len(fits) == at:
            signal.raise_signal(signal.SIGINT)
        return fit_final(fitter, trial)

    monkeypatch.setattr(train, "select", all_three)
    monkeypatch.setattr(fitted_model, "fit_final", interrupted)
    table = TrainingCsv(io.BytesIO(people(False).to_csv(index=False).encode()), "t.csv")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        made = train.train_model(table, TrainingOptions("y", model="auto", folds=2, seconds=600))
    finally:
        signal.signal(signal.SIGINT, before)
    assert fits == (kinds if at == 3 else ["linear", "linear"])
    assert [member["model"] for member in made.document["members"]] == kept
    assert made.card["model"] == ("blend" if at == 3 else "linear")
    left = ", ".join(kind for kind in kinds if kind not in kept)
    assert f"left out {left}: stopped by Ctrl-C before it was fitted" in made.notes


def test_importance_takes_the_repeats_that_there_is_time_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kinds = [Candidate("linear")]
    monkeypatch.setattr(train, "candidates", lambda task, seed=0: kinds)
    text = people(False).to_csv(index=False).encode()
    noted = []
    for seconds in (0, 600):
        options = TrainingOptions("y", model="auto", seconds=seconds)
        made = train.train_model(TrainingCsv(io.BytesIO(text), "t.csv"), options)
        assert set(made.card["importance"]) == {"a", "b", "c", "person"}
        noted += [note for note in made.notes if "permute" in note]
    assert noted == ["--time leaves room to permute each field 1 time for its importance"]


@pytest.mark.parametrize(("classes", "shrinkage"), [(2, 0.1), (4, 0.001), (4, 0.5)])
def test_discriminant_analysis_is_that_of_scikit_learn(classes: int, shrinkage: float) -> None:
    drawn = np.random.default_rng(classes)
    kind = drawn.integers(0, classes, 300)
    x = drawn.normal(size=(300, 4)) @ drawn.normal(size=(4, 4)) + kind[:, None] * [1, 0.5, 0, 2]
    frame = pd.DataFrame(x, columns=list("abcd")).assign(y=np.char.add("k", kind.astype(str)))
    data = prepared(frame, seed=2)
    candidate = Candidate("discriminant", {"shrinkage": shrinkage})
    folds = data.fitting_folds(None)
    found = Fitter(data, 0, data.part).fit(candidate, folds)
    scaled, y, _ = data.matrix("linear", folds, folds)
    theirs = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage).fit(scaled, y)
    expected = theirs.predict_proba(scaled)
    assert np.allclose(found.outputs(scaled, classes), expected, rtol=1e-6, atol=1e-9)


def test_categories_that_say_the_target_have_columns_of_their_own() -> None:
    """Seats of an aeroplane are those of its model and its age: 150 models, 20 records each."""
    drawn = np.random.default_rng(6)
    model, age = np.repeat(np.arange(150), 20), drawn.integers(0, 30, 3000)
    y = drawn.normal(size=150)[model] + 0.02 * age
    frame = pd.DataFrame({"model": np.char.add("m", model.astype(str)), "age": age, "y": y})
    data = prepared(frame)
    found = trials.try_candidate(
        Fitter(data, 0, data.part),
        trials.FoldedRecords(data, data.part),
        Candidate("ridge", {"alpha": 0.01}),
        "r2",
    )
    assert found.mean > 0.999  # means of the target hold the ages of their records too


KINDS = ["linear", "extratrees", "boosting"]


@pytest.mark.parametrize("late", [["extratrees"], ["boosting", "extratrees"], KINDS])
def test_members_whose_last_fit_never_ends_are_left_out(
    monkeypatch: pytest.MonkeyPatch, late: list[str]
) -> None:
    data = prepared(people(False))
    fitter, records = Fitter(data, 0, data.part), trials.FoldedRecords(data, data.part)
    line = trials.try_candidate(fitter, records, Candidate("linear"), "r2")
    tried = [
        replace(line, candidate=Candidate(kind), seconds=seconds, outputs=line.outputs + shift)
        for kind, seconds, shift in [
            ("linear", 0.1, 0.0),
            ("extratrees", 3, 0.4),
            ("boosting", 2, 1),
        ]
    ]
    tried.append(replace(line, candidate=Candidate("ridge", {"alpha": 1.0}), seconds=0.0))
    ends = [*late]

    def endless(fitter: Fitter, trial: trials.Trial) -> Any:
        while trial.candidate.model in ends:
            time.sleep(0.01)
        return fitter.fit(Candidate("linear"), fitter.data.fitting_folds(None))

    monkeypatch.setattr(fitted_model, "fit_final", endless)
    members = list(zip(tried, [0.2, 0.5, 0.3], strict=False))
    before = trials.blended(records, "r2", members, tried)
    notes: list[str] = []
    until = time.monotonic() + 1
    found, fitted = fitted_model.fit_members(fitter, before, records, "r2", until, notes)
    kept = [one for one in members if one[0].candidate.model not in late] or [(tried[3], 1.0)]
    total = sum(weight for _, weight in kept)
    expected = {trial.candidate.model: weight / total for trial, weight in kept}
    assert {t.candidate.model: w for t, w in found.members} == pytest.approx(expected)
    assert sorted(weight for _, weight in fitted) == pytest.approx(sorted(expected.values()))
    outputs = sum(expected[trial.candidate.model] * trial.outputs for trial, _ in kept)
    assert found.chosen.scores == pytest.approx(records.scores("r2", outputs))
    assert [note for note in notes if all(kind in note for kind in late)] and len(notes) == 1


def test_members_stand_in_the_order_of_their_choice_however_long_they_take() -> None:
    data = prepared(people(False))
    fitter, records = Fitter(data, 0, data.part), trials.FoldedRecords(data, data.part)
    ridges = [Candidate("ridge", {"alpha": alpha}) for alpha in (10.0, 1.0)]
    tried = [trials.try_candidate(fitter, records, one, "r2") for one in ridges]
    members = list(zip(tried, [0.4, 0.6], strict=True))
    chosen = trials.blended(records, "r2", members, tried)
    for seconds in [(1, 2), (2, 1)]:
        for trial, taken in zip(tried, seconds, strict=True):
            trial.seconds = taken
        _, fitted = fitted_model.fit_members(
            fitter, chosen, records, "r2", time.monotonic() + 60, []
        )
        assert [(member.candidate, weight) for member, weight in fitted] == [
            (ridges[0], 0.4),
            (ridges[1], 0.6),
        ]


def test_a_baseline_for_which_there_was_no_time_is_fitted_and_not_said_to_be_left_out() -> None:
    data = prepared(people(False))
    fitter, records = Fitter(data, 0, data.part), trials.FoldedRecords(data, data.part)
    line = trials.try_candidate(fitter, records, Candidate("linear"), "r2")
    notes: list[str] = []
    before, over = trials.Selected([(line, 1.0)], [line], line), time.monotonic() - 1
    found, fitted = fitted_model.fit_members(fitter, before, records, "r2", over, notes)
    assert found.chosen is line and line.note == "chosen" and len(fitted) == 1 and not notes


def test_a_refit_that_never_ends_leaves_the_model_before(monkeypatch: pytest.MonkeyPatch) -> None:
    final = fitted_model.fit_final

    def endless(fitter: Fitter, trial: trials.Trial) -> Any:
        while (fitter.data.part >= 0).all():
            time.sleep(0.01)
        return final(fitter, trial)

    monkeypatch.setattr(train, "fit_final", endless)
    monkeypatch.setattr(train, "candidates", lambda task, seed=0: [Candidate("linear")])
    text = io.BytesIO(people(False).to_csv(index=False).encode())
    options = TrainingOptions("y", model="auto", seconds=3, refit=True)
    made = train.train_model(TrainingCsv(text, "t.csv"), options)
    assert any("--time leaves no room for --refit" in note for note in made.card["warnings"])
    assert "refit" not in made.card and made.card["rows"]["train"] == 480


def test_boosting_takes_the_rounds_that_there_is_time_for(monkeypatch: pytest.MonkeyPatch) -> None:
    data = prepared(people(False), seed=1)
    fitter, slow = Fitter(data, 0, data.part), Candidate("boosting", {"learning_rate": 0.001})
    clock = iter(range(100_000))
    said = SimpleNamespace(monotonic=lambda: float(next(clock)))  # a second a round
    monkeypatch.setattr(candidates, "time", said)
    member = fitter.fit_early(slow, 0, seconds=8.5)
    assert len(member.estimator._predictors) == 8  # the loss before the first is checked too
    assert "_should_stop" not in vars(member.estimator)


def searched(y: Any, of: list[tuple[Candidate, Any]], rounds: int = 100) -> selection.Search:
    """Return a search that has tried candidates of these out-of-fold predictions."""
    fold = np.arange(len(y)) % 5

    def scores(measure: str, outputs: Any, true: Any = None) -> list[float]:
        true = y if true is None else true
        return [metrics.score(measure, true[fold == k], outputs[fold == k]) for k in range(5)]

    records: Any = SimpleNamespace(y=y, fold=fold, scores=scores)
    fitter: Any = SimpleNamespace(data=SimpleNamespace(classes=None))
    found = selection.Search(fitter, records, "r2", deadline=float("inf"))
    for one, outputs in of:
        found.trials.append(trials.Trial(one, scores("r2", outputs), 1.0, "", outputs, rounds))
    found._blend()
    return found


@pytest.mark.parametrize(("count", "helpful"), [(100, 0.0), (100, 0.8), (2_000, 0.3)])
def test_trees_that_are_not_surely_better_are_left_out(count: int, helpful: float) -> None:
    drawn = np.random.default_rng(1)
    wave, rest = drawn.normal(size=(2, count))
    y = 2 * drawn.normal(size=count)
    line = Candidate("linear")
    of = [(line, y + wave + rest)]
    for seed in range(8):  # each corrects a part of the line's errors, or nothing
        error = (1 - helpful) * wave + rest + 0.4 * drawn.normal(size=count)
        of.append((Candidate("boosting", {"max_leaf_nodes": 4 + seed}), y + error))
    found = searched(y, of)
    assert (set(found.weights) == {0}) == (not helpful)
    assert found.score == pytest.approx(found._mean_score(found._outputs(found.weights)))


def test_a_blend_predicts_many_rows_in_seconds() -> None:
    drawn = np.random.default_rng(2)
    y = drawn.normal(size=3_000)
    kinds: list[tuple[str, Any]] = [
        ("forest", {"min_samples_leaf": 2}),
        ("extratrees", {"min_samples_leaf": 1}),
    ]
    kinds += [("boosting", {"max_leaf_nodes": leaves}) for leaves in (20, 40, 80)]
    errors = [0.5, 0.55, 0.7, 0.7, 0.7]
    of = [
        (Candidate(*kind), y + drawn.normal(scale=error, size=len(y)))
        for kind, error in zip(kinds, errors, strict=True)
    ]
    found = searched(y, of, rounds=500)
    seconds = sum(map(found._batch_seconds, found.weights))
    assert sum(map(found._batch_seconds, range(5))) > selection.BATCH_SECONDS >= seconds
    assert len(found.weights) > 1
    best = max(metrics.r2(y, outputs) for _, outputs in of)
    assert found.score > best  # it is a blend still


def test_cheap_candidates_come_first() -> None:
    for classes in (0, 2, 10):
        task: metrics.Task = "classification" if classes else "regression"
        known = portfolio.candidates(task)
        for records in (100, 1_000, 10_000, 50_000):
            found = portfolio.in_order(known, records, classes)
            kernels = [one for one in found if one.model == "kernel"]
            assert bool(kernels) == (records <= portfolio.KERNEL_RECORDS)
            assert sorted(map(str, found)) == sorted(
                str(one) for one in known if kernels or one.model != "kernel"
            )
            slow = classes == 10 and records > 500
            assert found[0].model == ("discriminant" if slow else candidates.BASELINE[task])
            first = next(at for at, one in enumerate(found) if one.view != "linear")
            if records <= portfolio.EARLY_RECORDS:
                assert all(one.view == "linear" for one in found[: first + 1][:-1])
                assert all(one.view != "linear" for one in found[first:])


@pytest.mark.parametrize("bagged", [False, True])
def test_log_loss_chooses_by_the_true_class_as_by_all(
    monkeypatch: pytest.MonkeyPatch, bagged: bool
) -> None:
    drawn, count = np.random.default_rng(5), 300
    y, fold = drawn.integers(0, 4, count), np.arange(count) % 5
    outputs = [
        drawn.dirichlet(np.ones(4), count) + share * np.eye(4)[y] for share in (0.5, 0.52, 0.5)
    ]
    outputs = [of / of.sum(axis=1, keepdims=True) for of in outputs]

    def sklearn_score(of: Any, rows: Any) -> float:
        return -float(log_loss(y[rows], of, labels=range(4)))

    def mean_score(of: Any) -> float:
        return float(np.mean([sklearn_score(of[fold == k], fold == k) for k in range(5)]))

    expected, _ = ensemble_selection.select_members(outputs, mean_score)
    if bagged:
        expected = ensemble_selection.bagged_weights(outputs, sklearn_score, count)
    seen: list[tuple[int, ...]] = []

    def watched(of: list[Any], *given: Any) -> Any:
        seen.extend(one.shape for one in of)
        return ensemble_selection.select_members(of, *given)

    monkeypatch.setattr(selection, "select_members", watched)
    monkeypatch.setattr(selection, "BAGGED_RECORDS", count if bagged else 0)
    records = trials.FoldedRecords.__new__(trials.FoldedRecords)
    records.y, records.fold = y, fold
    records._data = SimpleNamespace(scored_folds=range(5))  # type: ignore[assignment]
    found = selection.Search(SimpleNamespace(), records, "log_loss", 0.0)  # type: ignore[arg-type]
    found.trials += [trials.Trial(Candidate("boosting"), [], outputs=of) for of in outputs]
    assert found._weights([0, 1, 2]) == pytest.approx(expected) and len(expected) > 1
    assert {*seen} == {(count, 1)}  # not as many columns as there are classes


LOADED = """
import io, sys
from pyhelpers.model import train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions

def searched(*given):
    print(*sys.modules)
    sys.exit()

train.select = searched
text = io.BytesIO(b"a,y\\n" + b"".join(b"%d,%d\\n" % (i % 7, i * i) for i in range(50)))
train.train_model(TrainingCsv(text, "t.csv"), TrainingOptions("y", model=sys.argv[1]))
"""


@pytest.mark.parametrize(("model", "expected"), [("auto", True), ("ridge", False)])
def test_what_writes_trees_is_loaded_while_the_time_runs(model: str, expected: bool) -> None:
    words = [sys.executable, "-c", LOADED, model]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    known = {"sklearn.ensemble", "skops.io"}
    assert known & set(done.stdout.split()) == (known if expected else set())
