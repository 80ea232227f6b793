"""Measure a model on records with known targets, beside a dummy."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.table import MISSING, Table, bad_value
from pyhelpers.model import metrics
from pyhelpers.model.batch_predict import map_fields, predict_rows, row_of
from pyhelpers.model.load import Model
from pyhelpers.model.schema import quote
from pyhelpers.model.values import category_key, marked_number, parser_of
from pyhelpers.text import counted

RECORDS = 5_000  # read and predicted at once
SHOWN_CLASSES = 5
UNKNOWN = -1  # the position of a class that the model does not have
Records = list[tuple[int, list[str]]]
Truth = Callable[[str], float | int | None]


def truth_of(model: Model, unknown: "Counter[str]") -> Truth:
    """Return a function that reads a target: a number or the position of a class; None if missing.

    Parameters
    ----------
    unknown : Counter
        Counts the classes that the model does not have.
    """
    field = model.card.get("target_field", {})
    form, absent = field.get("form", "plain"), field.get("absent")
    missing = MISSING if absent is None else frozenset(absent)
    classes = model.card["classes"]
    if classes is None:
        parse = marked_number if form == "marked" else parser_of(form)
        return lambda text: None if text in missing else _number(parse(text), text)
    numeric = not isinstance(classes[0], str)
    places = {_key(str(name), numeric): at for at, name in enumerate(classes)}

    def place(text: str) -> int | None:
        at = places.get(_key(text, numeric))
        if at is None and text in missing:
            return None
        if at is None:
            unknown[text] += 1
        return UNKNOWN if at is None else at

    return place


def _key(text: str, numeric: bool) -> str:
    """Return what is equal for two ways to write a class."""
    number = parser_of("plain")(text) if numeric else None
    return category_key(text) if number is None else repr(number)


def _number(number: float | None, text: str) -> float:
    if number is None:
        raise ValueError(f"{quote(text)} is not a number")
    return number


def true_values(table: Table, records: Records, at: int, truth: Truth) -> list[float | int | None]:
    """Return the target of each record, None where it is missing.

    Raises
    ------
    KitError
        For a text if the model predicts numbers; file, line and column are named.
    """
    found = []
    for line, fields in records:
        try:
            found.append(truth(fields[at]))
        except ValueError as error:
            raise bad_value(table.source, line, table.names[at], str(error)) from None
    return found


def outputs_by_block(
    model: Model, table: Table, target: str, truth: Truth
) -> Iterator[tuple[list[float | int], list[Any]]]:
    """Yield true values and the model's predictions, for classes their probabilities."""
    at = table.index(target)
    fields = map_fields(model.schema, table.layout)
    classes = model.card["classes"]
    method = model.predictor.predict if classes is None else model.predictor.probabilities
    while block := list(islice(table.records, RECORDS)):
        known = true_values(table, block, at, truth)
        kept = [record for record, value in zip(block, known, strict=True) if value is not None]
        rows = [row_of(fields, line, record) for line, record in kept]
        lines = [line for line, _ in kept]
        yield (
            [value for value in known if value is not None],
            predict_rows(model, method, fields, lines, rows),
        )


def truth_and_outputs(
    model: Model, table: Table, target: str | None, note: Callable[[str], None]
) -> tuple[Any, Any]:
    """Return true values (numbers or positions of classes) and the model's outputs.

    Parameters
    ----------
    note : function
        Called with a message about classes that the model cannot predict.
    """
    import numpy as np

    unknown: Counter[str] = Counter()
    true: list[float | int] = []
    predicted: list[Any] = []
    truth = truth_of(model, unknown)
    for known, answers in outputs_by_block(model, table, target or model.card["target"], truth):
        true += known
        predicted += answers
    if len(true) < 2:
        noun = counted(len(true), "record has", "records have")
        raise KitError(f"{table.source}: {noun} a target; at least 2 are needed")
    if unknown:
        names = sorted({quote(value) for value in unknown})
        listed = ", ".join(names[:SHOWN_CLASSES]) + (", ..." if len(names) > SHOWN_CLASSES else "")
        noun = counted(unknown.total(), "record has", "records have")
        note(f"{noun} a class that the model was not trained on: {listed}")
    return np.array(true), np.array(predicted)


def evaluate(
    model: Model,
    table: Table,
    target: str | None = None,
    note: Callable[[str], None] = lambda text: None,
) -> list[dict[str, Any]]:
    """Measure a model on a table that has its target.

    Returns
    -------
    list of dict
        One row for the model and one for its dummy: name, number of records, measures.
    """
    import numpy as np

    y, outputs = truth_and_outputs(model, table, target, note)
    sides = {str(model.card["model"]): outputs}
    if model.card["dummy_answer"] is not None:
        sides["dummy"] = np.repeat(np.array(model.card["dummy_answer"])[None], len(y), axis=0)
    return [
        {"model": name, "records": len(y)} | metrics.measures(model.card["task"], y, of)
        for name, of in sides.items()
    ]
