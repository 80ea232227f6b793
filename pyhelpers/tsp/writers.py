"""Write a route: CSV, JSON, GeoJSON, GPX, a self-contained HTML map, or a picture."""

import json
import os
from collections.abc import Callable, Iterator
from html import escape
from typing import Any
from urllib.parse import urlencode

from pyhelpers import KitError
from pyhelpers.csvio.table import quoted
from pyhelpers.files import write_whole
from pyhelpers.machine import require
from pyhelpers.plots import PICTURE_FORMATS
from pyhelpers.text import escaped, harmless
from pyhelpers.tsp.plots import MOST_NAMED, check_drawn, draw, line_of, places
from pyhelpers.tsp.problem import Problem
from pyhelpers.tsp.solution import Solution, legs, record, sentence

WAYPOINTS = 9  # between the ends of one of Google's directions links
DIRECTIONS = "https://www.google.com/maps/dir/"
NOT_XML = {0xFFFE: "?", 0xFFFF: "?"}  # with control characters and surrogates: XML 1.0, 2.2
GPX_SCHEMA = "http://www.topografix.com/GPX/1/1"
WIDE, HIGH, EDGE = 900.0, 620.0, 40.0
MOST_LISTED = 5_000  # legs in the table
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; color: #222 }
svg { width: 100%; height: auto; border: 1px solid #ccc; background: #f7f9fa; cursor: grab }
polyline { fill: none; stroke: #1f6f8b; stroke-width: 1.5; vector-effect: non-scaling-stroke }
circle { fill: #1f6f8b } circle.first { fill: #2a9d4a } circle.last { fill: #c0392b }
text { font-size: 11px; paint-order: stroke; stroke: #f7f9fa; stroke-width: 3px }
table { border-collapse: collapse; margin-top: 1rem } td, th { padding: .1rem .8rem }
td:nth-child(1), td:nth-child(n+4), th:nth-child(n+4) { text-align: right }
"""
# The wheel zooms and dragging pans, by changing the drawing's viewBox.
SCRIPT = """
const s = document.querySelector('svg'), b = s.viewBox.baseVal;
s.addEventListener('wheel', e => {
  e.preventDefault();
  const f = e.deltaY > 0 ? 1.2 : 1 / 1.2, r = s.getBoundingClientRect();
  const x = b.x + b.width * (e.clientX - r.left) / r.width;
  const y = b.y + b.height * (e.clientY - r.top) / r.height;
  b.x = x - (x - b.x) * f; b.y = y - (y - b.y) * f; b.width *= f; b.height *= f;
}, { passive: false });
s.addEventListener('pointermove', e => {
  if (!e.buttons) return;
  const r = s.getBoundingClientRect();
  b.x -= e.movementX * b.width / r.width; b.y -= e.movementY * b.height / r.height;
});
"""


def page(problem: Problem, solution: Solution) -> str:
    """Return an HTML page with a drawing that can be zoomed and panned, and the legs."""
    said = escape(sentence(problem, solution, timed=False))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Route</title>\n'
        f"<style>{STYLE}</style>\n<h1>Route</h1>\n<p>{said}</p>\n"
        f"{_drawing(problem, solution)}\n{_table(problem, solution)}\n"
        f"<script>{SCRIPT}</script>\n</html>\n"
    )


def _drawing(problem: Problem, solution: Solution) -> str:
    drawn = places(problem)
    low, high = drawn.min(axis=0), drawn.max(axis=0)
    wide, tall = (high - low).tolist()
    scale = min((WIDE - 2 * EDGE) / (wide or 1), (HIGH - 2 * EDGE) / (tall or 1))
    x = (EDGE + (drawn[:, 0] - low[0]) * scale).tolist()
    y = (HIGH - EDGE - (drawn[:, 1] - low[1]) * scale).tolist()
    line = " ".join(f"{x[c]:.2f},{y[c]:.2f}" for c in line_of(problem, solution.tour).tolist())
    tour, few = solution.tour.tolist(), problem.size <= MOST_NAMED
    dots = []
    for stop, city in enumerate(tour):
        ends = {0: ' class="first"', len(tour) - 1: "" if problem.closed else ' class="last"'}
        name = escape(problem.names[city])
        dots.append(
            f'<circle cx="{x[city]:.2f}" cy="{y[city]:.2f}" r="{4 if few else 1.5}"'
            f"{ends.get(stop, '')}><title>{stop + 1}. {name}</title></circle>"
        )
        if few:
            dots.append(f'<text x="{x[city] + 6:.2f}" y="{y[city] - 5:.2f}">{name}</text>')
    box = f'<svg viewBox="0 0 {WIDE:g} {HIGH:g}" role="img" aria-label="the route">'
    return "\n".join([box, f'<polyline points="{line}"/>', *dots, "</svg>"])


def _table(problem: Problem, solution: Solution) -> str:
    if problem.size > MOST_LISTED:
        return ""
    head = "<table><tr><th></th><th>from</th><th>to</th><th>distance</th><th>total</th></tr>"
    rows = [
        "<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in leg.values()) + "</tr>"
        for leg in legs(problem, solution)
    ]
    return "\n".join([head, *rows, "</table>"])


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
    return [(problem.names[city], *problem.points[city].tolist()) for city in cities]


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
                "properties": {"name": name, "stop": stop + 1},
            }
            for stop, (name, lat, lon) in enumerate(stops[: problem.size])
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
    points = "".join(
        f'    <rtept lat="{lat!r}" lon="{lon!r}"><name>{_xml(name)}</name></rtept>\n'
        for name, lat, lon in _stops(problem, solution)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<gpx version="1.1" creator="beachhead" xmlns="{GPX_SCHEMA}">\n'
        f"  <rte>\n{points}  </rte>\n</gpx>\n"
    )


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
