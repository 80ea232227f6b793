"""Batch prediction on a Dask cluster: no row is lost, doubled or changed."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

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
