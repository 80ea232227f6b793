"""Draw a sample of a population of records, by the way that its sources and the design allow."""

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from random import Random
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

from pyhelpers import KitError
from pyhelpers.csvio.records import field_of, split_record
from pyhelpers.sampling import designs
from pyhelpers.sampling.design_state import Progress, continue_random
from pyhelpers.sampling.draw import Lines, draw, seek_lines
from pyhelpers.sampling.inputs import Input, named
from pyhelpers.sampling.population import Picks, Population, index_of, pick
from pyhelpers.sampling.record_count import Advance, no_progress
from pyhelpers.sampling.row_store import Store

if TYPE_CHECKING:
    from pyhelpers.sampling.kept_sample import KeptPopulation

BATCH = 1 << 16  # bytes
FILE_MEMORY = 32 << 20  # bytes held of a sample of files before it goes to TMPDIR

Rows = Iterator[Iterable[Any]]
Report = Callable[[str], None]
Write = Callable[[bytes], object]


class Design(NamedTuple):
    """What to draw: a sampling design.

    Attributes
    ----------
    rows : int
        Sample size, unless `fraction` of the rows is drawn.
    replace : bool
        Draw with replacement.
    by : str
        Column of strata, each with its proportional share or, if `equal`, the same share.
    weight : str
        Column of weights.
    seek : bool
        Draw lines at random offsets, without reading the file.
    shuffled : bool
        Return the rows in random order.
    """

    rows: int
    seed: int
    fraction: float | None = None
    replace: bool = False
    by: str = ""
    equal: bool = False
    weight: str = ""
    seek: bool = False
    shuffled: bool = False


class Resources(NamedTuple):
    """What a sample may use: the index cache, memory for rows, shuf (on descriptors 3 and 4)."""

    cache: bool = True
    memory: int = FILE_MEMORY
    shuf: bool = False


