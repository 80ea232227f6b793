"""JSON of the clouds' own tools: what is not valid counts as absent."""

from __future__ import annotations

import json
from typing import Any


def read_object(path: str) -> dict[str, Any] | None:
    """Return the object in a JSON file; None where it cannot be read or is not an object."""
    try:
        with open(path, encoding="utf-8-sig") as stream:
            found = json.load(stream)
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def parse_object(text: str) -> dict[str, Any]:
    """Return the object in a JSON text; empty where it is not one."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def text_of(value: Any) -> str:
    """Return a value that should be text; anything else is the empty text."""
    return value if isinstance(value, str) else ""
