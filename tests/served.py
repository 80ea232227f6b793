"""A running ml-model serve, for the tests that ask it."""

import io
import json
import os
import signal
import socket
import subprocess
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from pyhelpers.model import store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions
from tests.conftest import HEIGHTS, ROOT


@cache
def _heights() -> dict[str, bytes]:
    table = TrainingCsv(io.BytesIO(HEIGHTS.read_bytes()), "heights.csv")
    made = train.train_model(table, TrainingOptions("Weight-Pounds", ["Height-Inches"], folds=0))
    return made.files(made.card)


def train_heights(path: Path) -> Path:
    """Train weight from height, once a process, and return where the model is."""
    store.save(str(path), _heights())
    return path


class Served:
    """A running ml-model serve."""

    def __init__(
        self, model: Path, *options: object, port: int | None = 0, **variables: str
    ) -> None:
        words = [str(ROOT / "bin/ml-model"), "serve", str(model), *map(str, options)]
        words += [] if port is None else ["--port", str(port)]
        self.process = subprocess.Popen(
            words, stderr=subprocess.PIPE, text=True, env=dict(os.environ) | variables
        )
        assert self.process.stderr is not None
        self.line = self.process.stderr.readline()
        assert " at http://" in self.line, self.line
        self.port = int(self.line.rpartition(":")[2].split()[0])

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, data, named)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, json.loads(content) if content else None

    def predict(self, body: Any, path: str = "/predict", **headers: str) -> tuple[int, Any]:
        return self.ask("POST", path, body, **headers)

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.end()

    def end(self) -> int:
        assert self.process.stderr is not None
        self.process.stderr.close()
        return self.process.wait(60)

    def exchange(self, sent: bytes, half_close: bool = False) -> bytes:
        """Send raw bytes and return all that comes until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as client:
            client.sendall(sent)
            if half_close:
                client.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: client.recv(65536), b""))
