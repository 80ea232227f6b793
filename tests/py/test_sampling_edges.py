"""Where room runs out, and what is no table: one line that says so, and no half file."""

import gzip
import io
import os
import resource
import subprocess
from pathlib import Path

import pytest

from pyhelpers import KitError
from pyhelpers.csvio import blocks as csv_blocks
from pyhelpers.csvio import record_ends
from pyhelpers.csvio.blocks import blocks
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.record_ends import scanner_of
from tests.conftest import HEIGHTS, Run

HEAD, BODY = HEIGHTS.read_bytes().split(b"\n", 1)
TABLE = HEAD + b"\n" + (BODY + b"\r\n") * 14  # 8.5 MB: worth an index


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["-n", "300000"], "out.csv: File too large; "),
        (["--fraction", "0.5", "-"], "out.csv: File too large; "),
        (["--by", "Index", "-n", "300000"], "out.csv: File too large; "),
        (["--memory", "1", "-n", "300000", "-"], "spool: File too large; set TMPDIR to a folder "),
        (["--memory", "1", "-n", "300000", "--shuffled"], "spool: File too large; set TMPDIR "),
    ],
)
def test_without_room_there_is_one_line_and_no_file(
    clean_env: dict[str, str], tmp_path: Path, words: list[str], says: str
) -> None:
    """A limit on the size of files stands for a full disk: writing fails at the same places."""
    file, folder, spool = tmp_path / "table.csv", tmp_path / "samples", tmp_path / "spool"
    file.write_bytes(TABLE)
    folder.mkdir()
    spool.mkdir()
    piped = words[-1] == "-"
    done = subprocess.run(
        ["sample-large-csv", *words, *([] if piped else [file]), "-o", folder / "out.csv"],
        env=clean_env | {"TMPDIR": str(spool)},
        input=TABLE if piped else b"",
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, 2 << 20)),
    )
    said = done.stderr.decode()
    assert done.returncode == 1
    assert said.startswith("sample-large-csv: ") and said.count("\n") == 1
    assert says in said
    assert [[*each.iterdir()] for each in (folder, spool)] == [[], []]


@pytest.mark.parametrize("first", ["0.csv", "stream.csv.gz"])
def test_more_files_than_may_be_open_are_one_population(
    clean_env: dict[str, str], tmp_path: Path, first: str
) -> None:
    for number in range(300):
        (tmp_path / f"{number}.csv").write_text(f"n\n{number}\n")
    (tmp_path / "stream.csv.gz").write_bytes(gzip.compress(b"n\n0\n"))
    rest = [f"{number}.csv" for number in range(1, 300)]
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    done = subprocess.run(
        ["sample-large-csv", "-n", "300", first, *rest],
        cwd=tmp_path,
        env=clean_env,
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (128, hard)),
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.split() == [b"n", *(b"%d" % number for number in range(300))]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_ends_both_processes_that_copy(
    clean_env: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "large.csv"
    file.write_bytes(TABLE * 8)  # 68 MB
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            ["sample-large-csv", "-n", "2000000", "--no-cache", file],
            env=clean_env,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"sample-large-csv: No space left on device; ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("data", "dialect", "says"),
    [
        (b'a,b\n1,2\n"3,4\n' + b"5,6\n" * 90, ",", "opens on line 3 is not closed in .*; close or"),
        (b"a\tb\n" + b"x" * 999, "\t", "a line is longer than .* is this a CSV"),
    ],
)
def test_an_open_quote_does_not_swallow_a_large_file(
    monkeypatch: pytest.MonkeyPatch, data: bytes, dialect: str, says: str
) -> None:
    """All behind it would be one record, and in memory."""
    monkeypatch.setattr(csv_blocks, "BLOCK", 8)
    monkeypatch.setattr(record_ends, "LONGEST", 64)
    stream = io.BytesIO(data)
    with pytest.raises(KitError, match=says):
        list(blocks(stream, scanner_of(Dialect(dialect, dialect == ","))))
    assert stream.tell() <= 64 + 3 * 8
    long = b'a,"' + b"x\n" * 28 + b'"\n'
    [block] = blocks(io.BytesIO(long), scanner_of(Dialect(",", True)))
    assert bytes(block.data[: block.ends[0]]) == long


def test_a_file_changed_behind_its_times_gets_a_new_index(run: Run, tmp_path: Path) -> None:
    """Same size, same inode, same time of change: its status has changed all the same."""
    file = tmp_path / "table.csv"
    file.write_bytes(TABLE)
    os.utime(file, (1e9, 1e9))
    words = ("sample-large-csv", "-n", 5, "--seed", 1, file)
    before = run(*words).stdout
    assert len([*tmp_path.glob("a home/.cache/beachhead/index/*")]) == 1
    changed = bytearray(TABLE)
    at = changed.index(b"\r\n", 1_000_000)
    changed[at : at + 2] = b"00"
    with file.open("r+b") as stream:
        stream.write(changed)
    os.utime(file, (1e9, 1e9))
    after = run(*words).stdout
    assert after == run(*words, "--no-cache").stdout != before


@pytest.mark.parametrize("cache", ["/proc/nowhere", "a file"])
def test_without_a_cache_folder_there_is_a_sample_all_the_same(
    run: Run, tmp_path: Path, cache: str
) -> None:
    file, blocked = tmp_path / "table.csv", tmp_path / "a file"
    file.write_bytes(TABLE)
    os.utime(file, (1e9, 1e9))  # a file just changed would have no index anyway
    blocked.touch()
    words = ("sample-large-csv", "-n", 5, "--seed", 1, file)
    done = run(*words, XDG_CACHE_HOME=str(tmp_path / cache))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run(*words, "--no-cache").stdout
