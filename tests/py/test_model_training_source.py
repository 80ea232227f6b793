"""Several files and folders of CSVs as one table: the answers are those of the files joined."""

import csv
import gzip
import io
import json
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT, Run
from tests.kills import run_killed

HEADER = ["a", "team", "b", "y"]


def rows(count: int, seed: int) -> list[list[str]]:
    drawn = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        a, team, b = drawn.normal(), "pqr"[drawn.integers(3)], drawn.integers(100)
        found.append([f"{a:.6f}", f"{team}, {team}", str(b), f"{3 * a + b + drawn.normal():.6f}"])
    return found


def text(records: list[list[str]], order: list[str] = HEADER, mark: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, order, delimiter=mark, lineterminator="\n")
    writer.writeheader()
    writer.writerows(dict(zip(HEADER, record, strict=True)) for record in records)
    return out.getvalue().encode()


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """Write three parts: the second has another order, delimiter and compression."""
    folder, joined = tmp_path / "parts", rows(400, 1)
    folder.mkdir()
    (folder / "part-1.csv").write_bytes(text(joined[:150]).rstrip(b"\n"))
    (folder / "part-2.csv.gz").write_bytes(
        gzip.compress(text(joined[150:300], ["b", "y", "a", "team"], ";"))
    )
    (folder / "part-3.csv").write_bytes(text(joined[300:]))
    (folder / "_SUCCESS").write_bytes(b"")
    (tmp_path / "joined.csv").write_bytes(text(joined))
    return folder


def numbers(printed: str) -> list[float]:
    """Return the numbers of a table; sums over other blocks are rounded otherwise."""
    return [float(field) for line in printed.splitlines()[1:] for field in line.split(",")[1:]]


def done(run: Run, *words: str | Path) -> str:
    ended = run("ml-model", *words)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_parts_train_the_model_of_the_joined_file(run: Run, tmp_path: Path, parts: Path) -> None:
    goal = ["--target", "y", "--folds", "2", "-o"]
    from_folder = done(run, "train", parts, *goal, tmp_path / "m1")
    files = [parts / f"part-{n}.csv{'.gz' * (n == 2)}" for n in (1, 2, 3)]
    from_files = done(run, "train", *files, *goal, tmp_path / "m2")
    assert from_folder == from_files
    joined = done(run, "train", tmp_path / "joined.csv", *goal, tmp_path / "m3")
    assert numbers(from_folder) == pytest.approx(numbers(joined), rel=1e-9)
    card = json.loads((tmp_path / "m1/card.json").read_text())
    assert card["data"]["source"] == f"{parts}/part-1.csv and 2 more"


def test_curve_evaluate_and_compare_read_parts(run: Run, tmp_path: Path, parts: Path) -> None:
    joined, one, other = tmp_path / "joined.csv", tmp_path / "one", tmp_path / "other"
    done(run, "train", joined, "--target", "y", "-o", one)
    done(run, "train", joined, "--target", "y", "--features", "a", "-o", other)
    assert done(run, "evaluate", one, parts) == done(run, "evaluate", one, joined)
    both = done(run, "compare", one, other, parts)
    assert both == done(run, "compare", one, other, joined)
    curve = numbers(done(run, "curve", parts, "--target", "y"))
    expected = numbers(done(run, "curve", joined, "--target", "y"))
    assert curve == pytest.approx(expected, rel=1e-9)


def test_predictions_of_parts_are_one_csv(
    run: Run, tmp_path: Path, parts: Path, clean_env: dict[str, str]
) -> None:
    joined = tmp_path / "joined.csv"
    done(run, "train", joined, "--target", "y", "-o", tmp_path / "m")
    refused = run("ml-model", "predict", tmp_path / "m", parts)
    assert refused.returncode == 1
    assert "part-2.csv.gz: the order of its columns is not that of" in refused.stderr
    (parts / "part-2.csv.gz").write_bytes(gzip.compress(text(rows(400, 1)[150:300])[:-1]))
    expected = done(run, "predict", tmp_path / "m", joined)
    assert done(run, "predict", tmp_path / "m", parts) == expected
    assert done(run, "predict", tmp_path / "m", parts, "--jobs", "2") == expected
    words: list[str | Path] = [
        ROOT / "bin/ml-model",
        "predict",
        tmp_path / "m",
        parts,
        "-o",
        tmp_path / "out.csv",
    ]
    run_killed([*words, "-o", tmp_path / "out.csv", "--resume"], clean_env, 3, 3)
    assert (tmp_path / "out.csv").read_text() == expected


def test_a_part_with_other_columns_is_named(run: Run, tmp_path: Path, parts: Path) -> None:
    done(run, "train", tmp_path / "joined.csv", "--target", "y", "-o", tmp_path / "m")
    (parts / "part-4.csv").write_text("a,team,b,y,z\n1,p,2,3,4\n")
    calls: list[list[str | Path]] = [
        ["train", parts, "--target", "y", "-o", tmp_path / "n"],
        ["curve", parts, "--target", "y"],
        ["evaluate", tmp_path / "m", parts],
        ["compare", tmp_path / "m", tmp_path / "m", parts],
        ["predict", tmp_path / "m", parts / "part-1.csv", parts / "part-4.csv"],
    ]
    for words in calls:
        ended = run("ml-model", *words)
        assert ended.returncode == 1
        assert "part-4.csv: its columns differ from those of " in ended.stderr
        assert "(z); read it alone" in ended.stderr


def test_an_error_in_a_part_names_its_file_and_line(run: Run, tmp_path: Path, parts: Path) -> None:
    done(run, "train", tmp_path / "joined.csv", "--target", "y", "-o", tmp_path / "m")
    (parts / "part-4.csv").write_text("a,team,b,y\n1,p,2,3\n1,p,much,3\n")
    (parts / "part-5.csv").write_text("a,team,b,y\n1,p,2,3\n1,p,2\n")
    for bad, line in (("part-4.csv", 3), ("part-5.csv", 3)):
        ended = run("ml-model", "predict", tmp_path / "m", parts / "part-1.csv", parts / bad)
        assert (ended.returncode, f"{bad}: line {line}" in ended.stderr) == (1, True)
    words: list[str | Path] = [
        "train",
        parts / "part-1.csv",
        parts / "part-5.csv",
        "--target",
        "y",
        "-o",
    ]
    words.append(parts / "n")
    ended = run("ml-model", *words)
    assert (ended.returncode, "part-5.csv: line 3" in ended.stderr) == (1, True)


def test_a_pipe_among_files_is_refused(run: Run, parts: Path) -> None:
    ended = run("ml-model", "train", "-", parts, "--target", "y", input="a,y\n1,2\n")
    assert ended.returncode == 2
    assert "standard input or an address among several files" in ended.stderr
