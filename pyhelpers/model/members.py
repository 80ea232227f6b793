"""Read files of a model's folder or archive safely: regular files of a bounded size only."""

import errno
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pyhelpers import KitError

ARCHIVE = ".zip"
GONE = (errno.ENOENT, errno.ENOTDIR, errno.ESTALE)
Read = Callable[[str, int], bytes | None]  # name, size limit in bytes: content, None if not there


def open_regular(path: str) -> int:
    """Open a regular file without blocking on a named pipe; return its descriptor.

    Raises
    ------
    KitError
        For anything but a regular file.
    FileNotFoundError
        For a missing file.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in GONE:
            raise FileNotFoundError(path) from None
        raise KitError(f"{path}: cannot be read ({error.strerror}); check it") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise KitError(f"{path}: is not a regular file; copy the model again")
    return handle


def _too_large(path: str, size: int, limit: int) -> KitError:
    return KitError(f"{path}: has {size} bytes where at most {limit} are expected; copy it again")


def read_regular(path: str, limit: int) -> bytes:
    """Return the content of a regular file of at most `limit` bytes."""
    with os.fdopen(open_regular(path), "rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > limit:
            raise _too_large(path, size, limit)
        try:
            return stream.read(limit + 1)
        except (OSError, MemoryError) as error:
            raise KitError(f"{path}: cannot be read ({error}); copy the model again") from None


def identity(path: str, name: str) -> tuple[int, ...] | None:
    """Return the identity of a file in a folder, which changes when the file is replaced.

    The file is opened, since NFS asks its server only then. None for an archive, which is opened
    once.
    """
    if not os.path.isdir(path):
        return None
    try:
        handle = open_regular(os.path.join(path, name))
    except FileNotFoundError:
        return ()
    try:
        status = os.fstat(handle)
    finally:
        os.close(handle)
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns


@contextmanager
def opened(path: str) -> Iterator[Read]:
    """Yield a function that reads files of a folder or an archive."""
    if os.path.isdir(path):
        yield lambda name, limit: _of_folder(os.path.join(path, name), limit)
        return
    with os.fdopen(open_regular(path), "rb") as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except Exception as error:
            # zipfile raises a dozen types of errors, such as struct.error, for a broken archive.
            raise KitError(f"{path}: is not a model or a complete .zip ({error})") from None
        yield lambda name, limit: _of_archive(archive, path, name, limit)


def _of_folder(path: str, limit: int) -> bytes | None:
    try:
        return read_regular(path, limit)
    except FileNotFoundError:
        return None


def _of_archive(archive: zipfile.ZipFile, path: str, name: str, limit: int) -> bytes | None:
    if name not in archive.NameToInfo:
        return None
    size = archive.NameToInfo[name].file_size
    if size > limit:
        raise _too_large(f"{path}: {name}", size, limit)
    try:
        return archive.read(name)
    except Exception as error:  # as above
        raise KitError(f"{path}: a broken archive ({error}); copy it again") from None
