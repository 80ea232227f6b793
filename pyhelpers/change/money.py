"""Money: decimal amounts in whole minor units, never in floats."""

import re

from pyhelpers.change.currencies import Currency

LONGEST = 100  # characters of an amount
AMOUNT = re.compile(r"(?P<whole>[0-9]{0,30})(?:\.(?P<part>[0-9]{0,30}))?")


def parse_amount(text: str, currency: Currency) -> int:
    """Return an amount in minor units, exactly as it is written.

    Raises
    ------
    ValueError
        For what is no plain decimal number, or has more decimals than the currency.

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
        raise ValueError(f"{shown!r} is no amount of money; write it like 1.34")
    if len(part) > currency.digits:
        what = f"{text!r} has more decimals than {currency.code}'s {currency.digits}"
        raise ValueError(f"{what}; round it first")
    return int((whole + part.ljust(currency.digits, "0")) or "0")


def format_amount(units: int, currency: Currency) -> str:
    """Write minor units as a decimal amount.

    Examples
    --------
    >>> from pyhelpers.change.currencies import CURRENCIES
    >>> format_amount(5, CURRENCIES["KWD"])
    '0.005'
    """
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
