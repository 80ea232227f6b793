"""Measures of a model on records it has not seen, beside those of a dummy.

They are computed with numpy: importing scikit-learn takes longer than training a linear model.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from pyhelpers import KitError

Task = Literal["regression", "classification"]
Measure = Literal[
    "r2", "mae", "rmse",
    "log_loss", "accuracy", "balanced_accuracy", "f1", "roc_auc", "average_precision",
]  # fmt: skip
CERTAIN = 1e-15  # probabilities are clipped to [CERTAIN, 1]: the log of 0 is infinite
IMPORTANCE_ROWS = 2_000
IMPORTANCE_REPEATS = 5
IMPORTANCE_COLUMNS = 300  # at most: permuting each of n columns costs n predictions of n columns

# The measure by which candidates are compared; sign 1 where larger is better.
CHOSEN_BY: dict[str, Measure] = {"regression": "r2", "classification": "log_loss"}
OF_TASK: dict[str, tuple[Measure, ...]] = {
    "regression": ("r2", "mae", "rmse"),
    "classification": (
        "accuracy", "balanced_accuracy", "f1", "log_loss", "roc_auc", "average_precision",
    ),
}  # fmt: skip
OF_TWO_CLASSES = ("roc_auc", "average_precision")
SMALLER_IS_BETTER = ("mae", "rmse", "log_loss")
SIGN: dict[str, float] = {
    name: -1.0 if name in SMALLER_IS_BETTER else 1.0 for names in OF_TASK.values() for name in names
}


def check_measure(measure: str | None, task: Task, classes: int) -> None:
    """Raise a KitError (2) for a measure that is not for the task or the number of classes."""
    known = OF_TASK[task]
    if classes > 2:
        known = tuple(name for name in known if name not in OF_TWO_CLASSES)
    if measure and measure not in known:
        what = f"--measure {measure} is not for this target"
        raise KitError(f"{what}; choose from {', '.join(known)}", 2)


def log_loss(y: Any, shares: Any) -> float:
    """Return the mean of -log of the probability given to the true class.

    Parameters
    ----------
    y : numpy.ndarray of int, shape (n,)
        Positions among the classes; -1 for a class that the model does not have.
    shares : numpy.ndarray, shape (n, classes)
        Probabilities.
    """
    import numpy as np

    given = np.where(y >= 0, shares[np.arange(len(y)), y], 0.0)
    return float(-np.log(given.clip(CERTAIN, 1.0)).mean())


def losses(y: Any, predicted: Any) -> Any:
    """Return each record's squared error, or -log of the probability given to its class."""
    import numpy as np

    if predicted.ndim == 1:
        return (y - predicted) ** 2
    return -np.log(predicted[np.arange(len(y)), y].clip(CERTAIN, 1.0))


def r2(y: Any, answers: Any) -> float:
    """Return 1 - sum (y - answer)^2 / sum (y - mean)^2; for a constant y 1 or 0."""
    error, total = float(((y - answers) ** 2).sum()), float(((y - y.mean()) ** 2).sum())
    if total == 0:
        return float(error == 0)
    return 1 - error / total


def _class_scores(y: Any, answers: Any) -> tuple[float, float]:
    """Return balanced accuracy and macro F1 over the classes that occur."""
    import numpy as np

    recalls, f1s = [], []
    for one in np.unique(np.concatenate([y, answers])):
        true, said = y == one, answers == one
        hits = float((true & said).sum())
        if true.any():
            recalls.append(hits / true.sum())
        f1s.append(2 * hits / (true.sum() + said.sum()))
    return float(np.mean(recalls)), float(np.mean(f1s))


def roc_auc(positive: Any, scores: Any) -> float:
    """Return the probability that a positive scores above a negative, ties counting half."""
    import numpy as np

    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[inverse]
    hits = int(positive.sum())
    return float((ranks[positive].sum() - hits * (hits + 1) / 2) / (hits * (len(scores) - hits)))


def average_precision(positive: Any, scores: Any) -> float:
    """Return the mean of precision over recall, as thresholds fall: a step per distinct score."""
    import numpy as np

    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(positive[order])
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    precision, recall = hits[ends] / (ends + 1), hits[ends] / hits[-1]
    return float((np.diff(recall, prepend=0.0) * precision).sum())


def measures(task: Task, y: Any, predicted: Any) -> dict[str, float]:
    """Return the measures of predictions.

    ROC AUC and average precision are left out where they are undefined: they need two classes,
    and both must occur. Average precision is that of the rarer class, of equal ones the second.

    Parameters
    ----------
    y : numpy.ndarray, shape (n,)
        Numbers, or positions among the classes (-1 for one that the model does not have).
    predicted : numpy.ndarray, shape (n,) or (n, classes)
        Numbers, or probabilities.
    """
    import numpy as np

    if task == "regression":
        errors = y - predicted
        return {
            "r2": r2(y, predicted),
            "mae": float(np.abs(errors).mean()),
            "rmse": float(np.sqrt((errors**2).mean())),
        }
    answers = predicted.argmax(axis=1)
    balanced, f1 = _class_scores(y, answers)
    found = {
        "accuracy": float((y == answers).mean()),
        "balanced_accuracy": balanced,
        "f1": f1,
        "log_loss": log_loss(y, predicted),
    }
    positive = y == 1
    if predicted.shape[1] == 2 and positive.any() and not positive.all():
        found["roc_auc"] = roc_auc(positive, predicted[:, 1])
        rarer = int(2 * positive.sum() <= len(y))
        found["average_precision"] = average_precision(y == rarer, predicted[:, rarer])
    return found


def score(measure: str, y: Any, predicted: Any) -> float:
    """Return one measure of predictions; NaN where it is undefined."""
    if measure == "r2":
        return r2(y, predicted)
    if measure == "log_loss":
        return log_loss(y, predicted)
    task: Task = "regression" if predicted.ndim == 1 else "classification"
    return measures(task, y, predicted).get(measure, float("nan"))


def importance(
    score_of: Callable[[Sequence[Any]], float],
    columns: Sequence[Any],
    seed: int,
    repeats: int = IMPORTANCE_REPEATS,
) -> list[dict[str, float]]:
    """Return the permutation importance of each field: how much the score drops (Breiman 2001).

    Whole fields are shuffled, before they become the columns of a matrix, as scikit-learn's
    permutation_importance shuffles columns with the same seed.

    Parameters
    ----------
    score_of : function
        Returns the score, larger is better, of columns in the order of the fields.
    columns : sequence of numpy.ndarray
        One per field.

    Returns
    -------
    list of dict
        Mean and standard deviation over the repeats, one a field; 0 for one that is not used.
    """
    import numpy as np

    before, found = score_of(columns), []
    shared = np.random.RandomState(seed).randint(1 << 31)
    for at, column in enumerate(columns):
        random, order = np.random.RandomState(shared), np.arange(len(column))
        shuffled, drops = list(columns), []
        for _ in range(repeats):
            random.shuffle(order)
            shuffled[at] = shuffled[at][order]
            drops.append(before - score_of(shuffled))
        found.append({"mean": float(np.mean(drops)), "sd": float(np.std(drops))})
    return found


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
