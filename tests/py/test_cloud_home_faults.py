"""cloud-env pack and unpack under two at once, a full disk, kills and signals."""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Run, Shim
from tests.homes import KINDS, keys, need_age, packed, rows, seen
from tests.terminal import Terminal


def test_two_at_once_are_one(run: Run, home: Path, archive: Path, shim: Shim) -> None:
    (home / "a").write_text("a")
    shim("zstd", f'touch "{archive.parent}/begun"; sleep 3; exec /usr/bin/zstd "$@"')
    env = {"PATH": f"{shim._folder}:{ROOT}/bin:/usr/bin:/bin", "HOME": str(home)}
    words = [str(ROOT / "bin/cloud-env"), "pack", "--to", str(archive)]
    first = subprocess.Popen(words, env=env, stdout=-3, stderr=-3)
    while not (archive.parent / "begun").exists():
        time.sleep(0.05)
    done = run("cloud-env", "pack", "--to", archive.with_name("other"))
    assert (done.returncode, done.stderr) == (
        1,
        "cloud-env: another cloud-env pack or unpack is running; wait for it\n",
    )
    assert first.wait() == 0
    assert archive.exists() and not archive.with_name("other").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder on a disk of 1 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)]
    if subprocess.run(words, capture_output=True).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.parametrize("kind", [*KINDS[:2], ""])
def test_a_full_disk_keeps_the_last_archive(
    run: Run, home: Path, small_disk: Path, into: Path, tmp_path: Path, kind: str
) -> None:
    need_age(kind)
    archive = small_disk / "home.pack"
    words: list[object] = ["--key", keys(tmp_path, kind)[1]] if kind else []
    (home / "a").write_text("a")
    packed(run, archive, *words)
    before = seen(home)
    (home / "big").write_bytes(random.Random(3).randbytes(3 << 20))
    for full in ([], ["--full"]):
        done = run("cloud-env", "pack", "--to", archive, *words, *full)
        assert done.returncode == 1
        assert "No space left on device" in done.stderr and "space left" in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert os.listdir(small_disk) == ["home.pack"]
    assert run("cloud-env", "unpack", archive, "--into", into, *words).returncode == 0
    assert seen(into) == before
    # And to unpack what does not fit writes nothing.
    other = tmp_path / "other.pack"
    packed(run, other)
    done = run("cloud-env", "unpack", other, "--into", small_disk)
    assert done.returncode == 1
    assert "needs 5 MB, and 0 MB are free" in done.stderr
    assert os.listdir(small_disk) == ["home.pack"]


def test_a_disk_that_fills_midway_leaves_nothing_half_unpacked(
    run: Run, home: Path, archive: Path, small_disk: Path
) -> None:
    for number in range(30):
        (home / f"small {number}").write_text("a")  # each takes a page of the disk
    packed(run, archive)
    (small_disk / "filler").write_bytes(bytes((1 << 20) - 8 * 4096))
    done = run("cloud-env", "unpack", archive, "--into", small_disk)
    assert done.returncode == 1
    assert os.listdir(small_disk) == ["filler"]


def test_a_kill_at_any_moment_loses_nothing(
    run: Run, home: Path, archive: Path, into: Path, clean_env: dict[str, str]
) -> None:
    for number in range(400):
        (home / f"{number}").write_bytes(random.Random(number).randbytes(3_000))
    packed(run, archive)
    draw = random.Random(5)
    kit = str(ROOT / "bin/cloud-env")
    for _ in range(8):
        (home / "0").write_bytes(draw.randbytes(3_000))
        words = [kit, "pack", "--to", str(archive)]
        kill_after(draw.uniform(0.02, 0.6), words, clean_env)
        words = [kit, "unpack", str(archive), "--into", str(into)]
        kill_after(draw.uniform(0.05, 0.9), words, clean_env)
        assert not [p for p in into.iterdir() if p.stat().st_size != 3_000 and p.is_file()]
    packed(run, archive)
    assert run("cloud-env", "unpack", archive, "--into", into, "--overwrite").returncode == 0
    assert seen(into) == seen(home)


@pytest.mark.parametrize("published", [True, False])
def test_a_kill_as_a_part_appears_is_made_good_by_the_next_pack(
    run: Run, home: Path, archive: Path, into: Path, published: bool
) -> None:
    (home / "a").write_text("first")
    packed(run, archive)
    folder = home / ".local/state/beachhead/packs"
    name = next(path.name for path in folder.iterdir() if len(path.name) == 16)
    before = (folder / name).read_bytes()
    (home / "a").write_text("second")
    packed(run, archive)
    # As it would be after a kill just before, or just after, the part got its name.
    (folder / name).rename(folder / f"{name}.next")
    (folder / name).write_bytes(before)
    if not published:
        Path(f"{archive}.1").unlink()
    said = packed(run, archive)
    assert ("nothing has changed" in said) == published
    assert run("cloud-env", "unpack", archive, "--into", into).returncode == 0
    assert (into / "a").read_text() == "second"


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_pack_by_it_and_leaves_nothing(
    home: Path, archive: Path, shim: Shim, clean_env: dict[str, str], signum: signal.Signals
) -> None:
    (home / "a").write_text("a")
    begun = archive.parent.parent / "begun"
    shim("zstd", f'touch "{begun}"; sleep 5; exec /usr/bin/zstd "$@"')
    words = [str(ROOT / "bin/cloud-env"), "pack", "--to", str(archive)]
    process = subprocess.Popen(words, env=clean_env, stdout=-3, stderr=-1, start_new_session=True)
    while not begun.exists():
        time.sleep(0.05)
    os.killpg(process.pid, signum)
    _, said = process.communicate()
    assert (process.returncode, said) == (-signum, b"")
    assert not list(archive.parent.iterdir())


