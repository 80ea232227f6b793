"""Keep the progress of a sample of streams: where it is, and what the design has drawn so far."""

import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import IO, Any, BinaryIO, NamedTuple, cast

from pyhelpers import KitError
from pyhelpers.address import Download, open_url
from pyhelpers.checkpoint import Checkpoint, changed_error, open_piece
from pyhelpers.csvio.blocks import Block, Prefixed, blocks
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.formats import format_of
from pyhelpers.csvio.reading import Reading
from pyhelpers.csvio.sources import (
    URL_SCHEMES,
    Transfer,
    display_name,
    open_source,
    open_stream,
)
from pyhelpers.kept_output import Passed
from pyhelpers.sampling.design_state import Progress
from pyhelpers.sampling.first_lines import HEAD
from pyhelpers.sampling.inputs import Input, named, open_pipe, peeked
from pyhelpers.sampling.record_count import Advance, record_scanner
from pyhelpers.sampling.row_store import Store

PIECE = "sample"
BROKE_OFF = 4  # exit code of a transfer that ended early
Report = Callable[[str], None]


class Place(NamedTuple):
    """Where a sample is: which source, how far in it, and by what that source is known again.

    Attributes
    ----------
    offset, line, checksum : int
        Bytes and lines of the source, decompressed, before the next record, and their CRC-32;
        lines only with quoting, the checksum only where all is read again.
    version : list of str
        What a changed object would have differently; empty if the source does not say.
    plain : bool
        Whether an offset in the object is one in its text: it is not compressed.
    """

    source: int = 0
    offset: int = 0
    line: int = 1
    checksum: int = 0
    version: Sequence[str] = ()
    plain: bool = False

    @property
    def seekable(self) -> bool:
        """Whether the object can be read from the offset on, and a changed one is noticed."""
        return self.plain and any(self.version[:-1])

    def after(self, block: Block, quoting: bool) -> "Place":
        """Return the place after a block; what no one asks for later is not counted.

        Only an open quote is named by its line, only what is read again is known by its checksum.
        """
        from isal.isal_zlib import crc32

        end, line, checksum = int(block.ends[-1]), self.line, self.checksum
        if quoting:
            line = block.behind
        if not self.seekable:
            with memoryview(block.data) as view, view[:end] as read:
                checksum = crc32(read, checksum)
        return self._replace(offset=self.offset + end, line=line, checksum=checksum)


def _state_of(file: IO[bytes] | None) -> dict[str, Any]:
    return json.loads(file.readline()) if file else {}


def begins_at(options: dict[str, object], names: Sequence[str]) -> tuple[int, int]:
    """Return which source a job reads next, and from which byte of the object on."""
    with suppress(ValueError):
        file = open_piece("sample-large-csv", options, names, PIECE)
        place = Place(**_state_of(file).get("place", {}))
        return place.source, place.offset if place.seekable else 0
    return 0, 0


