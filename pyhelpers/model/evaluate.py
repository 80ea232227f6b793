"""Measure a model on records with known targets, beside a dummy."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.sources import display_names
from pyhelpers.csvio.table import MISSING, Table, bad_value
from pyhelpers.model import metrics
from pyhelpers.model.batch_predict import FieldMap, map_fields, predict_rows, row_of
from pyhelpers.model.load import Model
from pyhelpers.model.schema import quote
from pyhelpers.model.values import category_key, marked_number, parser_of
from pyhelpers.text import counted

RECORDS = 5_000  # read and predicted at once
SHOWN_CLASSES = 5
SIGNIFICANT = 0.05  # probability of such a difference by chance
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
    models: Sequence[Model], tables: Iterable[Table], target: str, truth: Truth
) -> Iterator[tuple[list[float | int], list[list[Any]]]]:
    """Yield true values and each model's predictions, for classes their probabilities."""
    for table in tables:
        at = table.index(target)
        fields = [map_fields(model.schema, table.layout) for model in models]
        while block := list(islice(table.records, RECORDS)):
            known = true_values(table, block, at, truth)
            kept = [record for record, value in zip(block, known, strict=True) if value is not None]
            pairs = zip(models, fields, strict=True)
            yield (
                [value for value in known if value is not None],
                [_outputs(model, of, kept) for model, of in pairs],
            )


def _outputs(model: Model, fields: FieldMap, records: Records) -> list[Any]:
    """Return a model's numbers, or each class's probabilities, for records."""
    rows = [row_of(fields, line, record) for line, record in records]
    predictor = model.predictor
    method = predictor.predict if model.card["classes"] is None else predictor.probabilities
    return predict_rows(model, method, fields, [line for line, _ in records], rows)


def truth_and_outputs(
    models: Sequence[Model],
    tables: Iterable[Table],
    target: str | None,
    note: Callable[[str], None],
) -> tuple[Any, list[Any]]:
    """Return true values (numbers or positions of classes) and each model's outputs.

    Parameters
    ----------
    models : sequence of Model
        Of the same task and classes.
    note : function
        Called with a message about classes that the models cannot predict.
    """
    import numpy as np

    unknown: Counter[str] = Counter()
    true: list[float | int] = []
    predicted: list[list[Any]] = [[] for _ in models]
    truth, name = truth_of(models[0], unknown), target or models[0].card["target"]
    sources = []

    def opened() -> Iterator[Table]:
        for table in tables:
            sources.append(table.source)
            yield table

    for known, answers in outputs_by_block(models, opened(), name, truth):
        true += known
        for whole, some in zip(predicted, answers, strict=True):
            whole += some
    if len(true) < 2:
        noun = counted(len(true), "record has", "records have")
        raise KitError(f"{display_names(sources)}: {noun} a target; at least 2 are needed")
    if unknown:
        names = sorted({quote(value) for value in unknown})
        listed = ", ".join(names[:SHOWN_CLASSES]) + (", ..." if len(names) > SHOWN_CLASSES else "")
        noun = counted(unknown.total(), "record has", "records have")
        note(f"{noun} a class that the model was not trained on: {listed}")
    return np.array(true), [np.array(one) for one in predicted]


def training_file_notes(models: Sequence[Model], digest: str | None) -> list[str]:
    """Return a note for each model that was trained on the data measured on.

    Parameters
    ----------
    digest : str or None
        Of the data's bytes, as `training_source.digest_of` gives it.
    """
    notes = []
    for model in models:
        if digest is not None and model.card.get("data", {}).get("sha256") == digest:
            what = f"{model.name} was trained on this file: it has learnt from"
            rows, refit = model.card["rows"], model.card.get("refit")
            share = "all" if refit else f"{rows['train']:,} of {sum(rows.values()):,}"
            notes.append(f"{what} {share} of its records, so the measures are too good")
    return notes


def evaluate(
    model: Model,
    tables: Iterable[Table],
    target: str | None = None,
    note: Callable[[str], None] = lambda text: None,
) -> list[dict[str, Any]]:
    """Measure a model on tables that have its target, together.

    Returns
    -------
    list of dict
        One row for the model and one for its dummy: name, number of records, measures.
    """
    import numpy as np

    y, [outputs] = truth_and_outputs([model], tables, target, note)
    sides = {str(model.card["model"]): outputs}
    if model.card["dummy_answer"] is not None:
        sides["dummy"] = np.repeat(np.array(model.card["dummy_answer"])[None], len(y), axis=0)
    return [
        {"model": name, "records": len(y)} | metrics.measures(model.card["task"], y, of)
        for name, of in sides.items()
    ]


def compare(
    models: Sequence[Model],
    tables: Iterable[Table],
    target: str | None = None,
    note: Callable[[str], None] = lambda text: None,
) -> tuple[list[dict[str, Any]], str]:
    """Measure two models on the same records, and whether their difference could be chance.

    Each record gives a difference of losses (squared errors, or -log of the true class's
    probability); its mean is tested by a paired t-test.

    Returns
    -------
    (list of dict, str)
        One row for each model, and a sentence.
    """
    import numpy as np

    cards = [model.card for model in models]
    if cards[0]["task"] != cards[1]["task"] or cards[0]["classes"] != cards[1]["classes"]:
        raise KitError("the models do not predict the same target; compare models of one target", 2)
    y, outputs = truth_and_outputs(models, tables, target, note)
    rows = [
        {"model": model.name, "kind": model.card["model"], "records": len(y)}
        | metrics.measures(model.card["task"], y, of)
        for model, of in zip(models, outputs, strict=True)
    ]
    if cards[0]["task"] == "regression":
        losses, name = [(y - of) ** 2 for of in outputs], "squared error"
    else:
        given = [np.where(y >= 0, of[np.arange(len(y)), y], 0.0) for of in outputs]
        losses, name = [-np.log(of.clip(metrics.CERTAIN, 1.0)) for of in given], "log loss"
    return rows, verdict([model.name for model in models], losses[0] - losses[1], name)


def verdict(names: Sequence[str], differences: Any, loss: str) -> str:
    """Return which of two models is better, by how much, and whether that could be chance.

    Parameters
    ----------
    differences : numpy.ndarray, shape (records,)
        The first model's loss less the second's.
    """
    from scipy.special import stdtr, stdtrit

    count, mean = len(differences), float(differences.mean())
    error = float(differences.std(ddof=1)) / count**0.5
    if error == 0 and mean == 0:
        return f"{names[0]} and {names[1]} predict the same"
    better, worse = (names[1], names[0]) if mean > 0 else (names[0], names[1])
    chance = 2 * float(stdtr(count - 1, -abs(mean) / error)) if error else 0.0
    around = float(stdtrit(count - 1, 0.975)) * error
    span = f"{abs(mean):.4g}, 95 % interval {abs(mean) - around:.4g} to {abs(mean) + around:.4g}"
    what = f"mean {loss} of {better} is lower by {span}, p = {chance:.2g}"
    if chance < SIGNIFICANT:
        return f"{better} is better than {worse}: the {what}"
    return f"the difference could be chance: the {what}"
