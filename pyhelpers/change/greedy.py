"""Greedy: the largest coin first, and a test of whether that is always the fewest coins."""

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from math import inf

Counts = dict[int, int]


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
