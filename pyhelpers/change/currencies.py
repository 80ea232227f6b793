"""Currencies: decimals, cash rounding, coins and notes, and amounts in whole minor units.

Decimals are ISO 4217's minor units. Cash rounding is CLDR 48's supplemental data where it has an
entry (CAD, CHF, DKK), else the smallest coin in use, as the issuing bank asks shops to round.
Coins and notes are those in everyday use in mid-2025. Commemorative and rare ones are left out (the
US half dollar, dollar coin and 2-dollar note, the Japanese 2,000-yen note), and so are ones no
longer issued (the 500-euro note, the Danish 1,000-krone note, invalid since 2025-05-31, the Mexican
5 centavos, the Brazilian centavo, the Indian 50 paise and 2,000-rupee note). The US penny is no
longer struck but is legal tender, and is part of the chapter's exercise.
"""

import re
from dataclasses import dataclass, field

LONGEST = 100  # characters of an amount
AMOUNT = re.compile(r"(?P<sign>[-\u2212]?)(?P<whole>[0-9]{0,30})(?:\.(?P<part>[0-9]{0,30}))?")


@dataclass(frozen=True)
class Currency:
    """A currency's decimals, coins and notes.

    Attributes
    ----------
    code : str
        ISO 4217's three letters.
    digits : int
        Decimals of an amount: ISO 4217's minor unit; every value below is in these units.
    cash_step : int
        Multiple to which cash totals are rounded; 1 means not rounded.
    coins, notes : tuple of int
        Face values, in minor units.
    names : dict of int to (str, str)
        A coin's name, for one and for several, where it has one.
    """

    code: str
    digits: int
    cash_step: int
    coins: tuple[int, ...]
    notes: tuple[int, ...]
    names: dict[int, tuple[str, str]] = field(default_factory=dict)


def _whole(unit: int, *values: int) -> tuple[int, ...]:
    return tuple(value * unit for value in values)


_DOLLAR_NOTES = _whole(100, 5, 10, 20, 50, 100)
_US_NAMES = {
    1: ("penny", "pennies"),
    5: ("nickel", "nickels"),
    10: ("dime", "dimes"),
    25: ("quarter", "quarters"),
}
_CANADIAN_NAMES = {
    **{value: name for value, name in _US_NAMES.items() if value > 1},
    100: ("loonie", "loonies"),
    200: ("toonie", "toonies"),
}
_PENCE = (1, 2, 5, 10, 20, 50, 100, 200)

