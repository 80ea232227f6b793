"""Jobs: what sample-large-csv asks for, done with the sources as they are."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from random import Random
from typing import IO, Any, NamedTuple

from pyhelpers import KitError
from pyhelpers.cli.progress import progress
from pyhelpers.csvio.fields import field_of, split_record
from pyhelpers.files import write_whole
from pyhelpers.sampling import strata, stream_sampling
from pyhelpers.sampling.draw import draw
from pyhelpers.sampling.inputs import named, settle
from pyhelpers.sampling.population import Picks, Population, index_of, pick
from pyhelpers.sampling.record_count import Advance
from pyhelpers.sampling.row_store import Store
from pyhelpers.sampling.seek import Lines, seek_lines
from pyhelpers.text import harmless, printable

STDOUT = 1
BATCH = 1 << 16  # bytes
FILE_MEMORY = 32 << 20  # bytes held of a sample of files before it goes to TMPDIR

Rows = Iterator[Iterable[Any]]


class Job(NamedTuple):
    """What is asked for: the options of bin/sample-large-csv, and the sources as it names them.

    A helper that needs a sample itself says `shuf=False`: it has no shuf to make the draw.
    """

    sources: list[str]
    rows: int
    seed: int
    out: str
    fraction: float | None = None
    header: bool = True
    shuffled: bool = False
    replace: bool = False
    by: str = ""
    equal: bool = False
    weight: str = ""
    seek: bool = False
    delimiter: str = ""
    lines: bool = False
    quote: bool = False
    cache: bool = True
    memory: int = FILE_MEMORY
    shuf: bool = True


@contextmanager
def output(path: str) -> Iterator[IO[bytes]]:
    """Yield a file that appears whole or not at all, or standard output."""
    # Not sys.stdout: PYTHONUNBUFFERED would make its writes partial ones.
    with write_whole(path) if path else open(STDOUT, "wb", closefd=False) as out:
        yield out


def batches(rows: Iterable[bytes]) -> Rows:
    """Put rows together that are worth one write."""
    batch: list[bytes] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += len(row)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    yield batch


def rows_of(job: Job, population: Population, total: int) -> int:
    """Return how many rows to draw of so many; say so when it is less than was asked for."""
    if not total:
        raise KitError(f"{population.name}: has a header and no records; nothing to sample")
    if job.fraction is not None:
        return round(job.fraction * total)
    if job.replace or job.rows <= total:
        return job.rows
    few = f"only {total} of {job.rows} rows are there; took all"
    sys.stderr.write(f"sample-large-csv: {harmless(population.name)}: {few}\n")
    return total


def draw_files(job: Job, population: Population, advance: Advance) -> Iterator[Picks]:
    """Draw from files among their records' numbers."""
    files = population.files or []
    indexes = [index_of(part, job.cache, advance) for part in files]
    total = sum(index.count for index in indexes)
    rows = rows_of(job, population, total)
    return pick(files, indexes, draw(total, rows, job.seed, job.replace, job.shuf))


def draw_seeking(job: Job, population: Population, random: Random) -> Rows:
    """Draw from one file without reading it."""
    files = population.files or []
    if len(files) != 1:
        raise KitError("--seek takes one file, not compressed and no pipe", 2)
    [part] = files
    assert part.fd is not None
    lines = Lines(part.fd, part.start, part.stop, part.newline)
    rows_of(job, population, sys.maxsize if lines.size else 0)
    columns = 0 if job.lines else len(split_record(lines.around(0)[1], part.dialect))
    with named(part.path):
        yield seek_lines(lines, job.rows, columns, part.dialect, part.newline, random)


def draw_strata(job: Job, population: Population, random: Random, advance: Advance) -> Rows:
    """Draw within each value of a column."""
    first = population.first
    with named(first.path):
        field = field_of(job.by, first.header, first.dialect)
    allocate = strata.equal if job.equal else strata.proportional
    if population.files is None:
        store = Store(job.memory)
        pieces = population.blocks(advance)
        slots, total = strata.stream_strata(pieces, field, job.rows, allocate, random, store)
        rows_of(job, population, total)
        yield from batches(store.rows(slots))
        return
    sizes = strata.count_strata(population.blocks(advance), field)
    rows = rows_of(job, population, sizes.total())
    shares = allocate([*sizes.values()], rows)
    yield from strata.draw_strata(population.blocks(advance), field, sizes, shares, random)


