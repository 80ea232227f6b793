"""The service as an application: under gunicorn, uvicorn, and Python's own validator."""

import io
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from pyhelpers import KitError
from pyhelpers.serve.web import Wsgi, new_service
from tests.conftest import ROOT, need_peer
from tests.loopback import free_port
from tests.served import train_heights

ROW = b'{"instances": [{"Height-Inches": 68}]}'


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_heights(tmp_path_factory.mktemp("app") / "weight")


def ask(app: Any, method: str, path: str, body: bytes = b"", **more: str) -> tuple[str, bytes]:
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path}
    environ |= {"QUERY_STRING": "", "SCRIPT_NAME": ""}
    setup_testing_defaults(environ)
    environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))} | more
    seen: list[str] = []
    parts = app(environ, lambda status, headers, info=None: seen.append(status))
    try:
        return seen[0], b"".join(parts)
    finally:
        parts.close()


def test_wsgi_keeps_the_rules_of_pep_3333(model: Path) -> None:
    app = validator(Wsgi(str(model)))
    status, body = ask(app, "POST", "/predict", ROW, CONTENT_TYPE="application/json")
    assert (status, list(json.loads(body))) == ("200 OK", ["predictions"])
    assert ask(app, "GET", "/healthz")[0] == "200 OK"
    assert ask(app, "GET", "/nothing")[0] == "404 Not Found"
    assert ask(app, "POST", "/predict", b"60", CONTENT_TYPE="text/csv")[0] == "200 OK"
    assert ask(app, "POST", "/predict", ROW, CONTENT_LENGTH="99999999")[0].startswith("413")


def test_a_model_and_a_token_come_from_the_environment(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KitError, match="BEACHHEAD_MODEL"):
        new_service()
    monkeypatch.setenv("BEACHHEAD_MODEL", str(model))
    monkeypatch.setenv("BEACHHEAD_TOKEN", "secret")
    app = validator(Wsgi())
    assert ask(app, "POST", "/predict", ROW)[0] == "401 Unauthorized"
    shown = {"HTTP_AUTHORIZATION": "Bearer secret", "CONTENT_TYPE": "application/json"}
    assert ask(app, "POST", "/predict", ROW, **shown)[0] == "200 OK"


@contextmanager
def running(words: list[str], port: int, model: Path) -> Iterator[None]:
    environment = os.environ | {"BEACHHEAD_MODEL": str(model)}
    process = subprocess.Popen(
        words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.parametrize("server", ["gunicorn", "uvicorn"])
def test_the_application_runs_under_a_server_of_somebody_else(model: Path, server: str) -> None:
    program, port = need_peer(server), free_port()
    words = {
        "gunicorn": ["-b", f"127.0.0.1:{port}", "pyhelpers.serve.web:Wsgi()"],
        "uvicorn": ["--port", str(port), "--factory", "pyhelpers.serve.web:Asgi"],
    }
    with running([program, *words[server]], port, model):
        client = HTTPConnection("127.0.0.1", port, timeout=60)
        answers = []
        for chunked in (False, True):
            body = iter([ROW[:9], ROW[9:]]) if chunked else ROW
            client.request("POST", "/predict", body, encode_chunked=chunked)
            response = client.getresponse()
            answers.append((response.status, json.loads(response.read())))
        client.request("GET", "/predict")
        assert client.getresponse().status == 405
        client.close()
    assert answers[0] == answers[1]
    assert answers[0][0] == 200 and answers[0][1]["predictions"][0] == pytest.approx(127, abs=1)
