"""Prediction intervals of a regression, from the errors of its cross-validation in the card."""

from collections.abc import Mapping, Sequence
from typing import Any

from pyhelpers import KitError


def half_width(widths: Sequence[float], records: int, level: float) -> float:
    """Return half the width of the interval of a level, from the quantiles in a card.

    Parameters
    ----------
    widths : sequence of float
        Quantiles of the absolute errors of cross-validation, from 0 to 1 in equal steps.
    records : int
        The number of errors; infinity where they are too few for the level.

    Examples
    --------
    >>> half_width([0.0, 1.0, 2.0], 100, 0.75), half_width([0.0, 1.0, 2.0], 9, 0.95)
    (1.5, inf)
    """
    if level * (records + 1) > records:
        return float("inf")
    place = level * (len(widths) - 1)
    below = min(int(place), len(widths) - 2)
    return widths[below] + (place - below) * (widths[below + 1] - widths[below])


def records_for(level: float) -> int:
    """Return the fewest errors of cross-validation for an interval of a level that ends.

    Examples
    --------
    >>> records_for(0.9), records_for(0.95)
    (9, 19)
    """
    count = int(level / (1 - level))
    return count if level * (count + 1) <= count else count + 1


def widths_of(card: Mapping[str, Any]) -> tuple[list[float], int] | None:
    """Return the arguments of `half_width` but the level; None for a card without intervals.

    Raises
    ------
    KitError
        For a card whose intervals are damaged.
    """
    known = card.get("intervals")
    if known is None:
        return None
    try:
        widths, records = [float(width) for width in known["half_widths"]], int(known["records"])
        if len(widths) < 2 or widths != sorted(widths) or widths[0] < 0:
            raise ValueError
    except (KeyError, TypeError, ValueError, OverflowError):
        raise KitError("card.json: its intervals are damaged; train the model again") from None
    return widths, records
