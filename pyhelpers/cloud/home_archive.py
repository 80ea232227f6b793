"""Archive of a home: a tar file whose last member lists its contents; further parts hold changes.

A manifest lists every file, folder and link of the home, with the part and the member that hold a
file's bytes. A part holds only the contents that no earlier part has.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import zlib
from typing import Any, Callable, Iterator, NamedTuple

from pyhelpers import KitError
from pyhelpers.cloud.home_contents import Entry

MANIFEST = ".beachhead-manifest.json"
KIND = "beachhead home 1"
BLOCK = 1 << 18
Progress = Callable[[str, int, int], Any]  # what is done, bytes done, bytes in all (0: not known)


class Held(NamedTuple):
    """An entry, and where the bytes of a file are: digest, part and member's path."""

    entry: Entry
    digest: str = ""
    part: int = 0
    member: str = ""


class Manifest(NamedTuple):
    """What a home held when a part was packed.

    Attributes
    ----------
    chain : str
        Random name that all parts of an archive share.
    parts : list of (int, str)
        Bytes and SHA-256 of each part before this one.
    rebuilt : list of (str, str)
        Environments that were left out, and the lock that rebuilds each.
    """

    chain: str
    part: int
    made: int
    entries: list[Held]
    parts: list[tuple[int, str]]
    rebuilt: list[tuple[str, str]]

    def dumped(self) -> bytes:
        """Return the manifest as JSON."""
        entries = [[*held.entry, *held[1:]] for held in self.entries]
        fields = {"kind": KIND, **self._asdict(), "entries": entries}
        return json.dumps(fields, separators=(",", ":")).encode()


def loaded(text: bytes, name: str) -> Manifest:
    """Return a manifest that `dumped` wrote; refuse paths that lead out of the home."""
    try:
        fields = json.loads(text)
        if fields.pop("kind") != KIND:
            raise ValueError(KIND)
        split = len(Entry._fields)
        rows = [Held(Entry(*row[:split]), *row[split:]) for row in fields.pop("entries")]
        parts = [(int(size), str(digest)) for size, digest in fields.pop("parts")]
        rebuilt = [(str(path), str(lock)) for path, lock in fields.pop("rebuilt")]
        manifest = Manifest(entries=rows, parts=parts, rebuilt=rebuilt, **fields)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise KitError(f"{name}: its list of contents is damaged ({error})") from None
    folders, paths = {""}, set()
    for entry, _, _, member in manifest.entries:
        refuse_path(entry.path, name)
        if entry.path in paths:
            raise KitError(f"{name}: lists {entry.path} twice; take another copy")
        paths.add(entry.path)
        if entry.kind == "same" or member:
            refuse_path(member or entry.target, name)
        if os.path.dirname(entry.path) not in folders:
            raise KitError(f"{name}: {entry.path} is in no folder of the archive")
        if entry.kind == "folder":
            folders.add(entry.path)
    for path, _ in manifest.rebuilt:
        refuse_path(path, name)
    return manifest


def refuse_path(path: str, name: str) -> None:
    """Raise for a path that is not below the home.

    Examples
    --------
    >>> refuse_path("../x", "home.tar")
    Traceback (most recent call last):
    pyhelpers.KitError: home.tar: holds '../x', which is not below the home; nothing was unpacked
    """
    steps = path.split("/") if isinstance(path, str) else [""]
    if "\0" in path or any(step in ("", ".", "..") for step in steps):
        raise KitError(f"{name}: holds {path!r}, which is not below the home; nothing was unpacked")


