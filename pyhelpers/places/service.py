"""Requests to public map services: a cache, a rate limit, retries, and errors in one line."""

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pyhelpers import KitError, __version__
from pyhelpers.address import encoded, open_address, redacted
from pyhelpers.files import keep, read_kept

if TYPE_CHECKING:
    from urllib.error import HTTPError

USER_AGENT = f"beachhead/{__version__} (a kit for cloud shells; one request a second)"
APART_S = 1.0  # between two requests, by Nominatim's usage policy
TRIES, FIRST_WAIT_S, LONGEST_WAIT_S = 4, 1.0, 60.0
TIMEOUT_S = 180
MOST_BYTES = 256 << 20  # of an answer
MOST_MESSAGE = 1 << 16  # bytes of an error that are read
PASSING = (429, 502, 503, 504)  # temporary errors, after which a request is sent again

Parse = Callable[[Any], Any]


def cache_folder() -> Path:
    """Return the folder of cached answers, by the XDG base directory specification."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(home) / "beachhead" / "maps"


@dataclass
class MapService:
    """Cache, rate limit and retries of requests.

    Attributes
    ----------
    folder : Path
        Folder of the cache, and of the time of the last request of any process.
    refresh : bool
        Whether to ignore cached answers.
    apart, first_wait : float
        Seconds between requests, and before the second try; it doubles with each.
    """

    folder: Path
    refresh: bool = False
    apart: float = APART_S
    first_wait: float = FIRST_WAIT_S

    def ask(self, url: str, body: bytes | None = None, parse: Parse = lambda found: found) -> Any:
        """Request JSON from a URL, by POST if there is a body; return the result of `parse`.

        Answers that `parse` accepts are cached without a time limit.

        Parameters
        ----------
        parse : function of the JSON value
            May raise LookupError, TypeError or ValueError for an answer in another format.

        Raises
        ------
        KitError
            With 3 when the server refuses, 4 when it cannot be reached, keeps failing, or its
            answer is not JSON of the documented format.
        """
        url = encoded(url)
        key = hashlib.sha256(url.encode() + b"\n" + (body or b"")).hexdigest()
        kept = self.folder / f"{key}.json"
        if not self.refresh and (known := read_kept(str(kept))) is not None:
            try:
                return _parsed(url, known, parse)
            except KitError:  # damaged, or of an older version: request it again
                pass
        answer = self._fetch(url, body)
        found = _parsed(url, answer, parse)
        keep(str(kept), answer)
        return found

    def _fetch(self, url: str, body: bytes | None) -> bytes:
        from http.client import HTTPException
        from urllib.error import HTTPError
        from urllib.request import Request

        request = Request(url, body, headers={"User-Agent": USER_AGENT})
        wait = self.first_wait
        for tries_left in range(TRIES - 1, -1, -1):
            self._keep_pace()
            try:
                with open_address(request, TIMEOUT_S) as response:
                    content: bytes = response.read(MOST_BYTES + 1)
                    left = response.length  # what Content-Length promised and did not come
                if len(content) > MOST_BYTES:
                    raise KitError(f"{_host(url)}: sends more than 256 MB; ask for less", 4)
                if left:
                    raise ConnectionError(f"the answer ended {left} bytes early")
                return content
            except HTTPError as error:
                if error.code not in PASSING or not tries_left:
                    raise _refusal(url, error) from None
                wait = max(wait, _retry_after(error))
            except (OSError, HTTPException) as error:  # URLError is an OSError
                reason = getattr(error, "reason", error)
                if not tries_left:
                    raise KitError(
                        f"{_host(url)}: cannot be reached ({_one_line(reason)})", 4
                    ) from None
            except ValueError:  # urllib's, for a redirection to no address
                raise KitError(f"{_host(url)}: redirects to an invalid address", 4) from None
            time.sleep(min(wait, LONGEST_WAIT_S))
            wait *= 2
        raise AssertionError

    def _keep_pace(self) -> None:
        """Wait until the last request, of any process, was long enough ago."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # places are private
        mark = self.folder / "last-request"
        try:
            ago = time.time() - mark.stat().st_mtime
        except FileNotFoundError:
            ago = self.apart
        if 0 <= ago < self.apart:
            time.sleep(self.apart - ago)
        mark.touch()


def _host(url: str) -> str:
    shown = redacted(url)
    return urlsplit(shown).netloc or shown


def _refusal(url: str, error: "HTTPError") -> KitError:
    what = f"{_host(url)}: answered {error.code} {_one_line(error.reason)}{_message(error)}"
    if 300 <= error.code < 400:
        return KitError(f"{what}; the redirection fails, try another address", 4)
    if error.code in PASSING:
        return KitError(f"{what} {TRIES} times; try later", 3 if error.code == 429 else 4)
    return KitError(f"{what}; check the address and the request", 3 if error.code < 500 else 4)


def _message(error: "HTTPError") -> str:
    """Return the code and message in an error's JSON, as OSRM writes them; else nothing."""
    from http.client import HTTPException

    try:
        found = json.loads(error.read(MOST_MESSAGE))
        words = [found[key] for key in ("code", "message") if isinstance(found.get(key), str)]
    except (OSError, HTTPException, ValueError, AttributeError, RecursionError):
        return ""
    return f" ({_one_line(': '.join(words))})" if words else ""


def _retry_after(error: "HTTPError") -> float:
    """Return the seconds of a Retry-After header; 0 without one."""
    value = error.headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else 0.0


def _one_line(said: object) -> str:
    return " ".join(str(said).split())[:200]


def _parsed(url: str, answer: str | bytes, parse: Parse) -> Any:
    try:
        found = json.loads(answer, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise KitError(f"{_host(url)}: the answer is not JSON", 4) from None
    _check_remark(url, found)
    try:
        return parse(found)
    except KitError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        why = _one_line(error) or type(error).__name__
        raise KitError(
            f"{_host(url)}: the answer is not in the documented format ({why})", 4
        ) from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _check_remark(url: str, found: Any) -> None:
    """Raise a KitError for a query that failed half way, which Overpass reports in a remark."""
    remark = found.get("remark", "") if isinstance(found, dict) else ""
    if isinstance(remark, str) and "error" in remark.lower():
        raise KitError(f"{_host(url)}: {_one_line(remark)}; ask for less, or later", 4)
