"""Places with given tags in a town: Nominatim finds the town, Overpass the places."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pyhelpers import KitError
from pyhelpers.places.service import MapService

OVERPASS = "https://overpass-api.de/api/interpreter"
NOMINATIM = "https://nominatim.openstreetmap.org/search"
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
# Overpass numbers the area of a relation or way by its number and an offset.
AREA_OFFSET = {"relation": 3_600_000_000, "way": 2_400_000_000}
TAG = re.compile(r"\s*([\w:.-]+)\s*(?:=\s*(.+?)\s*)?")
ELEMENT = re.compile(r"(relation|way)/(\d{1,16})")
BOX = re.compile(r"\s*-?\d+(\.\d*)?\s*(,\s*-?\d+(\.\d*)?\s*){3}")
COLUMNS = ("phone", "website", "email", "opening_hours", "cuisine")  # from tags of these names
MOST_TOWNS = 5  # asked for, so that others of a name can be named
TIMEOUT_S = 90
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


@dataclass(frozen=True)
class Area:
    """An area for Overpass.

    Attributes
    ----------
    query : str
        "area:" and its number, or south, west, north and east in degrees.
    name : str
        In full, with what it is in.
    others : tuple of str
        Full names of other places of that name.
    """

    query: str
    name: str
    others: tuple[str, ...] = ()


def find_area(service: MapService, address: str, town: str) -> Area:
    """Return the area of a town.

    Parameters
    ----------
    town : str
        A name, with its country or state if need be; an element of OpenStreetMap as
        relation/5400890; or south,west,north,east in degrees.
    """
    if found := ELEMENT.fullmatch(town.strip().lower()):
        return Area(f"area:{int(found[2]) + AREA_OFFSET[found[1]]}", town)
    if BOX.fullmatch(town):
        try:
            return Area(_box([float(side) for side in town.split(",")]), town)
        except ValueError as error:
            raise KitError(f"--in takes south,west,north,east; {town!r}: {error}", 2) from None
    query = urlencode({"q": town, "format": "jsonv2", "limit": MOST_TOWNS}, errors="replace")
    area: Area = service.ask(f"{address}?{query}", parse=lambda found: _area(found, town))
    return area


def _area(found: Any, town: str) -> Area:
    """Return the area in Nominatim's answer; an error where its format is not as documented."""
    if found == []:
        raise KitError(f"there is no place called {town!r}; add its country")
    if not isinstance(found, list) or not all(isinstance(place, dict) for place in found):
        raise TypeError("not a list of places")
    place = found[0]
    if "osm_id" not in place or not isinstance(place.get("boundingbox"), list):
        raise TypeError("a place has no osm_id and boundingbox")
    kind, number = str(place.get("osm_type")), int(place["osm_id"])
    if not 0 <= number < MOST_IDS:
        raise ValueError("osm_id is not a number of OpenStreetMap's")
    south, north, west, east = (float(side) for side in place["boundingbox"])
    query = _box([south, west, north, east])
    names = [_text(f"{each.get('display_name', town)} ({_element(each)})") for each in found]
    if kind in AREA_OFFSET:
        query = f"area:{number + AREA_OFFSET[kind]}"
    return Area(query, names[0], tuple(names[1:]))


def _element(place: dict[str, Any]) -> str:
    return f"{place.get('osm_type', '')}/{place.get('osm_id', '')}"


def _box(sides: list[float]) -> str:
    south, west, north, east = sides
    if not (-90 <= south <= north <= 90 and abs(west) <= 180 and abs(east) <= 180):
        raise ValueError("a bounding box is not on the globe")
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


def _address(tags: dict[str, str]) -> str:
    """Return an address: street and number, post code and town.

    Examples
    --------
    >>> _address({"addr:street": "Rua Nova", "addr:housenumber": "5", "addr:city": "Lisboa"})
    'Rua Nova 5, Lisboa'
    """
    lines = (("street", "housenumber"), ("postcode", "city"))
    parts = [" ".join(tags.get(f"addr:{key}", "") for key in line).strip() for line in lines]
    return tags.get("addr:full") or ", ".join(filter(None, parts))


def rows_of(elements: list[dict[str, Any]], more: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Yield each element with a name and coordinates; a repeated name becomes "name (2)".

    Parameters
    ----------
    more : sequence of str
        Tags that become columns, beside `COLUMNS`.
    """
    seen: dict[str, int] = {}
    for element in elements:
        tags = {key: _text(value) for key, value in element.get("tags", {}).items()}
        where = element.get("center", element)
        name = tags.get("name", "").strip()
        if not name or "lat" not in where or "lon" not in where:
            continue
        seen[name] = seen.get(name, 0) + 1
        yield {
            "name": name if seen[name] == 1 else f"{name} ({seen[name]})",
            "lat": where["lat"],
            "lon": where["lon"],
            "address": _address(tags),
            **{
                tag: tags.get(tag, tags.get(f"contact:{tag}", ""))
                for tag in dict.fromkeys((*COLUMNS, *more))
            },
            "osm": _text(f"{element.get('type', '')}/{element.get('id', '')}"),
            "attribution": ATTRIBUTION,
        }


def _text(text: str) -> str:
    """Replace lone surrogates, which JSON may have and UTF-8 has not."""
    return text.encode("utf-8", "replace").decode()


def find_places(
    service: MapService,
    nominatim: str,
    overpass: str,
    wanted: str,
    town: str,
    more: Sequence[str] = (),
) -> tuple[list[dict[str, Any]], int, Area]:
    """Find the named places with some tags in a town.

    Parameters
    ----------
    town : str
        As `find_area` takes it.
    more : sequence of str
        Tags that become columns, beside `COLUMNS`.

    Returns
    -------
    list of dict, int, Area
        A row for each place, by name; the number of elements found, with or without a name; the
        area in which they are.

    Raises
    ------
    KitError
        With 1 when there is no such town, 2 for what is not a tag, 3 and 4 as `MapService.ask`.
    """
    tag_filter(wanted)
    area = find_area(service, nominatim, town)
    query = overpass_query(area.query, wanted)
    body = urlencode({"data": query}, errors="replace").encode()
    elements = service.ask(overpass, body, elements_of)
    rows = sorted(rows_of(elements, more), key=lambda row: str(row["name"]))
    return rows, len(elements), area
