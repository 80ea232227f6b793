"""Plan of a trip: a check of all its times, and why a stop is left out.

The check knows nothing of the engine that found the order.
"""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pyhelpers.trip.hours import clock
from pyhelpers.trip.route import LUNCH, Order, Route, inserted, timed
from pyhelpers.trip.stops import FAR, Trip

MOST_TRIES = 2_000  # of exchanges of stops


@dataclass(frozen=True)
class Plan:
    """The routes of a trip, and the stops that are left out, each with its reason.

    Attributes
    ----------
    interrupted : bool
        Whether Ctrl-C ended the search.
    """

    routes: list[Route]
    left_out: dict[int, str] = field(default_factory=dict)
    interrupted: bool = False


def faults(trip: Trip, plan: Plan) -> Iterator[str]:
    """Yield what is wrong with a plan: each time, window, way, load and stop is checked."""
    seen: list[int] = []
    for route in plan.routes:
        yield from _route_faults(trip, route)
        seen += [stop for stop in route.order if stop != LUNCH]
    for day in range(trip.calendar.days):
        if sum(route.day == day for route in plan.routes) > trip.calendar.vehicles:
            yield f"day {day + 1} has more routes than vehicles"
    for stop in trip.wanted:
        times = seen.count(stop) + (stop in plan.left_out)
        if times != 1:
            yield f"{trip.stops[stop].name} is visited or left out {times} times"


def _route_faults(trip: Trip, route: Route) -> Iterator[str]:
    calendar, here, now = trip.calendar, trip.home, route.begin
    start, end = calendar.shift(route.day)
    if route.begin < start or route.end > end:
        yield f"day {route.day + 1} is not within {clock(start)} to {clock(end)}"
    load = sum(trip.stops[stop].demand for stop in route.order if stop != LUNCH)
    if calendar.capacity is not None and load > calendar.capacity:
        yield f"day {route.day + 1} carries {load}, more than {calendar.capacity}"
    for visit in route.visits:
        name = "lunch" if visit.stop == LUNCH else trip.stops[visit.stop].name
        way = 0 if here is None or visit.stop == LUNCH else int(trip.travel[here, visit.stop])
        if visit.arrive < now + way or visit.start < visit.arrive:
            yield f"{name} is reached at {clock(visit.arrive)}, before it can be"
        stay = calendar.lunch if visit.stop == LUNCH else trip.stops[visit.stop].stay
        if visit.leave - visit.start != stay:
            yield f"the stay at {name} is not {stay // 60} minutes"
        if visit.stop != LUNCH:
            windows = trip.stops[visit.stop].windows[route.day]
            if not any(a <= visit.start and visit.leave <= b for a, b in windows):
                yield f"{name} is closed at {clock(visit.start)}"
            here = visit.stop
        now = visit.leave
    back = 0 if here is None or trip.last is None else int(trip.travel[here, trip.last])
    if route.visits and route.end < now + back:
        yield f"day {route.day + 1} ends before its last way does"
    if calendar.lunch and route.visits and route.order.count(LUNCH) != 1:
        yield f"day {route.day + 1} has no lunch break"


def reason(trip: Trip, routes: Sequence[Route], stop: int) -> str:
    """Return why a stop is left out."""
    it, calendar = trip.stops[stop], trip.calendar
    if calendar.capacity is not None and it.demand > calendar.capacity:
        return f"it takes {it.demand}, a vehicle carries {calendar.capacity}"
    if not any(it.windows):
        return "it is closed on " + ("that day" if calendar.days == 1 else "all of these days")
    if not any(b - a >= it.stay for day in it.windows for a, b in day):
        return f"it is never open for {it.stay // 60} minutes"
    alone = [_alone(trip, day, stop) for day in range(calendar.days)]
    if not any(alone):
        return _never(trip, stop)
    if any(inserted(trip, route, stop) for route in routes):
        return "the time was too short to look for room for it; give --time more"
    days = sorted({day for day, route in enumerate(alone) if route is not None})
    loaded = calendar.capacity is not None
    full = "the routes are full" if loaded else "the days are full"
    when = "" if len(days) == calendar.days else f"; it fits on day {_listed(days)} only"
    return f"{full}: no route has {it.stay // 60} minutes and the way for it{when}"


