"""Read and write the files of a model, so that every reader sees one complete model.

A model's folder (or archive) holds `card.json` and the files that the card names with their
SHA-256. File names contain the hash (`coefficients.0f3a….json`): a new version is written beside
the old one, and renaming the card replaces the model at once.
"""

import errno
import fcntl
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from pyhelpers import KitError
from pyhelpers.files import write_whole, write_whole_folder
from pyhelpers.model.model_files import (
    ARCHIVE,
    CARD,
    Read,
    broken,
    card_of,
    data_hash,
    identity,
    opened,
    read_regular,
    sealed,
    stored_hash,
)
from pyhelpers.model.schema import Feature

PIPELINE, COEFFICIENTS, ENSEMBLE = "model.skops", "coefficients.json", "ensemble.json"
TREES = "trees.safetensors"
HEAD = b'{\n "format": '  # begins every card
VERSIONED = re.compile(r"\.?\w+\.[0-9a-f]{16}\.\w+(\.\w{8})?")  # also interrupted writes
CARD_BYTES = 1 << 28  # at most, of a JSON file
PIPELINE_BYTES = 1 << 32  # at most, where the card does not say
TRIES = 100  # readings of a model that is replaced again and again


@dataclass(frozen=True)
class Stored:
    """The files of a model, read at one moment, hashes checked.

    Attributes
    ----------
    path : str
        The model's folder or archive.
    card : dict
        The parsed card.
    content : dict of str to bytes
        The other files, under the names `PIPELINE`, `COEFFICIENTS`, `ENSEMBLE` and `TREES`.
    files : dict of str to bytes
        All files, under their names in the folder or archive.
    """

    path: str
    card: dict[str, Any]
    content: dict[str, bytes]
    files: dict[str, bytes]


def versioned(name: str, digest: str) -> str:
    """Return the name that a file of a model has on disk: with its hash.

    Examples
    --------
    >>> versioned("model.skops", "0123456789abcdef0123")
    'model.0123456789abcdef.skops'
    """
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}.{digest[:16]}{dot}{suffix}"


def _named(path: str, card: Mapping[str, Any]) -> dict[str, tuple[str, str | None, int]]:
    """Return each file that a card names: its name in the folder, its hash, its size limit."""
    files = card.get("files")
    if not isinstance(files, dict):
        broken(path, f"{CARD} does not list its files")
    if card["format"] == 1:
        digest = files.get(PIPELINE)
        return {
            PIPELINE: (PIPELINE, str(digest), PIPELINE_BYTES),
            COEFFICIENTS: (COEFFICIENTS, None, CARD_BYTES),
        }
    found: dict[str, tuple[str, str | None, int]] = {}
    for name, one in files.items():
        digest, size = (one.get("sha256"), one.get("bytes")) if isinstance(one, dict) else (0, 0)
        known = re.fullmatch(r"\w+\.\w+", name) and re.fullmatch("[0-9a-f]{64}", str(digest))
        if not known or not isinstance(size, int):
            broken(path, f"{CARD} does not list its files")
        found[name] = (versioned(name, str(digest)), str(digest), size)
    return found


