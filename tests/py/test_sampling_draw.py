"""Draws: every subset equally likely. |z| > 5 is a false alarm once in 10^5 or less."""

import io
import itertools
import math
import random
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from pyhelpers import KitError
from pyhelpers.csvio import record_ends, record_ends_numpy
from pyhelpers.csvio.blocks import Block, blocks
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.record_ends import scanner_of
from pyhelpers.sampling import designs
from pyhelpers.sampling.designs import bernoulli, reservoir, weighted, with_replacement
from pyhelpers.sampling.draw import draw, exponential, one_by_one, random_bytes
from pyhelpers.sampling.row_store import Store
from tests.conftest import Run

Subset = tuple[int, ...]


def z_score(counts: Counter[Subset], chances: dict[Subset, float]) -> float:
    """Return chi-square of how often each outcome came, standardised by Wilson and Hilferty."""
    draws = sum(counts.values())
    assert set(counts) <= set(chances)
    found = sum((counts[key] - draws * p) ** 2 / (draws * p) for key, p in chances.items())
    free = len(chances) - 1
    return float((found / free) ** (1 / 3) - (1 - 2 / (9 * free))) / math.sqrt(2 / (9 * free))


def equal_chances(items: int, size: int) -> dict[Subset, float]:
    subsets = list(itertools.combinations(range(items), size))
    return dict.fromkeys(subsets, 1 / len(subsets))


def numbers_as_records(count: int) -> Iterable[Block]:
    data = b"".join(b"%d,%d\n" % (number, number) for number in range(count))
    return blocks(io.BytesIO(data), scanner_of(Dialect(",", True)))


def taken(store: Store) -> Subset:
    return tuple(int(row.split(b",")[0]) for row in store.rows())


def test_shuf_draws_every_subset_equally_often_from_our_bytes() -> None:
    counts: Counter[Subset] = Counter()
    for seed in range(1_680):
        command = ["shuf", "-i", "0-7", "-n", "3", "--random-source=/dev/stdin"]
        done = subprocess.run(command, input=random_bytes(seed)(64), capture_output=True)
        counts[tuple(sorted(map(int, done.stdout.split())))] += 1
    assert abs(z_score(counts, equal_chances(8, 3))) < 5


def test_one_by_one_draws_every_subset_equally_often() -> None:
    generator, counts = random.Random(3), Counter[Subset]()
    for _ in range(56_000):
        counts[tuple(itertools.chain.from_iterable(one_by_one(8, 3, generator)))] += 1
    assert abs(z_score(counts, equal_chances(8, 3))) < 5


def test_a_reservoir_takes_every_subset_equally_often() -> None:
    generator, counts = random.Random(7), Counter[Subset]()
    for _ in range(20_000):
        store = Store(1 << 20)
        assert reservoir(numbers_as_records(8), 3, generator, store) == 8
        counts[taken(store)] += 1
    assert abs(z_score(counts, equal_chances(8, 3))) < 5


def test_a_reservoir_takes_the_same_rows_with_numpy_as_without() -> None:
    data = bytearray(b"a\n" * 50)
    taken_by = []
    for ends in (record_ends.line_ends(data, 0, 100), record_ends_numpy.line_ends(data, 0, 100)[0]):
        store = Store(1 << 20)
        blocks = [Block(data, ends) for _ in range(20)]
        assert reservoir(blocks, 7, random.Random(1), store) == 1000
        taken_by.append(list(store._numbers))
    assert taken_by[0] == taken_by[1]
    assert len(set(taken_by[0])) == 7


@pytest.mark.parametrize("t", [7, 55, 1_000, 123_456_789])  # 7 / 55 * 55 is rounded below 7
def test_numpy_gives_the_slots_that_python_gives_at_their_edges_too(t: int) -> None:
    import numpy as np

    generator = random.Random(t)
    edges = [slot / (t + step) for step, slot in enumerate(generator.choices(range(9), k=3_000))]
    edges[0] = 7 / t % 1.0
    edges[1:] = [math.nextafter(u, generator.choice((0, 1, u))) % 1.0 for u in edges[1:]]
    steps, slots = designs._accepted(edges, t, 7)
    assert (steps, slots) == designs._accepted(np.array(edges), t, 7)
    assert len(set(slots)) == 7


