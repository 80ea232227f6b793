"""Write a route: CSV, JSON, GeoJSON, GPX, a self-contained HTML map, or a picture."""

import json
import math
import os
from collections.abc import Callable, Iterator
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.table import quoted
from pyhelpers.files import write_whole
from pyhelpers.machine import require
from pyhelpers.plots import PICTURE_FORMATS
from pyhelpers.text import escaped
from pyhelpers.tsp.distances import EARTH_KM
from pyhelpers.tsp.geographic_formats import (
    Point,
    google_directions,
    gpx,
    line_feature,
    point_feature,
)
from pyhelpers.tsp.map_page import Map, Stop, html_table, map_page
from pyhelpers.tsp.plots import check_drawn, draw, line_of, places
from pyhelpers.tsp.problem import Problem, number
from pyhelpers.tsp.solution import Solution, legs, record, sentence

KM_A_DEGREE = math.pi * EARTH_KM / 180
MOST_LISTED = 5_000  # legs in the table
CITY_SECONDS, PICTURE_SECONDS = 1e-5, 0.5  # of writing a city; of a picture's first import
ROW_SECONDS = 4e-4  # of a row of a table in a terminal


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


def _stops(problem: Problem, solution: Solution) -> list[Point]:
    """Return name, latitude, longitude and description of each city along the route."""
    if not problem.geographic or problem.points is None:
        raise KitError("this format needs latitudes and longitudes; give columns name,lat,lon", 2)
    cities, points = line_of(problem, solution.tour).tolist(), problem.points
    return [(problem.names[city], *points[city].tolist(), about(problem, city)) for city in cities]


def as_geojson(problem: Problem, solution: Solution) -> str:
    """Return a line and its cities as GeoJSON (RFC 7946: longitude first)."""
    stops, tour = _stops(problem, solution), solution.tour.tolist()
    summary = {key: value for key, value in record(problem, solution).items() if key != "tour"}
    features = [line_feature([(lon, lat) for _, lat, lon, _ in stops], summary)]
    for stop, (city, (name, lat, lon, _)) in enumerate(zip(tour, stops, strict=False), 1):
        details = problem.details[city] if problem.details else {}
        features.append(point_feature(lat, lon, {**details, "name": name, "stop": stop}))
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, indent=1) + "\n"


def as_gpx(problem: Problem, solution: Solution) -> str:
    """Return a route as GPX 1.1."""
    return gpx([("", _stops(problem, solution))])


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


def writing_seconds(size: int, path: str | None, table: bool) -> float:
    """Return about how long a route is written: to a file, as a table in a terminal, or as CSV."""
    if path is None:
        return size * (ROW_SECONDS if table else CITY_SECONDS)
    picture = os.path.splitext(path)[1].lower() not in TEXTS
    return size * CITY_SECONDS + picture * PICTURE_SECONDS


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
    for link, (begin, last, url) in enumerate(google_directions(spots), 1):
        names = (problem.names[cities[begin]], problem.names[cities[last]])
        yield {"link": link, "from": names[0], "to": names[1], "url": url}
