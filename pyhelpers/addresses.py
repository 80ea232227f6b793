"""Addresses: what http and https lead to, as bytes, with each failure in one line."""

import io
from typing import IO, Any

from pyhelpers import KitError
from pyhelpers.redact import redacted

URL_TIMEOUT_S = 30


class _Download(io.RawIOBase):
    """An HTTP body that raises when it ends before its Content-Length."""

    def __init__(self, response: IO[bytes], length: int | None, name: str) -> None:
        self._response, self._left, self._name = response, length, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            chunk = self._response.read(len(buffer))
        except Exception as error:  # an OSError, or http.client's for a chunk that is cut
            raise KitError(
                f"{self._name}: the transfer broke off ({error}); try again", 4
            ) from None
        if self._left is not None:
            self._left -= len(chunk)
            if not chunk and self._left > 0:
                raise KitError(f"{self._name}: ended {self._left} bytes early; try again", 4)
        buffer[: len(chunk)] = chunk
        return len(chunk)


def redirecting() -> Any:
    """Return urllib's handler of redirections, but one that leads https nowhere but to https."""
    from urllib.error import HTTPError
    from urllib.request import HTTPRedirectHandler

    class Redirects(HTTPRedirectHandler):
        def redirect_request(self, asked, body, code, message, headers, url):  # type: ignore[no-untyped-def]
            if asked.type == "https" and not url.lower().startswith("https://"):
                message = f"{message}: leads away from https, to {url}"
                raise HTTPError(asked.full_url, code, message, headers, body)
            return super().redirect_request(asked, body, code, message, headers, url)

    return Redirects()


def open_address(request: Any, timeout: float) -> Any:
    """Open a urllib Request as urlopen does, but for where it may be led."""
    from urllib.request import build_opener

    return build_opener(redirecting()).open(request, timeout=timeout)


def ascii_address(url: str) -> str:
    """Return an address as HTTP has it: other letters than ASCII's are percent-encoded (RFC 3986),
    those of the host by IDNA; a KitError (2) for what is no address.

    Examples
    --------
    >>> ascii_address("http://bücher.example:80/ü?q=a b")
    'http://xn--bcher-kva.example:80/%C3%BC?q=a%20b'
    """
    from urllib.parse import quote, urlsplit, urlunsplit

    def encoded(text: str) -> str:
        return quote(text, "!#$%&'()*+,/:;=?@[]~", errors="surrogateescape")

    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        if not host or parts.port == 0:
            raise ValueError("it names no host" if not host else "its port is 0")
    except ValueError as error:
        what = "its host is no name" if isinstance(error, UnicodeError) else error
        raise KitError(f"{redacted(url)}: is no address ({what}); check it", 2) from None
    user, at, _ = parts.netloc.rpartition("@")
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port is None else f":{parts.port}"
    place = f"{encoded(user)}{at}{host}{port}"
    return urlunsplit((parts.scheme, place, encoded(parts.path), encoded(parts.query), ""))


def open_url(url: str) -> io.RawIOBase:
    """Open an address; a KitError with 3 where a server refuses, with 4 where none answers."""
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError
    from urllib.request import Request

    headers = {"User-Agent": "beachhead", "Accept-Encoding": "identity"}
    request = Request(ascii_address(url), headers=headers)
    name = redacted(url)
    try:
        response = open_address(request, URL_TIMEOUT_S)
    except HTTPError as error:
        code = 3 if error.code < 500 else 4
        what = f"the server said {error.code} {redacted(str(error.reason))}"
        raise KitError(f"{name}: {what}", code) from None
    except (URLError, OSError, HTTPException, UnicodeError) as error:
        reason = getattr(error, "reason", error)
        raise KitError(f"{name}: cannot be reached ({reason}); check the address", 4) from None
    length = response.headers.get("Content-Length")
    return _Download(response, int(length) if length and length.isdigit() else None, name)
