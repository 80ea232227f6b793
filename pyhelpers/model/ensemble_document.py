"""Check the document of a model of one or several members against its card and its trees."""

from collections.abc import Mapping, Sequence
from typing import Any

from pyhelpers.model.card import Shape, count, misfit, nothing, number, one_of
from pyhelpers.model.decision_trees import NO_CATEGORY, TreeEnsemble
from pyhelpers.model.derived_features import PARTS

MOST_BITS = 24  # of the buckets of n-grams


def flag(value: object) -> bool:
    """Return whether a JSON value is true or false."""
    return isinstance(value, bool)


def positive(value: object) -> bool:
    """Return whether a JSON value is a finite number above 0."""
    return number(value) and value > 0  # type: ignore[operator]


SCALE = {"fill": number, "center": number, "scale": positive}
FIELDS: dict[str, Shape] = {
    "number": {"flag": flag} | SCALE,
    "date": {"flag": flag, "parts": [{"part": one_of(*PARTS)} | SCALE]},
    "category": {"flag": flag, "own": count, "many": flag},
    "text": {
        "flag": flag,
        "sizes": [count],
        "bits": count,
        "idf": [number],
        "components": [[number]],
        "scales": [SCALE],
    },
}
MEMBERS: dict[str, Shape] = {
    "linear": {"intercept": [number], "weights": [[number]]},
    "boosting": {"codes": [[lambda code: count(code) and code < NO_CATEGORY]], "estimator": count},
    "forest": {"estimator": count},
}
KERNEL: Shape = {"gamma": positive, "centers": [[number]]}
DOCUMENT = {
    "fields": [{"kind": one_of(*FIELDS)}],
    "members": [{"view": one_of(*MEMBERS), "weight": number}],
    "temperature": (nothing, positive),
}


def wrong_in_ensemble(
    document: Mapping[str, Any], card: Mapping[str, Any], trees: Sequence[TreeEnsemble] | None
) -> str | None:
    """Return the first error in a document; None for a valid one.

    Parameters
    ----------
    trees : sequence of TreeEnsemble or None
        One for each estimator; None where scikit-learn's estimators are used.
    """
    place = misfit(document, DOCUMENT)
    if place is not None:
        return f"{place} is missing or of the wrong type"
    fields, members, features = document["fields"], document["members"], card["features"]
    if len(fields) != len(features) or not members:
        return "fields or members are missing"
    views = {member["view"] for member in members}
    for field, feature in zip(fields, features, strict=True):
        wrong = _wrong_in_field(field, feature, views)
        if wrong:
            return f"field {feature['name']!r}: {wrong}"
    for at, member in enumerate(members):
        wrong = _wrong_in_member(member, fields, card["classes"], trees)
        if wrong:
            return f"member {at}: {wrong}"
    return None


def _wrong_in_field(
    field: Mapping[str, Any], feature: Mapping[str, Any], views: set[str]
) -> str | None:
    kind = field["kind"]
    if kind != feature["kind"]:
        return "its kind is not the card's"
    place = misfit(field, FIELDS[kind])
    if place is not None:
        return f"{place} is missing or of the wrong type"
    if kind == "text":
        fits = field["bits"] <= MOST_BITS and all(field["sizes"])
        rows = 1 << field["bits"] if fits else 0
        if not fits or not len(field["idf"]) == len(field["components"]) == rows:
            return "its n-grams do not fit their weights"
        return _unequal(field["components"], len(field["scales"]))
    if kind != "category":
        return None
    known = len(feature["categories"])
    if field["own"] not in (0, known):
        return "its columns are not its categories"
    needed = "forest" in views or ("boosting" in views and field["many"])
    if needed or ("linear" in views and not field["own"]):
        place = misfit(field, {"means": [[number]], "scales": [SCALE]})
        if place is not None:
            return f"{place} is missing or of the wrong type"
        if len(field["means"]) != known + 2 or not field["scales"]:
            return "its means are not those of its categories"
        return _unequal(field["means"], len(field["scales"]))
    return None


def _unequal(rows: Sequence[Sequence[float]], width: int) -> str | None:
    return None if all(len(row) == width for row in rows) else "its rows are of unequal length"


def view_columns(fields: Sequence[Mapping[str, Any]], view: str) -> int:
    """Return how many columns a view of some fields has."""
    total = 0
    for field in fields:
        kind = field["kind"]
        if kind == "category":
            total += view == "boosting"
            if view == "linear" and field["own"]:
                total += field["own"] + field["flag"]
            elif view != "boosting" or field["many"]:
                total += len(field["scales"])
            continue
        total += 1 if kind == "number" else len(field["parts" if kind == "date" else "scales"])
        total += view == "forest" and field["flag"] and kind != "text"
    return total


def _wrong_in_kernel(member: Mapping[str, Any], columns: int) -> str | None:
    place = misfit(member["kernel"], KERNEL)
    if place is not None:
        return f"{place} is missing or of the wrong type"
    centers = member["kernel"]["centers"]
    if not centers:
        return "its centers are missing"
    return _unequal(centers, columns) or _unequal(member["weights"], len(centers))


def _wrong_in_member(
    member: Mapping[str, Any],
    fields: Sequence[Mapping[str, Any]],
    classes: Sequence[Any] | None,
    trees: Sequence[TreeEnsemble] | None,
) -> str | None:
    view = member["view"]
    place = misfit(member, MEMBERS[view])
    if place is not None:
        return f"{place} is missing or of the wrong type"
    columns = view_columns(fields, view)
    if view == "linear":
        outputs = 1 if classes is None or len(classes) == 2 else len(classes)
        if not len(member["intercept"]) == len(member["weights"]) == outputs:
            return "its weights do not fit the classes"
        if "kernel" in member:
            return _wrong_in_kernel(member, columns)
        return _unequal(member["weights"], columns)
    if view == "boosting":
        coded = sum(field["kind"] == "category" for field in fields)
        if len(member["codes"]) != coded:
            return "its codes do not fit the fields"
    if trees is None:
        return None
    if member["estimator"] >= len(trees):
        return "its trees are missing"
    of = trees[member["estimator"]]
    if of.kind != view or of.columns != columns:
        return "its trees do not fit the fields"
    if (of.classes is None) != (classes is None):
        return "its trees do not fit the task"
    if classes is not None and max(of.classes or [0]) >= len(classes):
        return "its trees have other classes"
    return None
