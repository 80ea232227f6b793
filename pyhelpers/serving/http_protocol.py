"""HTTP/1.1 (RFC 9112): requests, responses, and the parser of a connection.

llhttp parses the bytes; this module checks what llhttp leaves to a server.
"""

import json
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import unquote

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

JSON = "application/json"
HEAD_LIMIT = 32_768  # bytes of request line and headers, of a chunk's extension, of trailers
SMALL_BODY = 32_768  # bytes of a body that are read before the request is checked
HOST = re.compile(r"[A-Za-z0-9._~%!$&'()*+,;=:\[\]-]*")  # RFC 3986: uri-host [":" port]


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
    """An HTTP response; `detail` is what the application notes about it and does not send."""

    status: int
    body: bytes
    kind: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    detail: object = None


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


class Refused(Exception):
    """A request that is answered before it is complete; its connection is closed afterwards."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def path_of(target: bytes) -> str:
    """Return the path of a request target in origin form or absolute form.

    Examples
    --------
    >>> path_of(b"/a%20b?c"), path_of(b"http://host:80/ping"), path_of(b"http://host?c")
    ('/a b', '/ping', '/')
    """
    text = target.decode("latin-1").partition("?")[0]
    scheme, absolute, rest = text.partition("://")
    if absolute and "/" not in scheme:
        text = "/" + rest.partition("/")[2]
    return unquote(text)


class RequestReader:
    """Parser of one connection: takes bytes as they arrive, collects complete requests.

    Parameters
    ----------
    body_limit : int
        Most bytes of a body.
    screen : function
        Returns the refusal of a request, given its head, or None; a large body of a refused
        request is not read.

    Attributes
    ----------
    requests : deque of (Request, bool)
        Complete requests, and whether the connection stays open after each.
    refused : Response or None
        The response to what follows `requests`, which is not read any further.
    begun : bool
        A request has begun and is not complete.
    """

    def __init__(
        self, body_limit: int, screen: Callable[[Request], Response | None] = lambda head: None
    ) -> None:
        self.requests: deque[tuple[Request, bool]] = deque()
        self.refused: Response | None = None
        self.begun = self.ended = False
        self._limit, self._screen = body_limit, screen
        self._parser = HttpRequestParser(self)
        self._steps = self._unused = 0
        self._new_request()

    def _new_request(self) -> None:
        self._target, self._body = b"", bytearray()
        self._headers: dict[str, str] = {}
        self._size = 0
        self._head: Request | None = None

    @property
    def held(self) -> int:
        """Return how many bytes of bodies are in memory."""
        return len(self._body) + sum(len(request.body) for request, _ in self.requests)

    @property
    def expects(self) -> bool:
        """Return whether the client waits for "100 Continue" before it sends its body."""
        head = self._head
        return head is not None and head.headers.get("expect", "").lower() == "100-continue"

    def feed(self, data: bytes) -> None:
        """Parse bytes from the connection."""
        if self.ended or self.refused:
            return
        steps = self._steps
        try:
            self._parser.feed_data(data)
            self._unused = self._unused + len(data) if self._steps == steps else 0
            self._bound(self._unused)
        except Refused as error:
            self.refused = error.response
        except HttpParserUpgrade:
            self.ended = True
        except HttpParserError as error:
            self._refuse(error)

    def _refuse(self, error: HttpParserError) -> None:
        if isinstance(error.__context__, Refused):
            self.refused = error.__context__.response
        elif not self.ended:
            self.refused = refusal(400, f"the request is not HTTP/1.1 ({error})")

    def _bound(self, size: int) -> None:
        if size > HEAD_LIMIT:
            what = f"the headers are larger than {HEAD_LIMIT} bytes"
            raise Refused(refusal(431, what))

    def on_message_begin(self) -> None:
        """Start a request."""
        self._new_request()
        self.begun = True

    def on_url(self, target: bytes) -> None:
        """Add a part of the target."""
        self._target += target
        self._size += len(target)
        self._bound(self._size)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header; a trailer is counted and ignored."""
        self._size += len(name) + len(value) + 4
        self._bound(self._size)
        if self._head is not None:
            return
        key, text = name.decode("latin-1").lower(), value.decode("latin-1").strip(" \t")
        if key in self._headers:
            if key == "host":
                raise Refused(refusal(400, "the header host is given twice"))
            text = f"{self._headers[key]}, {text}"
        self._headers[key] = text

    def on_headers_complete(self) -> None:
        """Check what llhttp does not check, and whether to read the body."""
        self._steps += 1
        version, headers = self._parser.get_http_version(), self._headers
        wrong = head_error(version, headers, self._parser.should_upgrade())
        if wrong:
            raise Refused(refusal(400, wrong))
        method = self._parser.get_method().decode("ascii")
        query = self._target.partition(b"?")[2].decode("latin-1")
        self._head = Request(method, path_of(self._target), headers, query=query)
        length = int(headers.get("content-length", 0))
        if length > SMALL_BODY or "transfer-encoding" in headers:
            early = self._screen(self._head)
            if early:
                raise Refused(early)
        if length > self._limit:
            raise Refused(refusal(413, too_large(self._limit)))

    def on_body(self, data: bytes) -> None:
        """Add a part of the body."""
        self._steps += 1
        if len(self._body) + len(data) > self._limit:
            raise Refused(refusal(413, too_large(self._limit)))
        self._body += data

    def on_message_complete(self) -> None:
        """Complete the request."""
        self._steps += 1
        head = self._head
        if head is None or self.ended:
            return
        self.ended = not self._parser.should_keep_alive() or self._parser.should_upgrade()
        whole = Request(head.method, head.path, head.headers, bytes(self._body), head.query)
        self.requests.append((whole, not self.ended))
        self.begun = False
        self._new_request()


def has_body(headers: dict[str, str]) -> bool:
    """Return whether a body follows a head."""
    return "transfer-encoding" in headers or headers.get("content-length", "0").strip("0") != ""


def head_error(version: str, headers: dict[str, str], upgrade: bool) -> str | None:
    """Return what is wrong with a head that llhttp accepts; None if it is valid."""
    if version not in ("1.0", "1.1"):
        return f"the request is HTTP/{version}, not HTTP/1.1"
    if version == "1.1" and "host" not in headers:
        return "the header host is missing"
    if not HOST.fullmatch(headers.get("host", "")):
        return "the header host is not a host name"
    coding = headers.get("transfer-encoding")
    if coding is not None and (version == "1.0" or coding.lower() != "chunked"):
        return "transfer-encoding may only be chunked, and only in HTTP/1.1"
    if upgrade and has_body(headers):
        return "a request with a body asks for another protocol; send it as HTTP/1.1"
    return None


@lru_cache(1)
def _date(second: int) -> str:
    """Return a second as the header Date has it; many responses are of the same one."""
    return formatdate(second, usegmt=True)


@lru_cache(64)
def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase


def response_bytes(response: Response, method: str, keep_alive: bool) -> bytes:
    """Return a response in the format of HTTP/1.1."""
    lines = [
        f"HTTP/1.1 {response.status} {_phrase(response.status)}",
        f"Content-Type: {response.kind}",
        f"Content-Length: {len(response.body)}",
        f"Date: {_date(int(time.time()))}",
        *(f"{name}: {value}" for name, value in response.headers),
        f"Connection: {'keep-alive' if keep_alive else 'close'}",
    ]
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head if method == "HEAD" else head + response.body
