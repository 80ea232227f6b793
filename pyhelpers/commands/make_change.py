"""make-change: an amount of money in the fewest coins."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from pyhelpers import KitError
from pyhelpers.change.currencies import CURRENCIES, Currency
from pyhelpers.change.messages import coin_name, full_lines, in_words, unpaid, verdict
from pyhelpers.change.money import format_amount, parse_amount, round_cash
from pyhelpers.change.till import Answer, Till
from pyhelpers.cli.app import new_app
from pyhelpers.cli.inputs import open_table
from pyhelpers.cli.options import Delimiter, Format
from pyhelpers.cli.output import emit, emit_one, note, say
from pyhelpers.csvio.table import Table

MOST_DIGITS = 15  # of a coin's value, or of a number of coins
MOST_COINS = 100  # kinds; Pearson's test takes the cube of them


def whole_number(text: str) -> bool:
    """Tell whether a text is a whole number that arrays of the solvers can hold."""
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


def parse_coins(text: str) -> tuple[int, ...]:
    """Return the face values in "1,5,10", in minor units, largest first.

    Examples
    --------
    >>> parse_coins("1,5,10,25")
    (25, 10, 5, 1)
    """
    words = [word.strip() for word in text.split(",")]
    if not all(whole_number(word) and int(word) for word in words):
        raise KitError(f"--coins takes whole minor units (cents), like 1,5,10; not {text!r}", 2)
    coins = sorted((int(word) for word in words), reverse=True)
    if len(set(coins)) < len(coins) or len(coins) > MOST_COINS:
        raise KitError(f"--coins takes up to {MOST_COINS} different values; not {text!r}", 2)
    return tuple(coins)


def parse_stock(text: str, coins: tuple[int, ...]) -> dict[int, int]:
    """Return how many there are of each coin in "25=3,10=0".

    Examples
    --------
    >>> parse_stock("25=3,10=0", (25, 10, 5, 1))
    {25: 3, 10: 0}
    """
    stock = {}
    for word in text.split(","):
        coin, equals, count = (part.strip() for part in word.partition("="))
        if not (equals and all(map(whole_number, (coin, count)))):
            raise KitError(f"--till takes coin=number, like 25=3,10=0; not {word!r}", 2)
        if int(coin) not in coins or int(coin) in stock:
            known = ", ".join(str(value) for value in coins)
            raise KitError(f"--till: {coin} is to be one of these, once: {known}", 2)
        stock[int(coin)] = int(count)
    return stock


def about_system(till: Till, currency: Currency) -> dict[str, Any]:
    """Tell whether greedy is optimal for every amount, and the smallest where it is not."""
    record: dict[str, Any] = {"canonical": till.canonical, "counterexample": None}
    record |= {"greedy_coins": None, "fewest_coins": None}
    if (amount := till.counterexample) is not None:
        record["counterexample"] = format_amount(amount, currency)
        record["greedy_coins"] = till.greedy(amount).number
        record["fewest_coins"] = till.fewest(amount).number
    return record


def _coin_rows(answers: Mapping[str, Answer], currency: Currency) -> Iterator[dict[str, Any]]:
    """Yield a row for each coin that is used, with its number by each method."""
    tables = {name: answer.counts or {} for name, answer in answers.items()}
    coins = list(next(iter(tables.values())))
    used = [coin for coin in coins if any(table[coin] for table in tables.values())]
    for coin in used or coins:
        row = {"coin": coin_name(coin, currency), "value": format_amount(coin, currency)}
        yield row | {name: table[coin] for name, table in tables.items()}


class Job:
    """What was asked for: a currency, a till, the methods by which to pay."""

    def __init__(self, currency: Currency, till: Till, methods: list[str], step: int) -> None:
        self.currency, self.till, self.methods, self.step = currency, till, methods, step

    def solve(self, amount: int) -> dict[str, Answer]:
        """Return an answer of each method; a KitError says what cannot be paid."""
        ways = {"greedy": self.till.greedy, "optimal": self.till.fewest}
        answers = {name: ways[name](amount) for name in self.methods}
        if all(answer.counts is None for answer in answers.values()):
            best = self.till.fewest(amount)
            if best.counts is not None:
                paid = in_words(best.counts, self.currency)
                raise KitError(f"greedy gets stuck; without --greedy it is {paid}")
            raise KitError(unpaid(amount, best, self.till, self.currency))
        return answers

    def record(self, amount: int, paid: int, answers: Mapping[str, Answer]) -> dict[str, Any]:
        """Return all that is known of one amount, for JSON."""
        written = {"amount": amount, "paid": paid}
        record: dict[str, Any] = {k: format_amount(v, self.currency) for k, v in written.items()}
        record["currency"] = self.currency.code
        for name, answer in answers.items():
            counts = {} if answer.counts is None else {name: answer}
            record[name] = {
                "coins": answer.number,
                "lower_bound": answer.least,
                "proved": answer.counts is not None and answer.proved,
                "reason": answer.reason,
                "change": [
                    {"coin": row["coin"], "value": row["value"], "count": row[name]}
                    for row in _coin_rows(counts, self.currency)
                ]
                if counts
                else None,
            }
        return record | about_system(self.till, self.currency)

    def rows(self, table: Table, column: str) -> Iterator[dict[str, Any]]:
        """Yield each record of a table with its change: a number of coins, a column a coin."""
        place = table.index(column)
        line = 0
        for line, fields in table.records:
            where = f"{table.source}: line {line}, column {column!r}"
            try:
                amount = round_cash(parse_amount(fields[place], self.currency), self.step)
                answers = self.solve(amount)
            except (ValueError, KitError) as error:
                raise KitError(f"{where}: {error}") from None
            row: dict[str, Any] = dict(zip(table.names, fields, strict=True))
            for name, answer in answers.items():
                ahead = f"{name}_" if len(answers) > 1 else ""
                row |= {f"{ahead}coins": answer.number}
                for coin in self.till.coins:
                    number = None if answer.counts is None else answer.counts[coin]
                    row[ahead + coin_name(coin, self.currency)] = number
            if len(row) < len(fields) + len(answers) * (1 + len(self.till.coins)):
                raise KitError(f"{table.source}: has a column of the name of a coin; rename it")
            yield row
        if not line:
            raise KitError(f"{table.source}: has a header and no records; nothing to pay")


def new_job(
    code: str, coins: str | None, notes: bool, stock: str | None, step: str | None, ways: list[str]
) -> Job:
    """Return the job that the options describe."""
    currency = CURRENCIES.get(code.upper())
    if currency is None:
        known = ", ".join(CURRENCIES)
        raise KitError(f"no coins are known of currency {code!r}; one of {known}", 2)
    values = parse_coins(coins) if coins else currency.coins + (currency.notes if notes else ())
    if not values:
        raise KitError(f"{currency.code} has no coins of its own; name them with --coins", 2)
    if coins and notes:
        raise KitError("--notes adds to a currency's own coins; not to --coins", 2)
    till = Till(values, parse_stock(stock, tuple(sorted(values, reverse=True))) if stock else {})
    cash = _amount("--round-to", step, currency) if step else 1 if coins else currency.cash_step
    if not cash:
        raise KitError("--round-to takes an amount above 0", 2)
    return Job(currency, till, ways, cash)


def _amount(what: str, text: str, currency: Currency) -> int:
    try:
        return parse_amount(text, currency)
    except ValueError as error:
        raise KitError(f"{what}: {error}", 2) from None


def _methods(greedy: bool, optimal: bool, both: bool) -> list[str]:
    if greedy + optimal + both > 1:
        raise KitError("--greedy, --optimal and --both exclude each other", 2)
    return ["greedy", "optimal"] if both else ["greedy"] if greedy else ["optimal"]


def _show_one(job: Job, amount: int, full: bool, format: str | None) -> None:
    """Print how one amount is paid, and on stderr how good that is."""
    paid = round_cash(amount, job.step)
    answers = job.solve(paid)
    if format == "json":
        return emit_one(job.record(amount, paid, answers), format)
    if paid != amount:
        step = format_amount(job.step, job.currency)
        before, after = (format_amount(value, job.currency) for value in (amount, paid))
        note(f"{before} {job.currency.code} is {after} in cash, rounded to {step}")
    if full:
        counts = next(iter(answers.values())).counts or {}
        for line in full_lines(paid, counts, job.currency):
            say(line)
    else:
        names = list(answers) if len(answers) > 1 else ["count"]
        emit(_coin_rows(dict(zip(names, answers.values(), strict=True)), job.currency), format)
    fewest = job.till.fewest(paid)
    for name, answer in answers.items():
        said = "gets stuck" if answer.counts is None else verdict(answer, fewest, job.currency)
        note(f"{name}: {said}" if len(answers) > 1 else said)


app = new_app()


@app.command()
def main(
    amount: Annotated[
        str | None, typer.Argument(metavar="[AMOUNT]", help="Like 1.34; with -c, a CSV or -.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="A line a coin, with what is left to pay after it.")
    ] = False,
    greedy: Annotated[
        bool, typer.Option("--greedy", help="The largest coins first, as the chapter does.")
    ] = False,
    optimal: Annotated[
        bool, typer.Option("--optimal", help="The fewest coins, proved: the default.")
    ] = False,
    both: Annotated[bool, typer.Option("--both", help="Both, side by side.")] = False,
    currency: Annotated[
        str, typer.Option("--currency", help="ISO 4217 code; XXX is whole numbers of no currency.")
    ] = "USD",
    notes: Annotated[bool, typer.Option("--notes", help="Pay with banknotes, too.")] = False,
    coins: Annotated[
        str | None, typer.Option("--coins", help="Other coins, in minor units: 1,5,10,25,50.")
    ] = None,
    till: Annotated[
        str | None,
        typer.Option("--till", help="How many there are: 25=3,10=0; those not named never end."),
    ] = None,
    round_to: Annotated[
        str | None, typer.Option("--round-to", help="Round cash to this, like 0.05.")
    ] = None,
    canonical: Annotated[
        bool, typer.Option("--canonical", help="Tell whether greedy always finds the fewest.")
    ] = False,
    column: Annotated[
        str | None, typer.Option("-c", "--column", help="Pay each amount of this column.")
    ] = None,
    delimiter: Delimiter = None,
    format: Format = None,
) -> None:
    """Pay an amount in the fewest coins, with a proof on stderr.

    Examples:
      make-change 1.34
      make-change --full 1.34
      make-change 18.37 --currency EUR --notes
      make-change 0.30 --coins 1,10,25 --both
      make-change 0.80 --till 25=2,10=0
      make-change --canonical --coins 1,10,25
      make-change sales.csv -c total --format csv

    Money is decimal, never float. With -c the CSV streams: each record comes out with the number
    of coins and a column a coin. Where cash is rounded (CHF 0.05), the rounded amount is paid.
    """
    job = new_job(currency, coins, notes, till, round_to, _methods(greedy, optimal, both))
    if full and (both or column or canonical or format):
        raise KitError("--full prints lines of one method for one amount; drop the other option", 2)
    if canonical:
        if amount or column:
            raise KitError("--canonical is about the coins; drop the amount", 2)
        emit_one(about_system(job.till, job.currency), format)
    elif column:
        emit(job.rows(open_table(amount, delimiter), column), format)
    elif amount is None:
        raise KitError("an AMOUNT like 1.34 is needed, or a CSV with -c", 2)
    else:
        _show_one(job, _amount("AMOUNT", amount, job.currency), full, format)
