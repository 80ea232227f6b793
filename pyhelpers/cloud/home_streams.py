"""Streams of an archive of a home: compressed by zstd or gzip, encrypted by age or openssl.

What openssl encrypts is `MAGIC`, a salt, a check of the key, openssl's output, and at the end an
HMAC-SHA-256 of all before it, since `openssl enc` itself notices neither a wrong key nor a cut.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import os
import re
import shutil
from contextlib import ExitStack, contextmanager, suppress
from typing import IO, Any, Callable, Iterator

from pyhelpers import KitError
from pyhelpers.cloud.program_streams import BLOCK, Filter, Joined, Limited, Source

MAGIC = b"BEACHHEAD HOME 1\n"
AGE_MAGIC, GZIP_MAGIC, ZSTD_MAGIC = b"age-encryption.org/v1\n", b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
SALT, CHECK, MAC = 16, 16, 32
ROUNDS = 600_000  # of PBKDF2-HMAC-SHA-256: OWASP's number of 2023
PUBLIC = re.compile(rb"^(age1[0-9a-z]+|ssh-(ed25519|rsa) )", re.MULTILINE)
PRIVATE = re.compile(rb"^(AGE-SECRET-KEY-|-----BEGIN [A-Z ]*PRIVATE KEY)", re.MULTILINE)


class Key:
    """What encrypts an archive: a file of age's keys, or a secret that openssl uses.

    Attributes
    ----------
    path : str
        The file of age's or SSH keys, "" where `secret` is used.
    public : bool
        Whether the file holds public keys, with which an archive can be written but not read.
    """

    def __init__(self, path: str = "", secret: bytes = b"") -> None:
        self.path, self.secret, self.public = path, secret, False
        if path:
            try:
                with open(path, "rb") as stream:
                    text = stream.read(1 << 20)
            except OSError as error:
                raise KitError(f"{path}: {error.strerror}; name a file with a key") from None
            self.public = PUBLIC.search(text) is not None and PRIVATE.search(text) is None
            if not self.public and PRIVATE.search(text) is None:
                self.path, self.secret = "", text.rstrip(b"\r\n")
                if not self.secret:
                    raise KitError(f"{path}: is empty; write a long random text into it")

    def derived(self, salt: bytes) -> tuple[bytes, bytes, bytes]:
        """Return openssl's secret, the HMAC's and the check of the key."""
        master = hashlib.pbkdf2_hmac("sha256", self.secret, salt, ROUNDS)
        encrypt, sign, check = (
            hmac.new(master, word, "sha256").digest() for word in (b"encrypt", b"sign", b"check")
        )
        return encrypt.hex().encode(), sign, check[:CHECK]

    def mark(self, salt: bytes) -> str:
        """Return a hash by which the state folder knows the key again."""
        if not self.path:
            return self.derived(salt)[2].hex()
        with open(self.path, "rb") as stream:
            return hashlib.sha256(stream.read()).hexdigest()


def _library() -> Any:
    """Return the module with ZstdFile, of Python 3.14 or of the kit's packages; None without."""
    for name in ("compression.zstd", "backports.zstd"):
        with suppress(ImportError):
            return __import__(name, fromlist=["ZstdFile"])
    return None


@contextmanager
def writing(sink: IO[bytes], key: Key | None, salt: bytes) -> Iterator[Any]:
    """Yield a stream whose bytes are compressed, then encrypted, then written to `sink`."""
    with ExitStack() as stack:
        raw: Any = sink
        if key and key.path:
            option = "-R" if key.public else "-i"
            raw = _entered(stack, Filter(["age", "-e", option, key.path], sink.write))
        elif key:
            secret, sign, check = key.derived(salt)
            signed = hmac.new(sign, digestmod="sha256")

            def put(block: bytes) -> None:
                signed.update(block)
                sink.write(block)

            put(MAGIC + salt + check)
            stack.callback(lambda: sink.write(signed.digest()))
            raw = _entered(stack, Filter([*OPENSSL, "-salt"], put, secret))
        yield _compressor(stack, raw)


