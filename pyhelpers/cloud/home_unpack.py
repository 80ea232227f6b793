"""Unpack a home: check the whole archive, write beside the home's files, then rename."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import ExitStack, suppress
from typing import IO, Any, Callable, NamedTuple

from pyhelpers import KitError
from pyhelpers.cloud.home_archive import (
    BLOCK,
    Hashed,
    Held,
    Manifest,
    Progress,
    check_contents,
    digest_of,
    members,
    verified,
)
from pyhelpers.cloud.home_contents import STAGING, Entry, megabytes
from pyhelpers.cloud.home_places import Memory, Place
from pyhelpers.cloud.home_streams import MAGIC, SALT, Key, reading
from pyhelpers.files import orderly_end, signals_deferred

ROOM = 1 << 20  # bytes to leave free beside what is written


class Archive(NamedTuple):
    """An archive that was read to its end and found whole: its parts, open, and their contents."""

    streams: list[IO[bytes]]
    names: list[str]
    memory: Memory
    stale: str  # a part of an older archive, which is passed over


def opened(
    place: Place,
    key: Callable[[], Key | None],
    stack: ExitStack,
    progress: Progress = lambda what, done, size: None,
) -> Archive:
    """Open and check every part of an archive."""
    if place.size(0) is None:
        raise KitError(f"{place.name}: there is no archive; check its name")
    streams: list[IO[bytes]] = []
    contents: list[dict[str, tuple[int, str]]] = []
    parts: list[tuple[int, str]] = []
    salt, stale = "", ""
    manifest: Manifest | None = None
    number = 0
    while number == 0 or place.size(number) is not None:
        name = place.part(number)
        stream = stack.enter_context(place.reading(number))
        hashed = Hashed(stream)
        for _ in iter(lambda: hashed.read(BLOCK), b""):  # noqa: B023
            pass
        with reading(stream, name, key) as plain:
            read, held = verified(plain, name, progress)
        if manifest and read.chain != manifest.chain:
            stale = name
            break
        if read.part != number or read.parts != parts:
            raise KitError(f"{name}: does not follow the parts before it; take another copy")
        if number == 0:
            stream.seek(0)
            head = stream.read(len(MAGIC) + SALT)
            salt = head[len(MAGIC) :].hex() if head.startswith(MAGIC) else os.urandom(SALT).hex()
        manifest = read
        streams.append(stream)
        contents.append(held)
        parts.append((hashed.size, hashed.hexdigest()))
        number += 1
    assert manifest
    check_contents(manifest, contents, place.name)
    names = [place.part(number) for number in range(len(parts))]
    asked = key() if parts and _encrypted(streams[0]) else None
    mark = asked.mark(bytes.fromhex(salt)) if asked else ""
    return Archive(streams, names, Memory(manifest, parts, mark, salt), stale)


def _encrypted(stream: IO[bytes]) -> bool:
    stream.seek(0)
    return stream.read(len(MAGIC)).startswith((MAGIC, b"age-encryption"))


class Step(NamedTuple):
    """What is done with an entry: restore, replace, keep, newer (kept) or conflict (kept)."""

    action: str
    held: Held
    why: str = ""


def steps(home: str, manifest: Manifest, overwrite: bool) -> list[Step]:
    """Return what unpacking would do; never through a symbolic link, or over a newer file."""
    found: list[Step] = []
    blocked: set[str] = set()
    for held in manifest.entries:
        entry = held.entry
        if os.path.dirname(entry.path) in blocked:
            if entry.kind == "folder":
                blocked.add(entry.path)
            found.append(Step("conflict", held, "no folder is in place of its folder"))
            continue
        step = _step(home, held, overwrite)
        if step.action == "conflict" and entry.kind == "folder":
            blocked.add(entry.path)
        found.append(step)
    return found


def _step(home: str, held: Held, overwrite: bool) -> Step:
    entry, path = held.entry, os.path.join(home, held.entry.path)
    folder = os.path.dirname(path)
    try:
        there = os.lstat(path)
    except FileNotFoundError:
        why = _why_not(home, folder)
        return Step("conflict", held, why) if why else Step("restore", held)
    is_folder = stat.S_ISDIR(there.st_mode)
    if is_folder or entry.kind == "folder":
        if is_folder and entry.kind == "folder":
            return Step("keep", held)
        return Step("conflict", held, "a folder is there" if is_folder else "no folder is there")
    if _same(path, there, held):
        return Step("keep", held)
    if there.st_mtime_ns > entry.mtime_ns and not overwrite:
        return Step("newer", held, "the one here is newer; --overwrite replaces it")
    why = _why_not(home, folder)
    return Step("conflict", held, why) if why else Step("replace", held)


def _why_not(home: str, folder: str) -> str:
    """Return why nothing can be renamed into a folder; "" where it can, or is to be made."""
    if not os.path.isdir(folder):
        return ""
    if not os.access(folder, os.W_OK):
        return "its folder cannot be written"
    apart = os.lstat(folder).st_dev != os.stat(home).st_dev
    return "its folder is on another file system" if apart else ""


def _same(path: str, there: os.stat_result, held: Held) -> bool:
    """Return whether what is there has the content of the archive."""
    entry = held.entry
    if entry.kind == "link":
        return stat.S_ISLNK(there.st_mode) and os.readlink(path) == entry.target
    if not stat.S_ISREG(there.st_mode) or there.st_size != entry.size:
        return False
    if entry.kind == "same":
        first = os.path.join(path[: -len(entry.path)], entry.target)
        return os.path.exists(first) and os.path.samefile(first, path)
    return digest_of(path) == held.digest


def rows(found: list[Step]) -> list[list[str]]:
    """Return the rows of a plan: action, mb, path, why; each file that is kept as it is newer."""
    sums: dict[tuple[str, str], int] = {}
    single = []
    for step in found:
        entry = step.held.entry
        if step.action in ("newer", "conflict"):
            single.append([step.action, megabytes(entry.size), f"~/{entry.path}", step.why])
            continue
        at = (step.action, entry.path.partition("/")[0])
        sums[at] = sums.get(at, 0) + (entry.size if entry.kind == "file" else 0)
    summed = sorted(sums.items(), key=lambda item: (item[0][0] == "keep", -item[1], item[0]))
    told = [[action, megabytes(size), f"~/{top}", ""] for (action, top), size in summed]
    return told + single


def unpack(
    home: str,
    archive: Archive,
    key: Callable[[], Key | None],
    found: list[Step],
    progress: Progress = lambda what, done, size: None,
) -> None:
    """Write what is missing or older beside the home's files, then rename all of it into place."""
    wanted = [step.held for step in found if step.action in ("restore", "replace")]
    size = sum(held.entry.size for held in wanted if held.entry.kind == "file")
    free = os.statvfs(home)
    if size + ROOM > free.f_bavail * free.f_frsize:
        left = free.f_bavail * free.f_frsize
        need = f"needs {megabytes(size + ROOM)} MB, and {left >> 20} MB are free"
        raise KitError(f"{home}: {need}; free some (cloud-env space), nothing was unpacked")
    _remove_left_over(home)
    with orderly_end():
        staging = tempfile.mkdtemp(prefix=STAGING, dir=home)
        try:
            staged = _stage(
                staging, archive, key, wanted, lambda done: progress("unpacking", done, size)
            )
            with signals_deferred():
                _put_in_place(home, staging, wanted, staged)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _remove_left_over(home: str) -> None:
    """Remove what an unpack that was killed has left: the lock says that none runs."""
    for name in os.listdir(home):
        if name.startswith(STAGING):
            shutil.rmtree(os.path.join(home, name), ignore_errors=True)