class Hashed:
    """A stream that counts and hashes what passes through it."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._digest, self.size = stream, hashlib.sha256(), 0

    def read(self, count: int = -1) -> bytes:
        """Read."""
        block: bytes = self._stream.read(count)
        self._digest.update(block)
        self.size += len(block)
        return block

    def write(self, block: bytes) -> int:
        """Write."""
        self._digest.update(block)
        self.size += len(block)
        self._stream.write(block)
        return len(block)

    def hexdigest(self) -> str:
        """Return the SHA-256 so far."""
        return self._digest.hexdigest()


def digest_of(path: str) -> str:
    """Return the SHA-256 of a file."""
    with open(path, "rb") as stream:
        hashed = Hashed(stream)
        for _ in iter(lambda: hashed.read(BLOCK), b""):
            pass
    return hashed.hexdigest()


def write_part(
    out: Any,
    home: str,
    helds: list[Held],
    before: Manifest | None,
    manifest: Manifest,
    progress: Callable[[int], Any],
) -> tuple[Manifest, list[str]]:
    """Write a tar of the contents that no part has yet; return its manifest and what failed.

    Parameters
    ----------
    helds : list of Held
        Every entry; a file without a digest is stored.
    """
    there = {held.entry.path: held.entry for held in before.entries} if before else {}
    kept, failed, lost = [], [], set()
    done = 0
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT, bufsize=BLOCK) as tar:
        for held in helds:
            entry = held.entry
            if entry.kind == "same" and entry.target in lost:
                lost.add(entry.path)
                continue
            if entry.kind != "file":
                if there.get(entry.path) != entry:
                    tar.addfile(_member(entry))
            elif not held.digest:
                progress(done)
                digest, why = _store(tar, os.path.join(home, entry.path), entry)
                done += entry.size
                if why:
                    failed.append(f"{entry.path}: {why}")
                    lost.add(entry.path)
                    continue
                held = Held(entry, digest, manifest.part, entry.path)
            kept.append(held)
        manifest = manifest._replace(entries=kept)
        text = manifest.dumped()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode, info.mtime = len(text), 0o600, manifest.made
        tar.addfile(info, io.BytesIO(text))
    return manifest, failed


def _member(entry: Entry) -> tarfile.TarInfo:
    info = tarfile.TarInfo(entry.path)
    info.mode, info.mtime = entry.mode, entry.mtime_ns // 10**9
    info.pax_headers = {"mtime": f"{entry.mtime_ns // 10**9}.{entry.mtime_ns % 10**9:09}"}
    kinds = {"folder": tarfile.DIRTYPE, "link": tarfile.SYMTYPE, "same": tarfile.LNKTYPE}
    info.type, info.linkname = kinds.get(entry.kind, tarfile.REGTYPE), entry.target
    return info


def _store(tar: tarfile.TarFile, path: str, entry: Entry) -> tuple[str, str]:
    """Add a file; return its digest, and why it is not in the archive after all."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        return "", error.strerror or "cannot be read"
    with open(fd, "rb") as stream:
        info, filled = _member(entry), _Filled(stream)
        info.size = entry.size
        tar.addfile(info, filled)
        changed = filled.short or os.fstat(stream.fileno()).st_mtime_ns != entry.mtime_ns
    return filled.hexdigest(), "changed while it was packed; pack again" if changed else ""


class _Filled(Hashed):
    """A file that is filled up with zeros where it became shorter, or can no longer be read."""

    short = False

    def read(self, count: int = -1) -> bytes:
        """Read."""
        try:
            block = super().read(count)
        except OSError:
            block = b""
        if len(block) < count:
            self.short = True
            block += bytes(count - len(block))
        return block


def members(stream: Any, name: str) -> Iterator[tuple[tarfile.TarInfo, Any]]:
    """Yield the members of a part and a stream of each, up to the end of the stream.

    Raises
    ------
    KitError
        For a part that was cut or damaged, and for a member that no home holds.
    """
    allowed = (tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE)
    broken = f"{name}: was cut or damaged"
    try:
        with tarfile.open(fileobj=stream, mode="r|", bufsize=BLOCK) as tar:
            for info in iter(tar.next, None):
                tar.members.clear()  # type: ignore[attr-defined]
                refuse_path(info.name, name)
                if info.type not in allowed:
                    what = f"{name}: holds {info.name}, a device or pipe; nothing was unpacked"
                    raise KitError(what)
                yield info, tar.extractfile(info) if info.isreg() else None
        for block in iter(lambda: stream.read(BLOCK), b""):  # so that checksums and ends are seen
            if block.strip(b"\0"):
                raise KitError(f"{broken}; take another copy")
    except (tarfile.TarError, EOFError, zlib.error, ValueError) as error:
        raise KitError(f"{broken} ({error}); take another copy") from None
    except OSError as error:
        if error.errno:
            raise
        raise KitError(f"{broken} ({error}); take another copy") from None


def verified(
    stream: Any, name: str, progress: Progress
) -> tuple[Manifest, dict[str, tuple[int, str]]]:
    """Read a whole part; return its manifest, and size and digest of each file in it."""
    contents: dict[str, tuple[int, str]] = {}
    manifest, done = None, 0
    for info, member in members(stream, name):
        if manifest:
            raise KitError(f"{name}: holds more than its list of contents; nothing was unpacked")
        if member is None:
            continue
        if info.name == MANIFEST:
            manifest = loaded(member.read(), name)
            continue
        hashed = Hashed(member)
        progress("checking", done, 0)
        for _ in iter(lambda: hashed.read(BLOCK), b""):  # noqa: B023
            pass
        done += hashed.size
        contents[info.name] = (hashed.size, hashed.hexdigest())
    if manifest is None:
        raise KitError(
            f"{name}: was cut, or is not an archive of cloud-env pack; take another copy"
        )
    return manifest, contents


def check_contents(
    manifest: Manifest, contents: list[dict[str, tuple[int, str]]], name: str
) -> None:
    """Raise unless the parts hold every file that the manifest lists."""
    paths = set()
    for entry, digest, part, member in manifest.entries:
        paths.add(entry.path)
        if entry.kind == "same" and entry.target not in paths:
            raise KitError(f"{name}: lacks {entry.target}; take another copy")
        if entry.kind != "file":
            continue
        found = contents[part].get(member) if 0 <= part < len(contents) else None
        if found != (entry.size, digest):
            raise KitError(f"{name}: {entry.path} is missing or was changed; take another copy")
