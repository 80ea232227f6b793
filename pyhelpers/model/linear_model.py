"""Linear and logistic models as JSON coefficients, evaluated by Python without packages."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyhelpers.model.schema import Feature, Row, Value, matrix

Label = float | int | str
Scores = list[float]


class PlainModel:
    """A linear or logistic model as its coefficients.

    A number x (`fill` if missing) adds `(x - center) * weights`; a category adds its entry of
    `weights` (`missing` if missing), or `unseen` (nothing without it) if it was not in the training
    data. A date adds its parts as numbers, a text its weighted n-grams. Centers are separate from
    weights, so columns of large values lose no digits.

    Parameters
    ----------
    document : mapping
        As `to_json` returns it: `intercept` (K scores), `classes` (None for a regression; two
        classes for K = 1, else K), `terms` (one per field, in order).
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.intercept: Scores = list(document["intercept"])
        self.classes: list[Label] | None = document["classes"]
        self.terms: list[dict[str, Any]] = list(document["terms"])
        self._numbers = [
            (term["fill"], term["center"], term["weights"][0])
            for term in self.terms
            if term["kind"] == "number"
        ]
        only_numbers = len(self._numbers) == len(self.terms)
        self._simple = only_numbers and len(self.intercept) == 1

    def to_json(self) -> dict[str, Any]:
        """Return the coefficients as a JSON document."""
        return {"intercept": self.intercept, "classes": self.classes, "terms": self.terms}

    def _score(self, row: Row) -> float:
        total = self.intercept[0]
        for value, (fill, center, weight) in zip(row, self._numbers, strict=True):
            total += ((fill if value is None else value) - center) * weight
        return total

    def scores(self, row: Row) -> Scores:
        """Return a row's K scores: the prediction itself, or log-odds."""
        if self._simple:
            return [self._score(row)]
        total = list(self.intercept)
        for value, term in zip(row, self.terms, strict=True):
            for position, added in enumerate(_contribution(value, term, len(total))):
                total[position] += added
        return total

    def predict(self, rows: Iterable[Row]) -> list[Label]:
        """Return each row's number or class; each row is predicted independently."""
        if self.classes is None and self._simple:
            return [self._score(row) for row in rows]
        return [self._decide(self.scores(row)) for row in rows]

    def column_scores(self, columns: Sequence[Any]) -> list[Any]:
        """Return the scores for whole columns, one array an output."""
        return _column_scores(self, columns)

    def predict_columns(self, columns: Sequence[Any]) -> list[Label] | None:
        """Return the predictions for a block of rows; None where one is not finite.

        Parameters
        ----------
        columns : sequence of numpy.ndarray, shape (rows,)
            One per field: numbers with NaN, or texts with None, for missing values.
        """
        return _decided(self, _column_scores(self, columns))

    def probability_columns(self, columns: Sequence[Any]) -> list[list[float]] | None:
        """Return the probabilities for a block of rows; None where one is not finite."""
        scores = [column.tolist() for column in _column_scores(self, columns)]
        if not all(math.isfinite(score) for column in scores for score in column):
            return None
        return [softmax(row) for row in zip(*scores, strict=True)]

    def _decide(self, scores: Scores) -> Label:
        if self.classes is None:
            return scores[0]
        if len(scores) == 1:
            return self.classes[scores[0] > 0]
        return self.classes[scores.index(max(scores))]

    def probabilities(self, rows: Iterable[Row]) -> list[list[float]]:
        """Return each row's probability of each class (logistic, softmax)."""
        return [softmax(self.scores(row)) for row in rows]


def _column_scores(model: PlainModel, columns: Sequence[Any]) -> list[Any]:
    """Return each output's scores for whole columns, bit for bit as row by row."""
    import numpy as np

    count = len(columns[0])
    scores = [np.full(count, start) for start in model.intercept]
    with np.errstate(over="ignore", invalid="ignore"):
        for column, term in zip(columns, model.terms, strict=True):
            for score, added in zip(scores, _added(column, term, len(scores)), strict=True):
                score += added
    return scores


def _added(column: Any, term: Mapping[str, Any], outputs: int) -> list[Any]:
    """Return what a field adds to the scores of each output, as in `PlainModel.scores`."""
    import numpy as np

    if term["kind"] in ("number", "date"):
        if term["kind"] == "number":
            pairs = [(column, term)]
        else:
            from pyhelpers.model import derived_features

            names = [derived_features.PARTS[part["at"]] for part in term["parts"]]
            of = derived_features.date_part_columns(column, names)
            pairs = [(of[name], part) for name, part in zip(names, term["parts"], strict=True)]
        total = [np.zeros(len(column)) for _ in range(outputs)]
        for values, part in pairs:
            known = np.where(np.isnan(values), part["fill"], values) - part["center"]
            for sums, weight in zip(total, part["weights"], strict=True):
                sums += known * weight
        return total
    places: dict[Any, int] = {value: at for at, value in enumerate(dict.fromkeys(column))}
    found = np.array([_contribution(value, term, outputs) for value in places])
    rows = found[np.fromiter(map(places.__getitem__, column), np.intp, len(column))]
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


