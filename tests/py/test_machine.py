"""Cores as joblib counts them, also in a container; a machine whose lscpu lists none."""

import os
from pathlib import Path

import pytest
from joblib.externals.loky.backend import context

from pyhelpers import machine
from tests.conftest import HEIGHTS, Run, Shim


@pytest.mark.parametrize("quota", ["max 100000", "150000 100000", "50000 100000", None])
@pytest.mark.parametrize("affinity", [1, 3, 64])
def test_cores_are_limited_by_affinity_and_by_a_containers_quota(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quota: str | None, affinity: int
) -> None:
    limits = tmp_path / "cpu.max"
    if quota:
        limits.write_text(f"{quota}\n")
    monkeypatch.setattr(machine, "CGROUP_QUOTA", str(limits))
    monkeypatch.setattr(machine, "CGROUP_QUOTA_V1", (str(tmp_path), str(tmp_path)))
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: range(affinity), raising=False)
    allowed = {"150000 100000": 2, "50000 100000": 1}.get(quota or "", affinity)
    assert machine.count_cores() == min(affinity, allowed)


def test_cores_are_joblibs_on_this_machine() -> None:
    assert machine.count_cores() == context.cpu_count()


@pytest.mark.parametrize("kind", ["boosting", "linear"])
def test_a_machine_that_tells_no_cores_is_no_news(
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


def test_clusters_on_such_a_machine_are_found_without_a_word(run: Run, shim: Shim) -> None:
    shim("lscpu", "echo '# Core'")
    done = run("csv-stats", "cluster", HEIGHTS, "-c", "Height-Inches", "-k", 2)
    assert done.returncode == 0
    assert not [line for line in done.stderr.splitlines() if not line.startswith("csv-stats: ")]
