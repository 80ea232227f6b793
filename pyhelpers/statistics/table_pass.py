"""Passes over a table: summaries of its columns by group, here or on Dask workers."""

import io
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from pyhelpers import KitError
from pyhelpers.csvio.blocks import open_at_end
from pyhelpers.csvio.columns import rows_by_label, take
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.formats import PEEKED, format_of
from pyhelpers.csvio.layout import Layout, layout_of
from pyhelpers.csvio.records import all_bad
from pyhelpers.csvio.scan import SMALL, Options, Scan
from pyhelpers.csvio.sources import MAGIC, open_source
from pyhelpers.statistics.column_summary import Summary, SummarySpec
from pyhelpers.statistics.quantiles import Bracket
from pyhelpers.tables.scan import open_scan

MOST_GROUPS = 10_000
PART_BYTES = 64 << 20
LEAST_PARTS = 4

Summaries = dict[str, list[Summary]]
"""Each group's summaries, a column each; those of a table without groups are under ""."""

Intervals = dict[tuple[str, str], list[tuple[float, float, list[float]]]]
"""Of a group and a column: from, to, and the fractions whose quantiles lie between."""


@dataclass(frozen=True)
class TablePass:
    """What one pass over a table computes; a plain value that a Dask worker can be sent.

    Attributes
    ----------
    columns : list of str
    spec : SummarySpec
    by : str, optional
        A column whose values are groups.
    texts : frozenset of str
        Columns to be read as text, whatever they hold.
    intervals : dict, optional
        Only the numbers in these intervals are wanted, and how many lie below each.
    """

    columns: list[str]
    spec: SummarySpec
    by: str | None = None
    texts: frozenset[str] = frozenset()
    intervals: Intervals | None = None

    def run(self, scan: Scan) -> Summaries:
        """Read a table, or a part of one, once.

        Raises
        ------
        KitError
            For a column that is not there, and for more than 10,000 groups.
        """
        groups: Summaries = {}
        if self.by is None:
            groups[""] = self._start("")
        for parts in scan.chunks([*self.columns, self.by] if self.by else self.columns):
            if self.by is None:
                for summary, part in zip(groups[""], parts, strict=True):
                    summary.add(part)
                continue
            for label, rows in rows_by_label(parts.pop()).items():
                if label not in groups:
                    self._check_groups(len(groups))
                    groups[label] = self._start(label)
                for summary, part in zip(groups[label], parts, strict=True):
                    summary.add(take(part, rows))
        return groups

    def merge(self, parts: Iterable[Summaries]) -> Summaries:
        """Merge what `run` returned for each part of a table, group by group.

        Its quantiles are sketched, or between intervals: brackets of parts differ.
        """
        groups: Summaries = {} if self.by else {"": self._start("")}
        for part in parts:
            for label, summaries in part.items():
                if label not in groups:
                    self._check_groups(len(groups))
                    groups[label] = self._start(label)
                for mine, theirs in zip(groups[label], summaries, strict=True):
                    mine.merge(theirs)
        return groups

    def _start(self, label: str) -> list[Summary]:
        summaries = [Summary(name, self.spec) for name in self.columns]
        if self.intervals is not None:
            for summary in summaries:
                wanted = self.intervals.get((label, summary.name), [])
                summary.quantiles.only([Bracket(*interval) for interval in wanted])
        return summaries

    def _check_groups(self, count: int) -> None:
        if count >= MOST_GROUPS:
            what = f"--by {self.by}: more than {MOST_GROUPS:,} different values"
            raise KitError(f"{what}; choose another column")


def intervals_of(groups: Summaries) -> Intervals:
    """Return, for each group and column that has a sketch, intervals that hold its quantiles."""
    intervals: Intervals = {}
    for label, summaries in groups.items():
        for summary in summaries:
            sketch = summary.quantiles.sketch
            if sketch is None or not sketch.count or summary.kind != "number":
                continue
            reach = (2 * sketch.error + 2 * (1 << len(sketch.levels)) + 2) / sketch.count
            found = []
            for q in summary.spec.fractions:
                low, high = sketch.quantiles([max(q - reach, 0.0), min(q + reach, 1.0)])
                low = low if q - reach > 0 else float("-inf")
                high = high if q + reach < 1 else float("inf")
                found.append((low, high, [q]))
            intervals[label, summary.name] = found
    return intervals


def settle(groups: Summaries, found: Summaries, intervals: Intervals) -> None:
    """Give the summaries what a pass found in the intervals: it makes their quantiles exact."""
    for label, summaries in groups.items():
        exact = {summary.name: summary for summary in found.get(label, [])}
        for summary in summaries:
            if (label, summary.name) in intervals:
                summary.quantiles.brackets = exact[summary.name].quantiles.brackets


@dataclass(frozen=True)
class ByteRange:
    """A range of a file's bytes, of whole lines; the whole file if stop is None.

    Attributes
    ----------
    lines : int
        The number of lines between the header and the range.
    """

    path: str
    start: int = 0
    stop: int | None = None
    lines: int = 0


