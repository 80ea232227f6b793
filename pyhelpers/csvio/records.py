"""Records: bytes decoded line by line and parted into fields, or the place of what is wrong."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO, cast

from pyhelpers import KitError

FIELD_LIMIT = 1 << 27  # characters of a field, bytes of a line: more is no table, or an open quote
BYTE_ORDER_MARK = "\ufeff"


class _Counted(io.BufferedIOBase):
    """Bytes on their way to a decoder; counts them, and the line feeds among them."""

    def __init__(self, stream: BinaryIO, source: str, offset: int, lines: int) -> None:
        self._stream, self._source = stream, source
        self.offset, self.lines, self._length = offset, lines, 0

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1, /) -> bytes:
        data = cast(io.BufferedReader, self._stream).read1(size)
        self.offset += len(data)
        feeds = data.count(b"\n")
        self.lines += feeds
        self._length = 0 if feeds or b"\r" in data else self._length + len(data)
        if self._length > FIELD_LIMIT:
            what = f"line {self.lines + 1} is longer than {FIELD_LIMIT >> 20} MB; is this a table?"
            raise KitError(f"{self._source}: {what}")
        return data


def decoded_lines(
    stream: BinaryIO,
    source: str,
    encoding: str = "utf-8",
    start: tuple[int, int] = (0, 0),
    advice: str = "convert it with iconv",
) -> Iterator[str]:
    """Decode a stream line by line.

    Parameters
    ----------
    start : (int, int)
        How many bytes and lines of the file stand before the stream.

    Raises
    ------
    KitError
        Naming line and offset of a byte that the encoding does not have; `advice` ends it.
    """
    counted = _Counted(stream, source, *start)
    try:
        yield from io.TextIOWrapper(cast(BinaryIO, counted), encoding=encoding, newline="")
    except UnicodeDecodeError as error:
        after = error.object[error.start :]  # what was read last, from the bad byte on
        name = encoding.removesuffix("-sig")
        where = f"offset {counted.offset - len(after)}"
        if "\n".encode(name) == b"\n":  # else a line feed's byte may be another letter's
            line = counted.lines - after.count(b"\n") + 1
            where = f"line {line}, {where}"
        what = f"byte 0x{after[0]:02x} is not {name.upper()}"
        raise KitError(f"{source}: {where}: {what}; {advice}") from None


def header_line(lines: Iterator[str], source: str) -> str:
    """Return the first line; a KitError when there is none, or nothing in it."""
    first = next(lines, "")
    if not first.removeprefix(BYTE_ORDER_MARK).strip("\r\n"):
        raise KitError(f"{source}: is empty; a header line is needed")
    return first


class RecordReader:
    """Python's csv reader, strict, with its errors in one line, and the text of each record.

    Parameters
    ----------
    lines : iterable of str
        With their line ends.
    before : int
        How many lines of the file stand before these.
    bad : list of int, optional
        Takes the lines of bad records, which are passed over; without it they are errors.
    advice : str
        What else to do about an error.
    """

    def __init__(
        self,
        lines: Iterable[str],
        delimiter: str,
        source: str,
        before: int = 0,
        bad: list[int] | None = None,
        advice: str = "",
    ) -> None:
        csv.field_size_limit(FIELD_LIMIT)
        self._taken: list[str] = []
        self._reader = csv.reader(self._tee(lines), delimiter=delimiter, strict=True)
        self._source, self._before, self._ended = source, before, before
        self._lines_of_bad, self._advice = bad, advice

    def _tee(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            self._taken.append(line)
            yield line

    @property
    def line(self) -> int:
        """The line of the file that was read last."""
        return self._before + self._reader.line_num

    def text(self) -> str:
        """Return the lines of the last record, as they were, blank ones before it included."""
        return "".join(self._taken)

    def header(self) -> list[str]:
        """Return the first record."""
        try:
            return next(self._reader, [])
        except csv.Error as error:
            raise self._broken(error) from None

    def records(self, width: int) -> Iterator[tuple[int, list[str]]]:
        """Yield line number and fields of each record that has `width` fields.

        Raises
        ------
        KitError
            For one of another width or with broken quotes, unless bad ones are passed over.
        """
        self._taken.clear()
        self._ended = self.line
        while True:
            try:
                for fields in self._reader:
                    self._ended = self._before + self._reader.line_num
                    if len(fields) == width:
                        yield self._ended, fields
                        self._taken.clear()
                    elif fields:  # else a blank line, as csv and pandas pass over it
                        self._bad(self._ended, self._too_wide_or_narrow(len(fields), width))
                return
            except csv.Error as error:
                self._bad(self._ended + 1, self._broken(error))
                self._ended = self.line

    def _bad(self, line: int, error: KitError) -> None:
        if self._lines_of_bad is None:
            raise error from None
        self._lines_of_bad.append(line)
        self._taken.clear()

    def _too_wide_or_narrow(self, found: int, width: int) -> KitError:
        what = f"line {self._ended}: {found} fields where the header has {width}"
        return KitError(f"{self._source}: {what}; mend that record{self._advice}")

    def _broken(self, error: csv.Error) -> KitError:
        where = f"{self._source}: the record that starts on line {self._ended + 1}"
        return KitError(f"{where}: {error}; mend its quotes{self._advice}")
