"""Describe on a Dask cluster: parts of files on its workers, the same answer as in one place.

Workers read their parts twice. The first time they sketch; the merged sketch brackets each
quantile, and the second time they return only the numbers within, which decide it exactly.
"""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from pyhelpers.csvio.dialect import parse_encoding
from pyhelpers.csvio.layout import Layout, layout_of
from pyhelpers.csvio.scan import SMALL, Options, Scan
from pyhelpers.csvio.sources import MAGIC, open_source
from pyhelpers.statistics.column_summary import Plan, Summary
from pyhelpers.statistics.describe import Summaries, summarise
from pyhelpers.statistics.quantile_brackets import Edges, bracketing, edges_of, settle
from pyhelpers.statistics.quantile_sketch import Sketch

PART = 64 << 20
LEAST_PARTS = 4


@dataclass(frozen=True)
class Part:
    """A range of a file's bytes that starts and ends with a line; all of it where stop is None."""

    path: str
    start: int = 0
    stop: int | None = None


class _Range(io.RawIOBase):
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
    return layout_of(head, path, options.delimiter, parse_encoding(options.encoding))


def split(path: str, options: Options) -> list[Part]:
    """Cut a plain file into parts at line ends; one that is compressed or odd is one part."""
    with open(path, "rb") as stream:
        if any(stream.read(6).startswith(magic) for magic in MAGIC):
            return [Part(path)]
        layout = read_layout(path, options)
        if not layout.dialect.bytewise:
            return [Part(path)]
        size, start = os.path.getsize(path), layout.bytes
        count = max(LEAST_PARTS, (size - start) // PART)
        edges = [start]
        for i in range(1, count):
            stream.seek(max(start + (size - start) * i // count, edges[-1]))
            stream.readline()
            edges.append(min(stream.tell(), size))
    edges.append(size)
    return [Part(path, a, b) for a, b in zip(edges, edges[1:], strict=False) if a < b]


def odd_quotes(part: Part) -> bool:
    """Tell whether a part has an odd number of quotes: then a quoted field crosses an edge."""
    if part.stop is None:
        return False
    with open(part.path, "rb") as stream:
        stream.seek(part.start)
        left, quotes = part.stop - part.start, 0
        while left:
            data = stream.read(min(left, 1 << 20))
            quotes += data.count(b'"')
            left -= len(data)
    return quotes % 2 == 1


def open_part(part: Part, options: Options) -> Scan:
    """Open a part as a table of its own."""
    if part.stop is None:
        return Scan(open_source(part.path), part.path, options)
    header = read_layout(part.path, options).bytes
    stream = cast(IO[bytes], open_source(part.path))
    raw = _Range(stream, header, part.start, part.stop)
    return Scan(cast(BinaryIO, io.BufferedReader(raw, 1 << 20)), part.path, options)


def sketch_part(
    part: Part, options: Options, columns: list[str], plan: Plan, by: str | None
) -> tuple[Summaries, int, list[int]]:
    """Summarise a part, quantiles in a sketch; return also its records and its bad lines."""

    def make(_: str, name: str) -> Summary:
        summary = Summary(name, plan)
        summary.quantiles.brackets, summary.quantiles.sketch = [], Sketch()
        return summary

    scan = open_part(part, options)
    groups = summarise(scan, columns, make, by)
    return groups, scan.records, scan.bad or []


def bracket_part(
    part: Part, options: Options, columns: list[str], plan: Plan, by: str | None, edges: Edges
) -> Summaries:
    """Return a part's numbers between the edges, and how many lie below them."""
    make = bracketing(edges, plan)
    return summarise(open_part(part, options), columns, make, by)


def merge(parts: list[Summaries], make: Callable[[str, str], Summary]) -> Summaries:
    """Add up the parts' summaries, group by group."""
    whole: Summaries = {}
    for groups in parts:
        for label, summaries in groups.items():
            if label not in whole:
                whole[label] = [make(label, summary.name) for summary in summaries]
            for mine, theirs in zip(whole[label], summaries, strict=True):
                mine.merge(theirs)
    return whole


class Cluster:
    """Describing on the workers of one Dask scheduler; they must see the files by their paths."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def _map(self, work: Callable[..., Any], parts: list[Part], *rest: Any) -> list[Any]:
        futures = [self.client.submit(work, part, *rest, pure=False) for part in parts]
        return list(self.client.gather(futures))

    def describe(
        self,
        files: list[str],
        options: Options,
        columns: list[str] | None,
        plan: Plan,
        by: str | None,
    ) -> tuple[Scan, Summaries]:
        """Describe files as one table, as `describe.describe` does in one place."""
        files = [str(Path(file).resolve()) for file in files]
        head = open_part(Part(files[0]), options)
        names = columns or [name for name in head.names if name != by]
        options = replace(options, texts=frozenset([by] if by else []))
        parts = [part for file in files for part in self._parts(file, options)]
        groups = self._sketched(head, parts, options, names, plan, by)
        mixed = {s.name for group in groups.values() for s in group if s.mixed}
        if mixed:
            exact = replace(options, texts=options.texts | mixed)
            groups = self._sketched(head, parts, exact, names, plan, by)
        edges = edges_of(groups)
        second = self._map(bracket_part, parts, options, names, plan, by, edges)
        settle(groups, merge(second, lambda _, name: Summary(name, plan)), edges)
        return head, groups

    def _parts(self, file: str, options: Options) -> list[Part]:
        parts = split(file, options)
        return [Part(file)] if any(self._map(odd_quotes, parts)) else parts

    def _sketched(
        self, head: Scan, parts: list[Part], options: Options, names: list[str], plan: Plan,
        by: str | None,
    ) -> Summaries:  # fmt: skip
        found = self._map(sketch_part, parts, options, names, plan, by)
        head.records = sum(records for _, records, _ in found)
        if head.bad is not None:
            head.bad[:] = [line for *_, bad in found for line in bad]
        return merge([groups for groups, *_ in found], lambda _, name: Summary(name, plan))
