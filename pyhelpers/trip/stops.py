"""Stops of a trip: places, stays, opening hours and scores; and the days they are visited on.

All times are seconds since midnight before the first day.
"""

import math
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pyhelpers import KitError
from pyhelpers.csvio.table import MISSING, Table, bad_value, parse_number, refuse_twice
from pyhelpers.trip.hours import (
    DAY,
    Window,
    daily_windows,
    osm_windows,
    weekdays,
    windows_of_day,
)
from pyhelpers.tsp.readers import distinct

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

MOST_STOPS, MOST_DAYS = 500, 31
MOST_AMOUNT = 10**12  # minutes, scores and demands: their sums are exact
PLACED = ("lat", "latitude", "lon", "lng", "long", "longitude")
LABELS = ("name", "stop", "city", "place")
YES, NO = ("1", "yes", "true", "y", "must"), ("", "0", "no", "false", "n")
FAR = 10**8  # seconds between places that are not connected
HOURS = ("opening_hours", "hours")
SCORES = ("score", "priority")
USED = ("opens", "closes", "minutes", "must", "demand", "days", *HOURS)


@dataclass(frozen=True)
class Stop:
    """A stop.

    Attributes
    ----------
    place : (float, float) or None
        Latitude and longitude, in degrees.
    windows : list of list of (int, int)
        For each day, when it is open; a stay lies within one of them.
    stay : int
        Seconds.
    score : float
        What a visit is worth.
    must : bool
        Whether it must be visited.
    demand : int
        What is delivered there.
    details : dict of str to str
        What the file says beside this.
    """

    name: str
    place: tuple[float, float] | None
    windows: list[list[Window]]
    stay: int
    score: float = 1.0
    must: bool = False
    demand: int = 0
    details: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Calendar:
    """The days of a trip.

    Attributes
    ----------
    first : date
    days : int
    start, end : int
        When each day starts and ends, in seconds after midnight.
    lunch : int
        Seconds of the break; 0 for none.
    lunch_from, lunch_to : int
        When the break lies, in seconds after midnight.
    vehicles : int
        Routes on each day.
    capacity : int or None
        Of a vehicle.
    """

    first: date
    days: int = 1
    start: int = 9 * 3600
    end: int = 18 * 3600
    lunch: int = 0
    lunch_from: int = 12 * 3600
    lunch_to: int = 14 * 3600
    vehicles: int = 1
    capacity: int | None = None

    def date(self, day: int) -> date:
        """Return the date of a day."""
        return self.first + timedelta(days=day)

    def shift(self, day: int) -> Window:
        """Return when a day starts and ends."""
        return day * DAY + self.start, day * DAY + self.end


@dataclass(frozen=True)
class Trip:
    """Stops, the seconds between them, and the calendar.

    Attributes
    ----------
    travel : array of int, shape (n, n)
        Seconds from each stop to each.
    home, last : int or None
        The stop where each day starts, and ends; None: wherever.
    least_travel : bool
        Whether a plan has least travel, in place of least time, waits included.
    """

    stops: list[Stop]
    travel: "Array" = field(repr=False)
    calendar: Calendar
    home: int | None = None
    last: int | None = None
    least_travel: bool = False

    @property
    def wanted(self) -> list[int]:
        """The numbers of the stops to visit."""
        return [at for at in range(len(self.stops)) if at not in (self.home, self.last)]

    def to_first(self, stop: int) -> int:
        """Return the seconds from the start of a day to a stop."""
        return 0 if self.home is None else int(self.travel[self.home, stop])

    def from_last(self, stop: int) -> int:
        """Return the seconds from a stop to the end of a day."""
        return 0 if self.last is None else int(self.travel[stop, self.last])


def read_stops(table: Table, calendar: Calendar, stay: int, score: str | None) -> list[Stop]:
    """Read stops; a KitError names line and column of a wrong value.

    Parameters
    ----------
    stay : int
        Seconds at a stop without minutes of its own.
    score : str or None
        Column of what a visit is worth; None: score or priority, if there is one.
    """
    names = [name.strip().lower() for name in table.names]
    at = {name: names.index(name) for name in names}
    if score is not None:
        at["score"] = table.index(score)
    elif "score" not in at and "priority" in at:
        at["score"] = at["priority"]
    refuse_twice(table.source, names, (*USED, *PLACED, *LABELS, *SCORES))
    if calendar.capacity is not None and "demand" not in at:
        raise KitError("--capacity needs a column demand; add it, or drop --capacity", 2)
    known = (*LABELS, *(name for name in names if name not in (*USED, *PLACED, *SCORES)))
    label = next((at[name] for name in known if name in at), None)
    north = next((at[name] for name in ("lat", "latitude") if name in at), None)
    east = next((at[name] for name in ("lon", "lng", "long", "longitude") if name in at), None)
    stops = []
    for line, fields in table.records:
        row = _Row(table, at, line, fields)
        place = None if north is None or east is None else (row.number(north), row.number(east))
        stops.append(row.stop(label, place, calendar, stay))
        if len(stops) > MOST_STOPS:
            raise KitError(f"{table.source}: more than {MOST_STOPS} stops; plan fewer at a time")
    if not stops:
        raise KitError(f"{table.source}: has a header and no stops; add some")
    renamed = distinct([stop.name for stop in stops])
    return [replace(stop, name=name) for stop, name in zip(stops, renamed, strict=True)]


