"""Programs as streams: what is written to one, or read from one, passes through it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from contextlib import suppress
from typing import IO, Any, Callable, Sequence

from pyhelpers import KitError

BLOCK = 1 << 18


class Filter:
    """A program that reads what is fed to it; a thread hands on what it prints."""

    def __init__(self, words: Sequence[str], sink: Callable[[bytes], Any], secret: bytes = b""):
        self._words, self._sink = words, sink
        self._error: BaseException | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = _start(words, subprocess.PIPE, self._said, secret)
        self._pump = threading.Thread(target=self._hand_on, daemon=True)
        self._pump.start()

    def _hand_on(self) -> None:
        try:
            for block in iter(lambda: self._process.stdout.read(BLOCK), b""):
                self._sink(block)
        except BaseException as error:
            self._error = error
            self._process.kill()

    def write(self, block: bytes) -> int:
        """Feed the program."""
        try:
            self._process.stdin.write(block)
        except BrokenPipeError:
            self.close()
            raise KitError(f"{self._words[0]} ended early; try again") from None
        return len(block)

    def flush(self) -> None:
        """Do nothing: the program prints when it likes."""

    def close(self) -> None:
        """End the input, wait, and raise what went wrong."""
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._pump.join()
        code = self._process.wait()
        if self._error:
            raise self._error
        _check(self._words, code, self._said)

    def abandon(self) -> None:
        """End the program without looking at what it says."""
        self._process.kill()
        self._process.wait()
        self._pump.join()


def _start(words: Sequence[str], stdin: Any, said: IO[bytes], secret: bytes) -> Any:
    """Start a program; a secret reaches it by descriptor 3's pipe, never by its arguments."""
    read, write = os.pipe()
    try:
        if secret:
            os.write(write, secret + b"\n")  # fits into a pipe
        words = [word.replace("FD", str(read)) if secret else word for word in words]
        return subprocess.Popen(
            words, stdin=stdin, stdout=subprocess.PIPE, stderr=said, pass_fds=(read,)
        )
    except FileNotFoundError:
        raise KitError(f"{words[0]} is missing; install it and try again", 127) from None
    finally:
        os.close(read)
        os.close(write)


def _check(words: Sequence[str], code: int, said: IO[bytes]) -> None:
    if code:
        said.seek(0)
        lines = said.read().decode(errors="replace").strip().splitlines() or [f"exit code {code}"]
        told = [line for line in lines if "report unexpected" not in line and line.strip()]
        raise KitError(f"{told[0] if told else lines[0]}; check the key and the archive")


class Source:
    """What a program makes of a stream, as a stream."""

    def __init__(self, words: Sequence[str], source: IO[bytes], secret: bytes = b"") -> None:
        self._words, self._source = words, source
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = _start(words, subprocess.PIPE, self._said, secret)
        self._pump = threading.Thread(target=self._feed, daemon=True)
        self._error: BaseException | None = None
        self._pump.start()

    def _feed(self) -> None:
        with suppress(BrokenPipeError), self._process.stdin as stdin:
            try:
                shutil.copyfileobj(self._source, stdin, BLOCK)
            except BrokenPipeError:  # the program has ended, and says why
                pass
            except BaseException as error:
                self._error = error
                self._process.kill()

    def read(self, count: int = -1) -> bytes:
        """Read; at the end, raise what went wrong."""
        block: bytes = self._process.stdout.read(count)
        if len(block) < count or count < 0:
            self._pump.join()
            code = self._process.wait()
            if self._error:
                raise self._error
            _check(self._words, code, self._said)
        return block

    def close(self) -> None:
        """End the program."""
        self._process.kill()
        self._process.stdout.close()
        self._process.wait()
        self._pump.join()


class Limited:
    """A part of a file, as a stream."""

    def __init__(self, stream: IO[bytes], count: int) -> None:
        self._stream, self._left = stream, count

    def read(self, count: int = -1) -> bytes:
        """Read at most what is left."""
        block = self._stream.read(max(self._left if count < 0 else min(count, self._left), 0))
        self._left -= len(block)
        return block


class Joined:
    """Bytes already read, and the rest of their stream."""

    def __init__(self, start: bytes, rest: Any) -> None:
        self._start, self._rest = start, rest

    def read(self, count: int = -1) -> bytes:
        """Read."""
        if not self._start:
            block: bytes = self._rest.read(count)
            return block
        start, self._start = self._start, b""
        if 0 <= count < len(start):
            start, self._start = start[:count], start[count:]
            return start
        return start + bytes(self._rest.read(count - len(start) if count >= 0 else -1))
