"""Scale: the same job on one core, on two, on a tenth of the data, on a Dask cluster."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.context import PYTHON, Bench, Section, relative
from bench.models import train
from bench.sample_data import make_tsv
from bench.sections.predict_batch import write_rows
from bench.sections.stats import write_numeric
from bench.side_by_side import ROOT, Job, Side, SideFailed, environment

SAYS = """
The figures behind docs/how-to/scale.md. Cores are given by `taskset`. The cluster is a scheduler
and workers of one thread and one core each, on loopback: scheduler and client share those cores,
and processor seconds are the client's alone.
"""
TSV_ROWS, SAMPLE, KILOBYTES, ROWS = 356_000, 100_000, 500_000, 4_000_000
MODULE = "distributed.cli.dask_"
LIMIT_S = 30


def cores(count: int) -> str:
    """Return what gives a command so many cores; nothing where there is no taskset."""
    return f"taskset -c 0-{count - 1} " if shutil.which("taskset") else ""


@contextmanager
def dask(folder: Path, workers: int) -> Iterator[str]:
    """Run a scheduler and workers; yield the address."""
    said, env = folder / f"scheduler-{workers}.json", environment({"PYTHONPATH": str(ROOT)})
    said.unlink(missing_ok=True)
    running: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> None:
        command = [*words, "--no-dashboard", "--host", "127.0.0.1"]
        quiet = subprocess.DEVNULL
        running.append(subprocess.Popen(command, stdout=quiet, stderr=quiet, env=env, cwd=ROOT))

    try:
        start(PYTHON, "-m", f"{MODULE}scheduler", "--port", "0", "--scheduler-file", str(said))
        address = wait_for(lambda: str(json.loads(said.read_text())["address"]))
        for number in range(workers):
            pin = ["taskset", "-c", str(number)] if cores(1) else []
            words = [address, "--nthreads", "1", "--no-nanny", "--memory-limit", "2GB"]
            scratch = ["--local-directory", str(folder / f"worker-{number}")]
            start(*pin, PYTHON, "-m", f"{MODULE}worker", *words, *scratch)
        wait_for_workers(address, workers)
        yield address
    finally:
        for process in reversed(running):  # asked kindly, a worker waits for its scheduler
            process.kill()
            process.wait()


def wait_for(look: Callable[[], str]) -> str:
    """Return what there is to see once there is."""
    until = time.monotonic() + LIMIT_S
    while True:
        try:
            return look()
        except (OSError, ValueError, KeyError):
            if time.monotonic() > until:
                raise SideFailed("the Dask scheduler did not start") from None
        time.sleep(0.1)


def wait_for_workers(address: str, workers: int) -> None:
    """Return once the scheduler knows so many workers."""
    from distributed import Client

    with Client(address, timeout=LIMIT_S, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(workers, timeout=LIMIT_S)


def on_cores(bench: Bench, whole: str, tenth: str, two: str = "") -> list[Side]:
    """Return a command's sides; `two` is what it is given to use a second core."""
    return [
        bench.ours("one core, a tenth of the data", cores(1) + tenth),
        bench.ours("two cores", cores(2) + whole + two),
        bench.ours("one core", cores(1) + whole),
    ]


def on_clusters(bench: Bench, command: str) -> list[Side]:
    """Return a command's sides on a cluster of one worker, of two, and at home."""
    folder = bench.folder
    addresses = [bench.enter(dask(folder, workers)) for workers in (1, 2)]
    sides = [
        bench.ours(f"{workers} worker{'s'[: workers - 1]}", f"{command} --cluster {address}")
        for workers, address in enumerate(addresses, 1)
    ]
    return [*sides, bench.ours("no cluster, one core", cores(1) + command)]


def scaled(bench: Bench, whole: float, part: int = 1) -> int:
    """Return how much data, less in a quick run, or a part of it."""
    return round(whole / (100 if bench.quick else 1) / part)


def tsv(bench: Bench, part: int = 1) -> str:
    """Return a file as Open Food Facts', or a part of it."""
    count = scaled(bench, TSV_ROWS, part)
    return relative(bench.file(f"off-{part}.tsv", lambda path: make_tsv(path, count)))


def numeric(bench: Bench, part: int = 1) -> str:
    """Return a file of numbers, or a part of it."""
    size = scaled(bench, KILOBYTES, part) / 1000
    return relative(bench.file(f"numeric-{part}.csv", lambda path: write_numeric(path, size)))


def rows(bench: Bench, part: int = 1) -> str:
    """Return a file of heights and weights, or a part of it."""
    count = scaled(bench, ROWS, part)
    return relative(bench.file(f"rows-{part}.csv", lambda path: write_rows(path, count)))


def sample(bench: Bench) -> Job:
    """Sample a large file."""
    n = scaled(bench, SAMPLE)
    command = "sample-large-csv --seed 1 --no-cache -n"
    whole, tenth = f"{command} {n} {tsv(bench)}", f"{command} {n // 10} {tsv(bench, 10)}"
    return Job(f"sample-large-csv: {n:,} of {scaled(bench, TSV_ROWS):,} records of 2.6 kB", [
        *on_cores(bench, whole, tenth),
        bench.plain("shuf, one core", f"{cores(1)}shuf -n {n} {tsv(bench)}"),
    ])  # fmt: skip


def describe(bench: Bench) -> Job:
    """Describe a file of numbers."""
    command = "bin/csv-stats describe "
    sides = on_cores(bench, command + numeric(bench), command + numeric(bench, 10))
    return Job(f"csv-stats describe: {scaled(bench, KILOBYTES):,} kB, 14 columns", sides)


def predict(bench: Bench) -> Job:
    """Predict from a file of rows."""
    command = f"bin/ml-model predict {relative(train(bench))} "
    sides = on_cores(bench, command + rows(bench), command + rows(bench, 10), " --jobs 2")
    return Job(f"ml-model predict, a linear model: {scaled(bench, ROWS):,} rows", sides)


def describe_cluster(bench: Bench) -> Job:
    """Describe on workers, which read the file themselves, twice."""
    sides = on_clusters(bench, f"bin/csv-stats describe {numeric(bench)}")
    return Job("csv-stats describe --cluster: the same file", sides)


def predict_cluster(bench: Bench) -> Job:
    """Predict on workers, to which the rows are sent."""
    sides = on_clusters(bench, f"bin/ml-model predict {relative(train(bench))} {rows(bench)}")
    return Job("ml-model predict --cluster: the same rows", sides)


JOBS = {
    "sample": sample, "describe": describe, "predict": predict,
    "describe-cluster": describe_cluster, "predict-cluster": predict_cluster,
}  # fmt: skip
SECTION = Section("scale", SAYS, JOBS)
