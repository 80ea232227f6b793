"""Bearer token of the service, from a file or from the environment."""

import os
import stat

from pyhelpers import KitError


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
