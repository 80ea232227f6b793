"""Find record ends with numpy, the same as `record_ends` finds, for short or quoted records.

Each byte is one bit here: line feeds and quotes are packed into bit masks of 64-bit words, and the
scan works on words instead of bytes. simdjson finds quoted text in the same way (Langdale and
Lemire, Parsing gigabytes of JSON per second, 2019).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np  # noqa: TID253  this module is imported only where numpy pays

from pyhelpers.csvio.dialect import CR, LF, QUOTE

WORD = 64  # bytes, whose bits are one word
PIECE = 1 << 19  # bytes compared at once: they stay in the core's cache
ONE, TOP = np.uint64(1), np.uint64(63)

Words = np.ndarray[Any, np.dtype[np.uint64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Positions = np.ndarray[Any, np.dtype[np.int64]]


def byte_count(data: bytes | bytearray, stop: int, byte: int) -> int:
    """Return how often a byte occurs in data[:stop].

    >>> byte_count(b"a,b,c", 4, ord(","))
    2
    """
    octets = np.frombuffer(data, np.uint8, stop)
    pieces = (octets[start : start + PIECE] == byte for start in range(0, stop, PIECE))
    return sum(map(int, map(np.count_nonzero, pieces)))


class Ends(Sequence[int]):
    """Positions in a buffer, found when asked for: `start` + 1 + the number of each bit that is 1.

    They are counted by word.
    """

    def __init__(self, words: Words, start: int) -> None:
        self._words, self._start = words, start
        self._before = np.zeros(len(words) + 1, np.int64)
        np.cumsum(np.bitwise_count(words), out=self._before[1:])

    def __len__(self) -> int:
        return int(self._before[-1])

    def __getitem__(self, step: Any) -> Any:
        if isinstance(step, slice):
            return (_places(self._words) + self._start + 1)[step].tolist()
        place = range(len(self))[step]
        at = int(np.searchsorted(self._before, place, side="right")) - 1
        word = int(self._words[at])
        for _ in range(place - int(self._before[at])):
            word &= word - 1
        return at * WORD + (word & -word).bit_length() + self._start

    def __iter__(self) -> Iterator[int]:
        return iter(self[:])

    def _find(self, wanted: Positions) -> Positions:
        """Return those at the given places."""
        at = np.searchsorted(self._before, wanted, side="right") - 1
        words, more = self._words[at], wanted - self._before[at]
        while (left := np.flatnonzero(more)).size:  # the lowest bit goes until it is the one
            words[left] &= words[left] - ONE
            more[left] -= 1
        low = np.bitwise_count((words & -words) - ONE)
        found: Positions = at * WORD + low + self._start + 1
        return found

    def shifted(self, places: range, base: int) -> bytes:
        """Return base + those at the given places, as numbers of 8 bytes."""
        if len(places) == len(self):
            return (_places(self._words) + (self._start + 1 + base)).tobytes()
        return (self._find(np.arange(places.start, places.stop, places.step)) + base).tobytes()

    def bounds(self, places: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Return where the records at the given places start and end; the first starts at 0."""
        wanted = np.array(places, np.int64)
        starts = np.where(wanted, self._find(np.maximum(wanted - 1, 0)), 0)
        return zip(starts.tolist(), self._find(wanted).tolist(), strict=True)


