"""cloud-env pack and unpack: parse what the shell has parsed, call, print."""

from __future__ import annotations

import getpass
import os
import signal
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import Any, Callable, Iterator

from pyhelpers import KitError
from pyhelpers.cloud import home_contents, home_pack, home_unpack
from pyhelpers.cloud.home_contents import Choice, megabytes
from pyhelpers.cloud.home_places import State, place_of
from pyhelpers.cloud.home_streams import Key
from pyhelpers.cloud.tables import harmless, rows_as
from pyhelpers.files import EndedError, orderly_end

COLUMNS = ("action", "mb", "path", "why")


def parsed(words: list[str]) -> dict[str, Any]:
    """Return NAME=VALUE words as a dictionary; exclude and include may be repeated.

    Examples
    --------
    >>> parsed(["format=csv", "exclude=a", "exclude=b=c"])
    {'exclude': ['a', 'b=c'], 'include': [], 'format': 'csv'}
    """
    options: dict[str, Any] = {"exclude": [], "include": []}
    for word in words:
        name, _, value = word.partition("=")
        if isinstance(options.get(name), list):
            options[name].append(value)
        else:
            options[name] = value
    return options


def note(text: str) -> None:
    """Print a message on standard error."""
    sys.stdout.flush()
    sys.stderr.write(f"cloud-env: {harmless(text)}\n")


class Meter:
    """A line on a terminal that says how far a pack or unpack is, from the second second on."""

    def __init__(self) -> None:
        stderr = sys.stderr
        shown = stderr.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")
        self._begun = time.monotonic()
        self._due = self._begun + 1 if shown else float("inf")
        self._width = 0

    def __call__(self, what: str, done: int, size: int) -> None:
        """Show what is done, bytes done, bytes in all (0: not known)."""
        now = time.monotonic()
        if now < self._due:
            return
        text = f"{what} {done / 1e6:,.0f} MB"
        if size:
            left = (size - done) * (now - self._begun) / max(done, 1)
            text = f"{what} {done / 1e6:,.0f} of {size / 1e6:,.0f} MB, {left:.0f} s left"
        self._write(text)
        self._due = now + 0.2

    def hide(self) -> None:
        """Remove the line, before other output."""
        if self._width:
            self._write("")

    def _write(self, text: str) -> None:
        sys.stderr.write("\r" + text.ljust(self._width) + "\r" * (not text))
        sys.stderr.flush()
        self._width = len(text)


@contextmanager
def metered() -> Iterator[Meter]:
    """Yield a line that is removed at the end."""
    meter = Meter()
    try:
        yield meter
    finally:
        meter.hide()


def show(form: str, rows: list[list[str]]) -> None:
    """Print the rows of a plan."""
    sys.stdout.write(rows_as(form, COLUMNS, rows) + "\n")
    sys.stdout.flush()


def files(count: int) -> str:
    """Return a number of files in words."""
    return f"{count:,} file" if count == 1 else f"{count:,} files"


def key_of(options: dict[str, Any], twice: bool) -> Callable[[], Key | None]:
    """Return a function that gives the key, and asks for a secret at most once."""
    held: list[Key | None] = []

    def key() -> Key | None:
        if not held:
            held.append(_key(options, twice))
        return held[0]

    return key


def _key(options: dict[str, Any], twice: bool) -> Key | None:
    path = options.get("key", "")
    if path:
        if os.path.isfile(path) and os.stat(path).st_mode & 0o077:
            note(f"{path} can be read by others; chmod 600 {path}")
        return Key(path)
    if not options.get("encrypt"):
        return None
    try:
        with open("/dev/tty"):
            pass
    except OSError:
        raise KitError("there is no terminal to ask for the secret at; add --key FILE", 2) from None
    secret = getpass.getpass("Secret of the archive: ")
    if twice and getpass.getpass("The same again: ") != secret:
        raise KitError("the two differ; try again", 2)
    if not secret:
        raise KitError("the secret is empty; choose a long one", 2)
    return Key(secret=secret.encode(errors="surrogateescape"))


def _relative(home: str, patterns: list[str]) -> tuple[str, ...]:
    """Return patterns below the home: a path below it may be given from /."""
    return tuple(
        each[len(home) + 1 :] if each.startswith(f"{home}/") else each for each in patterns
    )


