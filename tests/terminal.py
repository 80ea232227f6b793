"""A terminal of one's own: a command in it, keys typed, what it draws, whom it leaves behind."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tests.processes import lives

PATIENCE_S = 60


class Terminal:
    """A command whose standard error is a terminal of 100 columns, in a session of its own.

    Standard input is the terminal too, unless something else is given, and so is standard output.
    Ctrl-C reaches the command and all that it started, as it does in a shell.
    """

    def __init__(
        self, words: list[str], variables: dict[str, str], stdin: Any = None, stdout: Any = None
    ) -> None:
        self._leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
        self.process = subprocess.Popen(
            words,
            env={"TERM": "xterm-256color"} | variables,
            stdin=follower if stdin is None else stdin,
            stdout=follower if stdout is None else stdout,
            stderr=follower,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(2, termios.TIOCSCTTY, 0),
        )
        os.close(follower)
        self.drawn = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        """Take in what is drawn, at once: a terminal that nobody reads would hold the command."""
        with open(self._leader, "rb", buffering=0) as screen, suppress(OSError):  # Linux: its end
            while data := screen.read(1 << 16):
                self.drawn += data.decode(errors="replace")

    def wait_for(self, text: str) -> None:
        """Wait until the terminal has shown a text."""
        self.wait_until(lambda: text in self.drawn)

    def wait_until(self, happened: Callable[[], bool]) -> None:
        """Wait until something has happened."""
        end = time.monotonic() + PATIENCE_S
        while not happened():
            assert time.monotonic() < end, f"still waiting; the terminal shows {self.drawn!r}"
            time.sleep(0.005)

    def press(self, keys: str) -> None:
        """Type keys."""
        os.write(self._leader, keys.encode())

    def end(self) -> int:
        """Wait for the command; return its exit code as a shell reports it."""
        try:
            code = self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.leaves_nobody()
            raise
        self._reader.join(PATIENCE_S)
        return code if code >= 0 else 128 - code

    def leaves_nobody(self) -> bool:
        """Return whether all processes of the command are gone, at once or soon."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if not lives(self.process.pid):
                return True
            time.sleep(0.1)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        return False
