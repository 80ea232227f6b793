"""The same table gives the same bytes, however many cores there are."""

import os
import random
import sys
from pathlib import Path

import pytest

from tests.conftest import Run

# Runs a command on so many of the cores that there are.
ON = (
    "import os, sys; os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:int(sys.argv[1])]);"
    "os.execvp(sys.argv[2], sys.argv[2:])"
)
COMMANDS = [
    ["describe", "--all"],
    ["cluster", "-c", "a", "-c", "b", "--most", "4"],
    ["cluster", "-c", "a", "-c", "b", "-k", "3", "--rows"],
    ["correlate"],
    ["fit", "--target", "a", "--features", "b,c"],
]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a table that is large enough to be read by several processes."""
    draw = random.Random(3)
    path = tmp_path_factory.mktemp("same") / "table.csv"
    with open(path, "w") as out:
        out.write("a,b,c,word\n")
        for i in range(220_000):
            numbers = (draw.gauss(3, 1), draw.expovariate(2), draw.random() * i)
            out.write(",".join(f"{number:.9f}" for number in numbers) + f",w{i % 11}\n")
    return path


@pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="needs two cores, and a system that can take one away",
)
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_one_core_and_several_print_the_same_bytes(run: Run, table: Path, words: list[str]) -> None:
    command = ["csv-stats", *words, table]
    one, two = (run(sys.executable, "-c", ON, cores, *command) for cores in (1, 2))
    assert one.returncode == 0, one.stderr
    assert (one.stdout, one.stderr) == (two.stdout, two.stderr)
