"""Jobs: what sample-large-csv asks for, done with the source as it is."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from stat import S_ISREG
from typing import Any, BinaryIO, NamedTuple, cast

from pyhelpers import KitError
from pyhelpers.delimiter import delimiter_of
from pyhelpers.files import MAGIC, display_name, open_source, write_whole
from pyhelpers.rows.draw import draw
from pyhelpers.rows.index import Index, build_index, copy_records
from pyhelpers.rows.scan import Block, Dialect, Source, blocks
from pyhelpers.rows.stream import reservoir

BOM = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
HEAD = 1 << 16
STDOUT = 1

Write = Callable[[Iterable[Any]], None]


class Job(NamedTuple):
    """What a person asked for."""

    source: str
    rows: int
    seed: int
    header: bool
    delimiter: str
    out: str


def parse_job(words: Sequence[str]) -> Job:
    """Read the worker's words, each NAME=VALUE; no seed is a fresh one."""
    given = dict(word.split("=", 1) for word in words)
    seed = int(given["seed"]) if given["seed"] else int.from_bytes(os.urandom(8), "big")
    return Job(
        source=given["source"],
        rows=int(given["rows"]),
        seed=seed,
        header=given["header"] == "yes",
        delimiter=given["delimiter"],
        out=given["out"],
    )


def dialect_of(source: str, head: bytes, delimiter: str) -> Dialect:
    """Return how records are told apart; with tabs nothing is quoted.

    >>> dialect_of("-", b"a;b\\n1;2\\n", "")
    Dialect(delimiter=';', quoting=True)
    """
    first = head.partition(b"\n")[0].decode("utf-8", "replace")
    delimiter = delimiter or delimiter_of(source, first)
    return Dialect(delimiter, quoting=delimiter != "\t")


def check_head(head: bytes) -> int:
    """Return where records start behind a byte order mark; refuse what cannot be sampled."""
    if head.startswith(UTF_16):
        raise KitError("is UTF-16; convert it with iconv -t UTF-8")
    start = len(BOM) if head.startswith(BOM) else 0
    if len(head) == start:
        raise KitError("is empty; there is nothing to sample")
    return start


@contextmanager
def output(path: str) -> Iterator[Write]:
    """Yield a function that writes parts to a file, whole or not at all, or standard output."""
    # Not sys.stdout: PYTHONUNBUFFERED would make its writes partial ones.
    with write_whole(path) if path else open(STDOUT, "wb", closefd=False) as stream:

        def write(parts: Iterable[Any]) -> None:
            stream.write(b"".join(parts))

        yield write


def clamp(job: Job, population: int) -> int:
    """Return how many rows to draw; say so when it is less than was asked for."""
    if not population:
        raise KitError("has a header and no records; nothing to sample")
    if population < job.rows:
        name, few = display_name(job.source), f"only {population} of {job.rows} rows are there"
        sys.stderr.write(f"sample-large-csv: {name}: {few}; took all\n")
    return min(job.rows, population)


def newline_of(head: bytes) -> bytes:
    """Return what ends lines, as the first of them tells."""
    return b"\r\n" if head.partition(b"\n")[0].endswith(b"\r") else b"\n"


def choose(job: Job, index: Index) -> Sequence[int]:
    """Return the sorted numbers of the records to copy, the header's 0 among them."""
    first = int(job.header)
    rows = clamp(job, index.count - first)
    if rows == index.count - first:
        return range(index.count)
    drawn = draw(first, index.count - 1, rows, job.seed) if rows else []
    return [0, *drawn] if job.header else drawn


def sample_file(job: Job, fd: int, head: bytes) -> None:
    """Sample a file that can be read twice: count its records, draw numbers, copy those."""
    begin, stop = os.lseek(fd, 0, os.SEEK_CUR), os.fstat(fd).st_size
    start = check_head(head)
    dialect, newline = dialect_of(job.source, head[start:], job.delimiter), newline_of(head)
    index = build_index(fd, begin + start, stop, dialect)
    chosen = choose(job, index)
    with output(job.out) as write:
        write([head[:start]])
        for parts in copy_records(fd, index, chosen, dialect, newline):
            write(parts)


def take_header(stream: Iterator[Block]) -> tuple[bytes, Iterator[Block]]:
    """Return the first record, and the blocks of the others."""
    data, ends = next(stream)

    def rest() -> Iterator[Block]:
        if len(ends) > 1:
            yield Block(data[ends[0] :], [end - ends[0] for end in ends[1:]])
        yield from stream

    return bytes(data[: ends[0]]), rest()


def sample_stream(job: Job, stream: BinaryIO, head: bytes) -> None:
    """Sample what can be read once only; nothing is written before it has ended well."""
    start = check_head(head)
    stream.read(start)
    dialect, newline = dialect_of(job.source, head[start:], job.delimiter), newline_of(head)
    pieces = blocks(cast(Source, stream), dialect.scanner())
    header, pieces = take_header(pieces) if job.header else (b"", pieces)
    kept, seen = reservoir(pieces, job.rows, Random(job.seed))
    clamp(job, seen)
    with output(job.out) as write:
        write([head[:start]])
        for record in [header, *kept] if job.header else kept:
            write([record] if record.endswith(b"\n") else [record, newline])


def plain_file(source: str) -> int | None:
    """Open a source that can be read twice as it stands; None for pipes and what is compressed."""
    if source == "-":
        fd = 0
    elif os.path.isfile(source):
        fd = os.open(source, os.O_RDONLY)
    else:
        return None
    if not S_ISREG(os.fstat(fd).st_mode):
        return None
    head = os.pread(fd, 8, os.lseek(fd, 0, os.SEEK_CUR))
    return None if head.startswith(tuple(MAGIC)) else fd


def sample(job: Job) -> None:
    """Sample one source to where the job says."""
    fd = plain_file(job.source)
    if fd is not None:
        sample_file(job, fd, os.pread(fd, HEAD, os.lseek(fd, 0, os.SEEK_CUR)))
        return
    stream = open_source(job.source)
    sample_stream(job, stream, cast(Any, stream).peek(HEAD))


def work(args: list[str]) -> int:
    """Do a job that bin/sample-large-csv has parsed."""
    job = parse_job(args)
    try:
        sample(job)
    except KitError as error:
        name = display_name(job.source)
        if str(error).startswith(name):
            raise
        raise KitError(f"{name}: {error}", error.exit_code) from None
    return 0
