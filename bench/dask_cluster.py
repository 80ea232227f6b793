"""A Dask scheduler and workers on loopback, one core each, and what the workers take."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.context import PYTHON
from bench.side_by_side import ROOT, SideFailed, environment

MODULE = "distributed.cli.dask_"
LIMIT_S = 30


def cores(count: int) -> str:
    """Return what gives a command so many cores; nothing where there is no taskset."""
    return f"taskset -c 0-{count - 1} " if shutil.which("taskset") else ""


class Cluster:
    """A Dask scheduler and workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = ""
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, workers: int) -> None:
        """Start a scheduler and so many workers; return once it knows them."""
        said = self.folder / f"scheduler-{workers}.json"
        said.unlink(missing_ok=True)
        self._run(PYTHON, "-m", f"{MODULE}scheduler", "--port", "0", "--scheduler-file", str(said))
        self.address = wait_for(lambda: str(json.loads(said.read_text())["address"]))
        for number in range(workers):
            pin = ["taskset", "-c", str(number)] if cores(1) else []
            words = [self.address, "--nthreads", "1", "--no-nanny", "--memory-limit", "2GB"]
            scratch = ["--local-directory", str(self.folder / f"worker-{number}")]
            self._run(*pin, PYTHON, "-m", f"{MODULE}worker", *words, *scratch)
        wait_for_workers(self.address, workers)

    def _run(self, *words: str) -> None:
        command, quiet = [*words, "--no-dashboard", "--host", "127.0.0.1"], subprocess.DEVNULL
        env = environment({"PYTHONPATH": str(ROOT)})
        self._running.append(
            subprocess.Popen(command, stdout=quiet, stderr=quiet, env=env, cwd=ROOT)
        )

    def processor_seconds(self) -> float:
        """Return what the workers have used so far."""
        stats = [self._read(worker, "stat").rpartition(")")[2] for worker in self._running[1:]]
        ticks = sum(int(each) for stat in stats for each in stat.split()[11:13])
        return ticks / os.sysconf("SC_CLK_TCK")

    def peak(self) -> float:
        """Return the megabytes of the largest worker so far."""
        texts = [self._read(worker, "status") for worker in self._running[1:]]
        return max(int(text.split("VmHWM:")[1].split()[0]) for text in texts) * 1024 / 1e6

    def _read(self, process: "subprocess.Popen[bytes]", name: str) -> str:
        return Path(f"/proc/{process.pid}/{name}").read_text()

    def end(self) -> None:
        """End them; asked kindly, a worker waits for its scheduler."""
        for process in reversed(self._running):
            process.kill()
            process.wait()


@contextmanager
def dask(folder: Path, workers: int) -> Iterator[Cluster]:
    """Run a scheduler and workers."""
    cluster = Cluster(folder)
    try:
        cluster.start(workers)
        yield cluster
    finally:
        cluster.end()


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
