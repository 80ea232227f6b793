"""Draw rows of Parquet and Arrow files: their numbers first, then only those rows are taken."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from random import Random
from typing import IO, TYPE_CHECKING, Any, cast

from pyhelpers import KitError
from pyhelpers.csvio.blocks import Block
from pyhelpers.csvio.columns import check_alike
from pyhelpers.csvio.formats import format_of
from pyhelpers.csvio.reading import Reading
from pyhelpers.csvio.records import Field
from pyhelpers.csvio.sources import display_name
from pyhelpers.sampling import designs
from pyhelpers.sampling.draw import draw
from pyhelpers.sampling.inputs import Opened, open_word, peeked
from pyhelpers.sampling.row_store import Store
from pyhelpers.sampling.sample import Sampler, Write
from pyhelpers.tables.csv_text import csv_lines, rows_of

if TYPE_CHECKING:
    from pyhelpers.tables.arrow_files import ArrowTable

RANDOM_ACCESS = ("parquet", "arrow")  # formats of which single rows can be read
NUMBERS = 1 << 16  # records of a block
ROW_GROUP = 1 << 17  # records of a group in a Parquet file that is written


class TypedPopulation:
    """The rows of files with the same columns.

    Attributes
    ----------
    tables : list of ArrowTable
    files : list
        Not None: its sources can be read twice.
    """

    files: tuple[()] = ()

    def __init__(self, tables: "list[ArrowTable]") -> None:
        self.tables = tables
        for table in tables[1:]:
            check_alike(tables[0], table)
        more = f" and {len(tables) - 1} more" if len(tables) > 1 else ""
        self.name = tables[0].source + more

    def column(self, name: str) -> Iterator[list[str]]:
        """Yield a column as texts, block by block; "" where a value is missing."""
        known = self.tables[0].names
        if name not in known:
            shown = ", ".join(known[:50])
            raise KitError(f"{self.tables[0].source}: no column {name!r}; columns: {shown}")
        for table in self.tables:
            for [chunk] in table.chunks([name], [name], lambda step: None):
                yield [text if isinstance(text, str) else "" for text in chunk]


class TypedSampler(Sampler):
    """Draws numbers of rows by a design: the same as of a CSV with the same rows, for a seed."""

    population: TypedPopulation  # type: ignore[assignment]

    def __init__(self, population: TypedPopulation, *rest: Any) -> None:
        super().__init__(cast(Any, population), *rest)

    def numbers(self) -> Any:
        """Return the numbers of the rows drawn, as an array, in the order in which they go out."""
        import numpy as np

        design = self.design
        if design.seek:
            raise KitError("--seek is for text; leave it out", 2)
        if design.by:
            drawn = [int(row) for rows in self._strata() for row in rows]
        elif design.weight:
            drawn = self._by_weight()
        else:
            total = sum(table.records for table in self.population.tables)
            size, shuf = self._size(total), self.resources.shuf
            drawn = list(chain.from_iterable(draw(total, size, design.seed, design.replace, shuf)))
        if design.shuffled:
            Random(f"shuffled {design.seed}").shuffle(drawn)
        return np.array(drawn, np.int64)

    def _texts(self, column: str) -> tuple[Iterator[Block], Field]:
        """Return blocks whose records are the numbers of the rows, and each row's text."""
        held: list[str] = []
        before = 0

        def blocks() -> Iterator[Block]:
            nonlocal held, before
            for texts in self.population.column(column):
                before, held = before + len(held), texts
                rows = [b"%d\n" % number for number in range(before, before + len(held))]
                ends, end = [], 0
                for row in rows:
                    end += len(row)
                    ends.append(end)
                yield Block(b"".join(rows), ends)

        return blocks(), lambda record, number: held[number - 1 - before].encode()

    def _strata(self) -> Iterator[list[bytes]]:
        design = self.design
        sizes = Counter(
            text.encode() for texts in self.population.column(design.by) for text in texts
        )
        allocate = designs.equal if design.equal else designs.proportional
        shares = allocate([*sizes.values()], self._size(sizes.total()))
        blocks, field = self._texts(design.by)
        yield from designs.draw_strata(blocks, field, sizes, shares, self._random)

    def _by_weight(self) -> list[int]:
        blocks, field = self._texts(self.design.weight)
        store = Store(self._memory())
        self._size(designs.weighted(blocks, field, self.design.rows, self._random, store))
        return [int(row) for row in store.rows()]


def open_population(
    words: Sequence[str], reading: Reading, opened: Opened | None
) -> TypedPopulation:
    """Open sources as one table.

    Parameters
    ----------
    words : sequence of str
        The sources, as `inputs.open_input` takes them.
    opened : Opened or None
        The first of them, if it is open already.

    Raises
    ------
    KitError
        For a source that is not a Parquet or Arrow file, and as `formats.open_typed` does.
    """
    from pyhelpers.tables.formats import open_typed

    tables: list[ArrowTable] = []
    for at, word in enumerate(words):
        stream, _ = opened if opened and not at else open_word(word)
        source = display_name(word.partition(":")[2])
        if format_of(peeked(stream)) not in RANDOM_ACCESS:
            other = display_name(words[0].partition(":")[2])
            raise KitError(f"{source}: is of another format than {other}; sample it alone")
        tables.append(cast("ArrowTable", open_typed(stream, source, reading)))
    return TypedPopulation(tables)


def rows_drawn(population: TypedPopulation, numbers: Any) -> Iterator[Any]:
    """Yield Arrow tables of the rows drawn, in their order; no group of rows is read twice."""
    import numpy as np
    import pyarrow as pa

    in_order = bool((np.diff(numbers) >= 0).all())
    wanted = numbers if in_order else np.sort(numbers)
    schema, found, start = population.tables[0].schema, [], 0
    for table in population.tables:
        low, high = np.searchsorted(wanted, [start, start + table.records])
        for part in table.taken(wanted[low:high] - start):
            found.append(part.select(schema.names).cast(schema) if start else part)
            if in_order:
                yield found.pop()
        start += table.records
    if found:
        places = np.empty(len(numbers), np.int64)
        places[np.argsort(numbers, kind="stable")] = np.arange(len(numbers))
        yield pa.concat_tables(found).take(places)


def write_csv(population: TypedPopulation, numbers: Any, write: Write) -> None:
    """Write the rows drawn as CSV, a header before them."""
    table = population.tables[0]
    write(csv_lines([table.names]))
    for part in rows_drawn(population, numbers):
        for batch in part.to_batches(NUMBERS):
            write(csv_lines(rows_of(cast(Sequence[Any], table.spelled(batch)))))


def write_arrow(
    population: TypedPopulation, numbers: Any, out: IO[bytes], as_parquet: bool
) -> None:
    """Write the rows drawn with the types that they have, as Parquet or Arrow."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    schema = population.tables[0].schema
    opened = parquet.ParquetWriter if as_parquet else pa.ipc.new_file
    with opened(out, schema) as writer:
        held: list[Any] = []
        for part in rows_drawn(population, numbers):
            held.append(part)
            if sum(map(len, held)) >= ROW_GROUP:
                writer.write_table(pa.concat_tables(held))
                held = []
        if held:
            writer.write_table(pa.concat_tables(held))
