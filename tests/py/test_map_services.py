"""pyhelpers/places/service.py: what map services may answer, and what is said about it."""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from pyhelpers import KitError
from pyhelpers.places.openstreetmap import elements_of, find_area, rows_of
from pyhelpers.places.service import MapService
from pyhelpers.tsp.problem import with_driving_times
from tests.maps_server import PLACE, Maps
from tests.tours import globe


def test_a_busy_server_gets_a_second_request_after_retry_after(
    maps: str, map_service: MapService
) -> None:
    Maps.say = [(429, {"Retry-After": "1"}, b""), (504, {}, b"<html>")]
    assert find_area(map_service, f"{maps}/search", "Lisbon").query == "area:3605400890"
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
    maps: str, map_service: MapService, say: list[Any], code: int, said: str
) -> None:
    Maps.say = list(say)
    with pytest.raises(KitError) as caught:
        find_area(map_service, f"{maps}/search", "Lisbon")
    assert (caught.value.exit_code, said in str(caught.value)) == (code, True), str(caught.value)
    assert list(map_service.folder.glob("*.json")) == [] or code == 1 or "bounding" in said


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


def asks(maps: str, map_service: MapService) -> list[Callable[[], object]]:
    """Return a request to each of the three services."""
    return [
        lambda: find_area(map_service, f"{maps}/search", "Lisbon"),
        lambda: list(rows_of(map_service.ask(f"{maps}/api", b"data", elements_of))),
        lambda: with_driving_times(globe([1.0, 2.0]), maps, map_service),
    ]


@pytest.mark.parametrize("answer", STRAY, ids=range(len(STRAY)))
def test_an_answer_in_another_format_is_one_line_with_4_and_is_not_cached(
    maps: str, map_service: MapService, answer: bytes
) -> None:
    for ask in asks(maps, map_service):
        Maps.say = [(200, {}, answer)]
        with pytest.raises(KitError) as caught:
            ask()
        assert caught.value.exit_code == 4, caught.value
        assert len(str(caught.value)) < 400
    assert list(map_service.folder.glob("*.json")) == []


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
    maps: str, map_service: MapService, status: int, headers: dict[str, str], body: bytes
) -> None:
    for ask in asks(maps, map_service):
        Maps.say = [(status, headers, body)] * 40
        with pytest.raises(KitError) as caught:
            ask()
        assert caught.value.exit_code == 4, caught.value


def test_a_damaged_cache_entry_is_requested_again(maps: str, map_service: MapService) -> None:
    assert find_area(map_service, f"{maps}/search", "Lisbon").query == "area:3605400890"
    (kept,) = map_service.folder.glob("*.json")
    for content in (b"[", b"{}", b"\xff", b""):
        kept.write_bytes(content)
        assert find_area(map_service, f"{maps}/search", "Lisbon").query == "area:3605400890"
    assert len(Maps.asked) == 5


@pytest.mark.parametrize(
    ("address", "code"),
    [("http://127.0.0.1:9/ü", 4), ("http://ü.invalid", 4), ("http://", 2), ("nowhere", 2),
     ("ftp://127.0.0.1", 2), ("http://127.0.0.1:x", 2), ("http://[::1", 2), ("http://a b", 2),
     ("http://ü" + "u" * 70 + ".invalid", 2), ("http://127.0.0.1:9/a b\u2028", 4),
     (os.fsdecode(b"http://127.0.0.1:9/\xff"), 4)],
)  # fmt: skip
def test_any_address_is_used_or_refused_in_one_line(
    map_service: MapService, address: str, code: int
) -> None:
    with pytest.raises(KitError) as caught:
        with_driving_times(globe([1.0, 2.0]), address, map_service)
    assert caught.value.exit_code == code, caught.value


def test_an_unreachable_server_is_an_error_with_4(map_service: MapService) -> None:
    with pytest.raises(KitError, match="cannot be reached") as caught:
        map_service.ask("http://127.0.0.1:9/")
    assert caught.value.exit_code == 4


def test_an_osrm_answer_without_a_table_is_an_error_with_its_message(
    maps: str, map_service: MapService
) -> None:
    Maps.say = [(200, {}, {"code": "NoTable", "message": "no route"})]
    with pytest.raises(KitError, match="no table of durations: no route"):
        with_driving_times(globe([1.0, 2.0]), maps, map_service)


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
    maps: str, map_service: MapService, body: bytes, said: str
) -> None:
    Maps.say = [(400, {}, body)]
    with pytest.raises(KitError) as caught:
        map_service.ask(f"{maps}/x")
    assert said in str(caught.value)
    assert caught.value.exit_code == 3
