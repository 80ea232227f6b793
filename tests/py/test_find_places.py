"""find-places: a town's places with a tag, from services that answer as they document."""

import csv
import io
import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from pyhelpers.places.openstreetmap import find_area, overpass_query, rows_of
from pyhelpers.places.service import MapService
from pyhelpers.tsp.readers import read_problem
from tests.conftest import Run
from tests.maps_server import ELEMENTS, LISBON, PLACE, Maps, words


def test_places_of_a_town_become_cities_that_solve_tsp_reads(
    run: Run, maps: str, tmp_path: Path
) -> None:
    done = run("find-places", "amenity=restaurant", "--in", "Lisbon", *words(maps))
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["name"] for row in rows] == ["Café, Ó", "Tasca", "Tasca (2)"]
    assert (rows[0]["lat"], rows[0]["lon"]) == ("38.72", "-9.15")
    assert all("OpenStreetMap contributors, ODbL" in row["attribution"] for row in rows)
    assert "ODbL" in done.stderr
    file = tmp_path / "places.csv"
    file.write_text(done.stdout, encoding="utf-8")
    problem = read_problem(str(file), None, None, None)[0]
    assert (problem.size, problem.geographic) == (3, True)


def test_requests_are_as_the_services_document_and_name_the_kit(run: Run, maps: str) -> None:
    run("find-places", "amenity=restaurant", "--in", "Lisbon", *words(maps))
    (search, _, agent), (_, query, _) = Maps.asked
    assert parse_qs(urlsplit(search).query) == {
        "q": ["Lisbon"],
        "format": ["jsonv2"],
        "limit": ["5"],
    }
    assert agent.startswith("beachhead/")
    assert parse_qs(query)["data"][0] == (
        '[out:json][timeout:90];area(3605400890)->.within;nwr["amenity"="restaurant"](area.within);'
        "out center tags;"
    )
    assert Maps.times[1] - Maps.times[0] >= 0.95


def test_a_second_run_sends_no_request_and_prints_the_same(run: Run, maps: str) -> None:
    command = ["find-places", "amenity=restaurant", "--in", "Lisbon", *words(maps)]
    first = run(*command)
    assert len(Maps.asked) == 2
    assert run(*command).stdout == first.stdout
    assert len(Maps.asked) == 2
    run(*command, "--refresh")
    assert len(Maps.asked) == 4


def test_half_a_pair_of_surrogates_in_a_name_or_a_town_is_no_failure(run: Run, maps: str) -> None:
    element = ELEMENTS[0] | {"tags": {"name": "Tas\ud800ca", "website": "\udfff"}, "type": "\ud800"}
    Maps.say = [(200, {}, PLACE), (200, {}, {"elements": [element]})]
    town = os.fsdecode(b"Lis\xffbon")
    done = run("find-places", "amenity=restaurant", "--in", town, *words(maps))
    assert (done.returncode, done.stderr.count("\n")) == (0, 1), done.stderr
    assert "Tas?ca" in done.stdout


def test_a_town_that_is_a_node_is_searched_by_its_bounding_box(
    maps: str, map_service: MapService
) -> None:
    Maps.say = [(200, {}, [LISBON | {"osm_type": "node"}])]
    area = find_area(map_service, f"{maps}/search", "Lisbon").query
    assert area == "38.6913994,-9.2298356,38.7967584,-9.0863328"
    assert overpass_query(area, 'name=A "B"').endswith(
        f'nwr["name"="A \\"B\\""]({area});out center tags;'
    )


def test_elements_without_a_name_or_coordinates_are_left_out() -> None:
    elements = [*ELEMENTS, {"type": "relation", "id": 5, "tags": {"name": "nowhere"}}]
    assert len(list(rows_of(elements))) == 3


def test_it_says_which_town_it_took_and_names_the_others(run: Run, maps: str) -> None:
    towns = [
        {
            "osm_type": "relation",
            "osm_id": number,
            "boundingbox": ["39", "40", "-90", "-89"],
            "display_name": f"Springfield, {state}, United States",
        }
        for number, state in ((126703, "Illinois"), (2032280, "Massachusetts"))
    ]
    Maps.say = [(200, {}, towns)]
    done = run("find-places", "amenity=restaurant", "--in", "Springfield", *words(maps))
    first, second = done.stderr.splitlines()
    other = "Springfield, Massachusetts, United States (relation/2032280)"
    assert first == f"find-places: other places called 'Springfield': {other}; name one with --in"
    assert "found in Springfield, Illinois, United States (relation/126703);" in second
    Maps.asked.clear()
    run("find-places", "amenity=restaurant", "--in", "relation/2032280", *words(maps))
    ((path, query, _),) = Maps.asked
    assert path == "/api/interpreter"
    assert "area(3602032280)" in parse_qs(query)["data"][0]


@pytest.mark.parametrize(("box", "code"), [("38.6,-9.3,38.8,-9", 0), ("38.8,-9.3,38.6,-9", 2)])
def test_a_box_needs_no_search(run: Run, maps: str, box: str, code: int) -> None:
    done = run("find-places", "amenity=restaurant", "--in", box, *words(maps))
    assert done.returncode == code, done.stderr
    assert [path for path, _, _ in Maps.asked] == ["/api/interpreter"] * (not code)


def test_addresses_phones_opening_hours_and_named_tags_are_columns(run: Run, maps: str) -> None:
    tags = {
        "name": "Tasca",
        "addr:street": "Rua Nova",
        "addr:housenumber": "5",
        "addr:postcode": "1200-123",
        "addr:city": "Lisboa",
        "contact:phone": "+351 21 1",
        "opening_hours": "Mo-Sa 12:00-15:00; Su off",
        "wheelchair": "yes",
    }
    Maps.say = [(200, {}, PLACE), (200, {}, {"elements": [ELEMENTS[0] | {"tags": tags}]})]
    done = run("find-places", "amenity=restaurant", "--in", "L", "-c", "wheelchair", *words(maps))
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert row["address"] == "Rua Nova 5, 1200-123 Lisboa"
    assert row["phone"] == "+351 21 1"
    assert row["opening_hours"] == "Mo-Sa 12:00-15:00; Su off"
    assert row["wheelchair"] == "yes"
