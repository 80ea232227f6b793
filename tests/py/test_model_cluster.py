"""Batch prediction and training on a Dask cluster: the answer of one process."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pyhelpers.dask_client import connected
from pyhelpers.model import store, train
from pyhelpers.model.candidates import Candidate
from pyhelpers.model.cluster_training import TrainingCluster
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions
from tests.cluster import Cluster
from tests.conftest import ROOT, Run
from tests.served import train_heights


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if os.environ.get("CI") != "true":
        pytest.importorskip("distributed", reason="the extra named cluster is not installed")
    running = Cluster(tmp_path_factory.mktemp("cluster"))
    yield running
    running.close()


@pytest.mark.peer
def test_workers_that_die_midway_lose_no_row_and_repeat_none(
    cluster: Cluster, tmp_path: Path
) -> None:
    model, data = train_heights(tmp_path / "m"), tmp_path / "data.csv"
    with data.open("w") as stream:
        stream.write("Index,Height-Inches,text\n")
        stream.writelines(f"{n},{60 + n % 1500 / 100},{'x' * 80}\n" for n in range(350_000))
    words = [str(ROOT / "bin/ml-model"), "predict", str(model), str(data)]
    process = subprocess.Popen(
        [*words, "--cluster", cluster.address], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout and process.stderr
    read = process.stdout.read(2_000_000)
    for _ in range(2):
        cluster.kill_workers()
        time.sleep(0.5)
        cluster.add_worker()
        cluster.add_worker()
        read += process.stdout.read(2_000_000)
    read += process.stdout.read()
    said = process.stderr.read().decode()
    assert process.wait(60) == 0, said
    alone = subprocess.run(words, capture_output=True, check=True).stdout
    assert len(alone) > 35_000_000
    assert read == alone


@pytest.mark.peer
def test_bad_data_and_a_missing_scheduler_are_one_line(
    cluster: Cluster, run: Run, tmp_path: Path
) -> None:
    model = train_heights(tmp_path / "m")
    bad = "Height-Inches\n60\ntall\n"
    done = run("ml-model", "predict", model, "--cluster", cluster.address, input=bad)
    assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
    assert "line 3, column 'Height-Inches': 'tall' is not a number" in done.stderr
    done = run("ml-model", "predict", model, "--cluster", "tcp://127.0.0.1:9", input=bad)
    assert done.returncode == 4 and done.stderr.count("\n") == 1, done.stderr
    assert "no Dask scheduler answers" in done.stderr


def towns(path: Path, count: int, classes: int = 0) -> Path:
    """Write numbers, towns of 3 and of 150 kinds, and a target with noise."""
    drawn = np.random.default_rng(5)
    x, town = drawn.normal(size=(count, 6)), drawn.integers(0, 150, count)
    y = x @ np.arange(1, 7) + town % 7 + drawn.normal(scale=3, size=count)
    table = pd.DataFrame(x, columns=list("abcdef")).round(6)
    table["small"], table["town"] = np.char.add("s", (town % 3).astype(str)), town
    table["town"] = "t" + table["town"].astype(str)
    if count > 50_000 and classes < 3:  # read as numbers first, and again as texts
        table.loc[: count // 3, "small"] = (town[: count // 3 + 1] % 3).astype(str)
    table["y"] = y.round(4) if not classes else np.digitize(y, np.linspace(-5, 10, classes - 1))
    table["y"] = table["y"] if not classes else "k" + table["y"].astype(str)
    table.to_csv(path, index=False)
    return path


def same_models(one: Path, other: Path) -> None:
    """Compare what two trainings wrote: coefficients, scores and measures."""
    cards = [store.read_card(str(path)) for path in (one, other)]
    scores = [card["cross_validation"]["scores"] for card in cards]
    assert scores[0] == pytest.approx(scores[1], rel=1e-9)
    assert cards[0]["metrics"] == pytest.approx(cards[1]["metrics"], rel=1e-9)
    answers = [card["probe"]["answers"] for card in cards]
    assert answers[0] == (
        answers[1] if isinstance(answers[1][0], str) else pytest.approx(answers[1])
    )


@pytest.mark.peer
@pytest.mark.parametrize("classes", [0, 2, 4])
def test_linear_models_fitted_by_the_workers_are_those_of_one_process(
    cluster: Cluster, run: Run, tmp_path: Path, classes: int
) -> None:
    data = towns(tmp_path / "t.csv", 90_000, classes)  # 6 MB: two blocks
    words = ("ml-model", "train", data, "--target", "y", "--folds", 3, "-o")
    done = run(*words, tmp_path / "alone")
    assert done.returncode == 0, done.stderr
    spread = run(*words, tmp_path / "spread", "--cluster", cluster.address)
    assert spread.returncode == 0, spread.stderr
    assert spread.stdout.count("\n") == done.stdout.count("\n")
    same_models(tmp_path / "alone", tmp_path / "spread")
    features = store.read_card(str(tmp_path / "spread"))["features"]
    kinds = {feature["name"]: feature["kind"] for feature in features}
    assert kinds["small"] == "category"


@pytest.mark.peer
@pytest.mark.parametrize("killed", [False, True])
def test_candidates_tried_side_by_side_make_the_blend_of_one_process(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    kinds = [
        Candidate("linear"),
        Candidate("extratrees", {"min_samples_leaf": 3}),
        Candidate("boosting", {"max_leaf_nodes": 8}),
    ]
    monkeypatch.setattr(train, "candidates", lambda task, seed=0: kinds)
    data = towns(tmp_path / "t.csv", 3_000)
    table = pd.read_csv(data)
    table["y"] += 3 * np.sin(2 * table["a"])  # which trees see, and a linear model does not
    table.to_csv(data, index=False)
    options = TrainingOptions("y", model="auto", seconds=600, folds=3, refit=True)

    def trained(client: Any) -> train.TrainedModel:
        with data.open("rb") as stream:
            return train.train_model(TrainingCsv(stream, "t.csv"), options, client=client)

    alone = trained(None)
    tried: list[Any] = []
    real = TrainingCluster.trial

    def watched(self: TrainingCluster, of: Candidate, left: float) -> Any:
        if killed and len(tried) == 1:  # both candidates of trees are being tried
            cluster.kill_workers()
            cluster.add_worker()
        tried.append(real(self, of, left))
        return tried[-1]

    monkeypatch.setattr(TrainingCluster, "trial", watched)
    with connected(cluster.address) as client:
        spread = trained(client)
    assert [trial is not None for trial in tried] == [False, True, True]
    assert spread.card["members"] == pytest.approx(alone.card["members"])
    rows = [
        [*row[:6], "s1", "t5"] for row in np.random.default_rng(1).normal(size=(50, 6)).tolist()
    ]
    assert spread.ensemble.predict(rows) == pytest.approx(alone.ensemble.predict(rows), rel=1e-9)
    scores = [made.card["cross_validation"]["scores"] for made in (alone, spread)]
    assert scores[1] == pytest.approx(scores[0], rel=1e-9)


@pytest.mark.peer
def test_workers_that_die_in_a_training_change_nothing(cluster: Cluster, tmp_path: Path) -> None:
    data = towns(tmp_path / "t.csv", 90_000, 4)  # L-BFGS: many passes
    words = [str(ROOT / "bin/ml-model"), "train", str(data), "--target", "y", "--folds", "3"]
    spread, alone = tmp_path / "spread", tmp_path / "alone"
    process = subprocess.Popen(
        [*words, "-o", str(spread), "--cluster", cluster.address], stderr=subprocess.PIPE
    )
    killed = 0
    with connected(cluster.address) as client:
        for _ in range(2):
            wait_for_work(client, process)
            killed += process.poll() is None
            cluster.kill_workers()
            cluster.add_worker()
            cluster.add_worker()
    assert process.stderr
    said = process.stderr.read().decode()
    assert process.wait(120) == 0, said
    assert killed
    subprocess.run([*words, "-o", str(alone)], check=True, capture_output=True)
    same_models(alone, spread)


def wait_for_work(client: Any, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the workers have results of a running training."""
    while process.poll() is None and not any(client.has_what().values()):
        time.sleep(0.05)
