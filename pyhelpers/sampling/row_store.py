"""Store rows that may be replaced: in memory or, above a limit, in TMPDIR."""

import os
from array import array
from collections.abc import Iterable, Iterator
from typing import IO

from pyhelpers import KitError

SLACK = 64 << 20  # bytes of replaced rows that a spool may hold beyond the size of current ones
DUMPED = 4096  # rows written or read at once


def no_room(error: OSError) -> KitError:
    """Return the error for a temporary file that cannot grow."""
    from tempfile import gettempdir

    what = "set TMPDIR to a folder with more room, or hold more with --memory"
    return KitError(f"{gettempdir()}: {error.strerror}; {what}")


class _Spool:
    """Rows in an unnamed temporary file."""

    def __init__(self, rows: Iterable[bytes]) -> None:
        import tempfile

        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="beachhead-")  # noqa: SIM115
        self._starts, self._sizes = array("Q"), array("Q")
        self._end = self._live = 0
        self.extend(rows)

    def __len__(self) -> int:
        return len(self._starts)

    def extend(self, rows: Iterable[bytes]) -> None:
        for row in rows:
            self._starts.append(0)
            self._sizes.append(0)
            self[len(self) - 1] = row

    def __setitem__(self, slot: int, row: bytes) -> None:
        self._live += len(row) - self._sizes[slot]
        self._starts[slot], self._sizes[slot] = self._end, len(row)
        try:
            self._file.write(row)
        except OSError as error:
            raise no_room(error) from None
        self._end += len(row)
        if self._end > 2 * self._live + SLACK:
            self._compact()

    def __getitem__(self, slot: int) -> bytes:
        try:
            self._file.flush()
        except OSError as error:
            raise no_room(error) from None
        # Not a seek: the next row is written behind the last one.
        return os.pread(self._file.fileno(), self._sizes[slot], self._starts[slot])

    def _compact(self) -> None:
        fresh = _Spool(self[slot] for slot in range(len(self)))
        self._file.close()
        self._file, self._starts, self._end = fresh._file, fresh._starts, fresh._end


def _numbers(file: IO[bytes], count: int) -> "array[int]":
    """Read numbers that an array wrote."""
    numbers = array("Q")
    numbers.frombytes(file.read(count * numbers.itemsize))
    return numbers


class Store:
    """Numbered rows in slots.

    Parameters
    ----------
    memory : int
        Bytes of rows to hold; beyond that they go to a temporary file in TMPDIR.
    """

    def __init__(self, memory: int) -> None:
        self._memory, self._held = memory, 0
        self._numbers = array("Q")
        self._rows: list[bytes] | _Spool = []

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, number: int, row: bytes) -> int:
        """Put a row into a new slot; return which."""
        self.add_all(number, [row])
        return len(self._numbers) - 1

    def add_all(self, number: int, rows: list[bytes]) -> None:
        """Put rows, numbered from `number` on, into new slots."""
        self._numbers.extend(range(number, number + len(rows)))
        self._rows.extend(rows)
        self._weigh(sum(map(len, rows)))

    def put(self, slot: int, number: int, row: bytes) -> None:
        """Put a row into a slot that has one."""
        self.put_all([slot], [number], [row])

    def put_all(self, slots: list[int], numbers: Iterable[int], rows: list[bytes]) -> None:
        """Put rows, one after the other, into slots that have one."""
        for slot, number in zip(slots, numbers, strict=True):
            self._numbers[slot] = number
        held, more = self._rows, sum(map(len, rows))
        if isinstance(held, list):
            for slot, row in zip(slots, rows, strict=True):
                more -= len(held[slot])
                held[slot] = row
            self._weigh(more)
        else:
            for slot, row in zip(slots, rows, strict=True):
                held[slot] = row

    def _weigh(self, change: int) -> None:
        self._held += change
        if self._held > self._memory and isinstance(self._rows, list):
            self._rows = _Spool(self._rows)

    def dump(self) -> Iterator[bytes]:
        """Yield what `load` fills an empty store with: number of rows, numbers, sizes, rows."""
        yield array("Q", [len(self)]).tobytes()
        yield self._numbers.tobytes()
        yield array("Q", [len(self._rows[slot]) for slot in range(len(self))]).tobytes()
        for start in range(0, len(self), DUMPED):
            stop = min(start + DUMPED, len(self))
            yield b"".join([self._rows[slot] for slot in range(start, stop)])

    def load(self, file: IO[bytes]) -> None:
        """Fill an empty store with what `dump` yielded."""
        [count] = _numbers(file, 1)
        numbers, sizes = _numbers(file, count), _numbers(file, count)
        for start in range(0, count, DUMPED):
            self.add_all(0, [file.read(size) for size in sizes[start : start + DUMPED]])
        self._numbers = numbers

    def rows(self, slots: Iterable[int] | None = None) -> Iterator[bytes]:
        """Yield the rows of slots (default all) by their numbers."""
        chosen = range(len(self)) if slots is None else slots
        for slot in sorted(chosen, key=self._numbers.__getitem__):
            yield self._rows[slot]

    def row(self, slot: int) -> bytes:
        """Return the row in a slot."""
        return self._rows[slot]
