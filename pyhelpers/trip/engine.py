"""Engines that order the stops of a trip: PyVRP, and an exact search for a few stops.

Both take the stops of the highest scores that fit, then the shortest days. PyVRP: N. A. Wouda,
L. Lan and W. Kool, INFORMS J. Computing 36, 2024. A stop with several windows is a group of
clients, one a window, and PyVRP visits at most one of a group; so is a lunch break, at each stop.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pyhelpers.machine import missing
from pyhelpers.trip.plan import Plan, completed
from pyhelpers.trip.route import LUNCH, Order, Route, overloaded, timed
from pyhelpers.trip.stops import Trip

EXACT_STOPS, EXACT_DAYS = 7, 2
WORTH = 50  # days that the highest score outweighs
MUST = 1_000  # times the highest score
EVEN = 1.1  # times the mean: the longest day where days are balanced
FIRST_SHARE = 0.6  # of the time before days are balanced
SEARCH_SHARE = 0.9  # of a time; the rest is for stops that fit all the same
LAST_SECONDS = 0.5  # for these after Ctrl-C; half of it where the search took longer


class _StoppedError(KeyboardInterrupt):
    """Ctrl-C, with the routes found before it."""

    def __init__(self, routes: list[Route]) -> None:
        super().__init__()
        self.routes = routes


def solve_trip(trip: Trip, seconds: float, seed: int) -> Plan:
    """Return a plan with the stops of the highest scores; Ctrl-C returns the best so far."""
    few = len(trip.wanted) <= EXACT_STOPS and trip.calendar.days <= EXACT_DAYS
    calendar, until = trip.calendar, time.monotonic() + seconds
    if not trip.wanted:
        return Plan([])
    try:
        if few and not calendar.lunch and calendar.vehicles == 1 and calendar.capacity is None:
            return completed(trip, advanced(trip, exact(trip)))
        routes = advanced(trip, by_pyvrp(trip, seconds * SEARCH_SHARE, seed))
        return completed(trip, routes, max(until, time.monotonic() + LAST_SECONDS / 2))
    except _StoppedError as stopped:
        routes = stopped.routes
    except KeyboardInterrupt:
        routes = _unused(trip, [])
    return replace(completed(trip, routes, time.monotonic() + LAST_SECONDS), interrupted=True)


def advanced(trip: Trip, routes: list[Route]) -> list[Route]:
    """Return routes on the first free days where that costs nothing."""
    routes = sorted(routes, key=lambda route: route.day)
    for at, route in enumerate(routes):
        for free, other in enumerate(routes[:at] if route.visits else []):
            moved = timed(trip, other.day, route.order)
            if other.visits or other.day == route.day or moved is None:
                continue
            if moved.cost(trip) <= route.cost(trip):
                begin = trip.calendar.shift(route.day)[0]
                routes[free], routes[at] = moved, Route(route.day, [], begin, begin)
                break
    return routes


def worth(trip: Trip, routes: list[Route]) -> tuple[int, float, int]:
    """Return what routes are compared by: stops that must be visited, scores, less seconds."""
    stops = [trip.stops[stop] for route in routes for stop in route.order if stop != LUNCH]
    score = round(sum(stop.score for stop in stops), 9)
    return sum(stop.must for stop in stops), score, -sum(route.cost(trip) for route in routes)


def exact(trip: Trip) -> list[Route]:
    """Return the best routes of all, one a day: each order of each set of stops is weighed.

    Of those with the same stops or scores, days that cost up to 10 % more may be more even.
    """
    days = trip.calendar.days
    by_set: list[dict[frozenset[int], Route]] = [
        {frozenset(): Route(day, [], *[trip.calendar.shift(day)[0]] * 2)} for day in range(days)
    ]
    for day, best in enumerate(by_set):
        for route in _orders(trip, day, [], frozenset(trip.wanted)):
            chosen = frozenset(route.order)
            if chosen not in best or route.cost(trip) < best[chosen].cost(trip):
                best[chosen] = route
    plans: list[list[Route]] = [[]]
    for best in by_set:
        plans = [
            [*routes, route]
            for routes in plans
            for chosen, route in best.items()
            if not any(chosen & frozenset(other.order) for other in routes)
        ]
    top = max(worth(trip, routes) for routes in plans)
    as_good = [
        routes
        for routes in plans
        if (found := worth(trip, routes))[:2] == top[:2] and -found[2] <= EVEN * -top[2]
    ]
    return min(as_good, key=lambda routes: (_longest(routes), -worth(trip, routes)[2]))


def _longest(routes: list[Route]) -> int:
    return max(route.end - route.begin for route in routes)


def _orders(trip: Trip, day: int, order: Order, left: frozenset[int]) -> Iterator[Route]:
    """Yield each route of a day that begins with an order and is in time."""
    for stop in sorted(left):
        route = timed(trip, day, [*order, stop])
        if route is not None:
            yield route
            yield from _orders(trip, day, route.order, left - {stop})


def by_pyvrp(trip: Trip, seconds: float, seed: int) -> list[Route]:
    """Return good routes by PyVRP, days balanced where that costs no stop.

    The routes of a single day are not balanced: several vehicles are to take least time together.
    """
    balanced, until = trip.calendar.days > 1, time.monotonic() + seconds
    routes = _pyvrp(trip, seconds * (FIRST_SHARE if balanced else 1), seed, None)
    used = [route for route in routes if route.visits]
    if not balanced or not used:
        return routes
    count = min(trip.calendar.days * trip.calendar.vehicles, max(len(used), 1))
    lasting = sum(route.end - route.begin for route in used)
    try:
        even = _pyvrp(trip, until - time.monotonic(), seed, int(EVEN * lasting / count))
    except KeyboardInterrupt:
        raise _StoppedError(routes) from None
    found, usual = worth(trip, even), worth(trip, routes)
    return even if found[:2] >= usual[:2] and -found[2] <= EVEN * -usual[2] else routes


@dataclass(frozen=True)
class _Model:
    """PyVRP's problem data, and the stop that each client stands for."""

    data: Any
    clients: list[int]