def _alone(trip: Trip, day: int, stop: int) -> Route | None:
    """Return a day with one stop, and the lunch break; None where it does not fit."""
    begin = trip.calendar.shift(day)[0]
    return inserted(trip, Route(day, [], begin, begin), stop)


def _never(trip: Trip, stop: int) -> str:
    """Return why a stop fits into no day, not even alone."""
    it, calendar = trip.stops[stop], trip.calendar
    there, back = trip.to_first(stop), trip.from_last(stop)
    if max(there, back) >= FAR:
        return "there is no way to it" if there >= FAR else "there is no way back from it"
    shift = calendar.end - calendar.start
    if there + back <= shift < there + back + it.stay:
        ways = f", and the way there and back {(there + back) // 60}" if there + back else ""
        return f"the stay takes {it.stay // 60} minutes{ways}, too long for a day"
    if there + back > shift:
        return f"the way there and back takes {(there + back) // 60} minutes, too long for a day"
    if any(timed(trip, day, [stop]) for day in range(calendar.days)):
        return "the lunch break leaves no time for it"
    shifts = [(*calendar.shift(day), it.windows[day]) for day in range(calendar.days)]
    in_time = any(
        max(a, begin) + it.stay <= min(b, end) for begin, end, spans in shifts for a, b in spans
    )
    spans = next(day for day in it.windows if day)
    hours = " and ".join(f"from {clock(a)} to {clock(b)}" for a, b in spans)
    if in_time:
        return f"it is open {hours}, when the way there and back leaves no time for it"
    return f"it is open {hours}, outside of the day's hours"


def _listed(days: Sequence[int]) -> str:
    return ", ".join(str(day + 1) for day in days)


def completed(trip: Trip, routes: Sequence[Route], until: float = math.inf) -> Plan:
    """Return a plan in which no stop is left out that would fit into a route as it is.

    Nor one that would fit in place of a stop of a lower score; as far as the time `until`, by
    `time.monotonic`, allows.
    """
    routes = list(routes)
    out = [stop for stop in trip.wanted if not any(stop in route.order for route in routes)]
    _insert(trip, routes, out, until)
    _exchange(trip, routes, out, until)
    _insert(trip, routes, out, until)
    left = {stop: reason(trip, routes, stop) for stop in sorted(out)}
    return Plan([route for route in routes if set(route.order) - {LUNCH}], left)


def _value(trip: Trip, stop: int) -> tuple[bool, float]:
    return trip.stops[stop].must, trip.stops[stop].score


def _insert(trip: Trip, routes: list[Route], out: Order, until: float) -> None:
    """Visit stops that fit into a route as it is, those of the highest scores first."""
    for stop in sorted(out, key=lambda stop: _value(trip, stop), reverse=True):
        if time.monotonic() > until:
            break
        longer = [(inserted(trip, route, stop), at) for at, route in enumerate(routes)]
        fits = [(found, at) for found, at in longer if found is not None]
        if fits:
            found, at = min(fits, key=lambda it: it[0].cost(trip) - routes[it[1]].cost(trip))
            routes[at] = found
            out.remove(stop)


def _exchange(trip: Trip, routes: list[Route], out: Order, until: float) -> None:
    """Visit stops in place of others of lower scores, the lowest first."""
    tries = 0
    for stop in sorted(out, key=lambda stop: _value(trip, stop), reverse=True):
        visited = [(at, it) for at, route in enumerate(routes) for it in route.order if it != LUNCH]
        for at, other in sorted(visited, key=lambda pair: _value(trip, pair[1])):
            tries += 1
            late = tries > MOST_TRIES or time.monotonic() > until
            if _value(trip, other) >= _value(trip, stop) or late:
                break
            rest = timed(trip, routes[at].day, [it for it in routes[at].order if it != other])
            found = None if rest is None else inserted(trip, rest, stop)
            if found is not None:
                routes[at] = found
                out[out.index(stop)] = other
                break
