"""Select a model: candidates compared by cross-validation within a time limit."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from pyhelpers import KitError
from pyhelpers.model.metrics import CHOSEN_BY, SIGN, Task, cross_validate
from pyhelpers.model.schema import Feature

BASELINE = {"regression": "linear", "classification": "logistic"}
MAX_CATEGORIES = 100  # of one column; the rarer ones share one
MISSING_CATEGORY = "(missing)"
SAMPLE_ROWS = 2_000  # rows of the fit from which the cost of all rows is estimated


@dataclass(frozen=True)
class Candidate:
    """A kind of model and its hyperparameters."""

    model: str
    settings: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = " ".join(f"{name}={value}" for name, value in self.settings.items())
        return f"{self.model} {shown}".strip()


DUMMY = Candidate("dummy")


@dataclass(frozen=True)
class FoldedData:
    """Training records and their folds.

    Attributes
    ----------
    x : numpy.ndarray, shape (rows, features)
    y : numpy.ndarray, shape (rows,)
    folds : list of (numpy.ndarray, numpy.ndarray)
        Positions for fitting and for scoring, one pair a fold.
    """

    task: Task
    x: Any
    y: Any
    folds: list[tuple[Any, Any]]


@dataclass
class Trial:
    """The cross-validation of a candidate.

    Attributes
    ----------
    scores : list of float
        One a fold; empty where the candidate was left out, for the reason in `note`.
    """

    candidate: Candidate
    scores: list[float]
    seconds: float
    note: str = ""

    @property
    def mean(self) -> float:
        """Return the mean score over the folds."""
        return sum(self.scores) / len(self.scores)

    @property
    def sd(self) -> float:
        """Return the scores' standard deviation (n - 1) over the folds."""
        mean = self.mean
        return sqrt(sum((one - mean) ** 2 for one in self.scores) / max(1, len(self.scores) - 1))

    def row(self, measure: str) -> dict[str, Any]:
        """Return the trial's line of the leaderboard."""
        scored = bool(self.scores)
        return {
            "model": str(self.candidate),
            f"cv_{measure}": self.mean if scored else None,
            f"cv_{measure}_sd": self.sd if scored else None,
            "seconds": round(self.seconds, 2),
            "note": self.note,
        }


def with_defaults(model: str) -> Candidate:
    """Return a model with the kit's defaults: the leaves of a forest hold five records or more."""
    return Candidate(model, {"min_samples_leaf": 5} if model == "forest" else {})


def candidates(task: Task) -> list[Candidate]:
    """Return the candidates of --model auto, the simplest first."""
    trees = [
        with_defaults("boosting"),
        with_defaults("forest"),
        Candidate("boosting", {"learning_rate": 0.05, "max_iter": 300, "max_leaf_nodes": 15}),
        Candidate("boosting", {"learning_rate": 0.05, "max_iter": 300, "l2_regularization": 1.0}),
        Candidate("forest", {"min_samples_leaf": 2, "max_features": 0.5}),
    ]
    if task == "regression":
        return [
            Candidate("linear"),
            *(Candidate("ridge", {"alpha": alpha}) for alpha in (1, 100)),
            *trees,
        ]
    return [Candidate("logistic", {"C": c}) for c in (1.0, 0.01, 100.0)] + trees


def estimator_for(candidate: Candidate, task: Task, seed: int) -> Any:
    """Return an unfitted estimator; a KitError (2) for one that does not fit the task."""
    from sklearn import ensemble, linear_model

    settings = candidate.settings
    if candidate.model == "linear" and task == "regression":
        return linear_model.LinearRegression(**settings)
    if candidate.model == "ridge" and task == "regression":
        return linear_model.Ridge(**settings)
    if candidate.model == "logistic" and task == "classification":
        return linear_model.LogisticRegression(max_iter=1000, **settings)
    kinds = {
        ("forest", "regression"): ensemble.RandomForestRegressor,
        ("forest", "classification"): ensemble.RandomForestClassifier,
        ("boosting", "regression"): ensemble.HistGradientBoostingRegressor,
        ("boosting", "classification"): ensemble.HistGradientBoostingClassifier,
    }
    kind = kinds.get((candidate.model, task))
    if kind is None:
        usable = f"{BASELINE[task]}, forest, boosting"
        raise KitError(f"--model {candidate.model} is not for {task}; {usable} are", 2)
    return kind(random_state=seed, **settings)


