"""make-change: an amount of money in the fewest coins."""

from typing import Annotated

import typer

from pyhelpers import KitError
from pyhelpers.change.currencies import format_amount
from pyhelpers.change.register import (
    CashRegister,
    full_lines,
    new_register,
    parse_option,
    verdict,
)
from pyhelpers.cli.app import Delimiter, Format, new_app
from pyhelpers.cli.inputs import open_table
from pyhelpers.cli.output import emit, emit_one, note, say

app = new_app()


def _methods(greedy: bool, optimal: bool, both: bool) -> list[str]:
    if greedy + optimal + both > 1:
        raise KitError("--greedy, --optimal and --both exclude each other; choose one", 2)
    return ["greedy", "optimal"] if both else ["greedy"] if greedy else ["optimal"]


def _show_one(register: CashRegister, amount: int, full: bool, format: str | None) -> None:
    """Print how one amount is paid, and on standard error how good that is."""
    if format == "json":
        return emit_one(register.record(amount), format)
    paid, currency = register.round(amount), register.currency
    answers = register.pay(paid)
    if amount < 0:
        amount = -amount
        note(f"a refund: {format_amount(amount, currency)} {currency.code} is paid back")
    if paid != amount:
        before, after, step = (
            format_amount(value, currency) for value in (amount, paid, register.cash_step)
        )
        note(f"{before} {currency.code} is {after} in cash, rounded to {step}")
    if full:
        counts = next(iter(answers.values())).counts or {}
        for line in full_lines(paid, counts, currency):
            say(line)
    else:
        names = list(answers) if len(answers) > 1 else ["count"]
        emit(register.coin_rows(dict(zip(names, answers.values(), strict=True))), format)
    fewest = register.till.fewest(paid)
    for name, answer in answers.items():
        text = "gets stuck" if answer.counts is None else verdict(answer, fewest, currency)
        note(f"{name}: {text}" if len(answers) > 1 else text)


@app.command()
def main(
    amount: Annotated[
        str | None,
        typer.Argument(metavar="[AMOUNT]", help="Amount, e.g. 1.34; with -c a CSV file, or -."),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Print a line for each coin, with the remainder.")
    ] = False,
    greedy: Annotated[
        bool, typer.Option("--greedy", help="Pay the largest coins first, as the chapter does.")
    ] = False,
    optimal: Annotated[
        bool, typer.Option("--optimal", help="Pay with the fewest coins, with a proof (default).")
    ] = False,
    both: Annotated[bool, typer.Option("--both", help="Compare both methods.")] = False,
    currency: Annotated[
        str, typer.Option("--currency", help="ISO 4217 code; XXX for whole numbers.")
    ] = "USD",
    notes: Annotated[bool, typer.Option("--notes", help="Use banknotes as well.")] = False,
    coins: Annotated[
        str | None,
        typer.Option(
            "--coins", help="Coins in minor units, e.g. 1,5,10,25 (default: the currency's)."
        ),
    ] = None,
    till: Annotated[
        str | None,
        typer.Option("--till", help="Coins available, e.g. 25=3,10=0 (default: unlimited)."),
    ] = None,
    round_to: Annotated[
        str | None,
        typer.Option("--round-to", help="Cash rounding, e.g. 0.05 (default: the currency's)."),
    ] = None,
    canonical: Annotated[
        bool,
        typer.Option("--canonical", help="Report whether greedy is optimal for every amount."),
    ] = False,
    column: Annotated[
        str | None, typer.Option("-c", "--column", help="Column of amounts to pay.")
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
      make-change -- -1.34

    Amounts are decimal, never floats. One below zero is a refund: its coins are paid back. With -c
    the CSV file is streamed: the number of coins and a column for each coin are added to every
    record. Where cash is rounded (CHF: to 0.05), the rounded amount is paid.
    """
    register = new_register(currency, coins, notes, till, round_to, _methods(greedy, optimal, both))
    if full and (both or column or canonical or format):
        raise KitError("--full prints one amount by one method; drop the other option", 2)
    if canonical:
        if amount or column:
            raise KitError("--canonical is about the coins; drop the amount", 2)
        emit_one(register.system(), format)
    elif column:
        emit(register.rows(open_table(amount, delimiter), column), format)
    elif amount is None:
        raise KitError("an AMOUNT like 1.34 is needed, or a CSV file with -c", 2)
    else:
        _show_one(register, parse_option("AMOUNT", amount, register.currency), full, format)