@dataclass(frozen=True)
class _Row:
    """A record of the file, and where its columns are."""

    table: Table
    at: dict[str, int]
    line: int
    fields: list[str]

    def text(self, name: str) -> str:
        text = self.fields[self.at[name]].strip() if name in self.at else ""
        return "" if text in MISSING else text

    def number(self, place: int) -> float:
        name = self.table.names[place]
        value = parse_number(self.fields[place], self.table.source, self.line, name)
        if not math.isfinite(value):
            raise bad_value(self.table.source, self.line, name, f"{value} is not finite")
        return value

    def amount(self, name: str, default: float) -> float:
        if not self.text(name):
            return default
        value = self.number(self.at[name])
        if not 0 <= value <= MOST_AMOUNT:
            wrong = "below zero" if value < 0 else f"above {MOST_AMOUNT}"
            what = f"{self.text(name)!r} is {wrong}"
            raise bad_value(self.table.source, self.line, self.table.names[self.at[name]], what)
        return value

    def stop(
        self, label: int | None, place: tuple[float, float] | None, calendar: Calendar, stay: int
    ) -> Stop:
        if place is not None and (abs(place[0]) > 90 or abs(place[1]) > 360):
            what = f"{place[0]:g}, {place[1]:g} is not a latitude and a longitude"
            raise bad_value(self.table.source, self.line, "lat", what)
        used = {self.at[key] for key in (*USED, *PLACED) if key in self.at}
        details = {
            column: self.fields[position]
            for position, column in enumerate(self.table.names)
            if position not in used and self.fields[position].strip() and position != label
        }
        return Stop(
            label is not None and self.fields[label].strip() or f"stop on line {self.line}",
            place,
            self._windows(calendar, place),
            round(60 * self.amount("minutes", stay / 60)),
            self.amount("score", 1.0),
            self._must(),
            self._demand(),
            details,
        )

    def _must(self) -> bool:
        text = self.text("must").lower()
        if text not in (*YES, *NO):
            column = self.table.names[self.at["must"]]
            raise bad_value(self.table.source, self.line, column, f"{text!r} is not yes or no")
        return text in YES

    def _demand(self) -> int:
        amount = self.amount("demand", 0)
        if amount != int(amount):
            column = self.table.names[self.at["demand"]]
            what = f"{amount:g} is not a whole number"
            raise bad_value(self.table.source, self.line, column, what)
        return int(amount)

    def _windows(self, calendar: Calendar, place: tuple[float, float] | None) -> list[list[Window]]:
        hours = next((self.text(name) for name in HOURS if self.text(name)), "")
        try:
            if hours:
                return [
                    osm_windows(hours, calendar.date(d), d, calendar.end, place)
                    for d in range(calendar.days)
                ]
            daily = daily_windows(self.text("opens"), self.text("closes"))
            open_on = weekdays(self.text("days"))
        except ValueError as error:
            raise KitError(f"{self.table.source}: line {self.line}: {error}") from None
        return [
            windows_of_day(daily, open_on, calendar.date(d), d, calendar.end)
            for d in range(calendar.days)
        ]


def travel_by_speed(stops: list[Stop], speed: float) -> "Array":
    """Return the seconds between stops along great circles, shape (n, n), by a speed in km/h."""
    import numpy as np

    from pyhelpers.tsp.distances import PointDistances

    kilometres = PointDistances(places(stops), "great_circle").block(slice(None))
    seconds: Array = np.ceil(kilometres / speed * 3600).astype(np.int64)
    return seconds


def travel_by_matrix(stops: list[Stop], names: list[str], minutes: "Array") -> "Array":
    """Return the seconds between stops, shape (n, n), from minutes between named places."""
    import numpy as np

    unknown = [stop.name for stop in stops if stop.name not in names]
    if unknown:
        raise KitError(f"the travel times have no {unknown[0]!r}; add it, or drop the stop")
    at = [names.index(stop.name) for stop in stops]
    exact = np.minimum(minutes[np.ix_(at, at)] * 60, FAR).round(6)  # 16.1 minutes are 966
    seconds: Array = np.ceil(exact).astype(np.int64)
    np.fill_diagonal(seconds, 0)  # TSPLIB's matrices may have any number there
    return seconds


def places(stops: list[Stop]) -> "Array":
    """Return latitudes and longitudes, shape (n, 2); a KitError where there are none."""
    import numpy as np

    if any(stop.place is None for stop in stops):
        raise KitError("the stops have no lat and lon; add these columns, or give --times", 2)
    return np.array([stop.place for stop in stops], dtype=float)
