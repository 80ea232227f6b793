"""Measures of a model on records it has not seen, beside those of a dummy."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

Task = Literal["regression", "classification"]
CERTAIN = 1e-15  # probabilities are clipped to [CERTAIN, 1]: the log of 0 is infinite
IMPORTANCE_ROWS = 2_000
IMPORTANCE_REPEATS = 5
IMPORTANCE_COLUMNS = 300  # at most: permuting each of n columns costs n predictions of n columns

# The measure by which candidates are compared; sign 1 where larger is better.
CHOSEN_BY = {"regression": "r2", "classification": "log_loss"}
SIGN = {"r2": 1.0, "log_loss": -1.0}


def log_loss(classes: Any, probabilities: Any, y: Any) -> float:
    """Return the mean of -log of the probability given to the true class.

    Parameters
    ----------
    classes : numpy.ndarray, shape (K,)
        The model's classes, sorted; a true class that is none of them has probability 0.
    probabilities : numpy.ndarray, shape (n, K)
    y : numpy.ndarray, shape (n,)
    """
    import numpy as np

    place = np.searchsorted(classes, y).clip(0, len(classes) - 1)
    given = np.where(classes[place] == y, probabilities[np.arange(len(y)), place], 0.0)
    return float(-np.log(given.clip(CERTAIN, 1.0)).mean())


def regression_metrics(y: Any, answers: Any) -> dict[str, float]:
    """Return r2, mean absolute error and the root of the mean squared error."""
    from sklearn import metrics

    return {
        "r2": float(metrics.r2_score(y, answers)),
        "mae": float(metrics.mean_absolute_error(y, answers)),
        "rmse": float(metrics.root_mean_squared_error(y, answers)),
    }


def class_metrics(y: Any, answers: Any, classes: Any, probabilities: Any) -> dict[str, float]:
    """Return accuracy, balanced accuracy, macro F1, log loss and, for two classes, ROC AUC.

    ROC AUC is left out where only one class occurs in `y`.
    """
    import numpy as np
    from sklearn import metrics

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # classes that are not in y
        found = {
            "accuracy": float(metrics.accuracy_score(y, answers)),
            "balanced_accuracy": float(metrics.balanced_accuracy_score(y, answers)),
            "f1": float(metrics.f1_score(y, answers, average="macro", zero_division=0)),
        }
    found["log_loss"] = log_loss(classes, probabilities, y)
    if len(classes) == 2 and len(np.unique(y)) == 2:
        found["roc_auc"] = float(metrics.roc_auc_score(y == classes[1], probabilities[:, 1]))
    return found


def measure(task: Task, fitted: Any, x: Any, y: Any) -> dict[str, float]:
    """Measure a fitted estimator on records that it has not seen."""
    if task == "regression":
        return regression_metrics(y, fitted.predict(x))
    return class_metrics(y, fitted.predict(x), fitted.classes_, fitted.predict_proba(x))


def score(task: Task, fitted: Any, x: Any, y: Any) -> float:
    """Return the measure by which candidates are compared: r2, or log loss."""
    if task == "classification":
        return log_loss(fitted.classes_, fitted.predict_proba(x), y)
    from sklearn.metrics import r2_score

    return float(r2_score(y, fitted.predict(x)))


def dummy(task: Task) -> Any:
    """Return an estimator that ignores the features: the mean, or the classes' shares."""
    from sklearn.dummy import DummyClassifier, DummyRegressor

    return DummyRegressor() if task == "regression" else DummyClassifier(strategy="prior")


def folds(task: Task, y: Any, count: int, seed: int) -> list[tuple[Any, Any]]:
    """Return `count` pairs of (fitting, scoring) positions, stratified where classes are large."""
    import numpy as np
    from sklearn.model_selection import KFold, StratifiedKFold

    rare = np.unique(y, return_counts=True)[1].min() if task == "classification" else 0
    kind = StratifiedKFold if rare >= count else KFold
    return list(kind(count, shuffle=True, random_state=seed).split(np.zeros(len(y)), y))


def cross_validate(
    task: Task,
    make: Callable[[], Any],
    x: Any,
    y: Any,
    folds: list[tuple[Any, Any]],
    affordable: Callable[[int], bool] = lambda done: True,
) -> list[float]:
    """Return an estimator's score on each fold; none once `affordable(folds done)` is false."""
    scores: list[float] = []
    for fitting, scoring in folds:
        if not affordable(len(scores)):
            return []
        fitted = make().fit(x[fitting], y[fitting])
        scores.append(score(task, fitted, x[scoring], y[scoring]))
    return scores


def importance(task: Task, fitted: Any, x: Any, y: Any, seed: int) -> list[dict[str, float]]:
    """Return the permutation importance of each feature: how much the score drops (Breiman 2001).

    Returns
    -------
    list of dict
        Mean and standard deviation over the repeats, one a feature; 0 for one that is not used.
    """
    import numpy as np
    from sklearn.inspection import permutation_importance

    rows = np.random.default_rng(seed).permutation(len(y))[:IMPORTANCE_ROWS]
    sign = SIGN[CHOSEN_BY[task]]
    found = permutation_importance(
        fitted,
        x[rows],
        y[rows],
        scoring=lambda *record: sign * score(task, *record),
        n_repeats=IMPORTANCE_REPEATS,
        random_state=seed,
    )
    pairs = zip(found.importances_mean.tolist(), found.importances_std.tolist(), strict=True)
    return [{"mean": mean, "sd": sd} for mean, sd in pairs]


@contextmanager
def warnings_as_notes(notes: list[str]) -> Iterator[None]:
    """Append the warnings raised inside to the notes, each once."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for warning in caught:
        first = str(warning.message).strip().partition("\n")[0]
        note = f"{warning.category.__name__}: {first}"
        if note not in notes:
            notes.append(note)
