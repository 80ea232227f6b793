"""Draw record numbers: with shuf where its memory suffices, else one by one."""

import os
from _thread import start_new_thread
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from random import Random

from pyhelpers.sampling.gnu_shuf import numbers

# File descriptors that bin/sample-large-csv opens: input and output of shuf.
TO_DRAW, FROM_DRAW = 3, 4
CHUNK = 1 << 17
COMPARED = 16  # of the numbers that shuf draws, with those that GNU shuf would draw
# shuf holds 8 bytes for each number of the range, or, where few of very many are drawn, about
# 80 for each that it draws; and here each drawn one takes about 80 more.
SHUF_ROWS, SHUF_RANGE, SHUF_SPARSE = 300_000, 4_000_000, 32


def random_bytes(seed: int) -> Callable[[int], bytes]:
    """Return a function that gives the next so many bytes, the same for a seed on any machine."""
    return Random(seed).randbytes


def _feed(request: bytes, more: Callable[[int], bytes]) -> None:
    """Write a request and then random bytes for as long as they are read."""
    try:
        while request:
            request = request[os.write(TO_DRAW, request) :] or more(1 << 14)
    except BrokenPipeError:
        pass


def shuf(count: int, rows: int, seed: int, replace: bool = False) -> list[int]:
    """Return sorted numbers below `count` as shuf draws them, uniformly, by default no two equal.

    Another shuf than GNU's draws other numbers for the same seed. The first numbers are compared;
    if they differ, the draw of GNU shuf is made here.
    """
    request = f"{count - 1} {rows} {'-r' if replace else ''}\n".encode()
    start_new_thread(_feed, (request, random_bytes(seed)))
    with open(FROM_DRAW, "rb", closefd=False) as answer:
        drawn = answer.read().split()
    expected = numbers(count, rows, replace, random_bytes(seed))
    first = [b"%d" % number for number in islice(expected, COMPARED)]
    if len(drawn) == rows and drawn[:COMPARED] == first:
        return sorted(map(int, drawn))
    return sorted(numbers(count, rows, replace, random_bytes(seed)))


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
    """Yield `rows` sorted numbers below `count`; the method depends on the arguments alone."""
    if not rows:
        return
    if rows == count and not replace:
        yield range(count)
    elif replace:
        yield shuf(count, rows, seed, replace)
    elif has_shuf and rows <= SHUF_ROWS and (count <= SHUF_RANGE or rows <= count // SHUF_SPARSE):
        yield shuf(count, rows, seed)
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