CURRENCIES = {
    currency.code: currency
    for currency in (
        Currency("AUD", 2, 5, (5, 10, 20, 50, 100, 200), _DOLLAR_NOTES),
        Currency("BRL", 2, 5, (5, 10, 25, 50, 100), _whole(100, 2, 5, 10, 20, 50, 100, 200)),
        Currency("CAD", 2, 5, (5, 10, 25, 100, 200), _DOLLAR_NOTES, _CANADIAN_NAMES),
        Currency(
            "CHF", 2, 5, (5, 10, 20, 50, 100, 200, 500), _whole(100, 10, 20, 50, 100, 200, 1000)
        ),
        Currency(
            "CZK", 2, 100, _whole(100, 1, 2, 5, 10, 20, 50), _whole(10_000, 1, 2, 5, 10, 20, 50)
        ),
        Currency("DKK", 2, 50, (50, *_whole(100, 1, 2, 5, 10, 20)), _whole(100, 50, 100, 200, 500)),
        Currency("EUR", 2, 1, _PENCE, _whole(100, 5, 10, 20, 50, 100, 200)),
        Currency("GBP", 2, 1, _PENCE, _whole(100, 5, 10, 20, 50)),
        Currency(
            "HUF",
            2,
            500,
            _whole(100, 5, 10, 20, 50, 100, 200),
            _whole(100, 500, 1000, 2000, 5000, 10_000, 20_000),
        ),
        Currency("ILS", 2, 10, (10, 50, *_whole(100, 1, 2, 5, 10)), _whole(100, 20, 50, 100, 200)),
        Currency("INR", 2, 100, _whole(100, 1, 2, 5, 10, 20), _whole(100, 50, 100, 200, 500)),
        Currency("ISK", 0, 1, (1, 5, 10, 50, 100), (500, 1000, 2000, 5000, 10_000)),
        Currency("JPY", 0, 1, (1, 5, 10, 50, 100, 500), (1000, 5000, 10_000)),
        Currency("KRW", 0, 10, (10, 50, 100, 500), (1000, 5000, 10_000, 50_000)),
        Currency("KWD", 3, 5, (5, 10, 20, 50, 100), (250, 500, *_whole(1000, 1, 5, 10, 20))),
        Currency(
            "MXN",
            2,
            10,
            (10, 20, 50, 100, 200, 500, 1000),
            _whole(100, 20, 50, 100, 200, 500, 1000),
        ),
        Currency("NOK", 2, 100, _whole(100, 1, 5, 10, 20), _whole(100, 50, 100, 200, 500, 1000)),
        Currency("NZD", 2, 10, (10, 20, 50, 100, 200), _DOLLAR_NOTES),
        Currency(
            "PLN", 2, 1, (1, 2, 5, 10, 20, 50, 100, 200, 500), _whole(1000, 1, 2, 5, 10, 20, 50)
        ),
        Currency("SEK", 2, 100, _whole(100, 1, 2, 5, 10), _whole(100, 20, 50, 100, 200, 500, 1000)),
        Currency("SGD", 2, 5, (5, 10, 20, 50, 100), _whole(100, 2, 5, 10, 50, 100)),
        Currency("USD", 2, 1, (1, 5, 10, 25), (100, *_DOLLAR_NOTES), _US_NAMES),
        # ISO 4217's code for "no currency": amounts are whole numbers, --coins names the coins.
        Currency("XXX", 0, 1, (), ()),
    )
}


def parse_amount(text: str, currency: Currency) -> int:
    """Return an amount in minor units, exactly as it is written; a refund is below zero.

    Raises
    ------
    ValueError
        For text that is not a plain decimal number, or has more decimals than the currency.

    Examples
    --------
    >>> from pyhelpers.change.currencies import CURRENCIES
    >>> parse_amount("0.29", CURRENCIES["USD"]), int(0.29 * 100)
    (29, 28)
    """
    found = AMOUNT.fullmatch(text.strip()) if len(text) <= LONGEST else None
    whole, part = (found["whole"], (found["part"] or "").rstrip("0")) if found else ("", "")
    if found is None or not any(character.isdigit() for character in text):
        shown = text if len(text) <= LONGEST else text[:LONGEST] + "..."
        if shown.count(",") == 1 and "." not in shown:
            raise ValueError(f"{shown!r} has a comma; write the decimals after a point, like 1.34")
        raise ValueError(f"{shown!r} is not an amount of money; write it like 1.34")
    if len(part) > currency.digits:
        what = f"{text!r} has more decimals than {currency.code}'s {currency.digits}"
        raise ValueError(f"{what}; round it first")
    units = int((whole + part.ljust(currency.digits, "0")) or "0")
    return -units if found["sign"] else units


def format_amount(units: int, currency: Currency) -> str:
    """Write minor units as a decimal amount.

    Examples
    --------
    >>> from pyhelpers.change.currencies import CURRENCIES
    >>> format_amount(5, CURRENCIES["KWD"])
    '0.005'
    """
    if units < 0:
        return f"-{format_amount(-units, currency)}"
    if not currency.digits:
        return str(units)
    text = str(units).rjust(currency.digits + 1, "0")
    return f"{text[: -currency.digits]}.{text[-currency.digits :]}"


def round_cash(units: int, step: int) -> int:
    """Round to the nearest multiple of `step`, a half up, as Denmark, Israel and Sweden do.

    Examples
    --------
    >>> round_cash(137, 5), round_cash(138, 5), round_cash(25, 50)
    (135, 140, 50)
    """
    return (2 * units + step) // (2 * step) * step
