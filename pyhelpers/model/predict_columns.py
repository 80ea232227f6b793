"""Predict whole columns at once, bit for bit as row by row."""

from typing import Any

from pyhelpers.model.linear_model import Label, PlainModel
from pyhelpers.model.load import Predictor
from pyhelpers.model.skops_pipeline import Pipeline


def predict_columns(predictor: Predictor, columns: list[Any]) -> list[Label] | None:
    """Return the predictions for a block of rows; None where one is not finite, or is refused.

    Parameters
    ----------
    columns : list of numpy.ndarray, shape (rows,)
        One per field: numbers with NaN, or texts with None, for missing values.
    """
    if isinstance(predictor, PlainModel):
        return _plain(predictor, columns)
    assert isinstance(predictor, Pipeline)
    try:
        answers: list[Label] = predictor.estimator.predict(_stacked(columns)).tolist()
    except ValueError:  # predicting row by row names the bad value
        return None
    return answers


def _stacked(columns: list[Any]) -> Any:
    import numpy as np

    numeric = all(column.dtype != object for column in columns)
    x = np.empty((len(columns[0]), len(columns)), dtype=float if numeric else object)
    for at, column in enumerate(columns):
        known = column if numeric or column.dtype == object else _with_none(column)
        x[:, at] = known
    return x


def _with_none(column: Any) -> Any:
    import numpy as np

    return np.where(np.isnan(column), None, column.astype(object))


def _plain(model: PlainModel, columns: list[Any]) -> list[Label] | None:
    import numpy as np

    count = len(columns[0])
    scores = [np.full(count, start) for start in model.intercept]
    with np.errstate(over="ignore", invalid="ignore"):
        for column, term in zip(columns, model.terms, strict=True):
            for score, added in zip(scores, _added(column, term, len(scores)), strict=True):
                score += added
    return _decided(model, scores)


def _added(column: Any, term: dict[str, Any], outputs: int) -> list[Any]:
    """Return what a field adds to the scores of each output, as in `PlainModel.scores`."""
    import numpy as np

    if term["kind"] == "number":
        known = np.where(np.isnan(column), term["fill"], column) - term["center"]
        return [known * weight for weight in term["weights"]]
    names, where = np.unique(column.astype(str), return_inverse=True)
    nothing = [0.0] * outputs
    weights = np.array([term["weights"].get(str(name), nothing) for name in names], dtype=float)
    rows = weights[where]
    rows[[value is None for value in column]] = term["missing"]
    return list(rows.T)


def _decided(model: PlainModel, scores: list[Any]) -> list[Label] | None:
    import numpy as np

    if not all(np.isfinite(score).all() for score in scores):
        return None

    if model.classes is None:
        numbers: list[Label] = scores[0].tolist()
        return numbers
    chosen = scores[0] > 0 if len(scores) == 1 else np.argmax(scores, axis=0)
    return [model.classes[number] for number in chosen.astype(int).tolist()]
