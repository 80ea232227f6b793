"""Health of a deployed service: which version answers, and waiting until that is the one sent."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from pyhelpers import KitError

TRY_S = 10.0  # one request
START_S = 30.0  # one request to a service that may be at rest
PAUSE_S = 3.0  # between two requests
NOTE_S = 15.0  # between two lines of progress
Health = dict[str, Any]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A sign-in page is not the service: a redirect is an answer, not a way."""

    def redirect_request(self, *words: Any) -> None:
        """Follow nothing."""


def ask(url: str, token: str = "", seconds: float = TRY_S) -> Health:
    """Return what a service's health route answers.

    Raises
    ------
    KitError
        With exit code 3 for a 4xx, else 4: it cannot be reached, fails, or is another service.
    """
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(f"{url.rstrip('/')}/healthz", headers=headers)
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=seconds) as response:
            found = json.loads(response.read(1 << 16))
    except urllib.error.HTTPError as error:
        code = 3 if 400 <= error.code < 500 else 4
        raise KitError(f"{url}: its health route answers {error.code}", code) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise KitError(f"{url}: its health route does not answer ({reason})", 4) from None
    if not isinstance(found, dict) or found.get("status") != "ok":
        raise KitError(f"{url}: its health route is that of another service", 4)
    return found


def version(url: str) -> str:
    """Return the version that answers, or an empty text; a service at rest has time to start."""
    try:
        found = str(ask(url, seconds=START_S).get("version"))
    except KitError:
        return ""
    return found if re.fullmatch("[0-9a-f]{12}", found) else ""


def wait(url: str, version: str, seconds: float, token: str, say: Callable[[str], None]) -> Health:
    """Wait until a version answers; return its health.

    Parameters
    ----------
    say : function
        Called with a line about what is waited for.

    Raises
    ------
    KitError
        With exit code 4 if the version does not answer in time.
    """
    start = said = time.monotonic()
    while True:
        try:
            found = ask(url, token, min(TRY_S, max(1.0, seconds)))
            seen = f"{url}: version {found.get('version', 'unknown')} answers"
            if found.get("version") == version:
                return found
        except KitError as error:
            seen = str(error)
        now = time.monotonic()
        if now - start >= seconds:
            what = f"version {version} does not answer after {seconds:g} s"
            raise KitError(f"{seen}; {what}; see the cloud's reason below", 4)
        if now - said >= NOTE_S:
            say(f"waiting for version {version} ({now - start:.0f} s): {seen}")
            said = now
        time.sleep(min(PAUSE_S, max(0.1, start + seconds - now)))
