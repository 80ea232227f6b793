"""Write a route: CSV, JSON, GeoJSON, GPX, a self-contained HTML map, or a picture."""

import json
import math
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from html import escape
from typing import Any
from urllib.parse import urlencode

from pyhelpers import KitError
from pyhelpers.csvio.table import quoted
from pyhelpers.files import write_whole
from pyhelpers.machine import require
from pyhelpers.plots import PICTURE_FORMATS
from pyhelpers.text import escaped, harmless
from pyhelpers.tsp.distances import EARTH_KM
from pyhelpers.tsp.map_page import Map, Stop, html_table, map_page
from pyhelpers.tsp.plots import check_drawn, draw, line_of, places
from pyhelpers.tsp.problem import Problem, number
from pyhelpers.tsp.solution import Solution, legs, record, sentence

WAYPOINTS = 9  # between the ends of one of Google's directions links
DIRECTIONS = "https://www.google.com/maps/dir/"
NOT_XML = {0xFFFE: "?", 0xFFFF: "?"}  # with control characters and surrogates: XML 1.0, 2.2
GPX_SCHEMA = "http://www.topografix.com/GPX/1/1"
KM_A_DEGREE = math.pi * EARTH_KM / 180
MOST_LISTED = 5_000  # legs in the table


def page(problem: Problem, solution: Solution) -> str:
    """Return an HTML page with a map of the route and its legs."""
    placed = places(problem)
    stops = [
        Stop(x, y, problem.names[city], at + 1, about(problem, city))
        for at, (city, (x, y)) in enumerate(
            zip(solution.tour.tolist(), placed[solution.tour].tolist(), strict=True)
        )
    ]
    size = KM_A_DEGREE if problem.geographic else 1.0
    unit = "km" if problem.geographic else problem.unit or "units"
    line = placed[line_of(problem, solution.tour)]
    drawn = Map(stops, [(line, 0)], unit, None if problem.points is None else size)
    said = [sentence(problem, solution, timed=False)]
    return map_page("Route", said, drawn, [_table(problem, solution)])


def about(problem: Problem, city: int) -> str:
    """Return what the file says of a city beside its name and place."""
    details = problem.details[city] if problem.details else {}
    return "; ".join(f"{key}: {value}" for key, value in details.items() if value)


def _table(problem: Problem, solution: Solution) -> str:
    if problem.size > MOST_LISTED:
        return ""
    digits = max(0, 3 - math.floor(math.log10(solution.length))) if solution.length > 0 else 0
    unit = f", {problem.unit}" if problem.unit else ""
    names = ["", "from", "to", f"distance{unit}", f"total{unit}"]
    rows = [
        [
            *map(str, (leg["leg"], leg["from"], leg["to"])),
            *(f"{number(round(leg[key], digits)):,}" for key in ("distance", "total")),
        ]
        for leg in legs(problem, solution)
    ]
    return html_table(names, rows, (0, 3, 4))


def as_csv(problem: Problem, solution: Solution) -> str:
    """Return the legs of a route."""
    rows = list(legs(problem, solution))
    lines = [list(rows[0]), *(row.values() for row in rows)]
    return "".join(",".join(quoted(str(value), ",") for value in line) + "\n" for line in lines)


def as_json(problem: Problem, solution: Solution) -> str:
    """Return everything about a route as a JSON object."""
    text = json.dumps(record(problem, solution), ensure_ascii=False, indent=2)
    return escaped(text) + "\n"


def _stops(problem: Problem, solution: Solution) -> list[tuple[str, float, float]]:
    """Return name, latitude and longitude of each city along the route."""
    if not problem.geographic or problem.points is None:
        raise KitError("this format needs latitudes and longitudes; give columns name,lat,lon", 2)
    cities = line_of(problem, solution.tour).tolist()
    places = [(problem.names[city], *problem.points[city].tolist()) for city in cities]
    return [(name, latitude, _within(longitude)) for name, latitude, longitude in places]


def as_geojson(problem: Problem, solution: Solution) -> str:
    """Return a line and its cities as GeoJSON (RFC 7946: longitude first)."""
    stops = _stops(problem, solution)
    parts = cut_at_antimeridian([(lon, lat) for _, lat, lon in stops])
    line: dict[str, Any] = {"type": "LineString", "coordinates": parts[0]}
    if len(parts) > 1:
        line = {"type": "MultiLineString", "coordinates": parts}
    summary = {key: value for key, value in record(problem, solution).items() if key != "tour"}
    features: list[dict[str, Any]] = [
        {"type": "Feature", "geometry": line, "properties": summary},
        *(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": {
                    **(problem.details[city] if problem.details else {}),
                    "name": name,
                    "stop": stop + 1,
                },
            }
            for stop, (city, (name, lat, lon)) in enumerate(
                zip(solution.tour.tolist(), stops, strict=False)
            )
        ),
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, indent=1) + "\n"


