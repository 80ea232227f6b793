"""solve-tsp --time --resume: a search that was killed goes on from the best tour that is kept."""

import json
import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.kills import kept, run_killed

KILLS = int(os.environ.get("KILLS", "4"))


@pytest.mark.parametrize("method", ["local", "auto"])
def test_a_killed_search_never_ends_with_a_worse_tour_than_the_kept_one(
    clean_env: dict[str, str], tmp_path: Path, method: str
) -> None:
    draw = random.Random(5)
    rows = [f"c{n},{draw.random() * 1000:.3f},{draw.random() * 1000:.3f}\n" for n in range(2000)]
    cities = tmp_path / "cities.csv"
    cities.write_text("name,x,y\n" + "".join(rows))
    lengths: list[float] = []

    def look() -> None:
        found = kept(clean_env)
        if not found:  # it was done but for its end: the next one begins anew
            lengths.clear()
        lengths.extend(json.loads(path.read_text())["length"] for path in found)

    words: list[str | Path] = [
        "solve-tsp",
        cities,
        "--time",
        "12",
        "--method",
        method,
        "--closed",
        "--resume",
    ]
    done = run_killed([*words, "--format", "json"], clean_env, 3, KILLS, look)
    assert done.kills and lengths == sorted(lengths, reverse=True)
    found = json.loads(done.out)
    assert ("goes on after " in done.err) == done.goes_on == bool(lengths)
    if lengths:
        assert found["distance"] <= lengths[-1] * (1 + 1e-12)  # the order of a sum may differ
    assert not kept(clean_env)


def test_cities_that_changed_are_refused(
    run: Run, clean_env: dict[str, str], tmp_path: Path
) -> None:
    rows = "".join(f"c{n},{n * n % 101},{n * 7 % 103}\n" for n in range(400))
    words = ["solve-tsp", "-", "--time", "30", "--method", "local", "--resume"]
    (tmp_path / "in.csv").write_text("name,x,y\n" + rows)
    with (
        (tmp_path / "in.csv").open() as given,
        subprocess.Popen(words, env=clean_env, stdin=given, stderr=subprocess.DEVNULL) as job,
    ):
        while not kept(clean_env) and job.poll() is None:
            time.sleep(0.01)
        job.kill()
    refused = run(*words, input="name,x,y\n" + rows.replace("c7,", "d7,"))
    assert refused.returncode == 1
    assert refused.stderr == (
        "solve-tsp: the cities have changed since a tour was kept; run it without --resume\n"
    )


def test_resume_goes_with_time(run: Run) -> None:
    done = run("solve-tsp", "-", "--resume", input="name,x,y\na,1,2\nb,3,4\n")
    assert done.returncode == 2
    assert done.stderr.startswith("solve-tsp: --resume goes with --time; ")
