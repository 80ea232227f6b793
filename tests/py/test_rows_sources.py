"""Sources over the net: whole, or an error; moto's S3 with the real aws, servers on loopback."""

import gzip
import http.server
import os
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyhelpers.rows.inputs import outcome
from tests.conftest import HEIGHTS, ROOT, Run, need_peer

PACKED = gzip.compress(HEIGHTS.read_bytes(), 1)


class Server(http.server.BaseHTTPRequestHandler):
    """Answers as S3 and any web server do: /whole/..., /cut/... after half of it, else 404."""

    def do_HEAD(self) -> None:
        found = "/whole/" in self.path or "/cut/" in self.path
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", str(len(PACKED) if found else 0))
        self.send_header("Last-Modified", "Sun, 22 Nov 2026 00:00:00 GMT")
        self.send_header("ETag", '"1"')
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()
        if "/whole/" in self.path:
            self.wfile.write(PACKED)
        elif "/cut/" in self.path:
            self.wfile.write(PACKED[: len(PACKED) // 2])
            self.close_connection = True

    def log_message(self, *words: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=10).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{url} does not answer")


def put(url: str, body: bytes) -> None:
    # Left to itself urllib says that a body is a form, for the rest of which moto would wait.
    headers = {"Content-Type": "text/csv"}
    request = urllib.request.Request(url, body, headers, method="PUT")
    urllib.request.urlopen(request, timeout=10).close()


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, str]]:
    """Yield the environment of a shell whose S3 is moto's, with one bucket in it."""
    moto, aws = need_peer("moto_server"), need_peer("aws")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([moto, "-p", str(port)], stdout=subprocess.DEVNULL, stderr=-3)
    try:
        wait_for(f"{url}/moto-api/")
        environment = {
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_MAX_ATTEMPTS": "1",
            "PATH": f"{ROOT}/bin:{Path(aws).parent}:/usr/bin:/bin",
        }
        put(f"{url}/a-bucket", b"")
        put(f"{url}/a-bucket/heights.csv.gz", PACKED)
        put(f"{url}/a-bucket/with%20space.csv", HEIGHTS.read_bytes())
        yield environment
    finally:
        server.terminate()
        server.wait()


def test_an_object_of_s3_is_sampled_as_a_pipe_and_never_stored(
    run: Run, s3: dict[str, str], tmp_path: Path
) -> None:
    words = ("sample-large-csv", "-n", 40, "--seed", 5)
    spool = tmp_path / "spool"
    spool.mkdir()
    done = run(*words, "s3://a-bucket/heights.csv.gz", **s3, TMPDIR=str(spool))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run(*words, input=PACKED).stdout
    assert done.stdout.count("\n") == 41
    assert not list(spool.iterdir())
    done = run(*words, "s3://a-bucket/with space.csv", **s3)
    assert done.stdout == run(*words, input=PACKED).stdout


def test_s3_refuses_in_one_line_and_3(run: Run, s3: dict[str, str]) -> None:
    done = run("sample-large-csv", "s3://a-bucket/gone.csv", **s3)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("sample-large-csv: s3://a-bucket/gone.csv: ")
    assert "404" in done.stderr and done.stderr.count("\n") == 1


def test_s3_out_of_reach_is_4(run: Run, s3: dict[str, str]) -> None:
    nobody = {**s3, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}
    done = run("sample-large-csv", "s3://a-bucket/heights.csv.gz", **nobody)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.count("\n") == 1


def test_a_transfer_from_s3_that_is_cut_is_an_error(run: Run, s3: dict[str, str], web: str) -> None:
    cutting = {**s3, "AWS_ENDPOINT_URL": web}
    words = ("sample-large-csv", "-n", 40, "--seed", 5)
    done = run(*words, "s3://whole/heights.csv.gz", **cutting)
    assert done.stdout == run(*words, input=PACKED).stdout
    done = run(*words, "s3://cut/heights.csv.gz", **cutting)
    assert done.returncode in (1, 4)
    assert done.stdout == ""
    assert done.stderr.startswith("sample-large-csv: s3://cut/heights.csv.gz: ")
    assert done.stderr.count("\n") == 1


def test_what_the_web_gives_is_sampled_as_a_pipe(run: Run, web: str) -> None:
    words = ("sample-large-csv", "-n", 40, "--seed", 5)
    done = run(*words, f"{web}/whole/heights.csv.gz")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run(*words, input=PACKED).stdout


@pytest.mark.parametrize(("path", "code"), [("cut", 4), ("gone", 3)])
def test_the_web_gives_all_or_an_error(run: Run, web: str, path: str, code: int) -> None:
    done = run("sample-large-csv", "-n", 4, f"{web}/{path}/heights.csv.gz", "-o", "out.csv")
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(f"sample-large-csv: {web}/{path}/heights.csv.gz: ")
    assert done.stderr.count("\n") == 1
    assert not os.path.exists("out.csv")


@pytest.mark.parametrize("scheme", ["s3", "gs", "az"])
def test_a_cli_that_dies_midway_is_an_error(run: Run, tmp_path: Path, scheme: str) -> None:
    program = {"s3": "aws", "gs": "gcloud", "az": "az"}[scheme]
    words = {
        "s3": "s3 cp --only-show-errors s3://b/k.csv -",
        "gs": "storage cat gs://b/k.csv",
        "az": "storage blob download --only-show-errors --no-progress --output none"
        " --container-name b --name k.csv --auth-mode login",
    }[scheme]
    fake = tmp_path / "cli" / program
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\n[ "$*" = "{words}" ] || exit 9\n[ -n "$CUT" ] || exec cat "$DATA"\n'
        'head -c 300000 "$DATA"\necho first >&2\necho "é: $CUT" >&2\n$CUT\n'
    )
    fake.chmod(0o755)
    common = {"PATH": f"{ROOT}/bin:{fake.parent}:/usr/bin:/bin", "DATA": str(HEIGHTS)}
    source = f"{scheme}://b/k.csv"
    whole = run("sample-large-csv", "-n", 25_000, source, **common)
    assert whole.stdout.encode()[:-2] == HEIGHTS.read_bytes()
    cut = run("sample-large-csv", "-n", 5, source, **common, CUT="exit 7")
    assert (cut.returncode, cut.stdout) == (1, "")
    assert cut.stderr.startswith(f"sample-large-csv: {source}: é: exit 7; ")
    killed = run("sample-large-csv", "-n", 5, source, **common, CUT="kill -9 $$")
    assert (killed.returncode, killed.stdout) == (1, "")


def test_a_missing_cli_is_127(run: Run, tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    for tool in ("bash", "env", "shuf"):
        (tmp_path / "tools" / tool).symlink_to(f"/usr/bin/{tool}")
    done = run("sample-large-csv", "s3://b/k", PATH=f"{ROOT}/bin:{tmp_path}/tools")
    assert done.returncode == 127
    assert done.stderr.startswith("sample-large-csv: aws is missing; install ")
    assert run("sample-large-csv", "s3://b", PATH=f"{ROOT}/bin:{tmp_path}/tools").returncode == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("An error occurred (403) when calling the GetObject operation: Forbidden", 3),
        ('Could not connect to the endpoint URL: "http://127.0.0.1:1/b"', 4),
        ("something else", 1),
    ],
)
def test_a_clis_last_words_give_the_exit_code(words: str, code: int) -> None:
    assert outcome(words) == code
