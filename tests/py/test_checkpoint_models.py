"""ml-model train --model auto --resume: a search that was killed goes on with what it has tried."""

import json
import os
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.kills import kept, run_killed

KILLS = int(os.environ.get("KILLS", "4"))

# ml-model with the first candidates only: all of them take a minute.
FEW = """
import sys
from pyhelpers import __main__
from pyhelpers.model import train

all_of_them = train.candidates
train.candidates = lambda task, seed: all_of_them(task, seed)[:4]
sys.exit(__main__.main(["ml-model", *sys.argv[1:]]))
"""


def contents(folder: Path) -> dict[str, object]:
    """Return a model's files; of the card all but what tells the seconds that it took."""
    found: dict[str, object] = {}
    for path in folder.iterdir():
        if path.name != "card.json":
            found[path.name] = path.read_bytes()
            continue
        card = json.loads(path.read_text())
        for row in card["leaderboard"]:
            row.pop("seconds", None)
        found[path.name] = card
    return found


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_a_killed_search_gives_the_model_of_one_that_was_not(
    run: Run, clean_env: dict[str, str], tmp_path: Path, task: str
) -> None:
    rows = (f"{n * 7919 % 97},{n * 31 % 53},{'abc'[n * n % 7 % 3]}" for n in range(150))
    marks = {"regression": "{}", "classification": "class{}"}
    lines = (f"{row},{marks[task].format(at * at % 11 // 3)}\n" for at, row in enumerate(rows))
    (tmp_path / "data.csv").write_text("x,y,team,target\n" + "".join(lines))
    words: list[str | Path] = [ROOT / ".venv/bin/python", "-c", FEW, "train", tmp_path / "data.csv"]
    words += [
        "--target",
        "target",
        "--model",
        "auto",
        "--time",
        "600",
        "--folds",
        "2",
        "--task",
        task,
        "-o",
    ]
    clean_env["PYTHONPATH"] = str(ROOT)
    assert run(*words, tmp_path / "plain").returncode == 0
    done = run_killed([*words, tmp_path / "killed", "--resume"], clean_env, 7, KILLS)
    assert done.kills and ("ml-model: goes on with " in done.err) == done.goes_on
    assert contents(tmp_path / "killed") == contents(tmp_path / "plain")
    assert not kept(clean_env)


def test_resume_goes_with_auto(run: Run, tmp_path: Path) -> None:
    words = ["ml-model", "train", "-", "--target", "y", "-o", tmp_path / "model", "--resume"]
    done = run(*words, input="x,y\n" + "1,2\n" * 30)
    assert done.returncode == 2
    assert "--resume goes with --model auto" in done.stderr