def test_with_replacement_every_tuple_is_equally_likely() -> None:
    generator, counts = random.Random(11), Counter[Subset]()
    chances: Counter[Subset] = Counter()
    for pair in itertools.product(range(5), repeat=2):
        chances[tuple(sorted(pair))] += 1
    for _ in range(8_000):
        store = Store(1 << 20)
        assert with_replacement(numbers_as_records(5), 2, generator, store) == 5
        counts[taken(store)] += 1
    assert abs(z_score(counts, {key: n / 25 for key, n in chances.items()})) < 5


def test_bernoulli_keeps_each_row_by_itself() -> None:
    generator, counts = random.Random(5), Counter[Subset]()
    for _ in range(20_000):
        rows = itertools.chain.from_iterable(bernoulli(numbers_as_records(4), 0.3, generator))
        counts[tuple(int(row.split(b",")[0]) for row in rows)] += 1
    chances = {
        subset: 0.3 ** len(subset) * 0.7 ** (4 - len(subset))
        for size in range(5)
        for subset in itertools.combinations(range(4), size)
    }
    assert abs(z_score(counts, chances)) < 5


def test_weights_give_the_chances_of_drawing_one_row_after_the_other() -> None:
    weights = [0.0, 1.0, 2.0, 3.5]
    chances: Counter[Subset] = Counter()
    for first, second in itertools.permutations(range(1, 4), 2):
        total = sum(weights)
        chance = weights[first] / total * weights[second] / (total - weights[first])
        chances[tuple(sorted((first, second)))] += chance  # type: ignore[assignment]
    generator, counts = random.Random(13), Counter[Subset]()

    def weight(record: bytes, number: int) -> bytes:
        return str(weights[number - 1]).encode()

    for _ in range(20_000):
        store = Store(1 << 20)
        assert weighted(numbers_as_records(4), weight, 2, generator, store) == 3
        counts[taken(store)] += 1
    assert abs(z_score(counts, dict(chances))) < 5


def test_the_exponential_variates_are_exponential() -> None:
    from scipy.stats import kstest

    generator = random.Random(17).random
    sample = [exponential(generator) for _ in range(20_000)]
    assert kstest(sample, "expon").pvalue > 1e-5


@pytest.mark.parametrize("word", [b"-1", b"x", b"inf", b"nan", b""])
def test_a_wrong_weight_is_an_error_that_names_its_row(word: bytes) -> None:
    with pytest.raises(KitError, match="row 1: "):
        weighted(numbers_as_records(2), lambda *_: word, 1, random.Random(1), Store(9))


def test_a_sample_that_shuf_would_hold_in_too_much_memory_is_drawn_without_it() -> None:
    # No shuf stands at the other end here: a call would fail.
    [*chunks] = draw(4_000_001, 200_000, 1)
    numbers = list(itertools.chain.from_iterable(chunks))
    assert len(numbers) == 200_000 == len(set(numbers))
    assert numbers == sorted(numbers) and numbers[0] >= 0 and numbers[-1] <= 4_000_000


def test_a_spooled_sample_is_the_same_as_one_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyhelpers.sampling.row_store.SLACK", 100)
    found = []
    for memory in (1 << 20, 50):
        store = Store(memory)
        reservoir(numbers_as_records(3000), 40, random.Random(2), store)
        assert isinstance(store._rows, list) == (memory > 50)
        found.append((taken(store), [store.row(slot) for slot in range(40)]))
    assert found[0] == found[1]
    assert len(set(found[0][0])) == 40


def test_every_row_of_a_file_is_drawn_equally_often(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("n\n" + "".join(f"{number}\n" for number in range(6)))
    counts: Counter[Subset] = Counter()
    for seed in range(30):
        done = run("sample-large-csv", "-n", 2, "--seed", seed, file)
        counts[tuple(map(int, done.stdout.split()[1:]))] += 1
    assert abs(z_score(counts, equal_chances(6, 2))) < 5
