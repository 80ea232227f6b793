"""Predict by coefficients, without scikit-learn."""

from typing import Any

from project_package.contract.linear_model import PlainModel
from project_package.contract.schema import Feature

Predictor = PlainModel


def predictor_of(document: dict[str, Any], features: list[Feature]) -> Predictor:
    """Return the predictor of a model's document."""
    return PlainModel(document["coefficients"])
