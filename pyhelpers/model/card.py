"""Check that a model's card and coefficients have the shape that all their readers rely on."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

LARGEST = 1.7976931348623157e308
Shape = Any  # a predicate, a dict of required members, a list of one shape, a tuple of choices


def number(value: object) -> bool:
    """Tell whether a JSON value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def measured(value: object) -> bool:
    """Tell whether a JSON value is a measure: null or NaN where it is undefined."""
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def count(value: object) -> bool:
    """Tell whether a JSON value is a whole number of at least 0."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def text(value: object) -> bool:
    """Tell whether a JSON value is a text without half a character (a lone surrogate)."""
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


def nothing(value: object) -> bool:
    """Tell whether a JSON value is null."""
    return value is None


def one_of(*known: str) -> Callable[[object], bool]:
    """Return a predicate for one of some texts."""
    return lambda value: isinstance(value, str) and value in known


def each(shape: Shape) -> Callable[[object], bool]:
    """Return a predicate for an object whose members all have one shape."""
    return lambda value: (
        isinstance(value, dict)
        and all(text(name) and misfit(part, shape) is None for name, part in value.items())
    )


label = (text, number)
FEATURE = {
    "name": text,
    "kind": one_of("number", "category"),
    "missing": count,
    "low": (nothing, number),
    "middle": (nothing, number),
    "high": (nothing, number),
    "categories": [text],
}
CARD = {
    "task": one_of("regression", "classification"),
    "target": text,
    "model": text,
    "settings": each((text, number, nothing, lambda value: isinstance(value, bool))),
    "classes": (nothing, [label]),
    "features": [FEATURE],
    "rows": {"train": count, "test": count},
    "metrics": each(measured),
    "dummy": each(measured),
    "dummy_answer": (nothing, number, [number]),
    "cross_validation": {"measure": text, "scores": [measured]},
    "importance": each({"mean": measured, "sd": measured}),
    "seed": number,
    "versions": each(text),
    "probe": {"rows": [[(nothing, number, text)]], "answers": [label]},
}
COEFFICIENTS = {"intercept": [number], "classes": (nothing, [label]), "terms": [{"name": text}]}


def misfit(value: object, shape: Shape, where: str = "") -> str | None:
    """Return the place of the first value that has not the shape, None where all have.

    Examples
    --------
    >>> misfit({"rows": [1, "2"]}, {"rows": [number]})
    'rows[1]'
    """
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return where or "all of it"
        pairs = ((f"{where}.{name}".lstrip("."), name) for name in shape)
        found = (misfit(value.get(name, misfit), shape[name], at) for at, name in pairs)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            return where
        found = (misfit(part, shape[0], f"{where}[{at}]") for at, part in enumerate(value))
    elif isinstance(shape, tuple):
        return where if all(misfit(value, one, where) for one in shape) else None
    else:
        return None if shape(value) else where
    return next((place for place in found if place is not None), None)


def wrong_in_card(card: Mapping[str, Any]) -> str | None:
    """Return what is wrong in a card, None where nothing is."""
    place = misfit(card, CARD)
    if place is not None:
        return f"{place} is missing or of the wrong kind"
    features, classes, answer = card["features"], card["classes"], card["dummy_answer"]
    names = [feature["name"] for feature in features]
    kinds = [feature["kind"] for feature in features]
    if not names or len({*names}) != len(names):
        return "features have no name of their own"
    if (classes is None) != (card["task"] == "regression") or (classes and not _classes(classes)):
        return "classes are not those of its task"
    expected = len(classes) if classes else None
    if answer is not None and (len(answer) if isinstance(answer, list) else None) != expected:
        return "dummy_answer is not of its classes"
    if not card["metrics"].keys() <= card["dummy"].keys():
        return "dummy has not the measures of metrics"
    rows, answers = card["probe"]["rows"], card["probe"]["answers"]
    if not rows or len(rows) != len(answers) or not all(_row(row, kinds) for row in rows):
        return "probe has not rows of its features and an answer to each"
    if not all(number(one) if classes is None else one in classes for one in answers):
        return "probe has answers that are not of its task"
    return None


def _classes(classes: Sequence[object]) -> bool:
    return len(classes) > 1 and len({type(one) is str for one in classes}) == 1


def _row(row: Sequence[object], kinds: Sequence[str]) -> bool:
    fits = {"number": (nothing, number), "category": (nothing, text)}
    return len(row) == len(kinds) and all(
        misfit(value, fits[kind], "value") is None for value, kind in zip(row, kinds, strict=True)
    )


def wrong_in_coefficients(document: Mapping[str, Any], card: Mapping[str, Any]) -> str | None:
    """Return what is wrong in coefficients, beside their card; None where nothing is."""
    place = misfit(document, COEFFICIENTS)
    if place is not None:
        return f"{place} is missing or of the wrong kind"
    classes, outputs = document["classes"], len(document["intercept"])
    if classes != card["classes"]:
        return f"classes are not those of {card['model']}"
    if outputs != 1 and outputs != len(classes or ()):
        return "intercept has not one score a class"
    if outputs == 1 and classes and len(classes) != 2:
        return "intercept has one score for more than two classes"
    features = card["features"]
    if len(features) != len(document["terms"]):
        return "terms are not one a feature"
    for at, (feature, term) in enumerate(zip(features, document["terms"], strict=True)):
        if not _term(feature, term, outputs):
            return f"terms[{at}] is not that of {feature['name']!r}"
    return None


def _term(feature: Mapping[str, Any], term: Mapping[str, Any], outputs: int) -> bool:
    """Tell whether a term is one of a feature, with a weight for each output."""

    def weights(value: object) -> bool:
        return isinstance(value, list) and len(value) == outputs and all(map(number, value))

    if (term["name"], term.get("kind")) != (feature["name"], feature["kind"]):
        return False
    shape = (
        {"fill": number, "center": number, "weights": weights}
        if feature["kind"] == "number"
        else {"weights": each(weights), "missing": weights}
    )
    return misfit(term, shape) is None


def without_nan(value: Any) -> Any:
    """Return a JSON value with null in place of NaN and infinities, which JSON has not."""
    if isinstance(value, Mapping):
        return {name: without_nan(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