def _contents(
    path: str, read: Read, card: Mapping[str, Any], plain: bool
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the content of each file that a card names, under both of its names."""
    content, files = {}, {}
    named = _named(path, card)
    for name, (stored, digest, limit) in named.items():
        if name == PIPELINE and plain and TREES in named:
            found = stored_hash(path, stored, limit)
            if found is None:
                broken(path, f"{stored} is missing")
            if found != digest:
                broken(path, f"{stored} is not the one that {CARD} lists")
            continue
        data = read(stored, limit)
        if data is None and card["format"] == 1:
            continue
        if data is None:
            broken(path, f"{stored} is missing")
        if digest is not None and data_hash(data) != digest:
            broken(path, f"{stored} is not the one that {CARD} lists")
        content[name] = files[stored] = data
    return content, files


def _missing(path: str) -> NoReturn:
    if not os.path.exists(path):
        raise KitError(f"{path}: no such model; make one with ml-model train")
    what = f"is not a model ({CARD} is missing)"
    raise KitError(f"{path}: {what}; make one with ml-model train")


def read_model(path: str, plain: bool = False) -> Stored:
    """Read all files of a model as of one moment and check their hashes.

    A model that is replaced meanwhile is read again.

    Parameters
    ----------
    plain : bool
        Do not keep the estimators of a model that has plain trees.

    Raises
    ------
    KitError
        For a missing path, a path that is not a model, and a missing or changed file.
    """
    if not os.path.exists(path):
        _missing(path)
    for _ in range(TRIES):
        with opened(path) as read:
            before = identity(path, CARD)
            raw = read(CARD, CARD_BYTES)
            if raw is None:
                _missing(path)
            card = card_of(path, raw)
            try:
                content, files = _contents(path, read, card, plain)
                if card["format"] != 1 or identity(path, CARD) == before:
                    return Stored(path, card, content, {CARD: raw} | files)
            except KitError:
                if identity(path, CARD) == before:
                    raise
    broken(path, "is replaced again and again")


def read_card(path: str) -> dict[str, Any]:
    """Return a model's card; the other files are not read."""
    if not os.path.exists(path):
        _missing(path)
    with opened(path) as read:
        raw = read(CARD, CARD_BYTES)
    if raw is None:
        _missing(path)
    return card_of(path, raw)


def written(path: str) -> str:
    """Return the modification time of a model (ISO 8601, UTC)."""
    file = os.path.join(path, CARD) if os.path.isdir(path) else path
    return datetime.fromtimestamp(int(os.stat(file).st_mtime), UTC).isoformat()


def model_name(path: str) -> str:
    """Return a model's name: the last part of its path.

    Examples
    --------
    >>> model_name("models/weight.zip"), model_name("weight/")
    ('weight', 'weight')
    """
    return os.path.basename(os.path.abspath(path)).removesuffix(ARCHIVE)


def features_json(features: Iterable[Feature]) -> list[dict[str, Any]]:
    """Return features as a card holds them."""
    return [asdict(feature) for feature in features]


def packed(card: Mapping[str, Any], content: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a model's files: a card that lists the others, and the others.

    Parameters
    ----------
    content : mapping of str to bytes
        The files under the names `PIPELINE`, `COEFFICIENTS`, `ENSEMBLE` and `TREES`.
    """
    digests = {name: data_hash(data) for name, data in content.items()}
    named = {name: {"sha256": digests[name], "bytes": len(data)} for name, data in content.items()}
    return {CARD: sealed(dict(card) | {"files": named})} | {
        versioned(name, digests[name]): data for name, data in content.items()
    }


def is_model(path: str) -> bool:
    """Return whether a path is a model, even a broken one."""
    try:
        with opened(path) as read:
            return (read(CARD, CARD_BYTES) or b"").startswith(HEAD)
    except (KitError, FileNotFoundError):
        return False


def check_target(path: str) -> None:
    """Refuse a path that exists and is not a model, before anything is trained."""
    if os.path.lexists(path) and not is_model(path):
        raise KitError(f"{path}: exists and is not a model; choose another path with -o", 2)
    if path.endswith(ARCHIVE) and os.path.isdir(path):
        raise KitError(f"{path}: is a folder, not an archive; choose another path with -o", 2)
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise KitError(f"{path}: the folder {folder} does not exist; create it first")


def save(path: str, files: Mapping[str, bytes]) -> None:
    """Write a model as `packed` returns it: one folder, or one archive for a path in .zip.

    An existing model is replaced at once: a reader finds the old one or the new one, never a mix.
    Other files in the folder stay.
    """
    check_target(path)
    if path.endswith(ARCHIVE):
        with write_whole(path) as stream, zipfile.ZipFile(stream, "w") as archive:
            for member, content in files.items():
                archive.writestr(zipfile.ZipInfo(member), content)
        return
    target = os.path.realpath(path)
    if not os.path.isdir(target):
        try:
            with write_whole_folder(target, replace=os.path.isfile(target)) as draft:
                _write(draft, files)
            return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise  # another training was faster; its model is replaced
    with _alone(target):
        _replace(target, files)


def _write(folder: str, files: Mapping[str, bytes]) -> None:
    """Write a model's files, the card last: it makes the others the current ones."""
    for name in sorted(files, key=lambda name: name == CARD):
        path = os.path.join(folder, name)
        if name == CARD or not _holds(path, files[name]):
            with write_whole(path) as stream:
                stream.write(files[name])


def _holds(path: str, content: bytes) -> bool:
    try:
        return read_regular(path, len(content)) == content
    except (KitError, FileNotFoundError):
        return False


def _replace(folder: str, files: Mapping[str, bytes]) -> None:
    """Replace the model in a folder; its old files are removed after the card is renamed."""
    old = read_regular(os.path.join(folder, CARD), CARD_BYTES)
    _write(folder, files)
    gone = {name for name in os.listdir(folder) if VERSIONED.fullmatch(name)}
    if old.startswith(HEAD + b"1,"):
        gone |= {PIPELINE, COEFFICIENTS}
    for name in gone - files.keys():
        with suppress(FileNotFoundError):
            os.unlink(os.path.join(folder, name))


@contextmanager
def _alone(folder: str) -> Iterator[None]:
    """Lock a folder against other trainings; continue where the file system has no locks."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # NFS cannot lock folders
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
