"""plan-trip: least travel, and travel times from a file."""

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from pyhelpers.trip.engine import by_pyvrp, exact
from pyhelpers.trip.plan import completed, faults
from pyhelpers.trip.route import Route
from pyhelpers.trip.stops import Trip
from tests.conftest import Run
from tests.lisbon_trip import HOUR, random_trip


def travel_of_all_orders(trip: Trip) -> tuple[int, int]:
    """Return the least travel of a day with all stops, and that of the shortest such day."""
    begin, _ = trip.calendar.shift(0)
    by_travel, by_time = [], []
    for order in permutations(trip.wanted):
        now, here, way = begin, 0, 0
        for stop in order:
            leg = int(trip.travel[here, stop])
            opens, closes = trip.stops[stop].windows[0][0]
            now, here, way = max(now + leg, opens) + trip.stops[stop].stay, stop, way + leg
            if now > closes:
                break
        else:
            leg = int(trip.travel[here, 0])
            by_travel.append(way + leg)
            by_time.append((now + leg, way + leg))
    return min(by_travel), min(by_time)[1]


@pytest.mark.parametrize("engine", [exact, lambda trip: by_pyvrp(trip, 0.3, 1)])
def test_least_travel_is_that_of_the_best_of_all_orders(
    engine: Callable[[Trip], list[Route]],
) -> None:
    """Where waiting is no cost, a way that is shorter and waits longer is better."""
    pytest.importorskip("pyvrp", reason="the extra named trip is not installed")
    differ = 0
    for seed in range(6):
        trip = random_trip(seed, 6)
        stops = [
            replace(stop, must=True, windows=[[(9 * HOUR + 1800 * at, 18 * HOUR)]])
            for at, stop in enumerate(trip.stops)
        ]
        calendar = replace(trip.calendar, end=18 * HOUR)
        trip = replace(trip, stops=stops, calendar=calendar, least_travel=True)
        plan = completed(trip, engine(trip))
        assert not list(faults(trip, plan))
        least, of_shortest = travel_of_all_orders(trip)
        assert sum(route.way for route in plan.routes) == least
        differ += least < of_shortest
    assert differ


def test_a_file_of_times_may_have_fractions_of_a_minute(run: Run, tmp_path: Path) -> None:
    """16.1 minutes are 966 seconds, not 967: the stay ends by closing time."""
    times = tmp_path / "times.csv"
    times.write_text("from,to,minutes\nA,B,16.1\nB,C,16.9\nC,A,1\n", encoding="utf-8")
    text = "name,minutes,opens,closes\nA,,,\nB,27,,09:43:06\nC,,,\n".replace(":06", "")
    words = ("--times", times, "--start", "A", "--end", "C", "--end-time", "10:00", "--stay", 27)
    done = run("plan-trip", *words, input=text)
    assert done.stderr.count("left out") == 1, done.stderr  # 43 minutes and 6 seconds
    done = run("plan-trip", *words, input=text.replace("27", "26.9"))
    assert "1 stop of 1" in done.stderr
