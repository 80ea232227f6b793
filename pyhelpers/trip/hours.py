"""Opening hours: times, weekdays and OpenStreetMap's opening_hours as windows of seconds."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from datetime import time as clock_time

from pyhelpers.machine import missing

DAY = 86_400
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
OF_A_PLACE = re.compile(r"\b(PH|sunrise|sunset|dawn|dusk)\b", re.IGNORECASE)
WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
Window = tuple[int, int]


def parse_clock(text: str, last_hour: int = 47) -> int:
    """Return the seconds after midnight of a time; from 24:00 on, of the next day.

    Examples
    --------
    >>> parse_clock("9:30"), parse_clock("24:00"), parse_clock("09:30:00")
    (34200, 86400, 34200)
    """
    found = CLOCK.fullmatch(text.strip())
    if found is None or int(found[1]) > last_hour or max(int(found[2]), int(found[3] or 0)) > 59:
        raise ValueError(f"{text!r} is not a time; write it like 9:30")
    return 3600 * int(found[1]) + 60 * int(found[2]) + int(found[3] or 0)


def clock(seconds: int) -> str:
    """Write seconds as hours and minutes of their day.

    Examples
    --------
    >>> clock(34200), clock(86400 + 60)
    ('09:30', '00:01')
    """
    return f"{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}"


def daily_windows(opens: str, closes: str) -> list[Window]:
    """Return the windows of "12:00;19:00" and "15:00;23:00"; past midnight is the next day."""
    starts = [parse_clock(text, 24) for text in opens.split(";")] if opens else [0]
    ends = [parse_clock(text) for text in closes.split(";")] if closes else [2 * DAY]
    if len(starts) != len(ends):
        raise ValueError(f"{opens!r} opens and {closes!r} closes; give as many of both")
    return [(a, b if b > a else b + DAY) for a, b in zip(starts, ends, strict=True)]


def joined(windows: Iterable[Window]) -> list[Window]:
    """Return windows in order, those that touch or overlap as one.

    Examples
    --------
    >>> joined([(12, 15), (9, 12), (19, 23)])
    [(9, 15), (19, 23)]
    """
    found: list[Window] = []
    for a, b in sorted(windows):
        if found and a <= found[-1][1]:
            found[-1] = (found[-1][0], max(b, found[-1][1]))
        else:
            found.append((a, b))
    return found


def windows_of_day(
    daily: list[Window], open_on: set[int], day: date, number: int, until: int
) -> list[Window]:
    """Return when a place is open on a day: also after midnight, since the evening before.

    Parameters
    ----------
    open_on : set of int
        Weekdays on which it opens.
    until : int
        When the traveller's day ends, in seconds after midnight; it may be on the next day.

    Examples
    --------
    >>> bar = daily_windows("19:00", "2:00")
    >>> [(clock(a), clock(b)) for a, b in windows_of_day(bar, {6, 0}, date(2026, 11, 30), 0, DAY)]
    [('00:00', '02:00'), ('19:00', '02:00')]
    """
    found = []
    for ahead in (-1, 0, 1):
        for a, b in daily if (day.weekday() + ahead) % 7 in open_on else ():
            known = b - a <= DAY or ahead == 0  # else no closing time is given
            begin, end = a + ahead * DAY, b + ahead * DAY
            if known and end > 0 and begin < max(DAY, until):
                found.append((number * DAY + max(begin, 0), number * DAY + end))
    return joined(found)


def weekdays(text: str) -> set[int]:
    """Return the numbers of weekdays in "Mo-Fr" or "Sa,Su"; all for no text."""
    found: set[int] = set()
    for part in filter(None, re.split(r"[,; ]+", text.lower())):
        ends = [word[:2] for word in part.split("-")]
        if len(ends) > 2 or not all(word in WEEKDAYS for word in ends):
            raise ValueError(f"{text!r} are not weekdays; write them like Mo-Fr or Sa,Su")
        first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
        found |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return found or set(range(7))


def osm_windows(
    hours: str,
    day: date,
    number: int,
    until: int = DAY,
    place: tuple[float, float] | None = None,
) -> list[Window]:
    """Return when a place is open on a day, by OpenStreetMap's opening_hours.

    Parameters
    ----------
    until : int
        When the traveller's day ends, in seconds after midnight; it may be on the next day.
    place : (float, float) or None
        Latitude and longitude: its country has public holidays (PH), its sun rises and sets.

    Examples
    --------
    >>> [(clock(a), clock(b)) for a, b in osm_windows("Mo 12:00-15:00", date(2026, 11, 30), 0)]
    [('12:00', '15:00')]
    """
    try:
        from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]
    except ImportError:
        raise missing("opening_hours") from None
    begin = datetime.combine(day, clock_time())
    try:
        if place is None or not OF_A_PLACE.search(hours):  # countries take half a second to load
            known = OpeningHours(hours)
        else:
            known = OpeningHours(hours, coords=(place[0], (place[1] + 180) % 360 - 180))
        spans = known.intervals(begin, begin + timedelta(days=2))
    except ParserError:
        raise ValueError(f"{hours!r} are not opening hours; write Mo-Fr 12:00-15:00") from None
    found = []
    for start, end, state, _ in spans:
        first, last = ((at.replace(tzinfo=None) - begin).total_seconds() for at in (start, end))
        if state == State.OPEN and first < max(DAY, until):
            found.append((number * DAY + int(first), number * DAY + int(last)))
    return joined(found)
