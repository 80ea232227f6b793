"""Promises of docs/explanation/security.md: hostile data, addresses and files."""

import hashlib
import os
import pty
import re
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request

import pytest

from pyhelpers import address
from pyhelpers.model.schema import Feature, Schema
from pyhelpers.serving.html_form import field_html
from pyhelpers.serving.http_protocol import Request as Asked
from pyhelpers.serving.http_protocol import Response
from pyhelpers.serving.server import Server
from pyhelpers.serving.service import Service
from tests.conftest import HEIGHTS, ROOT, Run, need_peer
from tests.loopback import Answer, serve

TITLE = "\x1b]0;pwned\x07\x1b[31m"  # sets a terminal's title, then its colour
EVIL = f"na{TITLE}me,v,lat,lon\n" + "".join(
    f"te{TITLE}xt{i},{i * i % 11},{i},{i}\n" for i in range(40)
)


def on_a_terminal(env: dict[str, str], cwd: Path, *words: str) -> str:
    """Return what a command shows on a terminal without colours, on both outputs."""
    terminal, side = pty.openpty()
    child = subprocess.Popen(words, stdin=side, stdout=side, stderr=side, env=env, cwd=cwd)
    os.close(side)
    shown = b""
    try:
        while more := os.read(terminal, 65536):
            shown += more
    except OSError:  # how Linux says that the other side is closed
        pass
    os.close(terminal)
    child.wait()
    return shown.decode()


@pytest.mark.parametrize(
    "line",
    [
        "csv-stats describe evil.csv --all",
        "csv-stats histogram evil.csv",
        "csv-stats plot evil.csv --x v --y lat",
        "csv-stats cluster evil.csv -k 2",
        "csv-stats fit evil.csv --target v --features NAME",
        "csv-stats describe evil.csv -c none",
        "ml-model train evil.csv --target v --model linear -o model",
        "ml-model train evil.csv --target none",
        "solve-tsp evil.csv --plot",
        "solve-tsp evil.csv --start none",
        "make-change evil.csv -c NAME",
        "predict --url http://127.0.0.1:1 --retries 0 evil.csv",
        "sample-large-csv --by none evil.csv",
        "predict --url NAME",
    ],
)
def test_no_data_steers_the_terminal(clean_env: dict[str, str], tmp_path: Path, line: str) -> None:
    (tmp_path / "evil.csv").write_text(EVIL)
    words = [word.replace("NAME", f"na{TITLE}me") for word in line.split()]
    shown = on_a_terminal(clean_env, tmp_path, *words)
    assert shown
    assert not re.findall("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", shown)


def test_what_is_printed_for_a_program_keeps_every_byte(run: Run) -> None:
    done = run("sample-large-csv", "-n", 100, "--lines", input=EVIL)
    assert done.stdout == EVIL


MARKUP = "<img src=x onerror=alert(1)>\"'&"


def test_a_report_shows_data_as_text(run: Run, tmp_path: Path) -> None:
    name = MARKUP.replace('"', '""')
    rows = "".join(f'"{name}{i % 3}",{i},{i * 2}\n' for i in range(40))
    (tmp_path / "a.csv").write_text(f'"{name}a","{name}b",t\n{rows}')
    assert run("csv-stats", "report", "a.csv", "--target", "t", "-o", "r.html", cwd=tmp_path)
    page = (tmp_path / "r.html").read_text()
    assert "onerror=alert(1)&gt;&quot;" in page
    assert not re.search(r"<img|<script|\son\w+=[\"']", page)


def test_a_routes_page_shows_names_as_text(run: Run, tmp_path: Path) -> None:
    name = MARKUP.replace('"', '""')
    rows = "".join(f'"{name}{i}",{i},{i}\n' for i in range(4))
    done = run("solve-tsp", "-", "-o", "r.html", input=f"name,lat,lon\n{rows}", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "r.html").read_text()
    assert "onerror=alert(1)&gt;" in page
    assert "<img" not in page


def test_the_services_form_shows_a_crafted_model_as_text() -> None:
    crafted: Any = MARKUP
    html = field_html(Feature(MARKUP, crafted, categories=[MARKUP]), 0)
    assert "<img" not in html


def test_predict_shows_its_token_to_no_other_address(run: Run) -> None:
    with serve(lambda request: Answer({"predictions": [1]})) as other:
        led = Answer("", 307, headers={"Location": f"{other.url}/predict"})
        with serve(lambda request: led) as first:
            done = run("predict", "--url", first.url, "a=1", BEACHHEAD_PREDICT_TOKEN="secret")
    assert done.returncode == 1
    assert "answered 307 without predictions" in done.stderr
    assert first.requests[0].headers["authorization"] == "Bearer secret"
    assert other.requests == []


