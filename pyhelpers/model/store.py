"""Model files: one folder or archive that appears whole, and that loads without running code."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from pyhelpers import KitError
from pyhelpers.files import write_whole
from pyhelpers.folders import write_whole_folder
from pyhelpers.model.schema import Feature

FORMAT = 1
CARD, PIPELINE, COEFFICIENTS = "card.json", "model.skops", "coefficients.json"
ARCHIVE = ".zip"


def data_hash(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def is_model(path: str) -> bool:
    """Tell whether a path holds a model."""
    if os.path.isdir(path):
        return os.path.isfile(os.path.join(path, CARD))
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return CARD in archive.namelist()


def read_member(path: str, member: str) -> bytes | None:
    """Return one file of a model's folder or archive; None where it is not there."""
    try:
        if os.path.isdir(path):
            with open(os.path.join(path, member), "rb") as stream:
                return stream.read()
        with zipfile.ZipFile(path) as archive:
            return archive.read(member)
    except (KeyError, FileNotFoundError):
        return None
    except (zipfile.BadZipFile, EOFError) as error:
        raise KitError(f"{path}: a broken archive ({error}); copy it again") from None


def document(path: str, member: str) -> dict[str, Any] | None:
    """Return one of a model's JSON files; None where it is not there."""
    content = read_member(path, member)
    if content is None:
        return None
    try:
        document = json.loads(content)
    except ValueError as error:
        raise KitError(f"{path}: {member} is broken ({error}); copy the model again") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        what = f"{member} is not of format {FORMAT}"
        raise KitError(f"{path}: {what}; train the model again with this version")
    return document


def read_card(path: str) -> dict[str, Any]:
    """Return a model's card.

    Raises
    ------
    KitError
        When there is nothing at the path, or what is there is not a model.
    """
    if not os.path.exists(path):
        raise KitError(f"{path}: no such model; make one with ml-model train")
    card = document(path, CARD) if is_model(path) else None
    if card is None:
        raise KitError(
            f"{path}: is not a model ({CARD} is not in it); make one with ml-model train"
        )
    return card


def model_name(path: str) -> str:
    """Return the name that a model's path gives it.

    Examples
    --------
    >>> model_name("models/weight.zip"), model_name("weight/")
    ('weight', 'weight')
    """
    return os.path.basename(os.path.abspath(path)).removesuffix(ARCHIVE)


def features_json(features: Iterable[Feature]) -> list[dict[str, Any]]:
    """Return features as a card holds them."""
    return [asdict(feature) for feature in features]


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """Return a document of this format as the bytes of its file."""
    text = json.dumps({"format": FORMAT} | dict(document), indent=1, ensure_ascii=False)
    return text.encode() + b"\n"


def check_target(path: str) -> None:
    """Refuse, before any work, to write a model over what is none."""
    if os.path.lexists(path) and not is_model(path):
        raise KitError(f"{path}: is there and is not a model; name another with -o", 2)
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise KitError(f"{path}: no folder {folder}; make it first")


def save(path: str, files: Mapping[str, bytes]) -> None:
    """Write a model's files as one folder, or one archive for a path in .zip, whole or not at all.

    A model that is there is replaced.
    """
    check_target(path)
    if path.endswith(ARCHIVE):
        with write_whole(path) as stream, zipfile.ZipFile(stream, "w") as archive:
            for member, content in files.items():
                archive.writestr(zipfile.ZipInfo(member), content)
        return
    with write_whole_folder(path) as draft:
        for member, content in files.items():
            with write_whole(os.path.join(draft, member)) as stream:
                stream.write(content)
