"""Read a field's text as a number, as a date, or as a category."""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime

DAY = 86400.0  # seconds
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CURRENCY = "$€£¥₹"
# 1,234.50 with or without a currency sign or a percent sign; a sign or brackets before it.
WITH_MARKS = re.compile(
    rf"([-+]?)\s*[{CURRENCY}]?\s*([-+]?)((?:\d{{1,3}}(?:,\d{{3}})+|\d+)?(?:\.\d+)?)\s*[{CURRENCY}%]?"
)
WHOLE = re.compile(r"([-+]?\d+)\.0*")
ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)?\s?(?:Z|[-+]\d\d(?::?\d\d)?)?"
)
LEADING_ZERO = re.compile(r"\s*0\d+\s*")
DAYS = (
    *("%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%m/%d/%y", "%d/%m/%y", "%d.%m.%y"),
)
DAY_AND_MONTH = re.compile(r"%([dm])([/-])%([dm])")
NAMED_DAYS = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d %Y")
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
# "iso" is read by datetime.fromisoformat, which is 20 times as fast as strptime.
CLOCK = "clock"  # times of day without a date, as parts of the day 1970-01-01
CLOCK_TIME = re.compile(
    r"(\d\d?):([0-5]\d)(?::([0-5]\d(?:[.,]\d{1,9})?))?(?:\s?([ap])\.?m\.?)?", re.I
)
DATE_FORMATS = (
    *("iso", *(day + time for day in (*DAYS, *NAMED_DAYS) for time in TIMES)),
    *("%Y-%m", CLOCK),
)
TRUTHS = frozenset(("true", "false"))
MOST_DIGITS = 15  # of a whole number: a float holds no more, so longer ones are identifiers


def number_of(text: str) -> float | None:
    """Return the finite number in a text; None for any other text.

    Examples
    --------
    >>> number_of(" 6.5e1 "), number_of("1_000"), number_of("inf")
    (65.0, None, None)
    """
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in text else None


def marked_number(text: str) -> float | None:
    """Return the number in a text with or without a currency sign, thousands commas or %.

    Examples
    --------
    >>> marked_number("$12,345.50"), marked_number("-7 %"), marked_number("1,2")
    (12345.5, -7.0, None)
    """
    found = WITH_MARKS.fullmatch(text.strip())
    if not found or not found[3]:
        return number_of(text)
    number = float(found[3].replace(",", ""))
    return -number if "-" in (found[1], found[2]) else number


def date_of(text: str, form: str) -> float | None:
    """Return the days since 1970-01-01 UTC of a date and time; None for any other text.

    Parameters
    ----------
    form : str
        One of `DATE_FORMATS`.

    Examples
    --------
    >>> date_of("1970-01-03T12:00", "iso"), date_of("3.1.1970", "%d.%m.%Y"), date_of("soon", "iso")
    (2.5, 2.0, None)
    """
    text = text.strip()
    if form == CLOCK:
        return _clock_time(text)
    try:
        if form == "iso":
            if not ISO.fullmatch(text):
                return None
            moment = datetime.fromisoformat(text.replace(" Z", "Z").replace(",", "."))
        else:
            moment = datetime.strptime(text, form)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - EPOCH).total_seconds() / DAY
    except (ValueError, OverflowError):
        return None


def _clock_time(text: str) -> float | None:
    """Return the part of a day that has passed at a time of day; None for any other text.

    >>> _clock_time("18:00"), _clock_time("6:00:00 pm"), _clock_time("24:00"), _clock_time("25:00")
    (0.75, 0.75, 0.0, None)
    """
    found = CLOCK_TIME.fullmatch(text)
    if not found:
        return None
    hour, half = int(found[1]), (found[4] or "").lower()
    minutes, seconds = int(found[2]), float((found[3] or "0").replace(",", "."))
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half == "p")
    elif hour == 24 and not minutes and not seconds:  # ISO 8601's end of a day
        hour = 0
    return (hour * 3600 + minutes * 60 + seconds) / DAY if hour < 24 else None


def date_text(days: float, form: str = "iso") -> str:
    """Return the date and, where it is not midnight, the time of days since 1970-01-01.

    Examples
    --------
    >>> date_text(2.5), date_text(2.0), date_text(0.75, CLOCK)
    ('1970-01-03 12:00:00', '1970-01-03', '18:00:00')
    """
    try:
        moment = datetime.fromtimestamp(round(days * DAY), UTC)
    except (ValueError, OverflowError, OSError):
        return str(days)
    if form == CLOCK:
        return f"{moment:%H:%M:%S}"
    return f"{moment:%Y-%m-%d}" if days == math.floor(days) else f"{moment:%Y-%m-%d %H:%M:%S}"


def category_key(text: str) -> str:
    """Return what is equal for two ways to write the same category.

    Whole numbers may have a decimal point; true and false may be in any case; blanks around a
    text do not count.

    Examples
    --------
    >>> category_key("1.0"), category_key(" True"), category_key("007"), category_key("1.10")
    ('1', 'true', '007', '1.10')
    """
    text = text.strip()
    whole = WHOLE.fullmatch(text)
    if whole:
        return whole[1]
    lower = text.lower()
    return lower if lower in TRUTHS else text


def parser_of(form: str) -> Callable[[str], float | None]:
    """Return the function that reads the numbers or dates of a column of one form.

    Parameters
    ----------
    form : str
        "plain" or "marked" for numbers, else one of `DATE_FORMATS`.
    """
    if form == "plain":
        return number_of
    if form == "marked":
        return marked_number
    return lambda text: date_of(text, form)


def exchanged(form: str) -> str:
    """Return the format of dates with day and month exchanged; the same where they cannot be.

    Examples
    --------
    >>> exchanged("%m/%d/%Y %H:%M"), exchanged("iso")
    ('%d/%m/%Y %H:%M', 'iso')
    """
    return DAY_AND_MONTH.sub(r"%\3\2%\1", form)


def is_padded(text: str) -> bool:
    """Return whether a text is a whole number with leading zeros."""
    return text[:1] in "0 \t" and LEADING_ZERO.fullmatch(text) is not None


def is_long(text: str) -> bool:
    """Return whether a text is a whole number of more digits than a float holds."""
    digits = text.strip().lstrip("+-") if len(text) > MOST_DIGITS else ""
    return digits.isdecimal() and len(digits) > MOST_DIGITS
