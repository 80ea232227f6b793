"""A model's files: regular files of a bounded size, strict JSON, and hashes."""

import errno
import hashlib
import json
import math
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, NoReturn

from pyhelpers import KitError
from pyhelpers.model.card import wrong_in_card

ARCHIVE = ".zip"
PART = 1 << 20  # bytes hashed at once
GONE = (errno.ENOENT, errno.ENOTDIR, errno.ESTALE)
HALF = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")  # of a character in UTF-16: a surrogate
Read = Callable[[str, int], bytes | None]  # name, size limit in bytes: content, None if not there


def open_regular(path: str) -> int:
    """Open a regular file without blocking on a named pipe; return its descriptor.

    Raises
    ------
    KitError
        For anything but a regular file.
    FileNotFoundError
        For a missing file.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in GONE:
            raise FileNotFoundError(path) from None
        raise KitError(f"{path}: cannot be read ({error.strerror}); check it") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise KitError(f"{path}: is not a regular file; copy the model again")
    return handle


def _too_large(path: str, size: int, limit: int) -> KitError:
    return KitError(f"{path}: has {size} bytes where at most {limit} are expected; copy it again")


def read_regular(path: str, limit: int) -> bytes:
    """Return the content of a regular file of at most `limit` bytes."""
    with os.fdopen(open_regular(path), "rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > limit:
            raise _too_large(path, size, limit)
        try:
            return stream.read(limit + 1)
        except (OSError, MemoryError) as error:
            raise KitError(f"{path}: cannot be read ({error}); copy the model again") from None


def identity(path: str, name: str) -> tuple[int, ...] | None:
    """Return the identity of a file in a folder, which changes when the file is replaced.

    The file is opened, since NFS asks its server only then. None for an archive, which is opened
    once.
    """
    if not os.path.isdir(path):
        return None
    try:
        handle = open_regular(os.path.join(path, name))
    except FileNotFoundError:
        return ()
    try:
        status = os.fstat(handle)
    finally:
        os.close(handle)
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns


@contextmanager
def opened(path: str) -> Iterator[Read]:
    """Yield a function that reads files of a folder or an archive."""
    if os.path.isdir(path):
        yield lambda name, limit: _of_folder(os.path.join(path, name), limit)
        return
    with os.fdopen(open_regular(path), "rb") as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except Exception as error:
            # zipfile raises a dozen types of errors, such as struct.error, for a broken archive.
            raise KitError(f"{path}: is not a model or a complete .zip ({error})") from None
        yield lambda name, limit: _of_archive(archive, path, name, limit)


def _of_folder(path: str, limit: int) -> bytes | None:
    try:
        return read_regular(path, limit)
    except FileNotFoundError:
        return None


def _of_archive(archive: zipfile.ZipFile, path: str, name: str, limit: int) -> bytes | None:
    if name not in archive.NameToInfo:
        return None
    size = archive.NameToInfo[name].file_size
    if size > limit:
        raise _too_large(f"{path}: {name}", size, limit)
    try:
        return archive.read(name)
    except Exception as error:  # as above
        raise KitError(f"{path}: a broken archive ({error}); copy it again") from None


def stored_hash(path: str, name: str, limit: int) -> str | None:
    """Return the SHA-256 of a file in a folder or an archive, read part by part.

    None where it is not there, as `opened`'s functions.
    """
    total = hashlib.sha256()
    try:
        with ExitStack() as stack:
            folder = os.path.isdir(path)
            handle = open_regular(os.path.join(path, name) if folder else path)
            stream: Any = stack.enter_context(os.fdopen(handle, "rb"))
            size = os.fstat(stream.fileno()).st_size
            if not folder:
                archive = zipfile.ZipFile(stream)
                size = archive.getinfo(name).file_size
                stream = stack.enter_context(archive.open(name))
            if size > limit:
                raise _too_large(f"{path}: {name}", size, limit)
            while part := stream.read(PART):
                total.update(part)
    except (FileNotFoundError, KeyError):
        return None
    except KitError:
        raise
    except Exception as error:  # zipfile raises a dozen types of errors for a broken archive
        raise KitError(f"{path}: cannot be read ({error}); copy the model again") from None
    return total.hexdigest()


FORMAT = 3
FORMATS = (1, 2, 3)  # readable; format 1 had fixed file names and only the pipeline's hash
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
        if HALF.search(content):
            json.dumps(found, ensure_ascii=False).encode()  # refuses a lone half
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


def without_nan(value: Any) -> Any:
    """Return a JSON value with null in place of NaN and infinities."""
    if isinstance(value, Mapping):
        return {name: without_nan(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


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
