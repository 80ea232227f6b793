"""Choose the members of a blend and their weights, from out-of-fold predictions."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

BAGS = 12  # bootstrap samples on which the members of a blend are chosen
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
