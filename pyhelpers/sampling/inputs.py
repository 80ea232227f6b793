"""Open the sources of a sample: each as a header and the records after it."""

import fcntl
import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from stat import S_ISREG
from typing import Any, BinaryIO, NamedTuple, cast

from pyhelpers import KitError
from pyhelpers.csvio.blocks import Block, Prefixed, Source, blocks, record_start
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.formats import PEEKED, format_of
from pyhelpers.csvio.reading import Reading
from pyhelpers.csvio.sources import MAGIC, Transfer, display_name, open_source, open_stream
from pyhelpers.sampling.first_lines import HEAD, head_of, named_header, start_of
from pyhelpers.sampling.record_count import Advance, FileRange, record_scanner

OTHER_FILES = 64  # that a process has open, beside its sources


@contextmanager
def named(source: str) -> Iterator[None]:
    """Prefix errors with the source's name unless they have it."""
    name = display_name(source)
    try:
        yield
    except KitError as error:
        if error.exit_code == 2 or str(error).startswith(name):
            raise
        raise KitError(f"{name}: {error}", error.exit_code) from None


class Input(NamedTuple):
    """A source, opened: its header, and the blocks of the records after it.

    Attributes
    ----------
    path : str
        Its name, as typed.
    fd : int or None
        A descriptor to read it again, from start to stop; None for a stream.
    line : int
        The line on which its records start.
    blocks : function
        Returns the records; of a stream once only. It takes a function for progress.
    any_width : bool
        Whether records may differ in their number of fields.
    notes : list of str
        What is worth noting about the first lines.
    before : bytes
        All that a stream has before its records.
    """

    path: str
    bom: bytes
    header: bytes
    newline: bytes
    dialect: Dialect
    fd: int | None
    start: int
    stop: int
    line: int
    blocks: Callable[[Advance], Iterator[Block]]
    any_width: bool = False
    notes: Sequence[str] = ()
    before: bytes = b""

    def header_line(self) -> bytes:
        """Return the header with a line end, if there is a header."""
        lacks = self.header and not self.header.endswith(b"\n")
        return self.header + self.newline if lacks else self.header


def regular_file(source: str) -> io.FileIO | None:
    """Open a source that is a regular file, compressed or not; None for any other.

    None also for a file of unknown size, such as those in /proc, which are read as pipes.
    """
    try:
        # Not opened unless it is a file: a named pipe would lose what is written to it.
        status = os.fstat(0) if source == "-" else os.stat(source)
        if not S_ISREG(status.st_mode) or not status.st_size:
            return None
        return io.FileIO(0, closefd=False) if source == "-" else io.FileIO(source)
    except OSError:
        return None  # open_source will say why


def is_compressed(file: io.FileIO) -> bool:
    """Return whether a file is compressed, from its current offset on."""
    return os.pread(file.fileno(), 8, file.tell()).startswith(tuple(MAGIC))


def is_plain(file: io.FileIO) -> bool:
    """Return whether a file holds text from its current offset on, not compressed, not typed."""
    return not is_compressed(file) and not format_of(os.pread(file.fileno(), PEEKED, file.tell()))


def is_rereadable(word: str) -> bool:
    """Return whether a source can be read twice: a regular file of text that is not compressed."""
    file = regular_file(word[1:]) if word[0] == ":" else None
    return file is not None and is_plain(file)


def size_of(word: str) -> int | None:
    """Return the number of bytes to read of a source, if it is known."""
    file = regular_file(word[1:]) if word[0] == ":" else None
    return None if file is None else os.fstat(file.fileno()).st_size - file.tell()


