"""HTTP/1.1 (RFC 9112) for one small service: bytes in, requests out; strict where it is safer."""

import re
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import unquote

from pyhelpers.serve.service import Request, Response, too_large

HEAD_LIMIT = 32_768  # bytes of request line and headers
HEAD_END = b"\r\n\r\n"
REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~]+) HTTP/1\.([01])")
HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\0\r\n]*?)[ \t]*")
CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")
LINE_LIMIT = 4_096  # bytes of a chunk's size line, or of its trailers


class HttpError(Exception):
    """A request that cannot be understood; the connection is of no use after it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Head:
    """A request without its body.

    Attributes
    ----------
    length : int or None
        Bytes of body; None where it comes in chunks.
    """

    method: str
    path: str
    headers: dict[str, str]
    length: int | None
    keep_alive: bool

    @property
    def expects(self) -> bool:
        """Tell whether the client waits for "100 Continue" before it sends its body."""
        return self.headers.get("expect", "").lower() == "100-continue"


def parse_head(block: bytes) -> Head:
    """Return the request line and headers of `block`, which ends before the empty line.

    Raises
    ------
    HttpError
        For what RFC 9112 does not allow, and for what lets two servers read one request as two
        (a folded header, a length beside chunks, two lengths).
    """
    first, *lines = block.split(b"\r\n")
    found = REQUEST_LINE.fullmatch(first)
    if found is None:
        raise HttpError(400, "the request line is not HTTP/1.1")
    method, target, minor = (part.decode("ascii") for part in found.groups())
    headers: dict[str, str] = {}
    for line in lines:
        pair = HEADER.fullmatch(line)
        if pair is None:
            raise HttpError(400, "a header line is not HTTP/1.1")
        name, value = pair[1].decode("ascii").lower(), pair[2].decode("latin-1")
        if name in headers and name in ("content-length", "transfer-encoding", "host"):
            raise HttpError(400, f"two headers {name}")
        headers[name] = value
    if minor == "1" and "host" not in headers:
        raise HttpError(400, "there is no header host")
    path = unquote(target.partition("?")[0])
    return Head(method, path, headers, _body_length(headers), _keeps_alive(headers, minor))


def _body_length(headers: dict[str, str]) -> int | None:
    length, coding = headers.get("content-length"), headers.get("transfer-encoding")
    if coding is not None:
        if length is not None or coding.lower() != "chunked":
            raise HttpError(400, "transfer-encoding is chunked, and alone, or nothing")
        return None
    if length is None:
        return 0
    if not re.fullmatch(r"[0-9]{1,15}", length):
        raise HttpError(400, "content-length is not a number")
    return int(length)


def _keeps_alive(headers: dict[str, str], minor: str) -> bool:
    wishes = {wish.strip().lower() for wish in headers.get("connection", "").split(",")}
    return "close" not in wishes if minor == "1" else "keep-alive" in wishes


class RequestReader:
    """Bytes as they arrive, requests as they are whole.

    Parameters
    ----------
    body_limit : int
        Bytes that a body may have; one byte more is an HttpError 413, before the rest is read.
    """

    def __init__(self, body_limit: int) -> None:
        self._buffer = bytearray()
        self._limit = body_limit
        self._chunks = bytearray()
        self._last_chunk = False
        self.head: Head | None = None

    @property
    def begun(self) -> bool:
        """Tell whether a request has begun and is not whole."""
        return self.head is not None or bool(self._buffer)

    def feed(self, data: bytes) -> None:
        """Take bytes from the connection."""
        self._buffer += data

    def next(self) -> tuple[Request, bool] | None:
        """Return a whole request, and whether the connection lives on after it; else None."""
        if self.head is None:
            self._read_head()
        if self.head is None:
            return None
        body = self._read_chunked() if self.head.length is None else self._read_plain()
        if body is None:
            return None
        head, self.head = self.head, None
        return Request(head.method, head.path, head.headers, body), head.keep_alive

    def _read_head(self) -> None:
        while self._buffer.startswith(b"\r\n"):  # RFC 9112, 2.2: before a request line, ignored
            del self._buffer[:2]
        end = self._buffer.find(HEAD_END, 0, HEAD_LIMIT)
        if end < 0:
            if len(self._buffer) >= HEAD_LIMIT:
                raise HttpError(431, f"the headers are larger than {HEAD_LIMIT} bytes")
            return
        head = parse_head(bytes(self._buffer[:end]))
        del self._buffer[: end + len(HEAD_END)]
        if head.length is not None and head.length > self._limit:
            raise self._too_large()
        self.head = head

    def _too_large(self) -> HttpError:
        return HttpError(413, too_large(self._limit))

    def _take(self, length: int) -> bytes:
        taken = bytes(self._buffer[:length])
        del self._buffer[:length]
        return taken

    def _read_plain(self) -> bytes | None:
        assert self.head is not None and self.head.length is not None
        return self._take(self.head.length) if len(self._buffer) >= self.head.length else None

    def _read_chunked(self) -> bytes | None:
        while not self._last_chunk:
            found = CHUNK_LINE.match(self._buffer, 0, LINE_LIMIT)
            if found is None:
                if b"\n" in self._buffer[:LINE_LIMIT] or len(self._buffer) >= LINE_LIMIT:
                    raise HttpError(400, "a chunk's size is not HTTP/1.1")
                return None
            size = int(found[1], 16)
            if len(self._chunks) + size > self._limit:
                raise self._too_large()
            if size == 0:
                del self._buffer[: found.end()]
                self._last_chunk = True
                break
            end = found.end() + size
            if len(self._buffer) < end + 2:
                return None
            if self._buffer[end : end + 2] != b"\r\n":
                raise HttpError(400, "a chunk is longer than its size")
            self._chunks += self._buffer[found.end() : end]
            del self._buffer[: end + 2]
        return self._read_trailers()

    def _read_trailers(self) -> bytes | None:
        while True:
            end = self._buffer.find(b"\r\n", 0, LINE_LIMIT)
            if end < 0:
                if len(self._buffer) >= LINE_LIMIT:
                    raise HttpError(431, "the trailers are too large")
                return None
            del self._buffer[: end + 2]
            if end == 0:
                body, self._chunks, self._last_chunk = bytes(self._chunks), bytearray(), False
                return body


def response_bytes(response: Response, method: str, keep_alive: bool) -> bytes:
    """Return an answer as it goes over the wire."""
    lines = [
        f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}",
        f"Content-Type: {response.kind}",
        f"Content-Length: {len(response.body)}",
        f"Date: {formatdate(usegmt=True)}",
        *(f"{name}: {value}" for name, value in response.headers),
        f"Connection: {'keep-alive' if keep_alive else 'close'}",
    ]
    head = "\r\n".join(lines).encode("latin-1") + HEAD_END
    return head if method == "HEAD" else head + response.body
