"""Bearer tokens: from a file that nobody else can read, or from the environment."""

import os
import stat

from pyhelpers import KitError


def read_token(file: str | None) -> str | None:
    """Return the token of a file's first line, else of $BEACHHEAD_TOKEN; None where there is none.

    Raises
    ------
    KitError
        For a file that cannot be read or that other users of this machine can read, and where the
        token is empty: that is an open door which somebody believes to be locked.
    """
    if file is None:
        token = os.environ.get("BEACHHEAD_TOKEN")
        if token is None:
            return None
        if not token.strip():
            raise KitError("BEACHHEAD_TOKEN is empty; give it a token, or unset it")
        return token.strip()
    with open(file, encoding="utf-8") as stream:
        token = stream.readline().strip()
        mode = os.fstat(stream.fileno()).st_mode
    if not token:
        raise KitError(f"{file}: its first line is empty; write the token there")
    if stat.S_ISREG(mode) and mode & 0o077:
        raise KitError(f"{file}: others can read it; chmod 600 it, and choose a new token")
    return token