class _HeaderAndRange(io.RawIOBase):
    """The header of a file, then a range of its bytes."""

    def __init__(self, stream: IO[bytes], header: int, start: int, stop: int) -> None:
        self._stream, self._stop = stream, stop
        self._ranges = [(0, header), (start, stop)]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        while self._ranges and self._ranges[0][0] >= self._ranges[0][1]:
            self._ranges.pop(0)
        if not self._ranges:
            return 0
        at, stop = self._ranges[0]
        self._stream.seek(at)
        data = self._stream.read(min(len(buffer), stop - at))
        buffer[: len(data)] = data
        self._ranges[0] = (at + len(data) if data else stop, stop)
        return len(data)


def read_layout(path: str, options: Options) -> Layout:
    """Return the layout of a plain file."""
    with open(path, "rb") as stream:
        head = stream.read(SMALL)
    return layout_of(head, path, options.reading)


def split(path: str, options: Options) -> list[ByteRange]:
    """Split a plain file at line ends; a compressed one, or one in UTF-16, is one part."""
    with open(path, "rb") as stream:
        head = stream.read(PEEKED)
        if any(head.startswith(magic) for magic in MAGIC) or format_of(head):
            return [ByteRange(path)]
        layout = read_layout(path, options)
        if not layout.dialect.bytewise:
            return [ByteRange(path)]
        size, start = os.path.getsize(path), layout.bytes
        count = max(LEAST_PARTS, (size - start) // PART_BYTES)
        edges = [start]
        for i in range(1, count):
            stream.seek(max(start + (size - start) * i // count, edges[-1]))
            stream.readline()
            edges.append(min(stream.tell(), size))
    edges.append(size)
    return [ByteRange(path, a, b) for a, b in zip(edges, edges[1:], strict=False) if a < b]


def open_range_end(part: ByteRange, dialect: Dialect) -> tuple[bool, int]:
    """Return whether a quoted field is open where a range ends, and the range's number of lines."""
    if part.stop is None:
        return False, 0
    with open(part.path, "rb") as stream:
        return open_at_end(_HeaderAndRange(stream, 0, part.start, part.stop), dialect)


def open_range(part: ByteRange, options: Options) -> Scan:
    """Open a range, with the header before it, as a table of its own."""
    if part.stop is None:
        return open_scan(open_source(part.path), part.path, options)
    header = read_layout(part.path, options).bytes
    stream = cast(IO[bytes], open_source(part.path))
    raw = _HeaderAndRange(stream, header, part.start, part.stop)
    scan = Scan(cast(BinaryIO, io.BufferedReader(raw, 1 << 20)), part.path, options)
    scan.skip_to(part.lines, part.start)
    return scan


def run_on(
    part: ByteRange, options: Options, table_pass: TablePass
) -> tuple[Summaries, int, list[int]]:
    """Run a pass over a range, on a Dask worker; return also its records and its bad lines."""
    scan = open_range(part, options)
    groups = table_pass.run(scan)
    return groups, scan.records, scan.bad or []


class DaskTable:
    """Files as one table, read by Dask workers, which find them under the same paths.

    In the first pass each part sketches its quantiles; the merged sketch gives an interval for
    each. In the last pass the parts return the numbers in those intervals, which make them exact.
    """

    rereadable = True
    in_parts = True

    def __init__(self, client: Any, files: list[str], options: Options) -> None:
        self._client, self._options = client, options
        paths = [str(Path(file).resolve()) for file in files]
        self.scan = open_range(ByteRange(paths[0]), options)
        self._parts = [part for path in paths for part in self._split(path)]

    def _split(self, path: str) -> list[ByteRange]:
        parts, lines = [], 0
        ranges = split(path, self._options)
        if ranges[0].stop is None:
            return ranges
        dialect = read_layout(path, self._options).dialect
        ends = self._map(open_range_end, ranges, dialect)
        for part, (is_open, count) in zip(ranges, ends, strict=True):
            if is_open:  # a quoted field crosses the end of the range
                return [ByteRange(path)]
            parts.append(replace(part, lines=lines))
            lines += count
        return parts

    def _map(self, work: Callable[..., Any], parts: list[ByteRange], *rest: Any) -> list[Any]:
        futures = [self._client.submit(work, part, *rest, pure=False) for part in parts]
        return list(self._client.gather(futures))

    def run(self, table_pass: TablePass) -> Summaries:
        """Run one pass over all parts; merge what they give."""
        options = replace(self._options, texts=table_pass.texts)
        found = self._map(run_on, self._parts, options, table_pass)
        self.scan.records = sum(records for _, records, _ in found)
        if self.scan.bad is not None:
            self.scan.bad[:] = [line for *_, bad in found for line in bad]
            if self.scan.bad and not self.scan.records:
                raise all_bad(self.scan.layout.source, self.scan.skipped, None)
        return table_pass.merge(groups for groups, *_ in found)
