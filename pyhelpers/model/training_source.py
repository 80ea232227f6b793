"""Open a table for training by its content: a CSV, or a format that gives columns types."""

import hashlib
import io
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from pyhelpers.csvio.columns import Texts, check_alike
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.formats import PEEKED, format_of
from pyhelpers.csvio.layout import Layout
from pyhelpers.csvio.reading import Reading
from pyhelpers.csvio.sources import HashingReader, display_name, open_source
from pyhelpers.model.column_types import Column
from pyhelpers.model.columns import TrainingCsv, array_of
from pyhelpers.tables.csv_text import rows_of
from pyhelpers.tables.formats import TypedTable, open_typed, together

COPY = 4 << 20  # bytes of a pipe that are kept in memory until its columns' types are known
SAMPLE = 10_000  # records by which dates and categories are told apart


class TypedTraining(TrainingCsv):
    """A table of typed columns opened for training: numbers do not become texts on the way."""

    whole = False

    def __init__(
        self,
        table: TypedTable,
        advance: Callable[[int], object],
        reopened: Callable[[], TypedTable],
    ) -> None:
        self._table, self._advance, self._reopened = table, advance, reopened
        self.source, self.names, self.remarks = table.source, table.names, table.remarks
        self.layout = Layout(table.source, Dialect(","), table.names, "")
        first: Any = table.first()
        pairs = zip(self.names, first, strict=False)
        self.kinds = {name: "text" for name, chunk in pairs if chunk.cells.is_text}
        self.sample = [list(row) for row in islice(rows_of(first), SAMPLE)]

    def rewind(self) -> None:
        """Begin again."""
        self._table, self._advance = self._reopened(), lambda step: None

    def _arrays(self, columns: Sequence[Column]) -> Iterator[list[Any]]:
        names = [column.name for column in columns]
        spelled = {c.name for c in columns if not c.is_plain_number}
        for chunks in self._table.chunks(names, spelled, self._advance):
            yield [_values(column, chunk) for column, chunk in zip(columns, chunks, strict=True)]


def _values(column: Column, chunk: Any) -> Any:
    """Return a block of a column as the store has it: floats, or codes of texts."""
    import numpy as np

    if isinstance(chunk, Texts):
        return array_of(column, [text if isinstance(text, str) else "" for text in chunk])
    numbers = np.asarray(chunk)
    return np.where(np.isinf(numbers), np.nan, numbers) if np.isinf(numbers).any() else numbers


class TrainingParts(TrainingCsv):
    """CSVs opened for training as one table; the first gives the columns, by name.

    Raises as `check_alike` does.
    """

    whole = False

    def __init__(
        self, paths: list[str], delimiter: str | None, advance: Callable[[int], object]
    ) -> None:
        self._paths, self._delimiter, self._advance = paths, delimiter, advance
        first = self._opened(paths[0])
        self._first: TrainingCsv | None = first
        self.source, self.names, self.layout = first.source, first.names, first.layout
        self.sample = first.sample

    def _opened(self, path: str) -> TrainingCsv:
        def again() -> BinaryIO:
            return open_source(path)

        return TrainingCsv(again(), path, self._delimiter, self._advance, again)

    def rewind(self) -> None:
        """Begin again."""
        self._first, self._advance = None, lambda step: None

    def checked_arrays(self, columns: Sequence[Column]) -> Iterator[list[Any]]:
        """Yield columns of each file block by block; a KitError for a number that is too large."""
        for path in self._paths:
            part, self._first = self._first or self._opened(path), None
            check_alike(self, part)
            for column in columns:
                column.position = part.index(column.name)
            yield from part.checked_arrays(columns)


def open_training(
    stream: BinaryIO | None,
    paths: list[str],
    delimiter: str | None = None,
    sheet: str = "",
    advance: Callable[[int], object] = lambda step: None,
) -> tuple[TrainingCsv, Callable[[], str]]:
    """Open a table for training. Raises as `open_typed` and `TrainingCsv` do.

    Parameters
    ----------
    stream : binary file or None
        What a single file holds; None for several, which are one table.
    paths : list of str

    Returns
    -------
    TrainingCsv, function
        The table, and what returns the SHA-256 of its bytes when it has been read.
    """
    if stream is None:
        return _open_several(paths, delimiter, sheet, advance), lambda: _digest(paths)
    file = paths[0]
    source, reading = display_name(file), Reading(delimiter)
    again_from_file = os.path.isfile(file)
    copy = None if again_from_file else SpooledTemporaryFile(COPY)  # noqa: SIM115 - no name
    hashed = HashingReader(stream, copy)

    def again() -> BinaryIO:
        if copy is None:
            return open_source(file)
        copy.seek(0)
        return cast(BinaryIO, copy)

    def reopened() -> TypedTable:
        return cast(TypedTable, open_typed(again(), source, reading, sheet))

    buffered = cast(BinaryIO, io.BufferedReader(hashed, 1 << 16))
    typed = open_typed(buffered, source, reading, sheet)
    if typed is None:
        return TrainingCsv(buffered, source, delimiter, advance, again), hashed.digest.hexdigest
    return TypedTraining(typed, advance, reopened), hashed.digest.hexdigest


def _open_several(
    paths: list[str], delimiter: str | None, sheet: str, advance: Callable[[int], object]
) -> TrainingCsv:
    """Open files as one table, of the kind of the first."""
    with open_source(paths[0]) as stream:
        is_csv = not format_of(cast(io.BufferedReader, stream).peek(PEEKED)[:PEEKED])
    if is_csv and not sheet:
        return TrainingParts(paths, delimiter, advance)
    table = together(paths, Reading(delimiter), sheet)
    return TypedTraining(table, advance, lambda: table)


def digest_of(paths: list[str]) -> str | None:
    """Return the SHA-256 that a training on files has in its card; None for a pipe or an address.

    Of a single file it is that of its bytes when decompressed.
    """
    if not all(map(os.path.isfile, paths)):
        return None
    if len(paths) > 1:
        return _digest(paths)
    with open_source(paths[0]) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]


def _digest(files: list[str]) -> str:
    """Return the SHA-256 of the bytes of files, one after the other."""
    found = hashlib.sha256()
    for file in files:
        with open(file, "rb") as stream:
            while data := stream.read(1 << 20):
                found.update(data)
    return found.hexdigest()
