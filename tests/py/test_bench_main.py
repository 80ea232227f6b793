"""The benchmarks' command: sections and rivals, options, quick and full runs, what is written."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench import __main__ as bench_main
from bench import rivals
from bench.context import Bench, Section
from bench.sections import automl
from bench.side_by_side import ROOT, Goal, Job, Side


def sections() -> list[Section]:
    return [bench_main.section(name) for name in bench_main.NAMES]


def test_every_section_has_its_own_command_and_names_jobs_and_rivals_that_exist() -> None:
    links = {path.name for path in (ROOT / "bench").iterdir() if path.is_symlink()}
    assert links == set(bench_main.NAMES)
    for section in sections():
        assert {*section.quick, *section.large} <= set(section.jobs), section.name
        assert set(section.needs) <= set(rivals.RIVALS), section.name


def test_every_rival_that_can_be_installed_is_some_sections() -> None:
    named = {name for section in sections() for name in section.needs}
    assert named == set(rivals.RIVALS)


def test_a_rival_is_found_in_the_scratch_folder_and_in_no_stranger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "rivals/bin/xsv"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho xsv 1.2.3\necho more\n")
    monkeypatch.setattr(rivals, "BUILT", tmp_path)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    found = rivals.find.__wrapped__
    assert found("xsv") == ""
    program.chmod(0o755)
    assert found("xsv") == str(program)
    assert rivals.first_line([str(program), "--version"]) == "xsv 1.2.3"


def bench(*words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=120)


def test_a_quick_job_runs_from_any_folder_by_its_own_name(tmp_path: Path) -> None:
    words = [str(ROOT / "bench/startup"), "--quick", "--job", "bash", "--runs", "1"]
    done = bench(*words, "--data", "data", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "| hello.sh --help |" in done.stdout and "ratios got worse" in done.stdout
    assert (tmp_path / "data/quick/startup").is_dir()


@pytest.mark.parametrize(
    "words", [["nowhere"], ["startup", "--job", "nothing"], ["--run", "x"], ["--nothing"]]
)
def test_what_is_not_there_ends_with_usage(words: list[str], tmp_path: Path) -> None:
    done = bench(str(ROOT / "bench/run"), *words, cwd=tmp_path)
    assert done.returncode == 2
    assert "bench/run" in done.stderr and "Traceback" not in done.stderr


Main = Callable[..., int]


@pytest.fixture
def main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Main:
    """Return main with a section of our own: its side takes what `walls` says."""
    walls = {"ours": 1.0}

    def only(bench: Bench) -> Job:
        def ours() -> dict[str, float]:
            return {"wall s": walls["ours"], "cpu s": 1.0, "peak MB": 1.0}

        gone = Side("gone", ours, optional=True, missing=True)
        base = Side("base", lambda: {"wall s": 1.0, "cpu s": 1.0, "peak MB": 1.0})
        return Job("only", [Side("ours", ours, (Goal("ratio", most=2),), ours=True), gone, base])

    made = Section("startup", "Says.", {"only": only}, ("only",))
    monkeypatch.setattr(bench_main, "section", lambda name: made)
    monkeypatch.setattr(bench_main, "NAMES", ("startup",))
    monkeypatch.setattr(bench_main, "RESULTS", tmp_path / "RESULTS.md")
    monkeypatch.setattr(bench_main, "RATIOS", tmp_path / "ratios.json")

    def run(*words: str, wall: float = 1.0) -> int:
        walls["ours"] = wall
        return bench_main.main([*words, "--data", str(tmp_path / "data"), "--runs", "1"])

    return run


def test_a_quick_run_says_what_got_worse_and_fails_only_when_strict(
    main: Main, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("--quick", "--record", wall=1.0) == 0
    kept = json.loads((tmp_path / "ratios.json").read_text())
    assert kept["startup"]["jobs"] == {
        "only": {"ours": {"ratio": [1.0, 1.0, 1.0], "cpu ratio": [1.0, 1.0, 1.0]}}
    }
    assert main("--quick", wall=2.0) == 0
    said = capsys.readouterr().out
    assert "1 of 2 ratios got worse" in said
    assert "startup only: ours, ratio: 1.00, now 2.00 (+100%)" in said
    assert main("--quick", "--strict", wall=2.0) == 1
    assert main("--quick", "--strict", wall=1.1) == 0


def test_a_full_run_is_written_down_with_goal_missing_rival_and_how_to_repeat_it(
    main: Main, tmp_path: Path
) -> None:
    assert main("--record", wall=3.0) == 0
    text = (tmp_path / "RESULTS.md").read_text()
    assert "ratio at most 2: **missed**" in text
    assert "| gone | not installed |" in text
    assert "Repeat: `bench/startup --job only`" in text
    assert not (tmp_path / "ratios.json").exists()
    assert main(wall=1.0) == 0
    assert (tmp_path / "RESULTS.md").read_text() == text


def test_a_side_that_fails_ends_the_run_with_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(bench: Bench) -> Job:
        return Job("broken", [bench.ours("ours", "exit 4"), bench.plain("base", "true")])

    made = Section("startup", "Says.", {"broken": broken}, ("broken",))
    monkeypatch.setattr(bench_main, "section", lambda name: made)
    assert bench_main.main(["startup", "--data", str(tmp_path)]) == 1
    assert "broken: ours: exit code 4: exit 4" in capsys.readouterr().err


def test_ranks_and_gaps_are_those_of_scipy_and_of_the_dummy(tmp_path: Path) -> None:
    from scipy.stats import rankdata

    drawn, names = np.random.default_rng(0), ["ours", "flaml", "linear"]
    sets = {name: {"task": "regression", "target": "y"} for name in "abcd"}
    league = automl.League(Bench(tmp_path), 1.0, names, sets)
    scores = drawn.random((3, 4, 2))
    for one, of_sets in zip(names, scores, strict=True):
        league.scores |= {(one, name): [*of] for name, of in zip(sets, of_sets, strict=True)}
        league.rounds[one] = [{}]
    league.scores |= {("dummy", name): [-1.0, -1.0] for name in sets}
    league.settle(0)
    means = scores.mean(axis=2)
    ranks = rankdata(-means, axis=0).mean(axis=1)
    gaps = 100 * (means.max(axis=0) - means) / (means.max(axis=0) + 1)
    for at, one in enumerate(names):
        found = league.rounds[one][0]
        assert found["mean rank"] == pytest.approx(ranks[at])
        assert found["largest gap %"] == pytest.approx(gaps[at].max())
        assert found["gaps over 1 %"] == (gaps[at] > 1).sum()


def test_a_split_is_scored_as_scikit_learn_does(tmp_path: Path) -> None:
    from sklearn.metrics import log_loss, r2_score

    drawn = np.random.default_rng(1)
    y, answers = drawn.normal(size=(2, 50))
    assert automl.score(False, y, answers) == pytest.approx(r2_score(y, answers))
    kinds, shares = drawn.integers(0, 3, 50), drawn.dirichlet([1, 1, 1], 50)
    assert automl.score(True, kinds, shares) == pytest.approx(-log_loss(kinds, shares))


def test_systems_side_by_side_have_a_core_each_and_are_ranked_as_they_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sets = {name: {"task": "regression", "target": "y"} for name in "ab"}
    y = np.arange(6.0)
    for name in sets:
        for part in ("train", "test"):
            lines = [f"{one},{one}" for one in y]
            (tmp_path / f"{name}-0-{part}.csv").write_text("\n".join(["x,y", *lines, ""]))
    league = automl.League(Bench(tmp_path), 1.0, ["ours", "flaml", "linear"], sets, beside=True)
    shift = {"ours": 0.1, "flaml": 0.2, "linear": 0.3}
    cores: dict[str, list[str]] = {}

    def answered(system: str, split: Any, seed: int, pinned: str = "") -> automl.Found:
        cores.setdefault(system, []).append(pinned)
        return y + shift[system] * (-1 if seed else 1), None, 1.5

    monkeypatch.setattr(league, "answers", answered)
    for system in league.names:
        league.run(system)
    said = capsys.readouterr().err.splitlines()
    assert said[-1] == "mean ranks so far: ours 1.00, flaml 2.00, linear 3.00"
    assert said[0].startswith("split 1, a: ours 0.9966, flaml 0.9863, linear ")
    assert {len(of) for of in cores.values()} == {2}
    assert all(pinned.startswith("taskset -c ") for of in cores.values() for pinned in of)
    assert league.rounds["ours"][0]["mean rank"] == 1
