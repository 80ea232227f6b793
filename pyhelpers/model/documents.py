"""JSON files of a model: written strictly, read strictly, a card with the hash of itself."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from pyhelpers import KitError
from pyhelpers.model.card import without_nan, wrong_in_card

FORMAT = 2
FORMATS = (1, 2)  # that are read; 1 had fixed names, and hashed the pipeline alone
CARD = "card.json"
SEAL = b',\n "sha256": "'  # ends a card: what follows is the hash of all before it


def data_hash(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def broken(path: str, what: str) -> NoReturn:
    """Refuse a model that is not as it was written."""
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
    """Return one of a model's JSON files, parsed."""
    try:
        found = json.loads(content, object_pairs_hook=_unique, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        broken(path, f"{member} is broken ({error})")
    if not isinstance(found, dict) or found.get("format") not in FORMATS:
        what = f"{member} is of no format that this version reads"
        raise KitError(f"{path}: {what}; train the model again with this version")
    return found


def card_of(path: str, content: bytes) -> dict[str, Any]:
    """Return a card, its seal and its shape checked."""
    card = document(path, CARD, content)
    body, _, seal = content.rpartition(SEAL)
    if (card["format"] != 1 or body) and seal != _seal(body):
        broken(path, f"{CARD} is not as it was written")
    wrong = wrong_in_card(card)
    if wrong:
        broken(path, f"{CARD} is broken: {wrong}")
    return card


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """Return a document of this format as the bytes of its file."""
    whole = {"format": FORMAT} | without_nan(document)
    return json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def sealed(card: Mapping[str, Any]) -> bytes:
    """Return a card as the bytes of its file, which end with the hash of those before."""
    kept = {name: part for name, part in card.items() if name not in ("format", "sha256")}
    content = json_bytes(kept).removesuffix(b"\n}\n")
    return content + SEAL + _seal(content)


def _seal(content: bytes) -> bytes:
    return f'{data_hash(content)}"\n}}\n'.encode()
