"""Strict JSON for the files of a model; a card ends with the hash of its own content."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from pyhelpers import KitError
from pyhelpers.model.card import without_nan, wrong_in_card

FORMAT = 2
FORMATS = (1, 2)  # readable; format 1 had fixed file names and only the pipeline's hash
CARD = "card.json"
SEAL = b',\n "sha256": "'  # the last member of a card: the hash of all bytes before it


def data_hash(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def broken(path: str, what: str) -> NoReturn:
    """Raise the error for a model whose files were changed or damaged."""
    raise KitError(f"{path}: {what}; copy the model again or train it again")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has the same name twice")
    return found


def _whole(digits: str) -> int:
    if len(digits) > 19:
        raise ValueError("a whole number is too large")
    return int(digits)


def document(path: str, member: str, content: bytes) -> dict[str, Any]:
    """Parse one of a model's JSON files."""
    try:
        found = json.loads(content, object_pairs_hook=_unique, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        broken(path, f"{member} is broken ({error})")
    if not isinstance(found, dict) or found.get("format") not in FORMATS:
        what = f"{member} has a format that this version cannot read"
        raise KitError(f"{path}: {what}; train the model again with this version")
    return found


def card_of(path: str, content: bytes) -> dict[str, Any]:
    """Parse a card and check its hash and structure."""
    card = document(path, CARD, content)
    body, _, seal = content.rpartition(SEAL)
    if (card["format"] != 1 or body) and seal != _seal(body):
        broken(path, f"{CARD} was changed after it was written")
    wrong = wrong_in_card(card)
    if wrong:
        broken(path, f"{CARD} is broken: {wrong}")
    return card


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """Return a document as the bytes of a JSON file."""
    whole = {"format": FORMAT} | without_nan(document)
    return json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def sealed(card: Mapping[str, Any]) -> bytes:
    """Return a card as the bytes of its file, which end with their hash."""
    kept = {name: part for name, part in card.items() if name not in ("format", "sha256")}
    content = json_bytes(kept).removesuffix(b"\n}\n")
    return content + SEAL + _seal(content)


def _seal(content: bytes) -> bytes:
    return f'{data_hash(content)}"\n}}\n'.encode()
