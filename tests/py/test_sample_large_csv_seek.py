"""sample-large-csv --seek: exactly uniform by looking at few places of a file, or refused."""

from collections import Counter
from pathlib import Path

from tests.conftest import Run


def seek_file(folder: Path, rows: int) -> Path:
    """Write rows of lengths from 5 to 64, so that a draw by bytes alone would show."""
    file = folder / "lengths.tsv"
    body = "".join(f"{n}\t{'x' * (n * 7 % 60)}\n" for n in range(rows))
    file.write_text("n\ttext\n" + body)
    return file


def test_seeking_draws_each_row_equally_often(run: Run, tmp_path: Path) -> None:
    # 60 rows of 400, 20 seeds: 3 inclusions of each expected. |z| > 5: once in 10^5.
    file = seek_file(tmp_path, 400)
    counts: Counter[int] = Counter()
    for seed in range(20):
        done = run("sample-large-csv", "--seek", "-n", 60, "--seed", seed, file)
        numbers = [int(line.split("\t")[0]) for line in done.stdout.splitlines()[1:]]
        assert len(set(numbers)) == 60 and numbers == sorted(numbers)
        counts.update(numbers)
    # Of a sample of fixed size inclusions are correlated: chi-square shrinks by (1 - n/N) N/(N-1).
    found = sum((counts[n] - 3) ** 2 / 3 for n in range(400)) / (0.85 * 400 / 399)
    assert abs(found - 399) / (2 * 399) ** 0.5 < 5


def test_seeking_refuses_what_breaks_its_condition(run: Run, tmp_path: Path) -> None:
    file = seek_file(tmp_path, 400)
    done = run("sample-large-csv", "--seek", "-n", 300, file)
    assert (done.returncode, done.stdout) == (1, "") and "few rows of very many" in done.stderr
    file.write_text(file.read_text().replace("\n", "\tone more\n", 150))
    done = run("sample-large-csv", "--seek", "-n", 60, file)
    assert (done.returncode, done.stdout) == (1, "") and "a line of 2 fields, not 3" in done.stderr
    quoted = tmp_path / "quoted.csv"
    quoted.write_text("a,b\n" + '1,"x"\n' * 500)
    done = run("sample-large-csv", "--seek", "-n", 5, quoted)
    assert (done.returncode, done.stdout) == (1, "") and "met a quote" in done.stderr
    done = run("sample-large-csv", "--seek", "-n", 5, input=b"a,b\n")
    assert done.returncode == 2


def test_the_last_line_is_found_by_seeking_too(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "last.tsv"
    file.write_text("\n".join(["n\tm", *(f"{n}\t{n}" for n in range(200))]))
    seen = set()
    for seed in range(12):
        done = run("sample-large-csv", "--seek", "-n", 60, "--seed", seed, file)
        seen.update(done.stdout.splitlines()[1:])
        assert done.stdout.endswith("\n") and done.stdout.count("\n") == 61
    assert "199\t199" in seen  # missed with chance 0.7^12 = 1.4 %, with these seeds not
