"""Scan a CSV of any size: columns in blocks, through pandas' parser where that is certain."""

from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from pyhelpers import KitError
from pyhelpers.stats.records import (
    Layout,
    careful_records,
    certified,
    check_encoding,
    counts_fit,
    decoded_lines,
    is_plain,
    record_end,
    take_header,
)
from pyhelpers.table import MISSING

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    # A column of a block: its numbers, NaN where one is missing; or its texts as they stand,
    # NaN where pandas saw a missing one.
    Numbers = NDArray[float64] | array[float]
    Part = Numbers | list[Any]

SMALL = 4 << 20  # bytes: below it the csv module is done before pandas and numpy are imported
BLOCK = 2 << 20
LARGEST_BLOCK = 64 << 20
BYTES_PER_COLUMN = 4096  # a block gives each of many columns some records to amortise its calls
BATCH = 16_384  # records the careful reader hands on at once
THREADS = 2
REMEMBERED = 1 << 15  # words come again and again
NUMBER_STARTS = frozenset("0123456789+-. \tiInN")


@dataclass
class Options:
    """What a person said about the file.

    Attributes
    ----------
    texts : set of str
        Columns to be taken as text, whatever they hold.
    """

    delimiter: str | None = None
    encoding: str = "utf-8"
    skip_bad: bool = False
    texts: set[str] = field(default_factory=set)
    small: int = SMALL
    block: int = BLOCK


class Texts(list[Any]):
    """The texts of a column of a block, with how often each came."""

    def __init__(self, series: Any) -> None:
        super().__init__(series.tolist())
        found = series.value_counts(sort=False, dropna=False)  # half the time of a Counter
        self.counts = dict(zip(found.index.tolist(), found.tolist(), strict=True))


@lru_cache(maxsize=REMEMBERED)
def to_number(word: str) -> float | None:
    """Return the number a word is; None where it is none, NaN for a spelled-out NaN.

    Examples
    --------
    >>> to_number("1e3"), to_number("12,5"), to_number("1_000")
    (1000.0, None, None)
    """
    if word[:1] not in NUMBER_STARTS and not word[:1].isdigit():
        return None
    try:
        return None if "_" in word else float(word)
    except ValueError:
        return None


def part_of(texts: list[str], as_text: bool = False) -> "Part":
    """Return the numbers of a column's fields; the fields where one is neither that nor missing."""
    if as_text or "_" in "".join(texts):  # float() takes 1_000 for a number
        return texts
    try:
        return array("d", map(float, texts))
    except ValueError:
        pass
    nan = float("nan")
    try:
        return array("d", [nan if text in MISSING else float(text) for text in texts])
    except ValueError:
        return texts


