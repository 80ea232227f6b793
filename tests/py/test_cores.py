"""A machine whose lscpu names no cores, as containers and emulators have: nobody hears of it."""

from pathlib import Path

import pytest

from tests.conftest import HEIGHTS, Run, Shim


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
