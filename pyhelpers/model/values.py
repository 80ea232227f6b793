"""Rows as the arrays that scikit-learn takes."""

from collections.abc import Iterable, Sequence
from typing import Any

from pyhelpers.model.schema import Feature, Row


def matrix(rows: Iterable[Row], features: Sequence[Feature]) -> Any:
    """Return rows as the array that a pipeline is trained on and asked with.

    Returns
    -------
    numpy.ndarray, shape (rows, features)
        Of float with NaN for what is missing; of objects with None where there are categories.
    """
    import numpy as np

    numeric = all(feature.kind == "number" for feature in features)
    return np.array(list(rows), dtype=float if numeric else object)
