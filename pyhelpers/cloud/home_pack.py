"""Pack a home: the whole of it first, then what has changed."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import NamedTuple

from pyhelpers import KitError
from pyhelpers.cloud.home_archive import (
    Hashed,
    Held,
    Manifest,
    Progress,
    digest_of,
    write_part,
)
from pyhelpers.cloud.home_contents import MB, Choice, Contents, Entry, scan
from pyhelpers.cloud.home_places import Memory, Place, State
from pyhelpers.cloud.home_streams import SALT, Key, writing

MOST_PARTS = 20  # each is asked for before a pack, which takes a second in a bucket


class Packed(NamedTuple):
    """What came of a pack: the name and bytes of the part, and what could not be read."""

    name: str
    size: int
    whole: bool
    failed: list[str]


def contents(home: str, choice: Choice, place: Place) -> Contents:
    """Return what goes in; the archive itself and its key never do."""
    folder, name = os.path.split(place.name)
    names = os.listdir(folder) if os.path.isdir(folder) else []
    parts = [
        os.path.join(folder, each)
        for each in names
        if each == name
        or (each.startswith(f"{name}.") and each[len(name) + 1 :].isdigit())
        or each.startswith(f".{name}.")  # what a pack that was killed has left
    ]
    never = [os.path.relpath(each, home) for each in [*parts, *choice.never]]
    return scan(home, choice._replace(never=tuple(never)))


def held_before(home: str, entries: list[Entry], before: Manifest | None) -> list[Held]:
    """Return the entries with where their bytes are already; a file that is nowhere has no digest.

    A file whose size and times are as they were is taken for unchanged; of any other the content
    decides.
    """
    if before is None:
        return [Held(entry) for entry in entries]
    paths = {held.entry.path: held for held in before.entries}
    digests = {held.digest: held for held in before.entries if held.digest}
    sizes = {held.entry.size for held in before.entries if held.digest}
    helds = []
    for entry in entries:
        known = paths.get(entry.path)
        if entry.kind != "file":
            known = None
        elif not (known and known.digest and _untouched(known.entry, entry)):
            known = None
            if entry.size in sizes:
                with suppress(OSError):
                    known = digests.get(digest_of(os.path.join(home, entry.path)))
            if known and known.entry.size != entry.size:  # it has changed since the scan
                known = None
        helds.append(known._replace(entry=entry) if known else Held(entry))
    return helds


def _untouched(known: Entry, entry: Entry) -> bool:
    return all(
        getattr(known, name) == getattr(entry, name) for name in ("size", "mtime_ns", "ctime_ns")
    )


def new_bytes(helds: list[Held]) -> int:
    """Return the bytes of files that are in no part yet."""
    return sum(held.entry.size for held in helds if held.entry.kind == "file" and not held.digest)


def _seen(held: Held) -> tuple[object, ...]:
    """Return what tells an entry from another; a folder's time changes with its files."""
    entry = held.entry
    mtime = 0 if entry.kind == "folder" else entry.mtime_ns
    return (entry.path, entry.kind, entry.mode, mtime, entry.target, held.digest)


def known_archive(place: Place, state: State, full: bool) -> Memory | None:
    """Return what the place holds if this home packed it; None for a first or a full archive.

    Raises
    ------
    KitError
        Where something else is there: nothing that this home did not pack is replaced unasked.
    """
    state.settle(place)
    memory = state.remembered(place)
    if full:
        return None
    if memory is None:
        if place.size(0) is not None:
            what = "is there, and this home did not pack it"
            raise KitError(f"{place.name}: {what}; name another, or add --full to replace it")
        return None
    for number, (size, _) in enumerate(memory.parts):
        if place.size(number) != size:
            what = "is not as this home left it"
            raise KitError(f"{place.part(number)}: {what}; add --full to pack the whole home anew")
    if place.size(len(memory.parts)) is not None:
        what = "is there, packed by another home"
        raise KitError(f"{place.part(len(memory.parts))}: {what}; name another, or add --full")
    changes = sum(size for size, _ in memory.parts[1:])
    few = len(memory.parts) < MOST_PARTS
    return memory if few and changes <= max(memory.parts[0][0], MB) else None


def pack(
    home: str,
    place: Place,
    state: State,
    found: Contents,
    key: Key | None,
    known: Memory | None,
    progress: Progress = lambda what, done, size: None,
) -> Packed | None:
    """Write the next part of an archive; None where nothing has changed."""
    before = known.manifest if known else None
    salt = bytes.fromhex(known.salt) if known else os.urandom(SALT)
    mark = key.mark(salt) if key else ""
    if known and known.mark != mark:
        raise KitError(
            "the last pack had another key, or none; use the same, or add --full to pack anew", 2
        )
    helds = held_before(home, found.entries, before)
    size = new_bytes(helds)
    when = int(time.time())
    if before and list(map(_seen, helds)) == list(map(_seen, before.entries)):
        assert known
        state.remember(place, known._replace(manifest=before._replace(entries=helds)))
        state.note_pack(place, when)
        return None
    number = len(known.parts) if known else 0
    chain = before.chain if before else os.urandom(8).hex()
    parts = known.parts if known else []
    manifest = Manifest(chain, number, when, [], parts, found.rebuilt)
    with place.writing(number) as sink:
        hashed = Hashed(sink)
        with writing(hashed, key, salt) as out:  # type: ignore[arg-type]
            manifest, failed = write_part(
                out, home, helds, before, manifest, lambda done: progress("packing", done, size)
            )
        parts = [*parts, (hashed.size, hashed.hexdigest())]
        memory = Memory(manifest, parts, mark, salt.hex())
        progress("writing", hashed.size, 0)
        state.expect(place, memory)  # the part appears when this block ends
    state.remember(place, memory)
    state.note_pack(place, when)
    _remove_later_parts(place, len(parts))
    return Packed(place.part(number), hashed.size, not number, [*found.failed, *failed])


def _remove_later_parts(place: Place, number: int) -> None:
    """Remove the parts of an older archive that the new one has replaced."""
    while place.size(number) is not None:
        place.remove(number)
        number += 1
