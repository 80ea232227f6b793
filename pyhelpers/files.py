"""Write files and folders that appear whole or not at all; read and write cache files."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from stat import S_ISREG
from typing import IO, NoReturn

from pyhelpers import KitError

NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)  # errors of writing only


class EndedError(BaseException):
    """A signal asked the program to end; raised so that half-written files are removed first."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


ENDING = (signal.SIGTERM, signal.SIGHUP)


def _end(signum: int, frame: object) -> NoReturn:
    for number in ENDING:  # ignore further signals during clean-up
        signal.signal(number, signal.SIG_IGN)
    raise EndedError(signum)


@contextmanager
def orderly_end() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise EndedError while the block runs, as Ctrl-C raises its own.

    Use it only where files have to be removed: elsewhere a signal ends the program at once, even
    in the middle of a library's long call, where Python's handlers have to wait.
    """
    import threading

    here = threading.current_thread() is threading.main_thread()
    ours = [n for n in ENDING if here and signal.getsignal(n) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in ours:
            if signal.getsignal(number) is _end:
                signal.signal(number, signal.SIG_DFL)


def trusted_target(path: str) -> str:
    """Return a path with its links resolved; refuse another user's link in a shared folder.

    Linux refuses it by default (fs.protected_symlinks), but not for a rename.
    """
    folder = os.path.dirname(os.path.abspath(path))
    if os.path.islink(path):
        owner, shared = os.lstat(path).st_uid, os.stat(folder)
        anyone = shared.st_mode & 0o1002 == 0o1002  # sticky, and anyone may write
        if anyone and owner not in (os.geteuid(), shared.st_uid):
            raise KitError(f"{path}: is another user's symbolic link; choose another name")
    return os.path.realpath(path)


def refuse_input_as_output(output: str | None, inputs: Iterable[str]) -> None:
    """Raise a KitError where a file that is read is the one to be written, as `cat` does.

    Parameters
    ----------
    output : str or None
        None or "" is standard output: `command FILE >>FILE` would read what it writes.
    inputs : iterable of str
        Names of files and folders; - is standard input. Pipes and addresses are passed over.
    """
    written = _identity(output or 1)
    for name in inputs if written else ():
        if _identity(0 if name == "-" else name) == written or output and _holds(name, output):
            raise KitError(f"{output or name}: input file is output file; write to another file")


def _holds(folder: str, file: str) -> bool:
    """Return whether a file is one of those in a folder that are read as a table."""
    path = os.path.realpath(file)
    inside = os.path.isdir(folder) and path.startswith(os.path.join(os.path.realpath(folder), ""))
    return inside and not os.path.basename(path).startswith((".", "_"))


def _identity(file: str | int) -> tuple[int, int] | None:
    """Return what tells a regular file from all others; None where it is not one."""
    try:
        status = os.stat(file)
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if S_ISREG(status.st_mode) else None


@contextmanager
def signals_deferred(
    numbers: Iterable[int] = (signal.SIGINT, *ENDING), once: bool = False
) -> Iterator[None]:
    """Defer Ctrl-C, SIGTERM and SIGHUP while the block runs: one that comes is handled after it.

    Blocking them would defer nothing: where a library has threads, one of them receives the signal
    and Python runs its handler in the main thread all the same.

    Parameters
    ----------
    once : bool
        Whether a second signal of one kind is handled at once: the block may last.
    """
    import threading

    if threading.current_thread() is not threading.main_thread():  # where Python runs no handler
        yield
        return
    came: list[int] = []
    handlers = {number: signal.getsignal(number) for number in numbers}

    def defer(signum: int, frame: object) -> None:
        if once and signum in came:
            came.clear()
            signal.signal(signum, handlers[signum])
            signal.raise_signal(signum)
        came.append(signum)

    try:
        with ExitStack() as restored:
            for number, handler in handlers.items():
                if handler not in (signal.SIG_IGN, None):
                    signal.signal(number, defer)
                    restored.callback(signal.signal, number, handler)
            yield
    finally:
        for signum in came:
            signal.raise_signal(signum)


@contextmanager
def write_whole(path: str, follow: bool = True) -> Iterator[IO[bytes]]:
    """Write a file that appears whole or not at all: temporary file beside it, fsync, rename.

    An existing file keeps its mode. A symbolic link is followed, so that it keeps pointing at the
    file; with `follow=False` the new file replaces the link.
    """
    import tempfile

    target = trusted_target(path) if follow else os.path.abspath(path)
    if (
        follow and os.path.exists(target) and not os.path.isfile(target)
    ):  # /dev/stdout, a named pipe
        with open(target, "wb") as device:
            yield device
        return
    folder, name = os.path.split(target)
    temporary = ""
    with orderly_end():
        try:
            with signals_deferred():
                try:
                    handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
                except OSError as error:
                    what = f"{path}: cannot be written ({error.strerror}); check the folder"
                    raise KitError(what) from None
            with os.fdopen(handle, "wb") as stream:
                yield stream
                stream.flush()
                os.fchmod(stream.fileno(), mode_for(target))
                os.fsync(stream.fileno())
            os.replace(temporary, target)
        except BaseException as error:
            with suppress(FileNotFoundError):  # not made yet, or already renamed
                os.unlink(temporary)
            if isinstance(error, OSError) and error.errno in NO_ROOM:
                error.filename = error.filename or path
            raise


def umasked(mode: int) -> int:
    """Return a mode without the bits that the umask removes."""
    umask = os.umask(0)
    os.umask(umask)
    return mode & ~umask


def mode_for(target: str) -> int:
    """Return an existing file's mode; for a new file the mode that the umask allows."""
    if os.path.isfile(target) and not os.path.islink(target):
        return os.stat(target).st_mode & 0o7777
    return umasked(0o666)


@contextmanager
def write_whole_folder(path: str, replace: bool = True) -> Iterator[str]:
    """Write a folder that appears whole or not at all: yield a draft beside it, then rename it.

    Parameters
    ----------
    path : str
        The folder's path; a symbolic link is followed.
    replace : bool
        Replace an existing file or folder, which is removed last; False allows only an empty
        folder.
    """
    import shutil
    import tempfile

    target = trusted_target(path)
    folder, name = os.path.split(target)
    draft = ""
    with orderly_end():
        try:
            with signals_deferred():
                draft = tempfile.mkdtemp(prefix=f".{name}.", dir=folder)
            os.chmod(draft, umasked(0o777))
            yield draft
            if replace:
                _swap(draft, target)
            else:
                os.rename(draft, target)
        finally:
            if draft:
                shutil.rmtree(draft, ignore_errors=True)


def _swap(draft: str, target: str) -> None:
    """Replace what has the target's name by a finished folder, with signals deferred."""
    if not os.path.lexists(target):
        os.rename(draft, target)
        return
    old = draft + ".old"
    with signals_deferred():
        os.rename(target, old)
        try:
            os.rename(draft, target)
        except OSError:
            os.rename(old, target)
            raise
        if os.path.isdir(old):
            import shutil

            shutil.rmtree(old)
        else:
            os.unlink(old)


def open_kept(path: str) -> IO[bytes] | None:
    """Open a cache file; None unless it is a regular file that this user owns."""
    try:
        # Opening a named pipe would block, and a link might lead anywhere.
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    found = os.fstat(fd)
    if not S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        os.close(fd)
        return None
    return open(fd, "rb")


def read_kept(path: str) -> bytes | None:
    """Return a cache file's bytes; None unless it is a regular file that this user owns."""
    file = open_kept(path)
    if file is None:
        return None
    with file:
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