def _contribution(value: Any, term: Mapping[str, Any], outputs: int) -> list[float]:
    """Return what a field's value adds to each score."""
    added = [0.0] * outputs
    for scale, weights in _weighted(value, term):
        for output, weight in enumerate(weights):
            added[output] += scale * weight
    return added


def _weighted(value: Any, term: Mapping[str, Any]) -> Iterable[tuple[float, Sequence[float]]]:
    """Return factors and the weights of each output that they multiply, for a field's value."""
    kind = term["kind"]
    if kind == "number":
        return [((term["fill"] if value is None else value) - term["center"], term["weights"])]
    if kind == "category":
        unseen = term.get("unseen", ())
        return [(1.0, term["missing"] if value is None else term["weights"].get(value, unseen))]
    from pyhelpers.model import derived_features

    if kind == "text":
        found = derived_features.text_weights(value or "", term)
        return [(weight, term["weights"][bucket]) for bucket, weight in found.items()]
    parts = None if value is None else derived_features.date_parts(value)
    return [
        ((part["fill"] if parts is None else parts[part["at"]]) - part["center"], part["weights"])
        for part in term["parts"]
    ]


def softmax(scores: Sequence[float]) -> list[float]:
    """Return probabilities from log-odds; a single score belongs to the second of two classes.

    Examples
    --------
    >>> softmax([0.0])
    [0.5, 0.5]
    """
    logits = [0.0, *scores] if len(scores) == 1 else list(scores)
    top = max(logits)
    weights = [math.exp(logit - top) for logit in logits]
    total = math.fsum(weights)
    return [weight / total for weight in weights]


LINEAR = ("LinearRegression", "Ridge", "LogisticRegression")
TOLERANCE = 1e-9  # relative: the weights include the division by the scaler, which rounds
MANY_CATEGORIES = 300  # columns; the weights of each cost a prediction with all columns
UNSEEN = "\0never seen in training\0"


def _scores(pipeline: Any, rows: Sequence[Sequence[Value]], features: Sequence[Feature]) -> Any:
    """Return the scores of rows, shape (rows, K): predictions, or log-odds."""
    regression = not hasattr(pipeline, "decision_function")
    ask = pipeline.predict if regression else pipeline.decision_function
    return ask(matrix(rows, features)).reshape(len(rows), -1)


def _category_term(
    pipeline: Any, features: Sequence[Feature], base: list[Value], at: int
) -> dict[str, Any]:
    """Return what each category of one field adds to the scores of a row of unseen categories."""
    values: list[Value] = [*features[at].categories, None]
    rows = [[*base[:at], value, *base[at + 1 :]] for value in values]
    added = (_scores(pipeline, rows, features) - _scores(pipeline, [base], features)).tolist()
    weights = dict(zip(features[at].categories, added, strict=False))
    return {"kind": "category", "weights": weights, "missing": added[-1]}


def coefficients(pipeline: Any, features: Sequence[Feature]) -> PlainModel | None:
    """Return the coefficients of a fitted pipeline of `make_pipeline`.

    Returns
    -------
    PlainModel or None
        None for an estimator that is not linear, and for very many columns of categories.
    """
    import numpy as np

    estimator = pipeline.named_steps["model"]
    texts = sum(feature.kind == "category" for feature in features)
    if type(estimator).__name__ not in LINEAR or texts > MANY_CATEGORIES:
        return None
    weights = np.atleast_2d(estimator.coef_)
    base: list[Value] = [UNSEEN] * len(features)
    numbers = [at for at, feature in enumerate(features) if feature.kind == "number"]
    terms: dict[int, dict[str, Any]] = {}
    if numbers:
        steps = pipeline.named_steps["prepare"].named_transformers_["numbers"].named_steps
        for order, at in enumerate(numbers):
            center, scale = float(steps["scale"].mean_[order]), float(steps["scale"].scale_[order])
            fill = float(steps["fill"].statistics_[order])
            column = (weights[:, order] / scale).tolist()
            terms[at] = {"kind": "number", "fill": fill, "center": center, "weights": column}
            base[at] = center
    for at, feature in enumerate(features):
        if feature.kind == "category":
            terms[at] = _category_term(pipeline, features, base, at)
    return PlainModel(
        {
            "intercept": _scores(pipeline, [base], features)[0].tolist(),
            "classes": estimator.classes_.tolist() if hasattr(estimator, "classes_") else None,
            "terms": [{"name": features[at].name, **terms[at]} for at in range(len(features))],
        }
    )


def agrees(plain: PlainModel, pipeline: Any, x: Any, features: Sequence[Feature]) -> bool:
    """Return whether coefficients and a pipeline agree on rows, within `TOLERANCE`."""
    import numpy as np

    rows = [[None if value != value else value for value in row] for row in x.tolist()]
    mine = np.array([plain.scores(row) for row in rows])
    theirs = _scores(pipeline, rows, features)
    scale = max(1e-300, float(np.abs(theirs).max()))
    return bool(np.abs(mine - theirs).max() <= TOLERANCE * scale)
