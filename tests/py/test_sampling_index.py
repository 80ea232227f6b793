"""Indexes: counts, copies by number, two processes, and the cache that never changes an answer."""

import os
import random
import subprocess
from pathlib import Path

import pytest

from pyhelpers import KitError
from pyhelpers.csvio import blocks as csv_blocks
from pyhelpers.csvio import record_ends
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.sampling import record_count, record_index
from pyhelpers.sampling.record_copy import copy_records
from pyhelpers.sampling.record_count import build_index
from pyhelpers.sampling.record_index import Index
from tests.conftest import HEIGHTS, Run

LINES = HEIGHTS.read_bytes().splitlines(keepends=True)
RFC, TABS = Dialect(",", True), Dialect("\t", False)


def copied(file: Path, made: Index, chosen: list[int], dialect: Dialect) -> bytes:
    with file.open("rb") as stream:
        parts = copy_records(stream.fileno(), made, chosen, dialect, b"\r\n")
        return b"".join(b"".join(some) for some in parts)


def indexed(file: Path, dialect: Dialect) -> Index:
    with file.open("rb") as stream:
        return build_index(stream.fileno(), 0, file.stat().st_size, dialect)


@pytest.mark.parametrize("most", [3, 5000, 1 << 19])
@pytest.mark.parametrize("apart", [0, 400, 1 << 15])
@pytest.mark.parametrize("how", ["one process", "two processes", "numpy"])
def test_copies_are_the_records_of_those_numbers(
    most: int, apart: int, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_index, "MOST", most)
    monkeypatch.setattr(record_index, "APART", apart)
    monkeypatch.setattr(record_index, "GROUP", 10_000)
    monkeypatch.setattr(csv_blocks, "BLOCK", 50_000)
    dialect = TABS if how == "numpy" else RFC
    if how == "two processes":
        monkeypatch.setattr(record_count, "WORTH_FORKING", 0)
        monkeypatch.setattr(record_count, "cores", lambda: 2)
    if how == "numpy":
        monkeypatch.setattr(record_ends, "RECORDS_BEFORE_NUMPY", -1)
        monkeypatch.setattr(record_ends, "FEW", 1)
    made = indexed(HEIGHTS, dialect)
    assert (made.count, made.size) == (len(LINES), HEIGHTS.stat().st_size)
    assert sum(len(run.offsets) for run in made.runs) < 2 * most
    draw = random.Random(most)
    for size in (1, 2, 500, len(LINES)):
        chosen = sorted(draw.sample(range(len(LINES)), size))
        expected = b"".join(LINES[n].rstrip() + b"\r\n" for n in chosen)
        assert copied(HEIGHTS, made, chosen, dialect) == expected
    twice = [0, 7, 7, len(LINES) - 1, len(LINES) - 1]
    assert copied(HEIGHTS, made, twice, dialect).count(b"\r\n") == 5


def test_a_quoted_field_across_the_middle_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_count, "WORTH_FORKING", 0)
    monkeypatch.setattr(record_count, "cores", lambda: 2)
    file = tmp_path / "long.csv"
    file.write_bytes(b'a,"' + b"x\n" * 5000 + b'"\n' + b"b,c\n" * 10)
    assert indexed(file, RFC).count == 11
    file.write_bytes(b"b,c\n" * 10 + b'a,"' + b"x\n" * 500)
    with pytest.raises(KitError, match="opens on line 11 "):
        indexed(file, RFC)


def test_a_file_that_shrinks_meanwhile_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "shrinking.csv"
    file.write_bytes(b"a,b\n" * 1000)
    with file.open("rb") as stream, pytest.raises(KitError, match="became shorter"):
        build_index(stream.fileno(), 0, 5000, RFC)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Return a file of an age and size that its index is worth keeping."""
    file = tmp_path / "large file.csv"
    body = b"".join(LINES[1:]) + b"\r\n"
    file.write_bytes(LINES[0] + body * 16)
    os.utime(file, (1e9, 1e9))
    assert file.stat().st_size > record_index.WORTH_KEEPING
    return file


def kept(home: Path) -> list[Path]:
    return sorted((home / ".cache/beachhead/index").glob("*"))


def test_the_index_is_kept_and_never_changes_a_sample(run: Run, home: Path, large: Path) -> None:
    words = ("sample-large-csv", "-n", 200, "--seed", 4, large)
    without = run(*words, "--no-cache")
    assert not kept(home) and without.stdout.count("\n") == 201
    first = run(*words)
    [index_file] = kept(home)
    # With the index another reading of the whole file is spared: a damaged one would show.
    assert first.stdout == run(*words).stdout == without.stdout
    data = index_file.read_bytes()
    for damaged in (b"", data[:-9], data[:-20] + bytes(20), data[:400] + b"x" + data[401:]):
        index_file.write_bytes(damaged)
        assert run(*words).stdout == without.stdout
        assert index_file.read_bytes() == data


def test_a_kept_index_is_used(large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with large.open("rb") as stream:
        fd, size = stream.fileno(), large.stat().st_size
        key, place = record_index.file_key(fd, 0, RFC), record_index.cache_path(str(large), 0, RFC)
        made = build_index(fd, 0, size, RFC)
        record_index.save_index(place, key, made)
        loaded = record_index.load_index(place, key)
        assert loaded is not None
        assert [vars(run) for run in loaded.runs] == [vars(run) for run in made.runs]
        os.utime(large, (1e9, 1e9 + 1))
        assert record_index.load_index(place, record_index.file_key(fd, 0, RFC)) is None


def test_a_changed_file_gets_a_new_index(run: Run, large: Path) -> None:
    words = ("sample-large-csv", "-n", 999_999, large)
    before = run(*words).stdout
    with large.open("ab") as stream:
        stream.write(b"1,2,3\r\n")
    after = run(*words).stdout
    assert after == before + "1,2,3\r\n"


def test_two_at_once_keep_a_whole_index(
    run: Run, clean_env: dict[str, str], home: Path, large: Path
) -> None:
    words = ["sample-large-csv", "-n", "50", "--seed", "1", str(large)]
    both = [subprocess.Popen(words, env=clean_env, stdout=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate()[0] for process in both]
    assert said[0] == said[1] and said[0].count(b"\n") == 51
    assert len(kept(home)) == 1
    assert run(*words).stdout.encode() == said[0]
