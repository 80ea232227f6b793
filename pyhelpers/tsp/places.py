"""find-places: shops, sights or stations of a town, from OpenStreetMap."""

import re
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from pyhelpers import KitError
from pyhelpers._cli import Format, emit, new_app, note
from pyhelpers.files import write_whole
from pyhelpers.tsp.web import Service, cache_folder

OVERPASS = "https://overpass-api.de/api/interpreter"
NOMINATIM = "https://nominatim.openstreetmap.org/search"
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
# What Overpass adds to the number of a relation or way to name the area within it.
AREA_OFFSET = {"relation": 3_600_000_000, "way": 2_400_000_000}
TAG = re.compile(r"\s*([\w:.-]+)\s*(?:=\s*(.+?)\s*)?")
TIMEOUT_S = 90

app = new_app()


def tag_filter(wanted: str) -> str:
    """Return Overpass' filter for tags joined by commas.

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
            raise KitError(f"{tag!r} is no tag; write key=value, as amenity=restaurant", 2)
        key, value = found.groups()
        parts.append(f"[{_quoted(key)}]" if value is None else f"[{_quoted(key)}={_quoted(value)}]")
    return "".join(parts)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def find_area(service: Service, address: str, town: str) -> str:
    """Return how Overpass names the area of a town: by number, or its box where it has none."""
    query = urlencode({"q": town, "format": "jsonv2", "limit": 1})
    found = service.ask(f"{address}?{query}")
    if not isinstance(found, list) or not found:
        raise KitError(f"no place is called {town!r}; add its country")
    place = found[0]
    try:
        kind, number = str(place["osm_type"]), int(place["osm_id"])
        south, north, west, east = (float(side) for side in place["boundingbox"])
    except (KeyError, TypeError, ValueError):
        raise KitError(f"{address}: the answer has no osm_id and boundingbox", 4) from None
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


def rows_of(elements: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each element that has a name and a place; of one name the second is "name (2)"."""
    seen: dict[str, int] = {}
    for element in elements:
        tags = element.get("tags", {})
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
            "osm": f"{element.get('type', '')}/{element.get('id', '')}",
            "attribution": ATTRIBUTION,
        }


@app.command()
def main(
    wanted: Annotated[str, typer.Argument(help="Tags, as amenity=restaurant,cuisine=pizza.")],
    town: Annotated[str, typer.Option("--in", help="The town, or any place that has a name.")],
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many, by name.")] = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="CSV to write, whole or not at all.")
    ] = None,
    overpass: Annotated[str, typer.Option(help="Address of the Overpass API.")] = OVERPASS,
    nominatim: Annotated[str, typer.Option(help="Address of Nominatim's search.")] = NOMINATIM,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask again for what is cached.")] = (
        False
    ),
    format: Format = None,
) -> None:
    """Find places of a kind in a town, with their coordinates, from OpenStreetMap.

    Examples:
      find-places amenity=restaurant --in Lisbon -o places.csv && solve-tsp places.csv
      find-places tourism=museum --in "Oslo, Norway" --limit 12 | solve-tsp -o route.html

    One request a second at most, each answer kept in ~/.cache/beachhead. The data is
    OpenStreetMap's under the Open Database License: keep the attribution that each row carries.
    It has no ratings: add a column of your own and choose with solve-tsp --score.
    Tested against both services' documented answers; not tried live.
    """
    service = Service(cache_folder(), refresh)
    tag_filter(wanted)
    query = overpass_query(find_area(service, nominatim, town), wanted)
    found = service.ask(overpass, urlencode({"data": query}).encode())
    elements = found.get("elements", []) if isinstance(found, dict) else []
    rows = sorted(rows_of(elements), key=lambda row: str(row["name"]))[:limit]
    if not rows:
        raise KitError(f"no named place with {wanted} in {town}; look the tag up in the OSM wiki")
    if output is None:
        emit(rows, format)
    else:
        import io

        text = io.StringIO()
        emit(rows, format or "csv", text)
        with write_whole(output) as stream:
            stream.write(text.getvalue().encode())
    note(f"{len(rows)} places, {len(elements)} found; {ATTRIBUTION}")
