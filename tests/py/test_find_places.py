"""find-places and map services on the loopback that answer as they document."""

import csv
import io
import json
import os
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from pyhelpers import KitError
from pyhelpers.places.openstreetmap import elements_of, find_area, overpass_query, rows_of
from pyhelpers.places.service import MapService
from pyhelpers.tsp.osrm import with_road_times
from pyhelpers.tsp.problem import Problem, from_points
from pyhelpers.tsp.readers import read_problem
from tests.conftest import Run
from tests.loopback import run_server

LISBON = {
    "osm_type": "relation",
    "osm_id": 5400890,
    "boundingbox": ["38.6913994", "38.7967584", "-9.2298356", "-9.0863328"],
    "display_name": "Lisboa, Portugal",
    "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
}
ELEMENTS: list[dict[str, Any]] = [
    {
        "type": "node",
        "id": 1,
        "lat": 38.71,
        "lon": -9.14,
        "tags": {"name": "Tasca", "cuisine": "x"},
    },
    {"type": "way", "id": 2, "center": {"lat": 38.72, "lon": -9.15}, "tags": {"name": "Café, Ó"}},
    {"type": "node", "id": 3, "lat": 38.73, "lon": -9.13, "tags": {"name": "Tasca"}},
    {"type": "node", "id": 4, "lat": 38.74, "lon": -9.12, "tags": {"amenity": "restaurant"}},
]


