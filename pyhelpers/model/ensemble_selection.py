"""Choose members, weights and the temperature of a blend, from out-of-fold predictions."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from math import sqrt
from typing import Any

from pyhelpers.model.ensemble import calibrated
from pyhelpers.model.metrics import log_loss

BAGS = 12  # bootstrap samples on which the members of a blend are chosen
TEMPERATURES = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0]
LEAST_WEIGHT = 0.03  # of a member: each costs time at every prediction


def select_members(
    outputs: Sequence[Any], score: Callable[[Any], float], most: int = 50
) -> tuple[dict[int, float], float]:
    """Choose members and weights greedily, with repetition (Caruana et al. 2004).

    Starts with the best single one; adds the one that improves the mean most, while one does.

    Parameters
    ----------
    outputs : sequence of numpy.ndarray
        Each candidate's out-of-fold numbers or probabilities.
    score : function
        Larger is better.

    Returns
    -------
    (dict of int to float, float)
        The weight of each chosen candidate, and the score of their mean.
    """
    chosen: list[int] = []
    total: Any = 0.0
    best = float("-inf")
    for size in range(1, most + 1):
        scores = [score((total + one) / size) for one in outputs]
        at = max(range(len(scores)), key=scores.__getitem__)
        if chosen and scores[at] <= best + 1e-12 * abs(best):
            break
        chosen.append(at)
        total, best = total + outputs[at], scores[at]
    return {at: chosen.count(at) / len(chosen) for at in sorted(set(chosen))}, best


def bagged_weights(
    outputs: Sequence[Any], score_of: Callable[..., float], records: int
) -> dict[int, float]:
    """Return the mean weights that `select_members` gives on bootstrap samples of the records.

    What a selection on few records owes to chance is not the same in each sample (Caruana et al.
    2006, Getting the most out of ensemble selection, bag models instead). Weights below
    LEAST_WEIGHT are dropped.

    Parameters
    ----------
    score_of : function
        Returns the score of outputs for some `rows`, larger is better.
    """
    import numpy as np

    drawn, total = np.random.default_rng(0), Counter[int]()
    for _ in range(BAGS):
        rows = np.sort(drawn.integers(0, records, records))
        some = [of[rows] for of in outputs]
        total.update(select_members(some, partial(score_of, rows=rows))[0])
    kept = {at: weight for at, weight in sorted(total.items()) if weight >= BAGS * LEAST_WEIGHT}
    return {at: weight / sum(kept.values()) for at, weight in kept.items()}


def temperature(records: Any, outputs: Any) -> float | None:
    """Return the temperature of probabilities where cross-validation says that it helps.

    Each fold's probabilities are calibrated with the best temperature of the other folds.
    """
    import numpy as np

    def best(rows: Any) -> float:
        return min(
            TEMPERATURES, key=lambda t: log_loss(records.y[rows], calibrated(outputs[rows], t))
        )

    changed = outputs.copy()
    folds = np.unique(records.fold)
    for fold in folds:
        rows = records.fold == fold
        changed[rows] = calibrated(outputs[rows], best(~rows))
    gains = [
        log_loss(records.y[records.fold == f], outputs[records.fold == f])
        - log_loss(records.y[records.fold == f], changed[records.fold == f])
        for f in folds
    ]
    if len(gains) < 2 or np.mean(gains) <= np.std(gains, ddof=1) / sqrt(len(gains)):
        return None
    found = best(np.ones(len(records.y), bool))
    return found if found != 1.0 else None


def of_true_class(y: Any, outputs: Sequence[Any]) -> tuple[Any, list[Any]]:
    """Return the class and the probabilities that log loss takes: those of each record's class.

    It has the same bits for them as for the probabilities of all classes, and takes a fraction of
    the time.

    Parameters
    ----------
    y : numpy.ndarray of int, shape (records,)
        Positions among the classes.
    outputs : sequence of numpy.ndarray, shape (records, classes)

    Returns
    -------
    (numpy.ndarray, list of numpy.ndarray)
        Zeros, and arrays of shape (records, 1).

    Examples
    --------
    >>> import numpy as np
    >>> of_true_class(np.array([1, 0]), [np.array([[0.2, 0.8], [0.9, 0.1]])])
    (array([0, 0]), [array([[0.8],
           [0.9]])])
    """
    import numpy as np

    return np.zeros_like(y), [of[np.arange(len(y)), y][:, None] for of in outputs]