def _stage(
    staging: str,
    archive: Archive,
    key: Callable[[], Key | None],
    wanted: list[Held],
    progress: Callable[[int], Any],
) -> dict[str, str]:
    """Write the files into the staging folder; return where each is, by its path."""
    places: dict[tuple[int, str], list[Held]] = {}
    for held in wanted:
        if held.entry.kind == "file":
            places.setdefault((held.part, held.member), []).append(held)
    staged: dict[str, str] = {}
    done = 0
    for number in sorted({part for part, _ in places}):
        with reading(archive.streams[number], archive.names[number], key) as plain:
            for info, member in members(plain, archive.names[number]):
                helds = places.get((number, info.name), []) if member else []
                for held in helds:
                    progress(done)
                    done += held.entry.size
                    path = os.path.join(staging, str(len(staged)))
                    if held is helds[0]:
                        _write(path, member, held, archive.names[number])
                    else:
                        shutil.copyfile(staged[helds[0].entry.path], path)
                    staged[held.entry.path] = path
    return staged


def _write(path: str, member: IO[bytes], held: Held, name: str) -> None:
    hashed = Hashed(member)
    try:
        with open(path, "wb") as out:
            for block in iter(lambda: hashed.read(BLOCK), b""):
                if block.count(0) == len(block):
                    out.seek(len(block), os.SEEK_CUR)  # a hole: a sparse file stays one
                else:
                    out.write(block)
            out.truncate()
    except OSError as error:
        if error.filename is None:
            error.filename = path
        raise
    if hashed.hexdigest() != held.digest:
        raise KitError(f"{name}: changed while it was unpacked; nothing was unpacked")


def _put_in_place(home: str, staging: str, wanted: list[Held], staged: dict[str, str]) -> None:
    made: list[Entry] = []
    for entry, _, _, _ in wanted:
        path = os.path.join(home, entry.path)
        draft = staged.get(entry.path, os.path.join(staging, "other"))
        if entry.kind == "folder":
            os.mkdir(path, 0o700)
            made.append(entry)
            continue
        if entry.kind == "link":
            os.symlink(entry.target, draft)
        elif entry.kind == "same":
            os.link(os.path.join(home, entry.target), draft)
        else:
            os.chmod(draft, entry.mode)
        if entry.kind != "same":
            os.utime(draft, ns=(entry.mtime_ns, entry.mtime_ns), follow_symlinks=False)
        os.replace(draft, path)
        with suppress(FileNotFoundError):  # a rename to another name of the same file does nothing
            os.unlink(draft)
    for entry in reversed(made):
        path = os.path.join(home, entry.path)
        os.chmod(path, entry.mode)
        os.utime(path, ns=(entry.mtime_ns, entry.mtime_ns))
