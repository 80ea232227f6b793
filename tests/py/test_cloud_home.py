"""cloud-env pack and unpack: what comes back is what was there, as lstat and GNU tar see it."""

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.homes import fill, packed, rows, secret_file, seen


def test_what_comes_back_is_what_was_there(run: Run, home: Path, archive: Path, into: Path) -> None:
    fill(home)
    said = packed(run, archive)
    assert said == f"cloud-env: {archive} has the whole home, 1 MB\n"
    assert archive.stat().st_mode & 0o777 == 0o600
    done = run("cloud-env", "unpack", archive, "--into", into)
    assert done.returncode == 0, done.stderr
    assert seen(into) == seen(home)


def test_gnu_tar_unpacks_the_first_part(run: Run, home: Path, archive: Path, into: Path) -> None:
    fill(home)
    packed(run, archive)
    subprocess.run(["tar", "--zstd", "-xpf", archive, "-C", into], check=True)
    there = seen(into)
    del there[".beachhead-manifest.json"]
    assert there == seen(home)


def test_without_zstd_it_is_gzip(home: Path, archive: Path, into: Path, tmp_path: Path) -> None:
    fill(home)
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("bash", "readlink", "mktemp", "rm", "env", "cat"):
        (tools / tool).symlink_to(f"/usr/bin/{tool}")
    (tools / "python3").symlink_to(sys.executable)
    start = [sys.executable, "-S", "-X", "utf8", ROOT / "pyhelpers/cloud"]
    shared = ["format=csv", f"state={tmp_path}/state", "script=none"]
    env = {"PATH": str(tools), "LC_ALL": "C.UTF-8"}
    words = ["pack", f"home={home}", f"to={archive}", *shared]
    subprocess.run([*map(str, start), *words], env=env, check=True, capture_output=True)
    assert archive.read_bytes()[:2] == b"\x1f\x8b"
    words = ["unpack", f"home={into}", f"from={archive}", f"rebuilt={tmp_path}/list", *shared]
    subprocess.run([*map(str, start), *words], env=env, check=True, capture_output=True)
    assert seen(into) == seen(home)


def older_python(minor: int) -> str:
    """Return a Python by its path: pyenv's scripts of that name may have no version behind them."""
    found = shutil.which(f"python3.{minor}")
    versions = Path(found).parents[1] / "versions" if found else Path()
    for python in [*map(str, versions.glob(f"3.{minor}.*/bin/python3")), *filter(None, [found])]:
        if not subprocess.run([python, "-c", ""], capture_output=True).returncode:
            return python
    pytest.skip(f"Python 3.{minor} is not installed")


