"""A prediction service on loopback that does what a test asks for."""

import fcntl
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zlib import crc32

COUNTED = Path(__file__).resolve().parent.parent / "build/ports"


@dataclass
class Request:
    """What a client sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


@dataclass
class Answer:
    """What the service says."""

    body: Any
    status: int = 200
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """Return the body's bytes; what is neither text nor bytes becomes JSON."""
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


Behaviour = Callable[[Request], Answer]


@dataclass
class Service:
    """A running service: its address and what it was asked."""

    url: str
    behaviour: Behaviour
    requests: list[Request] = field(default_factory=list)


# What `heights` can be asked, and what is to come of it.
ROWS = "height,city\n70,Rome\n60.50,\n"
PREDICTED = "height,city,prediction\n70,Rome,130\n60.50,,101.5\n"


def heights(request: Request) -> Answer:
    """Predict a weight from each row's height: 3 h - 80."""
    rows = request.json()["instances"]
    found = [row["height"] if isinstance(row, dict) else row[0] for row in rows]
    wrong = next((place for place, height in enumerate(found) if not height), None)
    if wrong is not None:
        return Answer({"error": f"instance {wrong}: no height"}, 400)
    return Answer({"predictions": [3 * height - 80 for height in found]})


@contextmanager
def run_server(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """Run a server on a free port until the block ends; yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def serve(behaviour: Behaviour = heights) -> Iterator[Service]:
    """Run a service on a free port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, self.rfile.read(length))
            service.requests.append(request)
            answer = service.behaviour(request)
            body = answer.encoded()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST

        def log_message(self, *words: Any) -> None:
            pass

    with run_server(Handler) as url:
        service = Service(url, behaviour)
        yield service


def free_port() -> int:
    """Return a port of loopback that nothing listens at and that no other test is given.

    They are counted in build/ports, and are below those that a system chooses itself (32768 and up
    on Linux, 49152 on macOS).
    """
    COUNTED.parent.mkdir(exist_ok=True)
    with COUNTED.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        last = int(file.read() or crc32(bytes(COUNTED)))  # another checkout counts from elsewhere
        while True:
            last += 1
            port = 10240 + last % (32768 - 10240)
            with socket.socket() as free, suppress(OSError):
                free.bind(("127.0.0.1", port))
                break
        file.truncate(0)
        file.write(str(last))
    return port
