"""Draw record numbers with shuf, as GNU shuf, or one by one; draw lines at random offsets."""

import os
from _thread import start_new_thread
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from random import Random

from pyhelpers import KitError
from pyhelpers.csvio.dialect import LF, Dialect

# File descriptors that bin/sample-large-csv opens: input and output of shuf.
TO_DRAW, FROM_DRAW = 3, 4
CHUNK = 1 << 17  # record numbers
COMPARED = 16  # of the numbers that shuf draws, with those that GNU shuf would draw
# shuf holds 8 bytes for each number of the range, or, where few of very many are drawn, about
# 80 for each that it draws; and here each drawn one takes about 80 more.
SHUF_ROWS, SHUF_RANGE, SHUF_SPARSE = 300_000, 4_000_000, 32
WORD = 1 << 64  # randint of gnulib is a 64-bit number
BYTE = 255
RANDOM_BYTES = 1 << 12  # at once: a whole number of the words that Random makes bytes of
WINDOW = 1 << 13  # bytes read on either side of a random offset, at first
PROBES_TO_JUDGE = 50
SCAN = "sample it without --seek, which reads the whole file"


def random_bytes(seed: int) -> Callable[[int], bytes]:
    """Return a function that gives the next so many bytes, the same for a seed on any machine."""
    return Random(seed).randbytes


def gnu_choices(more: Callable[[int], bytes]) -> Callable[[int], int]:
    """Return a function that draws a number below n from random bytes, as gnulib's randint does.

    What a draw leaves of the bytes it took goes into the next one (randint_genmax in randint.c).
    """
    number = highest = 0
    stream = chain.from_iterable(iter(lambda: more(RANDOM_BYTES), b""))

    def choose(n: int) -> int:
        nonlocal number, highest
        while True:
            while highest < n - 1:
                number = ((number << 8) + next(stream)) % WORD
                highest = ((highest << 8) + BYTE) % WORD
            if highest == n - 1:
                found, number, highest = number, 0, 0
                return found
            excess = highest - (n - 1)
            unusable = excess % n
            last = highest - unusable
            if number <= last:
                found, number, highest = number % n, number // n, excess // n
                return found
            number, highest = number - (last + 1), unusable - 1

    return choose


def gnu_shuf(count: int, rows: int, replace: bool, more: Callable[[int], bytes]) -> Iterator[int]:
    """Yield `rows` numbers below `count` in the order in which GNU shuf draws them.

    Without repetition the first `rows` of a permutation (randperm_new in randperm.c).
    """
    choose = gnu_choices(more)
    if replace:
        for _ in range(rows):
            yield choose(count)
        return
    moved: dict[int, int] = {}  # numbers that are not at their original place
    for place in range(rows):
        other = place + choose(count - place)
        here = moved.pop(place, place)
        if other == place:
            yield here
        else:
            yield moved.get(other, other)
            moved[other] = here


def _feed(request: bytes, more: Callable[[int], bytes]) -> None:
    """Write a request and then random bytes for as long as they are read."""
    try:
        while request:
            request = request[os.write(TO_DRAW, request) :] or more(1 << 14)
    except BrokenPipeError:
        pass


def shuf(
    count: int, rows: int, seed: int, replace: bool = False, has_shuf: bool = True
) -> list[int]:
    """Return sorted numbers below `count` as shuf draws them, uniformly, by default no two equal.

    Another shuf than GNU's draws other numbers for the same seed. The first numbers are compared;
    if they differ, or there is no shuf, the draw of GNU shuf is made here.
    """
    if has_shuf:
        request = f"{count - 1} {rows} {'-r' if replace else ''}\n".encode()
        start_new_thread(_feed, (request, random_bytes(seed)))
        with open(FROM_DRAW, "rb", closefd=False) as answer:
            drawn = answer.read().split()
        expected = gnu_shuf(count, rows, replace, random_bytes(seed))
        first = [b"%d" % number for number in islice(expected, COMPARED)]
        if len(drawn) == rows and drawn[:COMPARED] == first:
            return sorted(map(int, drawn))
    return sorted(gnu_shuf(count, rows, replace, random_bytes(seed)))


def one_by_one(count: int, rows: int, random: Random) -> Iterator[list[int]]:
    """Yield sorted numbers below `count`, no two equal, in chunks: each subset equally likely.

    Selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S): a number is taken with the chance
    that those still to take have among those still to come. Needs no memory.
    """
    chunk: list[int] = []
    uniform, left = random.random, rows
    for number in range(count):
        if uniform() * (count - number) < left:
            left -= 1
            chunk.append(number)
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
    yield chunk