def _model(trip: Trip, longest: int | None) -> _Model:
    import numpy as np
    from pyvrp import Model

    calendar, model = trip.calendar, Model()
    places = [model.add_location(at, 0) for at in range(len(trip.stops) + 1)]  # the last: anywhere
    nowhere, ways = len(trip.stops), list[Any]([np.pad(trip.travel, (0, 1)).astype(np.int64)])
    depots = [
        model.add_depot(places[nowhere if end is None else end]) for end in (trip.home, trip.last)
    ]
    clients: list[int] = []
    most = max((trip.stops[stop].score for stop in trip.wanted), default=1.0) or 1.0
    unit = WORTH * calendar.days * (calendar.end - calendar.start)
    load = calendar.capacity is not None

    def add(
        stop: int, place: int, stay: int, window: tuple[int, int], prize: int, group: Any
    ) -> None:
        amount = [trip.stops[stop].demand] if load and stop != LUNCH else [0] if load else []
        model.add_client(
            places[place],
            delivery=amount,
            service_duration=stay,
            tw_early=max(window[0], 0),
            tw_late=window[1],
            prize=prize,
            required=False,
            group=group,
        )
        clients.append(stop)

    for stop in trip.wanted:
        it = trip.stops[stop]
        prize = round(unit * it.score / most) + (MUST * unit if it.must else 0)
        spans = sorted(
            {(a, b - it.stay) for day in it.windows for a, b in day if b - a >= it.stay}
        )  # a window past midnight is one of two days
        group = model.add_client_group(required=False) if len(spans) > 1 else None
        for span in spans:
            add(stop, stop, it.stay, span, prize, group)
    for day in range(calendar.days if calendar.lunch else 0):
        midnight = calendar.shift(day)[0] - calendar.start
        span = (midnight + calendar.lunch_from, midnight + calendar.lunch_to)
        group = model.add_client_group(required=False)
        for stop in trip.wanted:
            add(LUNCH, stop, calendar.lunch, span, MUST * unit, group)
    for day in range(calendar.days):
        begin, end = calendar.shift(day)
        model.add_vehicle_type(
            calendar.vehicles,
            capacity=[] if calendar.capacity is None else [calendar.capacity],
            start_depot=depots[0],
            end_depot=depots[1],
            tw_early=begin,
            tw_late=end,
            unit_distance_cost=int(trip.least_travel),
            unit_duration_cost=int(not trip.least_travel),
            shift_duration=end - begin if longest is None else longest,
        )
    data = model.data().replace(distance_matrices=ways, duration_matrices=ways)
    return _Model(data, clients)


