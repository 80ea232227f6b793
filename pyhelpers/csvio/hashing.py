"""Hashes: a stream that remembers what was read from it, for the card to name."""

import hashlib
import io
from typing import IO


class Hashed(io.RawIOBase):
    """A stream that remembers the SHA-256 of what was read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.digest = stream, hashlib.sha256()

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into a buffer; return how many bytes."""
        chunk = self._stream.read1(len(buffer))  # type: ignore[attr-defined]
        self.digest.update(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)
