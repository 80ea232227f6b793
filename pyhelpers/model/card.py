"""Validate a model's card and coefficients, and summarise a card as a table."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyhelpers.model.values import DATE_FORMATS, date_text

SHOWN_CATEGORIES = 8
LARGEST = 1.7976931348623157e308
Shape = Any  # a predicate, a dict of required members, a list with one shape, a tuple of choices


def number(value: object) -> bool:
    """Return whether a JSON value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def measured(value: object) -> bool:
    """Return whether a JSON value is a measure: a number, or null or NaN if undefined."""
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def count(value: object) -> bool:
    """Return whether a JSON value is a whole number of at least 0."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def text(value: object) -> bool:
    """Return whether a JSON value is a text without lone surrogates."""
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


def nothing(value: object) -> bool:
    """Return whether a JSON value is null."""
    return value is None


def one_of(*known: str) -> Callable[[object], bool]:
    """Return a predicate for one of the known texts."""
    return lambda value: isinstance(value, str) and value in known


def each(shape: Shape) -> Callable[[object], bool]:
    """Return a predicate for an object whose members all have the same shape."""
    return lambda value: (
        isinstance(value, dict)
        and all(text(name) and misfit(part, shape) is None for name, part in value.items())
    )


label = (text, number)
FEATURE = {
    "name": text,
    "kind": one_of("number", "category", "date", "text"),
    "missing": count,
    "low": (nothing, number),
    "middle": (nothing, number),
    "high": (nothing, number),
    "categories": [text],
}
OR_TEXTS = (nothing, [text])
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
# What a profile has of a number or date, and of a category: as `drift` writes them.
BINS = {"edges": [number], "counts": [count], "missing": count}
NAMED_BINS = {"values": [label], "counts": [count], "other": count, "missing": count}
FORMS = {"number": ("plain", "marked"), "date": ("plain", *DATE_FORMATS)}
OPTIONAL = {  # members that older cards do not have
    "preprocessing": each(text),
    "left_out": each(text),
    "members": each(number),
    "intervals": {"records": count, "half_widths": [number], "coverage": each(number)},
    "target_field": {"form": one_of(*FORMS["number"], *DATE_FORMATS), "absent": OR_TEXTS},
    "profile": {"fields": each((BINS, NAMED_BINS)), "prediction": (BINS, NAMED_BINS)},
    "data": each((text, number, nothing)),
    "sampled_from": count,
    "trained": text,
}
COEFFICIENTS = {"intercept": [number], "classes": (nothing, [label]), "terms": [{"name": text}]}


def misfit(value: object, shape: Shape, where: str = "") -> str | None:
    """Return the place of the first value that does not have its shape; None if all do.

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


def _optional(value: object, name: str, shape: Shape) -> bool:
    return not isinstance(value, dict) or name not in value or misfit(value[name], shape) is None


def wrong_in_card(card: Mapping[str, Any]) -> str | None:
    """Return the first error in a card; None for a valid card."""
    place = misfit(card, CARD)
    if place is not None:
        return f"{place} is missing or of the wrong type"
    for name, shape in OPTIONAL.items():
        if not _optional(card, name, shape):
            return f"{name} is of the wrong type"
    features, classes, answer = card["features"], card["classes"], card["dummy_answer"]
    for feature in features:
        kind = feature["kind"]
        form = one_of(*FORMS[kind]) if kind in FORMS else text
        # Members that format 2 does not have.
        if not (_optional(feature, "form", form) and _optional(feature, "absent", OR_TEXTS)):
            return f"form or absent of {feature['name']!r} is not known"
        if len({*feature["categories"]}) != len(feature["categories"]):
            return f"categories of {feature['name']!r} are not distinct"
    names = [feature["name"] for feature in features]
    kinds = [feature["kind"] for feature in features]
    if not names or len({*names}) != len(names):
        return "features do not have distinct names"
    if (classes is None) != (card["task"] == "regression") or (classes and not _classes(classes)):
        return "classes do not fit the task"
    expected = len(classes) if classes else None
    if answer is not None and (len(answer) if isinstance(answer, list) else None) != expected:
        return "dummy_answer does not fit the classes"
    if not card["metrics"].keys() <= card["dummy"].keys():
        return "dummy lacks measures of metrics"
    rows, answers = card["probe"]["rows"], card["probe"]["answers"]
    if not rows or len(rows) != len(answers) or not all(_row(row, kinds) for row in rows):
        return "probe rows do not fit the features, or lack answers"
    if not all(number(one) if classes is None else one in classes for one in answers):
        return "probe answers do not fit the task"
    if not _intervals(card) or not _profile(card):
        return "intervals or profile do not fit the task or the features"
    return None


def _classes(classes: Sequence[object]) -> bool:
    of_one_type = len({type(one) is str for one in classes}) == 1
    return len(classes) > 1 and of_one_type and len({*classes}) == len(classes)


def _intervals(card: Mapping[str, Any]) -> bool:
    """Return whether a card's intervals are quantiles of a regression's errors, if it has any."""
    if "intervals" not in card:
        return True
    widths = card["intervals"]["half_widths"]
    quantiles: bool = len(widths) > 1 and widths == sorted(widths) and widths[0] >= 0
    fits: bool = card["classes"] is None and card["intervals"]["records"] > 0
    return quantiles and fits


