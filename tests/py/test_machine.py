"""Cores within a container's quota; where lscpu lists none, commands print nothing about it."""

import os
from pathlib import Path

import joblib
import pytest

from pyhelpers import machine
from tests.conftest import HEIGHTS, Run, Shim


def test_without_a_quota_the_cores_are_those_of_the_affinity() -> None:
    assert machine.cores() == joblib.cpu_count()


@pytest.mark.parametrize(
    ("quota", "expected"),
    [("max 100000", 8), ("250000 100000", 2), ("5000 100000", 1), ("900000 100000", 8), ("", 8)],
)
def test_a_quota_bounds_the_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quota: str, expected: int
) -> None:
    (tmp_path / "cpu.max").write_text(quota + "\n")
    monkeypatch.setattr(machine, "CGROUP_CPU", (str(tmp_path / "cpu.max"),))
    monkeypatch.setattr(machine, "CGROUP_1_CPU", (str(tmp_path / "missing"),))
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    assert machine.cores() == expected


@pytest.mark.parametrize("kind", ["boosting", "linear"])
def test_a_machine_without_core_list_prints_nothing(
    run: Run, shim: Shim, tmp_path: Path, kind: str
) -> None:
    shim("lscpu", "echo '# Core'")
    few = tmp_path / "few.csv"
    few.write_bytes(b"".join(HEIGHTS.read_bytes().splitlines(keepends=True)[:301]))
    model = tmp_path / "model"
    words = ("--target", "Weight-Pounds", "--features", "Height-Inches", "--folds", 0)
    trained = run("ml-model", "train", few, *words, "--model", kind, "-o", model)
    asked = run("ml-model", "predict", model, input="Height-Inches\n70\n")
    assert (trained.returncode, asked.returncode) == (0, 0)
    assert not [line for line in trained.stderr.splitlines() if not line.startswith("ml-model: ")]
    assert asked.stderr == ""
    assert (kind == "boosting") <= any("lscpu" in call for call in shim.calls)


def test_clustering_on_such_a_machine_prints_nothing(run: Run, shim: Shim) -> None:
    shim("lscpu", "echo '# Core'")
    done = run("csv-stats", "cluster", HEIGHTS, "-c", "Height-Inches", "-k", 2)
    assert done.returncode == 0
    assert not [line for line in done.stderr.splitlines() if not line.startswith("csv-stats: ")]