def allow_files(count: int) -> None:
    """Raise the limit of open files as far as the system allows."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + OTHER_FILES
    if 0 <= soft < wanted:
        limit = wanted if hard < 0 else min(wanted, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def _first_record(source: Source, dialect: Dialect) -> tuple[bytes, int]:
    """Return the first record, and where it ends, behind blank and comment lines."""
    block = next(blocks(source, record_scanner(dialect), size=HEAD))
    [first] = block.cut_out([0])
    return bytes(first), int(block.ends[0])


def open_file(source: str, file: io.FileIO, reading: Reading, dialect: Dialect | None) -> Input:
    """Open a regular file, from its current offset; it is closed with the last use of the input."""
    fd = file.fileno()
    start, stop = file.tell(), os.fstat(fd).st_size
    size = HEAD
    while (head := os.pread(fd, size, start)).count(b"\n") <= reading.skip_lines:
        if len(head) < size:
            break
        size *= 2
    begin = start_of(head, source, reading, len(head) < size)
    dialect, newline = dialect or begin.dialect, begin.newline
    start += len(begin.bom) + len(begin.skip)
    first, length = named_header(reading, dialect, newline), 0
    if reading.has_header:
        first, length = _first_record(FileRange(fd, start, stop), dialect)
    line = begin.skip.count(b"\n") + os.pread(fd, length, start).count(b"\n") + 1
    start += length

    def records(advance: Advance) -> Iterator[Block]:
        where = FileRange(file.fileno(), start, stop, advance)
        return blocks(where, record_scanner(dialect, line), newline)

    return Input(
        source,
        begin.bom,
        first,
        newline,
        dialect,
        fd,
        start,
        stop,
        line,
        records,
        reading.lines,
        begin.notes,
    )


def _behind_first(stream: Iterator[Block]) -> tuple[bytes, bytes, Iterator[Block]]:
    """Return the first record, all up to its end, and the blocks of the others."""
    data, ends, _, comment, behind = next(stream)
    first = int(ends[0])

    def rest() -> Iterator[Block]:
        if len(ends) > 1:
            yield Block(data[first:], [int(end) - first for end in ends[1:]], 0, comment, behind)
        yield from stream

    before = bytes(data[:first])
    return before[record_start(before, 0, first, comment) :], before, rest()


def bytes_read(file: io.FileIO) -> Callable[[int], int]:
    """Return a function that returns the number of bytes of a file read since its last call."""
    last = file.tell()

    def since(_: int) -> int:
        nonlocal last
        before, last = last, file.tell()
        return last - before

    return since


def open_pipe(
    source: str,
    stream: Any,
    reading: Reading,
    dialect: Dialect | None,
    counted: Callable[[int], int] = lambda step: step,
) -> Input:
    """Open what can be read once only; `counted` turns the size of a read into progress."""
    head = head_of(stream, reading.skip_lines)
    begin = start_of(
        head[:HEAD] if not reading.skip_lines else head, source, reading, len(head) < HEAD
    )
    dialect, newline = dialect or begin.dialect, begin.newline
    shown: list[Advance] = []
    rest = head[len(begin.bom) + len(begin.skip) :]
    where = Prefixed(rest, stream, lambda step: shown[0](counted(step)) if shown else None)
    line = begin.skip.count(b"\n") + 1
    pieces = blocks(cast(Source, where), record_scanner(dialect, line), newline)
    first, before = named_header(reading, dialect, newline), b""
    if reading.has_header:
        first, before, pieces = _behind_first(pieces)

    def records(advance: Advance) -> Iterator[Block]:
        shown.append(advance)
        return pieces

    return Input(
        source,
        begin.bom,
        first,
        newline,
        dialect,
        None,
        0,
        0,
        1,
        records,
        reading.lines,
        begin.notes,
        begin.bom + begin.skip + before,
    )


def widen(fd: int) -> None:
    """Enlarge a pipe's buffer to 1 MB if possible, so that its writer works at the same time."""
    with suppress(AttributeError, OSError):
        fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, 1 << 20)


def open_word(word: str) -> "Opened":
    """Open a source, named as bin/sample-large-csv does: DESCRIPTOR:NAME, decompressed.

    The descriptor is that of a cloud transfer, and empty for other sources. Return also what
    turns the size of a read into progress.
    """
    fd, _, source = word.partition(":")
    if fd:
        raw = cast(BinaryIO, io.BufferedReader(Transfer(int(fd), source), HEAD))
        return open_stream(raw, source), lambda step: step
    if file := regular_file(source):
        counted = bytes_read(file)  # before the first of them is read
        buffered = cast(BinaryIO, io.BufferedReader(file, HEAD))
        return open_stream(buffered, display_name(source)), counted
    if source == "-":
        widen(0)
    return open_source(source), lambda step: step


def peeked(stream: BinaryIO) -> bytes:
    """Return the first bytes of a buffered stream, which stay unread."""
    return cast(io.BufferedReader, stream).peek(PEEKED)[:PEEKED]


Opened = tuple[BinaryIO, Callable[[int], int]]
"""A stream, and what turns the size of a read into progress."""


def first_stream(word: str) -> tuple[Opened | None, str]:
    """Return the format of a source; and its stream, where it cannot be opened a second time."""
    fd, _, source = word.partition(":")
    file = None if fd else regular_file(source)
    if file is not None and not is_compressed(file):
        return None, format_of(os.pread(file.fileno(), PEEKED, file.tell()))
    with named(source):
        opened = open_word(word)
        kind = format_of(peeked(opened[0]))
        return (opened if file is None or source == "-" else None), kind


def open_input(
    word: str, reading: Reading, dialect: Dialect | None = None, opened: Opened | None = None
) -> Input:
    """Open a source, which may be open already; JSON lines and the like are read as CSV."""
    fd, _, source = word.partition(":")
    with named(source):
        file = None if fd or opened else regular_file(source)
        if file and (is_plain(file) or (reading.is_raw and not is_compressed(file))):
            return open_file(source, file, reading, dialect)
        stream, counted = opened or open_word(word)
        if not reading.is_raw and format_of(peeked(stream)):
            from pyhelpers.tables.csv_text import as_csv

            stream, counted = as_csv(stream, source, reading), lambda step: step
        return open_pipe(source, stream, reading, dialect, counted)
