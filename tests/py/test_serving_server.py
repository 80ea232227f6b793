"""ml-model serve while it runs: slow answers, counts, a signal, the port, curl's requests."""

import asyncio
import json
import re
import socket
import subprocess
import threading
from collections.abc import Iterable, Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from pyhelpers.model.linear_model import Label
from pyhelpers.model.load import Model
from pyhelpers.model.schema import Feature, Row, Schema
from pyhelpers.serving.http_protocol import Limits
from pyhelpers.serving.server import Server
from pyhelpers.serving.service import Service
from pyhelpers.serving.sockets import bind
from tests.loopback import free_port
from tests.served import Served, train_heights

ROW = {"instances": [{"Height-Inches": 68}]}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_heights(tmp_path_factory.mktemp("served") / "weight")


class Slow:
    """A model that thinks until it is let go."""

    def __init__(self) -> None:
        self.let_go, self.done = threading.Event(), False

    def predict(self, rows: Iterable[Row]) -> list[Label]:
        self.let_go.wait(60)
        self.done = True
        return [1.0 for _ in rows]

    def probabilities(self, rows: Iterable[Row]) -> list[list[float]]:
        return []

    def predict_columns(self, columns: Sequence[Any]) -> list[Label] | None:
        return None

    def probability_columns(self, columns: Sequence[Any]) -> list[list[float]] | None:
        return None


def test_what_takes_too_long_gets_503_and_others_are_answered_meanwhile() -> None:
    features = [Feature("x", "number")]
    card = {"task": "regression", "target": "y", "model": "slow", "versions": {}}
    slow_one = Slow()
    model = Model("slow", card, Schema(features), slow_one)
    service = Service(model, Limits(seconds=0.5))
    listener = bind("127.0.0.1", 0)
    port = listener.getsockname()[1]
    body = json.dumps({"instances": [[1]] * 10_000})

    def ask() -> tuple[int, bool, int]:
        slow, health = (HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(2))
        slow.request("POST", "/predict", body)
        health.request("GET", "/healthz")
        status = health.getresponse().status
        waited = slow_one.done
        late = slow.getresponse().status
        slow_one.let_go.set()
        slow.close()
        health.close()
        return status, waited, late

    async def serve() -> tuple[int, bool, int]:
        server = Server(service, lambda line: None)
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        running = asyncio.ensure_future(server.run(listener, ready.set))
        await ready.wait()
        found = await loop.run_in_executor(None, ask)
        server.request_stop()
        await running
        return found

    status, waited, late = asyncio.run(serve())
    assert (status, waited, late) == (200, False, 503)


def test_counts_are_those_of_what_was_asked(model: Path) -> None:
    service = Served(model)
    for body in (ROW, ROW, {"instances": [[1], [2], [3]]}, {"instances": "x"}):
        service.predict(body)
    service.ask("GET", "/nothing")
    reply = service.exchange(b"GET /metrics HTTP/1.0\r\n\r\n").decode()
    assert service.stop() == 0
    assert 'ml_model_requests_total{path="/predict",status="200"} 3\n' in reply
    assert 'ml_model_requests_total{path="/predict",status="400"} 1\n' in reply
    assert 'ml_model_requests_total{path="other",status="404"} 1\n' in reply
    assert "ml_model_rows_total 5\n" in reply
    assert "ml_model_request_seconds_count 5\n" in reply
    assert 'ml_model_request_seconds_bucket{le="+Inf"} 5\n' in reply
    line = re.compile(r'(# TYPE \w+ \w+|\w+(\{(\w+="([^"\\]|\\.)*",?)*\})? [0-9.e+-]+)')
    text = reply.partition("\r\n\r\n")[2]
    assert all(line.fullmatch(one) for one in text.splitlines())


def test_requests_in_the_queue_at_the_signal_are_answered(model: Path) -> None:
    service = Served(model)
    clients = [socket.create_connection(("127.0.0.1", service.port), timeout=60) for _ in range(40)]
    body = json.dumps(ROW).encode()
    head = f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    for client in clients:
        client.sendall(head + body)
    service.process.terminate()
    statuses = [client.recv(65536).split()[1] for client in clients]
    for client in clients:
        client.close()
    assert statuses == [b"200"] * 40
    assert service.end() == 0


def test_port_of_the_platform_is_taken_from_the_environment(model: Path) -> None:
    port = free_port()
    service = Served(model, port=None, AIP_HTTP_PORT=str(port), PORT="1")
    assert service.port == port
    assert service.stop() == 0


def curl(*words: str) -> Any:
    return subprocess.run(["curl", "-sS", *words], capture_output=True, text=True, timeout=30)


def test_curl_sends_a_large_body_with_expect(model: Path, tmp_path: Path) -> None:
    service = Served(model)
    rows = json.dumps({"instances": [[60 + row % 15] for row in range(50_000)]})
    file = tmp_path / "rows.json"
    file.write_text(rows + " " * 1_100_000)
    done = curl("--data-binary", f"@{file}", f"http://127.0.0.1:{service.port}/predict")
    assert len(json.loads(done.stdout)["predictions"]) == 50_000, done.stderr
    chunked = curl("-T", str(file), "-X", "POST", f"http://127.0.0.1:{service.port}/predict")
    assert chunked.stdout == done.stdout
    assert service.stop() == 0
