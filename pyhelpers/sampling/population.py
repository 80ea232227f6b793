"""Read several sources with one header as one population of records."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import IO, NamedTuple, cast

from pyhelpers import KitError
from pyhelpers.csvio.blocks import Block
from pyhelpers.csvio.reading import Reading
from pyhelpers.csvio.sources import display_name
from pyhelpers.sampling.inputs import (
    Input,
    Opened,
    allow_files,
    is_rereadable,
    named,
    open_input,
    size_of,
)
from pyhelpers.sampling.record_copy import Records, copy_by_two, copy_records, is_long
from pyhelpers.sampling.record_count import Advance, build_index
from pyhelpers.sampling.record_index import (
    WORTH_KEEPING,
    Index,
    cache_path,
    file_key,
    is_settled,
    load_index,
    save_index,
)


class Population:
    """The records under one header, of one source or several.

    Attributes
    ----------
    first : Input
        The source whose header, line ends and delimiter count for all.
    files : list of Input or None
        The sources, if each is a file that can be read twice.
    """

    def __init__(self, words: list[str], reading: Reading, opened: Opened | None = None) -> None:
        self._reading = reading
        allow_files(len(words))
        sizes = [size_of(word) for word in words]
        self._bytes = sum(size or 0 for size in sizes) if None not in sizes else None
        self.first = open_input(words[0], reading, None, opened)
        self._rest = words[1:]
        plain = self.first.fd is not None and all(map(is_rereadable, self._rest))
        self.files = list(self._inputs()) if plain else None

    @property
    def name(self) -> str:
        """Return the name for messages."""
        more = f" and {len(self._rest)} more" if self._rest else ""
        return display_name(self.first.path) + more

    def _inputs(self) -> Iterator[Input]:
        """Yield the sources, opened one after the other; their headers have to agree."""
        yield self.first
        for word in self._rest:
            part = open_input(word, self._reading, self.first.dialect)
            if part.header.rstrip(b"\r\n") != self.first.header.rstrip(b"\r\n"):
                other = display_name(self.first.path)
                what = f"its header is not that of {other}; sample files with one header together"
                raise KitError(f"{display_name(part.path)}: {what}")
            yield part

    def size(self) -> int | None:
        """Return the number of bytes to read, as stored, if it is known."""
        if self.files is None:
            return self._bytes
        return sum(part.stop - part.start for part in self.files)

    def blocks(self, advance: Advance) -> Iterator[Block]:
        """Yield all records; of streams once only."""
        for part in self.files or self._inputs():
            with named(part.path):
                yield from part.blocks(advance)


def index_of(part: Input, use_cache: bool, advance: Advance) -> Index:
    """Return a file's index: kept from an earlier sample, or made now and kept for a later one."""
    assert part.fd is not None
    keep = use_cache and part.path != "-" and part.stop - part.start >= WORTH_KEEPING
    if keep:
        place = cache_path(part.path, part.start, part.dialect)
        key = file_key(part.fd, part.start, part.dialect)
        index = load_index(place, key)
        if index is not None:
            return index
    with named(part.path):
        index = build_index(part.fd, part.start, part.stop, part.dialect, part.line, advance)
    if keep and is_settled(part.fd) and key == file_key(part.fd, part.start, part.dialect):
        save_index(place, key, index)
    return index


def _between(numbers: Sequence[int], low: int, high: int) -> Sequence[int]:
    """Return those of sorted numbers that are low <= n < high, counted from low."""
    mine = numbers[bisect_left(numbers, low) : bisect_left(numbers, high)]
    if isinstance(mine, range):
        return range(mine.start - low, mine.stop - low)
    return [number - low for number in mine] if low else mine


class Picks(NamedTuple):
    """Sorted numbers of records that were drawn from one file."""

    part: Input
    starts: Index
    numbers: Sequence[int]

    def records(self) -> Iterator[Records]:
        """Yield the records, some at a time, valid until the next are asked for."""
        fd, dialect, newline = cast(int, self.part.fd), self.part.dialect, self.part.newline
        with named(self.part.path):
            yield from copy_records(fd, self.starts, self.numbers, dialect, newline)

    def write(self, out: IO[bytes]) -> None:
        """Write the records, by two processes where that pays."""
        if not is_long(self.starts, self.numbers):
            for some in self.records():
                out.write(b"".join(some))
            return
        fd, dialect, newline = cast(int, self.part.fd), self.part.dialect, self.part.newline
        out.flush()
        with named(self.part.path):
            copy_by_two(fd, self.starts, self.numbers, dialect, newline, out.fileno())


def pick(
    files: list[Input], indexes: list[Index], drawn: Iterable[Sequence[int]]
) -> Iterator[Picks]:
    """Yield the records drawn from the files as one population, in their order, in chunks."""
    limits = list(accumulate((index.count for index in indexes), initial=0))
    for numbers in drawn:
        for part, index, (low, high) in zip(files, indexes, pairwise(limits), strict=True):
            yield Picks(part, index, _between(numbers, low, high))
