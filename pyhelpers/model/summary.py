"""A model's card as a person reads it."""

from typing import Any

SHOWN_CATEGORIES = 8


def _span(feature: dict[str, Any]) -> str:
    if feature["kind"] == "number":
        text = f"{feature['low']} to {feature['high']}"
    else:
        names, more = feature["categories"], len(feature["categories"]) - SHOWN_CATEGORIES
        text = ", ".join(names[:SHOWN_CATEGORIES]) + (f" and {more} more" if more > 0 else "")
    return text + (f" ({feature['missing']} missing)" if feature["missing"] else "")


def summary(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a card as rows of (what, value): the model, its fields, its measures, its making."""
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
        rows.append((name, f"{value:.6f} (dummy {card['dummy'][name]:.6f})"))
    if held["scores"]:
        scores = ", ".join(f"{score:.6f}" for score in held["scores"])
        rows.append((f"{held['measure']} by fold", scores))
    for name, loss in card["importance"].items():
        rows.append((f"importance of {name}", f"{loss['mean']:.6f} (sd {loss['sd']:.6f})"))
    rows += [("seed", card["seed"]), ("trained", card["trained"])]
    rows += [(name, version) for name, version in card["versions"].items()]
    return [{"what": what, "value": value} for what, value in rows]
