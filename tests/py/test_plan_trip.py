"""plan-trip: opening hours, days, vehicles; held against brute force and a check of its own."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest

from pyhelpers.trip.engine import _pyvrp, by_pyvrp, exact, solve_trip, worth
from pyhelpers.trip.hours import DAY, clock, osm_windows, parse_clock, weekdays
from pyhelpers.trip.plan import Plan, completed, faults
from pyhelpers.trip.route import LUNCH
from pyhelpers.trip.stops import Calendar, Stop, Trip
from tests.conftest import Run
from tests.lisbon_trip import HOUR, LISBON, MONDAY, random_trip


def brute_force(trip: Trip) -> tuple[float, int]:
    """Return the highest score of a day, and how soon it can end: all orders and windows."""
    begin, end = trip.calendar.shift(0)
    best = (0.0, 0)
    for count in range(1, len(trip.wanted) + 1):
        for order in permutations(trip.wanted, count):
            for windows in product(*(trip.stops[stop].windows[0] for stop in order)):
                now, here = begin, 0
                for stop, (opens, closes) in zip(order, windows, strict=True):
                    arrive = now + int(trip.travel[here, stop])
                    now, here = max(arrive, opens) + trip.stops[stop].stay, stop
                    if now > closes:
                        break
                else:
                    back = now + int(trip.travel[here, 0])
                    score = sum(trip.stops[stop].score for stop in order)
                    if back <= end:
                        best = max(best, (score, begin - back))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_the_exact_search_is_as_good_as_brute_force(seed: int) -> None:
    trip = random_trip(seed, 5)
    routes = exact(trip)
    assert not list(faults(trip, completed(trip, routes)))
    score, lasts = brute_force(trip)
    assert worth(trip, routes)[1] == score
    assert -worth(trip, routes)[2] <= -lasts


@pytest.mark.parametrize(("seed", "days"), [(1, 1), (2, 1), (3, 2), (4, 2)])
def test_pyvrp_visits_what_the_exact_search_visits(seed: int, days: int) -> None:
    pytest.importorskip("pyvrp", reason="the extra named trip is not installed")
    trip = random_trip(seed, 7, days)
    plan = completed(trip, by_pyvrp(trip, 1.0, 1))
    assert not list(faults(trip, plan))
    assert worth(trip, plan.routes)[:2] == worth(trip, exact(trip))[:2]


@pytest.mark.parametrize("seed", range(3))
def test_many_stops_lunches_and_loads_pass_the_check(seed: int) -> None:
    pytest.importorskip("pyvrp", reason="the extra named trip is not installed")
    for more in ({"lunch": HOUR}, {"vehicles": 2, "capacity": 30}):
        trip = random_trip(seed, 25, 2, **more)
        trip = replace(trip, stops=[replace(stop, demand=7) for stop in trip.stops])
        plan = solve_trip(trip, 1.0, 1)
        assert not list(faults(trip, plan))
        assert len(plan.routes) > 1
        if "capacity" in more:
            assert max(len(route.order) for route in plan.routes) <= 4
        else:
            assert all(route.order.count(LUNCH) == 1 for route in plan.routes)


def test_routes_of_one_day_are_short_not_even() -> None:
    pytest.importorskip("pyvrp", reason="the extra named trip is not installed")
    trip = random_trip(3, 12, vehicles=3, capacity=30)
    trip = replace(trip, stops=[replace(stop, demand=7) for stop in trip.stops])
    shortest = worth(trip, _pyvrp(trip, 1.0, 1, None))
    found = worth(trip, by_pyvrp(trip, 1.0, 1))
    assert found[:2] == shortest[:2]
    assert -found[2] <= -shortest[2] * 1.005  # evened out, they last 3.6 % longer


def test_the_check_finds_what_is_wrong() -> None:
    trip = random_trip(5, 5)
    plan = completed(trip, exact(trip))
    (route,) = plan.routes
    visit = route.visits[0]
    for other, said in (
        (replace(visit, start=visit.start - 9 * HOUR), "before it can be"),
        (replace(visit, leave=visit.leave + 60), "is not"),
        (replace(visit, start=visit.start + 9 * HOUR, leave=visit.leave + 9 * HOUR), "is closed"),
    ):
        wrong = replace(route, visits=[other, *route.visits[1:]])
        assert any(said in fault for fault in faults(trip, replace(plan, routes=[wrong])))
    late = replace(route, end=route.end + DAY)
    assert any("is not within" in fault for fault in faults(trip, replace(plan, routes=[late])))
    assert any("2 times" in f for f in faults(trip, replace(plan, routes=[route, route])))
    assert any("0 times" in fault for fault in faults(trip, Plan([], {})))


def test_days_are_even_where_that_costs_no_stop() -> None:
    windows = [[(0, 2 * DAY)], [(0, 2 * DAY)]]
    stops = [Stop(str(at), None, windows, HOUR) for at in range(5)]
    travel = np.full((5, 5), 600) - 600 * np.eye(5, dtype=int)
    trip = Trip(stops, travel, Calendar(MONDAY, 2), 0, 0)
    plan = solve_trip(trip, 1.0, 1)
    assert sorted(len(route.order) for route in plan.routes) == [2, 2]


def plan_lisbon(run: Run, *words: object, text: str = LISBON) -> tuple[dict[str, str], str]:
    done = run(
        *("plan-trip", "--date", MONDAY, "--start", "Hotel", "--time", 1, "--format", "json"),
        *words,
        input=text,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return {each["stop"]: each["reason"] for each in found["left_out"]}, done.stdout


def test_every_stop_that_is_left_out_has_its_reason(run: Run) -> None:
    pytest.importorskip("pyvrp", reason="the extra named trip is not installed")
    left, out = plan_lisbon(run, "--days", 2, "--lunch", 60)
    assert left["Closed"] == "it is closed on all of these days"
    assert left["Lumiar"] == "it is open from 03:00 to 04:00, outside of the day's hours"
    assert left["Faro"].endswith("minutes, too long for a day")
    belem = [row for row in json.loads(out)["timetable"] if row["stop"] == "Belem"]
    assert [row["date"] for row in belem] in ([], ["2026-12-01"])  # closed on Mondays
    few, _ = plan_lisbon(run, "--end-time", "11:30", text="\n".join(LISBON.splitlines()[:5]))
    assert few["Belem"] == "it is closed on that day"
    assert (
        few["Alfama"]
        == "it is open from 12:00 to 15:00 and from 19:00 to 23:00, outside of the day's hours"
    )


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("opens", "9.30", "'9.30' is not a time; write it like 9:30"),
        ("opens", "12:00;25:00", "'25:00' is not a time; write it like 9:30"),
        ("days", "Mon-Frx,Xx", "are not weekdays"),
        ("opening_hours", "whenever", "are not opening hours"),
        ("minutes", "-5", "is below zero"),
        ("minutes", "an hour", "is not a number"),
        ("minutes", "1e300", "'1e300' is above 1000000000000"),
        ("demand", "1e300", "'1e300' is above 1000000000000"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(run: Run, column: str, value: str, said: str) -> None:
    pytest.importorskip("opening_hours", reason="the extra named trip is not installed")
    done = run("plan-trip", input=f'name,lat,lon,{column}\nA,1,2,\nB,1,2,"{value}"\n')
    assert (done.returncode, done.stdout) == (1, "")
    assert "line 3" in done.stderr
    assert said in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--date 9999-12-31 --days 3", "--date 9999-12-31 is too late; use 9999-12-27 or earlier"),
        ("--date 24.12.2026", "--date 24.12.2026 is not a date; write it like 2026-12-24"),
        ("--stay inf", "'--stay': inf is not in the range 0<=x<=2880; see plan-trip --help"),
        ("--lunch inf", "'--lunch': inf is not in the range 0<=x<=1440; see plan-trip --help"),
        ("--speed inf", "--speed takes a finite number, not inf; see plan-trip --help"),
        ("--time inf", "--time takes a finite number, not inf; see plan-trip --help"),
        ("--time nan", "--time takes a finite number, not nan; see plan-trip --help"),
        ("--lunch 1e300", "'--lunch': 1e+300 is not in the range 0<=x<=1440; see plan-trip --help"),
        ("--vehicles 100000000", "is not in the range 1<=x<=500; see plan-trip --help"),
        ("--capacity 99999999999999999999", "range 1<=x<=1000000000000; see plan-trip --help"),
        ("--seed 99999999999999999999", "range 0<=x<=4294967295; see plan-trip --help"),
        ("--start-time 25:00", "plan-trip: '25:00' is not a time; write it like 9:30"),
        ("--start-time 24:00", "plan-trip: '24:00' is not a time; write it like 9:30"),
        ("--end-time 48:00", "plan-trip: '48:00' is not a time; write it like 9:30"),
        ("--lunch-time 12:00", "12:00 is not two times; write it like 12:00-14:00"),
    ],
)
def test_an_option_out_of_reason_is_refused_in_one_line(run: Run, words: str, said: str) -> None:
    done = run("plan-trip", *words.split(), input="name,lat,lon\nA,48,2\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.removesuffix("\n").endswith(said)
    assert done.stderr.count("\n") == 1


def test_a_day_ends_after_midnight_and_the_calendar_ends_in_9999(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("opening_hours", reason="the extra named trip is not installed")
    text = "name,lat,lon,opening_hours\nA,48,2,Mo-Su 22:00-26:00\n"
    words = ("--date", "9999-12-29", "--start-time", "23:30", "--end-time", "47:00", "--stay", 120)
    output = tmp_path / "trip.ics"
    done = run("plan-trip", *words, "-o", output, input=text)
    assert done.returncode == 0, done.stderr
    assert "DTEND:99991230T013000" in output.read_text()


def test_a_stop_that_must_be_visited_and_cannot_is_an_error(run: Run) -> None:
    text = "name,lat,lon,opens,closes,must\nA,1,2,,,\nB,1,2,20:00,22:00,yes\n"
    done = run("plan-trip", input=text)
    assert done.returncode == 1
    assert "'B' must be visited and does not fit" in done.stderr
    assert "A" in done.stdout


def test_times_between_stops_come_from_a_file(run: Run, tmp_path: Path) -> None:
    times = tmp_path / "times.csv"
    times.write_text("from,to,minutes\nA,B,30\nB,A,50\n", encoding="utf-8")
    done = run("plan-trip", "--times", times, "--start", "A", input="name,minutes\nA,\nB,15\n")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["stop"], row["travel_minutes"]) for row in rows] == [("B", "30"), ("A", "50")]
    assert (rows[0]["start"], rows[1]["arrive"]) == ("09:30", "10:35")


def test_a_second_window_and_a_weekday_are_kept(run: Run) -> None:
    text = "name,lat,lon,opens,closes,days\nA,1,2,06:00;16:00,07:00;17:30,Tu\n"
    words = ("--days", 3, "--date", MONDAY, "--stay", 60)
    (row,) = csv.DictReader(io.StringIO(run("plan-trip", *words, input=text).stdout))
    assert (row["date"], row["start"], row["leave"]) == ("2026-12-01", "16:00", "17:00")


def test_openstreetmaps_hours_are_read_by_their_own_rules() -> None:
    pytest.importorskip("opening_hours", reason="the extra named trip is not installed")
    hours = "Mo-Sa 12:00-15:00,19:00-02:00; Su off"
    monday = [(clock(a), clock(b)) for a, b in osm_windows(hours, MONDAY, 0)]
    assert ("12:00", "15:00") in monday
    assert ("19:00", "02:00") in monday
    sunday = osm_windows(hours, date(2026, 12, 6), 6)
    assert all(a - 6 * DAY < 2 * HOUR for a, _ in sunday)  # only Saturday's late hours
    assert weekdays("Sa-Mo") == {5, 6, 0}
    assert parse_clock("24:30") == DAY + 1800