class Sampler:
    """Draws from a population by a design.

    Parameters
    ----------
    advance : function
        Called with the number of bytes of each read.
    report : function
        Called with what is worth knowing about the sample.
    """

    def __init__(
        self,
        population: "Population | KeptPopulation",
        design: Design,
        resources: Resources,
        advance: Advance = no_progress,
        report: Report = lambda text: None,
    ) -> None:
        needs_total = design.fraction is not None and (design.by or design.replace)
        if needs_total and population.files is None:
            what = "--fraction with --by or --replace needs files that can be read twice"
            raise KitError(f"{what}; give the number of rows with -n", 2)
        self.population, self.design, self.resources = population, design, resources
        self.advance, self._report = advance, report
        self._random = Random(design.seed)
        # Populations of files and of typed tables are drawn from at once: nothing is kept.
        self._kept = cast("KeptPopulation", population) if hasattr(population, "progress") else None
        self._progress = self._kept.progress if self._kept else Progress()
        continue_random(self._random, self._progress)

    def rows(self) -> Rows | Iterator[Picks]:
        """Return the rows of the sample, some at a time, when the first of them are known."""
        rows = self._in_order()
        if self.design.shuffled:
            rows = shuffle(rows, Random(f"shuffled {self.design.seed}"), Store(self._memory()))
        first: Any = next(rows, ())
        return chain([first], rows)

    def _in_order(self) -> Rows | Iterator[Picks]:
        if self.design.seek:
            return self._seek()
        if self.design.by:
            return self._strata()
        if self.design.weight:
            return self._weighted()
        if self.population.files is None:
            return self._stream()
        return self._files(self.population.files)

    def _store(self) -> Store:
        """Return where the sample's rows are held, with those of a run that was killed."""
        return self._kept.store if self._kept else Store(self._memory())

    def _memory(self) -> int:
        memory = self.resources.memory
        return memory if self.population.files is None else min(memory, FILE_MEMORY)

    def _size(self, total: int) -> int:
        """Return the sample size; report it when it is smaller than was asked for."""
        design, name = self.design, self.population.name
        if not total:
            raise KitError(f"{name}: has a header and no records; nothing to sample")
        if design.fraction is not None:
            return round(design.fraction * total)
        if design.replace or design.rows <= total:
            return design.rows
        self._report(f"{name}: only {total} of {design.rows} rows are there; took all")
        return total

    def _files(self, files: list[Input]) -> Iterator[Picks]:
        """Draw from files by record numbers."""
        design, resources = self.design, self.resources
        indexes = [index_of(file, resources.cache, self.advance) for file in files]
        total = sum(index.count for index in indexes)
        rows = self._size(total)
        return pick(files, indexes, draw(total, rows, design.seed, design.replace, resources.shuf))

    def _seek(self) -> Rows:
        """Draw from one file without reading it."""
        files = self.population.files or []
        if len(files) != 1:
            raise KitError("--seek takes one file that is neither compressed nor a pipe", 2)
        [file] = files
        assert file.fd is not None
        lines = Lines(file.fd, file.start, file.stop, file.newline)
        self._size(sys.maxsize if lines.size else 0)
        columns = 0
        if not file.any_width:
            columns = len(split_record(lines.first(file.dialect), file.dialect))
        with named(file.path):
            yield seek_lines(
                lines, self.design.rows, columns, file.dialect, file.newline, self._random
            )

    def _strata(self) -> Rows:
        """Draw within each value of a column."""
        population, design, advance = self.population, self.design, self.advance
        first = population.first
        with named(first.path):
            field = field_of(design.by, first.header, first.dialect)
        allocate = designs.equal if design.equal else designs.proportional
        if population.files is None:
            store = self._store()
            pieces = population.blocks(advance)
            slots, total = designs.stream_strata(
                pieces, field, design.rows, allocate, self._random, store, self._progress
            )
            self._size(total)
            yield from batches(store.rows(slots))
            return
        sizes = designs.count_strata(population.blocks(advance), field)
        shares = allocate([*sizes.values()], self._size(sizes.total()))
        again = population.blocks(advance)
        yield from designs.draw_strata(again, field, sizes, shares, self._random)

    def _weighted(self) -> Rows:
        """Draw with probabilities by the weights in a column."""
        first, store = self.population.first, self._store()
        with named(first.path):
            weight = field_of(self.design.weight, first.header, first.dialect)
        blocks = self.population.blocks(self.advance)
        rows, random = self.design.rows, self._random
        total = designs.weighted(blocks, weight, rows, random, store, self._progress)
        self._size(total)
        yield from batches(store.rows())

    def _stream(self) -> Rows:
        """Draw from what can be read once only."""
        design, blocks = self.design, self.population.blocks(self.advance)
        progress, store = self._progress, self._store()
        if design.fraction is not None:
            drawn = designs.bernoulli(blocks, design.fraction, self._random, progress)
            if not self._kept:
                yield from drawn
                return
            for rows in drawn:
                store.add_all(len(store), rows)
            yield from batches(store.rows())
            return
        replace = design.replace
        take = designs.with_replacement if replace else designs.reservoir
        self._size(take(blocks, design.rows, self._random, store, progress))
        yield from batches(store.rows())


def batches(rows: Iterable[bytes]) -> Rows:
    """Group rows into batches that are worth one write."""
    batch: list[bytes] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += len(row)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    yield batch


def shuffle(rows: Rows | Iterator[Picks], random: Random, store: Store) -> Rows:
    """Yield rows in random order: each order equally likely."""
    some: Any
    for some in rows:
        for row in chain.from_iterable(some.records()) if isinstance(some, Picks) else some:
            store.add(len(store), bytes(row))
    order = list(range(len(store)))
    random.shuffle(order)
    yield from batches(map(store.row, order))


def write_rows(rows: Rows | Iterator[Picks], write: Write, out: IO[bytes] | None = None) -> None:
    """Write rows with `write`; those picked from files to `out` at once, where it is given."""
    some: Any
    for some in rows:
        if isinstance(some, Picks) and out is not None:
            some.write(out)
            continue
        for batch in some.records() if isinstance(some, Picks) else [some]:
            write(b"".join(batch))


def write_sample(header: Input, rows: Rows | Iterator[Picks], out: IO[bytes]) -> None:
    """Write the header of an input, once, and the rows of a sample."""
    out.write(header.bom + header.header_line())
    write_rows(rows, out.write, out)
