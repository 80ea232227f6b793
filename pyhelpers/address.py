"""Addresses as HTTP can carry them: any letter a person types, in ASCII."""

import re
from urllib.parse import quote, urlsplit, urlunsplit

from pyhelpers import KitError

BLANK = re.compile(r"[\x00-\x20\x7f]")
KEPT = "%/:;=@!$&'()*+,~?-._[]"  # what quote() leaves as it is


def encoded(url: str) -> str:
    """Return an http(s) address in ASCII (RFC 3987, 3.1); a KitError (2) for one that is none.

    Examples
    --------
    >>> encoded("http://m\u00fcnchen.example/stra\u00dfe?q=\u00fc&n=%20")
    'http://xn--mnchen-3ya.example/stra%C3%9Fe?q=%C3%BC&n=%20'
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        place = parts.netloc
        if host and not host.isascii():
            who, at, where = place.rpartition("@")
            _, colon, port = where.partition(":")
            name = host.encode("idna").decode()
            place = f"{quote(who, KEPT, errors='replace')}{at}{name}{colon}{port}"
        if (
            parts.scheme not in ("http", "https")
            or not host
            or not place.isascii()
            or BLANK.search(place)
        ):
            raise ValueError("it does not begin with http:// or https:// and a host")
    except ValueError as error:  # UnicodeError, and urlsplit's for a bad port or brackets
        raise KitError(f"{url!a} is no address: {error}; check it", 2) from None
    rest = [quote(part, KEPT, errors="replace") for part in (parts.path, parts.query)]
    return urlunsplit((parts.scheme, place, *rest, ""))