OPENSSL = ("openssl", "enc", "-aes-256-ctr", "-pbkdf2", "-md", "sha256", "-pass", "fd:FD")


def _entered(stack: ExitStack, filter: Filter) -> Filter:
    """Close the filter at the end of the stack; abandon it after an error."""

    def leave(kind: Any, error: Any, trace: Any) -> None:
        filter.abandon() if kind else filter.close()

    stack.push(leave)
    return filter


def _compressor(stack: ExitStack, raw: Any) -> Any:
    if shutil.which("zstd"):
        return _entered(stack, Filter(["zstd", "-q", "-3", "-T0", "--check", "-c"], raw.write))
    library = _library()
    if library:
        options = {library.CompressionParameter.checksum_flag: 1}
        return stack.enter_context(library.ZstdFile(raw, "wb", options=options))
    return stack.enter_context(gzip.GzipFile("", "wb", 6, raw, mtime=0))


@contextmanager
def reading(stream: IO[bytes], name: str, key: Callable[[], Key | None]) -> Iterator[Any]:
    """Yield a stream of the bytes that `writing` was given.

    Parameters
    ----------
    name : str
        Of the archive, for messages.
    key : function
        Called where the archive is encrypted; it may ask.

    Raises
    ------
    KitError
        For a wrong key and, at the latest at the end of the stream, for an archive that was cut or
        changed.
    """
    with ExitStack() as stack:
        stream.seek(0)
        head = stream.read(max(len(MAGIC), len(AGE_MAGIC)))
        stream.seek(0)
        raw: Any = stream
        if head.startswith(MAGIC):
            raw = _decrypted(stream, name, _needed(key, name))
            stack.callback(raw.close)
        elif head.startswith(AGE_MAGIC):
            held = _needed(key, name)
            if not held.path or held.public:
                what = "a public key" if held.public else "no key of age's"
                raise KitError(f"{name}: is encrypted by age, and the key file holds {what}")
            raw = Source(["age", "-d", "-i", held.path], stream)
            stack.callback(raw.close)
        start = raw.read(4)
        yield _decompressed(stack, Joined(start, raw), start, name)


def _needed(key: Callable[[], Key | None], name: str) -> Key:
    held = key()
    if held is None:
        raise KitError(f"{name}: is encrypted; add --key FILE, or --encrypt to be asked", 2)
    return held


def _decompressed(stack: ExitStack, raw: Any, start: bytes, name: str) -> Any:
    if start[:2] == GZIP_MAGIC:
        return stack.enter_context(gzip.GzipFile("", "rb", fileobj=raw))
    if start != ZSTD_MAGIC:
        raise KitError(f"{name}: is not an archive of cloud-env pack; check its name")
    if shutil.which("zstd"):
        source = Source(["zstd", "-q", "-d", "-c"], raw)
        stack.callback(source.close)
        return source
    library = _library()
    if library is None:
        raise KitError("zstd is missing, which unpacks this archive; run install.sh", 127)
    return stack.enter_context(library.ZstdFile(raw, "rb"))


def _decrypted(stream: IO[bytes], name: str, key: Key) -> Source:
    """Check the key, then every byte, and only then decrypt."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    head = stream.read(len(MAGIC) + SALT + CHECK)
    if key.path:
        raise KitError(f"{name}: is encrypted by openssl, and the key file is one of age's")
    secret, sign, check = key.derived(head[len(MAGIC) : len(MAGIC) + SALT])
    if not hmac.compare_digest(check, head[-CHECK:]):
        raise KitError(f"{name}: the key does not fit; use the one it was packed with")
    signed, body = hmac.new(sign, head, "sha256"), Limited(stream, size - len(head) - MAC)
    for block in iter(lambda: body.read(BLOCK), b""):
        signed.update(block)
    if not hmac.compare_digest(signed.digest(), stream.read(MAC)):
        raise KitError(f"{name}: was cut or changed after it was packed; take another copy")
    stream.seek(len(head))
    return Source([*OPENSSL, "-d"], Limited(stream, size - len(head) - MAC), secret)  # type: ignore[arg-type]
