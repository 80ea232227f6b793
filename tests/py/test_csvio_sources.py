"""Addresses of the web: what a server gives is sampled whole, or there is an error."""

import gzip
import http.server
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import HEIGHTS, Run

PACKED = gzip.compress(HEIGHTS.read_bytes(), 1)
WORDS = ("sample-large-csv", "-n", 40, "--seed", 5)


class Server(http.server.BaseHTTPRequestHandler):
    """Gives PACKED under /HOW/...: HOW is in `HOWS`, with -cut for the first half alone."""

    protocol_version = "HTTP/1.1"
    HOWS = ("length", "chunked", "close", "moved")

    def do_GET(self) -> None:
        how, _, cut = self.path.split("/")[1].partition("-")
        body = PACKED[: len(PACKED) // 2] if cut else PACKED
        if how == "moved":
            return self.answer(302, {"Location": "/length/found", "Content-Length": "0"})
        if how == "chunked":
            self.answer(200, {"Transfer-Encoding": "chunked"})
            for start in range(0, len(body), 9999):
                piece = body[start : start + 9999]
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.wfile.write(b"" if cut else b"0\r\n\r\n")
        elif how in self.HOWS:
            self.answer(200, {"Content-Length": str(len(PACKED))} if how == "length" else {})
            self.wfile.write(body)
        else:
            return self.answer(int(how), {"Content-Length": "0"})
        self.close_connection = True

    def answer(self, status: int, headers: dict[str, str]) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.seen = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def web(server: http.server.ThreadingHTTPServer) -> str:
    server.seen.clear()  # type: ignore[attr-defined]
    return f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize("how", Server.HOWS)
def test_what_the_web_gives_is_sampled_as_a_pipe(run: Run, web: str, how: str) -> None:
    done = run(*WORDS, f"{web}/{how}/heights.csv.gz")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run(*WORDS, input=PACKED).stdout
    assert done.stdout.count("\n") == 41


@pytest.mark.parametrize(
    ("how", "code"),
    [("length-cut", 4), ("chunked-cut", 4), ("close-cut", 1), ("404", 3), ("403", 3), ("503", 4)],
)
def test_the_web_gives_all_or_an_error(
    run: Run, server: http.server.ThreadingHTTPServer, web: str, tmp_path: Path, how: str, code: int
) -> None:
    url = f"{web}/{how}/heights.csv.gz"
    done = run(*WORDS, url, "-o", "out.csv", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(f"sample-large-csv: {url}: ")
    assert done.stderr.count("\n") == 1 and "unexpected" not in done.stderr
    assert not (tmp_path / "out.csv").exists()
    assert len(server.seen) == 1  # type: ignore[attr-defined]


def test_a_server_out_of_reach_is_4(run: Run) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/heights.csv"
        done = run(*WORDS, url)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith(f"sample-large-csv: {url}: cannot be reached (")


@pytest.mark.parametrize("address", ["s3://user:key@bucket/a.csv", "ftp://host/a.csv"])
def test_an_address_of_another_kind_is_no_missing_file(run: Run, address: str) -> None:
    done = run("csv-stats", "describe", address)
    assert done.returncode == 1 and "no such file" not in done.stderr
    assert "is not an http or https address; sample-large-csv reads" in done.stderr
    assert "key@" not in done.stderr
