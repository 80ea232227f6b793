"""Tables: the fewest coins for every amount up to a limit, or for every residue of a coin.

Both take the coins in turn. A coin that never runs out is one step that may be repeated; a coin of
which there are 13 is the bundles 1, 2, 4 and 6, each taken or not. After each step one bit an
amount remembers whether the step was taken, which is what the way back is read from.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import gcd
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from numpy import bool_, int32, int64
    from numpy.typing import NDArray

FAR = 1 << 30  # no coins pay this
FAR_KEY = 1 << 62
KEY_ROOM = 1 << 61
SHORT_RUN, LONG_RUN = 64, 1 << 16  # steps looked at one by one, in one go, on the way back


class Step(NamedTuple):
    """Taking `times` coins at once; `again` where it may be repeated."""

    coin: int
    times: int
    again: bool


def steps(coins: Sequence[int], caps: Mapping[int, int]) -> Iterator[Step]:
    """Yield the steps of each coin; one that `caps` names is split into bundles.

    Examples
    --------
    >>> [step.times for step in steps((5,), {5: 13})]
    [1, 2, 4, 6]
    """
    for coin in coins:
        if coin not in caps:
            yield Step(coin, 1, True)
            continue
        left, size = caps[coin], 1
        while left > 0:
            yield Step(coin, min(size, left), False)
            left, size = left - size, size * 2


class Choices:
    """What was chosen at each step: one bit an amount."""

    def __init__(self) -> None:
        self._steps: list[tuple[Step, bytes]] = []

    def add(self, step: Step, taken: "NDArray[bool_]") -> None:
        """Remember for which amounts a step was taken."""
        import numpy as np

        self._steps.append((step, np.packbits(taken).tobytes()))

    def counts(self, amount: int, modulus: int | None = None) -> Counter[int]:
        """Walk back from an amount, or from a residue of `modulus`; count the coins."""
        counts: Counter[int] = Counter()
        for step, bits in reversed(self._steps):
            times = _run(bits, amount, step, modulus)
            counts[step.coin] += times * step.times
            amount -= times * step.coin * step.times
            amount = amount if modulus is None else amount % modulus
        return counts


def _taken(bits: bytes, amount: int) -> int:
    return bits[amount >> 3] >> (7 - (amount & 7)) & 1


def _run(bits: bytes, amount: int, step: Step, modulus: int | None) -> int:
    """Return how many times in a row a step was taken on the way down from an amount."""
    value = step.coin * step.times
    for done in range(SHORT_RUN):
        if not _taken(bits, amount if modulus is None else amount % modulus):
            return done
        amount -= value
        if not step.again:
            return 1
    return SHORT_RUN + _long_run(bits, amount, value, modulus)


def _long_run(bits: bytes, amount: int, value: int, modulus: int | None) -> int:
    """Count on, many at once."""
    import numpy as np

    packed, done, size = np.frombuffer(bits, dtype=np.uint8), 0, SHORT_RUN
    while True:
        places = amount - value * np.arange(done, done + size)
        places = places[places >= 0] if modulus is None else places % modulus
        taken = packed[places >> 3] >> (7 - (places & 7)) & 1
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
        How many there are of a coin; one that is not named is never short.
    limit : int
        Four bytes are held for each amount up to it, and one bit a step.
    """

    def __init__(self, coins: Sequence[int], till: Mapping[int, int], limit: int) -> None:
        import numpy as np

        caps = {coin: min(count, limit // coin) for coin, count in till.items()}
        best = np.full(limit + 1, FAR, dtype=np.int32)
        best[0] = 0
        self._choices = Choices()
        for step in steps([coin for coin in coins if coin <= limit], caps):
            after = _repeated(best, step.coin) if step.again else _once(best, step)
            self._choices.add(step, after < best)
            best = after
        self.limit, self.best = limit, best

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


def _once(best: "NDArray[int32]", step: Step) -> "NDArray[int32]":
    """Allow one bundle of coins."""
    import numpy as np

    value = step.coin * step.times
    after = best.copy()
    if value < len(best):
        np.minimum(best[value:], best[: len(best) - value] + step.times, out=after[value:])
        np.minimum(after, FAR, out=after)
    return after


class ResidueTable:
    """The fewest coins for amounts of any size, by their residue modulo the largest free coin.

    Let m be the largest coin that never runs out. Any T paid with k other coins leaves (A - T) / m
    of m, in all (A + w) / m coins with w = m k - T: the fewest coins are those of least w among
    T congruent to A, the smallest such T first. They hold for every A >= T.

    After the residue classes of S. Boecker and Zs. Liptak, A fast and simple algorithm for the
    money changing problem, Algorithmica 48 (2007) 413-432, with w in place of T.

    Parameters
    ----------
    coins : sequence of int
        Face values.
    caps : mapping of int to int
        How many may be used of a coin at most; one that is not named is never short.
    modulus : int
        m, which must not stand in `caps`.

    Raises
    ------
    OverflowError
        When 64 bits do not hold the sums.
    """

    def __init__(self, coins: Sequence[int], caps: Mapping[int, int], modulus: int) -> None:
        import numpy as np

        # More than m - 1 coins smaller than m hold some that fewer coins m would replace.
        caps = {coin: min(n, modulus - 1) if coin < modulus else n for coin, n in caps.items()}
        self._modulus, self._scale = modulus, modulus + sum(caps.values()) + 1
        reach = 2 * modulus * modulus + sum(abs(modulus - c) * n for c, n in caps.items())
        if reach * self._scale > KEY_ROOM:
            raise OverflowError
        best = np.full(modulus, FAR_KEY, dtype=np.int64)  # w * scale + k
        best[0] = 0
        self._choices = Choices()
        for step in steps([coin for coin in coins if coin != modulus], caps):
            after = (self._repeated if step.again else self._once)(best, step)
            self._choices.add(step, after < best)
            best = after
        self._best = best

    def _cost(self, step: Step) -> int:
        return step.times * ((self._modulus - step.coin) * self._scale + 1)

    def _repeated(self, best: "NDArray[int64]", step: Step) -> "NDArray[int64]":
        """Allow any number of a coin: two rounds of running minimum along each cycle."""
        import numpy as np

        cycles = gcd(step.coin, self._modulus)
        length = self._modulus // cycles
        along = np.arange(length, dtype=np.int64)[:, None] * step.coin
        places = (along + np.arange(cycles, dtype=np.int64)) % self._modulus
        used = np.arange(2 * length, dtype=np.int64)[:, None] * self._cost(step)
        rounds = np.concatenate([best[places], best[places]]) - used
        np.minimum.accumulate(rounds, axis=0, out=rounds)
        after = np.empty_like(best)
        after[places] = (rounds + used)[length:]
        return after

    def _once(self, best: "NDArray[int64]", step: Step) -> "NDArray[int64]":
        import numpy as np

        moved = np.roll(best, step.coin * step.times % self._modulus)
        after = np.minimum(best, moved + self._cost(step))
        after[after > FAR_KEY // 2] = FAR_KEY
        return after

    def fewest(self, amount: int) -> int | None:
        """Return how many coins pay the amount, at least; None where none do, whatever its size."""
        key = int(self._best[amount % self._modulus])
        if key >= FAR_KEY:
            return None
        return (amount + key // self._scale) // self._modulus

    def counts(self, amount: int) -> Counter[int] | None:
        """Return the fewest coins; None where those of its residue come to more than the amount."""
        counts = self._choices.counts(amount % self._modulus, self._modulus)
        left = amount - sum(coin * count for coin, count in counts.items())
        if left < 0:
            return None
        counts[self._modulus] = left // self._modulus
        return counts