def _pyvrp(trip: Trip, seconds: float, seed: int, longest: int | None) -> list[Route]:
    """Return the routes that PyVRP finds; an empty one for each vehicle that it does not use."""
    import warnings

    until = time.monotonic() + seconds
    try:
        from pyvrp import SolveParams, solve
        from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks as Callbacks
        from pyvrp.IteratedLocalSearch import IteratedLocalSearchParams
    except ImportError:
        raise missing("pyvrp") from None
    built, best = _model(trip, longest), list[Any]()

    class Watch(Callbacks):
        def on_start(self, ils: Any) -> None:
            best.append(ils.initial_solution)

        def on_best(self, found: Any) -> None:
            best.append(found)

    ended = lambda cost: time.monotonic() >= until  # noqa: E731
    params = SolveParams(IteratedLocalSearchParams(callbacks=Watch()))
    try:
        with warnings.catch_warnings():  # of a plan that is not feasible: `_in_time` makes it so
            warnings.simplefilter("ignore")
            solve(built.data, ended, seed, collect_stats=False, params=params)
    except KeyboardInterrupt:
        if not best:
            raise
        raise _StoppedError(_routes(trip, built, best[-1])) from None
    return _routes(trip, built, best[-1])


def _routes(trip: Trip, built: _Model, found: Any) -> list[Route]:
    """Return the routes of PyVRP's solution, with the times of this project."""
    routes = []
    for route in found.routes():
        day = route.vehicle_type()
        order = [built.clients[visit.idx] for visit in route.schedule() if visit.is_client()]
        if trip.calendar.lunch and LUNCH not in order:
            order = _with_lunch(trip, day, order)
        timely = _in_time(trip, day, order)
        if trip.calendar.lunch and LUNCH not in timely.order:
            continue  # `completed` visits what leaves time for it
        routes.append(timely)
    return _unused(trip, routes)


def _unused(trip: Trip, routes: list[Route]) -> list[Route]:
    """Return routes and an empty one for each vehicle that has none."""
    for day in range(trip.calendar.days):
        unused = trip.calendar.vehicles - sum(route.day == day for route in routes)
        begin = trip.calendar.shift(day)[0]
        routes += [Route(day, [], begin, begin)] * unused
    return sorted(routes, key=lambda route: route.day)


def _with_lunch(trip: Trip, day: int, order: Order) -> Order:
    """Return an order with a lunch break where it fits, else the order."""
    tries = ([*order[:at], LUNCH, *order[at:]] for at in range(len(order) + 1))
    return next((each for each in tries if timed(trip, day, each) is not None), order)


def _in_time(trip: Trip, day: int, order: Order) -> Route:
    """Return the route through an order, without the stops that do not fit into it.

    PyVRP leaves some in where it has found no feasible solution in its time.
    """
    begin = trip.calendar.shift(day)[0]
    route = Route(day, [], begin, begin)
    for stop in order:
        longer = timed(trip, day, [*route.order, stop])
        if longer is not None and not overloaded(trip, longer.order):
            route = longer
    return route
