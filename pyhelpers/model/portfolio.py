"""The candidates of --model auto, in the order in which they are tried."""

from itertools import zip_longest

from pyhelpers.model.candidates import Candidate
from pyhelpers.model.metrics import Task

RIDGES, LOGISTICS, SHRINKAGES = (1.0, 100.0, 10.0), (1.0, 0.01, 100.0, 0.1), (0.001, 0.1)
WIDTHS = (2.0, 5.0, 1.0)  # of kernels for regressions
KERNELS = ((2.0, 100.0), (4.0, 100.0), (2.0, 1000.0), (2.0, 10.0))  # width and C, for classes
KERNEL_RECORDS = 20_000  # at most: with more, trees do better and kernels take long
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
