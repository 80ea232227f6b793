"""Sample the numbers of files in byte ranges: intervals that should hold their quantiles."""

import io
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from pyhelpers.csvio.layout import Layout
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Scan
from pyhelpers.csvio.sources import open_source
from pyhelpers.statistics.numeric_columns import numbers_of
from pyhelpers.statistics.quantiles import Bracket
from pyhelpers.statistics.table_pass import Intervals
from pyhelpers.tables.scan import open_scan

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

SLICE_BYTES = 32 << 10
LEAST_SAMPLE, LARGEST_SAMPLE = 4 << 20, 64 << 20
SAMPLED = 1 / 128  # of the bytes, between these two
SLICE_ROWS, MOST_GROUPS = 1 << 14, 64  # at the beginning of so many row groups
ROW_MARGIN = 0.002  # of the ranks, beside the error of a random sample
MOST_KEPT = 256 << 20  # bytes of the numbers between brackets, of all columns


@dataclass(frozen=True)
class ByteRange:
    """A range of a file's bytes, of whole lines or row groups; the whole file if stop is None.

    Attributes
    ----------
    layout : Layout or None
        The file's header and dialect.
    lines : int
        The number of lines between the header and the range, where an error is to name its line.
    groups : range or None
        The row groups of a Parquet file; its bytes then are an estimate.
    """

    path: str
    start: int = 0
    stop: int | None = None
    layout: Layout | None = None
    lines: int = 0
    groups: range | None = None

    @property
    def bytes(self) -> int:
        """The number of bytes in the range."""
        return (os.path.getsize(self.path) if self.stop is None else self.stop) - self.start


@dataclass
class RangeSample:
    """Numbers of columns from all over files.

    Attributes
    ----------
    share : float
        The part of all records that was drawn.
    margin : float
        How far a quantile's rank may be off beside the error of a random sample.
    """

    values: "dict[str, list[NDArray[float64]]]"
    share: float
    margin: float

    def add(self, scan: Scan) -> None:
        """Draw all that a scan reads."""
        import numpy as np

        for chunks in scan.chunks([*self.values]):
            for drawn, chunk in zip(self.values.values(), chunks, strict=True):
                numbers = numbers_of(chunk)
                drawn.append(numbers[~np.isnan(numbers)])

    def intervals(self, fractions: tuple[float, ...]) -> Intervals | None:
        """Return intervals that should hold the quantiles of each column of numbers.

        None if the numbers in them would take too much memory.
        """
        import numpy as np

        found: Intervals = {}
        kept = 0
        for name, parts in self.values.items():
            numbers = np.concatenate([np.empty(0), *parts])
            if not len(numbers):
                continue
            whole = Bracket(-np.inf, np.inf, sorted(set(fractions)), 0, [numbers], len(numbers))
            brackets = whole.narrow(len(numbers), self.margin) if fractions else []
            found["", name] = [(b.low, b.high, b.fractions) for b in brackets]
            kept += sum(bracket.size for bracket in brackets)
        return found if kept * 8 <= MOST_KEPT * self.share else None


def sample_of_lines(parts: list[ByteRange], columns: list[str], options: Options) -> RangeSample:
    """Sample CSVs in ranges of lines: slices at equal distances. Raises as `Scan` does."""
    total = sum(part.bytes for part in parts)
    count = int(min(max(total * SAMPLED, LEAST_SAMPLE), LARGEST_SAMPLE)) // SLICE_BYTES
    slices = _slices(parts, ((i * total + total // 2) // count for i in range(count)))
    share = sum(map(len, slices.values())) / total
    # A column in order is off by a slice at most: the slices stand at equal distances.
    sample = RangeSample({name: [] for name in columns}, share, 1 / count)
    layouts = {part.path: part.layout for part in parts}
    for path, data in slices.items():
        reading = replace(options, skip_bad=True, processes=1)
        sample.add(Scan(io.BytesIO(data), path, reading, layout=layouts[path]))
    return sample


def _slices(parts: list[ByteRange], places: Iterable[int]) -> dict[str, bytes]:
    """Return the lines of each file around places, counted through all parts."""
    slices: dict[str, list[bytes]] = {}
    before, places = 0, iter(places)
    place = next(places, None)
    for part in parts:
        with open(part.path, "rb") as stream:
            while place is not None and place - before < part.bytes:
                stream.seek(part.start + place - before)
                data = stream.read(SLICE_BYTES)
                slices.setdefault(part.path, []).append(
                    data[data.find(b"\n") + 1 : data.rfind(b"\n") + 1]
                )
                place = next(places, None)
        before += part.bytes
    return {path: b"".join(found) for path, found in slices.items()}


def sample_of_rows(parts: list[ByteRange], columns: list[str], options: Options) -> RangeSample:
    """Sample Parquet files in ranges of row groups: the first rows of some, the whole of none.

    Where later rows differ, as in a column in order, a quantile is found in further passes.
    """
    sample = RangeSample({name: [] for name in columns}, 1.0, ROW_MARGIN)
    step = -(-sum(len(part.groups or ()) for part in parts) // MOST_GROUPS)
    drawn = rows = seen = 0
    for path, ranges in groupby(parts, key=lambda part: part.path):
        scan = open_scan(open_source(path), path, options)
        table: Any = cast(Any, scan).table
        rows += table.records
        groups = [group for part in ranges for group in part.groups or ()]
        table.only(groups[-seen % step :: step], SLICE_ROWS)
        seen += len(groups)
        sample.add(scan)
        drawn += scan.records
    sample.share = drawn / max(rows, 1)
    return sample
