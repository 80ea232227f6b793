"""plan-trip: why a stop is left out, held against brute force; hours past midnight; wrong input."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from pyhelpers.trip.engine import solve_trip
from pyhelpers.trip.hours import DAY, clock, daily_windows, osm_windows, windows_of_day
from pyhelpers.trip.plan import Plan, completed, faults
from pyhelpers.trip.route import LUNCH, timed
from pyhelpers.trip.stops import FAR, Calendar, Stop, Trip, travel_by_matrix
from tests.conftest import Run
from tests.lisbon_trip import HOUR, MONDAY

MINUTE = 60


def drawn(seed: int, count: int, **more: int) -> Trip:
    """Return stops of which some are closed, far away, too large or cannot be reached."""
    draw = np.random.default_rng(seed)
    calendar = Calendar(MONDAY, **{"days": 2, "start": 9 * HOUR, "end": 15 * HOUR} | more)
    travel = draw.integers(5, 60, (count, count)) * MINUTE
    travel[-1] = travel[:, -1] = 4 * HOUR
    travel[:, -2] = FAR
    np.fill_diagonal(travel, 0)
    stops = [Stop("home", None, [[(0, 9 * DAY)]] * calendar.days, 0)]
    for at in range(1, count):
        opens = [int(draw.integers(6, 16)) * HOUR for _ in range(calendar.days)]
        lasts = [int(draw.integers(0, 5)) * HOUR for _ in range(calendar.days)]
        windows = [
            [(day * DAY + a, day * DAY + a + b)] if b else []
            for day, (a, b) in enumerate(zip(opens, lasts, strict=True))
        ]
        stay, must = int(draw.integers(10, 100)) * MINUTE, at == 2
        demand = int(draw.integers(1, 9))
        stops.append(Stop(f"s{at}", None, windows, stay, float(at % 4), must, demand))
    return Trip(stops, travel, calendar, 0, 0)


def fits(trip: Trip, day: int, order: tuple[int, ...], windows: bool = True) -> bool:
    """Return whether a day's stops and its lunch break are possible one after the other."""
    calendar, midnight = trip.calendar, day * DAY
    load = sum(trip.stops[stop].demand for stop in order)
    if calendar.capacity is not None and load > calendar.capacity:
        return False
    lunches = range(len(order) + 1) if calendar.lunch else (-1,)
    for lunch_at in lunches:
        now, here, possible = midnight + calendar.start, 0, True
        for at in range(len(order) + 1):
            if at == lunch_at:
                now = max(now, midnight + calendar.lunch_from)
                possible &= now <= midnight + calendar.lunch_to
                now += calendar.lunch
            if at == len(order):
                break
            stop = trip.stops[order[at]]
            now, here = now + int(trip.travel[here, order[at]]), order[at]
            if windows:
                starts = [max(now, a) for a, b in stop.windows[day] if max(now, a) + stop.stay <= b]
                possible &= bool(starts)
                now = min(starts, default=now)
            now += stop.stay
        if possible and now + int(trip.travel[here, 0]) <= midnight + calendar.end:
            return True
    return False


def check_reason(trip: Trip, plan: Plan, stop: int, why: str) -> None:
    """Assert that a reason is true: by adding the stop to each route, in each order."""
    it, calendar, days = trip.stops[stop], trip.calendar, range(trip.calendar.days)
    alone = any(fits(trip, day, (stop,)) for day in days)
    without_lunch = replace(trip, calendar=replace(calendar, lunch=0))
    if why.startswith("it takes"):
        assert calendar.capacity is not None
        assert it.demand > calendar.capacity
    elif "time was too short" in why:
        assert alone
    elif "closed" in why:
        assert not any(it.windows)
    elif "never open" in why:
        assert all(b - a < it.stay for day in it.windows for a, b in day)
    elif "no way to it" in why:
        assert trip.travel[0, stop] >= FAR
    elif "too long for a day" in why:
        assert not any(fits(without_lunch, day, (stop,), windows=False) for day in days)
    elif "lunch break leaves no time" in why:
        assert not alone
        assert any(fits(without_lunch, day, (stop,)) for day in days)
    elif "outside of the day's hours" in why:
        for day in days:
            begin, end = calendar.shift(day)
            for a, b in it.windows[day]:
                assert max(a, begin) + it.stay > min(b, end)
    elif "leaves no time for it" in why:
        assert not any(fits(without_lunch, day, (stop,)) for day in days)
    else:
        assert alone, why
        for route in plan.routes:  # in the order that it has
            order = [each for each in route.order if each != LUNCH]
            for at in range(len(order) + 1):
                assert not fits(trip, route.day, (*order[:at], stop, *order[at:]))
        used = [route.day for route in plan.routes]
        for day in days:
            if used.count(day) < calendar.vehicles:
                assert not fits(trip, day, (stop,))


