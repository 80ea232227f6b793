"""Fast scanners: the same answers as scan.py's, by numpy, for short or quoted records."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pyhelpers.rows.scan import LF, line_ends

QUOTE = 34
SEGMENT = 64  # bytes, whose bits are one word
PIECE = 1 << 18  # bytes compared at once: they stay in the core's cache

if TYPE_CHECKING:
    import numpy as np

    Positions = np.ndarray[Any, np.dtype[np.int64]]


class Scanned(NamedTuple):
    """What a stretch of quoted records holds."""

    ends: Sequence[int]
    inside: bool
    lines: int
    opened: int  # lines before the last quoted field opened, -1 if that was before this stretch


class LineEnds(Sequence[int]):
    """The positions just past each line feed of data[start:stop], found when asked for.

    They are counted by segment: what is equal packed into bits, a word's bits counted.
    """

    def __init__(self, data: Any, start: int, stop: int) -> None:
        import numpy as np

        self._data, self._start, self._stop = data, start, stop
        whole = (stop - start) // SEGMENT * SEGMENT
        view = np.frombuffer(data, np.uint8, whole, start)
        self._before = np.zeros(whole // SEGMENT + 1, np.int32)
        for left in range(0, whole, PIECE):
            bits = np.packbits(view[left : left + PIECE] == LF).view(np.uint64)
            first = left // SEGMENT + 1
            self._before[first : first + len(bits)] = np.bitwise_count(bits)
        np.cumsum(self._before, out=self._before)
        self._count = int(self._before[-1]) + data.count(b"\n", start + whole, stop)

    def __len__(self) -> int:
        return int(self._count)

    def __getitem__(self, step: Any) -> Any:
        if step == -1:
            return int(self._data.rfind(b"\n", self._start, self._stop)) + 1
        return self.positions([step])[0]

    def __iter__(self) -> Iterator[int]:
        return iter(line_ends(self._data, self._start, self._stop))

    def first_past(self, position: int) -> tuple[int, int]:
        """Return place and value of the first end at or after a position."""
        position = max(position, self._start + 1)
        at = self._data.find(b"\n", position - 1, self._stop)
        if at < 0:
            return self._count, 0
        segment = min((at - self._start) // SEGMENT, len(self._before) - 1)
        more = self._data.count(b"\n", self._start + segment * SEGMENT, at)
        return int(self._before[segment]) + int(more), int(at) + 1

    def positions(self, steps: Iterable[int]) -> list[int]:
        """Return the ends at the given places."""
        import numpy as np

        wanted = np.fromiter(steps, np.int64)
        segments = np.searchsorted(self._before, wanted, side="right") - 1
        rest = (wanted - self._before[segments]).tolist()
        starts = (segments * SEGMENT + self._start).tolist()
        find, found = self._data.find, []
        for at, more in zip(starts, rest, strict=True):
            for _ in range(more + 1):
                at = find(b"\n", at) + 1
            found.append(at)
        return found


def first_past(ends: Any, position: int) -> tuple[int, int]:
    """Return place and value of the first of the ends at or after a position."""
    import numpy as np

    step = int(np.searchsorted(ends, position))
    return step, int(ends[step]) if step < len(ends) else 0


def positions(ends: Any, steps: Iterable[int]) -> list[int]:
    """Return the ends at the given places."""
    if isinstance(ends, LineEnds):
        return ends.positions(steps)
    import numpy as np

    found: list[int] = ends[np.fromiter(steps, np.int64)].tolist()
    return found


def _odd_runs(quotes: "Positions") -> "Positions":
    """Return where runs of adjacent quotes start whose length is odd."""
    import numpy as np

    first = np.flatnonzero(np.diff(quotes, prepend=-2) != 1)
    odd: Positions = np.diff(first, append=len(quotes)) % 2 == 1
    starts: Positions = quotes[first[odd]]
    return starts


def _marks(view: Any, start: int) -> "Positions":
    """Return where line feeds and quotes stand, from `start` on."""
    import numpy as np

    feeds, quotes, found = np.empty(PIECE, bool), np.empty(PIECE, bool), []
    for left in range(start, len(view), PIECE):
        piece = view[left : left + PIECE]
        here = np.equal(piece, LF, out=feeds[: len(piece)])
        here |= np.equal(piece, QUOTE, out=quotes[: len(piece)])
        found.append(np.flatnonzero(here) + left)
    return np.concatenate(found or [np.empty(0, np.int64)])


def quoted_ends(data: Any, start: int, stop: int, openers: bytes, inside: bool) -> Scanned:
    """Return what `scan.Quoted.ends` returns, and the state behind data[start:stop].

    A run of odd length at a field's start turns inside to outside and back; any other run of odd
    length leaves us outside, whatever was before it. So the state behind a run is the parity of
    the former since the last of the latter.
    """
    import numpy as np

    view = np.frombuffer(data, np.uint8, stop)
    marks = _marks(view, start)
    quoting = view[marks] == QUOTE
    lines, runs = marks[~quoting], _odd_runs(marks[quoting])
    before = view[runs - 1]
    opening = (before == openers[0]) | (before == openers[1]) | (runs == 0)
    turns = np.cumsum(opening) + inside
    closed = np.maximum.accumulate(np.where(opening, 0, turns))
    state = ((turns - closed) % 2).astype(bool)
    state = np.concatenate(([inside], state))
    ends = lines[~state[np.searchsorted(runs, lines)]] + 1
    # The last field to open did so at the last run behind which we are inside, but were not before.
    opens = runs[state[1:] & ~state[:-1]]
    opened = int(np.searchsorted(lines, opens[-1])) if len(opens) else -1
    return Scanned(ends, bool(state[-1]), len(lines), opened)


def accepted(uniforms: Any, seen: int, rows: int) -> list[tuple[int, int]]:
    """Return which records after the first `seen` take a slot of a reservoir, and which slot."""
    import numpy as np

    numbers = np.arange(seen + 1, seen + 1 + len(uniforms), dtype=np.float64)
    slots = (uniforms * numbers).astype(np.int64)
    steps = np.flatnonzero(slots < rows)
    return list(zip(steps.tolist(), slots[steps].tolist(), strict=True))
