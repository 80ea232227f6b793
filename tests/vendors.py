"""Vendors' own programs and moto, which plays AWS, for the tests that run beside them."""

import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import PEERS, ROOT, need_peer
from tests.loopback import free_port

Variables = dict[str, str]
# Azurite's own account, the same everywhere: github.com/Azure/Azurite.
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)


def peer(program: str) -> str:
    """Return the path of a heavy peer; the test is skipped where it is not installed."""
    folders = sorted(str(path) for path in (ROOT / "build/heavy-peers").glob("*/bin"))
    found = shutil.which(program, path=":".join([*folders, str(PEERS), os.environ["PATH"]]))
    if found is None:
        pytest.skip(f"{program} is not installed; tests/install-heavy-peers installs it")
    return found


def tell(
    words: list[str], environment: dict[str, str], cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a vendor's CLI."""
    return subprocess.run(
        words, env=environment, cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


@contextmanager
def moto() -> Iterator[str]:
    """Run moto's server, which plays AWS."""
    port = free_port()
    words = [need_peer("moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/moto-api/")
        yield url
    finally:
        process.terminate()
        process.wait()


def s3_variables(url: str) -> Variables:
    """Return the environment of a shell whose S3 is at an address, with the real aws."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
        "PATH": f"{ROOT}/bin:{Path(need_peer('aws')).parent}:/usr/bin:/bin",
    }


def wait_for(url: str) -> None:
    """Wait until a server answers; at most a minute."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"{url} never answered")


def connection(url: str) -> str:
    protocol = url.partition(":")[0]
    return (
        f"DefaultEndpointsProtocol={protocol};AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};"
        f"BlobEndpoint={url}/{ACCOUNT};"
    )


@contextmanager
def azurite(folder: Path, *words: str) -> Iterator[str]:
    """Run Azurite's blob service on a free port; yield its address."""
    command = [peer("azurite-blob"), "--blobPort", "0", "--inMemoryPersistence", "--silent"]
    process = subprocess.Popen(
        [*command, "--skipApiVersionCheck", "--disableTelemetry", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if found := re.search(r"listens on (http\S+)", line):
                yield found[1]
                break
        else:
            pytest.fail("Azurite did not start")
    finally:
        process.terminate()
        process.wait()


def az(variables: Variables, *words: str) -> None:
    command = ["az", "storage", *words, "--output", "none", "--only-show-errors"]
    subprocess.run(command, env=variables, check=True, stdin=subprocess.DEVNULL)


@contextmanager
def azure_shell(folder: Path) -> Iterator[Variables]:
    """Yield the environment of a shell with the key of an account that has a container, con."""
    path = f"{ROOT}/bin:{Path(peer('az')).parent}:/usr/bin:/bin"
    with azurite(folder) as url:
        variables = {
            "PATH": path,
            "HOME": str(folder),
            "AZURE_CONFIG_DIR": str(folder),
            "AZURE_CORE_COLLECT_TELEMETRY": "false",
            "AZURE_STORAGE_CONNECTION_STRING": connection(url),
        }
        az(variables, "container", "create", "--name", "con")
        yield variables


@contextmanager
def google_shell(folder: Path) -> Iterator[Variables]:
    """Yield the environment of a shell that is logged in where there is a bucket, bkt."""
    gcloud, emulator, port = peer("gcloud"), peer("fake-gcs-server"), free_port()
    (folder / "token").write_text("a-token")
    url = f"http://127.0.0.1:{port}"
    words = [emulator, "-scheme", "http", "-host", "127.0.0.1", "-port", str(port)]
    process = subprocess.Popen(
        [*words, "-backend", "memory", "-external-url", url],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        ask(f"{url}/storage/v1/b?project=a", b'{"name": "bkt"}', "application/json")
        yield {
            "PATH": f"{ROOT}/bin:{Path(gcloud).parent}:/usr/bin:/bin",
            "CLOUDSDK_CONFIG": str(folder),
            "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
            "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "true",
            "CLOUDSDK_CORE_CHECK_GCE_METADATA": "false",
            "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK": "true",
            "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE": str(folder / "token"),
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE": f"{url}/storage/v1/",
        }
    finally:
        process.terminate()
        process.wait()


def ask(url: str, body: bytes, kind: str) -> None:
    """Post a body as soon as the server is up."""
    for _ in range(300):
        try:
            request = urllib.request.Request(url, body, {"Content-Type": kind})
            urllib.request.urlopen(request, timeout=10).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{url} does not answer")
