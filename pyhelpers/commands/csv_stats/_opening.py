"""Open files, pipes and addresses as tables, with a progress bar and warnings."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyhelpers.cli.inputs import open_bytes
from pyhelpers.cli.output import note
from pyhelpers.cli.progress import progress
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Open, Scan
from pyhelpers.csvio.sources import display_name, size_of
from pyhelpers.files import orderly_end
from pyhelpers.tables.formats import files_in, passed_over
from pyhelpers.tables.scan import open_scan
from pyhelpers.text import counted

if TYPE_CHECKING:
    from pyhelpers.checkpoint import Checkpoint
    from pyhelpers.statistics.byte_ranges import RangesTable


def report_left_out(scan: Scan) -> None:
    """Report on stderr which records were bad, with the lines of the first, and what else was."""
    if scan.bad:
        lines = ", ".join(map(str, scan.bad[:5])) + (", ..." if scan.skipped > 5 else "")
        bad = counted(scan.skipped, "bad record")
        note(f"{scan.layout.source}: {bad} left out (lines {lines})")
    for remark in scan.remarks:
        note(remark)


def rereadable(file: str | None) -> bool:
    """Return whether FILE can be opened twice: a regular file, a link to one, or a folder."""
    return all(name != "-" and os.path.isfile(name) for name in files_in(file))


class _Notes:
    """Print each note on the first lines of a file once, however often it is opened."""

    def __init__(self) -> None:
        self._printed: set[str] = set()

    def on(self, scan: Scan) -> Scan:
        """Print the notes on a file that are new."""
        for line in scan.notes:
            if line not in self._printed:
                note(line)
                self._printed.add(line)
        return scan


@contextmanager
def scanner(file: str | None, name: str = "") -> Iterator[Open]:
    """Yield a function that opens FILE, called `name`, for scanning, with a progress bar."""
    with scanners(["-" if file is None else file], name) as opened:
        yield opened


@contextmanager
def scanned(file: str | None, options: Options) -> Iterator[Scan]:
    """Yield FILE as a table to be read once; report afterwards which records were left out."""
    with scanner(file) as opened:
        scan = opened(options)
        yield scan
    report_left_out(scan)


@contextmanager
def scanners(files: list[str], name: str = "") -> Iterator[Open]:
    """Yield a function that opens files, and those in folders, one after the other as one table."""
    from functools import partial

    from pyhelpers.csvio.scan import Scans

    for line in filter(None, map(passed_over, files)):
        note(line)
    files = [path for file in files for path in files_in(file)]
    sizes = [size_of(file) for file in files]
    known = None if None in sizes else sum(size or 0 for size in sizes)
    notes = _Notes()
    with progress("reading", known) as advance:

        def one(file: str, options: Options) -> Scan:
            return notes.on(
                open_scan(open_bytes(file), name or display_name(file), options, advance)
            )

        openers: list[Open] = [partial(one, file) for file in files]
        yield openers[0] if len(openers) == 1 else lambda options: Scans(openers, options)


@contextmanager
def ranges(
    files: list[str], options: Options, kept: "Checkpoint | None" = None
) -> "Iterator[RangesTable | None]":
    """Yield files that several processes read in byte ranges; None unless all can be split.

    Those are large CSVs, and Parquet files if there are several processes. The summaries of ranges
    are `kept`, if that is given.
    """
    paths = [path for file in files for path in files_in(file)]
    sizes = [size_of(path) for path in paths] if all(map(rereadable, files)) else [None]
    if None in sizes or sum(size or 0 for size in sizes) < options.small:
        yield None
        return
    from pyhelpers.checkpoint import kept_results
    from pyhelpers.statistics.byte_ranges import RangesTable, on_cores

    with progress("reading", sum(size or 0 for size in sizes)) as advance:
        cores = on_cores(options.processes)
        cores = kept_results(kept, cores) if kept else cores
        table = RangesTable(paths, options, cores, advance)
        useful = table.is_split and (
            options.processes > 1 or kept is not None or not table.needs_processes
        )
        if useful:
            for line in dict.fromkeys([*filter(None, map(passed_over, files)), *table.notes]):
                note(line)
        yield table if useful else None


@contextmanager
def readable_twice(file: str | None, twice: bool = True) -> Iterator[str | None]:
    """Yield FILE, or a temporary copy of it if it is a pipe that must be read twice."""
    if not twice or rereadable(file):
        yield file
        return
    import shutil
    import tempfile

    with orderly_end(), tempfile.TemporaryDirectory(prefix="csv-stats-") as folder:
        path = os.path.join(folder, "table.csv")
        with open(path, "wb") as copy:
            shutil.copyfileobj(open_bytes(file), copy, 1 << 20)
        yield path
