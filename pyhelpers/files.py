"""Files: bytes in from a file, a pipe or a URL, decompressed; files out whole or not at all."""

import errno
import io
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, NoReturn, cast

from pyhelpers import KitError
from pyhelpers.redact import redacted
from pyhelpers.terminal import printable

NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)  # what only a write can meet
URL_SCHEMES = ("http://", "https://")

# Magic bytes of each container: gzip RFC 1952, bzip2, xz, Zstandard RFC 8878.
MAGIC = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "lzma",
    b"\x28\xb5\x2f\xfd": "zstd",
}


def display_name(file: str | None) -> str:
    """Name FILE for messages and reports; of an address nothing that is secret."""
    return "standard input" if file is None or file == "-" else redacted(file)


def _open_raw(file: str | None) -> BinaryIO:
    if file is None or file == "-":
        if sys.stdin is None:
            raise KitError("standard input is closed; name a FILE")
        return sys.stdin.buffer
    if file.lower().startswith(URL_SCHEMES):
        from pyhelpers.address import open_url

        return cast(BinaryIO, io.BufferedReader(open_url(file), 1 << 16))
    try:
        return open(file, "rb")
    except FileNotFoundError:
        raise KitError(f"{file}: no such file; check the path") from None
    except IsADirectoryError:
        raise KitError(f"{file}: is a folder; name a file in it") from None
    except PermissionError:
        raise KitError(f"{file}: may not be read; check its rights") from None


class _Decompressed(io.RawIOBase):
    """A decompressing reader whose failures are one line that names the file."""

    def __init__(self, stream: IO[bytes], name: str, kind: str) -> None:
        self._stream, self._name, self._kind = stream, name, kind

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            chunk = self._stream.read(len(buffer))
        except KitError:
            raise
        except EOFError:
            message = f"{self._name}: the {self._kind} data ends in the middle; fetch it again"
            raise KitError(message) from None
        except Exception as error:
            message = f"{self._name}: broken {self._kind} data ({error}); fetch it again"
            raise KitError(message) from None
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _decompressor(raw: BinaryIO, kind: str) -> IO[bytes]:
    if kind == "gzip":
        from isal import igzip  # inflates 2.4 times as fast as zlib

        return cast(IO[bytes], igzip.IGzipFile(fileobj=raw))  # type: ignore[no-untyped-call]
    if kind == "bz2":
        import bz2

        return bz2.BZ2File(raw)
    if kind == "lzma":
        import lzma

        return lzma.LZMAFile(raw)
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return cast(IO[bytes], zstd.ZstdFile(raw))


def open_source(file: str | None) -> BinaryIO:
    """Open FILE for reading bytes, decompressed by its magic bytes.

    Parameters
    ----------
    file : str or None
        A path, an http(s):// address, or None or "-" for standard input.

    Raises
    ------
    KitError
        When it cannot be opened, or, while reading, when a transfer or a compressed stream ends
        early or is broken: never a silent short read.
    """
    return open_stream(_open_raw(file), display_name(file))


def open_stream(raw: BinaryIO, name: str) -> BinaryIO:
    """Return a stream of bytes, decompressed by its magic bytes; `name` is for messages."""
    if not hasattr(raw, "peek"):
        raw = cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, raw)))
    head = cast(io.BufferedReader, raw).peek(6)[:6]
    for magic, kind in MAGIC.items():
        if head.startswith(magic):
            stream = _Decompressed(_decompressor(raw, kind), name, kind)
            return cast(BinaryIO, io.BufferedReader(stream, 1 << 16))
    return raw


def open_bytes(file: str | None) -> BinaryIO:
    """Open FILE, as a person typed it; a terminal is told that it is waited for."""
    if file in (None, "-") and sys.stdin and sys.stdin.isatty():
        sys.stderr.write("reading from the terminal; Ctrl-D ends it\n")
    return open_source(file)


def print_lines(lines: Iterable[str]) -> None:
    """Print lines as they are, line ends included, in UTF-8; to a terminal what is harmless."""
    sys.stdout.flush()
    text = "".join(lines)
    text = printable(text) if sys.stdout.isatty() else text
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


class EndedError(BaseException):
    """A signal asked the program to end: raised, so that what is half done is swept away first."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


ENDING = (signal.SIGTERM, signal.SIGHUP)


def _end(signum: int, frame: object) -> NoReturn:
    for number in ENDING:  # once is enough: nothing shall interrupt the sweeping
        signal.signal(number, signal.SIG_IGN)
    raise EndedError(signum)


@contextmanager
def orderly_end() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise EndedError while the block runs, as Ctrl-C raises its own.

    Only while there is something to sweep away: elsewhere a signal ends the program at once, also
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
    """Return where a path leads; a KitError where another user's link in a shared folder decides.

    As Linux has it by default (fs.protected_symlinks), for a rename is not covered by that.
    """
    folder = os.path.dirname(os.path.abspath(path))
    if os.path.islink(path):
        owner, shared = os.lstat(path).st_uid, os.stat(folder)
        anyone = shared.st_mode & 0o1002 == 0o1002  # sticky, and anyone may write
        if anyone and owner not in (os.geteuid(), shared.st_uid):
            raise KitError(f"{path}: is another user's symbolic link; choose another name")
    return os.path.realpath(path)


@contextmanager
def write_whole(path: str, follow: bool = True) -> Iterator[IO[bytes]]:
    """Write a file that appears whole or not at all: temp file beside it, fsync, rename.

    An existing file keeps its mode; a symbolic link keeps pointing at the file it names, unless
    it is not to be followed: then the file takes its place.
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
    with orderly_end():
        try:
            handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
        except OSError as error:
            what = f"{path}: cannot be written ({error.strerror}); check the folder"
            raise KitError(what) from None
        try:
            with os.fdopen(handle, "wb") as stream:
                yield stream
                stream.flush()
                os.fchmod(stream.fileno(), _mode_for(target))
                os.fsync(stream.fileno())
            os.replace(temporary, target)
        except BaseException as error:
            os.unlink(temporary)
            if isinstance(error, OSError) and error.errno in NO_ROOM:
                error.filename = error.filename or path
            raise


def umasked(mode: int) -> int:
    """Return what the umask leaves of a mode."""
    umask = os.umask(0)
    os.umask(umask)
    return mode & ~umask


def _mode_for(target: str) -> int:
    """Keep an existing file's mode; else what the umask allows."""
    if os.path.isfile(target) and not os.path.islink(target):
        return os.stat(target).st_mode & 0o7777
    return umasked(0o666)
