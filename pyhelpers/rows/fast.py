"""Fast scanners: the same answers as scan.py's, by numpy, for short or quoted records."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pyhelpers.rows.scan import LF

QUOTE = 34

if TYPE_CHECKING:
    import numpy as np

    Positions = np.ndarray[Any, np.dtype[np.int64]]


class Scanned(NamedTuple):
    """What a stretch of quoted records holds."""

    ends: Sequence[int]
    inside: bool
    lines: int
    opened: int  # lines before the last quoted field opened, -1 if that was before this stretch


def _where(data: Any, byte: int, start: int, stop: int) -> "Positions":
    import numpy as np

    view = np.frombuffer(data, np.uint8, stop - start, start)
    return np.flatnonzero(view == byte) + start


def line_ends(data: Any, start: int, stop: int) -> Sequence[int]:
    """Return the positions just past each line feed of data[start:stop]."""
    found = _where(data, LF, start, stop)
    found += 1
    return found  # type: ignore[return-value]  # an ndarray is sequence enough


def _odd_runs(quotes: "Positions") -> "Positions":
    """Return where runs of adjacent quotes start whose length is odd."""
    import numpy as np

    first = np.flatnonzero(np.diff(quotes, prepend=-2) != 1)
    odd: Positions = np.diff(first, append=len(quotes)) % 2 == 1
    starts: Positions = quotes[first[odd]]
    return starts


def quoted_ends(data: Any, start: int, stop: int, openers: bytes, inside: bool) -> Scanned:
    """Return what `scan.Quoted.ends` returns, and the state behind data[start:stop].

    A run of odd length at a field's start turns inside to outside and back; any other run of odd
    length leaves us outside, whatever was before it. So the state behind a run is the parity of
    the former since the last of the latter.
    """
    import numpy as np

    lines = _where(data, LF, start, stop)
    runs = _odd_runs(_where(data, QUOTE, start, stop))
    before = np.frombuffer(data, np.uint8)[runs - 1]
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


def bounds(ends: Any, chosen: Sequence[int], first: int) -> Iterable[tuple[int, int]]:
    """Return where the records of sorted numbers start and end, `first` starting at 0."""
    import numpy as np

    wanted = np.asarray(chosen, np.int64) - first
    starts = np.concatenate(([0], ends))
    return zip(starts[wanted].tolist(), ends[wanted].tolist(), strict=True)


def accepted(uniforms: Any, seen: int, rows: int) -> list[tuple[int, int]]:
    """Return which records after the first `seen` take a slot of a reservoir, and which slot."""
    import numpy as np

    numbers = np.arange(seen + 1, seen + 1 + len(uniforms), dtype=np.float64)
    slots = (uniforms * numbers).astype(np.int64)
    steps = np.flatnonzero(slots < rows)
    return list(zip(steps.tolist(), slots[steps].tolist(), strict=True))