def make_pipeline(features: Sequence[Feature], estimator: Any) -> Any:
    """Return one unfitted pipeline of imputer, scaler, one-hot encoder and estimator.

    It takes rows as `arrays.matrix` makes them. Medians, means, deviations and categories are
    learnt in training, so a row's prediction never depends on the other rows of a request.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = [at for at, feature in enumerate(features) if feature.kind == "number"]
    texts = [at for at, feature in enumerate(features) if feature.kind == "category"]
    fill = SimpleImputer(strategy="median", keep_empty_features=True)
    number = Pipeline([("fill", fill), ("scale", StandardScaler())])
    name = SimpleImputer(missing_values=None, strategy="constant", fill_value=MISSING_CATEGORY)
    known = OneHotEncoder(
        handle_unknown="infrequent_if_exist", max_categories=MAX_CATEGORIES, sparse_output=False
    )
    text = Pipeline([("fill", name), ("encode", known)])
    parts = [("numbers", number, numbers), ("categories", text, texts)]
    prepare = ColumnTransformer([part for part in parts if part[2]])
    return Pipeline([("prepare", prepare), ("model", estimator)])


def try_candidate(
    data: FoldedData,
    candidate: Candidate,
    build: Callable[[Candidate], Any],
    seconds_left: Callable[[], float] = lambda: float("inf"),
) -> Trial:
    """Cross-validate a candidate, unless it would take more than the seconds that are left.

    The cost of the first fold is estimated from a fit on a sample, that of the others from the
    folds before them.
    """
    start = time.monotonic()
    try:
        build(candidate).fit(data.x[:SAMPLE_ROWS], data.y[:SAMPLE_ROWS])
        one_fold = (time.monotonic() - start) * max(1.0, len(data.y) / SAMPLE_ROWS)
        first = time.monotonic()

        def affordable(done: int) -> bool:
            each = (time.monotonic() - first) / done if done else one_fold
            needed = each * (len(data.folds) - done if done else 1)
            return needed <= seconds_left()

        scores = cross_validate(
            data.task, lambda: build(candidate), data.x, data.y, data.folds, affordable
        )
        note = "" if scores else "would have exceeded --time"
    except ValueError as error:  # raised by scikit-learn for data that it cannot learn from
        scores, note = [], " ".join(str(error).split())[:80]
    return Trial(candidate, scores, time.monotonic() - start, note)


def search(
    data: FoldedData,
    build: Callable[[Candidate], Any],
    seconds: float,
    advance: Callable[[int], None],
) -> list[Trial]:
    """Try the candidates for so many seconds; the first, a baseline, is always finished.

    Returns
    -------
    list of Trial
        The best first, those left out last.
    """
    end = time.monotonic() + seconds
    baseline, *others = candidates(data.task)
    trials = [try_candidate(data, baseline, build)]
    advance(1)
    for candidate in others:
        if time.monotonic() < end:
            trials.append(try_candidate(data, candidate, build, lambda: end - time.monotonic()))
        else:
            trials.append(Trial(candidate, [], 0.0, "no time left"))
        advance(1)
    sign = SIGN[CHOSEN_BY[data.task]]
    return sorted(trials, key=lambda trial: -sign * trial.mean if trial.scores else float("inf"))


def choose(task: Task, trials: Sequence[Trial]) -> Trial:
    """Return the simplest candidate within one standard error of the best (Breiman et al. 1984).

    A difference within the folds' noise does not justify the more complex model.
    """
    sign = SIGN[CHOSEN_BY[task]]
    order = candidates(task)
    tried = [trial for trial in trials if trial.scores]
    if not tried:
        raise KitError(f"no candidate could be trained ({trials[0].note}); more records are needed")
    best = max(tried, key=lambda trial: sign * trial.mean)
    floor = sign * best.mean - best.sd / sqrt(len(best.scores))
    close = [trial for trial in tried if sign * trial.mean >= floor]
    return min(close, key=lambda trial: order.index(trial.candidate))