class KeptPopulation:
    """The records of streams under one header, from the place on where a killed run was.

    Attributes
    ----------
    first : Input
        The source whose header, line ends and delimiter count for all.
    progress : Progress
        What the design keeps.
    store : Store
        The rows drawn so far.
    seed : int
        The one given, or that of the run that was killed.
    """

    files = None

    def __init__(
        self,
        words: list[str],
        reading: Reading,
        kept: Checkpoint,
        memory: int,
        report: Report,
        seed: int = 0,
    ) -> None:
        self._words, self._reading, self._kept, self._report = words, reading, kept, report
        self.store = Store(memory)
        file = kept.open(PIECE)
        self._state = _state_of(file)
        self.progress = Progress(self._state.get("design"))
        self.seed: int = self._state.get("seed", seed)
        self._place = Place(**self._state.get("place", {}))
        if file:
            self.store.load(file)
            self._part = self._reopened()
        else:
            self._part = self._opened(0, None)
            self.first = self._part

    @property
    def name(self) -> str:
        """Return the name for messages."""
        more = f" and {len(self._words) - 1} more" if len(self._words) > 1 else ""
        return display_name(self.first.path) + more

    def size(self) -> None:
        """Return that the number of bytes to read is not known."""

    def blocks(self, advance: Advance) -> Iterator[Block]:
        """Yield all records that are left, once; keep progress between two blocks."""
        while True:
            with named(self._part.path):
                yield from self._counted(self._part.blocks(advance))
            if self._place.source + 1 == len(self._words):
                return
            part = self._opened(self._place.source + 1, self.first.dialect)
            if part.header.rstrip(b"\r\n") != self.first.header.rstrip(b"\r\n"):
                other = display_name(self.first.path)
                what = f"its header is not that of {other}; sample files with one header together"
                raise KitError(f"{display_name(part.path)}: {what}")
            self._part = part

    def _counted(self, pieces: Iterator[Block]) -> Iterator[Block]:
        while True:
            try:
                block = next(pieces, None)
            except KitError as error:
                if error.exit_code == BROKE_OFF:
                    self._keep()
                raise
            if block is None:
                return
            if self._kept.due():  # the source goes on behind this place
                self._keep()
            yield block
            self._place = self._place.after(block, self._part.dialect.quoting)

    def _keep(self) -> None:
        first = self.first
        header = [part.decode("latin-1") for part in (first.bom, first.header, first.newline)]
        state = {
            "place": self._place._asdict(),
            "newline": self._part.newline.decode(),
            "first": [*header, first.dialect, first.any_width],
            "seed": self.seed,
            "design": self.progress.now(),
        }
        line = json.dumps(state).encode() + b"\n"
        self._kept.keep_all(PIECE, chain([line], self.store.dump()))

    def _opened(self, source: int, dialect: Dialect | None) -> Input:
        """Open a source at its start."""
        from isal.isal_zlib import crc32

        name = self._words[source].partition(":")[2]
        with named(name):
            stream, version, plain = self._stream(source, 0)
            if not self._reading.is_raw and format_of(peeked(stream)):
                what = f"{display_name(name)}: --resume goes on with CSV only"
                raise KitError(f"{what}; sample it without --resume", 2)
            part = open_pipe(name, stream, self._reading, dialect)
        before = part.before
        self._place = Place(
            source, len(before), before.count(b"\n") + 1, crc32(before), version, plain
        )
        return part

    def _stream(self, source: int, offset: int) -> tuple[BinaryIO, list[str], bool]:
        """Return a source's bytes from an offset on, or all of them; its version; if it is plain.

        The version is empty where the source tells none.
        """
        fd, _, name = self._words[source].partition(":")
        raw: Download | Transfer
        if fd:
            raw = Transfer(int(fd), name, offset)
        elif name.lower().startswith(URL_SCHEMES):
            raw = open_url(name, offset)
        else:
            return open_source(name), [], False
        version = raw.version if any(raw.version) else []
        if offset and isinstance(raw, Download) and not raw.offset:
            self._report(f"{display_name(name)}: the server sends no ranges; reads it anew")
        buffered = cast(BinaryIO, io.BufferedReader(raw, HEAD))
        if offset:
            return buffered, version, True
        stream = open_stream(buffered, display_name(name))
        return stream, version, stream is buffered

    def _reopened(self) -> Input:
        """Open the source that a killed run was in, where it was."""
        place, name = self._place, self._words[self._place.source].partition(":")[2]
        *texts, dialect, any_width = self._state["first"]
        bom, header, newline = (text.encode("latin-1") for text in texts)
        self.first = Input(
            self._words[0].partition(":")[2],
            bom,
            header,
            newline,
            Dialect(*dialect),
            fd=None,
            start=0,
            stop=0,
            line=1,
            blocks=lambda advance: iter(()),
            any_width=any_width,
        )
        self._report(f"{display_name(name)}: goes on at byte {place.offset:,}")
        with named(name):
            stream, version, _ = self._stream(place.source, place.offset if place.seekable else 0)
            if version != list(place.version):
                raise changed_error(display_name(name), self._kept.folder)
            raw = getattr(stream, "raw", None)
            if not place.seekable or (isinstance(raw, Download) and not raw.offset):
                checksum = None if place.seekable else place.checksum
                Passed().skip(stream, place.offset, checksum, display_name(name))

        def records(advance: Advance) -> Iterator[Block]:
            where = Prefixed(b"", stream, advance)
            return blocks(where, record_scanner(self.first.dialect, place.line), end)

        end = self._state["newline"].encode()
        return self.first._replace(path=name, newline=end, blocks=records)
