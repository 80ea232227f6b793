"""Linear and logistic models as JSON coefficients, evaluated by Python without packages."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyhelpers.model.schema import Row

Label = float | int | str
Scores = list[float]


class PlainModel:
    """A linear or logistic model as its coefficients.

    A number x (`fill` if missing) adds `(x - center) * weights`; a category adds its entry of
    `weights` (`missing` if missing), or nothing if it was not in the training data. Centers are
    separate from weights, so columns of large values lose no digits.

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
            weights, scale = term["weights"], 1.0
            if term["kind"] == "number":
                scale = (term["fill"] if value is None else value) - term["center"]
            else:
                weights = term["missing"] if value is None else weights.get(value, ())
            for position, weight in enumerate(weights):
                total[position] += scale * weight
        return total

    def predict(self, rows: Iterable[Row]) -> list[Label]:
        """Return each row's number or class; each row is predicted independently."""
        if self.classes is None and self._simple:
            return [self._score(row) for row in rows]
        return [self._decide(self.scores(row)) for row in rows]

    def _decide(self, scores: Scores) -> Label:
        if self.classes is None:
            return scores[0]
        if len(scores) == 1:
            return self.classes[scores[0] > 0]
        return self.classes[scores.index(max(scores))]

    def probabilities(self, rows: Iterable[Row]) -> list[list[float]]:
        """Return each row's probability of each class (logistic, softmax)."""
        return [softmax(self.scores(row)) for row in rows]


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
