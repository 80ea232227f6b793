"""What of a home goes into an archive, and what is left out and why."""

from __future__ import annotations

import errno
import os
import re
import stat
from fnmatch import fnmatch
from typing import Iterable, Iterator, NamedTuple

from pyhelpers.cloud.secret_search import PRIVATE, STORES

MB = 1 << 20
# Folders that their tools fill again, by path below the home.
REFILLED = {
    ".cache": "cache",
    ".npm/_cacache": "downloads of npm",
    ".npm/_npx": "programs fetched by npx",
    ".npm/_logs": "logs of npm",
    "go/pkg/mod": "downloads of go",
    ".cargo/registry": "downloads of cargo",
    ".gradle/caches": "downloads of gradle",
    ".conda/pkgs": "downloads of conda",
    ".kube/cache": "discovery cache of kubectl",
    ".local/share/Trash": "the trash",
    ".azure/logs": "logs of az",
    ".config/gcloud/logs": "logs of gcloud",
    ".vscode-server": "the editor installs it again",
    ".local/state/beachhead/python": "install.sh fetches it again",
    ".local/share/beachhead/tools": "cloud-env tools restore installs them again",
}
LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "requirements.txt")
TAG = b"Signature: 8a477f597d28d172789f06886806bc55"  # https://bford.info/cachedir/
# Folders and files that hold nothing but logins.
LOGINS = """
.aws/sso/cache .aws/cli/cache .azure/msal_token_cache.bin .azure/msal_http_cache.bin
.config/gcloud/access_tokens.db .config/gcloud/legacy_credentials .gnupg/private-keys-v1.d
.local/share/keyrings .password-store
""".split()  # noqa: SIM905
KEY_NAMES = ("*.p12", "*.pfx", "*.jks", "*.kdbx", "*.ppk")
MAYBE_KEYS = ("*.pem", "*.key", "*.json", "id_*", ".env", ".env.*")
KEY = re.compile(rb'BEGIN [A-Z ]*PRIVATE KEY|AGE-SECRET-KEY-1|"private_key"\s*:')
STAGING = ".beachhead-unpack."  # what unpack has written so far
REBUILT = "rebuilt from "
SECRET = "may hold a key or token; --with-secrets packs it"


class Entry(NamedTuple):
    """A file, folder or symbolic link of the home.

    Attributes
    ----------
    path : str
        Path below the home.
    kind : str
        "file", "folder", "link" (symbolic) or "same" (a further name of a file).
    target : str
        What a link leads to; of a further name, the path of the first.
    ctime_ns : int
        When the file last changed in any way; 0 where that is not known.
    """

    path: str
    kind: str
    mode: int
    mtime_ns: int
    size: int = 0
    target: str = ""
    ctime_ns: int = 0


class Left(NamedTuple):
    """What is left out: path below the home, why, bytes."""

    path: str
    why: str
    size: int


class Contents(NamedTuple):
    """What goes in, what is left out, the environments to rebuild with their lock, what failed."""

    entries: list[Entry]
    left: list[Left]
    rebuilt: list[tuple[str, str]]
    failed: list[str]


class Choice(NamedTuple):
    """What the person has chosen: paths below the home, patterns allowed; and secrets."""

    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    secrets: bool = False
    never: tuple[str, ...] = ()  # the archive itself, its key, what is remembered of it


def chosen(path: str, patterns: Iterable[str]) -> bool:
    """Return whether a path, or its name, matches one of the patterns.

    Examples
    --------
    >>> chosen("work/a.log", ["*.log"]), chosen("work/a.log", ["work"]), chosen("work", ["work/"])
    (True, False, True)
    """
    name = path.rpartition("/")[2]
    for pattern in patterns:
        wanted = pattern.rstrip("/")
        if fnmatch(path, wanted) or ("/" not in wanted and fnmatch(name, wanted)):
            return True
    return False


def scan(home: str, choice: Choice) -> Contents:
    """Walk the home, each folder before what is in it; follow no link, stay on its file system."""
    found = Contents([], [], [], [])
    device = os.lstat(home).st_dev
    seen: dict[tuple[int, int], str] = {}
    pending = sorted(os.listdir(home), reverse=True)
    while pending:
        path = pending.pop()
        full = os.path.join(home, path)
        try:
            what = os.lstat(full)
            why = _why_left(home, path, what, device, choice)
            if why is None:
                _check_readable(full, what)
                names = sorted(os.listdir(full)) if stat.S_ISDIR(what.st_mode) else []
                found.entries.append(_entry(full, path, what, seen))
                pending += [f"{path}/{name}" for name in reversed(names)]
                continue
        except FileNotFoundError:  # gone meanwhile
            continue
        except OSError as error:
            found.failed.append(f"{path}: {error.strerror}")
            found.left.append(Left(path, f"cannot be read ({error.strerror})", 0))
            continue
        if why:
            found.left.append(Left(path, why, _size(full, what)))
        if why.startswith(REBUILT):
            found.rebuilt.append((path, why[len(REBUILT) :]))
    return found