def draw(
    count: int, rows: int, seed: int, replace: bool = False, has_shuf: bool = True
) -> Iterator[Sequence[int]]:
    """Yield `rows` sorted numbers below `count`, the same ones with the program shuf or without."""
    if not rows:
        return
    if rows == count and not replace:
        yield range(count)
    elif replace:
        yield shuf(count, rows, seed, replace, has_shuf)
    elif rows <= SHUF_ROWS and (count <= SHUF_RANGE or rows <= count // SHUF_SPARSE):
        yield shuf(count, rows, seed, has_shuf=has_shuf)
    else:
        yield from one_by_one(count, rows, Random(seed))


def exponential(random: Callable[[], float]) -> float:
    """Return an exponential variate of mean 1, by comparisons alone: the same on any machine.

    Von Neumann, Various techniques used in connection with random digits (1951).
    """
    whole = 0
    while True:
        first = last = random()
        steps = 1
        while (following := random()) < last:
            last = following
            steps += 1
        if steps % 2:
            return whole + first
        whole += 1


class Lines:
    """The lines of a file between two offsets, found from any byte within them.

    A last line without a line feed counts as if it had `newline`.
    """

    def __init__(self, fd: int, start: int, stop: int, newline: bytes) -> None:
        self._fd, self._start, self._stop = fd, start, stop
        open_end = stop > start and os.pread(fd, 1, stop - 1) != b"\n"
        self.size = stop - start + (len(newline) if open_end else 0)

    def around(self, step: int) -> tuple[int, bytes]:
        """Return the line that holds the byte `step` after the start, and its offset."""
        at, reach = min(self._start + step, self._stop - 1), WINDOW
        while True:
            left, right = max(self._start, at - reach), min(self._stop, at + reach)
            data = os.pread(self._fd, right - left, left)
            begin = data.rfind(LF, 0, at - left) + 1
            end = data.find(LF, at - left) + 1
            if (begin or left == self._start) and (end or right == self._stop):
                return left + begin, data[begin : end or len(data)]
            reach *= 4

    def first(self, dialect: Dialect) -> bytes:
        """Return the first line that is neither blank nor a comment."""
        step, line = 0, b""
        while step < self.size and not is_line_of_record(line, dialect):
            start, line = self.around(step)
            step = start - self._start + len(line)
        return line


def is_line_of_record(line: bytes, dialect: Dialect) -> bool:
    """Return whether a line is neither blank nor a comment."""
    comment = dialect.comment.encode()
    return bool(line.strip(b"\r\n")) and not (comment and line.startswith(comment))


def check_line(line: bytes, columns: int, dialect: Dialect) -> None:
    """Raise unless a line is a record of full width without quotes, the condition of seeking."""
    if dialect.quoting and b'"' in line:
        raise KitError(f"--seek met a quote, behind which a line may be no record; {SCAN}")
    found = line.count(dialect.delimiter.encode()) + 1
    if columns and found != columns:
        raise KitError(f"--seek met a line of {found} fields, not {columns}; {SCAN}")


def seek_lines(
    lines: Lines, rows: int, columns: int, dialect: Dialect, newline: bytes, random: Random
) -> list[bytes]:
    """Return `rows` lines, in the order of the file, each set of so many equally likely.

    A random byte falls into a line with chance length / size; the line is accepted with chance
    least / length, least being a bound below which no line's length falls: so each line is
    accepted equally often. One that came before is rejected. `columns` of 0 are not checked, the
    bound is then a line end.

    Raises
    ------
    KitError
        When a line breaks the condition, or when so many rows are most of the file.
    """
    least = max(0, columns - 1) + len(newline)
    found: dict[int, bytes] = {}
    probes, inverse = 0, 0.0
    while len(found) < rows:
        offset, line = lines.around(random.randrange(lines.size))
        is_record = is_line_of_record(line, dialect)
        if is_record:
            check_line(line, columns, dialect)
        if not line.endswith(b"\n"):
            line += newline
        probes, inverse = probes + 1, inverse + is_record / len(line)
        if not is_record:
            continue
        if random.random() * len(line) < least:
            found[offset] = line
        if probes >= PROBES_TO_JUDGE and rows > lines.size * inverse / probes / 2:
            raise KitError(f"--seek is for few rows of very many, not {rows} of these; {SCAN}")
    return [line for _, line in sorted(found.items())]
