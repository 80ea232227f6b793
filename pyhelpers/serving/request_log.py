"""Log of requests and responses as JSON lines: sampled, limited in size, written by a thread."""

import fcntl
import json
import os
import queue
import random
import stat
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from pyhelpers import KitError
from pyhelpers.model.schema import Feature, Value
from pyhelpers.model.values import date_text
from pyhelpers.serving.http_protocol import Request, Response
from pyhelpers.serving.predictions import Predicted

WAITING = 100_000  # rows that may wait to be written; requests beyond are dropped and counted
MOST_ROWS = 1000  # rows of one request that are logged, the first ones
CLOSE_S = 5.0  # how long the end of the service waits for what is not yet written


def open_log(path: str) -> int:
    """Return a descriptor that appends to a log, which only its owner can read.

    Raises
    ------
    KitError
        For a path that is not a regular file, and for a log that another process writes.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        file = os.open(path, flags, 0o600)
    except OSError as error:
        raise KitError(f"{path}: {error.strerror}; choose another file with --log") from None
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise KitError(f"{path}: is not a regular file; choose another with --log")
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        what = "is the log of another process"
        raise KitError(f"{path}: {what}; choose another file with --log") from None
    except KitError:
        os.close(file)
        raise
    return file


def entry(
    features: Sequence[Feature], request: Request, response: Response, seconds: float, now: float
) -> dict[str, Any]:
    """Return what is logged of a request for predictions: its rows as objects, and no header."""
    made: dict[str, Any] = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)),
        "path": request.path,
        "status": response.status,
        "seconds": round(seconds, 6),
    }
    found = response.detail
    if not isinstance(found, Predicted):
        return made | {"error": json.loads(response.body).get("error")}
    if len(found.rows) > MOST_ROWS:
        made["of_rows"] = len(found.rows)
    rows = [
        {of.name: logged(of, value) for of, value in zip(features, row, strict=True)}
        for row in found.rows[:MOST_ROWS]
    ]
    return made | {"rows": rows, "predictions": list(found.answers[:MOST_ROWS])}


def logged(feature: Feature, value: Value) -> Value:
    """Return a value as a request may send it: a date, which a row holds in days, as a text."""
    dated = feature.kind == "date" and isinstance(value, float)
    return date_text(float(value), feature.form) if dated and value is not None else value


class RequestLog:
    """A log file; `add` never waits for it.

    Parameters
    ----------
    path : str
        The file; when it is full, it becomes PATH.1 in place of the one before.
    features : sequence of Feature
        The model's fields.
    share : float
        Share of requests that are logged, chosen at random.
    most_bytes : int
        Largest size of the file.
    warn : function
        Called with a message when the file cannot be written, once until it can again.

    Attributes
    ----------
    written, dropped : int
        Requests written, and requests lost: the file was too slow or could not be written.
    """

    def __init__(
        self,
        path: str,
        features: Sequence[Feature],
        share: float = 1.0,
        most_bytes: int = 100_000_000,
        warn: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._path, self._features, self._share = path, features, share
        self._most, self._warn = most_bytes, warn
        self._file: int | None = open_log(path)
        self._size = os.fstat(self._file).st_size
        self.written = self.dropped = 0
        self._failing = False
        self._random, self._lock = random.Random(), threading.Lock()
        self._waiting = 0
        self._queue: queue.SimpleQueue[tuple[int, Callable[[], dict[str, Any]]] | None]
        self._queue = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_all, daemon=True)
        self._thread.start()

    def add(self, request: Request, response: Response, seconds: float) -> None:
        """Log a request for predictions and its response, if it is in the sample."""
        if self._share < 1 and self._random.random() >= self._share:
            return
        found, now = response.detail, time.time()
        rows = min(MOST_ROWS, len(found.rows)) if isinstance(found, Predicted) else 1
        head = Request(request.method, request.path)  # neither token nor body is kept
        with self._lock:
            if self._waiting + rows > WAITING:
                self.dropped += 1
                return
            self._waiting += rows
        self._queue.put((rows, lambda: entry(self._features, head, response, seconds, now)))

    def close(self) -> None:
        """Write what waits, for a while, and end."""
        self._queue.put(None)
        self._thread.join(CLOSE_S)

    def _write_all(self) -> None:
        while (waiting := self._queue.get()) is not None:
            rows, make = waiting
            try:
                text = json.dumps(make(), ensure_ascii=False) + "\n"
                self._write(text.encode(errors="backslashreplace"))  # half a character: its escape
                self.written += 1
                self._failing = False
            except Exception as error:  # whatever it is, the next request is logged
                self.dropped += 1
                self._fail(error)
            with self._lock:
                self._waiting -= rows

    def _write(self, data: bytes) -> None:
        """Append a line; if there is no room for all of it, nothing."""
        if self._file is None or (self._size and self._size + len(data) > self._most):
            self._rotate()
        elif not self._is_there():
            self._reopen()
        assert self._file is not None
        try:
            sent = 0
            while sent < len(data):
                sent += os.write(self._file, data[sent:])
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(data)

    def _rotate(self) -> None:
        """Rename a full file and open a new one."""
        if self._is_there():
            os.replace(self._path, self._path + ".1")
        self._reopen()

    def _is_there(self) -> bool:
        """Return whether the path still names the file that is written: nobody has moved it."""
        try:
            return self._file is not None and os.path.samestat(
                os.fstat(self._file), os.stat(self._path)
            )
        except FileNotFoundError:
            return False

    def _reopen(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
        self._file = open_log(self._path)
        self._size = os.fstat(self._file).st_size

    def _fail(self, error: Exception) -> None:
        if not self._failing:
            reason = getattr(error, "strerror", None) or error
            again = "the log goes on when it can be written"
            self._warn(f"{self._path}: requests are not logged ({reason}); {again}")
        self._failing = True
