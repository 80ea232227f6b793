"""What the commands of csv-stats share: options, opening a table, warnings."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pyhelpers._cli import one_character, open_bytes, progress
from pyhelpers.files import MAGIC, display_name
from pyhelpers.stats.scan import Options, Scan
from pyhelpers.terminal import harmless

Encoding = Annotated[str, typer.Option("--encoding", help="As Python names it: latin-1, cp1252.")]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Leave bad records out and say how many.")
]
Memory = Annotated[
    str | None,
    typer.Option("--memory", help="What may be held, such as 500M; default a quarter of all."),
]
Output = Annotated[
    str | None, typer.Option("-o", "--output", help="Draw to FILE: .png, .svg or .pdf.")
]


def warn(message: str) -> None:
    """Tell the person at the terminal, not the pipe."""
    print(f"csv-stats: {harmless(message)}", file=sys.stderr)  # noqa: T201


def options_of(delimiter: str | None, encoding: str, skip_bad: bool) -> Options:
    """Return what a person said about the file; a KitError for a delimiter of two characters."""
    return Options(one_character(delimiter), encoding, skip_bad)


def rereadable(file: str | None) -> bool:
    """Tell whether FILE can be opened a second time: a regular file, or what a link points at."""
    return file not in (None, "-") and Path(str(file)).is_file()


def _size(file: str | None) -> int | None:
    """Return the bytes that will be read, where that can be known."""
    if file is None or not rereadable(file):
        return None
    with open(file, "rb") as stream:
        head = stream.read(6)
        packed = any(head.startswith(magic) for magic in MAGIC)
        return None if packed else os.fstat(stream.fileno()).st_size


@contextmanager
def scanner(file: str | None, name: str = "") -> Iterator[Callable[[Options], Scan]]:
    """Yield a function that opens FILE, called `name`, for scanning, with a progress bar."""
    with progress("reading", _size(file)) as advance:
        name = name or display_name(file)
        yield lambda options: Scan(open_bytes(file), name, options, advance)


@contextmanager
def scanners(files: list[str]) -> Iterator[Callable[[Options], Scan]]:
    """Yield a function that opens files, one after the other, as one table."""
    if len(files) == 1:
        with scanner(files[0]) as opened:
            yield opened
        return
    from functools import partial

    from pyhelpers.stats.many import Scans

    sizes = [_size(file) for file in files]
    known = None if None in sizes else sum(size or 0 for size in sizes)
    with progress("reading", known) as advance:

        def one(file: str, options: Options) -> Scan:
            return Scan(open_bytes(file), display_name(file), options, advance)

        openers: list[Callable[[Options], Scan]] = [partial(one, file) for file in files]
        yield lambda options: Scans(openers, options)


def report_bad(scan: Scan) -> None:
    """Say how many records were left out, and where the first was."""
    if scan.skipped and scan.layout.bad:
        lines = ", ".join(map(str, scan.layout.bad[:5])) + (", ..." if scan.skipped > 5 else "")
        warn(f"{scan.layout.source}: {scan.skipped} bad records left out (lines {lines})")
