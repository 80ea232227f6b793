"""Arrays of rows for scikit-learn."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pyhelpers.model.schema import BadValue, Feature, Row


def matrix(rows: Iterable[Row], features: Sequence[Feature]) -> Any:
    """Return rows as an array for a pipeline.

    Returns
    -------
    numpy.ndarray, shape (rows, features)
        Of float with NaN for missing values; with categories, of objects with None.
    """
    import numpy as np

    numeric = all(feature.kind == "number" for feature in features)
    return np.array(list(rows), dtype=float if numeric else object)


def answers_of(
    ask: Callable[[Any], Any], rows: Iterable[Row], features: Sequence[Feature]
) -> list[Any]:
    """Return the results of an estimator's method for rows.

    Raises
    ------
    BadValue
        For the first row that the estimator refuses, with its largest number: trees hold scaled
        numbers in 32 bits, where 1e39 is infinite.
    """
    import numpy as np

    x = matrix(rows, features)
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            answers: list[Any] = ask(x).tolist()
    except ValueError as error:
        row = _first_refused(ask, x)
        if row is None:
            raise
        raise too_large(x[row], row, features) from error
    return answers


def too_large(values: Sequence[Any], row: int, features: Sequence[Feature]) -> BadValue:
    """Return the error for a refused row, with its largest number."""
    numbers = [
        (abs(value), feature.name, value)
        for feature, value in zip(features, values, strict=True)
        if feature.kind == "number" and value is not None and value == value
    ]
    if not numbers:
        return BadValue("is refused by the model", row)
    _, name, value = max(numbers)
    return BadValue(f"{float(value)!r} is too large for this model", row, name)


def _first_refused(ask: Callable[[Any], Any], x: Any) -> int | None:
    """Return the first row that is refused, by bisection; None where there is none."""
    start, end = 0, len(x)
    while end - start > 1:
        middle = (start + end) // 2
        start, end = (start, middle) if _refused(ask, x[start:middle]) else (middle, end)
    return start if end > start and _refused(ask, x[start:end]) else None


def _refused(ask: Callable[[Any], Any], x: Any) -> bool:
    import numpy as np

    try:
        with np.errstate(over="ignore", invalid="ignore"):
            ask(x)
    except ValueError:
        return True
    return False
