"""cloud-env unpack: archives that were cut, changed or made to do harm; newer files in the home."""

import io
import os
import random
import tarfile
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.homes import KINDS, fill, keys, need_age, packed, rows, seen


@pytest.mark.parametrize("kind", [*KINDS[:2], ""])
def test_what_was_cut_or_changed_is_refused_before_anything_is_written(
    run: Run, home: Path, archive: Path, into: Path, tmp_path: Path, kind: str
) -> None:
    need_age(kind)
    fill(home)
    words: list[object] = []
    if kind:
        lock, key = keys(tmp_path, kind)
        words = ["--key", key]
        packed(run, archive, "--key", lock)
    else:
        packed(run, archive)
    whole = archive.read_bytes()
    draw = random.Random(7)
    cuts = [0, 1, 20, 60, len(whole) // 2, len(whole) - 40, len(whole) - 1]
    damaged = [whole[:at] for at in cuts] + [whole + b"x", whole + whole]
    for at in (3, 55, *(draw.randrange(len(whole)) for _ in range(6))):
        damaged.append(whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1 :])
    for data in damaged:
        archive.write_bytes(data)
        done = run("cloud-env", "unpack", archive, "--into", into, *words)
        assert done.returncode in (1, 2), (len(data), done.stderr)
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert "unexpected" not in done.stderr and "Traceback" not in done.stderr
        assert not list(into.iterdir())
    archive.write_bytes(whole)
    assert run("cloud-env", "unpack", archive, "--into", into, *words).returncode == 0


def test_a_part_of_the_middle_must_be_there_and_fit(
    run: Run, home: Path, archive: Path, into: Path
) -> None:
    for number in range(3):
        (home / "a").write_text(f"{number}")
        packed(run, archive)
    middle = Path(f"{archive}.1")
    text = middle.read_bytes()
    middle.write_bytes(Path(f"{archive}.2").read_bytes())
    done = run("cloud-env", "unpack", archive, "--into", into)
    assert done.returncode == 1
    assert "does not follow the parts before it" in done.stderr
    middle.write_bytes(text)
    assert run("cloud-env", "unpack", archive, "--into", into).returncode == 0
    assert (into / "a").read_text() == "2"


def test_a_newer_file_stays_unless_told_and_nothing_goes_through_a_link(
    run: Run, home: Path, archive: Path, into: Path, tmp_path: Path
) -> None:
    for name in ("newer", "older", "same", "folder here", "data/inner"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text("packed")
        os.utime(home / name, (1e9, 1e9))
    packed(run, archive)
    for name, when in (("newer", 2e9), ("older", 1e8)):
        (into / name).write_text("mine")
        os.utime(into / name, (when, when))
    (into / "same").write_text("packed")
    (into / "folder here").mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (into / "data").symlink_to(elsewhere)
    before = seen(into)
    dry = run("cloud-env", "unpack", archive, "--into", into, "--dry-run")
    assert seen(into) == before
    done = run("cloud-env", "unpack", archive, "--into", into)
    assert (dry.returncode, done.returncode, dry.stdout) == (1, 1, done.stdout)
    assert rows(done) == {
        "~/older": ("replace", ""),
        "~/same": ("keep", ""),
        "~/.local": ("restore", ""),
        "~/newer": ("newer", "the one here is newer; --overwrite replaces it"),
        "~/folder here": ("conflict", "a folder is there"),
        "~/data": ("conflict", "no folder is there"),
        "~/data/inner": ("conflict", "no folder is in place of its folder"),
    }
    assert (into / "newer").read_text() == "mine"
    assert (into / "older").read_text() == "packed"
    assert not list(elsewhere.iterdir())
    run("cloud-env", "unpack", archive, "--into", into, "--overwrite")
    assert (into / "newer").read_text() == "packed"


def evil(archive: Path, entries: list[list[object]], members: list[tarfile.TarInfo]) -> None:
    """Write an archive as somebody with bad intentions might."""
    import json

    text = json.dumps(
        {"kind": "beachhead home 1", "chain": "x", "part": 0, "made": 1, "entries": entries}
        | {"parts": [], "rebuilt": []}
    ).encode()
    with tarfile.open(archive, "w:gz") as tar:
        for info in members:
            info.size = 1 if info.isreg() else 0
            tar.addfile(info, io.BytesIO(b"x"))
        last = tarfile.TarInfo(".beachhead-manifest.json")
        last.size = len(text)
        tar.addfile(last, io.BytesIO(text))


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


X = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # SHA-256 of "x"


def listed(path: str, kind: str = "file", target: str = "", at: str | None = None) -> list[object]:
    digest = X if kind == "file" else ""
    return [path, kind, 0o644, 1, 1, target, 0, digest, 0, path if at is None else at]


@pytest.mark.parametrize(
    ("entries", "members"),
    [
        ([listed("../out/x", at="a")], [member("a")]),
        ([listed("/tmp/x", at="a")], [member("a")]),
        ([listed("a/../../x", at="a")], [member("a")]),
        ([], [member("../x")]),
        ([], [member("/etc/x")]),
        ([], [member("null", tarfile.CHRTYPE)]),
        ([], [member("pipe", tarfile.FIFOTYPE)]),
        ([listed("d", "link", "/tmp"), listed("d/x", at="a")], [member("a")]),
        ([listed("h", "same", "../../etc/passwd")], []),
        ([listed("h", "same", "missing")], []),
        ([listed("a")], []),
        ([listed("a", "folder"), listed("a")], [member("a")]),
        ([["a"]], []),
    ],
)
def test_an_archive_that_leads_out_of_the_home_is_refused(
    run: Run, archive: Path, into: Path, entries: list[list[object]], members: list[tarfile.TarInfo]
) -> None:
    evil(archive, entries, members)
    done = run("cloud-env", "unpack", archive, "--into", into)
    assert done.returncode == 1
    assert done.stderr.startswith(f"cloud-env: {archive}: ")
    assert len(done.stderr.splitlines()) == 1
    assert not list(into.iterdir())
    evil(archive, [listed("a")], [member("a")])  # the like without the harm
    assert run("cloud-env", "unpack", archive, "--into", into).returncode == 0
