"""The candidates of --model auto, in the order in which they are tried."""

from collections.abc import Sequence
from itertools import zip_longest

from pyhelpers.model.candidates import LINEAR, PLAIN_ROUNDS, Candidate
from pyhelpers.model.metrics import Task

RIDGES, LOGISTICS, SHRINKAGES = (1.0, 100.0, 10.0), (1.0, 0.01, 100.0, 0.1), (0.001, 0.1)
WIDTHS = (2.0, 5.0, 1.0)  # of kernels for regressions
KERNELS = ((2.0, 100.0), (4.0, 100.0), (2.0, 1000.0), (2.0, 10.0))  # width and C, for classes
KERNEL_RECORDS = 20_000  # at most: with more, trees do better and kernels take long
EARLY_RECORDS = 3_000  # at most, with which kernels take less time than trees
SLOW_LOGISTIC = 5_000  # records times classes, with which a logistic model takes seconds
# For 100,000 rows: of a leaf of a small tree, of a tree of more than 256 leaves, and of each class.
SECONDS_OF_LEAVES, SECONDS_OF_LARGE, SECONDS_OF_SHARES = 4e-5, 2.5e-2, 1e-3
DRAWN = 24  # further candidates that are drawn


def candidates(task: Task, seed: int = 0) -> list[Candidate]:
    """Return the candidates of --model auto: the simplest first, then drawn ones."""
    half = {"max_features": 0.5}
    trees = [
        Candidate("boosting"),
        Candidate("extratrees", {"min_samples_leaf": 2} | half),
        Candidate("boosting", {"learning_rate": 0.05, "max_leaf_nodes": 8} | half),
        Candidate("forest", {"min_samples_leaf": 2} | half),
        Candidate("boosting", {"learning_rate": 0.03, "max_leaf_nodes": 24, "l2": 1.0} | half),
        Candidate("extratrees", {"min_samples_leaf": 1, "max_features": 1.0}),
        Candidate("forest", {"min_samples_leaf": 5}),
    ]
    if task == "regression":
        linear = [Candidate("linear"), *(Candidate("ridge", {"alpha": a}) for a in RIDGES)]
    else:
        linear = [Candidate("logistic", {"C": c}) for c in LOGISTICS]
        linear += [Candidate("discriminant", {"shrinkage": share}) for share in SHRINKAGES]
    both = zip_longest(trees, _kernels(task))
    return [*linear, *(one for pair in both for one in pair if one), *_drawn(seed)]


def _kernels(task: Task) -> list[Candidate]:
    if task == "regression":
        return [Candidate("kernel", {"width": width}) for width in WIDTHS]
    return [Candidate("kernel", {"width": width, "C": c}) for width, c in KERNELS]


def _drawn(seed: int) -> list[Candidate]:
    """Return candidates with drawn hyperparameters, mostly boosting."""
    import numpy as np

    random, found = np.random.default_rng(seed), []
    for number in range(DRAWN):
        share = float(random.choice([0.3, 0.5, 0.7, 1.0]))
        if number % 4 == 3:
            leaf = int(random.choice([1, 2, 4, 8]))
            kind = "extratrees" if number % 8 == 3 else "forest"
            found.append(Candidate(kind, {"min_samples_leaf": leaf, "max_features": share}))
            continue
        settings = {
            "learning_rate": float(random.choice([0.02, 0.04, 0.08])),
            "max_leaf_nodes": int(random.choice([4, 6, 12, 20, 40, 80])),
            "min_samples_leaf": int(random.choice([5, 10, 20, 40])),
            "l2": float(random.choice([0.0, 0.3, 3.0, 30.0])),
            "max_features": share,
        }
        found.append(Candidate("boosting", settings))
    return found


def in_order(wanted: Sequence[Candidate], records: int, classes: int) -> list[Candidate]:
    """Return candidates in the order in which they are tried, the cheap ones first.

    The first, a baseline, is finished whatever time there is: for many records of several classes a
    discriminant, which takes one pass over them.

    Parameters
    ----------
    classes : int
        0 for a regression.
    """
    slow = classes > 2 and classes * records > SLOW_LOGISTIC
    early = records <= EARLY_RECORDS

    def turn(candidate: Candidate) -> int:
        if candidate.model == "discriminant" and slow:
            return 0
        return 1 if candidate.model in LINEAR or (candidate.model == "kernel" and early) else 2

    if records > KERNEL_RECORDS:
        wanted = [one for one in wanted if one.model != "kernel"]
    return sorted(wanted, key=turn)


def batch_seconds(candidate: Candidate, rounds: int | None, records: int, classes: int) -> float:
    """Return about how long a candidate takes for 100,000 rows, by numpy on one core.

    Parameters
    ----------
    records : int
        From which it learns; they limit the leaves of its trees.
    """
    outputs = classes if classes > 2 else 1
    if candidate.view == "linear":
        return 0.5 if candidate.model == "kernel" else 0.1
    if candidate.view == "boosting":
        leaves = float(min(candidate.settings.get("max_leaf_nodes", 31), records))
        return (rounds or PLAIN_ROUNDS) * outputs * leaves * SECONDS_OF_LEAVES
    leaves = float(records / candidate.settings.get("min_samples_leaf", 1))
    trees = 100 * min(leaves * SECONDS_OF_LEAVES, SECONDS_OF_LARGE)
    return trees + 100 * outputs * SECONDS_OF_SHARES
