"""The kinds of models that training tries, and how each is fitted on some folds."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pyhelpers import KitError
from pyhelpers.model.ensemble import LinearFit, known_codes, member_outputs
from pyhelpers.model.kernel_fit import fit_kernel, fit_ridge
from pyhelpers.model.kernel_machine import KernelMachine
from pyhelpers.model.linear_classifiers import (
    fit_discriminant,
    fit_logistic,
    fit_logistic_matrix,
)
from pyhelpers.model.linear_fit import LeastSquares
from pyhelpers.model.metrics import Task
from pyhelpers.model.preprocessing import View, code_columns
from pyhelpers.model.training_data import BlockFunction, PreparedData

BASELINE = {"regression": "linear", "classification": "logistic"}
LINEAR = {
    "linear": "regression",
    "ridge": "regression",
    "logistic": "classification",
    "discriminant": "classification",  # of auto alone
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "forest": {"min_samples_leaf": 5},
    "extratrees": {"min_samples_leaf": 3},
    "boosting": {},
    "linear": {},
    "ridge": {"alpha": 1.0},
    "logistic": {"C": 1.0},
}
ROUNDS = 1_000  # of boosting, at most: cross-validation stops it
PATIENCE = 30  # rounds of boosting without an improvement
PLAIN_ROUNDS = 100  # of boosting where there is no cross-validation


@dataclass(frozen=True)
class Candidate:
    """A kind of model and its hyperparameters."""

    model: str
    settings: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = " ".join(f"{name}={value}" for name, value in self.settings.items())
        return f"{self.model} {shown}".strip()

    @property
    def view(self) -> View:
        """Which matrix it learns from."""
        if self.model in LINEAR or self.model == "kernel":
            return "linear"
        return "boosting" if self.model == "boosting" else "forest"


def with_defaults(model: str) -> Candidate:
    """Return a kind of model with the kit's defaults."""
    return Candidate(model, DEFAULTS[model])


def check_model(model: str, task: Task) -> None:
    """Raise a KitError (2) for a kind of model that is not for the task."""
    if LINEAR.get(model, task) != task:
        usable = f"{BASELINE[task]}, forest, extratrees, boosting"
        raise KitError(f"--model {model} is not for {task}; {usable} are", 2)


def estimator_for(
    candidate: Candidate, task: Task, seed: int, rounds: int | None = None, early: bool = False
) -> Any:
    """Return an unfitted scikit-learn estimator of trees.

    Parameters
    ----------
    rounds : int, optional
        Of boosting.
    early : bool
        Boosting stops when the loss on records given to `fit` stops falling.
    """
    from sklearn import ensemble

    classes = task == "classification"
    settings = {"random_state": seed} | candidate.settings
    if candidate.model == "boosting":
        settings["l2_regularization"] = settings.pop("l2", 0.0)
        settings |= {"early_stopping": early, "n_iter_no_change": PATIENCE}
        settings["max_iter"] = ROUNDS if early else rounds or PLAIN_ROUNDS
        boosting = ensemble.HistGradientBoostingRegressor
        kind: Any = ensemble.HistGradientBoostingClassifier if classes else boosting
        return kind(**settings)
    if candidate.model == "forest":
        kind = ensemble.RandomForestClassifier if classes else ensemble.RandomForestRegressor
    else:
        kind = ensemble.ExtraTreesClassifier if classes else ensemble.ExtraTreesRegressor
    return kind(n_jobs=-1, **settings)


@dataclass(eq=False)
class Member:
    """A fitted candidate.

    Attributes
    ----------
    document : dict
        View, and weights or codes: see `ensemble.Ensemble`.
    estimator : object or None
        Of scikit-learn; None for a linear model.
    """

    candidate: Candidate
    document: dict[str, Any]
    estimator: Any = None
    fit: LinearFit | None = None

    def outputs(self, x: Any, classes: int) -> Any:
        """Return numbers or probabilities for rows of its view."""
        return member_outputs(self.document, self.estimator, x, classes)


