"""Scan a CSV of any size: columns in blocks, through pandas' parser where that is certain."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

from pyhelpers import KitError
from pyhelpers.csvio.block_validation import record_end
from pyhelpers.csvio.columns import part_of
from pyhelpers.csvio.layout import Layout, check_encoding, take_header
from pyhelpers.csvio.pandas_blocks import BlockParser
from pyhelpers.csvio.parallel import parsed, useful_processes
from pyhelpers.csvio.strict_columns import careful_columns
from pyhelpers.csvio.table import listed

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import Part

SMALL = 4 << 20  # bytes: below it the csv module is done before pandas and numpy are imported
BLOCK = 2 << 20
LARGEST_BLOCK = 64 << 20
BYTES_PER_COLUMN = 4096  # a block gives each of many columns some records to amortise its calls


@dataclass(frozen=True)
class Options:
    """What a person said about the file.

    Attributes
    ----------
    texts : frozenset of str
        Columns to be taken as text, whatever they hold.
    small, block : int
        Bytes below which a table is read whole; bytes read at once of a larger one.
    processes : int
        How many parse; 1 is this one alone. The answer does not depend on it.
    """

    delimiter: str | None = None
    encoding: str = "utf-8"
    skip_bad: bool = False
    texts: frozenset[str] = frozenset()
    small: int = SMALL
    block: int = BLOCK
    processes: int = field(default_factory=useful_processes)


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
        bad: list[int] | None = [] if options.skip_bad else None
        encoding = check_encoding(options.encoding)
        self.layout = Layout(source, options.delimiter or "", encoding, bad)
        self.options, self._stream, self._on_bytes = options, stream, on_bytes
        head = stream.read(options.small)
        self.small = len(head) < options.small
        self._rest = take_header(head, self.layout)
        if not self.small and not self._rest:
            raise KitError(f"{source}: no header within {options.small:,} bytes; is it a CSV?")
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
        if column not in self._positions:
            have = listed(self.names)
            raise KitError(f"{self.layout.source}: no column {column!r}; the columns are: {have}")
        return self._positions[column]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.names)}

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
        texts = frozenset(i for i in positions if self.names[i] in self.options.texts)
        parse = BlockParser(self.layout, positions, texts)
        for block, parts in parsed(self._blocks(), parse, self.options.processes):
            yield from self._counted(block, parts, positions)
        if self._rest:  # from where quotes leave it uncertain what a record is
            yield from self._careful(self._rest, self._stream, positions)

    def _counted(
        self, block: bytes, parts: "list[Part] | None", positions: list[int]
    ) -> "Iterator[list[Part]]":
        """Yield a block's columns, those that were not parsed too, and count its lines."""
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
            # As much again, at least, as is held: what is looked at again stays in proportion.
            more = self._stream.read(max(self._block, len(data)))
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

    def _careful(
        self, taken: bytes, stream: BinaryIO | None, positions: list[int]
    ) -> "Iterator[list[Part]]":
        texts = self.options.texts
        for columns in careful_columns(taken, stream, self.layout):
            yield [part_of(list(columns[i]), self.names[i] in texts) for i in positions]


Open = Callable[[Options], Scan]
