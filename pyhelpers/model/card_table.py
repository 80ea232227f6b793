"""A model's card as a person reads it."""

from typing import Any

SHOWN_CATEGORIES = 8


def _digits(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.6f}"


def _span(feature: dict[str, Any]) -> str:
    if feature["kind"] == "number":
        text = f"{feature['low']} to {feature['high']}"
    else:
        names, more = feature["categories"], len(feature["categories"]) - SHOWN_CATEGORIES
        text = ", ".join(names[:SHOWN_CATEGORIES]) + (f" and {more} more" if more > 0 else "")
    return text + (f" ({feature['missing']} missing)" if feature["missing"] else "")


def summary(card: dict[str, Any], written: str) -> list[dict[str, Any]]:
    """Return a card as rows of (what, value): the model, its fields, its measures, its making.

    Parameters
    ----------
    written : str
        When its file was: a card holds no time, so that training again gives the same bytes.
    """
    settings = " ".join(f"{name}={value}" for name, value in card["settings"].items())
    held = card["cross_validation"]
    data = card.get("data", {})
    rows: list[tuple[str, Any]] = [
        ("task", card["task"]),
        ("target", card["target"]),
        ("model", f"{card['model']} {settings}".strip()),
        ("records", f"{card['rows']['train']} trained, {card['rows']['test']} held out"),
        ("data", f"{data.get('source')} (SHA-256 {data.get('sha256')})"),
    ]
    if card["classes"]:
        rows.append(("classes", ", ".join(map(str, card["classes"]))))
    for feature in card["features"]:
        rows.append((f"field {feature['name']}", f"{feature['kind']}: {_span(feature)}"))
    for name, value in card["metrics"].items():
        rows.append((name, f"{_digits(value)} (dummy {_digits(card['dummy'][name])})"))
    if held["scores"]:
        scores = ", ".join(map(_digits, held["scores"]))
        rows.append((f"{held['measure']} by fold", scores))
    for name, loss in card["importance"].items():
        spread = _digits(loss["sd"])
        rows.append((f"importance of {name}", f"{_digits(loss['mean'])} (sd {spread})"))
    rows += [("seed", card["seed"]), ("written", card.get("trained", written))]
    rows += [(name, version) for name, version in card["versions"].items()]
    return [{"what": what, "value": value} for what, value in rows]
