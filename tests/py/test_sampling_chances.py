"""Whole jobs, thousands of times: each sample comes as often as it should.

Every set of rows is an outcome of its own: that its chance is right says more than that each row's
and each pair's is. |z| > 5 is a false alarm once in 10^5 or less, and the seeds are fixed.
"""

import gzip
import itertools
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pyhelpers.csvio import blocks as csv_blocks
from pyhelpers.csvio.reading import Reading
from pyhelpers.sampling.draw import random_bytes
from pyhelpers.sampling.population import Population
from pyhelpers.sampling.sample import Design, Resources, Sampler, write_sample
from tests.py.test_sampling_draw import Subset, equal_chances, z_score

DRAWS = 1500
Draw = Callable[..., Counter[Subset]]


@pytest.fixture
def drawn() -> Iterator[Draw]:
    """Return a function that draws with each seed and counts the sets of rows."""
    with tempfile.TemporaryFile() as out:

        def count(*files: Path, rows: int, draws: int = DRAWS, **options: Any) -> Counter[Subset]:
            counts: Counter[Subset] = Counter()
            sources = [f":{file}" for file in files]
            for seed in range(draws):
                out.seek(0)
                out.truncate()
                design = Design(rows, seed, **options)
                population = Population(sources, Reading())
                rows_drawn = Sampler(population, design, Resources(cache=False)).rows()
                write_sample(population.first, rows_drawn, out)
                out.seek(0)
                lines = out.read().decode().splitlines()[1:]
                counts[tuple(int(line.split("\t")[0]) for line in lines)] += 1
            return counts

        yield count


@pytest.fixture(params=["file", "stream", "stream in blocks of a row"])
def table(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return six rows: strata of four and two, weights, lengths that differ; as a file or not."""
    if "blocks" in request.param:
        monkeypatch.setattr(csv_blocks, "BLOCK", 8)
    file = tmp_path / "table.tsv"
    weights = [1, 2, 3.5, 0, 4, 1.5]
    lines = [f"{n}\t{'ab'[n % 3 == 2]}\t{weights[n]}\t{'x' * 9 * n}\n" for n in range(6)]
    file.write_text("n\tstratum\tweight\ttext\n" + "".join(lines))
    if request.param == "file":
        return file
    packed = tmp_path / "table.tsv.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    return packed


FIRST, SECOND = [0, 1, 3, 4], [2, 5]


def each_of(*strata: tuple[list[int], int]) -> dict[Subset, float]:
    """Return the chances of the sets that take so many from each stratum."""
    choices = [itertools.combinations(rows, share) for rows, share in strata]
    sets = [tuple(sorted(sum(parts, ()))) for parts in itertools.product(*choices)]
    return dict.fromkeys(sets, 1 / len(sets))


def test_each_set_of_rows_is_as_likely(drawn: Draw, table: Path) -> None:
    assert abs(z_score(drawn(table, rows=3), equal_chances(6, 3))) < 5


def test_several_files_are_drawn_from_as_one(drawn: Draw, table: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.tsv"
    other.write_text("n\tstratum\tweight\ttext\n6\ta\t1\t\n")
    assert abs(z_score(drawn(table, other, rows=2), equal_chances(7, 2))) < 5


def test_each_set_that_gives_a_stratum_its_share_is_as_likely(drawn: Draw, table: Path) -> None:
    counts = drawn(table, rows=3, by="stratum")
    assert abs(z_score(counts, each_of((FIRST, 2), (SECOND, 1)))) < 5


def test_each_set_that_gives_strata_as_much_is_as_likely(drawn: Draw, table: Path) -> None:
    counts = drawn(table, rows=2, by="stratum", equal=True)
    assert abs(z_score(counts, each_of((FIRST, 1), (SECOND, 1)))) < 5


def test_weights_give_the_chances_of_drawing_row_after_row(drawn: Draw, table: Path) -> None:
    weights = {0: 1, 1: 2, 2: 3.5, 4: 4, 5: 1.5}
    chances: dict[Subset, float] = {}
    for pair in itertools.permutations(weights, 2):
        one, two = (weights[row] for row in pair)
        rest = sum(weights.values()) - one
        key = tuple(sorted(pair))
        chances[key] = chances.get(key, 0) + one / (one + rest) * two / rest
    assert abs(z_score(drawn(table, rows=2, weight="weight"), chances)) < 5


def test_each_order_of_shuffled_rows_is_as_likely(drawn: Draw, table: Path) -> None:
    orders = list(itertools.permutations(range(6), 2))
    counts = drawn(table, rows=2, shuffled=True)
    assert abs(z_score(counts, dict.fromkeys(orders, 1 / len(orders)))) < 5


def test_seeking_makes_each_pair_as_likely(drawn: Draw, tmp_path: Path) -> None:
    file = tmp_path / "long.tsv"
    file.write_text("n\ttext\n" + "".join(f"{n:02}\t{'x' * (n * n % 23)}\n" for n in range(12)))
    assert abs(z_score(drawn(file, rows=2, seek=True), equal_chances(12, 2))) < 5


@pytest.mark.parametrize("table", ["stream", "stream in blocks of a row"], indirect=True)
def test_with_replacement_each_pair_of_a_stream_is_as_likely(drawn: Draw, table: Path) -> None:
    tuples = Counter(tuple(sorted(two)) for two in itertools.product(range(6), repeat=2))
    chances = {pair: number / 36 for pair, number in tuples.items()}
    assert abs(z_score(drawn(table, rows=2, replace=True), chances)) < 5


def test_with_replacement_each_tuple_of_a_file_is_as_likely() -> None:
    counts: Counter[Subset] = Counter()
    for seed in range(800):
        words = ["shuf", "-i", "0-3", "-n", "2", "-r", "--random-source=/dev/stdin"]
        done = subprocess.run(words, input=random_bytes(seed)(64), capture_output=True)
        counts[tuple(map(int, done.stdout.split()))] += 1
    tuples = list(itertools.product(range(4), repeat=2))
    assert abs(z_score(counts, dict.fromkeys(tuples, 1 / 16))) < 5
