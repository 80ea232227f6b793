"""The fields of a model's rows: names, types, checks of their values, and arrays of rows."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from pyhelpers import KitError
from pyhelpers.csvio.table import MISSING
from pyhelpers.model.values import CLOCK, category_key, date_of, date_text, parser_of

Value = float | str | None
Row = Sequence[Value]
SHOWN = 60  # characters of a bad value that a message quotes
NAMED = 50  # fields or columns that a message names
LARGEST_FLOAT = 3e38  # forests hold numbers in 32 bits, and refuse larger ones
MISSING_CODE, UNKNOWN_CODE = -1, -2  # in place of a position among the categories


class BadValue(ValueError):
    """A value that the model cannot use.

    Attributes
    ----------
    row : int or None
        Position of the row in the request, from 0.
    name : str or None
        Name of the field.
    """

    def __init__(self, what: str, row: int | None = None, name: str | None = None) -> None:
        super().__init__(what)
        self.row, self.name = row, name


@dataclass(frozen=True)
class Feature:
    """A field of a model's rows.

    Attributes
    ----------
    kind : {"number", "category", "date", "text"}
        Type of the values; each may be missing.
    missing : int
        Number of training records without a value.
    low, middle, high : float or None
        A number's minimum, median and maximum in the training data; of a date in days since
        1970-01-01.
    categories : list of str
        A category's values in the training data, the most frequent first; one example of a text.
    form : str
        How numbers or dates are written: "plain", "marked" (currency, thousands), or a format of
        dates.
    absent : list of str or None
        Texts that are missing values; None for those that pandas takes for missing.
    """

    name: str
    kind: Literal["number", "category", "date", "text"]
    missing: int = 0
    low: float | None = None
    middle: float | None = None
    high: float | None = None
    categories: list[str] = field(default_factory=list)
    form: str = "plain"
    absent: list[str] | None = None

    @cached_property
    def missing_texts(self) -> frozenset[str]:
        """Texts that are missing values."""
        return MISSING if self.absent is None else frozenset(self.absent)

    @cached_property
    def spellings(self) -> dict[str, str]:
        """The known categories by `category_key`."""
        return {category_key(name): name for name in reversed(self.categories)}

    @property
    def what(self) -> str:
        """What one of the values is, for messages."""
        return "time of day" if self.form == CLOCK else self.kind

    @property
    def is_plain_number(self) -> bool:
        """Whether the values are numbers without marks, missing where pandas says so."""
        return self.kind == "number" and self.form == "plain" and self.absent is None

    def typical(self) -> Value:
        """Return a typical value: the median, or the most frequent category."""
        if self.kind == "number":
            return self.middle
        if self.kind == "date":
            return None if self.middle is None else date_text(self.middle, self.form)
        return self.categories[0] if self.categories else None

    def unseen(self, value: Value) -> bool:
        """Return whether training never had such a value: an unknown category, a number beyond."""
        if value is None or self.kind == "text":
            return False
        if isinstance(value, str):
            return bool(self.categories) and category_key(value) not in self.spellings
        return self.low is not None and not self.low <= value <= (self.high or 0.0)


def shown_names(names: Sequence[str]) -> str:
    """Return names for a message, the first fifty of many."""
    shown = [name if name == name.strip() and name else repr(name) for name in names[:NAMED]]
    return ", ".join(shown) + (" ..." if len(names) > NAMED else "")


def quote(value: object) -> str:
    """Return a bad value for a message, shortened if it is long.

    Examples
    --------
    >>> quote("tall")
    "'tall'"
    """
    return shortened(repr(value))


def shortened(text: str) -> str:
    """Return a text for a message, cut if it is long."""
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."


def value_of_text(feature: Feature, text: str) -> Value:
    """Return the value of a CSV field; BadValue for a text in a column of numbers or dates.

    A category that is written otherwise than in training (1.0 for 1, TRUE for true) is the known
    one.
    """
    if feature.kind == "category":
        known = feature.spellings.get(category_key(text))
        if known is not None:
            return known
    if text in feature.missing_texts:
        return None
    if feature.kind in ("category", "text"):
        return text
    number = parser_of(feature.form)(text)
    if number is None and feature.kind == "date" and feature.form != CLOCK:
        number = date_of(text, "iso")
    if number is None:
        raise BadValue(f"{quote(text)} is not a {feature.what}", name=feature.name)
    return number


def value_of_json(feature: Feature, value: object) -> Value:
    """Return the value of a JSON value.

    Numbers may be strings, not booleans. Categories may be whole numbers or booleans, which become
    texts.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return value_of_text(feature, value)
    if feature.kind == "category" and (isinstance(value, bool | int) or _is_whole(value)):
        return value_of_text(feature, str(value))
    if feature.kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) <= 1.7976931348623157e308:
            return float(value)
        raise BadValue("the number is too large", name=feature.name)
    wanted = f"a {feature.what}" if feature.kind in ("number", "date") else "a text"
    raise BadValue(f"{shortened(json.dumps(value))} is not {wanted}", name=feature.name)


def _is_whole(value: object) -> bool:
    return isinstance(value, float) and value.is_integer()


class Schema:
    """The fields of a model's rows, in the model's order."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self.features = list(features)
        self.names = [feature.name for feature in features]

    def row_of_record(self, record: Mapping[str, Any], row: int) -> list[Value]:
        """Return a JSON object as a row; names that are not fields are ignored."""
        try:
            return [value_of_json(feature, record[feature.name]) for feature in self.features]
        except KeyError as missing:
            name = missing.args[0]
            have = shown_names(self.names)
            raise BadValue(f"is missing; the fields are: {have}", row, name) from None
        except BadValue as error:
            raise BadValue(str(error), row, error.name) from None

    def row_of_list(self, values: Sequence[Any], row: int) -> list[Value]:
        """Return a list of JSON values, in the order of the fields, as a row."""
        if len(values) != len(self.features):
            needed = f"{len(self.features)} are needed: {shown_names(self.names)}"
            raise BadValue(f"has {len(values)} values; {needed}", row)
        try:
            return [value_of_json(*pair) for pair in zip(self.features, values, strict=True)]
        except BadValue as error:
            raise BadValue(str(error), row, error.name) from None

    def positions(self, names: Sequence[str], source: str) -> list[int]:
        """Return the columns of the fields in a header; a KitError names a missing one."""
        places = {name: at for at, name in reversed([*enumerate(names)])}  # the first of a name
        missing = [name for name in self.names if name not in places]
        if missing:
            have = shown_names(names)
            what = f"no column {missing[0]!r}, which the model needs"
            raise KitError(f"{source}: {what}; the columns are: {have}")
        return [places[name] for name in self.names]


def matrix(rows: Iterable[Row], features: Sequence[Feature]) -> Any:
    """Return rows as an array for a pipeline.

    Returns
    -------
    numpy.ndarray, shape (rows, features)
        Of float with NaN for missing values; with categories, of objects with None.
    """
    import numpy as np

    numeric = all(feature.kind in ("number", "date") for feature in features)
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
