"""Tables in byte ranges: each is read and summarised alone, here or on Dask, and merged."""

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import IO, Any, BinaryIO, cast

from pyhelpers import KitError
from pyhelpers.csvio.columns import check_alike
from pyhelpers.csvio.options import BLOCK, Options
from pyhelpers.csvio.parallel import forked
from pyhelpers.csvio.records import all_bad
from pyhelpers.csvio.scan import Scan
from pyhelpers.csvio.sources import MAGIC, open_source
from pyhelpers.statistics.range_sample import ByteRange, sample_of_lines, sample_of_rows
from pyhelpers.statistics.table_pass import Intervals, Summaries, TablePass
from pyhelpers.tables.scan import TypedScan, open_scan

PART_BYTES = 2 * BLOCK - (64 << 10)  # two blocks, though ranges end at lines
LEAST_PARTS, MOST_PARTS = 4, 4096


class _Limited(io.RawIOBase):
    """The bytes of an open file from where it is up to a position."""

    def __init__(self, stream: IO[bytes], stop: int) -> None:
        self._stream, self._left = stream, stop - stream.tell()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        count = self._stream.readinto(memoryview(buffer)[: self._left])  # type: ignore[attr-defined]
        self._left -= count
        return int(count)


def split(path: str, scan: Scan) -> list[ByteRange]:
    """Split a plain CSV at line ends, a Parquet file at row groups; another file is one part."""
    if isinstance(scan, TypedScan):
        return _split_rows(path, getattr(scan.table, "group_rows", []))
    with open(path, "rb") as stream:
        head = stream.read(6)
        packed = any(head.startswith(magic) for magic in MAGIC)
        if packed or type(scan) is not Scan or not scan.layout.dialect.bytewise:
            return [ByteRange(path)]
        size, start = os.path.getsize(path), scan.layout.bytes
        count = max(LEAST_PARTS, min(-(-(size - start) // PART_BYTES), MOST_PARTS))
        edges = [start]
        for i in range(1, count):
            stream.seek(max(start + (size - start) * i // count, edges[-1]))
            stream.readline()
            edges.append(min(stream.tell(), size))
    edges.append(size)
    pairs = zip(edges, edges[1:], strict=False)
    return [ByteRange(path, a, b, scan.layout) for a, b in pairs if a < b] or [ByteRange(path)]


def _split_rows(path: str, rows: list[int]) -> list[ByteRange]:
    """Split a file at row groups, of so many rows each."""
    size, total = os.path.getsize(path), max(sum(rows), 1)
    ends = [size * count // total for count in accumulate(rows)]
    parts, first, start = list[ByteRange](), 0, 0
    for last, end in enumerate(ends, 1):
        if end - start >= PART_BYTES or last == len(ends):
            parts.append(ByteRange(path, start, end, groups=range(first, last)))
            first, start = last, end
    return parts if len(parts) > 1 else [ByteRange(path)]


def open_range(part: ByteRange, options: Options) -> Scan:
    """Open a range as a table of its own."""
    if part.stop is None:
        return open_scan(open_source(part.path), part.path, options)
    if part.groups is not None:
        scan = open_scan(open_source(part.path), part.path, options)
        cast(Any, scan).table.only(part.groups)
        return scan
    stream = cast(IO[bytes], open_source(part.path))
    stream.seek(part.start)
    raw = cast(BinaryIO, _Limited(stream, part.stop))
    scan = Scan(raw, part.path, replace(options, processes=1), layout=part.layout)
    scan.skip_to(part.lines, part.start)
    return scan


@dataclass
class PartResult:
    """What one pass over a range found.

    Attributes
    ----------
    lines : int
        The number of lines in it.
    bad : list of int
        The lines of its bad records, as if it were the file's first range.
    remarks : list of str
        What a person should know of its values.
    is_open : bool
        Whether a quoted field crosses the end of the range: the next one does not start a record.
    error : KitError or None
        Why it could not be read.
    """

    groups: Summaries = field(default_factory=dict)
    records: int = 0
    lines: int = 0
    bad: list[int] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    is_open: bool = False
    error: KitError | None = None


def run_on(part: ByteRange, options: Options, table_pass: TablePass) -> PartResult:
    """Run a pass over a range: the one place where records become summaries of a part."""
    scan = open_range(part, options)
    try:
        groups = table_pass.run(scan)
    except KitError as error:
        return PartResult(is_open=scan.is_open, error=error)
    return PartResult(groups, scan.records, scan.lines, scan.bad or [], scan.remarks, scan.is_open)


PartMap = Callable[..., Iterator[Any]]
"""Applies a function to a list of parts, in several processes; yields its results in order."""


def on_cores(processes: int) -> PartMap:
    """Return what applies a function in processes of this machine."""

    def apply(work: Callable[..., Any], parts: list[ByteRange], *rest: Any) -> Iterator[Any]:
        return forked(lambda part: work(part, *rest), parts, processes)

    return apply


def on_dask(client: Any) -> PartMap:
    """Return what applies a function on the workers of a Dask client."""

    def apply(work: Callable[..., Any], parts: list[ByteRange], *rest: Any) -> Iterator[Any]:
        futures = [client.submit(work, part, *rest, pure=False) for part in parts]
        while futures:
            yield futures[0].result()
            del futures[0]  # the workers may forget it

    return apply


class QuoteAcrossRangesError(Exception):
    """A quoted field crosses the end of a range of a file, which therefore cannot be split."""


class RangesTable:
    """Files as one table, read in ranges by several processes.

    Parameters
    ----------
    files : list of str
        Files that each process finds under these names.
    apply : PartMap
    advance : function, optional
        Called with the number of bytes of each range that has been read.
    """

    rereadable = True
    in_parts = True

    def __init__(
        self,
        files: list[str],
        options: Options,
        apply: PartMap,
        advance: Callable[[int], object] = lambda step: None,
    ) -> None:
        self._options, self._apply, self._advance = options, apply, advance
        self.scan = open_range(ByteRange(files[0]), options)
        self._parts = split(files[0], self.scan)
        self.notes = list(self.scan.notes)
        for file in files[1:]:
            scan = open_range(ByteRange(file), options)
            check_alike(self.scan, scan, dict(options.types))
            self._parts += split(file, scan)
            self.notes += scan.notes

    @property
    def is_split(self) -> bool:
        """Whether every file is one that can be split."""
        return all(part.stop is not None for part in self._parts)

    @property
    def needs_processes(self) -> bool:
        """Whether a single process reads some file as quickly in one piece."""
        return any(part.groups is not None for part in self._parts)

    def run(self, table_pass: TablePass) -> Summaries:
        """Run one pass over all ranges; merge what they give, in the order of the file."""
        while True:
            try:
                return table_pass.merge(self._summaries(table_pass))
            except QuoteAcrossRangesError as error:
                whole = [part for part in self._parts if part.path != str(error)]
                at = next(i for i, part in enumerate(self._parts) if part.path == str(error))
                self._parts = [*whole[:at], ByteRange(str(error)), *whole[at:]]

    def _summaries(self, table_pass: TablePass) -> Iterator[Summaries]:
        options = replace(self._options, texts=table_pass.texts)
        records, lines, bad, path = 0, 0, list[int](), ""
        self.scan.remarks.clear()  # of the pass before
        for part, found in zip(
            self._parts, self._apply(run_on, self._parts, options, table_pass), strict=True
        ):
            lines, path = lines if part.path == path else 0, part.path
            if found.is_open and part.stop is not None and part.stop < os.path.getsize(path):
                raise QuoteAcrossRangesError(path)
            if found.error:
                again = run_on(replace(part, lines=lines), options, table_pass)
                raise again.error or found.error
            records += found.records
            bad += [line + lines for line in found.bad]
            self.scan.remarks += found.remarks
            lines += found.lines
            self._advance(part.bytes)
            yield found.groups
        self.scan.records = records
        if self.scan.bad is not None:
            self.scan.bad[:] = bad
            if bad and not records:
                raise all_bad(self.scan.source, len(bad), None)

    def guess(self, columns: list[str], fractions: tuple[float, ...]) -> Intervals | None:
        """Return intervals that should hold the quantiles, by a sample from all over the files.

        None if the numbers in them would take too much memory, or no sample can be read.
        """
        parts, options = self._parts, self._options
        try:
            if all(part.layout is not None for part in parts):
                sample = sample_of_lines(parts, columns, options)
            elif all(part.groups is not None for part in parts):
                sample = sample_of_rows(parts, columns, options)
            else:
                return None
        except KitError:
            return None
        return sample.intervals(fractions)
