"""Progress: a bar with rate and time left, for whoever waits at a terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

PROGRESS_AFTER_S = 2.0


@contextmanager
def progress(
    label: str, total: int | None = None, in_bytes: bool = True
) -> Iterator[Callable[[int], None]]:
    """Show a bar with rate and time left on stderr: on a terminal, for work past two seconds.

    Parameters
    ----------
    in_bytes : bool
        Whether steps are bytes, shown as 12.3/45.6 MB; else they are shown as 12/45.

    Yields
    ------
    function
        To be called with how many bytes (or steps) are done since its last call.
    """
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    start, done, bar = time.monotonic(), 0, None

    def advance(step: int) -> None:
        nonlocal done, bar
        done += step
        if bar is None and time.monotonic() - start > PROGRESS_AFTER_S:
            bar = _new_bar(label, total, in_bytes)
        if bar is not None:
            bar.update(bar.task_ids[0], completed=done)

    try:
        yield advance
    finally:
        if bar is not None:
            bar.stop()


def _new_bar(label: str, total: int | None, in_bytes: bool) -> Any:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        *((DownloadColumn(), TransferSpeedColumn()) if in_bytes else (MofNCompleteColumn(),)),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    bar.add_task(label, total=total)
    bar.start()
    return bar
