"""Ask a model for the records of a CSV; what it cannot take is named by line and column."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from pyhelpers import KitError
from pyhelpers.model.arrays import too_large
from pyhelpers.model.blocks import Layout
from pyhelpers.model.linear_model import PlainModel
from pyhelpers.model.load import Model
from pyhelpers.model.schema import BadValue, Row


def asked(
    model: Model,
    ask: Callable[[Sequence[Row]], list[Any]],
    layout: Layout,
    lines: Sequence[int],
    rows: Sequence[Row],
) -> list[Any]:
    """Return what `ask`, a method of the model's predictor, answers to rows.

    Parameters
    ----------
    lines : sequence of int
        The line of each row.

    Raises
    ------
    KitError
        For the first row with a number that the model cannot take, or no finite answer to it.
    """
    try:
        if isinstance(model.predictor, PlainModel):
            for number, row in enumerate(rows):
                if not all(map(math.isfinite, model.predictor.scores(row))):
                    raise too_large(row, number, layout.features)
        answers = ask(rows) if rows else []
        for number, answer in enumerate(answers):
            if isinstance(answer, float) and not math.isfinite(answer):
                raise too_large(rows[number], number, layout.features)
    except BadValue as error:
        if error.row is None:
            raise
        column = "" if error.name is None else f", column {error.name!r}"
        where = f"{layout.source}: line {lines[error.row]}{column}"
        raise KitError(f"{where}: {error}; mend or drop that row") from None
    return answers
