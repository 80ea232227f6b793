"""A home to pack, what lstat sees of one, and keys to pack it with."""

import csv
import io
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run


def fill(home: Path) -> None:
    """Make a home with every kind of entry."""
    (home / "work/deep").mkdir(parents=True)
    (home / "empty folder").mkdir()
    (home / "work/a").write_text("tide\n")
    os.link(home / "work/a", home / "work/b")
    (home / "work/data").write_bytes(random.Random(1).randbytes(300_000))
    (home / "work/zeros").write_bytes(bytes(200_000))
    (home / "work/deep/link").symlink_to("../a")
    (home / "work/dangling").symlink_to("/no/such/file")
    (home / "work" / os.fsdecode(b"\xff\n odd")).write_text("x")
    (home / ("long" * 40)).write_text("a name longer than tar's 100 bytes")
    (home / "script").write_text("#!/bin/sh\n")
    (home / "script").chmod(0o750)
    (home / "locked").mkdir()
    (home / "locked/file").write_text("read-only")
    (home / "locked/file").chmod(0o400)
    (home / "work").chmod(0o2755)
    os.utime(home / "work/data", ns=(1, 981173106123456789))
    os.utime(home / "work/dangling", ns=(1, 981173106987654321), follow_symlinks=False)
    (home / "locked").chmod(0o555)


def seen(folder: Path, hidden: bool = False) -> dict[str, tuple[Any, ...]]:
    """Return what lstat says of everything in a folder, with bytes, targets and hard links."""
    found: dict[str, tuple[Any, ...]] = {}
    first: dict[int, str] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if name.startswith(".local") and not hidden:
            continue
        what = path.lstat()
        detail: object = None
        if path.is_symlink():
            detail = os.readlink(path)
        elif path.is_file():
            detail = (path.read_bytes(), first.setdefault(what.st_ino, name))
        found[name] = (oct(what.st_mode), what.st_mtime_ns, detail)
    return found


def rows(done: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, str]]:
    """Return action and reason of each path."""
    read = csv.DictReader(io.StringIO(done.stdout, newline=""))
    return {row["path"]: (row["action"], row["why"]) for row in read}


def packed(run: Run, archive: Path, *words: object, **variables: str) -> str:
    done = run("cloud-env", "pack", "--to", archive, *words, **variables)
    assert done.returncode == 0, done.stderr
    return done.stderr


def secret_file(folder: Path, text: str = "a long secret\n", name: str = "secret") -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(0o600)
    return path


def keys(folder: Path, kind: str) -> tuple[Path, Path]:
    """Return files of the key to pack with and the one to unpack with."""
    if kind == "secret":
        return (key := secret_file(folder)), key
    if kind == "ssh":
        key = folder / "id"
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)]
        subprocess.run(words, check=True)
        return key.with_suffix(".pub"), key
    key = folder / "identity"
    done = subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True, text=True)
    public = secret_file(folder, done.stderr.partition("Public key: ")[2], "public")
    return (key, key) if kind == "age" else (public, key)


KINDS = ["secret", "age", "age public", "ssh"]


def need_age(kind: str) -> None:
    for program in () if kind == "secret" else ("age", "age-keygen", "ssh-keygen"):
        if subprocess.run(["which", program], capture_output=True).returncode:
            pytest.skip(f"{program} is not installed")
