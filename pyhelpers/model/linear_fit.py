"""Fit linear and ridge models in one pass over blocks, in bounded memory.

Least squares keep the triangle of a QR decomposition of [1, X, y] for each fold (Golub and Van
Loan, Matrix Computations, 5.3).
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce
from typing import Any

from pyhelpers.model.derived_features import PARTS
from pyhelpers.model.ensemble import RANK, LinearFit
from pyhelpers.model.linear_model import PlainModel
from pyhelpers.model.preprocessing import Document
from pyhelpers.model.schema import Feature
from pyhelpers.model.training_data import PreparedData


def triangle(x: Any, y: Any, part: Any = None) -> Any:
    """Return the triangle R of a QR decomposition of [1, X, y]."""
    import numpy as np

    table = np.empty((len(y), x.shape[1] + 2))
    table[:, 0], table[:, 1:-1], table[:, -1] = 1.0, x, y
    return np.linalg.qr(table, mode="r")


def fold_triangles(folds: Sequence[int], x: Any, y: Any, part: Any) -> list[Any]:
    """Return the triangle of a block's records of each fold."""
    return [triangle(x[part == fold], y[part == fold]) for fold in folds]


def _joined(triangles: Sequence[Any]) -> Any:
    import numpy as np

    return np.linalg.qr(np.concatenate(triangles), mode="r")


def solve(r: Any, alpha: float = 0.0) -> LinearFit:
    """Return the least-squares weights of a triangle, of least norm where several are as good.

    Parameters
    ----------
    alpha : float
        Penalty on the sum of the squared weights (ridge); the intercept is free.
    """
    import numpy as np

    size = r.shape[1] - 2
    centred = r[1:, 1:]  # of the columns less their means
    a, b = centred[:, :size], centred[:, size]
    if alpha:
        a = np.concatenate([a, np.sqrt(alpha) * np.eye(size)])
        b = np.concatenate([b, np.zeros(size)])
    weights = np.linalg.lstsq(a, b, rcond=RANK)[0]
    means = r[0, 1:] / r[0, 0]
    return LinearFit(np.array([means[size] - means[:size] @ weights]), weights[None])


class LeastSquares:
    """Triangles of the folds, for linear and ridge models of any penalty: one pass over the data.

    There is one per set of folds where columns depend on the target.

    Parameters
    ----------
    map_blocks : function
        `PreparedData.map_blocks`, or that of a cluster.
    """

    def __init__(self, data: PreparedData, map_blocks: Callable[..., Iterator[Any]]) -> None:
        self._map_blocks = map_blocks
        self._of_fold: dict[int, Any] = {}
        self._of_folds: dict[tuple[int, ...], Any] = {}
        if data.has_means("linear"):
            return
        folds = list(range(data.folds))
        for of_folds in map_blocks(partial(fold_triangles, folds), "linear", folds, folds):
            for fold, block in enumerate(of_folds):
                known = self._of_fold.get(fold)
                self._of_fold[fold] = block if known is None else _joined([known, block])

    def fit(self, folds: Sequence[int], alpha: float = 0.0) -> LinearFit:
        """Return the model of the records of some folds."""
        key = tuple(folds)
        if key not in self._of_folds:
            if self._of_fold:
                self._of_folds[key] = _joined([self._of_fold[fold] for fold in folds])
            else:
                blocks = self._map_blocks(triangle, "linear", folds, folds)
                self._of_folds[key] = reduce(lambda *pair: _joined(pair), blocks)
        return solve(self._of_folds[key], alpha)


def plain_model(data: PreparedData, fit: LinearFit) -> PlainModel:
    """Return a fitted model as coefficients of the fields themselves."""
    tables = {at: means.table(range(data.folds)) for at, means in data.means.items()}
    intercept, left = fit.intercept.copy(), fit.weights
    terms = []
    for at, (feature, document) in enumerate(zip(data.features, data.fields, strict=True)):
        count, term, constant = _term(feature, document, tables.get(at), left)
        terms.append({"name": feature.name, "kind": feature.kind} | term)
        intercept += constant
        left = left[:, count:]
    return PlainModel({"intercept": intercept.tolist(), "classes": data.classes, "terms": terms})


def _number_term(document: Document, weights: Any) -> Document:
    scaled = (weights / document["scale"]).tolist()
    return {"fill": document["fill"], "center": document["center"], "weights": scaled}


def _term(
    feature: Feature, document: Document, table: Any, weights: Any
) -> tuple[int, Document, Any]:
    """Return how many columns a field has, its term, and what it adds to the intercept.

    Parameters
    ----------
    weights : numpy.ndarray, shape (outputs, columns)
        Of this field's columns and of those after it.
    """
    import numpy as np

    if document["kind"] == "number":
        return 1, _number_term(document, weights[:, 0]), 0.0
    if document["kind"] == "date":
        parts = [
            {"at": PARTS.index(part["part"])} | _number_term(part, weights[:, column])
            for column, part in enumerate(document["parts"])
        ]
        return len(parts), {"parts": parts}, 0.0
    if document["kind"] == "category" and document["own"]:
        own, flag = document["own"], document["flag"]
        missing = weights[:, own] if flag else np.zeros(len(weights))
        of = dict(zip(feature.categories, weights[:, :own].T.tolist(), strict=True))
        return own + flag, {"weights": of, "missing": missing.tolist()}, 0.0
    scales, count = document["scales"], len(document["scales"])
    scaled = weights[:, :count] / np.array([scale["scale"] for scale in scales])
    constant = -scaled @ np.array([scale["center"] for scale in scales])
    if document["kind"] == "text":
        by_bucket = (np.asarray(document["components"]) @ scaled.T).tolist()
        known = {name: document[name] for name in ("sizes", "bits")}
        idf = np.asarray(document["idf"]).tolist()
        return count, known | {"idf": idf, "weights": by_bucket}, constant
    added = (table @ scaled.T).tolist()
    of = dict(zip(feature.categories, added, strict=False))
    return count, {"weights": of, "missing": added[-2], "unseen": added[-1]}, constant
