"""Inputs: the sources of a job, opened; each as a header and the records behind it."""

import fcntl
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from stat import S_ISREG
from typing import Any, NamedTuple, cast

from pyhelpers import KitError
from pyhelpers.csvio.blocks import Block, Prefixed, Source, blocks
from pyhelpers.csvio.dialect import Dialect, byte_order_mark, detect_delimiter
from pyhelpers.csvio.sources import MAGIC, display_name, open_source, open_stream
from pyhelpers.csvio.transfers import Transfer
from pyhelpers.sampling.record_count import Advance, FileRange, record_scanner

HEAD = 1 << 16
OTHER_FILES = 64  # that a process has open, beside its sources

Settle = Callable[[str, bytes], Dialect]


@contextmanager
def named(source: str) -> Iterator[None]:
    """Put the source's name in front of errors that lack it."""
    name = display_name(source)
    try:
        yield
    except KitError as error:
        if error.exit_code == 2 or str(error).startswith(name):
            raise
        raise KitError(f"{name}: {error}", error.exit_code) from None


class Part(NamedTuple):
    """A source, opened: its header, and the blocks of the records behind it.

    Attributes
    ----------
    path : str
        Its name, as typed.
    fd : int or None
        Where it can be read again, from start to stop; None for a stream.
    line : int
        The line on which its records start.
    blocks : function
        Returns the records; of a stream once only. It takes what is told of progress.
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


def check_head(head: bytes) -> bytes:
    """Return the byte order mark, if there is one; refuse what cannot be sampled."""
    if any(byte_order_mark(head, name)[0] for name in ("utf-16", "utf-32")):
        raise KitError("is UTF-16 or UTF-32; convert it with iconv -t UTF-8")
    mark, _ = byte_order_mark(head, "utf-8")
    if head == mark:
        raise KitError("is empty; there is nothing to sample")
    return mark


def settle(source: str, head: bytes, delimiter: str, lines: bool, quote: bool) -> Dialect:
    """Return a source's dialect; by default quotes have no special meaning in TSV files.

    >>> settle("-", b"a;b\\n1;2\\n", "", lines=False, quote=False).delimiter
    ';'
    """
    first = head.partition(b"\n")[0].decode("utf-8", "replace")
    delimiter = delimiter or detect_delimiter(source, first)
    return Dialect(delimiter, not lines and (quote or delimiter != "\t"))


def newline_of(head: bytes) -> bytes:
    """Return what ends lines, as the first of them tells."""
    return b"\r\n" if head.partition(b"\n")[0].endswith(b"\r") else b"\n"


def regular_file(source: str) -> io.FileIO | None:
    """Open a source that is a regular file, compressed or not; None for any other.

    None too where the system says no size, as it does of /proc's files, which are read as pipes.
    """
    try:
        # Not opened unless it is a file: a named pipe would lose what is written to it.
        status = os.fstat(0) if source == "-" else os.stat(source)
        if not S_ISREG(status.st_mode) or not status.st_size:
            return None
        return io.FileIO(0, closefd=False) if source == "-" else io.FileIO(source)
    except OSError:
        return None  # open_source will say why


def is_packed(file: io.FileIO) -> bool:
    """Tell whether a file is compressed, from where it stands."""
    return os.pread(file.fileno(), 8, file.tell()).startswith(tuple(MAGIC))


def is_plain(word: str) -> bool:
    """Tell whether what the worker names can be read twice as it stands."""
    file = regular_file(word[1:]) if word[0] == ":" else None
    return file is not None and not is_packed(file)


def size_of(word: str) -> int | None:
    """Return how many bytes there are to read of what the worker names, when that is known."""
    file = regular_file(word[1:]) if word[0] == ":" else None
    return None if file is None else os.fstat(file.fileno()).st_size - file.tell()


def allow_files(count: int) -> None:
    """Let this process have so many files open, as far as the system lets it."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + OTHER_FILES
    if 0 <= soft < wanted:
        limit = wanted if hard < 0 else min(wanted, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def _first_record(source: Source, dialect: Dialect) -> bytes:
    data, ends, _ = next(blocks(source, record_scanner(dialect), size=HEAD))
    return bytes(data[: ends[0]])


def open_file(source: str, file: io.FileIO, settled: Settle, header: bool) -> Part:
    """Open a regular file, from where it stands; it is closed when the part is no longer used."""
    fd = file.fileno()
    start, stop = file.tell(), os.fstat(fd).st_size
    head = os.pread(fd, HEAD, start)
    bom = check_head(head)
    dialect, newline, start = settled(source, head[len(bom) :]), newline_of(head), start + len(bom)
    first = _first_record(FileRange(fd, start, stop), dialect) if header else b""
    line = first.count(b"\n") + 1

    def records(advance: Advance) -> Iterator[Block]:
        where = FileRange(file.fileno(), start + len(first), stop, advance)
        return blocks(where, record_scanner(dialect, line), newline)

    return Part(source, bom, first, newline, dialect, fd, start + len(first), stop, line, records)


def _head_of(stream: Any) -> bytes:
    """Read a stream up to its first line end, or far enough."""
    head = bytearray()
    while b"\n" not in head and len(head) < HEAD:
        chunk = stream.read1(HEAD)
        if not chunk:
            break
        head += chunk
    return bytes(head)


def _behind_first(stream: Iterator[Block]) -> tuple[bytes, Iterator[Block]]:
    """Return the first record, and the blocks of the others."""
    data, ends, _ = next(stream)
    first = int(ends[0])

    def rest() -> Iterator[Block]:
        if len(ends) > 1:
            yield Block(data[first:], [int(end) - first for end in ends[1:]])
        yield from stream

    return bytes(data[:first]), rest()


def bytes_read(file: io.FileIO) -> Callable[[int], int]:
    """Return a function that tells how many bytes of a file were read since its last call."""
    last = file.tell()

    def since(_: int) -> int:
        nonlocal last
        before, last = last, file.tell()
        return last - before

    return since


def open_pipe(
    source: str,
    stream: Any,
    settled: Settle,
    header: bool,
    counted: Callable[[int], int] = lambda step: step,
) -> Part:
    """Open what can be read once only; what is `counted` of the bytes that came is progress."""
    head = _head_of(stream)
    bom = check_head(head)
    dialect, newline = settled(source, head[len(bom) :]), newline_of(head)
    shown: list[Advance] = []
    where = Prefixed(
        head[len(bom) :], stream, lambda step: shown[0](counted(step)) if shown else None
    )
    pieces = blocks(cast(Source, where), record_scanner(dialect), newline)
    first, pieces = _behind_first(pieces) if header else (b"", pieces)

    def records(advance: Advance) -> Iterator[Block]:
        shown.append(advance)
        return pieces

    return Part(source, bom, first, newline, dialect, None, 0, 0, 1, records)


def widen(fd: int) -> None:
    """Let a pipe hold 1 MB where that can be had, so that its writer works while we do."""
    with suppress(AttributeError, OSError):
        fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, 1 << 20)


def open_part(word: str, settled: Settle, header: bool) -> Part:
    """Open a source as the worker names it: the descriptor of a transfer or none, :, its name."""
    fd, _, source = word.partition(":")
    with named(source):
        if fd:
            raw = io.BufferedReader(Transfer(int(fd), source), HEAD)
            return open_pipe(source, open_stream(raw, source), settled, header)
        file = regular_file(source)
        if file is None:
            if source == "-":
                widen(0)
            return open_pipe(source, open_source(source), settled, header)
        if is_packed(file):
            counted = bytes_read(file)
            stream = open_stream(io.BufferedReader(file, HEAD), display_name(source))
            return open_pipe(source, stream, settled, header, counted)
        return open_file(source, file, settled, header)
