"""Cash register: pay amounts of a currency from a till by one or both methods, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyhelpers import KitError
from pyhelpers.change.currencies import (
    CURRENCIES,
    Currency,
    format_amount,
    parse_amount,
    round_cash,
)
from pyhelpers.change.solvers import remainders
from pyhelpers.change.till import Answer, Till
from pyhelpers.csvio.table import Table

MOST_DIGITS = 15  # of a coin's value, or of a number of coins
MOST_COINS = 100  # kinds of coins; Pearson's test takes time by the cube of this


def _is_whole_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


def parse_coins(text: str) -> tuple[int, ...]:
    """Return the face values in "1,5,10", in minor units, largest first.

    Examples
    --------
    >>> parse_coins("1,5,10,25")
    (25, 10, 5, 1)
    """
    words = [word.strip() for word in text.split(",")]
    if not all(_is_whole_number(word) and int(word) for word in words):
        raise KitError(f"--coins takes whole minor units (cents), like 1,5,10; not {text!r}", 2)
    coins = sorted((int(word) for word in words), reverse=True)
    if len(set(coins)) < len(coins) or len(coins) > MOST_COINS:
        raise KitError(f"--coins takes up to {MOST_COINS} different values; not {text!r}", 2)
    return tuple(coins)


def parse_stock(text: str, coins: Sequence[int]) -> dict[int, int]:
    """Return how many there are of each coin in "25=3,10=0".

    Examples
    --------
    >>> parse_stock("25=3,10=0", (25, 10, 5, 1))
    {25: 3, 10: 0}
    """
    stock = {}
    for word in text.split(","):
        coin, equals, count = (part.strip() for part in word.partition("="))
        if not (equals and _is_whole_number(coin) and _is_whole_number(count)):
            raise KitError(f"--till takes coin=number, like 25=3,10=0; not {word!r}", 2)
        if int(coin) not in coins or int(coin) in stock:
            known = ", ".join(str(value) for value in coins)
            raise KitError(f"--till takes each of these coins once: {known}; not {word!r}", 2)
        stock[int(coin)] = int(count)
    return stock


def parse_option(option: str, text: str, currency: Currency) -> int:
    """Return the amount given as an option, in minor units; a KitError (2) names the option."""
    try:
        return parse_amount(text, currency)
    except ValueError as error:
        raise KitError(f"{option}: {error}", 2) from None


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


@dataclass(frozen=True)
class CashRegister:
    """A currency, a till, and how amounts are paid from it.

    Attributes
    ----------
    currency : Currency
    till : Till
    methods : list of {"greedy", "optimal"}
    cash_step : int
        Multiple to which amounts are rounded, in minor units.
    """

    currency: Currency
    till: Till
    methods: list[str]
    cash_step: int

    def round(self, amount: int) -> int:
        """Return what is paid in cash: an amount rounded, and without the sign of a refund."""
        return round_cash(abs(amount), self.cash_step)

    def pay(self, amount: int) -> dict[str, Answer]:
        """Return the answer of each method; a KitError says that an amount cannot be paid."""
        solvers = {"greedy": self.till.greedy, "optimal": self.till.fewest}
        answers = {name: solvers[name](amount) for name in self.methods}
        if all(answer.counts is None for answer in answers.values()):
            best = self.till.fewest(amount)
            if best.counts is not None:
                paid = in_words(best.counts, self.currency)
                raise KitError(f"greedy gets stuck; without --greedy it is {paid}")
            raise KitError(unpaid(amount, best, self.till, self.currency))
        return answers

    def coin_rows(self, answers: Mapping[str, Answer]) -> Iterator[dict[str, Any]]:
        """Yield a row for each coin that is used, with its number by each method."""
        tables = {name: answer.counts or {} for name, answer in answers.items()}
        coins = list(next(iter(tables.values())))
        used = [coin for coin in coins if any(table[coin] for table in tables.values())]
        for coin in used or coins:
            row = {
                "coin": coin_name(coin, self.currency),
                "value": format_amount(coin, self.currency),
            }
            yield row | {name: table[coin] for name, table in tables.items()}

    def system(self) -> dict[str, Any]:
        """Return whether greedy is optimal for every amount, else the smallest where it is not."""
        record: dict[str, Any] = {"canonical": self.till.canonical, "counterexample": None}
        record |= {"greedy_coins": None, "fewest_coins": None}
        if (amount := self.till.counterexample) is not None:
            record["counterexample"] = format_amount(amount, self.currency)
            record["greedy_coins"] = self.till.greedy(amount).number
            record["fewest_coins"] = self.till.fewest(amount).number
        return record

    def record(self, amount: int) -> dict[str, Any]:
        """Return everything about the payment of one amount, as a JSON object."""
        paid = self.round(amount)
        written = {"amount": amount, "paid": paid}
        record: dict[str, Any] = {k: format_amount(v, self.currency) for k, v in written.items()}
        record["currency"] = self.currency.code
        for name, answer in self.pay(paid).items():
            rows = [] if answer.counts is None else self.coin_rows({name: answer})
            change = [
                {"coin": row["coin"], "value": row["value"], "count": row[name]} for row in rows
            ]
            record[name] = {
                "coins": answer.number,
                "lower_bound": answer.least,
                "proved": answer.counts is not None and answer.proved,
                "reason": answer.reason,
                "change": None if answer.counts is None else change,
            }
        return record | self.system()

    def rows(self, table: Table, column: str) -> Iterator[dict[str, Any]]:
        """Yield each record of a table with its change: a number of coins, a column a coin."""
        place = table.index(column)
        line = 0
        for line, fields in table.records:
            try:
                answers = self.pay(self.round(parse_amount(fields[place], self.currency)))
            except (ValueError, KitError) as error:
                where = f"{table.source}: line {line}, column {column!r}"
                raise KitError(f"{where}: {error}") from None
            row: dict[str, Any] = dict(zip(table.names, fields, strict=True))
            for name, answer in answers.items():
                prefix = f"{name}_" if len(answers) > 1 else ""
                row |= {f"{prefix}coins": answer.number}
                for coin in self.till.coins:
                    number = None if answer.counts is None else answer.counts[coin]
                    row[prefix + coin_name(coin, self.currency)] = number
            if len(row) < len(fields) + len(answers) * (1 + len(self.till.coins)):
                raise KitError(f"{table.source}: a column has the name of a coin; rename it")
            yield row
        if not line:
            raise KitError(f"{table.source}: has a header and no records; nothing to pay")


def new_register(
    code: str,
    coins: str | None,
    notes: bool,
    stock: str | None,
    round_to: str | None,
    methods: list[str],
) -> CashRegister:
    """Return the cash register that the options of make-change describe."""
    currency = CURRENCIES.get(code.upper())
    if currency is None:
        known = ", ".join(CURRENCIES)
        raise KitError(f"the coins of currency {code!r} are not known; choose one of {known}", 2)
    values = parse_coins(coins) if coins else currency.coins + (currency.notes if notes else ())
    if not values:
        raise KitError(f"{currency.code} has no coins of its own; name them with --coins", 2)
    if coins and notes:
        raise KitError("--notes adds to a currency's own coins; drop it, or drop --coins", 2)
    till = Till(values, parse_stock(stock, sorted(values, reverse=True)) if stock else {})
    cash_step = 1 if coins else currency.cash_step
    if round_to:
        cash_step = parse_option("--round-to", round_to, currency)
    if cash_step <= 0:
        raise KitError("--round-to takes an amount above 0", 2)
    return CashRegister(currency, till, methods, cash_step)
