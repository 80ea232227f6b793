"""A Dask cluster on loopback."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path


class Cluster:
    """A real scheduler with two workers, each a process of its own in a folder."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder, self.workers = folder, list[subprocess.Popen[bytes]]()
        plain = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        self._env = plain | {"HOME": str(folder)} | variables
        self._said = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--port", "0")
        self.address = self._await_address()
        for _ in range(2):
            self.add_worker()

    def _start(self, kind: str, *words: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--host", "127.0.0.1"]
        command += ["--no-dashboard", "--scheduler-file", str(self._said), *words]
        with (self.folder / f"{kind}.log").open("ab") as log:
            return subprocess.Popen(
                command, cwd=self.folder, env=self._env, stdout=log, stderr=log, process_group=0
            )

    def _await_address(self) -> str:
        for _ in range(600):
            written = self._said.read_text() if self._said.exists() else ""
            if found := re.search(r"tcp://[\d.]+:\d+", written):
                return found[0]
            time.sleep(0.1)
        raise AssertionError((self.folder / "scheduler.log").read_text())

    def add_worker(self) -> None:
        """Start one more worker."""
        self.workers.append(self._start("worker", "--nthreads", "1", "--no-nanny"))

    def kill_workers(self) -> None:
        """End every worker in the midst of what it does."""
        for worker in self.workers:
            worker.send_signal(signal.SIGKILL)
            worker.wait(60)
        self.workers.clear()

    def close(self) -> None:
        """End all of it."""
        self.kill_workers()
        self.scheduler.terminate()
        self.scheduler.wait(60)
