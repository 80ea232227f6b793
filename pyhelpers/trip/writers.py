"""Outputs of a plan: timetable, JSON, calendar (ICS), GPX, GeoJSON, a map page, links."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from typing import Any
from urllib.parse import urlencode

from pyhelpers import KitError
from pyhelpers.csvio.table import quoted
from pyhelpers.files import write_whole
from pyhelpers.machine import missing
from pyhelpers.text import counted, escaped
from pyhelpers.trip.hours import DAY, clock
from pyhelpers.trip.plan import Plan
from pyhelpers.trip.route import LUNCH, Route, Visit
from pyhelpers.trip.stops import Trip, places
from pyhelpers.tsp.geographic_formats import (
    google_directions,
    gpx,
    line_feature,
    point_feature,
)
from pyhelpers.tsp.map_page import Map, Stop, html_table, map_page
from pyhelpers.tsp.plots import places as drawn_places
from pyhelpers.tsp.problem import from_points
from pyhelpers.tsp.writers import KM_A_DEGREE

APPLE = "https://maps.apple.com/directions"
MOST_APPLE = 15  # places of a route on Apple's maps


def timetable(trip: Trip, plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield a row for each visit, in the order of the days, and one for each day's end."""
    for number, route in enumerate(plan.routes, 1):
        for order, visit in enumerate(route.visits, 1):
            name = "lunch" if visit.stop == LUNCH else trip.stops[visit.stop].name
            yield _row(trip, route, number, visit.start) | {
                "order": order,
                "stop": name,
                "travel_minutes": -(-visit.travel // 60),
                "arrive": clock(visit.arrive),
                "start": clock(visit.start),
                "leave": clock(visit.leave),
                "stay_minutes": (visit.leave - visit.start) // 60,
            }
        if trip.last is not None:
            yield _row(trip, route, number, route.end) | {
                "order": len(route.visits) + 1,
                "stop": trip.stops[trip.last].name,
                "travel_minutes": -(-route.back // 60),
                "arrive": clock(route.end),
                "start": "",
                "leave": "",
                "stay_minutes": None,
            }


def _row(trip: Trip, route: Route, number: int, seconds: int) -> dict[str, Any]:
    date = trip.calendar.date(seconds // DAY)  # after midnight, that of the next day
    row: dict[str, Any] = {"day": route.day + 1, "date": str(date)}
    return row if trip.calendar.vehicles == 1 else row | {"route": number}


def sentences(trip: Trip, plan: Plan) -> list[str]:
    """Return what a plan comes to, and why each stop is left out."""
    visited = sum(visit.stop != LUNCH for route in plan.routes for visit in route.visits)
    said = [f"{counted(visited, 'stop')} of {len(trip.wanted)} in {_days(trip, plan)}"]
    for route in plan.routes:
        said.append(
            f"day {route.day + 1}, {trip.calendar.date(route.day):%a %d %b}: "
            f"{clock(route.begin)} to {clock(route.end)}, {-(-route.way // 60)} minutes of travel"
        )
    return said + [
        f"left out: {trip.stops[stop].name}: {why}" for stop, why in plan.left_out.items()
    ]


def _days(trip: Trip, plan: Plan) -> str:
    if trip.calendar.vehicles > 1:
        return counted(len(plan.routes), "route")
    return counted(len({route.day for route in plan.routes}), "day")


def record(trip: Trip, plan: Plan) -> dict[str, Any]:
    """Return everything about a plan as one object."""
    return {
        "days": trip.calendar.days,
        "visited": sum(v.stop != LUNCH for route in plan.routes for v in route.visits),
        "timetable": list(timetable(trip, plan)),
        "left_out": [
            {"stop": trip.stops[stop].name, "reason": why} for stop, why in plan.left_out.items()
        ],
        "links": list(links(trip, plan)) if _located(trip) else [],
    }


def as_csv(trip: Trip, plan: Plan) -> str:
    """Return the timetable as CSV."""
    rows = list(timetable(trip, plan))
    lines = [list(rows[0]) if rows else ["day"], *(row.values() for row in rows)]
    texts = [["" if value is None else str(value) for value in line] for line in lines]
    return "".join(",".join(quoted(text, ",") for text in line) + "\n" for line in texts)


def as_json(trip: Trip, plan: Plan) -> str:
    """Return everything about a plan as a JSON object."""
    return escaped(json.dumps(record(trip, plan), ensure_ascii=False, indent=2)) + "\n"


def as_ics(trip: Trip, plan: Plan) -> str:
    """Return an event for each visit (RFC 5545), in the local time of wherever it is read."""
    try:
        from icalendar import Calendar, Event
    except ImportError:
        raise missing("icalendar") from None
    calendar = Calendar()
    calendar.add("prodid", "-//beachhead//plan-trip//EN")
    calendar.add("version", "2.0")
    midnight = datetime.combine(trip.calendar.first, clock_time())
    for route in plan.routes:
        for visit in route.visits:
            event = Event()
            event.add("uid", f"{trip.calendar.first}-{visit.start}-{visit.stop}@beachhead")
            event.add("dtstamp", midnight.replace(tzinfo=UTC))
            event.add("dtstart", midnight + timedelta(seconds=visit.start))
            event.add("dtend", midnight + timedelta(seconds=visit.leave))
            event.add("summary", "Lunch" if visit.stop == LUNCH else trip.stops[visit.stop].name)
            _describe(event, trip, visit)
            calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text.decode()


def _describe(event: Any, trip: Trip, visit: Visit) -> None:
    """Add what the file says of a stop to its event."""
    if visit.stop == LUNCH:
        return
    stop = trip.stops[visit.stop]
    if stop.place is not None:
        event.add("geo", stop.place)
    if address := stop.details.get("address"):
        event.add("location", address)
    about = "\n".join(f"{key}: {value}" for key, value in stop.details.items())
    if about:
        event.add("description", about)


def _path(trip: Trip, route: Route) -> list[int]:
    """Return the stops of a day's route, from its start to its end."""
    stops = [visit.stop for visit in route.visits if visit.stop != LUNCH]
    start, end = [] if trip.home is None else [trip.home], [] if trip.last is None else [trip.last]
    return [*start, *stops, *end]


def _located(trip: Trip) -> bool:
    return all(stop.place is not None for stop in trip.stops)


def as_gpx(trip: Trip, plan: Plan) -> str:
    """Return a route for each day as GPX 1.1."""
    at = places(trip.stops).tolist()
    routes = []
    for route in plan.routes:
        points = [(trip.stops[stop].name, *at[stop], "") for stop in _path(trip, route)]
        routes.append((f"day {route.day + 1}", points))
    return gpx(routes)


def as_geojson(trip: Trip, plan: Plan) -> str:
    """Return a line for each day and a point for each visit as GeoJSON (RFC 7946)."""
    at, features = places(trip.stops).tolist(), list[dict[str, Any]]()
    for route in plan.routes:
        line = [(at[stop][1], at[stop][0]) for stop in _path(trip, route)]
        features.append(line_feature(line, {"day": route.day + 1}))
        for order, visit in enumerate(route.visits, 1):
            if visit.stop != LUNCH:
                stop = trip.stops[visit.stop]
                times = {"start": clock(visit.start), "leave": clock(visit.leave)}
                names = {"name": stop.name, "day": route.day + 1, "order": order}
                north, east = at[visit.stop]
                features.append(point_feature(north, east, stop.details | names | times))
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, indent=1) + "\n"


def page(trip: Trip, plan: Plan) -> str:
    """Return an HTML page with a map, a colour for each day, and the timetable."""
    names = [stop.name for stop in trip.stops]
    placed = drawn_places(from_points(names, places(trip.stops), "great_circle", True))
    stops, lines, number = [], [], 0
    ends = {end for end in (trip.home, trip.last) if end is not None}
    for colour, route in enumerate(plan.routes):
        lines.append((placed[_path(trip, route)], colour))
        for visit in route.visits:
            if visit.stop != LUNCH:
                number += 1
                about = f"day {route.day + 1}, {clock(visit.start)} to {clock(visit.leave)}"
                x, y = placed[visit.stop].tolist()
                stops.append(Stop(x, y, names[visit.stop], number, about, colour))
    for stop in (*sorted(ends), *plan.left_out):
        x, y = placed[stop].tolist()
        stops.append(Stop(x, y, names[stop], None, plan.left_out.get(stop, "start or end")))
    rows = [[_shown(value) for value in row.values()] for row in timetable(trip, plan)]
    heads = [key.replace("_", " ") for key in next(timetable(trip, plan), {"day": 0})]
    drawn = Map(stops, lines, "km", KM_A_DEGREE)
    return map_page("Trip", sentences(trip, plan), drawn, [html_table(heads, rows, (0, 2, 4, 8))])


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def links(trip: Trip, plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield links to each day's directions, on Google's and Apple's maps."""
    at = places(trip.stops).tolist()
    for route in plan.routes:
        spots = ["{!r},{!r}".format(*at[stop]) for stop in _path(trip, route)]
        for _, _, url in google_directions(spots):
            yield {"day": route.day + 1, "map": "Google", "url": url}
        for first in range(0, max(len(spots) - 1, 1), MOST_APPLE - 1):
            part = spots[first : first + MOST_APPLE]
            query = [("source", part[0]), *(("waypoint", spot) for spot in part[1:-1])]
            query.append(("destination", part[-1]))
            yield {"day": route.day + 1, "map": "Apple", "url": f"{APPLE}?{urlencode(query)}"}


TEXTS: dict[str, Callable[[Trip, Plan], str]] = {
    ".csv": as_csv,
    ".json": as_json,
    ".ics": as_ics,
    ".gpx": as_gpx,
    ".geojson": as_geojson,
    ".html": page,
}


def check_output(path: str, located: bool) -> None:
    """Raise a KitError, before the search, for a file that cannot be made or written."""
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in TEXTS:
        raise KitError(f"{path}: unknown extension; use one of {', '.join(TEXTS)}", 2)
    if suffix in (".gpx", ".geojson", ".html") and not located:
        raise KitError(f"{path}: {suffix} needs columns lat and lon; add them", 2)
    folder = os.path.dirname(os.path.realpath(path))
    if not os.path.isdir(folder):
        raise KitError(f"{path}: the folder {folder} does not exist; create it first")


def write_plan(trip: Trip, plan: Plan, path: str) -> None:
    """Write a plan in the format of the path's extension, whole or not at all."""
    text = TEXTS[os.path.splitext(path)[1].lower()](trip, plan)
    with write_whole(path) as stream:
        stream.write(text.encode())