@pytest.mark.parametrize(
    "more",
    [{}, {"lunch": HOUR}, {"vehicles": 2, "capacity": 6}, {"lunch": HOUR, "lunch_from": 9 * HOUR}],
)
def test_each_reason_is_true(more: dict[str, int]) -> None:
    if more:
        pytest.importorskip("pyvrp", reason="the extra named trip is not installed")
    said = set()
    for seed in range(40 if not more else 8):
        trip = drawn(seed, 8, **more)
        plan = solve_trip(trip, 0.1, 1)
        assert not list(faults(trip, plan))
        for stop, why in plan.left_out.items():
            check_reason(trip, plan, stop, why)
            said.add(why.split(":")[0])
    assert len(said) >= 5


def test_a_stop_that_must_be_visited_comes_before_any_score() -> None:
    pytest.importorskip("pyvrp", reason="the extra named trip is not installed")
    for seed in range(4):
        trip = drawn(seed, 6, days=1, lunch=HOUR)
        wanted = [s for s in trip.wanted if trip.stops[s].must]
        possible = [s for s in wanted if fits(trip, 0, (s,))]
        plan = solve_trip(trip, 0.2, 1)
        assert not set(possible) & plan.left_out.keys()
        assert not list(faults(trip, plan))


def test_a_stop_that_needs_the_time_of_lunch_is_left_out_not_lunch() -> None:
    pytest.importorskip("pyvrp", reason="the extra named trip is not installed")
    stops = [Stop("home", None, [[(0, DAY)]], 0)]
    stops.append(Stop("long", None, [[(11 * HOUR, 15 * HOUR)]], 4 * HOUR, must=True))
    stops.append(Stop("short", None, [[(9 * HOUR, 18 * HOUR)]], HOUR))
    trip = Trip(stops, np.zeros((3, 3), dtype=int), Calendar(MONDAY, lunch=HOUR), 0, 0)
    plan = solve_trip(trip, 0.3, 1)
    assert not list(faults(trip, plan))
    assert plan.left_out == {1: "the lunch break leaves no time for it"}


def test_a_plan_of_nothing_but_lunch_is_no_day() -> None:
    pytest.importorskip("pyvrp", reason="the extra named trip is not installed")
    stops = [Stop(name, None, [[(0, DAY)]], 90 * MINUTE) for name in ("home", "a", "b")]
    calendar = Calendar(MONDAY, start=12 * HOUR, end=14 * HOUR, lunch=HOUR)
    plan = solve_trip(Trip(stops, np.zeros((3, 3), dtype=int), calendar, 0, 0), 0.2, 1)
    assert plan.routes == []
    assert set(plan.left_out.values()) == {"the lunch break leaves no time for it"}


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ("--end-time 11:30", "12:00-14:00 is not within 9:00-11:30"),
        ("--start-time 14:30", "12:00-14:00 is not within 14:30-18:00"),
        ("--start-time 12:00 --end-time 12:30", "12:00-14:00 is not within 12:00-12:30"),
    ],
)
def test_a_lunch_outside_of_the_day_is_refused(run: Run, times: str, said: str) -> None:
    text = "name,lat,lon\nA,48,2\nB,48.1,2\n"
    done = run("plan-trip", "--lunch", 60, *times.split(), input=text)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"plan-trip: a lunch of 60 minutes from {said}; correct the times, or drop --lunch\n"
    )


def test_a_place_that_opened_the_evening_before_is_still_open(run: Run) -> None:
    """The bar of Sunday evening is open on Monday morning; so is that of the second night."""
    text = "name,lat,lon,opens,closes,days\nBar,48,2,22:00,12:00,Su\nClub,48,2,23:00,10:30,Mo\n"
    words = ("--date", MONDAY, "--days", 2, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(run("plan-trip", *words, input=text).stdout)))
    assert [(row["date"], row["stop"]) for row in rows] == [
        ("2026-11-30", "Bar"),
        ("2026-12-01", "Club"),
    ]


