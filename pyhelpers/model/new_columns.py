"""The columns that a batch prediction adds, and what of its input training never had."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.table import quoted
from pyhelpers.model.intervals import half_width, records_for
from pyhelpers.model.linear_model import Label
from pyhelpers.model.load import Model
from pyhelpers.model.schema import Feature, quote
from pyhelpers.model.values import date_text
from pyhelpers.text import counted

EXAMPLES = 3  # unknown categories that a message names


@dataclass(frozen=True)
class NewColumns:
    """Columns that are added to a CSV.

    Attributes
    ----------
    name : str
        Of the column of predictions.
    classes : list or None
        Classes whose probabilities are added, a column each.
    half_width : float or None
        Half the width of the prediction interval whose ends are added.
    """

    name: str = "prediction"
    classes: list[Label] | None = None
    half_width: float | None = None

    @property
    def names(self) -> list[str]:
        """Their names, in order."""
        shares = [f"{self.name}_{label}" for label in self.classes or ()]
        ends = ["low", "high"] if self.half_width is not None else []
        return [self.name, *shares, *(f"{self.name}_{end}" for end in ends)]

    def cells(
        self, labels: Sequence[Label], shares: Sequence[Sequence[float]] | None, delimiter: str
    ) -> list[list[str]]:
        """Return the fields of each column."""
        columns = [list(cells(labels, delimiter))]
        if shares is not None:
            columns += [list(map(repr, column)) for column in zip(*shares, strict=True)]
        if self.half_width is not None:
            width = self.half_width
            numbers = [float(label) for label in labels]
            columns.append([repr(number - width) for number in numbers])
            columns.append([repr(number + width) for number in numbers])
        return columns


def new_columns(
    model: Model, name: str, proba: bool = False, interval: float | None = None
) -> NewColumns:
    """Return the columns that a prediction adds.

    Raises
    ------
    KitError
        (2) For probabilities of numbers, intervals of classes, and a model without intervals.
    """
    classes = model.card["classes"]
    if proba and classes is None:
        raise KitError(f"{model.name} predicts numbers; --proba is for classes", 2)
    if interval is None:
        return NewColumns(name, classes if proba else None)
    known = model.card.get("intervals")
    if classes is not None:
        raise KitError(f"{model.name} predicts classes; use --proba instead of --interval", 2)
    if not known:
        what = f"{model.name} was trained without cross-validation, so it has no intervals"
        raise KitError(f"{what}; train it again with --folds 5", 2)
    return NewColumns(name, None, half_width(known["half_widths"], known["records"], interval))


def interval_note(model: Model, interval: float | None) -> str | None:
    """Return a message where the ends of intervals are infinite; None elsewhere."""
    records = model.card["intervals"]["records"] if interval else 0
    if not interval or records >= (needed := records_for(interval)):
        return None
    what = f"intervals of {interval:g} are infinite: they need {needed} training records"
    return f"{what}, and {model.name} has {records}; choose a smaller --interval"


def cell(label: Label, delimiter: str) -> str:
    """Return a prediction as a CSV field (RFC 4180), numbers with all their digits.

    Examples
    --------
    >>> cell(0.1, ","), cell("a,b", ",")
    ('0.1', '"a,b"')
    """
    text = repr(label) if isinstance(label, float) else str(label)
    return quoted(text, delimiter)


def cells(labels: Sequence[Label], delimiter: str) -> Iterable[str]:
    """Return predictions as CSV fields."""
    if labels and isinstance(labels[0], float):
        return map(repr, labels)
    known = {label: cell(label, delimiter) for label in set(labels)}
    return map(known.__getitem__, labels)


@dataclass
class Unseen:
    """Values that training never had, by field: their number, and some examples.

    Attributes
    ----------
    counts : dict of str to int
    examples : dict of str to list of str
        Unknown categories.
    """

    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, features: Sequence[Feature], columns: Sequence[Any]) -> None:
        """Count the values of whole columns: unknown categories, numbers and dates beyond."""
        import numpy as np

        for feature, column in zip(features, columns, strict=True):
            if feature.kind in ("number", "date"):
                if feature.low is not None and feature.high is not None:
                    numbers = np.asarray(column, dtype=float)
                    beyond = (numbers < feature.low) | (numbers > feature.high)
                    self._count(feature.name, int(beyond.sum()), [])
                continue
            unknown = {value for value in set(column) if feature.unseen(value)}
            if unknown:
                count = sum(value in unknown for value in column)
                self._count(feature.name, count, [quote(value) for value in sorted(unknown)])

    def merge(self, other: "Unseen") -> None:
        """Add the counts of another block."""
        for name, count in other.counts.items():
            self._count(name, count, other.examples.get(name, []))

    def _count(self, name: str, count: int, examples: list[str]) -> None:
        if count:
            self.counts[name] = self.counts.get(name, 0) + count
            known = self.examples.setdefault(name, [])
            known += [one for one in examples if one not in known][: EXAMPLES - len(known)]

    def notes(self, features: Sequence[Feature]) -> list[str]:
        """Return a message for each field with such values."""
        of = {feature.name: feature for feature in features}
        return [_unseen_note(of[name], n, self.examples[name]) for name, n in self.counts.items()]


def _unseen_note(feature: Feature, count: int, examples: list[str]) -> str:
    if feature.kind == "category":
        what = counted(count, "value was", "values were")
        shown = ", ".join(examples)
        return f"{feature.name}: {what} never in the training data, such as {shown}"
    what = counted(count, "value is", "values are")
    low, high = feature.low or 0.0, feature.high or 0.0
    dated = feature.kind == "date"
    ends = [date_text(end, feature.form) if dated else f"{end:g}" for end in (low, high)]
    return f"{feature.name}: {what} beyond the training data's {' to '.join(ends)}"