def draw_weighted(job: Job, population: Population, random: Random, advance: Advance) -> Rows:
    """Draw with chances by the weights in a column."""
    first, store = population.first, Store(_memory(job, population))
    with named(first.path):
        weight = field_of(job.weight, first.header, first.dialect)
    total = stream_sampling.weighted(population.blocks(advance), weight, job.rows, random, store)
    rows_of(job, population, total)
    yield from batches(store.rows())


def draw_stream(job: Job, population: Population, random: Random, advance: Advance) -> Rows:
    """Draw from what can be read once only."""
    pieces = population.blocks(advance)
    if job.fraction is not None:
        yield from stream_sampling.bernoulli(pieces, job.fraction, random)
        return
    store = Store(job.memory)
    take = stream_sampling.with_replacement if job.replace else stream_sampling.reservoir
    rows_of(job, population, take(pieces, job.rows, random, store))
    yield from batches(store.rows())


def _memory(job: Job, population: Population) -> int:
    return job.memory if population.files is None else min(job.memory, FILE_MEMORY)


def drawn(job: Job, population: Population, advance: Advance) -> Rows | Iterator[Picks]:
    """Return the rows of a job, in the order of the input, some at a time."""
    random = Random(job.seed)
    if job.seek:
        return draw_seeking(job, population, random)
    if job.by:
        return draw_strata(job, population, random, advance)
    if job.weight:
        return draw_weighted(job, population, random, advance)
    if population.files is None:
        return draw_stream(job, population, random, advance)
    return draw_files(job, population, advance)


def shuffle(rows: Rows | Iterator[Picks], random: Random, store: Store) -> Rows:
    """Yield rows in random order: each order equally likely."""
    some: Any
    for some in rows:
        for row in chain.from_iterable(some.records()) if isinstance(some, Picks) else some:
            store.add(len(store), bytes(row))
    order = list(range(len(store)))
    random.shuffle(order)
    yield from batches(map(store.row, order))


def sample(job: Job) -> None:
    """Do a job; nothing is written before the first row is known."""

    def settled(source: str, head: bytes) -> Any:
        return settle(source, head, job.delimiter, job.lines, job.quote)

    population = Population(job.sources, settled, job.header)
    if population.files is None and job.fraction is not None and (job.by or job.replace):
        what = "--fraction with --by or --replace"
        raise KitError(f"{what} needs files that can be read twice; say how many rows with -n", 2)
    size, readings = population.size(), 2 if job.by else 1  # strata of files are counted first
    with progress("sampling", size and size * readings) as advance:
        rows = drawn(job, population, advance)
        if job.shuffled:
            store = Store(_memory(job, population))
            rows = shuffle(rows, Random(f"shuffled {job.seed}"), store)
        write_rows(job, population, rows, advance.hide)


def write_rows(
    job: Job, population: Population, rows: Rows | Iterator[Picks], hide: Callable[[], None]
) -> None:
    """Write the header, once, and the rows; on a terminal they take the place of the bar."""
    some: Any
    first: Any = next(rows, ())
    shown = not job.out and os.isatty(STDOUT)
    if shown:
        hide()
    with output(job.out) as out:
        write = _terminal(out) if shown else out.write
        write((b"" if shown else population.first.bom) + whole(population.first))
        for some in chain([first], rows):
            if isinstance(some, Picks) and not shown:
                some.write(out)
                continue
            for batch in some.records() if isinstance(some, Picks) else [some]:
                write(b"".join(batch))


def _terminal(out: IO[bytes]) -> Callable[[bytes], int]:
    """Return a function that writes records as a terminal may show them."""
    return lambda data: out.write(printable(data.decode("utf-8", "replace")).encode())


def whole(part: Any) -> bytes:
    """Return a part's header with a line end, if it has a header."""
    lacks = part.header and not part.header.endswith(b"\n")
    return bytes(part.header + part.newline if lacks else part.header)
