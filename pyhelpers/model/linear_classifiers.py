"""Fit linear classifiers in passes over blocks, in bounded memory.

Logistic models are fitted by Newton's method or L-BFGS. Linear discriminant analysis (Hastie,
Tibshirani and Friedman, The elements of statistical learning, 4.3) takes one pass; its log-odds are
linear too.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from pyhelpers.model.ensemble import RANK, LinearFit, softmax_rows
from pyhelpers.model.training_data import BlockFunction

NEWTON_COLUMNS = 1_000  # at most: a Newton step costs the cube of the columns
NEWTON_STEPS = 50
CLOSE = 1e-10  # of a Newton step, relative to the weights
ABSENT = -35.0  # log of the share of a class that occurs in no record

MapBlocks = Callable[[BlockFunction], Iterator[Any]]


def fit_logistic(map_blocks: MapBlocks, classes: int, c: float, start: Any = None) -> LinearFit:
    """Minimise the sum of -log p(true class) + |weights|^2 / 2C; intercepts are free.

    Parameters
    ----------
    map_blocks : function
        Yields a function's results for each block, once per pass.
    c : float
        Inverse of the penalty, as scikit-learn's LogisticRegression has it.
    start : LinearFit, optional
        Where the search begins.
    """
    shapes = list(map_blocks(lambda x, y, part: x.shape))
    records, columns = sum(rows for rows, _ in shapes), shapes[0][1]
    if classes == 2 and columns <= NEWTON_COLUMNS:
        return _newton(map_blocks, columns, c, start)
    return _lbfgs(map_blocks, (columns, classes, records), c, start)


def fit_logistic_matrix(classes: int, c: float, x: Any, y: Any) -> LinearFit:
    """Return the logistic model of a matrix in memory."""
    return fit_logistic(lambda function: iter([function(x, y, None)]), classes, c)


def _newton(map_blocks: MapBlocks, columns: int, c: float, start: LinearFit | None) -> LinearFit:
    import numpy as np

    weights = np.zeros(columns + 1)
    if start is not None:
        weights = np.concatenate([start.intercept, start.weights[0]])
    penalty = np.full(columns + 1, 1 / c)
    penalty[0] = 0.0
    loss, gradient, curvature = _binary_pass(map_blocks, weights, penalty)
    for _ in range(NEWTON_STEPS):
        step = np.linalg.lstsq(curvature, gradient, rcond=RANK)[0]
        scale = 1.0
        while True:  # halve the step until the loss falls
            found = _binary_pass(map_blocks, weights - scale * step, penalty)
            if found[0] <= loss + CLOSE * abs(loss) or scale < CLOSE:
                break
            scale /= 2
        weights = weights - scale * step
        loss, gradient, curvature = found
        if np.abs(step).max() <= CLOSE * max(1.0, np.abs(weights).max()):
            break
    return LinearFit(weights[:1], weights[None, 1:])


def _binary_pass(map_blocks: MapBlocks, weights: Any, penalty: Any) -> tuple[float, Any, Any]:
    """Return loss, gradient and curvature of a logistic model of two classes."""
    import numpy as np

    loss = 0.5 * float(penalty @ (weights * weights))
    gradient, curvature = penalty * weights, np.diag(penalty)
    for part in map_blocks(partial(_binary_block, weights)):
        loss += part[0]
        gradient += part[1]
        curvature += part[2]
    curvature[1:, 0] = curvature[0, 1:]
    return loss, gradient, curvature


def _binary_block(weights: Any, x: Any, y: Any, part: Any) -> tuple[float, Any, Any]:
    """Return what a block adds to loss, gradient and the upper half of the curvature."""
    import numpy as np

    gradient, curvature = np.empty_like(weights), np.zeros((len(weights), len(weights)))
    score = x @ weights[1:] + weights[0]
    chance = 0.5 * (1 + np.tanh(0.5 * score))
    loss = float((np.logaddexp(0, score) - y * score).sum())
    error, spread = chance - y, chance * (1 - chance)
    gradient[0] = error.sum()
    gradient[1:] = x.T @ error
    weighted = x * spread[:, None]
    curvature[0, 0] = spread.sum()
    curvature[0, 1:] = weighted.sum(axis=0)
    curvature[1:, 1:] = x.T @ weighted
    return loss, gradient, curvature


def _class_block(weights: Any, x: Any, y: Any, part: Any) -> tuple[float, Any]:
    """Return what a block adds to loss and gradient of a model of one or more outputs."""
    import numpy as np

    chances = softmax_rows(x @ weights[:, 1:].T + weights[:, 0])
    loss = -float(np.log(np.maximum(chances[np.arange(len(y)), y], 1e-300)).sum())
    chances[np.arange(len(y)), y] -= 1
    errors = chances[:, 1:] if len(weights) == 1 else chances
    return loss, np.concatenate([errors.sum(axis=0)[:, None], errors.T @ x], axis=1)


def _lbfgs(
    map_blocks: MapBlocks, sizes: tuple[int, int, int], c: float, start: LinearFit | None
) -> LinearFit:
    import numpy as np
    from scipy.optimize import minimize

    columns, classes, records = sizes
    outputs = 1 if classes == 2 else classes
    shape = (outputs, columns + 1)
    first = np.zeros(shape)
    if start is not None:
        first = np.concatenate([start.intercept[:, None], start.weights], axis=1)

    def objective(flat: Any) -> tuple[float, Any]:
        weights = flat.reshape(shape)
        gradient = weights / c
        gradient[:, 0] = 0.0
        loss = 0.5 * float((weights[:, 1:] ** 2).sum()) / c
        for more, added in map_blocks(partial(_class_block, weights)):
            loss += more
            gradient += added
        return loss / records, gradient.ravel() / records

    options = {"maxiter": 2_000, "gtol": 1e-7, "ftol": 1e-14}
    found = minimize(objective, first.ravel(), jac=True, method="L-BFGS-B", options=options)
    weights = found.x.reshape(shape)
    if outputs > 1:  # the loss does not depend on the intercepts' mean
        weights[:, 0] -= weights[:, 0].mean()
    return LinearFit(weights[:, 0], weights[:, 1:])


def fit_discriminant(map_blocks: MapBlocks, classes: int, shrinkage: float) -> LinearFit:
    """Return linear discriminant analysis: normal distributions of one covariance.

    Parameters
    ----------
    map_blocks : function
        As in `fit_logistic`.
    shrinkage : float
        Share of the mean variance's diagonal in the covariance.
    """
    import numpy as np

    blocks = list(map_blocks(partial(_moments, classes)))
    counts, sums, squares = (sum(parts) for parts in zip(*blocks, strict=True))
    means = sums / np.maximum(counts, 1)[:, None]
    records, size = counts.sum(), len(squares)
    spread = (squares - (means * counts[:, None]).T @ means) / records
    floor = shrinkage * max(np.trace(spread) / size, RANK)
    spread = (1 - shrinkage) * spread + floor * np.eye(size)
    weights = np.linalg.lstsq(spread, means.T, rcond=RANK)[0].T
    shares = np.where(counts > 0, np.log(np.maximum(counts, 1) / records), ABSENT)
    intercept = shares - 0.5 * (weights * means).sum(axis=1)
    if classes == 2:
        return LinearFit(intercept[1:] - intercept[:1], weights[1:] - weights[:1])
    return LinearFit(intercept, weights)


def _moments(classes: int, x: Any, y: Any, part: Any) -> tuple[Any, Any, Any]:
    """Return a block's records and sums of each class, and its sums of products."""
    import numpy as np

    of_class = np.eye(classes)[y]
    return of_class.sum(axis=0), of_class.T @ x, x.T @ x