class Scan:
    """A CSV being read: its names at once, its columns block by block.

    Parameters
    ----------
    stream : binary file
        Opened and decompressed.
    source : str
        Its name, for messages.
    options : Options
    on_bytes : function, optional
        Called with the number of bytes of each block taken.

    Attributes
    ----------
    small : bool
        Whether the table is so small that it has been read whole.
    """

    def __init__(
        self,
        stream: BinaryIO,
        source: str,
        options: Options,
        on_bytes: Callable[[int], None] = lambda step: None,
    ) -> None:
        encoding = check_encoding(options.encoding)
        bad: list[int] | None = [] if options.skip_bad else None
        self.layout = Layout(source, options.delimiter, encoding, bad)
        self.options, self._stream, self._on_bytes = options, stream, on_bytes
        head = stream.read(options.small)
        self.small = len(head) < options.small
        self._rest = take_header(head, self.layout)
        on_bytes(len(head))
        self.names = self.layout.names
        wide = BYTES_PER_COLUMN * len(self.names)
        self._block = max(options.block, min(wide, LARGEST_BLOCK))
        self.records = 0

    @property
    def skipped(self) -> int:
        """How many bad records were left out."""
        return len(self.layout.bad or [])

    def index(self, column: str) -> int:
        """Return a column's position; a KitError lists the columns when it is not there."""
        if column not in self.names:
            have = ", ".join(self.names[:50]) + (" ..." if len(self.names) > 50 else "")
            raise KitError(f"{self.layout.source}: no column {column!r}; the columns are: {have}")
        return self.names.index(column)

    def parts(self, columns: list[str]) -> "Iterator[list[Part]]":
        """Yield the columns of each block, all of one length."""
        positions = [self.index(name) for name in columns]
        for parts in self._parts(positions):
            if parts and len(parts[0]):
                self.records += len(parts[0])
                yield parts

    def _parts(self, positions: list[int]) -> "Iterator[list[Part]]":
        if self.small or not self.layout.fast:
            stream = None if self.small else self._stream
            yield from self._careful(self._rest, stream, positions)
            return
        from concurrent.futures import Future, ThreadPoolExecutor

        with ThreadPoolExecutor(THREADS) as pool:
            waiting: deque[tuple[bytes, Future[list[Part] | None]]] = deque()
            for block in self._blocks():
                waiting.append((block, pool.submit(self._parse, block, positions)))
                if len(waiting) > THREADS:
                    yield from self._finish(*waiting.popleft(), positions)
            while waiting:
                yield from self._finish(*waiting.popleft(), positions)
        if self._rest:  # from where quotes leave it uncertain what a record is
            yield from self._careful(self._rest, self._stream, positions)

    def _finish(self, block: bytes, result: Any, positions: list[int]) -> "Iterator[list[Part]]":
        parts = result.result()
        if parts is None:
            yield from self._careful(block, None, positions)
        else:
            quoted = b'"' in block
            self.layout.lines += block.count(b"\n") if quoted else len(parts[0])
            yield parts
        self.layout.bytes += len(block)

    def _blocks(self) -> Iterator[bytes]:
        """Yield blocks that end where a record ends; leave in _rest what is uncertain."""
        data = self._rest
        while True:
            end = record_end(data, self.layout)
            if end < 0 or (not end and len(data) > LARGEST_BLOCK):
                self._rest = data
                return
            if end:
                yield data[:end]
            self._rest = data = data[end:]
            more = self._stream.read(self._block)
            self._on_bytes(len(more))
            if not more:
                self._rest = b""
                yield from self._last(data)
                return
            data += more

    def _last(self, data: bytes) -> Iterator[bytes]:
        if data:
            whole = data + b"\n"
            if record_end(whole, self.layout) == len(whole):
                yield whole
            else:
                self._rest = data

    def _parse(self, block: bytes, positions: list[int]) -> "list[Part] | None":
        """Return a block's columns by pandas' parser; None where it may not be trusted."""
        if not block.isascii():
            try:
                block = block.decode(self.layout.encoding).encode()
            except UnicodeDecodeError:
                return None
        whole = len(set(positions)) == len(self.names) and is_plain(block, self.layout)
        if not whole and not certified(block, self.layout):
            return None
        texts = {i for i in positions if self.names[i] in self.options.texts}
        try:
            frame = self._frame(block, positions, texts)
            truths = {i for i in positions if frame[i].dtype.kind == "b"}
            if whole and not counts_fit(block, len(frame), self.layout):
                return None
            if truths:  # the words themselves are wanted
                frame = self._frame(block, positions, texts | truths)
        except ValueError:  # pandas' ParserError is one
            return None
        return [_column(frame[i]) for i in positions]

    def _frame(self, block: bytes, positions: list[int], texts: set[int]) -> Any:
        import io

        import pandas as pd

        chosen = sorted(set(positions))
        return pd.read_csv(
            io.BytesIO(block),
            header=None,
            names=range(len(self.names)),
            usecols=chosen if len(chosen) < len(self.names) else None,
            dtype=dict.fromkeys(texts, object),
            sep=self.layout.delimiter,
            na_values=list(MISSING),
            keep_default_na=False,
            index_col=False,
            low_memory=False,
            engine="c",
        )

    def _careful(
        self, taken: bytes, stream: BinaryIO | None, positions: list[int]
    ) -> "Iterator[list[Part]]":
        records = careful_records(decoded_lines(taken, stream, self.layout), self.layout)
        return self._batches(records, positions)

    def _batches(
        self, records: Iterable[list[str]], positions: list[int]
    ) -> "Iterator[list[Part]]":
        iterator = iter(records)
        size = max(1, min(BATCH, 4_000_000 // len(self.names)))
        while batch := list(islice(iterator, size)):
            columns = list(zip(*batch, strict=True))
            yield [
                part_of(list(columns[i]), self.names[i] in self.options.texts) for i in positions
            ]


def _column(series: Any) -> "Part":
    import numpy as np

    numeric = series.dtype.kind in "fiu"
    # Whole numbers beyond 64 bits come as Python's own.
    if numeric or (series.dtype == object and any(type(v) is int for v in series)):
        numbers: NDArray[float64] = series.to_numpy(dtype=np.float64)
        return numbers
    return Texts(series)
