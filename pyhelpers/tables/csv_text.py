"""Write a typed table as CSV: for commands that read records of texts, and for samples."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, cast

from pyhelpers.csvio.reading import Reading
from pyhelpers.csvio.sources import display_name
from pyhelpers.tables.formats import READING, TypedTable, open_folder, open_typed


def csv_lines(records: Iterable[Sequence[Any]]) -> bytes:
    """Return records as lines of a CSV.

    >>> csv_lines([["a", "b"], ["x,y", ""]])
    b'a,b\\n"x,y",\\n'
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(records)
    return text.getvalue().encode("utf-8", "surrogatepass")


def rows_of(columns: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """Return the rows of columns of texts, with empty texts for missing values."""
    present = [[text if text == text else "" for text in column] for column in columns]
    return zip(*present, strict=True)


class CsvText(io.RawIOBase):
    """The bytes of a typed table as CSV, made as they are read."""

    def __init__(
        self, table: TypedTable, advance: Callable[[int], object] = lambda step: None
    ) -> None:
        self._blocks = self._written(table, advance)
        self._held = memoryview(b"")

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer's start; return how many bytes, 0 at the end."""
        while not self._held:
            if (block := next(self._blocks, None)) is None:
                return 0
            self._held = memoryview(block)
        count = min(len(buffer), len(self._held))
        buffer[:count] = self._held[:count]
        self._held = self._held[count:]
        return count

    @staticmethod
    def _written(table: TypedTable, advance: Callable[[int], object]) -> Iterator[bytes]:
        yield csv_lines([table.names])
        for chunks in table.chunks(table.names, frozenset(table.names), advance):
            yield csv_lines(rows_of(cast(Sequence[Sequence[Any]], chunks)))


def as_csv(
    stream: BinaryIO | None, file: str | None, reading: Reading = READING, sheet: str = ""
) -> BinaryIO:
    """Return a stream of CSV: made of a typed table, or the stream itself of anything else.

    Parameters
    ----------
    stream : binary file or None
        What FILE holds; None for a folder.

    Raises
    ------
    KitError
        As `open_typed` does.
    """
    if stream is None:
        table: TypedTable | None = open_folder(str(file), reading, sheet)
    else:
        table = open_typed(stream, display_name(file), reading, sheet)
    if table is None:
        assert stream is not None
        return stream
    return cast(BinaryIO, io.BufferedReader(CsvText(table), 1 << 16))
