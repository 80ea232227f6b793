"""Measure a model on records with known targets, beside a dummy."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.table import MISSING, Table, bad_value
from pyhelpers.model.batch_predict import map_fields, predict_rows, row_of
from pyhelpers.model.load import Model
from pyhelpers.model.metrics import class_metrics, regression_metrics
from pyhelpers.model.schema import Value, number_of, quote

RECORDS = 5_000  # read and predicted at once
SHOWN_CLASSES = 5
Records = list[tuple[int, list[str]]]


def true_values(model: Model, table: Table, records: Records, at: int) -> list[Value]:
    """Return the target of each record, None where it is missing.

    Raises
    ------
    KitError
        For a text if the model predicts numbers; file, line and column are named.
    """
    numeric = model.card["task"] == "regression"
    found: list[Value] = []
    for line, fields in records:
        text = fields[at]
        value: Value = None if text in MISSING else text
        if numeric and value is not None:
            value = number_of(text)
            if value is None:
                what = f"{quote(text)} is not a number"
                raise bad_value(table.source, line, table.names[at], what)
        found.append(value)
    return found


def _blocks(model: Model, table: Table, target: str) -> Iterator[tuple[list[Value], list[Any]]]:
    """Yield true values and the model's predictions, for classes their probabilities."""
    at = table.index(target)
    fields = map_fields(model.schema, table.layout)
    classes = model.card["classes"]
    method = model.predictor.predict if classes is None else model.predictor.probabilities
    while block := list(islice(table.records, RECORDS)):
        known = true_values(model, table, block, at)
        kept = [record for record, value in zip(block, known, strict=True) if value is not None]
        rows = [row_of(fields, line, record) for line, record in kept]
        lines = [line for line, _ in kept]
        yield (
            [value for value in known if value is not None],
            predict_rows(model, method, fields, lines, rows),
        )


def dummy_predictions(model: Model, count: int) -> Any:
    """Return the dummy's predictions: the training mean, or the classes' shares, `count` times."""
    import numpy as np

    return np.array([model.card["dummy_answer"]] * count)


def evaluate(
    model: Model,
    table: Table,
    target: str | None = None,
    note: Callable[[str], None] = lambda text: None,
) -> list[dict[str, Any]]:
    """Measure a model on a table that has its target.

    Parameters
    ----------
    note : function
        Called with a message about classes that the model cannot predict.

    Returns
    -------
    list of dict
        One row for the model and one for its dummy: name, number of records, measures.
    """
    import numpy as np

    true: list[Value] = []
    predicted: list[Any] = []
    for known, answers in _blocks(model, table, target or model.card["target"]):
        true += known
        predicted += answers
    if len(true) < 2:
        noun = "record has" if len(true) == 1 else "records have"
        raise KitError(f"{table.source}: {len(true)} {noun} a target; at least 2 are needed")
    sides = {str(model.card["model"]): np.array(predicted)}
    if model.card["dummy_answer"] is not None:
        sides["dummy"] = dummy_predictions(model, len(true))
    if model.card["classes"] is not None:
        _note_unknown(model.card["classes"], true, note)
    measured = _class_rows if model.card["classes"] is not None else _number_rows
    rows = measured(model, true, sides)
    return [{"model": name, "records": len(true)} | found for name, found in rows.items()]


def _note_unknown(classes: list[Any], true: list[Value], note: Callable[[str], None]) -> None:
    """Report true classes that the model does not have: it cannot predict them."""
    numeric = not isinstance(classes[0], str)
    known = {*classes, None}  # None: a text among numeric classes, an error later
    values = [number_of(str(value)) if numeric else value for value in true]
    unknown = [value for value in values if value not in known]
    if unknown:
        names = sorted({quote(value) for value in unknown})
        listed = ", ".join(names[:SHOWN_CLASSES]) + (", ..." if len(names) > SHOWN_CLASSES else "")
        noun = "1 record has" if len(unknown) == 1 else f"{len(unknown)} records have"
        note(f"{noun} a class that the model was not trained on: {listed}")


def _number_rows(_: Model, true: list[Value], sides: dict[str, Any]) -> dict[str, Any]:
    import numpy as np

    y = np.array(true, dtype=float)
    return {name: regression_metrics(y, answers) for name, answers in sides.items()}


def _class_rows(model: Model, true: list[Value], sides: dict[str, Any]) -> dict[str, Any]:
    import numpy as np

    classes = np.array(model.card["classes"])
    numeric = classes.dtype.kind in "if"
    values = [number_of(str(value)) if numeric else value for value in true]
    if None in values:
        bad = true[values.index(None)]
        raise KitError(f"the target {quote(bad)} is not a number; the model's classes are numbers")
    y = np.array(values, dtype=float if numeric else str)
    return {
        name: class_metrics(y, classes[shares.argmax(axis=1)], classes, shares)
        for name, shares in sides.items()
    }
