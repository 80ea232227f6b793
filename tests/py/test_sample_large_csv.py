"""Samples as a person asks for them: the population's own bytes, under its header, once."""

import bz2
import csv
import gzip
import lzma
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from pyhelpers.csvio.reading import Reading
from pyhelpers.sampling.population import Population
from pyhelpers.sampling.sample import Design, Resources, Sampler, write_sample
from tests.conftest import HEIGHTS, Run

LINES = HEIGHTS.read_bytes().splitlines(keepends=True)


def lines_of(text: str) -> list[bytes]:
    return text.encode(errors="surrogateescape").splitlines(keepends=True)


def numbers_of(text: str) -> list[int]:
    """Return the rows' Index fields, having checked that header and rows are the file's bytes."""
    rows = lines_of(text)
    assert rows[0] == LINES[0]
    numbers = [int(row.split(b",")[0]) for row in rows[1:]]
    assert [row.rstrip() for row in rows[1:]] == [LINES[number].rstrip() for number in numbers]
    assert all(row.endswith(b"\r\n") for row in rows)
    return numbers


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Return 100 rows in strata of 60, 30 and 10, with a quoted comma, quotes and line ends."""
    kinds = ["a, b"] * 60 + ['"c"'] * 30 + ["d\ne"] * 10
    random.Random(2).shuffle(kinds)
    file = tmp_path / "people.csv"
    with file.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "kind", "weight"])
        writer.writerows([n, kind, n % 4] for n, kind in enumerate(kinds))
    return file


def table_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines(keepends=True)))


@pytest.mark.parametrize("compress", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_sample_holds_whole_rows_in_order_under_one_header(
    run: Run, tmp_path: Path, compress: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / "a file.csv"
    file.write_bytes(compress(HEIGHTS.read_bytes()))
    done = run("sample-large-csv", file, "-n", 300, "--seed", 3)
    assert (done.returncode, done.stderr) == (0, "")
    numbers = numbers_of(done.stdout)
    assert len(numbers) == 300
    assert numbers == sorted(set(numbers))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(run: Run) -> None:
    piped = HEIGHTS.read_bytes()
    by_file = [run("sample-large-csv", "--seed", s, "-n", 9, HEIGHTS).stdout for s in (5, 5, 6)]
    by_pipe = [run("sample-large-csv", "--seed", s, "-n", 9, input=piped).stdout for s in (5, 5, 6)]
    assert by_file[0] == by_file[1] != by_file[2]
    assert by_pipe[0] == by_pipe[1] != by_pipe[2]
    assert run("sample-large-csv", "-n", 9, HEIGHTS).stdout not in by_file


GOLDEN = {
    "": "1734 9878 22000 22751 23131",
    "--replace": "1734 9531 21994 22731 23129",
    "--shuffled": "22751 9878 1734 23131 22000",
    "--seek": "1396 9309 12995 16307 23362",
    "--weight Index": "10402 12081 12654 14335 23219",
    "--by Height-Inches --equal": "2917 4021 8035 12278 24392",
    "-": "6739 10124 14215 15876 20375",
    "- --replace": "489 1620 11135 20203 21429",
}


@pytest.mark.parametrize("words", GOLDEN)
def test_seed_1_gives_these_rows_on_every_machine(run: Run, words: str) -> None:
    source = "-" if words.startswith("-") and words[:2] in ("-", "- ") else HEIGHTS
    options = words.removeprefix("-").split() if source == "-" else words.split()
    piped = HEIGHTS.read_bytes() if source == "-" else b""
    done = run("sample-large-csv", "-n", 5, "--seed", 1, *options, source, input=piped)
    assert " ".join(map(str, numbers_of(done.stdout))) == GOLDEN[words]


def test_shuffled_rows_come_in_every_order(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "three.csv"
    file.write_text("n\n1\n2\n3\n")
    orders = {
        run("sample-large-csv", "-n", 3, "--shuffled", "--seed", seed, file).stdout
        for seed in range(20)  # one is missed with chance 6 (5/6)^20 < 16 %, with these seeds not
    }
    assert len(orders) == 6


def test_with_replacement_more_rows_come_than_there_are(run: Run, people: Path) -> None:
    for source in ([people], []):
        piped = b"" if source else people.read_bytes()
        done = run("sample-large-csv", "-n", 1000, "--seed", 2, "--replace", *source, input=piped)
        ids = [int(row["id"]) for row in table_of(done.stdout)]
        assert len(ids) == 1000 and ids == sorted(ids) and len(set(ids)) == 100
        assert done.stderr == ""


def test_a_fraction_is_exact_of_a_file_and_by_chance_of_a_stream(run: Run) -> None:
    done = run("sample-large-csv", "--fraction", "0.0501", HEIGHTS)
    assert len(numbers_of(done.stdout)) == round(25_000 * 0.0501)
    piped = HEIGHTS.read_bytes()
    done = run("sample-large-csv", "--fraction", "0.05", "--seed", 1, input=piped)
    assert abs(len(numbers_of(done.stdout)) - 1250) < 5 * (1250 * 0.95) ** 0.5
    assert len(numbers_of(run("sample-large-csv", "--fraction", "1", input=piped).stdout)) == 25_000


@pytest.mark.parametrize("piped", [False, True])
@pytest.mark.parametrize(
    ("options", "rows", "shares"),
    [
        ((), 50, {"a, b": 30, '"c"': 15, "d\ne": 5}),
        ((), 7, {"a, b": 4, '"c"': 2, "d\ne": 1}),
        (("--equal",), 50, {"a, b": 20, '"c"': 20, "d\ne": 10}),
        (("--equal",), 9, {"a, b": 3, '"c"': 3, "d\ne": 3}),
    ],
)
def test_each_stratum_gives_its_share(
    run: Run, people: Path, options: tuple[str], rows: int, shares: dict[str, int], piped: bool
) -> None:
    words = ("sample-large-csv", "--by", "kind", *options, "-n", rows, "--seed", 4)
    how = {"input": people.read_bytes()} if piped else {}
    done = run(*words, *([] if piped else [people]), **how)
    table = table_of(done.stdout)
    ids = [int(row["id"]) for row in table]
    assert Counter(row["kind"] for row in table) == shares
    assert ids == sorted(set(ids))
    whole = people.read_bytes()
    assert all(row in whole for row in done.stdout.encode().split(b"\r\n"))


def test_within_a_stratum_each_row_is_as_likely(run: Run, tmp_path: Path) -> None:
    # 2 of 4 rows in each of 2 strata, 15 seeds, file and pipe: of each row 15 inclusions are
    # expected, standard deviation 2.7; 5 of those in one of 8 rows: once in 10^5.
    file = tmp_path / "strata.csv"
    file.write_text("s,n\n" + "".join(f"{n % 2},{n}\n" for n in range(8)))
    counts: Counter[str] = Counter()
    for seed in range(15):
        words = ("sample-large-csv", "--by", "s", "-n", 4, "--seed", seed)
        for how in ({}, {"input": file.read_bytes()}):
            done = run(*words, *([] if how else [file]), **how)
            counts.update(row["n"] for row in table_of(done.stdout))
    assert sum(counts.values()) == 120
    assert all(abs(counts[str(n)] - 15) < 5 * 7.5**0.5 for n in range(8))


def test_rows_of_no_weight_are_never_drawn(run: Run, people: Path) -> None:
    done = run("sample-large-csv", "--weight", "weight", "-n", 90, people)
    table = table_of(done.stdout)
    assert len(table) == 75 and all(row["weight"] != "0" for row in table)
    assert "only 75 of 90 rows" in done.stderr


def test_columns_are_numbers_where_there_is_no_header(run: Run, people: Path) -> None:
    words = ("sample-large-csv", "--no-header", "-n", 40, "--by")
    done = run(*words, 2, people)
    assert len(list(csv.reader(done.stdout.splitlines(keepends=True)))) == 40
    assert run(*words, "kind", people).returncode == 2


def test_several_files_are_one_population(run: Run, tmp_path: Path) -> None:
    first, second, third = tmp_path / "1.csv", tmp_path / "2.csv", tmp_path / "3.csv.gz"
    first.write_bytes(b"a,b\n1,x\n2,y")
    second.write_bytes(b"\xef\xbb\xbfa,b\r\n3,z\r\n")
    third.write_bytes(gzip.compress(b"a,b\n4,w\n"))
    done = run("sample-large-csv", first, second)
    assert done.stdout == "a,b\n1,x\n2,y\n3,z\r\n"
    assert "1.csv and 1 more: only 3 of 100000" in done.stderr
    done = run("sample-large-csv", first, "-", third, input=second.read_bytes())
    assert done.stdout == "a,b\n1,x\n2,y\n3,z\r\n4,w\n"
    drawn = Counter(
        run("sample-large-csv", "-n", 1, "--seed", seed, first, second).stdout[4:]
        for seed in range(30)
    )
    assert len(drawn) == 3  # one is missed with chance 3 (2/3)^30 < 2 in 10^5


@pytest.mark.parametrize("piped", [False, True])
def test_a_header_that_differs_is_an_error(run: Run, tmp_path: Path, piped: bool) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_bytes(b"a,b\n1,x\n")
    second.write_bytes(b"a,c\n1,x\n")
    done = run("sample-large-csv", "-" if piped else first, second, input=first.read_bytes())
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"sample-large-csv: {second}: its header is not that of ")


PEAK_KB = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak // 1024 if sys.platform == "darwin" else peak)
"""