def cut_at_antimeridian(line: list[tuple[float, float]]) -> list[list[list[float]]]:
    """Return a line of longitudes and latitudes in parts that do not cross 180° (RFC 7946, 3.1.9).

    Examples
    --------
    >>> cut_at_antimeridian([(179.0, 1.0), (-179.0, 3.0)])
    [[[179.0, 1.0], [180.0, 2.0]], [[-180.0, 2.0], [-179.0, 3.0]]]
    """
    parts: list[list[list[float]]] = [[[_within(line[0][0]), line[0][1]]]]
    for longitude, latitude in line[1:]:
        (before, south), here = parts[-1][-1], _within(longitude)
        if abs(here - before) > 180:
            side = 180.0 if before > 0 else -180.0
            onward = here + 2 * side  # how far it would be without the cut
            share = (side - before) / (onward - before)
            crossing = south + share * (latitude - south)
            parts[-1].append([side, crossing])
            parts.append([[-side, crossing]])
        parts[-1].append([here, latitude])
    return parts


def _within(longitude: float) -> float:
    """Return a longitude between -180 and 180."""
    return longitude if abs(longitude) <= 180 else (longitude + 180) % 360 - 180


def as_gpx(problem: Problem, solution: Solution) -> str:
    """Return a route as GPX 1.1."""
    cities = line_of(problem, solution.tour).tolist()
    points = "".join(
        f'    <rtept lat="{_decimal(lat)}" lon="{_decimal(lon if lon < 180 else -180.0)}">'
        f"<name>{_xml(name)}</name>{_description(problem, city)}</rtept>\n"
        for city, (name, lat, lon) in zip(cities, _stops(problem, solution), strict=True)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<gpx version="1.1" creator="beachhead" xmlns="{GPX_SCHEMA}">\n'
        f"  <rte>\n{points}  </rte>\n</gpx>\n"
    )


def _decimal(degrees: float) -> str:
    """Write a number without an exponent, which XML's decimals do not have."""
    return f"{Decimal(repr(degrees)):f}"


def _description(problem: Problem, city: int) -> str:
    text = about(problem, city)
    return f"<desc>{_xml(text)}</desc>" if text else ""


def _xml(text: str) -> str:
    """Escape a text for XML."""
    return escape(harmless(text).translate(NOT_XML), quote=False)


TEXTS: dict[str, Callable[[Problem, Solution], str]] = {
    ".csv": as_csv,
    ".json": as_json,
    ".geojson": as_geojson,
    ".gpx": as_gpx,
    ".html": page,
}


def check_output(path: str, problem: Problem) -> None:
    """Raise a KitError, before the search, for a file that cannot be made or written."""
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in TEXTS and suffix.lstrip(".") not in PICTURE_FORMATS:
        known = ", ".join([*TEXTS, *("." + format for format in PICTURE_FORMATS)])
        raise KitError(f"{path}: unknown extension; use one of {known}", 2)
    if suffix in (".geojson", ".gpx") and not problem.geographic:
        raise KitError(
            f"{path}: {suffix} needs latitudes and longitudes; give columns name,lat,lon", 2
        )
    if suffix not in TEXTS:
        require("matplotlib")
    if suffix not in TEXTS or suffix == ".html":
        check_drawn(problem)
    folder = os.path.dirname(os.path.realpath(path))
    if not os.path.isdir(folder):
        raise KitError(f"{path}: the folder {folder} does not exist; create it first")


def write_route(problem: Problem, solution: Solution, path: str) -> None:
    """Write a route in the format of the path's extension, whole or not at all."""
    text = TEXTS.get(os.path.splitext(path)[1].lower())
    if text is None:
        draw(problem, solution, path)
        return
    made = text(problem, solution).encode()
    with write_whole(path) as stream:
        stream.write(made)


def google_links(problem: Problem, solution: Solution) -> Iterator[dict[str, Any]]:
    """Yield links to Google Maps directions, split at its limit of waypoints.

    Each begins where the one before ends. Cities without latitudes are given by their names.
    """
    cities = line_of(problem, solution.tour).tolist()
    spots = [problem.names[city] for city in cities]
    if problem.geographic and problem.points is not None:
        spots = ["{!r},{!r}".format(*problem.points[city].tolist()) for city in cities]
    legs_a_link = WAYPOINTS + 1
    for link, begin in enumerate(range(0, max(len(spots) - 1, 1), legs_a_link)):
        part = spots[begin : begin + legs_a_link + 1]
        query = {"api": "1", "origin": part[0], "destination": part[-1]}
        if len(part) > 2:
            query["waypoints"] = "|".join(part[1:-1])
        last = min(begin + legs_a_link, len(cities) - 1)
        yield {
            "link": link + 1,
            "from": problem.names[cities[begin]],
            "to": problem.names[cities[last]],
            "url": f"{DIRECTIONS}?{urlencode(query)}",
        }