def _check_readable(full: str, what: os.stat_result) -> None:
    """Raise for a file or folder that this user may not read."""
    if stat.S_ISREG(what.st_mode) or stat.S_ISDIR(what.st_mode):
        wanted = os.R_OK | (os.X_OK if stat.S_ISDIR(what.st_mode) else 0)
        if not os.access(full, wanted):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _entry(full: str, path: str, what: os.stat_result, seen: dict[tuple[int, int], str]) -> Entry:
    mode = stat.S_IMODE(what.st_mode)
    if stat.S_ISDIR(what.st_mode):
        return Entry(path, "folder", mode, what.st_mtime_ns)
    if stat.S_ISLNK(what.st_mode):
        return Entry(path, "link", mode, what.st_mtime_ns, 0, os.readlink(full))
    key = (what.st_dev, what.st_ino)
    if what.st_nlink > 1 and key in seen:
        return Entry(path, "same", mode, what.st_mtime_ns, what.st_size, seen[key])
    seen[key] = path
    return Entry(path, "file", mode, what.st_mtime_ns, what.st_size, "", what.st_ctime_ns)


def _why_left(
    home: str, path: str, what: os.stat_result, device: int, choice: Choice
) -> str | None:
    """Return why a path is left out, "" for what is not worth a word, None if it goes in."""
    full = os.path.join(home, path)
    if path in choice.never:
        return ""
    if stat.S_ISSOCK(what.st_mode) or path.startswith(STAGING):
        return ""
    if what.st_dev != device:
        return "on another file system"
    if not (stat.S_ISREG(what.st_mode) or stat.S_ISDIR(what.st_mode) or stat.S_ISLNK(what.st_mode)):
        return "a pipe or device"
    if chosen(path, choice.exclude):
        return "by --exclude"
    if stat.S_ISLNK(what.st_mode) or chosen(path, choice.include):
        return None
    if stat.S_ISDIR(what.st_mode):
        return _why_folder(full, path) or (_why_login(path) if not choice.secrets else None)
    return None if choice.secrets else _why_secret(full, path, what.st_size)


def _why_folder(full: str, path: str) -> str | None:
    name, parent = os.path.basename(full), os.path.dirname(full)
    if path in REFILLED:
        return REFILLED[path]
    if name == "__pycache__":
        return "bytecode"
    if os.path.isfile(f"{full}/pyvenv.cfg"):
        if os.path.isdir(f"{full}/.beachhead") and os.path.isfile(f"{parent}/install.sh"):
            return REBUILT + "install.sh"
        lock = next((lock for lock in LOCKS if os.path.isfile(f"{parent}/{lock}")), None)
        return lock and REBUILT + lock
    if name == "node_modules" and os.path.isfile(f"{parent}/package-lock.json"):
        return REBUILT + "package-lock.json"
    return "cache (CACHEDIR.TAG)" if _head(f"{full}/CACHEDIR.TAG", len(TAG)) == TAG else None


def _why_login(path: str) -> str | None:
    return SECRET if path in LOGINS else None


def _why_secret(full: str, path: str, size: int) -> str | None:
    name = os.path.basename(path)
    if path in PRIVATE or path in LOGINS or any(fnmatch(name, each) for each in KEY_NAMES):
        return SECRET
    for store in STORES:
        if path == store.path:
            pattern = re.compile(store.secret.encode(), re.MULTILINE)
            return SECRET if pattern.search(_head(full, MB)) else None
    in_ssh = path.startswith(".ssh/")
    if size > MB or not (in_ssh or any(fnmatch(name, each) for each in MAYBE_KEYS)):
        return None
    if name == ".env" or (name.startswith(".env.") and "example" not in name):
        return SECRET
    return SECRET if KEY.search(_head(full, 4096)) else None


def _head(path: str, count: int) -> bytes:
    """Return the beginning of a regular file, nothing where it cannot be read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return b""
        with open(path, "rb") as stream:
            return stream.read(count)
    except OSError:
        return b""


def _size(path: str, what: os.stat_result) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    if not stat.S_ISDIR(what.st_mode):
        return what.st_size
    return sum(_sizes(path))


def _sizes(folder: str) -> Iterator[int]:
    for top, _, names in os.walk(folder):
        for name in names:
            try:
                yield os.lstat(os.path.join(top, name)).st_size
            except OSError:
                continue


def megabytes(size: int) -> str:
    """Return bytes in MB, rounded up."""
    return str((size + MB - 1) // MB)


def plan(found: Contents) -> list[list[str]]:
    """Return the rows of a plan, largest first: action, mb, path, why."""
    goes: dict[str, int] = {}
    for entry in found.entries:
        top = entry.path.partition("/")[0]
        goes[top] = goes.get(top, 0) + (entry.size if entry.kind == "file" else 0)
    rows = [
        ["pack", megabytes(size), f"~/{path}", ""]
        for path, size in sorted(goes.items(), key=lambda item: (-item[1], item[0]))
    ]
    bytecode = [left for left in found.left if left.why == "bytecode"]
    others = [left for left in found.left if left.why != "bytecode"]
    if bytecode:
        folders = "folder" if len(bytecode) == 1 else "folders"
        size = sum(left.size for left in bytecode)
        others.append(Left(f"{len(bytecode)} {folders} __pycache__", "bytecode", size))
    for left in sorted(others, key=lambda left: (-left.size, left.path)):
        path = left.path if left.why == "bytecode" else f"~/{left.path}"
        rows.append(["leave", megabytes(left.size), path, left.why])
    return rows
