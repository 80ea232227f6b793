"""Access to the service: bearer token, path prefix, requests of other sites' pages (CORS)."""

import hmac
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import replace

from pyhelpers import KitError
from pyhelpers.serving.http_protocol import Request, Response

# As a browser sends it (RFC 6454): lower case, without the scheme's own port.
ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::[0-9]+)?")
Headers = tuple[tuple[str, str], ...]
ALLOWED_HEADERS = "Authorization, Content-Type, Content-Encoding, Inference-Header-Content-Length"
PREFLIGHT_S = "600"  # how long a browser may keep the answer to a preflight request


def read_token(file: str | None) -> str | None:
    """Return the token: the first line of a file, else $BEACHHEAD_TOKEN; None if neither is set.

    Raises
    ------
    KitError
        For a file that other users of this machine can read, and for an empty token, which would
        leave the service open without notice.
    """
    if file is None:
        token = os.environ.get("BEACHHEAD_TOKEN")
        if token is None:
            return None
        if not token.strip():
            raise KitError("BEACHHEAD_TOKEN is empty; set a token, or unset it")
        return token.strip()
    with open(file, encoding="utf-8") as stream:
        token = stream.readline().strip()
        mode = os.fstat(stream.fileno()).st_mode
    if not token:
        raise KitError(f"{file}: its first line is empty; write the token into it")
    if stat.S_ISREG(mode) and mode & 0o077:
        raise KitError(f"{file}: others can read it; run chmod 600 on it and choose a new token")
    return token


class Access:
    """Who may use the service, and under which path.

    Parameters
    ----------
    token : str, optional
        Bearer token (RFC 6750) that all requests but health checks need.
    prefix : str
        Prefix of each path behind a proxy; paths without it are answered too.
    origins : sequence of str
        Origins (scheme://host:port) whose pages may use the service; "*" for all.
    """

    def __init__(
        self, token: str | None = None, prefix: str = "", origins: Sequence[str] = ()
    ) -> None:
        self._token = None if token is None else token.encode()
        self._prefix = prefix.rstrip("/")
        self._origins = frozenset(origins)
        for origin in origins:
            if origin != "*" and not ORIGIN.fullmatch(origin):
                raise KitError(f"{origin!r} is not an origin; give https://HOST[:PORT], or *", 2)

    def allows(self, request: Request) -> bool:
        """Return whether a request shows the token, or none is needed."""
        if self._token is None:
            return True
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        same = hmac.compare_digest(shown.strip().encode("latin-1"), self._token)
        return scheme.lower() == "bearer" and same

    def _prefixes(self, request: Request) -> Sequence[str]:
        """Return the service's own prefix and those that a proxy names in X-Forwarded-Prefix."""
        named = request.headers.get("x-forwarded-prefix")
        if named is None:
            return (self._prefix,) if self._prefix else ()
        parts = named.replace(" ", "").split(",")
        found = (self._prefix, "".join(parts).rstrip("/"), *(part.rstrip("/") for part in parts))
        return [prefix for prefix in found if prefix]

    def is_prefix(self, request: Request) -> bool:
        """Return whether a path is a prefix itself, without the slash after it."""
        return request.path in self._prefixes(request)

    def without_prefix(self, request: Request) -> Request:
        """Return a request without the prefix of its path.

        The prefix is the service's own or one that a proxy names in X-Forwarded-Prefix and has left
        in the path.
        """
        for prefix in self._prefixes(request):
            if request.path.startswith(f"{prefix}/"):
                return replace(request, path=request.path[len(prefix) :])
        return request

    def is_preflight(self, request: Request) -> bool:
        """Return whether a browser asks if a page of another site may send its request."""
        if request.method != "OPTIONS" or not self._origins:
            return False
        return "origin" in request.headers and "access-control-request-method" in request.headers

    def with_cors(self, request: Request, response: Response) -> Response:
        """Return a response with the headers that let a page of an allowed origin read it."""
        origin = request.headers.get("origin")
        if not self._origins or origin is None:
            return response
        headers: Headers = (("Vary", "Origin"),)
        if "*" in self._origins:
            headers = (("Access-Control-Allow-Origin", "*"),)
        elif origin in self._origins:
            headers += (("Access-Control-Allow-Origin", origin),)
        else:
            return replace(response, headers=response.headers + headers)
        if self.is_preflight(request):
            headers += (
                ("Access-Control-Allow-Methods", "GET, POST"),
                ("Access-Control-Allow-Headers", ALLOWED_HEADERS),
                ("Access-Control-Max-Age", PREFLIGHT_S),
            )
        return replace(response, headers=response.headers + headers)