class Maps(BaseHTTPRequestHandler):
    """Nominatim and Overpass; a test may set the next answers."""

    asked: list[tuple[str, str, str]] = []
    times: list[float] = []
    say: list[tuple[int, dict[str, str], Any]] = []

    def answer(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.take("")

    def do_POST(self) -> None:
        self.take(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def take(self, body: str) -> None:
        Maps.asked.append((self.path, body, self.headers["User-Agent"]))
        Maps.times.append(time.monotonic())
        if Maps.say:
            status, headers, content = Maps.say.pop(0)
            self.answer(status, content, headers)
        elif self.path.startswith("/search"):
            town = parse_qs(urlsplit(self.path).query)["q"][0]
            self.answer(200, [LISBON] if town == "Lisbon" else [])
        else:
            self.answer(200, {"version": 0.6, "elements": ELEMENTS})

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def maps() -> Iterator[str]:
    Maps.asked, Maps.times, Maps.say = [], [], []
    with run_server(Maps) as url:
        yield url


@pytest.fixture
def service(tmp_path: Path) -> MapService:
    return MapService(tmp_path / "cache", apart=0.0, first_wait=0.01)


def words(maps: str) -> list[str]:
    return ["--overpass", f"{maps}/api/interpreter", "--nominatim", f"{maps}/search"]


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
        "limit": ["1"],
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


def test_a_busy_server_gets_a_second_request_after_retry_after(
    maps: str, service: MapService
) -> None:
    Maps.say = [(429, {"Retry-After": "1"}, b""), (504, {}, b"<html>")]
    assert find_area(service, f"{maps}/search", "Lisbon") == "area:3605400890"
    assert len(Maps.asked) == 3
    assert Maps.times[1] - Maps.times[0] >= 0.95


@pytest.mark.parametrize(
    ("say", "code", "said"),
    [
        ([(429, {}, b"")] * 4, 3, "answered 429 Too Many Requests 4 times; try later"),
        ([(504, {}, b"")] * 4, 4, "answered 504 Gateway Timeout 4 times; try later"),
        ([(400, {}, b"")], 3, "answered 400 Bad Request; check the address"),
        ([(200, {}, b"<html>busy</html>")], 4, "the answer is not JSON"),
        ([(200, {}, {"elements": [], "remark": "runtime error: Query timed out"})], 4, "timed out"),
        ([(200, {}, [{"lat": "1"}])], 4, "has no osm_id and boundingbox"),
        ([(200, {}, [])], 1, "there is no place called 'Lisbon'"),
    ],
)
def test_a_failing_service_is_one_line_with_its_code(
    maps: str, service: MapService, say: list[Any], code: int, said: str
) -> None:
    Maps.say = list(say)
    with pytest.raises(KitError) as caught:
        find_area(service, f"{maps}/search", "Lisbon")
    assert (caught.value.exit_code, said in str(caught.value)) == (code, True), str(caught.value)
    assert list(service.folder.glob("*.json")) == [] or code == 1 or "bounding" in said


PLACE = [{"osm_type": "relation", "osm_id": 1, "boundingbox": ["1", "2", "3", "4"]}]
CHANGES: list[dict[str, Any]] = [
        {"osm_id": None}, {"osm_id": "x"}, {"osm_id": -1}, {"osm_id": 10**400}, {"osm_id": {}},
        {"boundingbox": None}, {"boundingbox": ["1", "2", "3"]}, {"boundingbox": "1234"},
        {"boundingbox": ["1", "2", "3", "nan"]}, {"boundingbox": ["1", "2", "3", []]},
        {"boundingbox": ["1", "2", "3", "1e999"]}, {"boundingbox": {"a": 1}},
]  # fmt: skip
STRAY: list[Any] = [  # no service answers any of these as it documents
    b"", b"<html>", b"\xff\xfe\x00", b"\x80", b'{"elements": [', b"null", b"true", b"1", b'"a"',
    b"{}",
    b"[]x", b"NaN", b"[" * 100_000, b'{"a": ' * 50_000, b"[[]]", b"[null]", b"[1]", b"[{}]",
    b'{"elements": null, "code": "Ok", "durations": null}',
    b'{"elements": 3, "code": "Ok", "durations": 3}',
    b'{"elements": "ab", "code": "Ok", "durations": "ab"}',
    b'{"elements": [3], "code": "Ok", "durations": [3]}',
    b'{"elements": {"a": 3}, "code": "Ok", "durations": {"a": 3}}',
    b'{"elements": [[1]], "code": "Ok", "durations": [[1]]}',
    b'{"elements": [{"lat": NaN}], "code": "Ok", "durations": [[NaN, 1], [1, 0]]}',
    b'{"elements": [{"lat": 1e999, "lon": 1}], "code": "Ok", "durations": [[1e999, 1], [1, 0]]}',
    b'{"elements": [{"lat": "1", "lon": 1}], "code": "Ok", "durations": [["1", 1], [1, 0]]}',
    b'{"elements": [{"lat": true, "lon": 1}], "code": "Ok", "durations": [[true, 1], [1, 0]]}',
    b'{"elements": [{"tags": null}], "code": "Ok", "durations": [[0, -1], [1, 0]]}',
    b'{"elements": [{"tags": {"name": 3}}], "code": "Ok", "durations": [[0, 1], [1]]}',
    b'{"elements": [{"center": null}], "code": 3, "durations": [[0, 1], [1, 0]]}',
    b'{"remark": 3}', b'{"remark": null, "elements": {}}', b'{"message": [], "code": "No"}',
    b"1" * 5_000, b'{"elements": [{"lat": ' + b"9" * 400 + b', "lon": 1}], "code": "Ok"}',
    *(json.dumps([PLACE[0] | change]).encode() for change in CHANGES),
]  # fmt: skip


def asks(maps: str, service: MapService) -> list[Callable[[], object]]:
    """Return a request to each of the three services."""
    return [
        lambda: find_area(service, f"{maps}/search", "Lisbon"),
        lambda: list(rows_of(service.ask(f"{maps}/api", b"data", elements_of))),
        lambda: with_road_times(globe([1.0, 2.0]), maps, service),
    ]


@pytest.mark.parametrize("answer", STRAY, ids=range(len(STRAY)))
def test_an_answer_in_another_format_is_one_line_with_4_and_is_not_cached(
    maps: str, service: MapService, answer: bytes
) -> None:
    for ask in asks(maps, service):
        Maps.say = [(200, {}, answer)]
        with pytest.raises(KitError) as caught:
            ask()
        assert caught.value.exit_code == 4, caught.value
        assert len(str(caught.value)) < 400
    assert list(service.folder.glob("*.json")) == []


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (302, {"Location": "/search?loop"}, b""),
        (302, {"Location": "ftp://127.0.0.1/x"}, b""),
        (302, {"Location": "http://[::1"}, b""),
        (302, {}, b""),
        (200, {"Content-Length": "100"}, b"[]"),
        (200, {"Transfer-Encoding": "chunked"}, b"zz\r\n"),
        (200, {"Transfer-Encoding": "chunked"}, b"5\r\n[]"),
        (200, {"X": "y" * 70_000}, b"[]"),
        (500, {}, b"\xff"),
        (503, {"Retry-After": "²"}, b""),
        (503, {"Retry-After": "soon"}, b""),
    ],
)
def test_a_transfer_that_goes_wrong_is_one_line_with_4(
    maps: str, service: MapService, status: int, headers: dict[str, str], body: bytes
) -> None:
    for ask in asks(maps, service):
        Maps.say = [(status, headers, body)] * 40
        with pytest.raises(KitError) as caught:
            ask()
        assert caught.value.exit_code == 4, caught.value


