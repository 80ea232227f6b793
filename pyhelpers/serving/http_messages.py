"""What a server and an application say to each other: requests, answers, limits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

JSON = "application/json"


@dataclass(frozen=True)
class Request:
    """A request as a server hands it over: path and query apart, headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    query: str = ""


@dataclass(frozen=True)
class Response:
    """An answer as a server sends it; `rows` is how many it predicted."""

    status: int
    body: bytes
    kind: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    rows: int = 0


@dataclass(frozen=True)
class Limits:
    """What one request may take: bytes of body, rows, seconds."""

    body: int = 10_000_000
    rows: int = 100_000
    seconds: float = 30.0


def too_large(limit: int) -> str:
    """Say what is wrong with a body beyond the limit."""
    return f"the body is larger than {limit} bytes; send fewer rows at once"


def json_response(status: int, document: Any, **headers: str) -> Response:
    """Return a JSON answer; a header's name is given with underscores."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(status, json.dumps(document).encode() + b"\n", JSON, named)


def refusal(status: int, message: str, **headers: str) -> Response:
    """Return an error as JSON: {"error": what is wrong}."""
    return json_response(status, {"error": message}, **headers)


class Application(Protocol):
    """What a server serves."""

    limits: Limits

    @property
    def name(self) -> str:
        """Return what it is called."""

    def screen(self, head: Request) -> Response | None:
        """Return the refusal that a request's head alone earns; None where its body is wanted."""

    def answer(self, request: Request) -> Response:
        """Return the answer to a request."""
