"""Methods of making change: greedy, a test of when it is optimal, and dynamic programming.

Dynamic programming takes the coins in turn. A coin that cannot run out is one step that may be
repeated; 13 coins of one kind are the bundles 1, 2, 4 and 6, each taken or not. After each
step one bit an amount records whether the step was taken; the way back is read from these bits.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement
from math import inf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from numpy import bool_, int32, int64
    from numpy.typing import NDArray

Counts = dict[int, int]
FAR = 1 << 30  # number of coins of an amount that cannot be paid
SHORT_RUN, LONG_RUN = 64, 1 << 16  # steps read one by one, and at once, on the way back


def greedy_change(amount: int, coins: Sequence[int], till: Mapping[int, int]) -> Counts | None:
    """Take as many as possible of each coin, the largest first.

    Parameters
    ----------
    amount : int
        In minor units, 0 or more.
    coins : sequence of int
        Face values, largest first.
    till : mapping of int to int
        Number of each coin; a coin not named cannot run out.

    Returns
    -------
    dict of int to int, or None
        Number of each coin, largest first; None where a remainder is left.

    Examples
    --------
    >>> greedy_change(134, (25, 10, 5, 1), {})
    {25: 5, 10: 0, 5: 1, 1: 4}
    >>> greedy_change(30, (25, 10), {}) is None
    True
    """
    counts = {}
    for coin in coins:
        counts[coin] = int(min(amount // coin, till.get(coin, inf)))
        amount -= counts[coin] * coin
    return None if amount else counts


def remainders(amount: int, counts: Mapping[int, int]) -> list[int]:
    """Return the amount left to pay after each coin, in the order of `counts`.

    Examples
    --------
    >>> remainders(134, {25: 5, 10: 0, 5: 1, 1: 4})
    [9, 9, 4, 0]
    """
    left = []
    for coin, count in counts.items():
        amount -= coin * count
        left.append(amount)
    return left


def counterexample(coins: Sequence[int]) -> int | None:
    """Return the smallest amount that greedy pays with too many coins; None if there is none.

    A coin system without one is called canonical. O(n^3) in the number of coins, whatever their
    values: D. Pearson, A polynomial-time algorithm for the change-making problem, Operations
    Research Letters 33 (2005) 231-234.

    Parameters
    ----------
    coins : sequence of int
        Face values, largest first, the last of them 1.

    Examples
    --------
    >>> counterexample((25, 10, 5, 1)) is None
    True
    >>> counterexample((25, 10, 1))
    30
    """
    beaten = []
    for first, last in combinations_with_replacement(range(1, len(coins)), 2):
        # The fewest coins of a counterexample, from coins[first] down to coins[last], are greedy's
        # coins for one less than the next larger coin, cut off at coins[last] and one added.
        prefix = list((greedy_change(coins[first - 1] - 1, coins, {}) or {}).values())[: last + 1]
        prefix[last] += 1
        amount = sum(coin * count for coin, count in zip(coins, prefix, strict=False))
        if sum((greedy_change(amount, coins, {}) or {}).values()) > sum(prefix):
            beaten.append(amount)
    return min(beaten, default=None)


class Bundle(NamedTuple):
    """Take `times` coins at once; `again` where the step may be repeated."""

    coin: int
    times: int
    again: bool


def bundles(coins: Sequence[int], caps: Mapping[int, int]) -> Iterator[Bundle]:
    """Yield the bundles in which each coin is taken; a limited coin is split by powers of two.

    Examples
    --------
    >>> [step.times for step in bundles((5,), {5: 13})]
    [1, 2, 4, 6]
    """
    for coin in coins:
        if coin not in caps:
            yield Bundle(coin, 1, True)
            continue
        left, size = caps[coin], 1
        while left > 0:
            yield Bundle(coin, min(size, left), False)
            left, size = left - size, size * 2


class Choices:
    """The choice at each step: one bit an amount."""

    def __init__(self) -> None:
        self._steps: list[tuple[Bundle, bytes]] = []

    def add(self, step: Bundle, taken: "NDArray[bool_]") -> None:
        """Remember for which amounts a step was taken."""
        import numpy as np

        self._steps.append((step, np.packbits(taken).tobytes()))

    def counts(self, amount: int) -> Counter[int]:
        """Walk back from an amount; count the coins."""
        counts: Counter[int] = Counter()
        for step, bits in reversed(self._steps):
            times = _run(bits, amount, step)
            counts[step.coin] += times * step.times
            amount -= times * step.coin * step.times
        return counts


def _run(bits: bytes, amount: int, step: Bundle) -> int:
    """Return how many times in a row a step was taken on the way down from an amount."""
    value = step.coin * step.times
    for done in range(SHORT_RUN):
        if not bits[amount >> 3] >> (7 - (amount & 7)) & 1:
            return done
        amount -= value
        if not step.again:
            return 1
    return SHORT_RUN + _long_run(bits, amount, value)


def _long_run(bits: bytes, amount: int, value: int) -> int:
    """Count on, many steps at once."""
    import numpy as np

    packed, done, size = np.frombuffer(bits, dtype=np.uint8), 0, SHORT_RUN
    while True:
        amounts = amount - value * np.arange(done, done + size)
        amounts = amounts[amounts >= 0]
        taken = packed[amounts >> 3] >> (7 - (amounts & 7)) & 1
        run = len(taken) if taken.all() else int(taken.argmin())
        if run < size:
            return done + run
        done, size = done + run, min(size * 2, LONG_RUN)


class AmountTable:
    """The fewest coins for every amount from 0 to `limit`.

    Parameters
    ----------
    coins : sequence of int
        Face values.
    till : mapping of int to int
        How many there are of a coin; a coin not named cannot run out.
    limit : int
        Four bytes are held for each amount up to it, and one bit a step.
    """

    def __init__(self, coins: Sequence[int], till: Mapping[int, int], limit: int) -> None:
        import numpy as np

        caps = {coin: min(count, limit // coin) for coin, count in till.items()}
        best = np.full(limit + 1, FAR, dtype=np.int32)
        best[0] = 0
        self._choices = Choices()
        for step in bundles([coin for coin in coins if coin <= limit], caps):
            after = _repeated(best, step.coin) if step.again else _once(best, step)
            self._choices.add(step, after < best)
            best = after
        self.till, self.limit, self.best = dict(till), limit, best

    def counts(self, amount: int) -> Counter[int] | None:
        """Return the fewest coins that make the amount; None where none do."""
        return self._choices.counts(amount) if self.best[amount] < FAR else None

    def payable(self) -> "NDArray[int64]":
        """Return every amount that can be paid, ascending."""
        import numpy as np

        return np.flatnonzero(self.best < FAR)


def _repeated(best: "NDArray[int32]", coin: int) -> "NDArray[int32]":
    """Allow any number of a coin: a running minimum over amounts that are a coin apart."""
    import numpy as np

    rows = -(-len(best) // coin)
    padded = np.full(rows * coin, FAR, dtype=np.int32)
    padded[: len(best)] = best
    grid = padded.reshape(rows, coin)
    used = np.arange(rows, dtype=np.int32)[:, None]
    grid -= used
    np.minimum.accumulate(grid, axis=0, out=grid)
    grid += used
    return padded[: len(best)]


def _once(best: "NDArray[int32]", step: Bundle) -> "NDArray[int32]":
    """Allow one bundle of coins."""
    import numpy as np

    value = step.coin * step.times
    after = best.copy()
    if value < len(best):
        np.minimum(best[value:], best[: len(best) - value] + step.times, out=after[value:])
        np.minimum(after, FAR, out=after)
    return after
