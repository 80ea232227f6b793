"""Rows as the arrays that scikit-learn takes."""

from collections.abc import Iterable, Sequence
from typing import Any

from project_package.contract.schema import Feature, Row


def matrix(rows: Iterable[Row], features: Sequence[Feature]) -> Any:
    """Return rows as an array: of float where all fields are numbers, else of objects."""
    import numpy as np

    numeric = all(feature.kind == "number" for feature in features)
    return np.array(list(rows), dtype=float if numeric else object)
