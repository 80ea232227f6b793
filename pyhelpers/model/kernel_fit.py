"""Fit kernel members: ridge regression and logistic models on similarities to training records.

Of many records some are drawn as centers (Williams and Seeger, Using the Nystroem method to speed
up kernel machines, 2001); with a center for each, the fit is exact.
"""

from typing import Any

from pyhelpers.model.ensemble import LinearFit
from pyhelpers.model.kernel_machine import similarities
from pyhelpers.model.linear_classifiers import fit_logistic

CENTERS = 600  # at most: each costs time at every prediction
DIGITS = 4  # of the centers' numbers, in deviations: more would make the file larger, not better
SMALLEST = 1e-8  # of the similarities' eigenvalues, relative to the largest
PENALTIES = [10.0**power for power in (-4, -3.5, -3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2)]


def fit_kernel(x: Any, y: Any, classes: int, settings: dict[str, float], seed: int) -> dict[str, Any]:
    """Return a fitted kernel member's `intercept`, `weights` and `kernel`.

    Parameters
    ----------
    x : numpy.ndarray, shape (records, columns)
        Of the linear view.
    classes : int
        0 for a regression, whose penalty is chosen by leaving one record out.
    settings : dict
        `width`: the kernel's, relative to the records' mean distance; `C` for classes.
    """
    import numpy as np

    spread = float(x.var(axis=0).sum()) or 1.0
    gamma = 1.0 / (settings["width"] ** 2 * spread)
    drawn = np.random.default_rng(seed).permutation(len(x))[:CENTERS]
    centers = np.unique(np.round(x[drawn], DIGITS), axis=0)
    values, vectors = np.linalg.eigh(similarities(centers, centers, gamma))
    kept = values > SMALLEST * values[-1]
    white = vectors[:, kept] / np.sqrt(values[kept])
    z = similarities(x, centers, gamma) @ white
    fit = _fit_logistic(z, y, classes, settings["C"]) if classes else fit_ridge(z, y)
    weights = fit.weights @ white.T
    kernel = {"gamma": gamma, "centers": centers.tolist()}
    return {"intercept": fit.intercept.tolist(), "weights": weights.tolist(), "kernel": kernel}


def _fit_logistic(z: Any, y: Any, classes: int, c: float) -> LinearFit:
    return fit_logistic(lambda function: iter([function(z, y, None)]), classes, c)


def fit_ridge(z: Any, y: Any) -> LinearFit:
    """Return ridge regression with the penalty whose leave-one-out errors are least."""
    import numpy as np

    means, mean = z.mean(axis=0), float(y.mean())
    centred = z - means
    values, vectors = np.linalg.eigh(centred.T @ centred)
    values = np.maximum(values, 0.0)
    turned = centred @ vectors
    squares, goal = turned * turned, turned.T @ (y - mean)
    best, chosen = np.inf, goal
    for penalty in PENALTIES:
        weights = goal / (values + penalty)
        leverage = 1 / len(y) + squares @ (1 / (values + penalty))
        errors = (y - mean - turned @ weights) / np.maximum(1 - leverage, 1e-9)
        loss = float((errors * errors).mean())
        if loss < best:
            best, chosen = loss, weights
    weights = vectors @ chosen
    return LinearFit(np.array([mean - means @ weights]), weights[None])