@pytest.mark.parametrize("target", ["file:///etc/hostname", "http://127.0.0.1:1/x"])
def test_an_address_leads_to_no_file_and_from_https_to_https_only(run: Run, target: str) -> None:
    with serve(lambda request: Answer("", 302, headers={"Location": target})) as led:
        done = run("csv-stats", "describe", f"{led.url}/a.csv")
        opener = address.redirecting()
        asked = Request("https://example.org/a.csv")
        with pytest.raises(HTTPError, match="leads away from https"):
            opener.redirect_request(asked, None, 302, "Found", {}, target)
    assert (done.returncode, done.stdout) == (3 if target.startswith("file") else 4, "")


def test_an_untrusted_host_is_not_asked_for_the_containers_login(run: Run, tmp_path: Path) -> None:
    (tmp_path / "aws").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "aws").chmod(0o755)
    variables = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://ada@127.0.0.1:1/creds",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "secret",
        "PATH": f"{ROOT}/bin:{tmp_path}:/usr/bin:/bin",
    }
    with serve(lambda request: Answer({})) as login:
        port = login.url.rpartition(":")[2]
        variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"http://ada@127.0.0.1:{port}/creds"
        done = run(
            "predict-aws", "--endpoint", "e", "--region", "eu-west-1", "--endpoint-url",
            "http://127.0.0.1:1", "a=1", **variables,
        )  # fmt: skip
    assert done.returncode == 1
    assert login.requests == []


def test_what_is_kept_in_the_cache_is_for_its_owner_alone(
    run: Run, home: Path, tmp_path: Path
) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(HEIGHTS.read_bytes() * 15)
    os.utime(large, (1, 1))
    run("sample-large-csv", "-n", 1, large)
    with serve(lambda request: Answer({}, 404)) as maps:
        run("find-places", "museum", "--in", "Oslo", "--nominatim", maps.url)
    kept = home / ".cache/beachhead"
    assert {path.name for path in kept.iterdir()} == {"index", "maps"}
    assert [oct(path.stat().st_mode)[-3:] for path in kept.iterdir()] == ["700", "700"]


def test_pips_wheel_is_the_one_that_the_page_names() -> None:
    (wheel,) = (ROOT / "vendor").glob("pip-*.whl")
    page = (ROOT / "docs/explanation/security.md").read_text()
    assert wheel.name in page
    assert hashlib.sha256(wheel.read_bytes()).hexdigest() in page


@pytest.mark.parametrize(
    "lock", [*ROOT.glob("requirements*.txt"), ROOT / "install/uv.txt", ROOT / "tests/peers.txt"]
)
def test_every_locked_package_has_its_hashes(lock: Path) -> None:
    lines = lock.read_text().replace("\\\n", "").splitlines()
    pinned = [line for line in lines if "==" in line and not line.lstrip().startswith("#")]
    assert pinned
    assert [line for line in pinned if "--hash=sha256:" not in line] == []


def test_a_client_learns_nothing_from_what_broke() -> None:
    class Broken(Service):
        def answer(self, request: Asked) -> Response:
            raise RuntimeError("/home/ada/secret.csv")

    logged: list[str] = []
    plain: Any = type("Plain", (), {"card": {"model": "m", "target": "t"}, "name": "m"})()
    plain.schema = Schema([])
    response = Server(Broken(plain), logged.append).answer(Asked("GET", "/"))
    assert response.status == 500
    assert b"ada" not in response.body
    assert "RuntimeError: /home/ada/secret.csv" in logged[0]


@pytest.fixture
def unvouched(tmp_path: Path) -> Iterator[str]:
    """Yield the https address of a server whose certificate nobody has signed."""
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    names = ["-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(
        [need_peer("openssl"), *words, *names], cwd=tmp_path, check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    server = ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "words",
    [
        ["predict", "--retries", "0", "a=1", "--url"],
        ["csv-stats", "describe"],
        ["sample-large-csv"],
    ],
    ids=" ".join,
)
def test_a_certificate_that_nobody_has_signed_is_refused(
    run: Run, home: Path, unvouched: str, words: list[str]
) -> None:
    (home / ".curlrc").write_text("insecure\n")
    done = run(*words, unvouched)
    assert (done.returncode, done.stdout) == (4, "")
    assert "certificate" in done.stderr
