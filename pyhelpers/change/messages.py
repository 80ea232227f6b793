"""Messages: coins and results in words."""

from collections.abc import Mapping

from pyhelpers.change.currencies import Currency, format_amount
from pyhelpers.change.greedy import remainders
from pyhelpers.change.till import Answer, Till


def coin_name(coin: int, currency: Currency, count: int = 1) -> str:
    """Return a coin's name, or its value where it has no name."""
    names = currency.names.get(coin)
    return names[count != 1] if names else format_amount(coin, currency)


def in_words(counts: Mapping[int, int], currency: Currency) -> str:
    """Return coins in words.

    Examples
    --------
    >>> from pyhelpers.change.currencies import CURRENCIES
    >>> in_words({25: 5, 10: 0, 5: 1, 1: 4}, CURRENCIES["USD"])
    '5 quarters, 1 nickel, 4 pennies'
    >>> in_words({200: 1, 20: 2}, CURRENCIES["EUR"])
    '1 x 2.00, 2 x 0.20'
    """
    words = [
        f"{count} {'' if coin in currency.names else 'x '}{coin_name(coin, currency, count)}"
        for coin, count in counts.items()
        if count
    ]
    return ", ".join(words) or "nothing"


def full_lines(amount: int, counts: Mapping[int, int], currency: Currency) -> list[str]:
    """Return the chapter's lines: each coin, its number and the remainder.

    Examples
    --------
    >>> from pyhelpers.change.currencies import CURRENCIES
    >>> full_lines(134, {25: 5, 10: 0, 5: 1, 1: 4}, CURRENCIES["USD"])[0]
    'Quarters 5, Remainder: 9'
    """
    left = remainders(amount, counts)
    return [
        f"{coin_name(coin, currency, 2).capitalize()} {count}, Remainder: {rest}"
        for (coin, count), rest in zip(counts.items(), left, strict=True)
    ]


def unpaid(amount: int, answer: Answer, till: Till, currency: Currency) -> str:
    """Return the message that an amount cannot be paid, with the nearest amounts that can."""
    written = f"{format_amount(amount, currency)} {currency.code}"
    if not answer.proved:
        return f"{written}: no way to pay was found ({answer.reason}); use fewer or smaller coins"
    near = " or ".join(format_amount(value, currency) for value in till.nearest(amount))
    hint = f"nearest is {near}" if near else "use other coins"
    return f"{written} cannot be paid ({answer.reason}); {hint}"


def verdict(answer: Answer, fewest: Answer, currency: Currency) -> str:
    """Return how good an answer is, in one line."""
    number, words = answer.number, in_words(answer.counts or {}, currency)
    pieces = f"{number} {'coin' if number == 1 else 'coins'} ({words})"
    if answer.proved:
        return f"{pieces}, the fewest: {fewest.reason}"
    if fewest.proved:
        least = f"{fewest.number} ({in_words(fewest.counts or {}, currency)})"
        return f"{pieces}; the fewest are {least}: {fewest.reason}"
    return f"{pieces}; not proved, at least {answer.least}: {fewest.reason}"
