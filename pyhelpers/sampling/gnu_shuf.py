"""Draw the numbers that GNU shuf draws, where another shuf or none is installed."""

from collections.abc import Callable, Iterator
from itertools import chain

WORD = 1 << 64  # randint of gnulib is a 64-bit number
BYTE = 255
CHUNK = 1 << 12  # a whole number of the words that Random makes bytes of


def choices(more: Callable[[int], bytes]) -> Callable[[int], int]:
    """Return a function that draws a number below n from random bytes, as gnulib's randint does.

    What a draw leaves of the bytes it took goes into the next one (randint_genmax in randint.c).
    """
    number = highest = 0
    stream = chain.from_iterable(iter(lambda: more(CHUNK), b""))

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


def numbers(count: int, rows: int, replace: bool, more: Callable[[int], bytes]) -> Iterator[int]:
    """Yield `rows` numbers below `count` in the order in which GNU shuf draws them.

    Without repetition the first `rows` of a permutation (randperm_new in randperm.c).
    """
    choose = choices(more)
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