@pytest.mark.parametrize("minor", [7, 8, 9, 10, 12, 13])
def test_an_older_python_packs_and_unpacks(
    minor: int, home: Path, archive: Path, into: Path, tmp_path: Path
) -> None:
    python = older_python(minor)
    fill(home)
    start = [python, "-X", "utf8", "-E", "-s", str(ROOT / "pyhelpers/cloud")]
    shared = ["format=csv", f"state={tmp_path}/state", "script=none"]
    key = secret_file(tmp_path)
    words = ["pack", f"home={home}", f"to={archive}", f"key={key}", *shared]
    done = subprocess.run([*start, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    words = ["unpack", f"home={into}", f"from={archive}", f"rebuilt={tmp_path}/list", *shared]
    done = subprocess.run([*start, *words, f"key={key}"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert seen(into) == seen(home)


def test_a_later_pack_holds_only_new_content(
    run: Run, home: Path, archive: Path, into: Path
) -> None:
    fill(home)
    packed(run, archive)
    whole = archive.read_bytes()
    assert packed(run, archive) == (
        f"cloud-env: nothing has changed since the last pack to {archive}\n"
    )
    assert os.listdir(archive.parent) == ["home.pack"]
    # Moved, touched, edited without a trace in size and time, deleted, new, and another mode.
    (home / "work/data").rename(home / "work/moved")
    os.utime(home / "work/zeros", ns=(5, 5))
    times = (home / "script").stat()
    (home / "script").write_text("#!/bin/ks\n")
    os.utime(home / "script", ns=(times.st_atime_ns, times.st_mtime_ns))
    (home / "work/b").unlink()
    (home / "empty folder").rmdir()
    (home / "new").write_text("new")
    (home / "locked").chmod(0o755)
    said = packed(run, archive)
    assert said == f"cloud-env: {archive}.1 has what has changed, 1 MB\n"
    assert archive.read_bytes() == whole
    assert Path(f"{archive}.1").stat().st_size < 5_000  # without the 300,000 random bytes
    done = run("cloud-env", "unpack", archive, "--into", into)
    assert done.returncode == 0, done.stderr
    assert seen(into) == seen(home)


def test_the_home_is_packed_anew_when_changes_outgrow_it(
    run: Run, home: Path, archive: Path, into: Path
) -> None:
    (home / "a").write_text("a")
    packed(run, archive)
    for number in range(3):
        (home / "big").write_bytes(random.Random(number).randbytes(700_000))
        packed(run, archive)
    assert sorted(os.listdir(archive.parent)) == ["home.pack"]
    assert run("cloud-env", "unpack", archive, "--into", into).returncode == 0
    assert seen(into) == seen(home)


def test_an_unpacked_home_packs_on_where_it_was(run: Run, home: Path, archive: Path) -> None:
    fill(home)
    packed(run, archive)
    other = home.parent / "other home"
    other.mkdir()
    assert run("cloud-env", "unpack", archive, HOME=str(other)).returncode == 0
    (other / "new").write_text("new")
    assert "home.pack.1 has what has changed" in packed(run, archive, HOME=str(other))
    # And the first home does not pack over what the other has packed.
    (home / "new").write_text("other")
    done = run("cloud-env", "pack", "--to", archive)
    assert done.returncode == 1
    assert done.stderr == (
        f"cloud-env: {archive}.1: is there, packed by another home; name another, or add --full\n"
    )


def test_what_this_home_did_not_pack_is_not_replaced(run: Run, home: Path, archive: Path) -> None:
    archive.write_text("my own")
    done = run("cloud-env", "pack", "--to", archive)
    assert done.returncode == 1
    assert archive.read_text() == "my own"
    assert "is there, and this home did not pack it" in done.stderr
    packed(run, archive, "--full")
    Path(archive).write_text("cut")
    done = run("cloud-env", "pack", "--to", archive)
    assert done.returncode == 1
    assert "is not as this home left it" in done.stderr


def test_the_plan_says_what_is_left_out_and_why(run: Run, home: Path, archive: Path) -> None:
    (home / ".cache/pip").mkdir(parents=True)
    (home / ".cache/pip/x").write_bytes(bytes(3 << 20))
    for name in ("with", "without"):
        (home / name / ".venv").mkdir(parents=True)
        (home / name / ".venv/pyvenv.cfg").write_text("home = /usr\n")
    (home / "with/uv.lock").write_text("")
    (home / "with/target").mkdir()
    tag = "Signature: 8a477f597d28d172789f06886806bc55"
    (home / "with/target/CACHEDIR.TAG").write_text(tag)
    (home / "with/__pycache__").mkdir()
    (home / ".ssh").mkdir()
    begin = "-----BEGIN OPENSSH PRIVATE"
    (home / ".ssh/id_ed25519").write_text(f"{begin} KEY-----\n")
    (home / ".ssh/config").write_text("Host *\n")
    (home / ".aws").mkdir()
    (home / ".aws/credentials").write_text("[default]\n")
    (home / ".aws/config").write_text("[default]\n")
    (home / ".npmrc").write_text("color=false\n")
    (home / ".env").write_text("TOKEN=x\n")
    (home / "log.txt").write_text("x")
    os.mkfifo(home / "pipe")
    done = run("cloud-env", "pack", "--to", archive, "--dry-run", "--exclude", "*.txt")
    assert done.returncode == 0
    secret = "may hold a key or token; --with-secrets packs it"
    plan = rows(done)
    left = {path: why for path, (action, why) in plan.items() if action == "leave"}
    assert left == {
        "~/.cache": "cache",
        "~/with/.venv": "rebuilt from uv.lock",
        "~/with/target": "cache (CACHEDIR.TAG)",
        "1 folder __pycache__": "bytecode",
        "~/.ssh/id_ed25519": secret,
        "~/.aws/credentials": secret,
        "~/.env": secret,
        "~/log.txt": "by --exclude",
        "~/pipe": "a pipe or device",
    }
    assert plan["~/without"] == ("pack", "")
    assert not list(archive.parent.iterdir())
    plan = rows(run("cloud-env", "pack", "--to", archive, "--include", f"{home}/.cache"))
    assert plan["~/.cache"] == ("pack", "")
    done = run("cloud-env", "pack", "--to", archive, "--full", "--with-secrets")
    assert done.returncode == 2
    key = secret_file(home)
    plan = rows(run("cloud-env", "pack", "--to", archive, "--full", "--with-secrets", "--key", key))
    assert secret not in [why for _, why in plan.values()]
    assert "~/secret" not in plan  # the key itself


def test_a_sparse_file_takes_no_more_room_when_it_comes_back(
    run: Run, home: Path, archive: Path, into: Path
) -> None:
    for name, tail in (("hole", b""), ("tail", b"x")):
        with (home / name).open("wb") as file:
            file.write(b"head")
            file.truncate(20 << 20)
            file.seek(0, os.SEEK_END)
            file.write(tail)
    packed(run, archive)
    done = run("cloud-env", "unpack", archive, "--into", into)
    assert done.returncode == 0, done.stderr
    for name in ("hole", "tail"):
        assert (into / name).read_bytes() == (home / name).read_bytes()
        assert (into / name).stat().st_blocks * 512 < 2 << 20
