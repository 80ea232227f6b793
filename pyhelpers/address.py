"""Web addresses: encode them, open them, and replace the secrets in them."""

import io
import re
from typing import Any

from pyhelpers import KitError

URL_TIMEOUT_S = 30
BLANK = r"[\x00-\x20\x7f]"
KEPT = "%/:;=@!$&'()*+,~?-._[]"  # what quote() leaves as it is

REDACTED = "REDACTED"

# Patterns are compiled when first used: most commands see no address.
# Scheme and the rest of an address, up to a character that no address holds.
_ADDRESS = r"""([A-Za-z][A-Za-z0-9+.-]{0,30})://([^\s"'<>`\\^{|}]+)"""
_PUNCTUATION = ".,:;)]"  # of the sentence around an address
# A parameter whose name has one of these may hold a secret: signatures of S3, Google, Azure (SAS)
# and CloudFront, tokens, keys, passwords, one-time codes.
_SECRET = (
    r"sig\b|signature|token|secret|passw|pwd|pass\b|credential|auth|key|code\b|session|jwt|assertion"
    r"|policy|ticket|otp\b|sas\b|googleaccessid|cookie|nonce|state\b|bearer|hmac"
)
# Names too short to look for within others.
_SECRET_WHOLE = r"^(?:k|pw|pin|pat|psk|mfa|sid)$"
_SECRET_NAME = f"{_SECRET}|{_SECRET_WHOLE}".replace(r"\b", r"(?![A-Za-z])")
# A value that a machine made: long, of letters and digits.
_TOKEN = r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_.~+/=%-]{24,}"
# An address in a parameter, with a password or a parameter of its own that may be secret.
_NESTED = rf"://[^/\s]*@|[?&;#][\w.-]{{0,60}}?(?:{_SECRET})[\w.-]*="


def encoded(url: str) -> str:
    """Return an http(s) address in ASCII (RFC 3987, 3.1).

    Raises
    ------
    KitError
        (2) for a text that is not an http(s) address.

    Examples
    --------
    >>> encoded("http://m\u00fcnchen.example/stra\u00dfe?q=\u00fc&n=%20")
    'http://xn--mnchen-3ya.example/stra%C3%9Fe?q=%C3%BC&n=%20'
    """
    from urllib.parse import quote, urlsplit, urlunsplit

    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        place = parts.netloc
        name = (host or "").encode("idna").decode()  # refuses labels empty or too long
        if host and not host.isascii():
            who, at, where = place.rpartition("@")
            _, colon, port = where.partition(":")
            place = f"{quote(who, KEPT, errors='surrogateescape')}{at}{name}{colon}{port}"
        if (
            parts.scheme not in ("http", "https")
            or not host
            or not place.isascii()
            or re.search(BLANK, place)
        ):
            raise ValueError("it does not begin with http:// or https:// and a host")
    except ValueError as error:  # UnicodeError, and urlsplit's for a bad port or brackets
        raise KitError(f"{redacted(url)!a} is not an address: {error}; check it", 2) from None
    rest = [quote(part, KEPT, errors="surrogateescape") for part in (parts.path, parts.query)]
    return urlunsplit((parts.scheme, place, *rest, ""))


class Download(io.RawIOBase):
    """An HTTP body that raises when it ends before its Content-Length.

    Attributes
    ----------
    offset : int
        The first byte's place in the whole: 0 also where a server sends all instead of a part.
    version : list of str
        What a changed body would have differently: ETag, Last-Modified, length of the whole.
    """

    def __init__(self, response: Any, offset: int, name: str) -> None:
        length = response.headers.get("Content-Length")
        self._response, self._name = response, name
        self._left = int(length) if length and length.isdigit() else None
        self.offset = offset if response.status == 206 else 0
        whole = "" if self._left is None else str(self._left + self.offset)
        headers = [response.headers.get(header, "") for header in ("ETag", "Last-Modified")]
        self.version = [*headers, whole]

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer's start; return how many bytes, 0 at the end of a whole body."""
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
    """Return urllib's redirect handler, restricted: https redirects only to https."""
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
    """Open a urllib Request as urlopen does, with restricted redirects."""
    from urllib.request import build_opener

    return build_opener(redirecting()).open(request, timeout=timeout)


def open_url(url: str, offset: int = 0) -> Download:
    """Open an address for reading, from an offset on where the server can do that.

    Raises
    ------
    KitError
        (3) where a server refuses, (4) where none answers or one fails.
    """
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError
    from urllib.request import Request

    headers = {"User-Agent": "beachhead", "Accept-Encoding": "identity"}
    headers |= {"Range": f"bytes={offset}-"} if offset else {}
    request = Request(encoded(url), headers=headers)
    name = redacted(url)
    try:
        response = open_address(request, URL_TIMEOUT_S)
    except HTTPError as error:
        code = 3 if error.code < 500 else 4
        what = f"the server said {error.code} {redacted(str(error.reason))}"
        if error.code == 416:
            what = f"has changed: it has no {offset} bytes any more"
        raise KitError(f"{name}: {what}", code) from None
    except (URLError, OSError, HTTPException, UnicodeError) as error:
        reason = getattr(error, "reason", error)
        raise KitError(f"{name}: cannot be reached ({reason}); check the address", 4) from None
    begins = f"bytes {offset}-"
    if response.status == 206 and not response.headers.get("Content-Range", "").startswith(begins):
        raise KitError(f"{name}: sends another part than was asked for; try again", 4)
    return Download(response, offset, name)


def redacted(text: str) -> str:
    """Replace passwords, and parameters that may be secret, in the addresses of a text.

    Names are kept. In an http(s) address a user name without a password is taken for a token.

    Examples
    --------
    >>> redacted("cannot read https://ann:pw@example.org/a.csv?year=1999&sig=0f3a; try later")
    'cannot read https://ann:REDACTED@example.org/a.csv?year=1999&sig=REDACTED; try later'
    """
    return re.sub(_ADDRESS, _address, text) if "://" in text else text


def _address(match: "re.Match[str]") -> str:
    scheme, rest = match[1], match[2]
    address = rest.rstrip(_PUNCTUATION)
    place, mark, fragment = address.partition("#")
    place, question, query = place.partition("?")
    place = _without_password(place, scheme.lower().startswith("http"))
    query, fragment = _parameters(query), _parameters(fragment)
    return f"{scheme}://{place}{question}{query}{mark}{fragment}{rest[len(address) :]}"


def _without_password(place: str, is_http: bool) -> str:
    host, slash, path = place.partition("/")
    if "@" not in host and "@" in path and not host.partition(":")[2].isdigit() and ":" in host:
        host, slash, path = place, "", ""  # a password with a slash in it
    user, at, server = host.rpartition("@")
    if not at:
        return place
    name, colon, _ = user.partition(":")
    if colon:
        user = f"{name}:{REDACTED}"
    elif is_http:
        user = REDACTED
    return f"{user}@{server}{slash}{path}"


def _parameters(query: str) -> str:
    return "&".join(map(_parameter, query.split("&")))


def _parameter(pair: str) -> str:
    from urllib.parse import unquote

    name, equals, value = pair.partition("=")
    if not equals:
        return REDACTED if re.fullmatch(_TOKEN, pair) else pair
    plain = unquote(value)
    if not value or not (
        re.search(_SECRET_NAME, unquote(name), re.IGNORECASE)
        or re.fullmatch(_TOKEN, value)
        or re.search(_NESTED, plain, re.IGNORECASE)
    ):
        return pair
    return f"{name}={REDACTED}"
