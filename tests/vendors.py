"""Vendors' own programs and moto, which plays AWS, for the tests that run beside them."""

import os
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
