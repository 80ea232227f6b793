"""OpenStreetMap's services: Nominatim finds a town, Overpass places in it, OSRM driving times."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pyhelpers import KitError
from pyhelpers.places.service import MapService

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

OVERPASS = "https://overpass-api.de/api/interpreter"
NOMINATIM = "https://nominatim.openstreetmap.org/search"
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
# Overpass numbers the area of a relation or way by its number and an offset.
AREA_OFFSET = {"relation": 3_600_000_000, "way": 2_400_000_000}
TAG = re.compile(r"\s*([\w:.-]+)\s*(?:=\s*(.+?)\s*)?")
TIMEOUT_S = 90
MOST_SECONDS = 1e9  # of a leg: thirty years
MOST_POINTS = 100  # of a request to OSRM: the limit of public servers
MOST_IDS = 1 << 53  # OpenStreetMap's identifiers are below


def tag_filter(wanted: str) -> str:
    """Return the Overpass filter of comma-separated tags.

    Examples
    --------
    >>> tag_filter("amenity=restaurant,cuisine=pizza")
    '["amenity"="restaurant"]["cuisine"="pizza"]'
    >>> tag_filter("museum")
    '["museum"]'
    """
    parts = []
    for tag in wanted.split(","):
        found = TAG.fullmatch(tag)
        if found is None:
            raise KitError(f"{tag!r} is not a tag; write key=value, e.g. amenity=restaurant", 2)
        key, value = found.groups()
        parts.append(f"[{_quoted(key)}]" if value is None else f"[{_quoted(key)}={_quoted(value)}]")
    return "".join(parts)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def find_area(service: MapService, address: str, town: str) -> str:
    """Return the area of a town for Overpass: its number, or its bounding box."""
    query = urlencode({"q": town, "format": "jsonv2", "limit": 1}, errors="replace")
    return str(service.ask(f"{address}?{query}", parse=lambda found: _area(found, town)))


def _area(found: Any, town: str) -> str:
    """Return the area in Nominatim's answer; an error where its format is not as documented."""
    if found == []:
        raise KitError(f"there is no place called {town!r}; add its country")
    if not isinstance(found, list) or not isinstance(found[0], dict):
        raise TypeError("not a list of places")
    place = found[0]
    if "osm_id" not in place or not isinstance(place.get("boundingbox"), list):
        raise TypeError("a place has no osm_id and boundingbox")
    kind, number = str(place.get("osm_type")), int(place["osm_id"])
    south, north, west, east = (float(side) for side in place["boundingbox"])
    latitudes = -90 <= south <= north <= 90
    if not (latitudes and abs(west) <= 180 and abs(east) <= 180 and 0 <= number < MOST_IDS):
        raise ValueError("osm_id or boundingbox is not on the globe")
    if kind in AREA_OFFSET:
        return f"area:{number + AREA_OFFSET[kind]}"
    return f"{south},{west},{north},{east}"


def overpass_query(area: str, wanted: str) -> str:
    """Return the query, in Overpass QL, for all nodes, ways and relations with the tags."""
    head = f"[out:json][timeout:{TIMEOUT_S}];"
    if area.startswith("area:"):
        head += f"area({area.removeprefix('area:')})->.within;"
        area = "area.within"
    return f"{head}nwr{tag_filter(wanted)}({area});out center tags;"


def elements_of(found: Any) -> list[dict[str, Any]]:
    """Return the elements of Overpass' answer; an error where its format is not as documented."""
    elements: list[dict[str, Any]] = found["elements"]
    if not isinstance(elements, list):
        raise TypeError("elements is not a list")
    for element in elements:
        tags, where = element.get("tags", {}), element.get("center", element)
        if not all(isinstance(text, str) for text in (*tags, *tags.values())):
            raise TypeError("a tag is not text")
        place = [where[side] for side in ("lat", "lon") if side in where]
        if not all(type(side) in (int, float) and abs(side) <= 360 for side in place):
            raise ValueError("a place is not on the globe")
    return elements


