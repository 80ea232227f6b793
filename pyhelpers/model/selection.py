"""Search: candidates under a budget of seconds, compared by cross-validation, all of them shown."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from pyhelpers import KitError
from pyhelpers.model.metrics import CHOSEN_BY, SIGN, Task, cross_validate, folds
from pyhelpers.model.pipeline import BASELINE, make_pipeline
from pyhelpers.model.schema import Feature

PILOT_ROWS = 2_000  # a fit on so many tells what the whole will cost


@dataclass(frozen=True)
class Candidate:
    """A kind of model and what it is set to."""

    model: str
    settings: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = " ".join(f"{name}={value}" for name, value in self.settings.items())
        return f"{self.model} {shown}".strip()


@dataclass
class Trial:
    """What cross-validation said of a candidate.

    Attributes
    ----------
    scores : list of float
        One a fold; empty where it was left out, and `why` says for what.
    """

    candidate: Candidate
    scores: list[float]
    seconds: float
    why: str = ""

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
            "note": self.why,
        }


def usual(model: str) -> Candidate:
    """Return what a model's name alone means: a forest's trees stop at leaves of five records."""
    return Candidate(model, {"min_samples_leaf": 5} if model == "forest" else {})


def candidates(task: Task) -> list[Candidate]:
    """Return what --model auto tries, the simplest first."""
    trees = [
        usual("boosting"),
        usual("forest"),
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
    """Return an unfitted estimator; a KitError where it is not for the task."""
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


def maker(
    candidate: Candidate, task: Task, features: Sequence[Feature], seed: int
) -> Callable[[], Any]:
    """Return a function that makes the candidate's unfitted pipeline."""

    def make() -> Any:
        return make_pipeline(features, estimator_for(candidate, task, seed))

    return make


def unlimited() -> float:
    """Return the seconds that are left where there is no budget."""
    return float("inf")


def try_one(
    candidate: Candidate,
    task: Task,
    make: Callable[[], Any],
    data: tuple[Any, Any, list[tuple[Any, Any]]],
    left: Callable[[], float],
) -> Trial:
    """Cross-validate a candidate, as long as it can be done in the seconds that are left.

    Whether the first fold can, a pilot fit tells; the others, the folds before them.
    """
    x, y, parts = data
    start = time.monotonic()
    try:
        make().fit(x[:PILOT_ROWS], y[:PILOT_ROWS])
        one_fold = (time.monotonic() - start) * max(1.0, len(y) / PILOT_ROWS)
        begun = time.monotonic()

        def worth(done: int) -> bool:
            each = (time.monotonic() - begun) / done if done else one_fold
            return each * max(1, (len(parts) - done) * bool(done)) <= left()

        scores = cross_validate(task, make, x, y, parts, worth)
        why = "" if scores else "would have outlasted --time"
    except ValueError as error:  # scikit-learn's word for data that it cannot learn from
        scores, why = [], " ".join(str(error).split())[:80]
    return Trial(candidate, scores, time.monotonic() - start, why)


def search(
    task: Task,
    features: Sequence[Feature],
    x: Any,
    y: Any,
    seconds: float,
    count: int,
    seed: int,
    step: Callable[[int], None] = lambda done: None,
) -> list[Trial]:
    """Try candidates for so many seconds; the first, a baseline, is always finished.

    Returns
    -------
    list of Trial
        The best first, those left out last.
    """
    end = time.monotonic() + seconds
    parts = folds(task, y, count, seed)
    trials: list[Trial] = []
    for candidate in candidates(task):
        needed = not trials
        if needed or time.monotonic() < end:
            left = unlimited if needed else (lambda: end - time.monotonic())
            make = maker(candidate, task, features, seed)
            trials.append(try_one(candidate, task, make, (x, y, parts), left))
        else:
            trials.append(Trial(candidate, [], 0.0, "no time left"))
        step(1)
    sign = SIGN[CHOSEN_BY[task]]
    return sorted(trials, key=lambda trial: -sign * trial.mean if trial.scores else float("inf"))


def choose(task: Task, trials: Sequence[Trial]) -> Trial:
    """Return the simplest candidate within one standard error of the best (Breiman et al. 1984).

    A difference that folds cannot tell from chance is no reason to serve the larger model.
    """
    sign = SIGN[CHOSEN_BY[task]]
    order = candidates(task)
    tried = [trial for trial in trials if trial.scores]
    if not tried:
        raise KitError(f"no candidate could be trained ({trials[0].why}); more records are needed")
    best = max(tried, key=lambda trial: sign * trial.mean)
    floor = sign * best.mean - best.sd / sqrt(len(best.scores))
    close = [trial for trial in tried if sign * trial.mean >= floor]
    return min(close, key=lambda trial: order.index(trial.candidate))