def _profile(card: Mapping[str, Any]) -> bool:
    """Return whether a card's profile counts numbers by edges and categories by names."""
    if "profile" not in card:
        return True
    bins = [(card["classes"] is None, card["profile"]["prediction"])]
    for feature in card["features"]:
        if feature["name"] in card["profile"]["fields"]:
            by_edges = feature["kind"] in FORMS
            bins.append((by_edges, card["profile"]["fields"][feature["name"]]))
    return all(
        misfit(of, BINS if by_edges else NAMED_BINS) is None
        and len(of["counts"]) == (len(of["edges"]) + 1 if by_edges else len({*of["values"]}))
        and (not by_edges or of["edges"] == sorted(of["edges"]))
        for by_edges, of in bins
    )


def _row(row: Sequence[object], kinds: Sequence[str]) -> bool:
    numbers, texts = (nothing, number), (nothing, text)
    fits = {"number": numbers, "date": numbers, "category": texts, "text": texts}
    return len(row) == len(kinds) and all(
        misfit(value, fits[kind], "value") is None for value, kind in zip(row, kinds, strict=True)
    )


def wrong_in_coefficients(document: Mapping[str, Any], card: Mapping[str, Any]) -> str | None:
    """Return the first error in coefficients, given their card; None for valid ones."""
    place = misfit(document, COEFFICIENTS)
    if place is not None:
        return f"{place} is missing or of the wrong type"
    classes, outputs = document["classes"], len(document["intercept"])
    if classes != card["classes"]:
        return "classes are not those of the card"
    if outputs != 1 and outputs != len(classes or ()):
        return "intercept does not have one score per class"
    if outputs == 1 and classes and len(classes) != 2:
        return "intercept has one score for more than two classes"
    features = card["features"]
    if len(features) != len(document["terms"]):
        return "terms and features differ in number"
    for at, (feature, term) in enumerate(zip(features, document["terms"], strict=True)):
        if not _term(feature, term, outputs):
            return f"terms[{at}] does not fit the feature {feature['name']!r}"
    return None


def _term(feature: Mapping[str, Any], term: Mapping[str, Any], outputs: int) -> bool:
    """Return whether a term fits a feature and has a weight for each output."""

    def weights(value: object) -> bool:
        return isinstance(value, list) and len(value) == outputs and all(map(number, value))

    if (term["name"], term.get("kind")) != (feature["name"], feature["kind"]):
        return False
    line = {"fill": number, "center": number, "weights": weights}
    if feature["kind"] == "number":
        return misfit(term, line) is None
    if feature["kind"] == "date":
        return misfit(term, {"parts": [line | {"at": lambda at: count(at) and at < 8}]}) is None
    if feature["kind"] == "text":
        bits: Any = term.get("bits")
        shape: Shape = {"sizes": [count], "idf": [number], "weights": [weights]}
        if not count(bits) or not 0 < bits <= 24 or misfit(term, shape) is not None:
            return False
        return bool(len(term["idf"]) == len(term["weights"]) == 1 << bits)
    shape = {"weights": each(weights), "missing": weights}
    return _optional(term, "unseen", weights) and misfit(term, shape) is None


def _digits(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.6f}"


def _span(feature: dict[str, Any]) -> str:
    if feature["kind"] == "number":
        text = f"{feature['low']} to {feature['high']}"
    elif feature["kind"] == "date" and None not in (feature["low"], feature["high"]):
        text = " to ".join(date_text(feature[end], feature["form"]) for end in ("low", "high"))
    else:
        names, more = feature["categories"], len(feature["categories"]) - SHOWN_CATEGORIES
        text = ", ".join(names[:SHOWN_CATEGORIES]) + (f" and {more} more" if more > 0 else "")
    return text + (f" ({feature['missing']} missing)" if feature["missing"] else "")


def summary(card: dict[str, Any], written: str) -> list[dict[str, Any]]:
    """Return a card as a table: model, fields, measures, versions.

    Parameters
    ----------
    written : str
        Modification time of the file; the card has no time, so equal trainings give equal bytes.
    """
    settings = " ".join(f"{name}={value}" for name, value in card["settings"].items())
    held, data = card["cross_validation"], card.get("data", {})
    rows: list[tuple[str, Any]] = [
        ("task", card["task"]),
        ("target", card["target"]),
        ("model", f"{card['model']} {settings}".strip()),
        ("records", f"{card['rows']['train']} trained, {card['rows']['test']} held out"),
        ("data", f"{data.get('source')} (SHA-256 {data.get('sha256')})"),
    ]
    if "sampled_from" in card:
        rows.append(("sample of", f"{card['sampled_from']} training records, for trees"))
    if card["classes"]:
        rows.append(("classes", ", ".join(map(str, card["classes"]))))
    for feature in card["features"]:
        rows.append((f"field {feature['name']}", f"{feature['kind']}: {_span(feature)}"))
    named = card.get("preprocessing", {})
    rows += [(f"preparation of {name}", text) for name, text in named.items()]
    rows += [(f"left out {name}", why) for name, why in card.get("left_out", {}).items()]
    for name, value in card["metrics"].items():
        rows.append((name, f"{_digits(value)} (dummy {_digits(card['dummy'][name])})"))
    if held["scores"]:
        rows.append((f"{held['measure']} by fold", ", ".join(map(_digits, held["scores"]))))
    for name, of in card["importance"].items():
        rows.append((f"importance of {name}", f"{_digits(of['mean'])} (sd {_digits(of['sd'])})"))
    for level, share in card.get("intervals", {}).get("coverage", {}).items():
        rows.append((f"coverage of {level} intervals", f"{share:.3f} of the held-out records"))
    for name, weight in card.get("members", {}).items():
        rows.append((f"member {name}", f"weight {weight:.2f}"))
    rows += [("seed", card["seed"]), ("written", card.get("trained", written))]
    rows += [(name, version) for name, version in card["versions"].items()]
    return [{"what": what, "value": value} for what, value in rows]
