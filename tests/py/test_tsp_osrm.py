"""solve-tsp --osrm: driving times of a server that answers as OSRM's HTTP API documents."""

import json
from collections.abc import Iterator
from itertools import permutations

import numpy as np
import pytest

from pyhelpers import KitError
from pyhelpers.places.service import MapService
from pyhelpers.tsp.problem import with_driving_times
from tests.conftest import Run
from tests.loopback import run_server
from tests.osrm_server import MOST_PLACES, Osrm, seconds
from tests.tours import globe


@pytest.fixture
def osrm() -> Iterator[str]:
    Osrm.asked = []
    with run_server(Osrm) as address:
        yield address


def test_times_are_directed_and_an_unreachable_pair_is_infinite(
    osrm: str, map_service: MapService
) -> None:
    problem = with_driving_times(globe([1.0, 2.0, 3.0]), osrm, map_service)
    assert problem.distances.block(slice(None)).tolist() == [
        [0, np.inf, 400],
        [307, 0, 500],
        [407, 507, 0],
    ]
    assert problem.unit == "s"
    places = "0.000000,1.000000;-0.100000,2.000000;-0.200000,3.000000"
    assert Osrm.asked == [f"/table/v1/driving/{places}?annotations=duration"]


def test_a_larger_table_is_requested_in_blocks_that_the_server_accepts(
    osrm: str, map_service: MapService
) -> None:
    latitudes = [10 + city / 10 for city in range(130)]
    problem = globe(latitudes)
    whole = with_driving_times(problem, osrm, map_service).distances.block(slice(None))
    assert problem.points is not None
    places = [(longitude, latitude) for latitude, longitude in problem.points.tolist()]
    assert whole.tolist() == [[seconds(a, b) for b in places] for a in places]
    assert len(Osrm.asked) == 9
    assert max(url.count(";") for url in Osrm.asked) < 2 * MOST_PLACES


@pytest.mark.parametrize(
    ("latitude", "path", "code", "message"),
    [
        (89.0, "", 3, "400 Bad Request (NoSegment: Could not find a matching segment for coordin"),
        (2.0, "/wrong", 3, "400 Bad Request (InvalidUrl: URL string malformed close to position 1"),
    ],
)
def test_an_error_of_the_server_is_one_line_with_its_code_and_message(
    osrm: str, map_service: MapService, latitude: float, path: str, code: int, message: str
) -> None:
    with pytest.raises(KitError) as caught:
        with_driving_times(globe([1.0, latitude]), osrm + path, map_service)
    assert caught.value.exit_code == code
    assert message in str(caught.value)


def test_the_shortest_tour_by_time_is_that_of_all_orders(run: Run, osrm: str) -> None:
    cities = {"a": (3.0, 2.0), "b": (4.0, 3.0), "c": (5.0, 1.0), "d": (1.5, 4.0), "e": (6.0, 0.5)}
    rows = "".join(f"{name},{lat},{lon}\n" for name, (lat, lon) in cities.items())
    done = run("solve-tsp", "--osrm", osrm, "--format", "json", input=f"name,lat,lon\n{rows}")
    found = json.loads(done.stdout)
    places = [(longitude, latitude) for latitude, longitude in cities.values()]

    def length(order: tuple[int, ...]) -> float:
        legs = zip(order, order[1:] + order[:1], strict=True)
        return sum(seconds(places[a], places[b]) or 0.0 for a, b in legs)

    assert found["distance"] == min(map(length, permutations(range(5))))
    assert (found["unit"], found["proved"]) == ("s", True)


def test_cities_without_latitudes_are_a_usage_error(run: Run, osrm: str) -> None:
    done = run("solve-tsp", "--osrm", osrm, input="name,x,y\na,1,2\nb,2,3\n")
    assert (done.returncode, Osrm.asked) == (2, [])
    assert "name,lat,lon" in done.stderr