@pytest.mark.parametrize(
    ("opens", "closes", "osm"),
    [
        ("19:00", "2:00", "Mo-Su 19:00-26:00"),
        ("0:00", "24:00", "24/7"),
        ("00:30", "03:00", "Mo-Su 00:30-03:00"),
        ("9:00;12:00", "12:00;15:00", "Mo-Su 09:00-12:00,12:00-15:00"),
        ("12:00;19:00", "15:00;24:00", "Mo-Su 12:00-15:00,19:00-24:00"),
    ],
)
@pytest.mark.parametrize("until", [18 * HOUR, 28 * HOUR])
def test_daily_hours_are_those_of_openstreetmap(
    opens: str, closes: str, osm: str, until: int
) -> None:
    """To the second, wherever a day of the traveller can be."""
    pytest.importorskip("opening_hours", reason="the extra named trip is not installed")
    ours = windows_of_day(daily_windows(opens, closes), set(range(7)), MONDAY, 0, until)
    theirs = osm_windows(osm, MONDAY, 0, until)
    for second in range(0, max(until, DAY), 900):
        inside = [any(a <= second < b for a, b in spans) for spans in (ours, theirs)]
        assert inside[0] == inside[1], clock(second)


def test_a_visit_after_midnight_has_the_next_days_date(run: Run) -> None:
    text = "name,lat,lon,opens,closes\nBar,48,2,00:30,03:00\n"
    words = ("--date", MONDAY, "--start-time", "20:00", "--end-time", "28:00", "--format", "json")
    (row,) = json.loads(run("plan-trip", *words, input=text).stdout)["timetable"]
    assert (row["day"], row["date"], row["start"]) == (1, "2026-12-01", "00:30")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,lat,lat,lon\nA,1,2,3\n", "standard input: two columns are named 'lat'; rename"),
        ("name,lat,lon,must\nA,1,2,perhaps\n", "line 2, column 'must': 'perhaps' is not yes or no"),
        ("name,lat,lon,demand\nA,1,2,1.5\n", "column 'demand': 1.5 is not a whole number"),
        ("name,lat,lon,opens,opens\nA,1,2,9:00,\n", "two columns are named 'opens'"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(run: Run, text: str, said: str) -> None:
    done = run("plan-trip", input=text)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    "text", ["name,lat,lat,lon\nA,1,2,3\nB,4,5,6\n", "from,from,to,distance\nA,X,B,2\n"]
)
def test_solve_tsp_refuses_two_columns_of_a_name(run: Run, text: str) -> None:
    done = run("solve-tsp", input=text)
    assert (done.returncode, done.stdout) == (1, "")
    assert "two columns are named" in done.stderr


def test_a_start_that_two_stops_are_named_is_refused(run: Run) -> None:
    done = run("plan-trip", "--start", "A", input="name,lat,lon\nA,1,2\nA,1,3\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert "several stops are named 'A'" in done.stderr


def test_what_a_matrix_says_of_the_way_from_a_stop_to_itself_is_ignored() -> None:
    stops = [Stop(name, None, [[]], 0) for name in "AB"]
    minutes = np.array([[9999.0, 5], [6, 9999]])
    assert travel_by_matrix(stops, ["A", "B"], minutes).tolist() == [[0, 300], [360, 0]]


@pytest.mark.parametrize("words", ["--lunch 60", "--vehicles 2 --capacity 3", "--days 3"])
def test_a_file_of_nothing_but_the_hotel_is_an_empty_plan(run: Run, words: str) -> None:
    text = "name,lat,lon,demand\nHotel,48,2,\n"
    done = run("plan-trip", "--start", "Hotel", *words.split(), input=text)
    assert (done.returncode, done.stdout) == (0, "")
    assert "0 stops of 0" in done.stderr


def test_many_stops_that_are_all_closed_have_their_reasons(run: Run) -> None:
    pytest.importorskip("pyvrp", reason="the extra named trip is not installed")
    text = "name,lat,lon,days\n" + "".join(f"s{at},48,{at / 100},Tu\n" for at in range(9))
    words = ("--date", MONDAY, "--lunch", 30, "--time", 0.2)
    done = run("plan-trip", *words, input=text)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.count(": it is closed on that day") == 9


@pytest.mark.parametrize("lunch", [0, HOUR])
def test_a_higher_score_is_visited_in_place_of_a_lower_one(lunch: int) -> None:
    """Whatever an engine has found in its time."""
    stops = [Stop("home", None, [[(0, DAY)]], 0)]
    stops += [
        Stop(f"s{at}", None, [[(0, DAY)]], 2 * HOUR, score)
        for at, score in enumerate((1.0, 2.0, 5.0, 4.0))
    ]
    calendar = Calendar(MONDAY, start=10 * HOUR, end=14 * HOUR + lunch, lunch=lunch)
    trip = Trip(stops, np.zeros((5, 5), dtype=int), calendar, 0, 0)
    found = timed(trip, 0, [1, LUNCH, 2] if lunch else [1, 2])
    assert found is not None
    plan = completed(trip, [found])
    assert not list(faults(trip, plan))
    assert set(plan.left_out) == {1, 2}