def kill_after(seconds: float, words: list[str], env: dict[str, str]) -> None:
    process = subprocess.Popen(words, env=env, stdout=-3, stderr=-3, start_new_session=True)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def without_roots_rights() -> list[str]:
    """Return words before a command that may read no file whose mode forbids it."""
    if not os.geteuid():
        words = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        if not shutil.which("setpriv") or subprocess.run([*words, "true"]).returncode:
            pytest.skip("root cannot give up its rights here: setpriv")
        return words
    return []


def test_what_cannot_be_read_is_named_and_left_out(
    run: Run, home: Path, archive: Path, into: Path
) -> None:
    for name in ("closed", "listed"):
        (home / name).mkdir()
        (home / name / "in").write_text("x")
    (home / "unreadable").write_text("x")
    (home / "plain").write_text("x")
    for name, mode in (("closed", 0), ("listed", 0o444), ("unreadable", 0)):
        (home / name).chmod(mode)
    said = [
        *(f"cloud-env: ~/{name}: Permission denied" for name in ("closed", "listed", "unreadable")),
        "cloud-env: 3 not packed; correct that or --exclude it, and pack again",
    ]
    words = [*without_roots_rights(), "cloud-env", "pack", "--to", archive]
    done = run(*words)
    assert (done.returncode, done.stderr.splitlines()[1:]) == (1, said)
    reasons = {path: why for path, (action, why) in rows(done).items() if action == "leave"}
    assert set(reasons.values()) == {"cannot be read (Permission denied)"}
    assert set(reasons) == {"~/closed", "~/listed", "~/unreadable"}
    done = run(*words)  # nothing new makes no further part, and they are named all the same
    assert done.returncode == 1
    assert done.stderr.splitlines()[1:] == said
    assert os.listdir(archive.parent) == ["home.pack"]
    done = run("cloud-env", "unpack", archive, "--into", into)
    assert done.returncode == 0
    assert [path.name for path in into.iterdir() if path.name != ".local"] == ["plain"]
    for name in ("closed", "listed"):
        (home / name).chmod(0o700)  # to be removed


def test_what_changes_or_goes_while_it_is_packed_is_named_and_the_rest_is_whole(
    run: Run, home: Path, archive: Path, into: Path, shim: Shim, clean_env: dict[str, str]
) -> None:
    """The packer stands still at a pipe that is full, and what follows in the home changes."""
    (home / "a").write_bytes(random.Random(1).randbytes(4 << 20))
    for name in ("goes", "grows", "shrinks", "stays"):
        (home / name).write_text("as it was")
    go = archive.parent.parent / "go"
    shim("zstd", f'touch "{go}.begun"; until [ -e "{go}" ]; do sleep 0.05; done; exec zstd_ "$@"')
    (Path(shim._folder) / "zstd_").symlink_to("/usr/bin/zstd")
    words = [str(ROOT / "bin/cloud-env"), "pack", "--to", str(archive)]
    process = subprocess.Popen(words, env=clean_env, stdout=-3, stderr=-1, text=True)
    while not Path(f"{go}.begun").exists():
        time.sleep(0.02)
    (home / "goes").unlink()
    with (home / "grows").open("a") as file:
        file.write(", and more")
    (home / "shrinks").write_text("")
    go.touch()
    _, said = process.communicate()
    assert process.returncode == 1
    assert "cloud-env: ~/goes: No such file or directory\n" in said
    for name in ("grows", "shrinks"):
        assert f"cloud-env: ~/{name}: changed while it was packed; pack again\n" in said
    assert "cloud-env: 3 not packed; " in said
    assert run("cloud-env", "unpack", archive, "--into", into).returncode == 0
    there = {path.name: path.read_bytes() for path in into.iterdir() if path.is_file()}
    assert there == {name: (home / name).read_bytes() for name in ("a", "stays")}


def test_a_terminal_sees_how_far_it_is(
    home: Path, archive: Path, shim: Shim, clean_env: Any
) -> None:
    (home / "a").write_bytes(random.Random(1).randbytes(4 << 20))
    (home / "b").write_bytes(random.Random(2).randbytes(1 << 20))
    shim("zstd", 'case "$*" in *-d*) ;; *) sleep 1.5 ;; esac; exec /usr/bin/zstd "$@"')
    words = [str(ROOT / "bin/cloud-env"), "pack", "--to", str(archive)]
    terminal = Terminal(words, clean_env | {"TERM": "xterm"}, stdout=subprocess.DEVNULL)
    terminal.wait_for("packing 4 of 5 MB, ")
    assert terminal.end() == 0
    last = terminal.drawn.splitlines()[-1].split("\r")[-1]
    assert last == f"cloud-env: {archive} has the whole home, 6 MB"
    done = subprocess.run([*words, "--full"], env=clean_env, capture_output=True, text=True)
    assert "packing" not in done.stderr
