"""Redaction: replace the secrets in a text's addresses before it is shown or stored."""

import re

REDACTED = "REDACTED"

# Scheme and the rest of an address, up to a character that no address holds.
_ADDRESS = re.compile(r"""([A-Za-z][A-Za-z0-9+.-]{0,30})://([^\s"'<>`\\^{|}]+)""")
_PUNCTUATION = ".,:;)]"  # of the sentence around an address
# A parameter whose name has one of these may hold a secret: signatures of S3, Google, Azure (SAS)
# and CloudFront, tokens, keys, passwords, one-time codes.
_SECRET = (
    r"sig\b|signature|token|secret|passw|pwd|pass\b|credential|auth|key|code\b|session|jwt|assertion"
    r"|policy|ticket|otp\b|sas\b|googleaccessid|cookie|nonce|state\b"
)
_SECRET_NAME = re.compile(_SECRET.replace(r"\b", r"(?![A-Za-z])"), re.IGNORECASE)
# A value that a machine made: long, of letters and digits.
_TOKEN = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_.~+/=%-]{24,}")
# An address in a parameter, with a password or a parameter of its own that may be secret.
_NESTED = re.compile(rf"://[^/\s]*@|[?&;#][\w.-]{{0,60}}?(?:{_SECRET})[\w.-]*=", re.IGNORECASE)


def redacted(text: str) -> str:
    """Replace passwords, and parameters that may be secret, in the addresses of a text.

    Names are kept. In an http(s) address a user name without a password is taken for a token.

    Examples
    --------
    >>> redacted("cannot read https://ann:pw@example.org/a.csv?year=1999&sig=0f3a; try later")
    'cannot read https://ann:REDACTED@example.org/a.csv?year=1999&sig=REDACTED; try later'
    """
    return _ADDRESS.sub(_address, text) if "://" in text else text


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
        return REDACTED if _TOKEN.fullmatch(pair) else pair
    plain = unquote(value)
    if not value or not (
        _SECRET_NAME.search(unquote(name)) or _TOKEN.fullmatch(value) or _NESTED.search(plain)
    ):
        return pair
    return f"{name}={REDACTED}"
