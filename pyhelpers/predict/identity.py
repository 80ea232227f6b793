"""Identities: AWS keys and bearer tokens in the answers of clouds' own tools and endpoints."""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pyhelpers import KitError
from pyhelpers.cloud import aws

MARGIN_S = 300  # an identity is stored until so long before its end
UNKNOWN_S = 900  # a token whose end is not said
PLAIN_S = 2700  # a token without any further information, as gcloud prints it
TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750: b64token
KEYS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")


def region(profile: str) -> str:
    """Return the region of a profile (the one in use for "") in AWS's files; "" if it has none."""
    found = aws.profile(profile or aws.profile_in_use()).get("region")
    return found.value if found else ""


def aws_login(profile: str) -> list[str]:
    """Return where botocore finds keys, besides the environment's, and the keys of a file.

    Parameters
    ----------
    profile : str
        The profile that an option names; "" for the one in use.

    Returns
    -------
    list of str
        "keys" with ID, secret key and session token; or "container", or "aws": who has to be asked.

    Raises
    ------
    KitError
        Where botocore ends with an error: no such profile, a key ID without a secret key.
    """
    from pyhelpers.cloud import aws_chain

    found = next((one for one in aws_chain.before_container(profile) if one.name != "env"), None)
    if found is None:
        return ["container" if aws.container_endpoint() else "aws"]
    if found.error:
        raise KitError(f"{found.where}: {found.until.removeprefix('never: ')}; correct it")
    name = profile or aws.profile_in_use()
    readers = {
        "shared-credentials-file": aws.credentials_profile,
        "config-file": aws.config_profile,
    }
    if found.name not in readers:
        return ["aws"]
    settings = readers[found.name](name)
    return ["keys", *(settings[key].value if key in settings else "" for key in KEYS)]


def _document(answer: str) -> Mapping[str, Any]:
    try:
        value = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _text(document: Mapping[str, Any], *names: str) -> str:
    """Return the first text of one line among `names`; "" if there is none."""
    values = (document.get(name) for name in names)
    return next((text for text in values if isinstance(text, str) and text.isprintable()), "")


def aws_keys(answer: str, now: float) -> list[str]:
    """Return when to forget keys, ID, secret key and session token; nothing if there are no keys.

    Parameters
    ----------
    answer : str
        JSON of `aws configure export-credentials` or of the container's endpoint.
    now : float
        Seconds since 1970.

    Examples
    --------
    >>> aws_keys('{"AccessKeyId": "A", "SecretAccessKey": "b", "Token": "c"}', 0)
    ['', 'A', 'b', 'c']
    """
    document = _document(answer)
    key, secret = _text(document, "AccessKeyId"), _text(document, "SecretAccessKey")
    if not key or not secret:
        return []
    end = _text(document, "Expiration")
    until = "" if not end else str(int(_seconds_of(end, now + UNKNOWN_S + MARGIN_S)) - MARGIN_S)
    return [until, key, secret, _text(document, "SessionToken", "Token")]


def _seconds_of(time: str, otherwise: float) -> float:
    """Return the seconds since 1970 of an ISO 8601 time, which is in UTC unless it says so."""
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return otherwise
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def bearer_token(answer: str, now: float) -> list[str]:
    """Return when to forget a token, and the token; nothing if there is none.

    Parameters
    ----------
    answer : str
        JSON of `az account get-access-token`, of Azure Cloud Shell or of Google's metadata server;
        or the token itself.

    Examples
    --------
    >>> bearer_token('{"access_token": "t", "expires_in": 3600}', 1000)
    ['4300', 't']
    >>> bearer_token("eyJ.abc", 1000)
    ['3700', 'eyJ.abc']
    """
    plain = answer.strip()
    if TOKEN.fullmatch(plain):
        return [str(int(now + PLAIN_S)), plain]
    document = _document(answer)
    token = _text(document, "access_token", "accessToken")
    if not token:
        return []
    end = _number(document, "expires_on", "expiresOn")
    if end is None:
        lasting = _number(document, "expires_in")
        end = now + (UNKNOWN_S + MARGIN_S if lasting is None else lasting)
    return [str(max(0, int(end) - MARGIN_S)), token]


def _number(document: Mapping[str, Any], *names: str) -> float | None:
    """Return the first number among `names`, which may be written as a text."""
    for name in names:
        try:
            number = float(document[name])
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
        if math.isfinite(number):
            return number
    return None


# Names that the commands take from secrets.env.
SECRETS = ("BEACHHEAD_PREDICT_URL", "BEACHHEAD_PREDICT_TOKEN", "AZUREML_KEY", *map(str.upper, KEYS))
ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Z][A-Z0-9_]*)=(.*)", re.ASCII)


def secrets_of(path: str, command: str) -> list[str]:
    """Return the NAME=VALUE lines of secrets.env, without quotes around a value.

    Raises
    ------
    KitError
        For a line that is not NAME=VALUE, or a name that no command takes; its text is not shown.
    """
    found = []
    with open(path, encoding="utf-8", errors="surrogateescape", newline="\n") as stream:
        lines = stream.read().split("\n")
    for number, line in enumerate(lines, start=1):
        bare = line.removesuffix("\r")
        if not bare.strip() or bare.lstrip().startswith("#"):
            continue
        match = ASSIGNMENT.fullmatch(bare)
        if not match:
            raise KitError(f"{path}: line {number}: is not NAME=VALUE; correct it")
        name, value = match.groups()
        if name not in SECRETS:
            raise KitError(f"{path}: line {number}: {name} is not used; see {command} --help")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        found.append(f"{name}={value}")
    return found
