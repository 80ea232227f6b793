"""Kernel members: fitted as scikit-learn's kernel models are, stored as numbers, checked."""

import copy
import io
import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sklearn.datasets
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics.pairwise import rbf_kernel

from pyhelpers.model import kernel_fit, load, store, train
from pyhelpers.model.candidates import Candidate
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.ensemble import softmax_rows
from pyhelpers.model.ensemble_document import wrong_in_ensemble
from pyhelpers.model.kernel_machine import BLOCK, KernelMachine, similarities
from pyhelpers.model.linear_classifiers import fit_logistic_matrix
from pyhelpers.model.prepare import TrainingOptions


def records(classes: int, count: int = 90) -> tuple[Any, Any]:
    drawn = np.random.default_rng(classes)
    x = drawn.normal(size=(count, 3))
    level = np.sin(2 * x[:, 0]) + x[:, 1] * x[:, 2] + drawn.normal(scale=0.2, size=count)
    if not classes:
        return x, level
    return x, np.searchsorted(np.quantile(level, np.arange(1, classes) / classes), level)


def fitted(x: Any, y: Any, classes: int) -> dict[str, Any]:
    fit = partial(fit_logistic_matrix, classes, 30.0) if classes else kernel_fit.fit_ridge
    return kernel_fit.fit_kernel(x, y, 1.5, 0, fit)


def test_similarities_are_those_of_scikit_learn() -> None:
    drawn = np.random.default_rng(0)
    a, b = drawn.normal(size=(7, 4)), drawn.normal(size=(5, 4))
    assert np.allclose(similarities(a, b, 0.3), rbf_kernel(a, b, gamma=0.3), rtol=1e-12)


@pytest.mark.parametrize("classes", [0, 2, 3])
@pytest.mark.parametrize("centers", [45, 600])
def test_kernels_are_fitted_as_scikit_learn_fits_them(
    classes: int, centers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel_fit, "CENTERS", centers)
    monkeypatch.setattr(kernel_fit, "SMALLEST", 1e-12)  # as Nystroem has it
    x, y = records(classes)
    new = records(classes, 400)[0][300:]
    document = fitted(x, y, classes)
    kernel, scores = document["kernel"], KernelMachine(document).scores(new)
    assert len(kernel["centers"]) == min(centers, len(x))
    assert kernel["gamma"] == pytest.approx(1 / (1.5**2 * x.var(axis=0).sum()))
    same = Nystroem(gamma=kernel["gamma"], n_components=len(kernel["centers"]))
    same.fit(np.array(kernel["centers"]))
    if classes:
        theirs: Any = LogisticRegression(C=30.0, max_iter=10_000, tol=1e-9)
        theirs.fit(same.transform(x), y)
        expected = theirs.predict_proba(same.transform(new))
        assert np.allclose(softmax_rows(scores), expected, atol=1e-4)
    else:
        theirs = RidgeCV(alphas=kernel_fit.PENALTIES).fit(same.transform(x), y)
        assert np.allclose(scores[:, 0], theirs.predict(same.transform(new)), atol=1e-4)


def test_a_row_has_the_same_bits_alone_and_among_others() -> None:
    for classes in (0, 3):
        x, y = records(classes)
        machine = KernelMachine(fitted(x, y, classes))
        new = records(classes, 200)[0]
        new[3], new[4] = 1e300, -1e300  # like no record: the intercept
        among = machine.scores(new)
        assert np.isfinite(among).all() and np.array_equal(among[3], among[4])
        for shift in range(BLOCK):
            assert np.array_equal(machine.scores(new[shift:]), among[shift:])
        assert [machine.row_scores(row) for row in new.tolist()] == among.tolist()


@pytest.fixture(scope="module", params=["wine", "diabetes"])
def made(request: pytest.FixtureRequest) -> train.TrainedModel:
    frame = getattr(sklearn.datasets, f"load_{request.param}")(as_frame=True).frame
    settings = {"width": 3.0} | ({"C": 50.0} if request.param == "wine" else {})
    only = [Candidate("kernel", settings)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "candidates", lambda task, seed=0: only)
        task: Any = "classification" if request.param == "wine" else "regression"
        options = TrainingOptions("target", task=task, model="auto")
        text = io.BytesIO(frame.to_csv(index=False).encode())
        return train.train_model(TrainingCsv(text, "t.csv"), options)


def test_a_kernel_is_stored_and_answers_alike(made: train.TrainedModel, tmp_path: Path) -> None:
    store.save(str(tmp_path / "m"), made.files(made.card))
    model, sklearns = (load.load_model(str(tmp_path / "m"), plain) for plain in (True, False))
    assert made.card["model"] == "kernel" and made.trees is not None
    rows = [[2.0 * number for number in row] for row in made.card["probe"]["rows"] * 50]
    alone = [model.predictor.predict([row])[0] for row in rows]
    assert alone == model.predictor.predict(rows) == sklearns.predictor.predict(rows)
    simple = "r2" if made.card["classes"] is None else "accuracy"
    assert made.card["metrics"][simple] > made.card["dummy"][simple] + 0.3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda member: member["kernel"].pop("gamma"), "gamma is missing"),
        (lambda member: member["kernel"].update(gamma=0), "gamma is missing"),
        (lambda member: member["kernel"].update(centers=[]), "centers are missing"),
        (lambda member: member["kernel"]["centers"][3].pop(), "unequal length"),
        (lambda member: member["kernel"]["centers"].pop(), "unequal length"),
        (lambda member: member["kernel"]["centers"][1].__setitem__(0, "x"), "centers"),
        (lambda member: member["weights"][0].append(1.0), "unequal length"),
        (lambda member: member["weights"].append([]), "do not fit the classes"),
        (lambda member: member.update(kernel=None), "wrong type"),
    ],
)
def test_a_kernel_that_does_not_fit_is_refused(
    made: train.TrainedModel, change: Any, said: str
) -> None:
    document = json.loads(json.dumps(made.document))
    assert wrong_in_ensemble(document, made.card, []) is None
    damaged = copy.deepcopy(document)
    change(damaged["members"][0])
    assert said in (wrong_in_ensemble(damaged, made.card, []) or "")
