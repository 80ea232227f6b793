"""HTTP requests and responses between a server and an application, and their limits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

JSON = "application/json"


@dataclass(frozen=True)
class Request:
    """An HTTP request; the query is separate from the path, header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    query: str = ""


@dataclass(frozen=True)
class Response:
    """An HTTP response; `rows` is the number of rows that it predicts."""

    status: int
    body: bytes
    kind: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    rows: int = 0


@dataclass(frozen=True)
class Limits:
    """Limits of one request: bytes of its body, rows, seconds."""

    body: int = 10_000_000
    rows: int = 100_000
    seconds: float = 30.0


def too_large(limit: int) -> str:
    """Return the message for a body beyond the limit."""
    return f"the body is larger than {limit} bytes; send fewer rows at once"


def json_response(status: int, document: Any, **headers: str) -> Response:
    """Return a JSON response; header names are given with underscores."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(status, json.dumps(document).encode() + b"\n", JSON, named)


def refusal(status: int, message: str, **headers: str) -> Response:
    """Return an error as JSON: {"error": message}."""
    return json_response(status, {"error": message}, **headers)


class Application(Protocol):
    """The application behind a server."""

    limits: Limits

    @property
    def name(self) -> str:
        """Return its name."""

    def screen(self, head: Request) -> Response | None:
        """Return the refusal of a request, given its head; None if its body is to be read."""

    def answer(self, request: Request) -> Response:
        """Return the response to a request."""
