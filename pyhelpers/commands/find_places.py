"""find-places: shops, sights or stations of a town, from OpenStreetMap."""

import io
from typing import Annotated, Any

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import Format, new_app
from pyhelpers.cli.output import emit, note
from pyhelpers.files import write_whole
from pyhelpers.places.openstreetmap import ATTRIBUTION, NOMINATIM, OVERPASS, find_places
from pyhelpers.places.service import MapService, cache_folder
from pyhelpers.text import counted

app = new_app()


def _write(rows: list[dict[str, Any]], output: str | None, format: str | None) -> None:
    """Print the rows, or write them into a file that appears whole or not at all."""
    if output is None:
        emit(rows, format)
        return
    text = io.StringIO()
    emit(rows, format or "csv", text)
    with write_whole(output) as stream:
        stream.write(text.getvalue().encode())


@app.command()
def main(
    tags: Annotated[
        str, typer.Argument(help="OpenStreetMap tags, e.g. amenity=restaurant,cuisine=pizza.")
    ],
    town: Annotated[
        str, typer.Option("--in", help="Town; or relation/NUMBER, or south,west,north,east.")
    ],
    column: Annotated[
        list[str] | None,
        typer.Option("-c", "--column", help="Tag to add as a column, e.g. stars; repeatable."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Maximum number of places, by name (default: all).")
    ] = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="Output file (default: standard output).")
    ] = None,
    overpass: Annotated[str, typer.Option(help="URL of the Overpass API.")] = OVERPASS,
    nominatim: Annotated[str, typer.Option(help="URL of the Nominatim search.")] = NOMINATIM,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ignore cached answers and ask again.")
    ] = False,
    format: Format = None,
) -> None:
    """Find places in a town by tag, with their coordinates.

    Examples:
      find-places amenity=restaurant --in Lisbon -o places.csv && solve-tsp places.csv
      find-places tourism=museum --in "Oslo, Norway" --limit 12 | solve-tsp -o route.html
      find-places shop=books --in relation/5400890 -c wheelchair

    The places are OpenStreetMap's, under the Open Database License: keep the attribution in each
    row. At most one request is sent a second, and answers are cached in ~/.cache/beachhead.
    OpenStreetMap has no ratings: add a column of your own and select by it with solve-tsp --score.
    Tested against servers that answer as Nominatim and Overpass document; never against the
    services themselves.
    """
    service = MapService(cache_folder(), refresh)
    rows, found, area = find_places(service, nominatim, overpass, tags, town, column or ())
    if not rows:
        raise KitError(
            f"no named place with {tags} in {area.name}; look up the tag in the OSM wiki"
        )
    rows = rows[:limit]
    _write(rows, output, format)
    if area.others:
        note(f"other places called {town!r}: {'; '.join(area.others)}; name one with --in")
    note(f"{counted(len(rows), 'place')} of {found} found in {area.name}; {ATTRIBUTION}")
