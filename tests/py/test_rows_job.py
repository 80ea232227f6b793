"""Samples: the population's own bytes, each subset as likely as any other."""

import bz2
import gzip
import io
import itertools
import lzma
import subprocess
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from pyhelpers.rows import index as index_module
from pyhelpers.rows.draw import random_bytes
from pyhelpers.rows.index import build_index, copy_records
from pyhelpers.rows.scan import Dialect, blocks
from pyhelpers.rows.stream import reservoir
from tests.conftest import HEIGHTS, Run

LINES = HEIGHTS.read_bytes().splitlines(keepends=True)


def lines_of(text: str) -> list[bytes]:
    return text.encode(errors="surrogateescape").splitlines(keepends=True)


def subset_chi_square(counts: Counter[tuple[int, ...]], subsets: int, draws: int) -> float:
    """Return chi-square of how often each subset came, standardised."""
    expected = draws / subsets
    missing = (subsets - len(counts)) * expected
    found = sum((seen - expected) ** 2 / expected for seen in counts.values())
    return float((found + missing - (subsets - 1)) / (2 * (subsets - 1)) ** 0.5)


def test_a_reservoir_takes_every_subset_equally_often() -> None:
    # All 56 subsets of 3 of 8, 56,000 draws: |z| > 5 is a false alarm once in 10^5 seeds or less.
    data = b"".join(b"%d\n" % number for number in range(8))
    random, counts = Random(7), Counter[tuple[int, ...]]()
    for _ in range(56_000):
        kept, seen = reservoir(blocks(io.BytesIO(data), Dialect("\t", False).scanner()), 3, random)
        assert seen == 8
        counts[tuple(int(record) for record in kept)] += 1
    assert abs(subset_chi_square(counts, 56, 56_000)) < 5


def test_shuf_draws_every_subset_equally_often_from_our_bytes() -> None:
    # All 56 subsets of 3 of 8, 1,680 seeds: |z| > 5 is a false alarm once in 10^5 or less.
    counts: Counter[tuple[int, ...]] = Counter()
    for seed in range(1_680):
        command = ["shuf", "-i", "1-8", "-n", "3", "--random-source=/dev/stdin"]
        done = subprocess.run(command, input=random_bytes(seed)(64), capture_output=True)
        counts[tuple(sorted(map(int, done.stdout.split())))] += 1
    assert sum(counts.values()) == 1_680
    assert abs(subset_chi_square(counts, 56, 1_680)) < 5


def test_every_row_of_a_file_is_drawn_equally_often(run: Run, tmp_path: Path) -> None:
    # 20 of 40 rows by 30 seeds; |z| > 5 of the chi-square on inclusion: once in 10^5 or less.
    file = tmp_path / "rows.csv"
    file.write_text("n\n" + "".join(f"{number}\n" for number in range(40)))
    counts: Counter[str] = Counter()
    for seed in range(30):
        rows = run("sample-large-csv", "-n", 20, "--seed", seed, file).stdout.split()[1:]
        assert len(set(rows)) == 20
        counts.update(rows)
    # Of a sample of fixed size inclusions are correlated: chi-square shrinks by (1 - n/N) N/(N-1).
    found = sum((counts[str(n)] - 15) ** 2 / 15 for n in range(40)) / (0.5 * 40 / 39)
    assert abs(found - 39) / (2 * 39) ** 0.5 < 5


@pytest.mark.parametrize("span", [1, 100, 1 << 15])
def test_copies_are_the_records_of_those_numbers(
    span: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "SPAN", span)
    with HEIGHTS.open("rb") as file:
        dialect = Dialect(",", True)
        index = build_index(file.fileno(), 0, HEIGHTS.stat().st_size, dialect)
        assert index.count == len(LINES)
        random = Random(span)
        for size in (1, 2, 500, len(LINES)):
            chosen = sorted(random.sample(range(len(LINES)), size))
            parts = copy_records(file.fileno(), index, chosen, dialect, b"\r\n")
            copied = b"".join(itertools.chain.from_iterable(parts))
            assert copied == b"".join(LINES[n].rstrip() + b"\r\n" for n in chosen)


@pytest.mark.parametrize("compress", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_sample_holds_whole_rows_in_order_under_one_header(
    run: Run, tmp_path: Path, compress: object
) -> None:
    assert callable(compress)
    file = tmp_path / "a file.csv"
    file.write_bytes(compress(HEIGHTS.read_bytes()))
    done = run("sample-large-csv", "-n", 300, "--seed", 3, file)
    assert done.stderr == ""
    rows = lines_of(done.stdout)
    assert rows[0] == LINES[0]
    numbers = [int(row.split(b",")[0]) for row in rows[1:]]
    assert len(numbers) == 300 and numbers == sorted(set(numbers))
    assert [row.rstrip() for row in rows[1:]] == [LINES[number].rstrip() for number in numbers]
    assert all(row.endswith(b"\r\n") for row in rows)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(run: Run) -> None:
    def sample(seed: int, **how: bytes) -> str:
        file = [] if how else [HEIGHTS]
        return run("sample-large-csv", "-n", 50, "--seed", seed, *file, **how).stdout

    assert sample(5) == sample(5) != sample(6)
    piped = HEIGHTS.read_bytes()
    assert sample(5, input=piped) == sample(5, input=piped) != sample(6, input=piped)


def test_seed_1_gives_these_rows_on_every_machine(run: Run) -> None:
    file = run("sample-large-csv", "-n", 5, "--seed", 1, HEIGHTS).stdout
    assert [row.split(",")[0] for row in file.splitlines()[1:]] == FILE_ROWS
    pipe = run("sample-large-csv", "-n", 5, "--seed", 1, input=HEIGHTS.read_bytes()).stdout
    assert [row.split(",")[0] for row in pipe.splitlines()[1:]] == PIPE_ROWS


FILE_ROWS = ["1734", "9878", "22000", "22751", "23131"]
PIPE_ROWS = ["6739", "10124", "14215", "15876", "20375"]
