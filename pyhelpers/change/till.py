"""Till: pay amounts in the fewest coins, with a proof or a lower bound."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import gcd

from pyhelpers.change.solvers import AmountTable, Counts, counterexample, greedy_change

SMALL = 1 << 16  # amounts: a table of these costs next to nothing
AMOUNT_LIMIT = 1 << 24  # 64 MB a table of amounts, three while it grows
ANSWERS = 10_000  # most answers that are cached
WEIGHED = "every way was weighed"
CANONICAL = "greedy is optimal for every amount with these coins (Pearson's test)"


@dataclass(frozen=True)
class Answer:
    """The payment of an amount.

    Attributes
    ----------
    counts : dict of int to int, or None
        Number of each coin, largest first; None where no payment was found.
    least : int or None
        Lower bound of the number of coins.
    reason : str
        The proof, or the limit that prevents one.
    """

    counts: Counts | None
    least: int | None
    reason: str

    @property
    def number(self) -> int | None:
        """Total number of coins."""
        return None if self.counts is None else sum(self.counts.values())

    @property
    def proved(self) -> bool:
        """Whether no payment has fewer coins; without counts, whether there is no payment."""
        return self.number == self.least


class Till:
    """Coins of several values, each unlimited or in a given number.

    Parameters
    ----------
    coins : sequence of int
        Face values, in minor units.
    stock : mapping of int to int
        Number of each coin; a coin not named cannot run out. Each amount is paid
        from the full stock.

    Attributes
    ----------
    canonical : bool or None
        Whether greedy is optimal for every amount; None where Pearson's test does not apply: not
        all coins are multiples of the smallest, or some can run out.
    counterexample : int or None
        The smallest amount for which greedy is not optimal.

    Examples
    --------
    >>> Till((25, 10, 1)).fewest(30).counts
    {25: 0, 10: 3, 1: 0}
    >>> Till((25, 10, 1)).greedy(30).number
    6
    """

    def __init__(self, coins: Sequence[int], stock: Mapping[int, int] | None = None) -> None:
        stock = stock or {}
        self._used = used = [coin for coin in coins if stock.get(coin, 1)]
        self._unit = gcd(*used) if used else 1
        self.coins = tuple(sorted(coins, reverse=True))
        self._values = tuple(sorted((coin // self._unit for coin in used), reverse=True))
        self._stock = {c // self._unit: n for c, n in stock.items() if c in used}
        self._answers: dict[int, Answer] = {}
        self._table: AmountTable | None = None
        complete = self._values[-1:] == (1,) and not self._stock
        self.counterexample = counterexample(self._values) if complete else None
        self.canonical = self.counterexample is None if complete else None
        if self.counterexample:
            self.counterexample *= self._unit

    @property
    def total(self) -> int | None:
        """Value of all coins in it; None where some coin cannot run out."""
        if any(value not in self._stock for value in self._values):
            return None
        return sum(value * count for value, count in self._stock.items()) * self._unit

    def _whole(self, counts: Mapping[int, int] | None) -> Counts | None:
        """Return counts by face value, of every coin, largest first."""
        if counts is None:
            return None
        by_coin = {coin: counts.get(coin // self._unit, 0) for coin in self._used}
        return {coin: by_coin.get(coin, 0) for coin in self.coins}

    def greedy(self, amount: int) -> Answer:
        """Pay the largest coins first; `least` is the bound of `fewest`."""
        value, rest = divmod(amount, self._unit)
        counts = None if rest else greedy_change(value, self._values, self._stock)
        best = self.fewest(amount)
        return Answer(self._whole(counts), best.least, best.reason)

    def fewest(self, amount: int) -> Answer:
        """Pay with the fewest coins; if greedy needs as few, with greedy's coins."""
        if amount not in self._answers:
            if len(self._answers) >= ANSWERS:
                self._answers.clear()
            self._answers[amount] = self._new_answer(amount)
        return self._answers[amount]

    def _new_answer(self, amount: int) -> Answer:
        value, rest = divmod(amount, self._unit)
        if rest:
            return Answer(None, None, f"every coin is a multiple of {self._unit}")
        greedy = greedy_change(value, self._values, self._stock)
        answer = self._fewest(value, greedy)
        same = greedy is not None and answer.number == sum(greedy.values())
        return Answer(self._whole(greedy if same else answer.counts), answer.least, answer.reason)

    def _fewest(self, value: int, greedy: Counts | None) -> Answer:
        if greedy is not None and self.canonical:
            return Answer(greedy, sum(greedy.values()), CANONICAL)
        if self.total is not None and value * self._unit > self.total:
            return Answer(None, None, "the till holds less")
        least = -(-value // self._values[0]) if self._values else 0
        if greedy is not None and sum(greedy.values()) == least:
            return Answer(greedy, least, "the largest coin allows no fewer")
        return self._weighed(value) or self._bounded(value, greedy, least)

    def _weighed(self, value: int) -> Answer | None:
        """Pay exactly, at first with little in smaller coins; None where the table is too large.

        The payment found shows how much the fewest coins may have in smaller coins. If that is not
        more than was allowed, no payment has fewer coins; else that much is allowed.
        """
        allowed = min(SMALL, value)
        while True:
            certain = self._certain_coins(value, allowed) if value > SMALL else {}
            rest = value - sum(coin * count for coin, count in certain.items())
            if rest > AMOUNT_LIMIT:
                return None
            counts = self._amounts(rest, certain).counts(rest)
            if counts is not None:
                counts.update(certain)
            most = self._most_in_smaller(value, counts)
            if most <= allowed:
                return Answer(counts, None if counts is None else sum(counts.values()), WEIGHED)
            allowed = most if counts else min(most, 8 * allowed + 1)

    def _amounts(self, value: int, certain: Mapping[int, int]) -> AmountTable:
        """Return a table that reaches `value`, of the coins left without `certain`."""
        stock = {coin: count - certain.get(coin, 0) for coin, count in self._stock.items()}
        if self._table is None or self._table.limit < value or self._table.till != stock:
            limit = max(value, min(max(SMALL, 1 << value.bit_length()), AMOUNT_LIMIT))
            self._table = AmountTable(self._values, stock, limit)
        return self._table

    def _largest_unlimited(self, value: int) -> int | None:
        """Return the largest coin, up to a value, of which the till has enough for all of it."""
        enough = (c for c in self._values if c <= value and self._stock.get(c, value) * c >= value)
        return next(enough, None)

    def _most_in_smaller(self, value: int, counts: Mapping[int, int] | None) -> int:
        """Return the most that the fewest coins have in coins smaller than m.

        m is the largest coin that cannot run out. An optimum has fewer than m / gcd(c, m) of a
        smaller coin c, because so many are worth a whole number of m, which is fewer coins. It has
        fewer than m smaller coins in all, because among any m coins some add up to a multiple of m.
        With s the largest smaller coin, a total of T in smaller coins is at least T / s coins in
        place of T / m, and a larger coin c saves c / m - 1: a payment of U coins is not beaten
        where T (1 / s - 1 / m) exceeds U - value / m and what all larger coins save.
        """
        m = self._largest_unlimited(value)
        if m is None:
            return 0  # then nothing is certain, and every payment was weighed
        smaller = [coin for coin in self._values if coin < m]
        few = {coin: m // gcd(coin, m) - 1 for coin in smaller}
        most = sum(min(self._stock.get(coin, few[coin]), few[coin]) * coin for coin in smaller)
        most = min(most, (m - 1) * max(smaller, default=0), value)
        if counts and smaller:
            saved = sum(self._stock[c] * (c - m) for c in self._values if m < c <= value)
            above = sum(counts.values()) * m - value + saved
            most = min(most, above * smaller[0] // (m - smaller[0]))
        return most

    def _certain_coins(self, value: int, most: int) -> dict[int, int]:
        """Return coins of every payment of `value` in the fewest coins, of some.

        Those are the payments with at most `most` in coins smaller than m, the largest coin that
        cannot run out. Where the fewest coins have c / gcd(c, m) of m, fewer than m / gcd(c, m) of
        a larger coin c are left in the till, because those could be exchanged.
        """
        m = self._largest_unlimited(value)
        if m is None:
            return {}
        larger = {coin: self._stock[coin] for coin in self._values if m < coin <= value}
        certain: dict[int, int] = {}
        least_in_m = value - most - sum(coin * count for coin, count in larger.items())
        if least_in_m >= max((m * (coin // gcd(coin, m)) for coin in larger), default=0):
            certain = {
                coin: max(0, count - (m // gcd(coin, m) - 1)) for coin, count in larger.items()
            }
        most += sum(coin * (count - certain.get(coin, 0)) for coin, count in larger.items())
        left = value - sum(coin * count for coin, count in certain.items())
        return certain | {m: max(0, left - most) // m}

    def _bounded(self, value: int, greedy: Counts | None, least: int) -> Answer:
        """Pay most of an amount above the limit with the largest coin, and the rest exactly."""
        found = [] if greedy is None else [greedy]
        free = next((coin for coin in self._values if coin not in self._stock), None)
        if free is not None and free <= AMOUNT_LIMIT:
            most = (value - AMOUNT_LIMIT) // free + 1
            rest = self._amounts(AMOUNT_LIMIT, {}).counts(value - most * free)
            if rest is not None:
                found.append({**rest, free: rest[free] + most})
        counts = min(found, key=lambda counts: sum(counts.values()), default=None)
        limit = f"{AMOUNT_LIMIT * self._unit} minor units"
        return Answer(counts, least, f"not every way can be weighed past {limit}")

    def nearest(self, amount: int) -> list[int]:
        """Return the nearest amounts that can be paid, below and above, the nearer first.

        For an amount above the table's limit, largest coins are set aside first.
        """
        if self.total is not None and amount >= self.total:
            return [self.total]
        if not self._values:
            return [0]
        value, margin = amount // self._unit, self._values[0] + 1
        free = next((coin for coin in self._values if coin not in self._stock), None)
        aside = 0
        if value + margin > AMOUNT_LIMIT:
            if free is None or margin > AMOUNT_LIMIT // 2:
                return []
            aside = -(-(value + margin - AMOUNT_LIMIT) // free) * free
        payable = (self._amounts(value + margin - aside, {}).payable() + aside) * self._unit
        place = int(payable.searchsorted(amount))
        around = [int(near) for near in payable[max(place - 1, 0) : place + 1]]
        return sorted(around, key=lambda near: abs(near - amount))