def rows_of(elements: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each element with a name and coordinates; a repeated name becomes "name (2)"."""
    seen: dict[str, int] = {}
    for element in elements:
        tags = {key: _text(value) for key, value in element.get("tags", {}).items()}
        where = element.get("center", element)
        name = tags.get("name", "").strip()
        if not name or "lat" not in where or "lon" not in where:
            continue
        seen[name] = seen.get(name, 0) + 1
        street = f"{tags.get('addr:street', '')} {tags.get('addr:housenumber', '')}".strip()
        yield {
            "name": name if seen[name] == 1 else f"{name} ({seen[name]})",
            "lat": where["lat"],
            "lon": where["lon"],
            "address": street,
            "cuisine": tags.get("cuisine", ""),
            "website": tags.get("website", tags.get("contact:website", "")),
            "osm": _text(f"{element.get('type', '')}/{element.get('id', '')}"),
            "attribution": ATTRIBUTION,
        }


def _text(text: str) -> str:
    """Replace lone surrogates, which JSON may have and UTF-8 has not."""
    return text.encode("utf-8", "replace").decode()


def find_places(
    service: MapService, nominatim: str, overpass: str, wanted: str, town: str
) -> tuple[list[dict[str, Any]], int]:
    """Find the named places with some tags in a town.

    Returns
    -------
    list of dict, int
        A row for each place, by name; the number of elements found, with or without a name.

    Raises
    ------
    KitError
        With 1 when there is no such town, 2 for what is not a tag, 3 and 4 as `MapService.ask`.
    """
    tag_filter(wanted)
    query = overpass_query(find_area(service, nominatim, town), wanted)
    body = urlencode({"data": query}, errors="replace").encode()
    elements = service.ask(overpass, body, elements_of)
    return sorted(rows_of(elements), key=lambda row: str(row["name"])), len(elements)


def driving_times(points: "Array", address: str, service: MapService) -> "Array":
    """Return an OSRM server's driving times between places (HTTP API v1, table service).

    A request has at most `MOST_POINTS` places.

    Parameters
    ----------
    points : array of float, shape (n, 2)
        Latitudes and longitudes, in degrees.

    Returns
    -------
    array of float, shape (n, n)
        Seconds; infinite between unconnected places.

    Raises
    ------
    KitError
        When the server does not answer with a table.
    """
    import numpy as np

    size = len(points)
    matrix = np.zeros((size, size))
    step = size if size <= MOST_POINTS else MOST_POINTS // 2
    for row in range(0, size, step):
        for column in range(0, size, step):
            rows, columns = (range(at, min(at + step, size)) for at in (row, column))
            matrix[row : row + step, column : column + step] = _table(
                points, rows, columns, address, service
            )
    np.fill_diagonal(matrix, 0)
    return matrix


def _table(
    points: "Array", rows: range, columns: range, address: str, service: MapService
) -> "Array":
    """Return the durations from some places to others, shape (rows, columns)."""
    import numpy as np

    places = list(rows) if rows == columns else [*rows, *columns]
    where = ";".join("{1:.6f},{0:.6f}".format(*points[place]) for place in places)
    url = f"{address.rstrip('/')}/table/v1/driving/{where}?annotations=duration"
    if rows != columns:
        numbers = [";".join(map(str, part)) for part in _numbers(len(rows), len(columns))]
        url += f"&sources={numbers[0]}&destinations={numbers[1]}"
    durations = service.ask(url, parse=lambda found: _durations(found, len(rows), len(columns)))
    table = np.array(durations, dtype=float)  # null, for unreachable, becomes NaN
    return np.where(np.isnan(table), np.inf, table)


def _durations(found: Any, rows: int, columns: int) -> list[list[float | None]]:
    """Return the table in OSRM's answer; a ValueError where there is none."""
    if found.get("code") != "Ok" or "durations" not in found:
        why = found.get("message", found.get("code", ""))
        raise ValueError(f"no table of durations: {why}")
    table: list[list[float | None]] = found["durations"]
    if len(table) != rows or any(len(row) != columns for row in table):
        raise ValueError(f"no table for {rows} x {columns} places")
    for cell in (cell for row in table for cell in row if cell is not None):
        if type(cell) not in (int, float) or not 0 <= cell <= MOST_SECONDS:
            raise ValueError("a duration is not a number of seconds")
    return table


def _numbers(rows: int, columns: int) -> tuple[range, range]:
    return range(rows), range(rows, rows + columns)