def test_a_damaged_cache_entry_is_requested_again(maps: str, service: MapService) -> None:
    assert find_area(service, f"{maps}/search", "Lisbon") == "area:3605400890"
    (kept,) = service.folder.glob("*.json")
    for content in (b"[", b"{}", b"\xff", b""):
        kept.write_bytes(content)
        assert find_area(service, f"{maps}/search", "Lisbon") == "area:3605400890"
    assert len(Maps.asked) == 5


def test_half_a_pair_of_surrogates_in_a_name_or_a_town_is_no_failure(run: Run, maps: str) -> None:
    element = ELEMENTS[0] | {"tags": {"name": "Tas\ud800ca", "website": "\udfff"}, "type": "\ud800"}
    Maps.say = [(200, {}, PLACE), (200, {}, {"elements": [element]})]
    town = os.fsdecode(b"Lis\xffbon")
    done = run("find-places", "amenity=restaurant", "--in", town, *words(maps))
    assert (done.returncode, done.stderr.count("\n")) == (0, 1), done.stderr
    assert "Tas?ca" in done.stdout


@pytest.mark.parametrize(
    ("address", "code"),
    [("http://127.0.0.1:9/ü", 4), ("http://ü.invalid", 4), ("http://", 2), ("nowhere", 2),
     ("ftp://127.0.0.1", 2), ("http://127.0.0.1:x", 2), ("http://[::1", 2), ("http://a b", 2),
     ("http://ü" + "u" * 70 + ".invalid", 2), ("http://127.0.0.1:9/a b\u2028", 4),
     (os.fsdecode(b"http://127.0.0.1:9/\xff"), 4)],
)  # fmt: skip
def test_any_address_is_used_or_refused_in_one_line(
    service: MapService, address: str, code: int
) -> None:
    with pytest.raises(KitError) as caught:
        with_road_times(globe([1.0, 2.0]), address, service)
    assert caught.value.exit_code == code, caught.value


def test_an_unreachable_server_is_an_error_with_4(service: MapService) -> None:
    with pytest.raises(KitError, match="cannot be reached") as caught:
        service.ask("http://127.0.0.1:9/")
    assert caught.value.exit_code == 4


def test_a_town_that_is_a_node_is_searched_by_its_bounding_box(
    maps: str, service: MapService
) -> None:
    Maps.say = [(200, {}, [LISBON | {"osm_type": "node"}])]
    area = find_area(service, f"{maps}/search", "Lisbon")
    assert area == "38.6913994,-9.2298356,38.7967584,-9.0863328"
    assert overpass_query(area, 'name=A "B"').endswith(
        f'nwr["name"="A \\"B\\""]({area});out center tags;'
    )


def test_elements_without_a_name_or_coordinates_are_left_out() -> None:
    elements = [*ELEMENTS, {"type": "relation", "id": 5, "tags": {"name": "nowhere"}}]
    assert len(list(rows_of(elements))) == 3


def globe(latitudes: list[float]) -> Problem:
    points = np.array([[latitude, -index / 10] for index, latitude in enumerate(latitudes)])
    return from_points([str(city) for city in range(len(points))], points, "great_circle", True)


def test_an_osrm_answer_without_a_table_is_an_error_with_its_message(
    maps: str, service: MapService
) -> None:
    Maps.say = [(200, {}, {"code": "NoTable", "message": "no route"})]
    with pytest.raises(KitError, match="no table of durations: no route"):
        with_road_times(globe([1.0, 2.0]), maps, service)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"code": "TooBig", "message": "Too many\\ncoordinates"}', "(TooBig: Too many coordin"),
        (b'{"message": "Not\\u202e found"}', "(Not"),
        (b'{"code": 3, "message": ["x"]}', "Bad Request; check"),
        (b"[]", "Bad Request; check"),
        (b"\xff{", "Bad Request; check"),
    ],
)
def test_a_refusal_shows_the_servers_own_message_if_it_is_text(
    maps: str, service: MapService, body: bytes, said: str
) -> None:
    Maps.say = [(400, {}, body)]
    with pytest.raises(KitError) as caught:
        service.ask(f"{maps}/x")
    assert said in str(caught.value)
    assert caught.value.exit_code == 3
