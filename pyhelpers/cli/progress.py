"""Progress bar on standard error, with rate and time left."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

PROGRESS_AFTER_S = 2.0


class Steps:
    """Count the bytes (or steps) done, and show a bar once that takes long.

    Call it with the number done since the last call.
    """

    def __init__(self, label: str, total: int | None, in_bytes: bool, shown: bool) -> None:
        self._what = label, total, in_bytes
        self._due = time.monotonic() + PROGRESS_AFTER_S if shown else float("inf")
        self._done, self._bar = 0, None

    def __call__(self, step: int) -> None:
        """Add to what is done."""
        self._done += step
        if self._bar is None and time.monotonic() > self._due:
            self._bar = _new_bar(*self._what)
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self._done)

    def hide(self) -> None:
        """Remove the bar for good, before other output."""
        self._due = float("inf")
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


@contextmanager
def progress(label: str, total: int | None = None, in_bytes: bool = True) -> Iterator[Steps]:
    """Show a bar with rate and time left on stderr: on a terminal, for work past two seconds.

    Parameters
    ----------
    total : int or None
        How many there will be; None shows the time that has passed instead.
    in_bytes : bool
        Show bytes, as 12.3/45.6 MB; False shows steps, as 12/45.

    Yields
    ------
    Steps
        Call it with the number of bytes (or steps) done since its last call; hide it before other
        output to the terminal.
    """
    terminal = sys.stderr is not None and sys.stderr.isatty()
    shown = terminal and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")
    steps = Steps(label, total, in_bytes, shown)
    try:
        yield steps
    finally:
        steps.hide()


@contextmanager
def status() -> Iterator[Callable[[str], None]]:
    """Show one line on stderr that changes: on a terminal, for work past two seconds.

    Yields
    ------
    function
        Call it with the line to show.
    """
    terminal = sys.stderr is not None and sys.stderr.isatty()
    shown = terminal and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")
    due, line = time.monotonic() + PROGRESS_AFTER_S, None

    def show(text: str) -> None:
        nonlocal line
        if line is None and shown and time.monotonic() > due:
            from rich.console import Console

            line = Console(stderr=True).status("")
            line.start()
        if line is not None:
            from rich.text import Text

            line.update(Text(text))

    try:
        yield show
    finally:
        if line is not None:
            line.stop()


def _new_bar(label: str, total: int | None, in_bytes: bool) -> Any:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        *((DownloadColumn(), TransferSpeedColumn()) if in_bytes else (MofNCompleteColumn(),)),
        TimeElapsedColumn() if total is None else TimeRemainingColumn(),
        TextColumn("so far" if total is None else "left"),
        console=Console(stderr=True),
        transient=True,
    )
    bar.add_task(label, total=total)
    bar.start()
    return bar
