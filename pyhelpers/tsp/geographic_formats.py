"""Formats of places on the globe: GeoJSON features, GPX, links to directions."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape
from typing import Any
from urllib.parse import urlencode

from pyhelpers.text import harmless

WAYPOINTS = 9  # between the ends of one of Google's directions links
DIRECTIONS = "https://www.google.com/maps/dir/"
NOT_XML = {0xFFFE: "?", 0xFFFF: "?"}  # with control characters and surrogates: XML 1.0, 2.2
GPX_SCHEMA = "http://www.topografix.com/GPX/1/1"
Point = tuple[str, float, float, str]  # name, latitude, longitude, description


def line_feature(line: list[tuple[float, float]], properties: dict[str, Any]) -> dict[str, Any]:
    """Return a line of longitudes and latitudes as a GeoJSON feature."""
    parts = cut_at_antimeridian(line)
    shape: dict[str, Any] = {"type": "LineString", "coordinates": parts[0]}
    if len(parts) > 1:
        shape = {"type": "MultiLineString", "coordinates": parts}
    return {"type": "Feature", "geometry": shape, "properties": properties}


def point_feature(latitude: float, longitude: float, properties: dict[str, Any]) -> dict[str, Any]:
    """Return a point as a GeoJSON feature."""
    place = {"type": "Point", "coordinates": [_within(longitude), latitude]}
    return {"type": "Feature", "geometry": place, "properties": properties}


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


def gpx(routes: Sequence[tuple[str, Sequence[Point]]]) -> str:
    """Return routes as GPX 1.1, each with its name, if it has one, and its points."""
    texts = []
    for name, points in routes:
        head = f"    <name>{_xml(name)}</name>\n" if name else ""
        texts.append(f"  <rte>\n{head}{''.join(map(_route_point, points))}  </rte>\n")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<gpx version="1.1" creator="beachhead" xmlns="{GPX_SCHEMA}">\n'
        f"{''.join(texts)}</gpx>\n"
    )


def _route_point(point: Point) -> str:
    name, latitude, longitude, about = point
    east = _within(longitude)
    east = east if east < 180 else -180.0  # as the schema has it
    description = f"<desc>{_xml(about)}</desc>" if about else ""
    place = f'lat="{_decimal(latitude)}" lon="{_decimal(east)}"'
    return f"    <rtept {place}><name>{_xml(name)}</name>{description}</rtept>\n"


def _decimal(degrees: float) -> str:
    """Write a number without an exponent, which XML's decimals do not have."""
    return f"{Decimal(repr(degrees)):f}"


def _xml(text: str) -> str:
    """Escape a text for XML."""
    return escape(harmless(text).translate(NOT_XML), quote=False)


def google_directions(spots: list[str]) -> Iterator[tuple[int, int, str]]:
    """Yield the first and last of some places, and a link to the directions between them."""
    legs_a_link = WAYPOINTS + 1
    for begin in range(0, max(len(spots) - 1, 1), legs_a_link):
        part = spots[begin : begin + legs_a_link + 1]
        query = {"api": "1", "origin": part[0], "destination": part[-1]}
        if len(part) > 2:
            query["waypoints"] = "|".join(part[1:-1])
        yield begin, begin + len(part) - 1, f"{DIRECTIONS}?{urlencode(query)}"
