"""Read an object from a cloud's storage as its CLI writes it; report a transfer that fails."""

import io
import os

from pyhelpers import KitError

# What cloud_cat of bin/lib/source-cloud.sh writes before and behind the object.
BLANKS = 1 << 20
WORDS, LENGTH, CODE = 4000, 20, 3
TRAILER = WORDS + LENGTH + CODE
CHUNK = 1 << 16
SHOWN = 240  # characters of a CLI's message


class Transfer(io.RawIOBase):
    """The output of a cloud's CLI, with a trailer that reports success or failure.

    The last `TRAILER` bytes are the CLI's standard error, padded, the length of the object, blank
    if it is not known beforehand, and the CLI's exit code.
    """

    def __init__(self, fd: int, url: str) -> None:
        self._fd, self._url, self._held, self._passed = fd, url, b"", 0
        left = BLANKS
        while left and (blank := os.read(fd, min(left, CHUNK))):
            left -= len(blank)

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Fill the buffer's start; return how many bytes, 0 at the end of a complete object."""
        while len(self._held) <= TRAILER:
            chunk = os.read(self._fd, CHUNK)
            if not chunk:
                self._check()
                return 0
            self._held += chunk
        count = min(len(buffer), len(self._held) - TRAILER)
        buffer[:count] = self._held[:count]
        self._held = self._held[count:]
        self._passed += count
        return count

    def _check(self) -> None:
        code, length = self._held[-CODE:], self._held[WORDS:-CODE].decode().strip()
        if len(self._held) < TRAILER or not code.isdigit():
            raise KitError(f"{self._url}: the transfer broke off; try again", 4)
        if int(code):
            what, exit_code = outcome(self._held[:WORDS].decode("utf-8", "replace"), self._url)
            what = what or f"the transfer broke off with exit code {int(code)}; try again"
            raise KitError(f"{self._url}: {what}", exit_code)
        if length and length != str(self._passed):
            what = f"{self._passed} bytes came, where the object has {length}; try again"
            raise KitError(f"{self._url}: {what}", 4)


# How the CLIs name what went wrong; az's codes are those of the REST interface.
REFUSED = (
    r"\b40[0134]\b|denied|forbidden|NoSuch|NotFound|not found|not exist|no objects|permission"
    r"|Authenti\w+Failed|network rules"
)
UNREACHED = (
    r"could not connect|connection (broken|refused|reset|aborted)|new connection|endpoint URL"
    r"|timed out|IncompleteRead|retries exceeded|not resolve|\((429|5\d\d)\)|HTTPError (429|5\d\d)"
    r"|InternalError|ServerBusy|ServiceUnavailable|SlowDown"
)
ADVICE = {1: "check your login", 3: "check the name and your rights", 4: "try again"}


def outcome(words: str, url: str) -> tuple[str, int]:
    """Return a CLI's message as "what is wrong; what to do", and the exit code: 3, 4 or 1.

    gcloud and az write the error after ERROR: and continue, aws writes it last.

    >>> outcome("ERROR: (gcloud.storage.cat) gs://b not found: 404.", "gs://b/k")
    ('gs://b not found: 404; check the name and your rights', 3)
    """
    import re

    def has(pattern: str) -> bool:
        return re.search(pattern, text.replace(url, ""), re.IGNORECASE) is not None

    lines = [line for line in words.splitlines() if not re.match(r"RequestId:|Time:|\s*$", line)]
    errors = [step for step, line in enumerate(lines) if line.startswith("ERROR:")]
    said = " ".join(lines[errors[0] if errors else -1 :])
    text = re.sub(
        r"^(ERROR: *(\(gcloud[^)]*\) )?|download failed: .* to - |fatal error: )", "", said
    )
    code = 4 if has(UNREACHED) else 3 if has(REFUSED) else 1
    advice = "export AZURE_STORAGE_ACCOUNT" if has("storage account name") else ADVICE[code]
    if len(what := " ".join(text.split()).rstrip(".")) > SHOWN:
        what = what[:SHOWN].rpartition(" ")[0] + " ..."
    return what and f"{what}; {advice}", code