class Fitter:
    """Fits candidates on folds of the same data; triangles of least squares are made once.

    Parameters
    ----------
    part : numpy.ndarray
        In place of the data's: the part of each record from which trees learn.
    """

    def __init__(self, data: PreparedData, seed: int, part: Any) -> None:
        self.data, self.seed, self.part = data, seed, part
        self.map_blocks: Callable[..., Iterator[Any]] = data.map_blocks
        self._squares: LeastSquares | None = None
        self._linear: dict[Any, LinearFit] = {}

    def fit(self, candidate: Candidate, folds: Sequence[int], rounds: int | None = None) -> Member:
        """Return a candidate fitted on the records of some folds."""
        if candidate.model == "kernel":
            return self._fit_kernel(candidate, folds)
        if candidate.view == "linear":
            fit = self._fit_linear(candidate, folds)
            document = {
                "view": "linear",
                "intercept": fit.intercept.tolist(),
                "weights": fit.weights.tolist(),
            }
            return Member(candidate, document, fit=fit)
        x, y, _ = self.data.matrix(candidate.view, folds, folds, self.part)
        return self.fit_trees(candidate, x, y, rounds)

    def fit_early(self, candidate: Candidate, scored: int, seconds: float = math.inf) -> Member:
        """Return boosting that stops when the loss on the records of a fold stops falling.

        After so many seconds it stops anyway, with the rounds that it has.
        """
        folds = self.data.fitting_folds(scored)
        x, y, _ = self.data.matrix(candidate.view, folds, folds, self.part)
        held = self.data.matrix(candidate.view, [scored], folds, self.part)
        estimator = estimator_for(candidate, self.data.task, self.seed, early=True)
        coded = code_columns(self.data.fields, "boosting")
        with _stopped_after(estimator, seconds):
            return _fit_boosting(candidate, estimator, x, y, coded, held[:2])

    def warmth(self, candidate: Candidate) -> LinearFit | None:
        """Return the weights from which the next fit of a candidate would start."""
        return self._linear.get(str(candidate))

    def warm(self, candidate: Candidate, fit: LinearFit) -> None:
        """Let the next fit of a candidate start from these weights."""
        self._linear[str(candidate)] = fit

    def _fit_kernel(self, candidate: Candidate, folds: Sequence[int]) -> Member:
        x, y, _ = self.data.matrix("linear", folds, folds, self.part)
        width, fit = candidate.settings["width"], fit_ridge
        if self.data.classes:
            fit = partial(fit_logistic_matrix, len(self.data.classes), candidate.settings["C"])
        document = fit_kernel(x, y, width, self.seed, fit)
        return Member(candidate, {"view": "linear"} | document, KernelMachine(document))

    def _fit_linear(self, candidate: Candidate, folds: Sequence[int]) -> LinearFit:
        data, classes = self.data, len(self.data.classes or ())

        def over_blocks(function: BlockFunction) -> Any:
            return self.map_blocks(function, "linear", folds, folds)

        if candidate.model == "discriminant":
            return fit_discriminant(over_blocks, classes, candidate.settings["shrinkage"])
        if candidate.model == "logistic":
            start = self._linear.get(str(candidate))
            fit = fit_logistic(over_blocks, classes, candidate.settings["C"], start)
            self._linear[str(candidate)] = fit
            return fit
        if self._squares is None:
            self._squares = LeastSquares(data, self.map_blocks)
        return self._squares.fit(folds, candidate.settings.get("alpha", 0.0))

    def fit_trees(self, candidate: Candidate, x: Any, y: Any, rounds: int | None = None) -> Member:
        """Return trees fitted on a matrix of the candidate's view."""

        estimator = estimator_for(candidate, self.data.task, self.seed, rounds)
        if candidate.view == "forest":
            estimator.fit(x, y)
            estimator.n_jobs = None
            return Member(candidate, {"view": "forest"}, estimator)
        return _fit_boosting(candidate, estimator, x, y, code_columns(self.data.fields, "boosting"))


@contextmanager
def _stopped_after(estimator: Any, seconds: float) -> Iterator[None]:
    """Let boosting that stops early also stop after some seconds."""
    until, should_stop = time.monotonic() + seconds, estimator._should_stop

    def or_time_is_up(scores: Any) -> bool:
        return time.monotonic() > until or bool(should_stop(scores))

    estimator._should_stop = or_time_is_up
    try:
        yield
    finally:
        del estimator._should_stop


def cut_rounds(members: Sequence[Member]) -> int:
    """Cut boosting of several folds to the rounds of least mean loss, and return their number.

    One number for all folds: a number for each, chosen on the records that it is measured on, would
    make the measure too good. A fold that stopped before counts with its last loss.
    """
    import numpy as np

    scores = [member.estimator.validation_score_ for member in members]
    longest = max(map(len, scores))
    filled = [np.pad(of, (0, longest - len(of)), mode="edge") for of in scores]
    rounds = max(1, int(np.mean(filled, axis=0).argmax()))  # the first score is that of no round
    for member in members:
        del member.estimator._predictors[rounds:]
    return rounds


def _fit_boosting(
    candidate: Candidate, estimator: Any, x: Any, y: Any, coded: int, held: Any = None
) -> Member:
    """Fit boosting with its leading columns as categories; it stops early on the records held.

    scikit-learn's own encoder of categories, which holds functions, is left out of the estimator:
    the codes are made dense here, as it does.
    """
    import numpy as np

    x, codes = x.copy(), []
    for column in range(coded):
        values = x[:, column]
        present = np.unique(values[~np.isnan(values)])
        codes.append(present.astype(int).tolist())
        known = np.searchsorted(present, np.where(np.isnan(values), -1.0, values))
        x[:, column] = np.where(np.isnan(values), np.nan, known) if len(present) else 0.0
    estimator.set_params(categorical_features=list(range(coded)) or None)
    if held is None:
        estimator.fit(x, y)
    else:
        of_class = np.isin(held[1], y) | (not hasattr(estimator, "predict_proba"))
        estimator.fit(x, y, X_val=known_codes(held[0], codes)[of_class], y_val=held[1][of_class])
    estimator._preprocessor = None
    return Member(candidate, {"view": "boosting", "codes": codes}, estimator)
