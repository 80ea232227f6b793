"""Caches: files that may be lost at any time, in folders that other users may write to."""

import os
from stat import S_ISREG

from pyhelpers import KitError
from pyhelpers.files import write_whole


def read_kept(path: str) -> bytes | None:
    """Return a cache file's bytes; None unless it is a regular file that this user owns."""
    try:
        # Opening a named pipe would block, and a link might lead anywhere.
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    found = os.fstat(fd)
    if not S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        os.close(fd)
        return None
    with open(fd, "rb") as file:
        return file.read()


def keep(path: str, data: bytes) -> bool:
    """Write a cache file, replacing one of the same name; return whether that was possible.

    A link is replaced, not followed; nothing is written into another user's folder.
    """
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if os.stat(folder).st_uid != os.geteuid():
            return False
        with write_whole(path, follow=False) as file:
            file.write(data)
    except (OSError, KitError):
        return False
    return True
