"""csv-stats describe --resume: parts that a killed run has read are not read again."""

import io
import os
import random
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import Run
from tests.kills import kept, run_killed

KILLS = int(os.environ.get("KILLS", "4"))


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a CSV of many parts."""
    draw, path = random.Random(4), tmp_path_factory.mktemp("describe") / "large.csv"
    rows = "".join(
        f"{n},{draw.gauss(5, 2):.9f},{draw.random():.15f},{'abcde'[n % 5] * 40}\n"
        for n in range(20_000)
    )
    with path.open("w") as file:
        file.write("id,x,y,note\n")
        file.writelines(rows for _ in range(100))
    return path


@pytest.mark.parametrize("options", [[], ["--all"], ["--by", "note"]])
def test_a_killed_run_gives_the_bytes_of_one_that_was_not(
    run: Run, clean_env: dict[str, str], table: Path, options: list[str]
) -> None:
    words: list[str | Path] = ["csv-stats", "describe", table, "--resume", *options]
    plain = run(*words)
    assert not kept(clean_env)
    done = run_killed(words, clean_env, 11, KILLS)
    assert done.kills and done.out.decode() == plain.stdout
    assert ("goes on with " in done.err) == done.goes_on
    assert not kept(clean_env)
    if not options:
        found = pd.read_csv(io.BytesIO(done.out)).set_index("column")
        wanted = pd.read_csv(table)["y"].describe()
        assert found.loc["y", "mean"] == pytest.approx(wanted["mean"], rel=1e-12)
        assert found.loc["y", "count"] == wanted["count"]
        assert run("csv-stats", "describe", table).stdout == plain.stdout


def test_a_pipe_cannot_be_resumed(run: Run) -> None:
    done = run("csv-stats", "describe", "--resume", input="a\n1\n")
    assert done.returncode == 2 and "--resume reads files, not a pipe" in done.stderr


def test_a_file_of_which_nothing_is_kept_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "small.csv").write_text("a\n1\n2\n")
    done = run("csv-stats", "describe", tmp_path / "small.csv", "--resume")
    assert done.stdout == run("csv-stats", "describe", tmp_path / "small.csv").stdout
    assert done.stderr.startswith("csv-stats: nothing is kept of small and compressed files, ")
