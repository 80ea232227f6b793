"""Templates: real files in which a few words stand for what differs."""

import json
import re
from collections.abc import Mapping
from typing import Any


def render(text: str, words: Mapping[str, str]) -> str:
    """Return a text with each word replaced, all in one pass, the longest words first.

    Examples
    --------
    >>> render("project_name: project_name_long", {"project_name": "a", "project_name_long": "b"})
    'a: b'
    """
    longest = sorted(words, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest)), lambda found: words[found[0]], text)


def _strings(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _strings(item, words) for key, item in value.items()}
    if isinstance(value, list):
        return [_strings(item, words) for item in value]
    return render(value, words) if isinstance(value, str) else value


def render_json(text: str, words: Mapping[str, str]) -> str:
    """Return a JSON document with the words of its strings replaced."""
    return json.dumps(_strings(json.loads(text), words), indent=1, ensure_ascii=False) + "\n"


def render_file(path: str, content: bytes, words: Mapping[str, str]) -> bytes:
    """Return a template's content as the project has it; what JSON is stays JSON."""
    as_json = path.endswith((".ipynb", ".json"))
    return (render_json if as_json else render)(content.decode(), words).encode()


def literal(text: str) -> str:
    r"""Return a Python literal of a text, quoted as ruff's formatter has it.

    Examples
    --------
    >>> print(literal("Height"), literal('a "b"'), literal("it's"))
    "Height" 'a "b"' "it's"
    """
    written = repr(text)
    plain = written.startswith("'") and '"' not in written and "'" not in written[1:-1]
    return f'"{written[1:-1]}"' if plain else written
