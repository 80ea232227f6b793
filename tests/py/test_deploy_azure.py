"""deploy-model azure on a plan without slots: the old version serves again when the new one fails.

App Service is a stand-in: az writes which package it was sent, and a server over TLS answers with
the version in that package, as the application on App Service does.
"""

import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, Shim, need_peer
from tests.staged import train

# A package whose version is in $LOG.bad is not run: the container does not start.
AZ = """
READ='import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read("VERSION").decode().split()[0])'
case "$*" in
  "webapp deploy "*)
    version=$(PYTHON -c "$READ" "$8")
    if grep -qs "$version" "$LOG.bad"; then
      MODE
    else
      echo "$version" >"$LOG.running"
    fi ;;
  "webapp show "*) echo 127.0.0.1:PORT ;;
  "webapp log deployment show "*) echo 'Container ada-weight_0 for site ada-weight did not start' ;;
esac
"""
# What App Service does with a package that does not start, and what az says.
REFUSES = {
    "replaced, az fails": 'rm -f "$LOG.running"; echo "Site failed to start" >&2; exit 1',
    "replaced, az succeeds": 'rm -f "$LOG.running"',
    "build fails, the old one stays": 'echo "Build failed" >&2; exit 1',
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("models")
    return {kind: train(folder, kind, kind) for kind in ("linear", "ridge")}


class AppService:
    """The front of App Service: 503 where nothing runs."""

    def __init__(self, folder: Path, shim: Shim, state: Path) -> None:
        words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1"]
        words += ["-addext", "subjectAltName=IP:127.0.0.1"]
        words += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
        subprocess.run([need_peer("openssl"), *words], check=True, capture_output=True)
        running = state.with_name(state.name + ".running")

        class Front(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                there = running.exists()
                self.send_response(200 if there else 503)
                self.end_headers()
                if there:
                    health = {"status": "ok", "version": running.read_text().strip()}
                    self.wfile.write(json.dumps(health).encode())

            def log_message(self, *words: Any) -> None:
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Front)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.state, self.running, self.shim = state, running, shim
        self.trust = {"SSL_CERT_FILE": str(folder / "cert.pem")}

    def az(self, mode: str) -> None:
        script = AZ.replace("PYTHON", sys.executable).replace("MODE", mode)
        self.shim("az", script.replace("PORT", str(self.server.server_port)))

    def refuse(self, version: str) -> None:
        self.state.with_name(self.state.name + ".bad").write_text(version)


@pytest.fixture
def app_service(tmp_path: Path, shim: Shim) -> Iterator[AppService]:
    found = AppService(tmp_path, shim, tmp_path / "shims/.calls")
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def deploy(
    run: Run, models: dict[str, Path], app_service: AppService
) -> Callable[..., subprocess.CompletedProcess[str]]:
    def deploy(kind: str, *more: str) -> subprocess.CompletedProcess[str]:
        words = ("azure", models[kind], "ada-weight", "--region", "westeurope", "--wait", "2")
        return run("deploy-model", *words, *more, **app_service.trust)

    return deploy


def version_of(run: Run, model: Path, folder: Path) -> str:
    words = ("azure", model, "ada-weight", "--stage", "--folder", folder)
    assert run("deploy-model", *words).returncode == 0
    return (folder / "VERSION").read_text().split()[0]


@pytest.mark.parametrize("how", REFUSES)
def test_the_old_version_serves_again_when_the_new_one_fails(
    run: Run,
    deploy: Callable[..., subprocess.CompletedProcess[str]],
    models: dict[str, Path],
    app_service: AppService,
    tmp_path: Path,
    how: str,
) -> None:
    app_service.az(REFUSES[how])
    done = deploy("linear")
    assert done.returncode == 0, done.stderr
    old = app_service.running.read_text().strip()
    app_service.refuse(version_of(run, models["ridge"], tmp_path / "staged"))
    done = deploy("ridge")
    assert (done.returncode, done.stdout) == (4 if "succeeds" in how else 1, "")
    assert "did not start" in done.stderr  # the cloud's own reason
    assert app_service.running.read_text().strip() == old
    verb = "still serves" if "stays" in how else "serves again"
    assert f"version {old} {verb}" in done.stderr


def test_a_version_sent_from_another_machine_is_named(
    run: Run,
    deploy: Callable[..., subprocess.CompletedProcess[str]],
    models: dict[str, Path],
    app_service: AppService,
    tmp_path: Path,
) -> None:
    app_service.az(REFUSES["replaced, az fails"])
    app_service.running.write_text("0123456789ab")
    app_service.refuse(version_of(run, models["ridge"], tmp_path / "staged"))
    done = deploy("ridge")
    assert done.returncode == 1
    assert "version 0123456789ab, which ran before, was sent from another machine" in done.stderr
    assert "'az webapp deploy' failed" in done.stderr.splitlines()[-1]


def test_the_packages_that_are_kept_are_two_and_their_owners_alone(
    run: Run,
    deploy: Callable[..., subprocess.CompletedProcess[str]],
    app_service: AppService,
    clean_env: dict[str, str],
) -> None:
    app_service.az(":")
    for kind in ("linear", "ridge", "linear"):
        assert deploy(kind).returncode == 0
    kept = Path(clean_env["HOME"], ".local/state/beachhead/deployed/ada-weight")
    found = sorted(kept.iterdir())
    assert len(found) == 2 and f"{app_service.running.read_text().strip()}.zip" in {
        path.name for path in found
    }
    assert {path.stat().st_mode & 0o77 for path in (kept, *found)} == {0}
    app_service.running.write_text("../../etc/x")  # a version is twelve digits: this is none
    assert deploy("ridge").returncode == 0
