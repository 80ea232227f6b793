"""Scan a CSV of any size: columns in blocks, through pandas' parser where its answer is certain."""

import io
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO, cast

from pyhelpers import KitError
from pyhelpers.csvio.block_parsers import BlockParser
from pyhelpers.csvio.blocks import (
    Block,
    EndlessRecordError,
    Prefixed,
    last_end_scanner,
    whole_blocks,
)
from pyhelpers.csvio.columns import check_alike, parse_column
from pyhelpers.csvio.encoding import decoded_lines
from pyhelpers.csvio.layout import (
    ENCODING_ADVICE,
    Layout,
    check_named,
    layout_of,
    notes_on,
    unique_names,
)
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.parallel import parsed
from pyhelpers.csvio.record_ends import line_count
from pyhelpers.csvio.records import RecordReader, all_bad, batch_size, no_column
from pyhelpers.csvio.regular_blocks import plain_columns

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import ColumnChunk

LARGEST_BLOCK = 64 << 20
BYTES_PER_COLUMN = 4096  # a block gives each of many columns some records to amortise its calls


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
        Called with the number of bytes of each read.
    layout : Layout, optional
        The layout of a file, where the stream is a part of it without its header.

    Attributes
    ----------
    small : bool
        Whether the table is so small that it has been read whole.
    bad : list of int or None
        The lines of bad records that were skipped; None where a bad record is an error.
    notes : list of str
        What is worth noting about the first lines.
    remarks : list of str
        What a person should know of the values read: those that were left out.
    kinds : dict of str
        What a column holds where the file's format says so: number, date, boolean or text.
    is_open : bool
        Whether a quoted field is open at the end of a large file, or of a part of one.
    """

    kinds: dict[str, str] = {}
    is_open = False
    _last: Block | None = None

    def __init__(
        self,
        stream: BinaryIO,
        source: str,
        options: Options,
        on_bytes: Callable[[int], None] = lambda step: None,
        layout: Layout | None = None,
    ) -> None:
        self.bad: list[int] | None = [] if options.skip_bad else None
        self.remarks: list[str] = []
        self.options = options
        head = b"" if layout else stream.read(options.small)
        self.small = layout is None and len(head) < options.small
        self.layout = layout or layout_of(head, source, options.reading, ENCODING_ADVICE)
        check_named(self.layout)
        self.notes = [] if layout else notes_on(self.layout, head, options.reading)
        self._offset = self.layout.bytes
        rest = head[self._offset :]
        if not self.small and not rest and not layout:
            raise KitError(f"{source}: no header within {options.small:,} bytes; is it a CSV?")
        on_bytes(len(head))
        self._stream: io.RawIOBase | io.BytesIO = io.BytesIO(rest)
        if not self.small:
            self._stream = Prefixed(rest, Prefixed(b"", stream, on_bytes))
        self._line = self.layout.lines + 1
        self.names = unique_names(self.layout.names)
        wide = BYTES_PER_COLUMN * len(self.names)
        self._block = max(options.block, min(wide, LARGEST_BLOCK))
        for column, _ in options.types:
            self.index(column)
        self.records = 0
        self._first_error: KitError | None = None
        self._is_part = False
        self._endless: EndlessRecordError | None = None

    def skip_to(self, lines: int, offset: int) -> None:
        """Report error positions of the whole file, if the stream is a later part of one.

        Parameters
        ----------
        lines : int
            The number of lines between the header and the part.
        offset : int
            The position of its first byte.
        """
        self._line += lines
        self._offset = offset
        self._is_part = True

    @property
    def source(self) -> str:
        """The table's name, for messages."""
        return self.layout.source

    @property
    def lines(self) -> int:
        """The number of lines of records in a large file up to the end of the last block."""
        last = self._last
        return last.line - self._line + line_count(last.data, len(last.data)) if last else 0

    @property
    def skipped(self) -> int:
        """The number of bad records that were skipped."""
        return len(self.bad or [])

    def index(self, column: str) -> int:
        """Return a column's position; a KitError lists the columns when it is missing."""
        if column not in self._positions:
            raise no_column(self.layout.source, column, self.names)
        return self._positions[column]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.names)}

    def chunks(self, columns: list[str]) -> "Iterator[list[ColumnChunk]]":
        """Yield the columns of each block, all of one length."""
        positions = [self.index(name) for name in columns]
        for chunks in self._chunks(positions):
            if chunks and len(chunks[0]):
                self.records += len(chunks[0])
                yield list(map(self.options.words_of, columns, chunks))
        if self.bad and not self.records and not self._is_part:
            raise all_bad(self.layout.source, self.skipped, self._first_error)

    def _chunks(self, positions: list[int]) -> "Iterator[list[ColumnChunk]]":
        first = self._line
        if self.small:
            yield from self._whole(self._stream.read() or b"", first, positions)
            return
        if not self.layout.dialect.bytewise:
            yield from self._strict(self._stream, first, positions)
            return
        parse = BlockParser(
            self.layout.dialect,
            len(self.names),
            positions,
            frozenset(i for i in positions if self.options.as_text(self.names[i])),
            {i: self.options.cells_of(self.names[i]) for i in positions},
            {i: self.options.kind_of(self.names[i]) for i in positions},
        )
        for block, chunks in parsed(self._blocks(first), parse, self.options.processes):
            yield from self._block_chunks(block, chunks, positions)
        if self._endless:  # the strict reader says what is wrong, or skips it
            rest = Prefixed(self._endless.data, self._stream)
            yield from self._strict(rest, self._endless.line, positions)

    def _whole(self, data: bytes, line: int, positions: list[int]) -> "Iterator[list[ColumnChunk]]":
        """Yield columns of all of a small table; without the csv module where that is certain."""
        columns = plain_columns(data, self.layout.dialect, len(self.names))
        if columns is None:
            yield from self._strict(io.BytesIO(data), line, positions)
            return
        size = batch_size(len(columns))
        for start in range(0, len(columns[0]), size):
            yield self._parsed([column[start : start + size] for column in columns], positions)

    def _blocks(self, line: int) -> Iterator[Block]:
        dialect, size, limit = self.layout.dialect, self._block, LARGEST_BLOCK
        scanner = last_end_scanner(dialect)
        try:
            for block in whole_blocks(self._stream, dialect, line, b"\n", size, limit, scanner):
                self._last, self.is_open = block, scanner.inside
                yield block
        except EndlessRecordError as error:
            self._endless, self.is_open = error, scanner.inside

    def _block_chunks(
        self, block: Block, chunks: "list[ColumnChunk] | None", positions: list[int]
    ) -> "Iterator[list[ColumnChunk]]":
        """Yield a block's columns, by the strict reader where the parser left them out."""
        if chunks is None:
            yield from self._strict(io.BytesIO(block.data), block.line, positions)
        else:
            yield chunks
        self._offset += len(block.data)

    def _strict(
        self, stream: io.RawIOBase | io.BytesIO, line: int, positions: list[int]
    ) -> "Iterator[list[ColumnChunk]]":
        """Yield columns by Python's csv reader, which knows the position of an error."""
        buffered = io.BufferedReader(stream) if isinstance(stream, io.RawIOBase) else stream
        source, dialect = self.layout.source, self.layout.dialect
        start = (self._offset, line - 1)
        lines = decoded_lines(
            cast(BinaryIO, buffered), source, dialect.encoding, start, ENCODING_ADVICE
        )
        advice = " or pass --skip-bad"
        reader = RecordReader(lines, dialect, source, line - 1, self.bad, advice)
        for columns in reader.columns(len(self.names)):
            yield self._parsed(columns, positions)
        self._first_error = self._first_error or reader.first_error

    def _parsed(
        self, columns: Sequence[Sequence[str]], positions: list[int]
    ) -> "list[ColumnChunk]":
        """Return columns as numbers or texts."""
        told, names = self.options, self.names
        return [
            parse_column(
                list(columns[i]),
                told.cells_of(names[i]),
                told.as_text(names[i]),
                told.kind_of(names[i]),
            )
            for i in positions
        ]


Open = Callable[[Options], Scan]


class Scans(Scan):
    """Several scans that read as one; the first gives the columns, by name.

    Raises as `check_alike` does.
    """

    def __init__(self, openers: list[Open], options: Options) -> None:
        self._openers = openers
        self.options = options
        first = openers[0](options)
        self._first: Scan | None = first
        self.layout, self.names, self.bad = first.layout, first.names, first.bad
        self.notes, self.kinds = first.notes, first.kinds
        self.remarks: list[str] = []
        self.records, self.small = 0, False

    def chunks(self, columns: list[str]) -> "Iterator[list[ColumnChunk]]":
        """Yield the columns of each block of each file."""
        for opener in self._openers:
            scan, self._first = self._first or opener(self.options), None
            check_alike(self, scan, dict(self.options.types))
            yield from scan.chunks(columns)
            self.records += scan.records
            if scan.bad is not self.bad and self.bad is not None:
                self.bad += scan.bad or []
