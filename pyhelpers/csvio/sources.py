"""Open a file, a pipe, an address or a cloud transfer for reading bytes, decompressed."""

import io
import os
import sys
from collections.abc import Sequence
from typing import IO, BinaryIO, cast

from pyhelpers import KitError
from pyhelpers.address import redacted

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


def display_names(files: Sequence[str]) -> str:
    """Name files that are read as one table.

    >>> display_names(["-"]), display_names(["a.csv", "b.csv"])
    ('standard input', 'a.csv and 1 more')
    """
    more = f" and {len(files) - 1:,} more" if len(files) > 1 else ""
    return display_name(files[0]) + more


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
        if "://" in file:
            what = f"{display_name(file)}: is not an http or https address"
            raise KitError(f"{what}; sample-large-csv reads those of s3, gs and az, too") from None
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


def size_of(file: str | None) -> int | None:
    """Return a file's size in bytes; None for a pipe, an address or a compressed file."""
    if file is None or file == "-" or not os.path.isfile(file):
        return None
    with open(file, "rb") as stream:
        head = stream.read(6)
        packed = any(head.startswith(magic) for magic in MAGIC)
        return None if packed else os.fstat(stream.fileno()).st_size or None  # /proc says 0


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


class HashingReader(io.RawIOBase):
    """A stream that computes the SHA-256 of what is read from it, and may keep a copy."""

    def __init__(self, stream: IO[bytes], copy: IO[bytes] | None = None) -> None:
        import hashlib

        self._stream, self._copy, self.digest = stream, copy, hashlib.sha256()

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into a buffer; return how many bytes."""
        chunk = self._stream.read1(len(buffer))  # type: ignore[attr-defined]
        self.digest.update(chunk)
        if self._copy is not None:
            self._copy.write(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)


# What cloud_cat of bin/lib/source-cloud.sh writes before and behind the object.
BLANKS, VERSION = 1 << 20, 200
WORDS, LENGTH, CODE = 4000, 20, 3
TRAILER = WORDS + LENGTH + CODE
CHUNK = 1 << 16
SHOWN = 240  # characters of a CLI's message


class Transfer(io.RawIOBase):
    """The output of a cloud's CLI, with a trailer that reports success or failure.

    Parameters
    ----------
    offset : int, optional
        The first byte's place in the object; given where its version precedes its bytes.

    Attributes
    ----------
    version : list of str
        What a changed object would have differently, and its size; empty if that is not known.

    The last `TRAILER` bytes are the CLI's standard error, padded, the length of the object, blank
    if it is not known beforehand, and the CLI's exit code.
    """

    def __init__(self, fd: int, url: str, offset: int | None = None) -> None:
        self._fd, self._url, self._held, self._passed = fd, url, b"", offset or 0
        self._read(BLANKS)
        self.version: list[str] = []
        if offset is not None:
            start, *self.version = self._read(VERSION).decode().split() or [""]
            if start != str(offset):  # the script asked where to begin before the job was locked
                raise KitError(f"{url}: another run of this job was at work; run it again")

    def _read(self, left: int) -> bytes:
        """Read what comes before the object; return the last of it."""
        piece = b""
        while left and (chunk := os.read(self._fd, min(left, CHUNK))):
            left -= len(chunk)
            piece = (piece + chunk)[-VERSION:]
        return piece

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
