"""Read Parquet, Arrow and Feather files block by block, only the columns that are asked for."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.csvio.layout import unique_names
from pyhelpers.machine import require
from pyhelpers.tables.arrow_columns import Leaf, array_of, chunk_of, kind_of, leaves

if TYPE_CHECKING:
    from pyhelpers.csvio.columns import ColumnChunk

BLOCK = 1 << 17  # records
READ_BYTES = 1 << 20  # at once of a column: a row group need not come into memory as a whole

Advance = Callable[[int], object]


class ArrowTable:
    """A table of typed columns in a file.

    Attributes
    ----------
    names : list of str
        The columns; those of nested fields are named with a dot.
    kinds : dict of str
        What each column holds: number, date, boolean or text.
    records : int
        How many rows there are; of a stream and of Feather it is not known.
    schema : pyarrow.Schema
        The types as stored.
    """

    records = 0

    def __init__(self, source: str, schema: Any) -> None:
        found = list(leaves(list(schema)))
        if not found:
            raise KitError(f"{source}: has no columns; choose another file")
        self.source, self._schema = source, schema
        self.schema = schema
        self.remarks: list[str] = []
        self.names = unique_names([leaf.name for leaf in found])
        self.kinds = {
            name: kind_of(leaf.type) for name, leaf in zip(self.names, found, strict=True)
        }
        self._leaves: dict[str, Leaf] = dict(zip(self.names, found, strict=True))

    def first(self) -> "list[ColumnChunk]":
        """Return all columns of the first records as texts."""
        return next(self.chunks(self.names, frozenset(self.names), lambda step: None), [])

    def chunks(
        self, columns: Sequence[str], spelled: Collection[str], advance: Advance
    ) -> "Iterator[list[ColumnChunk]]":
        """Yield columns of each block; those of `spelled` as texts, even if they are numbers.

        Raises
        ------
        KitError
            For broken data, with their place.
        """
        wanted = [self._leaves[name] for name in columns]
        for batch in self.batches(sorted({leaf.path[0] for leaf in wanted}), advance):
            yield [
                chunk_of(array_of(batch[leaf.path[0]], leaf), name in spelled)
                for name, leaf in zip(columns, wanted, strict=True)
            ]

    def batches(self, fields: list[int], advance: Advance) -> Iterator[dict[int, Any]]:
        """Yield the arrays of some fields of the schema, block by block."""
        raise NotImplementedError

    def spelled(self, batch: Any) -> "list[ColumnChunk]":
        """Return all columns of a record batch of the schema as texts."""
        found = self._leaves.values()
        return [chunk_of(array_of(batch.column(leaf.path[0]), leaf), True) for leaf in found]

    def taken(self, numbers: Any) -> Iterator[Any]:
        """Yield Arrow tables with the rows of sorted numbers; only where they are is read."""
        import numpy as np
        import pyarrow as pa

        start = 0
        for count, read in self._pieces():
            low, high = np.searchsorted(numbers, [start, start + count])
            if high > low:
                inside, at = numbers[low:high] - start, 0
                for batch in read():
                    first, last = np.searchsorted(inside, [at, at + batch.num_rows])
                    if last > first:
                        part = pa.Table.from_batches([batch], self.schema)
                        yield part.take(inside[first:last] - at)
                    at += batch.num_rows
            start += count

    def _pieces(self) -> Iterator[tuple[int, Callable[[], Iterator[Any]]]]:
        """Yield how many rows each piece of the file has, and what reads it in batches."""
        raise NotImplementedError


class ParquetTable(ArrowTable):
    """A Parquet file, read one group of rows after the other.

    Attributes
    ----------
    groups : sequence of int
        The row groups that are read: all, unless `only` some are.
    """

    groups: Sequence[int]
    _most = 0

    def __init__(self, path: str, source: str) -> None:
        import pyarrow.parquet as parquet
        from pyarrow.types import is_large_string, is_string

        with _named(source, "is a Parquet file, but broken or cut off"):
            first = parquet.ParquetFile(path, page_checksum_verification=True)
            schema = first.schema_arrow
            texts = [
                leaf.name
                for leaf in leaves(list(schema))
                if is_string(leaf.type) or is_large_string(leaf.type)
            ]
            self._file = parquet.ParquetFile(
                path,
                metadata=first.metadata,
                read_dictionary=texts,
                pre_buffer=False,
                buffer_size=READ_BYTES,
                page_checksum_verification=True,
            )
        self.metadata, self._bytes = first.metadata, os.stat(path).st_size
        self.groups = range(self.metadata.num_row_groups)
        self.records = int(self.metadata.num_rows)
        self._stored = first  # texts are not coded
        super().__init__(source, self._file.schema_arrow)
        self.schema = schema

    @property
    def group_rows(self) -> list[int]:
        """How many rows each row group has."""
        return [self.metadata.row_group(group).num_rows for group in self.groups]

    def only(self, groups: Sequence[int], rows: int = 0) -> None:
        """Have these row groups read alone; of each its first rows, if their number is given."""
        self.groups, self._most = groups, rows

    def batches(self, fields: list[int], advance: Advance) -> Iterator[dict[int, Any]]:
        """Yield the arrays of some fields of the schema, block by block."""
        for group in self.groups:
            try:
                size, names = self._most or BLOCK, self._names(fields)
                batches = self._file.iter_batches(size, [group], names)
                for batch in islice(batches, 1) if self._most else batches:
                    yield self._by_field(batch, fields)
            except (ValueError, OSError, NotImplementedError) as error:
                raise self._broken(group, fields, error) from None
            advance(self._bytes * self.metadata.row_group(group).num_rows // max(self.records, 1))

    def _pieces(self) -> Iterator[tuple[int, Callable[[], Iterator[Any]]]]:
        for group in self.groups:

            def read(group: int = group) -> Iterator[Any]:
                try:
                    yield from self._stored.iter_batches(BLOCK, [group])
                except (ValueError, OSError, NotImplementedError) as error:
                    raise self._broken(group, list(range(len(self._schema))), error) from None

            yield self.metadata.row_group(group).num_rows, read

    def _names(self, fields: list[int]) -> list[str] | None:
        """Return the names by which fields are read; None for all, where names are not clear."""
        every = self._schema.names
        clear = len(set(every)) == len(every) and not any("." in name for name in every)
        return [every[field] for field in fields] if clear else None

    def _by_field(self, batch: Any, fields: list[int]) -> dict[int, Any]:
        if batch.num_columns == len(self._schema):
            return {field: batch.column(field) for field in fields}
        return {field: batch.column(place) for place, field in enumerate(fields)}

    def _broken(self, group: int, fields: list[int], error: Exception) -> KitError:
        """Return the error for a group of rows; it names the column that cannot be read."""
        for field in fields:
            name = self._schema.names[field]
            try:
                self._file.read_row_group(group, columns=[name])
            except (ValueError, OSError, NotImplementedError) as reason:
                where = f"{self.source}: row group {group + 1}, column {name!r}"
                return KitError(f"{where}: broken data ({first_line(reason)}); fetch it again")
        where = f"{self.source}: row group {group + 1}"
        return KitError(f"{where}: broken data ({first_line(error)}); fetch it again")


class IpcTable(ArrowTable):
    """An Arrow file or stream, or a Feather file."""

    def __init__(self, path: str, source: str, stream: bool = False) -> None:
        import pyarrow as pa

        self._path, self._is_stream = path, stream
        with _named(source, "is an Arrow file, but broken or cut off"):
            self._source = pa.memory_map(path)
            opened = pa.ipc.open_stream if stream else pa.ipc.open_file
            self._reader = opened(self._source)
            if not stream:
                number = self._reader.num_record_batches
                self.records = sum(self._reader.get_batch(at).num_rows for at in range(number))
        super().__init__(source, self._reader.schema)

    def _pieces(self) -> Iterator[tuple[int, Callable[[], Iterator[Any]]]]:
        for number in range(self._reader.num_record_batches):
            with _named(self.source, f"batch {number + 1}: broken data"):
                batch = self._reader.get_batch(number)
                batch.validate(full=True)
            yield batch.num_rows, [batch].__iter__

    def batches(self, fields: list[int], advance: Advance) -> Iterator[dict[int, Any]]:
        """Yield the arrays of some fields of the schema, block by block."""
        for number, batch in enumerate(self._batches(), start=1):
            with _named(self.source, f"batch {number}: broken data"):
                for field in fields:  # a broken offset would read other memory
                    batch.column(field).validate(full=True)
            for start in range(0, batch.num_rows, BLOCK):
                part = batch.slice(start, BLOCK)
                yield {field: part.column(field) for field in fields}
            advance(batch.nbytes)

    def _batches(self) -> Iterator[Any]:
        import pyarrow as pa

        number = 0
        while self._is_stream or number < self._reader.num_record_batches:
            number += 1
            with _named(self.source, f"batch {number}: broken data"):
                try:
                    if self._is_stream:
                        batch = self._reader.read_next_batch()
                    else:
                        batch = self._reader.get_batch(number - 1)
                except StopIteration:
                    break
            yield batch
        if self._is_stream:
            self._source.seek(0)
            self._reader = pa.ipc.open_stream(self._source)


class FeatherTable(ArrowTable):
    """A Feather file of version 1, which is read whole."""

    def __init__(self, path: str, source: str) -> None:
        from pyarrow import feather

        with _named(source, "is a Feather file, but broken or cut off"):
            self._table = feather.read_table(path)
        super().__init__(source, self._table.schema)

    def batches(self, fields: list[int], advance: Advance) -> Iterator[dict[int, Any]]:
        """Yield the arrays of some fields of the schema, block by block."""
        for batch in self._table.to_batches(BLOCK):
            yield {field: batch.column(field) for field in fields}
            advance(batch.nbytes)


def open_arrow(path: str, source: str, kind: str) -> ArrowTable:
    """Open a file of a kind that `formats.format_of` names.

    Raises
    ------
    KitError
        127 where pyarrow is missing; 1 for a broken file.
    """
    require("pyarrow")
    if kind == "parquet":
        return ParquetTable(path, source)
    if kind == "feather":
        return FeatherTable(path, source)
    return IpcTable(path, source, kind == "arrow stream")


@contextmanager
def _named(source: str, what: str) -> Iterator[None]:
    """Turn what pyarrow raises into an error of one line that names the file."""
    try:
        yield
    except (ValueError, OSError, NotImplementedError, KeyError) as error:
        raise KitError(f"{source}: {what} ({first_line(error)}); fetch it again") from None


def first_line(error: Exception) -> str:
    """Return the start of an error's message."""
    return (str(error).splitlines() or [type(error).__name__])[0][:160].rstrip(".")
