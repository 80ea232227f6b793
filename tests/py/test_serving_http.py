"""HTTP as it arrives at ml-model serve: framing, smuggling, floods; on a real socket."""

import os
import re
import resource
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pyhelpers.serving.http_protocol import RequestReader
from tests.served import Served, train_heights
from tests.smuggling import CASES, MARK, Case, outcome_of, outcome_of_h11

# Where h11 is more lenient than the RFCs; its regular expression takes seconds for the last.
H11_IS_WRONG = {
    "chunked and a length", "a length and chunked",
    "an extension with NUL", "an extension with a bare CR",
    "an empty line before it", "a Host with a blank", "a Host with a path",
    "HTTP/2.0", "HTTP/2's preface", "a header with many blanks and a NUL",
}  # fmt: skip
NAMES = [case.name for case in CASES]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    service = Served(train_heights(tmp_path_factory.mktemp("wire") / "weight"))
    yield service
    assert service.stop() == 0


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_request_is_read_as_the_rfcs_say(served: Served, case: Case) -> None:
    assert outcome_of(served.exchange(case.sent + MARK, half_close=True)) in case.right


def test_another_reader_agrees_with_what_is_called_right() -> None:
    differing = {
        case.name
        for case in CASES
        if len(case.sent) < 10_000 and outcome_of_h11(case.sent + MARK) not in case.right
    }
    assert differing == H11_IS_WRONG - {"a header with many blanks and a NUL"}


def read(sent: bytes, size: int) -> tuple[list[bytes], bool]:
    """Feed bytes in pieces; return the bodies that come out, and whether one was refused."""
    reader = RequestReader(10_000)
    for start in range(0, len(sent), size):
        reader.feed(sent[start : start + size])
    return [request.body for request, _ in reader.requests], reader.refused is not None


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_request_is_the_same_however_its_bytes_arrive(case: Case) -> None:
    sent = case.sent + MARK
    whole = read(sent, len(sent))
    assert [read(sent, size) for size in (1, 2, 7)] == [whole] * 3


def test_the_heads_and_trailers_that_are_held_are_bounded() -> None:
    for start in (
        b"GET / HTTP/1.1\r\nHost: x\r\nA: ",
        b"GET / HTTP/1.1\r\nHost: x\r\nA",
        b"GET /",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: ",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;a=",
    ):
        reader = RequestReader(10_000)
        reader.feed(start)
        for _ in range(40):
            reader.feed(b"a" * 1000)
        assert reader.refused is not None and reader.refused.status == 431
    reader = RequestReader(10_000)
    reader.feed(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"A: b\r\n" for _ in range(6000)))
    assert reader.refused is not None and reader.refused.status == 431


def memory(service: Served, what: str = "VmRSS") -> int:
    """Return a service's resident memory, in bytes."""
    text = Path(f"/proc/{service.process.pid}/status").read_text()
    found = re.search(rf"{what}:\s+(\d+) kB", text)
    assert found
    return int(found[1]) * 1024


def test_nothing_large_is_held_before_the_token_is_checked(
    tmp_path: Path,
) -> None:
    service = Served(train_heights(tmp_path / "weight"), BEACHHEAD_TOKEN="secret")
    before, statuses = memory(service), []
    large = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 9900000\r\n\r\n"
    with ExitStack() as stack:
        clients = []
        for _ in range(150):
            client = socket.create_connection(("127.0.0.1", service.port), timeout=20)
            clients.append(stack.enter_context(client))
            client.sendall(large)
        for client in clients:
            statuses.append(client.recv(65536)[:12])
            try:
                client.sendall(b" " * 400_000)
            except OSError:
                continue  # closed by the other side already
        after = memory(service, "VmHWM")
    assert statuses == [b"HTTP/1.1 401"] * 150
    assert after - before < 10_000_000
    assert service.ask("GET", "/healthz")[0] == 200
    assert service.stop() == 0


def test_all_bodies_together_are_bounded(served: Served) -> None:
    large = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 9900000\r\n\r\n"
    statuses = []
    with ExitStack() as stack:
        for _ in range(12):
            client = socket.create_connection(("127.0.0.1", served.port), timeout=20)
            stack.enter_context(client)
            client.sendall(large + b" " * 9_000_000)
            client.settimeout(0.3)
            try:
                statuses.append(client.recv(65536)[:12])
            except TimeoutError:
                continue
        assert served.ask("GET", "/healthz")[0] == 200
    assert set(statuses) == {b"HTTP/1.1 503"}
    assert served.predict({"instances": [[60]]})[0] == 200


def test_a_newcomer_is_answered_when_all_places_are_taken(tmp_path: Path) -> None:
    service = Served(train_heights(tmp_path / "weight"), "--timeout", 60)
    with ExitStack() as stack:
        for number in range(1100):
            client = socket.create_connection(("127.0.0.1", service.port), timeout=20)
            stack.enter_context(client)
            if number % 2:
                client.sendall(b"GET /heal")
        assert service.ask("GET", "/healthz")[0] == 200
        open_files = len(os.listdir(f"/proc/{service.process.pid}/fd"))
        assert open_files < 1050
    service.process.terminate()
    assert service.process.stderr is not None
    assert service.process.stderr.read() == ""
    assert service.end() == 0


def test_few_descriptors_fill_neither_the_log_nor_the_service(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, limits[1]))
    try:
        service = Served(train_heights(tmp_path / "weight"))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    with ExitStack() as stack:
        for _ in range(150):
            stack.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=20))
        assert service.ask("GET", "/healthz")[0] == 200
    service.process.terminate()
    assert service.process.stderr is not None
    assert service.process.stderr.read() == ""
    assert service.end() == 0


@pytest.mark.parametrize("piece", [b"a", b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: "])
def test_a_trickle_ends_in_time(tmp_path: Path, piece: bytes) -> None:
    service = Served(train_heights(tmp_path / "weight"), "--timeout", 1)
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as client:
        client.settimeout(0.05)
        begun, ended = time.monotonic(), False
        while not ended and time.monotonic() - begun < 10:
            try:
                client.sendall(piece)
                ended = client.recv(1000) in (b"",)
            except TimeoutError:
                continue
            except OSError:
                ended = True
    assert ended
    assert service.stop() == 0


def test_ipv6_is_served(tmp_path: Path) -> None:
    service = Served(train_heights(tmp_path / "weight"), "--host", "::1")
    assert f" at http://[::1]:{service.port} " in service.line
    with socket.create_connection(("::1", service.port), timeout=20) as client:
        client.sendall(b"GET /healthz HTTP/1.0\r\nHost: [::1]:80\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 200 ")
    assert service.stop() == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_at_once_without_a_traceback(
    tmp_path: Path, how: signal.Signals
) -> None:
    service = Served(train_heights(tmp_path / "weight"))
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as client:
        client.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
        time.sleep(0.3)
        service.process.send_signal(how)
        time.sleep(0.3)
        service.process.send_signal(how)
        assert service.process.wait(10) == -signal.SIGINT
    assert service.process.stderr is not None
    assert service.process.stderr.read() == ""
