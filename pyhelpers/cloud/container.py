"""AWS's container endpoint, which gives CloudShell's own credentials."""

from __future__ import annotations

import os
import re
from typing import Any
from urllib.parse import urlsplit

# Hosts to which botocore sends the token that opens the endpoint (IMDSv2 and loopback apart, none).
TRUSTED = {"localhost", "169.254.170.2", "169.254.170.23", "::1", "fd00:ec2::23"}


def endpoint() -> str:
    """Return the address of the endpoint; empty where this shell has none."""
    relative = os.environ.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    if relative:
        return "http://169.254.170.2" + relative
    return os.environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")


def trusted(url: str) -> bool:
    """Return whether botocore would send the token there.

    Examples
    --------
    >>> trusted("http://127.0.0.1:80/creds"), trusted("http://127.0.0.1@evil.example/")
    (True, False)
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return False
    return host in TRUSTED or re.fullmatch(r"127(\.[0-9]{1,3}){3}", host) is not None


def token() -> str:
    """Return the token that opens the endpoint; empty where none is needed."""
    file = os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
    if file:
        try:
            with open(file, encoding="utf-8") as stream:
                return stream.read().strip()
        except (OSError, ValueError):
            pass
    return os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")


def ask(url: str) -> dict[str, Any]:
    """Return what the endpoint answers; empty where it gives no credentials within 3 s.

    The token goes to curl's standard input, never into a command line.
    """
    import json
    import subprocess

    header = token()
    if "\n" in header or "\r" in header:
        return {}
    words = ["curl", "-q", "-gfs", "--noproxy", "*", "--max-time", "3", "-H", "@-", "--", url]
    try:
        done = subprocess.run(
            words,
            input=f"Authorization: {header}\n".encode() if header else b"",
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        found = json.loads(done.stdout)
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