def run_pack(options: dict[str, Any]) -> int:
    """Print the plan, and pack unless it is a dry run; 1 where a file could not be read."""
    home, state = os.path.realpath(options["home"]), State(options["state"])
    name = options.get("to") or state.last_place()
    if not name:
        raise KitError("name where to: --to FILE, or s3://, gs:// or az://BUCKET/KEY", 2)
    place = place_of(name, options["script"])
    if options.get("secrets") and not (options.get("key") or options.get("encrypt")):
        raise KitError("--with-secrets goes with --key FILE or --encrypt", 2)
    exclude, include = (_relative(home, options[each]) for each in ("exclude", "include"))
    never = (state.folder, *filter(None, [options.get("key")]))
    choice = Choice(
        exclude, include, bool(options.get("secrets")), tuple(map(os.path.realpath, never))
    )
    with state.locked():
        found = home_pack.contents(home, choice, place)
        if options.get("dry"):
            known = state.remembered(place)
            show(options["format"], home_contents.plan(found))
            helds = home_pack.held_before(home, found.entries, known and known.manifest)
            _note_plan(found, home_pack.new_bytes(helds), name)
            return 0
        known = home_pack.known_archive(place, state, bool(options.get("full")))
        key = key_of(options, twice=known is None)()
        show(options["format"], home_contents.plan(found))
        with metered() as meter:
            packed = home_pack.pack(home, place, state, found, key, known, meter)
    if packed is None:
        note(f"nothing has changed since the last pack to {name}")
    else:
        what = "the whole home" if packed.whole else "what has changed"
        note(f"{packed.name} has {what}, {megabytes(packed.size)} MB")
    return _note_failed(found.failed if packed is None else packed.failed)


def _note_failed(failed: list[str]) -> int:
    """Name what is not in the archive; return the exit code."""
    for path in failed[:10]:
        note(f"~/{path}")
    if failed:
        note(f"{len(failed):,} not packed; correct that or --exclude it, and pack again")
    return 1 if failed else 0


def _note_plan(found: home_contents.Contents, new: int, name: str) -> None:
    count = sum(entry.kind == "file" for entry in found.entries)
    total = sum(entry.size for entry in found.entries if entry.kind == "file")
    left = sum(each.size for each in found.left)
    note(
        f"{files(count)}, {megabytes(total)} MB, would be packed, of which {megabytes(new)} MB are"
        f" new to {name}; {megabytes(left)} MB are left out"
    )


def run_unpack(options: dict[str, Any]) -> int:
    """Check the archive, print what is done and do it; 1 where something is in the way."""
    folder = options.get("into") or options["home"]
    home, state = os.path.realpath(folder), State(options["state"])
    if not os.path.isdir(home):
        raise KitError(f"{folder}: is not a folder; make it first")
    place = place_of(options["from"], options["script"])
    key = key_of(options, twice=False)
    with state.locked(), ExitStack() as stack:
        with metered() as meter:
            archive = home_unpack.opened(place, key, stack, meter)
        if archive.stale:
            note(f"{archive.stale} belongs to an older archive and is passed over")
        found = home_unpack.steps(home, archive.memory.manifest, bool(options.get("overwrite")))
        if not options.get("dry"):
            with metered() as meter:
                home_unpack.unpack(home, archive, key, found, meter)
            if home == os.path.realpath(options["home"]):
                state.remember(place, archive.memory)
    show(options["format"], home_unpack.rows(found))
    restored = sum(
        step.action in ("restore", "replace") and step.held.entry.kind == "file" for step in found
    )
    kept = sum(step.action == "newer" for step in found)
    in_the_way = sum(step.action == "conflict" for step in found)
    word = "would be unpacked" if options.get("dry") else "unpacked"
    note(f"{files(restored)} {word}" + f"; {files(kept)} here newer, and kept" * bool(kept))
    if in_the_way:
        note(f"{in_the_way:,} not unpacked: something is in their place; see the rows 'conflict'")
    if not options.get("dry"):
        _list_rebuilt(options, home, archive.memory.manifest.rebuilt)
    return 1 if in_the_way else 0


def _list_rebuilt(options: dict[str, Any], home: str, rebuilt: list[tuple[str, str]]) -> None:
    """Write path and lock of the environments that are missing, for the shell to rebuild."""
    missing = [
        text
        for path, lock in rebuilt
        if not os.path.lexists(os.path.join(home, path))
        for text in (os.path.join(home, path), lock)
    ]
    with open(options["rebuilt"], "wb") as out:
        out.write("".join(f"{text}\0" for text in missing).encode(errors="surrogateescape"))


def main(command: str, words: list[str]) -> int:
    """Run pack or unpack; print an error as one line, and return the exit code."""
    os.umask(0o077)
    sys.stdout.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
    options = parsed(words)
    try:
        with orderly_end():
            return (run_pack if command == "pack" else run_unpack)(options)
    except (KeyboardInterrupt, EndedError, BrokenPipeError) as ended:
        signum = getattr(ended, "signum", signal.SIGINT)
        signum = signal.SIGPIPE if isinstance(ended, BrokenPipeError) else signum
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        signal.signal(signum, signal.SIG_DFL)
        os.kill(os.getpid(), signum)
        return 128 + int(signum)
    except KitError as error:
        note(str(error))
        return error.exit_code
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        note(f"{where}{error.strerror}; check the path, its rights and the space left")
        return 1
