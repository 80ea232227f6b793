"""Rows for a model from the records of a CSV; errors name line and column."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pyhelpers.csvio.layout import Layout
from pyhelpers.csvio.table import bad_value
from pyhelpers.model.arrays import too_large
from pyhelpers.model.linear_model import PlainModel
from pyhelpers.model.load import Model
from pyhelpers.model.schema import BadValue, Feature, Row, Schema, value_of_text


@dataclass(frozen=True)
class FieldMap:
    """The columns of a CSV that hold the fields of a model.

    Attributes
    ----------
    positions : list of int
        The column of each field, in the model's order.
    """

    layout: Layout
    features: list[Feature]
    positions: list[int]

    @property
    def source(self) -> str:
        """The CSV's name, for messages."""
        return self.layout.source

    @property
    def delimiter(self) -> str:
        """The CSV's field delimiter."""
        return self.layout.delimiter


def map_fields(schema: Schema, layout: Layout) -> FieldMap:
    """Find the fields of a model in a CSV; a KitError when the CSV lacks a column."""
    return FieldMap(layout, schema.features, schema.positions(layout.names, layout.source))


def row_of(fields: FieldMap, line: int, record: Sequence[str]) -> Row:
    """Return a record as the model's row; a KitError names file, line and column of a bad value."""
    pairs = zip(fields.features, fields.positions, strict=True)
    try:
        return [value_of_text(feature, record[at]) for feature, at in pairs]
    except BadValue as error:
        raise bad_value(fields.source, line, error.name, str(error)) from None


def predict_rows(
    model: Model,
    method: Callable[[Sequence[Row]], list[Any]],
    fields: FieldMap,
    lines: Sequence[int],
    rows: Sequence[Row],
) -> list[Any]:
    """Return the results of `method`, a method of the model's predictor, for rows.

    Parameters
    ----------
    lines : sequence of int
        The line of each row.

    Raises
    ------
    KitError
        For the first row with a number that is too large for the model.
    """
    try:
        if isinstance(model.predictor, PlainModel):
            for number, row in enumerate(rows):
                if not all(map(math.isfinite, model.predictor.scores(row))):
                    raise too_large(row, number, fields.features)
        answers = method(rows) if rows else []
        for number, answer in enumerate(answers):
            if isinstance(answer, float) and not math.isfinite(answer):
                raise too_large(rows[number], number, fields.features)
    except BadValue as error:
        if error.row is None:
            raise
        raise bad_value(fields.source, lines[error.row], error.name, str(error)) from None
    return answers
