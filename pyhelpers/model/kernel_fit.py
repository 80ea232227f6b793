"""Fit kernel members: ridge regression and logistic models on similarities to training records.

Of many records some are drawn as centers (Williams and Seeger, Using the Nystroem method to speed
up kernel machines, 2001); with a center for each, the fit is exact.
"""

from collections.abc import Callable
from typing import Any

from pyhelpers.model.ensemble import LinearFit
from pyhelpers.model.kernel_machine import similarities

CENTERS = 600  # at most: each costs time at every prediction
DIGITS = 4  # of the centers' numbers, in deviations: more would make the file larger, not better
SMALLEST = 1e-8  # of the similarities' eigenvalues, relative to the largest
PENALTIES = [10.0**power for power in (-4, -3.5, -3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2)]


def fit_kernel(
    x: Any, y: Any, width: float, seed: int, fit: Callable[[Any, Any], LinearFit]
) -> dict[str, Any]:
    """Return a fitted kernel member's `intercept`, `weights` and `kernel`.

    Parameters
    ----------
    x : numpy.ndarray, shape (records, columns)
        Of the linear view.
    width : float
        The kernel's, relative to the records' mean distance.
    fit : function
        Fits a linear model to columns whose products are the similarities.
    """
    import numpy as np

    spread = float(x.var(axis=0).sum()) or 1.0
    gamma = 1.0 / (width**2 * spread)
    drawn = np.random.default_rng(seed).permutation(len(x))[:CENTERS]
    centers = np.unique(np.round(x[drawn], DIGITS), axis=0)
    values, vectors = np.linalg.eigh(similarities(centers, centers, gamma))
    kept = values > SMALLEST * values[-1]
    white = vectors[:, kept] / np.sqrt(values[kept])
    found = fit(similarities(x, centers, gamma) @ white, y)
    weights = found.weights @ white.T
    kernel = {"gamma": gamma, "centers": centers.tolist()}
    return {"intercept": found.intercept.tolist(), "weights": weights.tolist(), "kernel": kernel}


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
