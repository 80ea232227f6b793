"""Where an archive of a home is kept, file or bucket, and what this home remembers of it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from typing import IO, Any, Iterator, NamedTuple

from pyhelpers import KitError
from pyhelpers.cloud.home_archive import Manifest, loaded
from pyhelpers.files import keep, read_kept, write_whole

NEXT = ".next"  # ends the name of the file on a part that is not there yet
SCHEMES = ("s3://", "gs://", "az://")


class Place:
    """A file and its further parts: NAME, NAME.1, NAME.2 ..."""

    def __init__(self, name: str) -> None:
        self.name = os.path.abspath(name)

    def part(self, number: int) -> str:
        """Return the name of a part."""
        return f"{self.name}.{number}" if number else self.name

    def size(self, number: int) -> int | None:
        """Return a part's bytes; None where there is none."""
        path = self.part(number)
        if not os.path.lexists(path):
            return None
        if not os.path.isfile(path):
            raise KitError(f"{path}: is not a file; name another")
        return os.path.getsize(path)

    @contextmanager
    def writing(self, number: int) -> Iterator[IO[bytes]]:
        """Yield a stream for a part that appears whole or not at all."""
        with write_whole(self.part(number)) as stream:
            yield stream

    @contextmanager
    def reading(self, number: int) -> Iterator[IO[bytes]]:
        """Yield a part, which can be read twice."""
        with open(self.part(number), "rb") as stream:
            yield stream

    def remove(self, number: int) -> None:
        """Remove a part."""
        os.unlink(self.part(number))


class Bucket(Place):
    """The same as objects of S3, Google Cloud Storage or Azure Blob Storage, by the cloud's CLI."""

    def __init__(self, name: str, script: str) -> None:
        self.name, self._script = name, script

    def _ask(self, action: str, number: int, path: str = "") -> str:
        """Run one action of bin/lib/cloud-object.sh; return what it prints."""
        url = self.part(number)
        words = ["bash", self._script, action, url, path]
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True)
        said = done.stderr.decode(errors="replace").strip()
        if done.returncode in (2, 127):
            raise KitError(said.partition(": ")[2] or said, done.returncode)
        if done.returncode:
            from pyhelpers.csvio.sources import outcome

            what, code = outcome(said, url)
            raise KitError(f"{url}: {what or 'the CLI failed; try again'}", code)
        return done.stdout.decode().strip()

    def size(self, number: int) -> int | None:
        """Return an object's bytes; None where there is none."""
        answer = self._ask("size", number)
        return int(answer) if answer else None

    @contextmanager
    def writing(self, number: int) -> Iterator[IO[bytes]]:
        """Yield a temporary file, which is uploaded when it is complete."""
        with tempfile.NamedTemporaryFile(prefix="beachhead-pack-") as stream:
            yield stream
            stream.flush()
            self._ask("put", number, stream.name)

    @contextmanager
    def reading(self, number: int) -> Iterator[IO[bytes]]:
        """Yield a temporary copy."""
        with tempfile.NamedTemporaryFile(prefix="beachhead-pack-") as stream:
            self._ask("get", number, stream.name)
            with open(stream.name, "rb") as copy:
                yield copy

    def remove(self, number: int) -> None:
        """Remove an object."""
        self._ask("remove", number)


def place_of(name: str, script: str) -> Place:
    """Return the place that a path or an address of a bucket names."""
    if name.startswith(SCHEMES):
        return Bucket(name, script)
    if "://" in name:
        raise KitError(f"{name} is not a file or an address such as s3://BUCKET/KEY", 2)
    return Place(name)


class Memory(NamedTuple):
    """What a home remembers of its archive at a place.

    Attributes
    ----------
    parts : list of (int, str)
        Bytes and SHA-256 of every part.
    mark, salt : str
        By which another key is noticed; "" without one.
    """

    manifest: Manifest
    parts: list[tuple[int, str]]
    mark: str
    salt: str


class State:
    """The state folder's part for archives: what each place holds, and the last pack."""

    def __init__(self, folder: str) -> None:
        self.folder = os.path.join(folder, "packs")

    def _path(self, place: Place) -> str:
        return os.path.join(self.folder, hashlib.sha256(place.name.encode()).hexdigest()[:16])

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Allow one pack or unpack at a time."""
        try:
            os.makedirs(self.folder, 0o700, exist_ok=True)
            fd = os.open(os.path.join(self.folder, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            why = f"{self.folder}: {error.strerror}; check the home's rights and the space left"
            raise KitError(why) from None
        with open(fd, "ab") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise KitError("another cloud-env pack or unpack is running; wait for it") from None
            yield

    def remembered(self, place: Place, suffix: str = "") -> Memory | None:
        """Return what is known of a place, None where that is nothing or damaged."""
        text = read_kept(self._path(place) + suffix)
        if text is None:
            return None
        with suppress(ValueError, KeyError, TypeError, KitError):
            fields: dict[str, Any] = json.loads(text)
            manifest = loaded(fields.pop("manifest").encode(), place.name)
            parts = [(int(size), str(digest)) for size, digest in fields.pop("parts")]
            return Memory(manifest, parts, **fields)
        return None

    def remember(self, place: Place, memory: Memory) -> None:
        """Keep what a place holds now."""
        self.expect(place, memory)
        os.replace(self._path(place) + NEXT, self._path(place))

    def expect(self, place: Place, memory: Memory) -> None:
        """Keep what a place will hold when the part that is written appears there."""
        fields = {**memory._asdict(), "manifest": memory.manifest.dumped().decode()}
        self._keep(self._path(place) + NEXT, json.dumps(fields).encode())

    def settle(self, place: Place) -> None:
        """Find out whether the part of a pack that was killed has appeared."""
        expected, known = self.remembered(place, NEXT), self.remembered(place)
        if expected is None:
            return
        last = len(expected.parts) - 1
        if place.size(last) != expected.parts[last][0]:
            os.unlink(self._path(place) + NEXT)
        elif known and len(known.parts) > last and known.parts[last][0] == expected.parts[last][0]:
            os.unlink(self._path(place))  # either may be there: the home is packed anew, if asked
        else:
            os.replace(self._path(place) + NEXT, self._path(place))

    def note_pack(self, place: Place, when: int) -> None:
        """Keep when and where the home was packed last, which doctor reads."""
        self._keep(os.path.join(self.folder, "last"), f"{when}\n{place.name}\n".encode())

    def _keep(self, path: str, text: bytes) -> None:
        if not keep(path, text):
            raise KitError(f"{path}: cannot be written; check the space left, and pack again")

    def last_place(self) -> str | None:
        """Return where the home was packed last."""
        lines = (read_kept(os.path.join(self.folder, "last")) or b"").decode().splitlines()
        return lines[1] if len(lines) == 2 else None