@pytest.mark.parametrize("rows", [1000, 1_500_000])
def test_a_file_is_sampled_in_less_than_100_megabytes(
    clean_env: dict[str, str], tmp_path: Path, rows: int
) -> None:
    file = tmp_path / "large.csv"
    body = HEIGHTS.read_bytes().partition(b"\n")[2] + b"\r\n"
    with file.open("wb") as stream:
        stream.write(LINES[0])
        for _ in range(110):  # 67 MB, 2,750,000 rows
            stream.write(body)
    words = ["sample-large-csv", "-n", str(rows), "-o", str(tmp_path / "out"), str(file)]
    # A process counts what it was forked from: a small one measures, not this one.
    measure = [sys.executable, "-c", PEAK_KB, *words]
    done = subprocess.run(measure, env=clean_env, capture_output=True, check=True)
    assert (tmp_path / "out").read_bytes().count(b"\n") == rows + 1
    assert int(done.stdout) < 100 * 1024


def test_a_stream_is_spooled_beyond_the_memory_it_may_hold(
    run: Run, clean_env: dict[str, str], tmp_path: Path
) -> None:
    piped = b"a,b\n" + b"".join(b"%d,%s\n" % (n, b"x" * 2000) for n in range(60_000))
    words = ["sample-large-csv", "-n", "55000", "--seed", "1"]
    (tmp_path / "spool").mkdir()
    found = {}
    for memory in ("1", "500"):
        process = subprocess.Popen(
            [*words, "--memory", memory],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=clean_env | {"TMPDIR": str(tmp_path / "spool")},
        )
        out = process.communicate(piped)[0]
        found[memory] = out
        assert process.returncode == 0
    assert found["1"] == found["500"] and found["1"].count(b"\n") == 55_001
    assert not list((tmp_path / "spool").iterdir())


def test_a_helper_draws_a_sample_without_shuf(tmp_path: Path) -> None:
    out = tmp_path / "sample.csv"
    population = Population([f":{HEIGHTS}"], Reading())
    rows = Sampler(population, Design(500, 3), Resources()).rows()
    with out.open("wb") as stream:
        write_sample(population.first, rows, stream)
    numbers = numbers_of(out.read_bytes().decode())
    assert len(set(numbers)) == 500 and numbers == sorted(numbers)
