"""cloud-env pack and unpack under two at once, a full disk, kills and signals."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run, Shim
from tests.homes import KINDS, keys, need_age, packed, seen


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
