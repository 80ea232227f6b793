"""Caches: files of our own that may be lost at any time, in folders that others may reach too."""

import os
from stat import S_ISREG

from pyhelpers import KitError
from pyhelpers.files import write_whole


def read_kept(path: str) -> bytes | None:
    """Return what a cache holds; None where there is no regular file of this user's own."""
    try:
        # A named pipe in its place would be waited for, a link might lead to anything.
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
    """Put a file into a cache, in place of whatever has its name; tell whether that was done.

    A link is replaced, not followed, and nothing is put into a folder of another user's.
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