def _mark(view: Any, *looked_for: int) -> list[Words]:
    """Return for each byte looked for where it stands, a bit for each byte of the view."""
    flags = np.empty(min(PIECE, len(view)), bool)
    packed = np.zeros((len(looked_for), -(-len(view) // WORD) * 8), np.uint8)
    for left in range(0, len(view), PIECE):
        piece = view[left : left + PIECE]
        here = flags[: len(piece)]
        for row, byte in zip(packed, looked_for, strict=True):
            bits = np.packbits(np.equal(piece, byte, out=here), bitorder="little")
            row[left // 8 : left // 8 + len(bits)] = bits
    return list(packed.view("<u8"))


def line_ends(data: Any, start: int, stop: int) -> tuple[Ends, int]:
    """Return the positions just past each line of data[start:stop] that is not blank, and how many.

    The number of lines includes blank ones.
    """
    [feeds] = _mark(np.frombuffer(data, np.uint8, stop - start, start), LF)
    lines = int(np.bitwise_count(feeds).sum())
    return Ends(_without_blank_lines(data, feeds, start), start), lines


def _without_blank_lines(data: Any, ends: Words, start: int) -> Words:
    """Return which bytes end a record, of those from `start` on that end one or a blank line."""
    if not ends.size:
        return ends
    after_end = _next(ends, start == 0 or data[start - 1] == LF)
    kept = ends & ~after_end
    third = _next(after_end, start == 1 or (start > 1 and data[start - 2] == LF))
    if (kept & third).any():  # perhaps blank lines of two bytes: carriage return, line feed
        [returns] = _mark(np.frombuffer(data, np.uint8)[start : start + WORD * len(ends)], CR)
        kept &= ~(third & _next(returns, start > 0 and data[start - 1] == CR))
    return kept


def _inside(quotes: Words, inside: bool) -> Words:
    """Return behind which bytes we are inside quotes, if each quote turns that.

    That is the parity of the quotes so far: within a word by doubling steps, then across words.
    """
    state, moved = quotes.copy(), np.empty_like(quotes)
    for power in range(6):
        state ^= np.left_shift(state, np.uint64(1 << power), out=moved)
    odd = np.bitwise_xor.accumulate(state >> TOP)
    state[1:] ^= -odd[:-1]
    return ~state if inside else state


def _next(marks: Words, first: bool) -> Words:
    """Return which bytes stand behind a marked one; of the first of them it is said."""
    moved = marks << ONE
    moved[1:] |= marks[:-1] >> TOP
    moved[0] |= np.uint64(first)
    return moved


def _places(words: Words) -> Positions:
    """Return the numbers of the bits that are 1."""
    at = np.flatnonzero(words)
    left, found = words[at], []
    while at.size:  # the lowest bit of each word, until none is left
        low = left & -left
        found.append(at * WORD + np.bitwise_count(low - ONE))
        left ^= low
        more = left != 0
        at, left = at[more], left[more]
    return np.sort(np.concatenate(found), kind="stable") if found else at


class Scanned(NamedTuple):
    """What a stretch of quoted records holds."""

    ends: Ends
    inside: bool
    lines: int
    opened: int  # lines before the last quoted field opened, -1 if that was before this stretch


def _turns(quotes: Words, is_start: Callable[[Positions], Flags], inside: bool) -> Words:
    """Return which quotes turn inside to outside or back, where quotes may be text.

    A run of quotes of odd length turns it at a field's start; any other run of odd length leaves
    us outside, whatever was before it. So the state behind a run is the parity of the former
    since the last of the latter.
    """
    at = _places(quotes)
    first = np.flatnonzero(np.diff(at, prepend=-2) != 1)
    runs = at[first[np.diff(first, append=len(at)) % 2 == 1]]
    opening = is_start(runs)
    turns = np.cumsum(opening) + inside
    closed = np.maximum.accumulate(np.where(opening, 0, turns))
    state = (turns - closed) % 2
    flags = np.zeros(len(quotes) * WORD, bool)
    flags[runs[np.diff(state, prepend=int(inside)) != 0]] = True
    words: Words = np.packbits(flags, bitorder="little").view("<u8")
    return words


def quoted_ends(data: Any, start: int, stop: int, openers: bytes, inside: bool) -> Scanned:
    """Return what `QuoteScanner.ends` returns, and the state behind data[start:stop].

    If every quote that opens by parity is at the start of a field or after another quote,
    parity is right. If one does not, it is text, and the runs of quotes decide.
    """
    view = np.frombuffer(data, np.uint8, stop)

    def is_start(places: Positions) -> Flags:
        before = view[places + (start - 1)]
        starts: Flags = places + start == 0
        for opener in openers:
            starts |= before == opener
        return starts

    feeds, turns = _mark(view[start:], LF, QUOTE)
    state = _inside(turns, inside)
    at_start = start == 0 or data[start - 1] in (LF, QUOTE)
    doubtful = turns & state & ~_next(feeds | turns, at_start)
    if not is_start(_places(doubtful)).all():
        turns = _turns(turns, is_start, inside)
        state = _inside(turns, inside)
    is_inside, opened = bool(state[-1] >> TOP), -1
    if is_inside:
        behind = _next(turns, start > 0 and data[start - 1] == QUOTE)
        opened = _ones_before_last(feeds, turns & state & ~behind)
    lines = int(np.bitwise_count(feeds).sum())
    ends = _without_blank_lines(data, feeds & ~state, start)
    return Scanned(Ends(ends, start), is_inside, lines, opened)


def _ones_before_last(words: Words, last_of: Words) -> int:
    """Return how many bits are 1 before the last that is 1 in other words; -1 if none is."""
    some = np.flatnonzero(last_of)
    if not some.size:
        return -1
    bit = int(last_of[some[-1]]).bit_length() - 1
    within = int(words[some[-1]]) & ((1 << bit) - 1)
    return int(np.bitwise_count(words[: some[-1]]).sum()) + within.bit_count()
