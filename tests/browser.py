"""A headless Chromium, spoken to over a pipe (Chrome DevTools Protocol, one JSON a message)."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest


class Browser:
    """One page of a browser that can reach nothing but this machine."""

    def __init__(self, program: str, profile: Path) -> None:
        (in_end, self._out), (self._in, out_end) = os.pipe(), os.pipe()
        self._process = subprocess.Popen(
            [
                *("bash", "-c", f'exec "$0" "$@" 3<&{in_end} 4>&{out_end}'),
                *(*words(program, profile, "remote-debugging-pipe"), "about:blank"),
            ],
            pass_fds=(in_end, out_end),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(in_end)
        os.close(out_end)
        self._number, self._buffer, self.errors = 0, b"", list[str]()
        self._session: str | None = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **values: Any) -> Any:
        """Call a method of the protocol and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": values}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self._number:
            if answer.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown"):
                self.errors.append(json.dumps(answer["params"]))
        assert "error" not in answer, answer
        return answer["result"]

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            data = os.read(self._in, 1 << 16)
            assert data, "the browser ended"
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait_for(self, script: str, seconds: float = 20) -> Any:
        """Return an expression's value as soon as it is true."""
        end = time.monotonic() + seconds
        while not (value := self.run(script)):
            assert time.monotonic() < end, f"never came: {script}"
            time.sleep(0.05)
        return value

    def close(self) -> None:
        """End the browser."""
        os.close(self._out)
        os.close(self._in)
        self._process.terminate()
        self._process.wait(60)


def find_chromium() -> str:
    """Return the path of Chromium, a Debian package that `make test` cannot install, or skip."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    return program


def words(program: str, profile: Path, *more: str) -> list[str]:
    """Return the command line of a headless browser that keeps to a folder of its own."""
    options = ["headless", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "no-first-run"]
    options += [f"user-data-dir={profile}", "disable-extensions", *more]
    options += ["disable-background-networking", "disable-component-update", "disable-sync"]
    options += ["host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
    return [program, *(f"--{option}" for option in options)]
