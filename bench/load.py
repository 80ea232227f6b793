"""Load on an HTTP service: keep-alive connections, each sending its next request on an answer."""

import asyncio
import os
import socket
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.side_by_side import ROOT, SideFailed


@dataclass
class Result:
    """What came of a load.

    Attributes
    ----------
    statuses : Counter
        Answers by status; "broken" where a connection ended before its answer.
    """

    seconds: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Return answers a second."""
        return self.statuses.total() / self.seconds


async def _client(port: int, request: bytes, result: Result, left: list[int], end: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while left[0] > 0 and time.perf_counter() < end:
        left[0] -= 1
        writer.write(request)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            lower = head.lower()
            start = lower.index(b"content-length:") + 15
            await reader.readexactly(int(lower[start : lower.index(b"\r\n", start)]))
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            result.statuses["broken"] += 1
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            continue
        result.statuses[head[9:12].decode()] += 1
    writer.close()


def load(port: int, path: str, body: bytes, clients: int, count: int, seconds: float) -> Result:
    """Send up to `count` requests, for up to `seconds`, from so many clients at once."""
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    result, left = Result(), [count]

    async def run() -> None:
        start = time.perf_counter()
        end = start + seconds
        await asyncio.gather(*(_client(port, request, result, left, end) for _ in range(clients)))
        result.seconds = time.perf_counter() - start

    asyncio.run(run())
    return result


@dataclass
class Server:
    """A server of its own process group, and how long it took to be ready."""

    process: "subprocess.Popen[bytes]"
    port: int
    ready: float

    @property
    def memory(self) -> float:
        """Return megabytes resident, all its processes together."""
        group, total = os.getpgid(self.process.pid), 0
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                if os.getpgid(int(status.parent.name)) == group:
                    line = next(x for x in status.read_text().splitlines() if x[:6] == "VmRSS:")
                    total += int(line.split()[1])
            except (OSError, StopIteration):
                continue
        return total * 1024 / 1e6

    def stop(self) -> None:
        """End it and all that it started."""
        os.killpg(self.process.pid, 15)
        self.process.wait(30)


def start(words: list[str], port: int, health: str, env: dict[str, str]) -> Server:
    """Start a server in the checkout and wait until it answers its health path with 200."""
    begun = time.perf_counter()
    quiet = subprocess.DEVNULL
    folder = os.path.dirname(os.path.abspath(words[0]))  # what it starts is beside it
    own = env | {"PATH": f"{folder}:{env['PATH']}"}
    process = subprocess.Popen(
        words, stdout=quiet, stderr=quiet, process_group=0, env=own, cwd=ROOT
    )
    request = f"GET {health} HTTP/1.0\r\nHost: x\r\n\r\n".encode()
    while True:
        if process.poll() is not None:
            raise SideFailed(f"exit code {process.returncode}: {' '.join(words)}")
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as client:
                client.sendall(request)
                if b" 200 " in client.recv(100):
                    break
        except OSError:
            pass
        time.sleep(0.005)
    return Server(process, port, time.perf_counter() - begun)
