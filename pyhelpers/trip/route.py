"""Route of a day: the times of its visits, and where another stop fits between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyhelpers.trip.stops import Trip

LUNCH = -1  # in the order of a route, in place of a stop
Order = list[int]


@dataclass(frozen=True)
class Visit:
    """A stay at a stop, or the lunch break where the last stop was.

    Attributes
    ----------
    stop : int
        Its number; `LUNCH` for the break.
    travel : int
        Seconds of the way there.
    arrive, start, leave : int
        Seconds since midnight before the first day.
    """

    stop: int
    travel: int
    arrive: int
    start: int
    leave: int


@dataclass(frozen=True)
class Route:
    """The visits of one day, by one vehicle.

    Attributes
    ----------
    begin, end : int
        When it leaves its start, and is at its end.
    back : int
        Seconds of the way to the end.
    """

    day: int
    visits: list[Visit]
    begin: int
    end: int
    back: int = 0

    @property
    def order(self) -> Order:
        """The stops in the order of the visits."""
        return [visit.stop for visit in self.visits]

    @property
    def way(self) -> int:
        """Seconds of travel."""
        return sum(visit.travel for visit in self.visits) + self.back

    def cost(self, trip: Trip) -> int:
        """Return the seconds that a plan has least of."""
        return self.way if trip.least_travel else self.end - self.begin


def timed(trip: Trip, day: int, order: Sequence[int]) -> Route | None:
    """Return a route that ends as early as it can, and before that waits as little as it can.

    None where a visit or its end would be too late.
    """
    calendar = trip.calendar
    begin, end = calendar.shift(day)
    now, here, visits = begin, trip.home, list[Visit]()
    for stop in order:
        travel = _way(trip, here, stop)
        start = _start(trip, day, stop, now + travel)
        if start is None:
            return None
        stay = _stay(trip, stop)
        visits.append(Visit(stop, travel, now + travel, start, start + stay))
        now, here = start + stay, here if stop == LUNCH else stop
    back = _way(trip, here, trip.last)
    if now + back > end:
        return None
    visits = _later(trip, day, visits)
    if visits:
        begin = visits[0].arrive - visits[0].travel
    return Route(day, visits, begin, now + back, back)


def _later(trip: Trip, day: int, visits: list[Visit]) -> list[Visit]:
    """Return visits as late as the next ones allow, so that there is less waiting between."""
    starts = [visit.start for visit in visits]
    for at in range(len(visits) - 2, -1, -1):
        visit, following = visits[at], visits[at + 1]
        latest = starts[at + 1] - following.travel - (visit.leave - visit.start)
        starts[at] = max(starts[at], _latest(trip, day, visit.stop, latest))
    later, now = list[Visit](), 0
    for visit, start in zip(visits, starts, strict=True):
        arrive = now + visit.travel if later else start
        leave = start + visit.leave - visit.start
        later.append(Visit(visit.stop, visit.travel, arrive, start, leave))
        now = leave
    return later


def _latest(trip: Trip, day: int, stop: int, latest: int) -> int:
    """Return the latest start of a stay up to a time; 0 where there is none."""
    calendar = trip.calendar
    if stop == LUNCH:
        midnight = calendar.shift(day)[0] - calendar.start
        return min(latest, midnight + calendar.lunch_to)
    stay = trip.stops[stop].stay
    spans = ((a, min(b - stay, latest)) for a, b in trip.stops[stop].windows[day])
    return max((last for opens, last in spans if last >= opens), default=0)


def _start(trip: Trip, day: int, stop: int, arrive: int) -> int | None:
    """Return when a stay can start at the earliest; None where it can no more."""
    calendar = trip.calendar
    if stop == LUNCH:
        midnight = calendar.shift(day)[0] - calendar.start
        start = max(arrive, midnight + calendar.lunch_from)
        return start if start <= midnight + calendar.lunch_to else None
    stay = trip.stops[stop].stay
    for opens, closes in sorted(trip.stops[stop].windows[day]):
        start = max(arrive, opens)
        if start + stay <= closes:
            return start
    return None


def overloaded(trip: Trip, order: Sequence[int]) -> bool:
    """Return whether stops take more than a vehicle carries."""
    load = sum(trip.stops[stop].demand for stop in order if stop != LUNCH)
    return trip.calendar.capacity is not None and load > trip.calendar.capacity


def inserted(trip: Trip, route: Route, stop: int) -> Route | None:
    """Return the cheapest route with one stop more; None where it does not fit."""
    if overloaded(trip, [*route.order, stop]):
        return None
    order = route.order or ([LUNCH] if trip.calendar.lunch else [])
    tries = (
        timed(trip, route.day, [*order[:at], stop, *order[at:]])
        for at in _places(trip, route.day, order, stop)
    )
    return min(filter(None, tries), key=lambda found: found.cost(trip), default=None)


def _places(trip: Trip, day: int, order: Order, stop: int) -> Iterator[int]:
    """Yield where in an order that is in time a stop may fit; elsewhere it does not.

    By when it is reached at the earliest, and when the next stay must start at the latest. Before a
    lunch break, which is where the last stop was, nothing is ruled out.
    """
    now, end = trip.calendar.shift(day)
    latest, here = _latest_starts(trip, day, order, end), trip.home
    for at, following in enumerate([*order, None]):
        start = _start(trip, day, stop, now + _way(trip, here, stop))
        if start is not None:
            leave = start + trip.stops[stop].stay
            if following is None:
                in_time = leave + _way(trip, stop, trip.last) <= end
            else:
                in_time = leave + _way(trip, stop, following) <= latest[at]
            if in_time or following == LUNCH:
                yield at
        if following is not None:
            begin = _start(trip, day, following, now + _way(trip, here, following))
            assert begin is not None
            now, here = begin + _stay(trip, following), here if following == LUNCH else following


def _latest_starts(trip: Trip, day: int, order: Order, end: int) -> list[int]:
    """Return when each stay of an order that is in time must start at the latest."""
    here, places = trip.home, list[int | None]()
    for stop in order:
        here = here if stop == LUNCH else stop
        places.append(here)
    limit, following, starts = end, trip.last, list[int]()
    for stop, here in zip(reversed(order), reversed(places), strict=True):
        limit -= _way(trip, here, following) + _stay(trip, stop)
        limit, following = _latest(trip, day, stop, limit), stop
        starts.append(limit)
    return starts[::-1]


def _way(trip: Trip, here: int | None, to: int | None) -> int:
    """Return the seconds of a way; none lead from or to anywhere, or to a lunch break."""
    return 0 if here is None or to is None or to == LUNCH else int(trip.travel[here, to])


def _stay(trip: Trip, stop: int) -> int:
    return trip.calendar.lunch if stop == LUNCH else trip.stops[stop].stay
