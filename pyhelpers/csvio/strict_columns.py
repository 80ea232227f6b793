"""Columns by Python's csv reader, which knows line and byte of whatever is wrong."""

import io
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, cast

from pyhelpers.csvio.layout import ADVICE, Layout
from pyhelpers.csvio.records import RecordReader, decoded_lines

BATCH = 16_384  # records handed on at once
BATCH_FIELDS = 4_000_000


class _Chained(io.BufferedIOBase):
    """Bytes already taken, then the stream they came from."""

    def __init__(self, taken: bytes, stream: BinaryIO) -> None:
        self._taken, self._stream = io.BytesIO(taken), stream

    def read1(self, size: int = -1, /) -> bytes:
        return self._taken.read1(size) or cast(io.BufferedReader, self._stream).read1(size)


def careful_columns(
    taken: bytes, stream: BinaryIO | None, layout: Layout
) -> Iterator[list[tuple[str, ...]]]:
    """Yield the columns of some records at a time: of what was taken of a stream, then the stream.

    Raises
    ------
    KitError
        For a byte that the encoding does not have; for a record of a wrong width or with broken
        quotes, unless bad ones are left out.
    """
    data = io.BytesIO(taken) if stream is None else cast(BinaryIO, _Chained(taken, stream))
    start = (layout.bytes, layout.lines)
    lines = decoded_lines(data, layout.source, layout.encoding, start, ADVICE)
    before, bad = layout.lines, layout.bad
    advice = " or pass --skip-bad"
    reader = RecordReader(lines, layout.delimiter, layout.source, before, bad, advice)
    records = reader.records(len(layout.names))
    size = max(1, min(BATCH, BATCH_FIELDS // len(layout.names)))
    while batch := [fields for _, fields in islice(records, size)]:
        yield list(zip(*batch, strict=True))
    layout.lines = reader.line
