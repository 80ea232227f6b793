"""Write a project's folder, complete or not at all, with a first commit."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pyhelpers import KitError
from pyhelpers.files import write_whole_folder
from pyhelpers.scaffold.project import File

# Author of the first commit where git has no user.name and user.email.
FALLBACK_AUTHOR = ("Beachhead", "beachhead@localhost")


def check_folder(path: Path) -> None:
    """Refuse a folder that is not empty, and a path where none can be created.

    Raises
    ------
    KitError
        Also for a parent folder that is missing or not writable.
    """
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise KitError(f"{path}: exists and is not a folder; choose another name")
    if path.is_dir() and any(path.iterdir()):
        raise KitError(f"{path}: is not empty; choose another name or empty it")
    parent = path.absolute().parent
    if not parent.is_dir():
        raise KitError(f"{path}: the folder {parent} does not exist; create it first")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise KitError(f"{parent}: is not writable; choose another folder")


def _write_files(folder: Path, files: Mapping[str, File]) -> None:
    for path, file in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
        if file.executable:
            target.chmod(target.stat().st_mode | (target.stat().st_mode & 0o444) >> 2)


def _git(folder: Path, *words: str) -> str:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    named = {key: value for key, value in os.environ.items() if key.startswith(("GIT_AUTHOR_",))}
    quiet = {"GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            ["git", "-c", "core.hooksPath=/dev/null", *words],
            cwd=folder,
            env=kept | named | quiet,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        raise KitError("git is not installed; install it, or use --no-git", 127) from None
    if done.returncode:
        said = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        raise KitError(f"git {words[0]} failed ({said}); or use --no-git")
    return done.stdout


def _has_identity(folder: Path) -> bool:
    try:
        return bool(_git(folder, "config", "user.name") and _git(folder, "config", "user.email"))
    except KitError:
        return False


def first_commit(folder: Path, name: str) -> bool:
    """Make a folder a git repository with one commit; return whether git knew its author."""
    _git(folder, "init", "--quiet", "--initial-branch=main")
    theirs = _has_identity(folder)
    author, email = FALLBACK_AUTHOR
    who = () if theirs else ("-c", f"user.name={author}", "-c", f"user.email={email}")
    _git(folder, "-c", "core.autocrlf=false", "add", "--all", "--force")
    plain = (*who, "-c", "commit.gpgsign=false", "commit", "--quiet", "--no-verify")
    _git(folder, *plain, "--message", f"{name}: initial commit")
    return theirs


def write_project(path: Path, files: Mapping[str, File], git: bool) -> bool:
    """Write a project's folder, complete or not at all: under another name, then renamed.

    Returns
    -------
    bool
        Whether the first commit, if there is one, has the user's own name.
    """
    check_folder(path)
    with write_whole_folder(str(path), replace=False) as place:
        draft = Path(place)
        _write_files(draft, files)
        return first_commit(draft, path.name) if git else True
