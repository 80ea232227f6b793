"""Folders out, whole or not at all."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from pyhelpers.files import ENDING, orderly_end, trusted_target, umasked


@contextmanager
def write_whole_folder(path: str, replace: bool = True) -> Iterator[str]:
    """Write a folder that appears whole or not at all: yield a draft beside it, then rename it.

    Parameters
    ----------
    path : str
        Where it is to stand; where a symbolic link leads, if it is one.
    replace : bool
        Whether it takes the place of what is there, which is gone only after that; else only an
        empty folder may be there.
    """
    target = trusted_target(path)
    folder, name = os.path.split(target)
    with orderly_end():
        draft = tempfile.mkdtemp(prefix=f".{name}.", dir=folder)
        try:
            os.chmod(draft, umasked(0o777))
            yield draft
            if replace:
                _swap(draft, target)
            else:
                os.rename(draft, target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _swap(draft: str, target: str) -> None:
    """Put a finished folder in place of what is there; no signal comes in between."""
    if not os.path.lexists(target):
        os.rename(draft, target)
        return
    old = draft + ".old"
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, *ENDING})
    try:
        os.rename(target, old)
        try:
            os.rename(draft, target)
        except OSError:
            os.rename(old, target)
            raise
        if os.path.isdir(old):
            shutil.rmtree(old)
        else:
            os.unlink(old)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
