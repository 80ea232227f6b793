"""ml-model serve: token, limits, the wire; each on a real socket."""

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyhelpers import KitError
from pyhelpers.serving.access import read_token
from pyhelpers.serving.http_protocol import RequestReader
from tests.conftest import ROOT
from tests.served import Served, train_heights

ROW = {"instances": [{"Height-Inches": 68}]}
TOKEN = "a long secret"
SHOWN = f"Host: x\r\nAuthorization: Bearer {TOKEN}\r\n".encode()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_heights(tmp_path_factory.mktemp("guarded") / "weight")


@pytest.fixture(scope="module")
def guarded(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    file = tmp_path_factory.mktemp("secret") / "token"
    file.write_text(TOKEN + "\n")
    file.chmod(0o600)
    limits = ("--max-body", 2000, "--max-rows", 5, "--timeout", 1)
    service = Served(model, "--token-file", file, *limits)
    yield service
    assert service.stop() == 0


@pytest.mark.parametrize("shown", [None, "Bearer wrong", f"Basic {TOKEN}", "Bearer ", "Bearer é"])
def test_a_wrong_token_is_refused(guarded: Served, shown: str | None) -> None:
    headers = {} if shown is None else {"Authorization": shown}
    for path in ("/predict", "/version", "/", "/metrics", "/nothing"):
        assert guarded.ask("POST" if path == "/predict" else "GET", path, ROW, **headers)[0] == 401


def test_the_token_opens_and_health_needs_none(guarded: Served) -> None:
    assert guarded.predict(ROW, Authorization=f"Bearer {TOKEN}")[0] == 200
    assert guarded.predict(ROW, Authorization=f"bearer {TOKEN}")[0] == 200
    assert guarded.ask("GET", "/healthz")[0] == 200


def test_the_token_is_in_no_argument_and_in_no_output(guarded: Served) -> None:
    words = Path(f"/proc/{guarded.process.pid}/cmdline").read_bytes()
    assert TOKEN.encode() not in words and TOKEN not in guarded.line


def test_a_token_that_others_can_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "token"
    file.write_text("x\n")
    file.chmod(0o644)
    with pytest.raises(KitError, match="others can read it"):
        read_token(str(file))
    file.chmod(0o600)
    assert read_token(str(file)) == "x"
    file.write_text("\n")
    with pytest.raises(KitError, match="empty"):
        read_token(str(file))
    monkeypatch.setenv("BEACHHEAD_TOKEN", "y")
    assert read_token(None) == "y"


@pytest.mark.parametrize("token", ["", " ", "\n", "\t \n"])
def test_an_empty_token_is_an_error_not_an_open_door(
    model: Path, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    words = [str(ROOT / "bin/ml-model"), "serve", str(model), "--port", "0"]
    monkeypatch.setenv("BEACHHEAD_TOKEN", token)
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == "ml-model: BEACHHEAD_TOKEN is empty; set a token, or unset it\n"


def test_too_many_rows_and_too_large_bodies_get_413(guarded: Served) -> None:
    shown = {"Authorization": f"Bearer {TOKEN}"}
    assert guarded.predict({"instances": [[60]] * 5}, **shown)[0] == 200
    assert guarded.predict({"instances": [[60]] * 6}, **shown)[0] == 413
    status, answer = guarded.predict(b" " * 2001, **shown)
    assert status == 413 and "2000 bytes" in answer["error"]
    large = b"POST /predict HTTP/1.1\r\n" + SHOWN + b"Transfer-Encoding: chunked\r\n\r\n"
    assert b" 413 " in guarded.exchange(large + (b"3e9\r\n" + b" " * 1001 + b"\r\n") * 2)


def test_a_request_that_never_ends_gets_408(guarded: Served) -> None:
    reply = guarded.exchange(b"POST /predict HTTP/1.1\r\n" + SHOWN + b"Content-Length: 9\r\n\r\n{")
    assert reply.startswith(b"HTTP/1.1 408 ")
    assert guarded.exchange(b"GET / HTTP/1.1\r\n").startswith(b"HTTP/1.1 408 ")


CHUNKED = b"POST /predict HTTP/1.1\r\n" + SHOWN + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\nHost: x\n\n\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
        ),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (CHUNKED + b"xyz\r\n", 400),
        (CHUNKED + b"1\r\nab\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 40_000, 431),
    ],
)
def test_what_is_not_http_is_refused_and_closed(guarded: Served, sent: bytes, status: int) -> None:
    head, _, body = guarded.exchange(sent).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode()) and b"Connection: close" in head
    assert json.loads(body)["error"]


def requests_of(data: bytes, sizes: list[int]) -> list[bytes]:
    """Feed bytes in pieces; return the bodies of the requests that came out."""
    reader, at = RequestReader(10_000), 0
    for size in [*sizes, len(data)]:
        reader.feed(data[at : at + size])
        at += size
    return [request.body for request, _ in reader.requests]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_requests_are_the_same_however_their_bytes_arrive(size: int) -> None:
    chunked = b"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
    data = chunked + b"3;x=y\r\nabc\r\n10\r\n" + b"0123456789abcdef\r\n0\r\nTrailer: t\r\n\r\n"
    data += b"\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nwxyz"
    data += b"GET /c HTTP/1.1\r\nHost: x\r\n\r\n"
    expected = [b"abc0123456789abcdef", b"wxyz", b""]
    assert requests_of(data, [size] * (len(data) // size)) == expected


def test_a_body_limit_counts_chunks_together() -> None:
    reader = RequestReader(5)
    reader.feed(
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\nabc"
    )
    assert reader.refused is not None and reader.refused.status == 413


def test_requests_in_a_row_are_answered_in_order(guarded: Served) -> None:
    one = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    other = b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"
    reply = guarded.exchange(one + other + one, half_close=True)
    assert re.findall(rb"HTTP/1.1 (\d+)", reply) == [b"200", b"401", b"200"]


def test_a_client_that_waits_for_100_gets_it(guarded: Served) -> None:
    head = b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=60) as client:
        client.sendall(head)
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"{}")
        assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")


def test_head_has_the_lengths_and_no_body(guarded: Served) -> None:
    reply = guarded.exchange(b"HEAD /healthz HTTP/1.0\r\n\r\n")
    assert b"Content-Length: 3" in reply and reply.endswith(b"\r\n\r\n")
