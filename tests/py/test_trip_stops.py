"""plan-trip: the columns of a file of stops, as people and their programs write them."""

import csv
import io
from datetime import date, time
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from pyhelpers.trip.hours import clock, osm_windows
from tests.conftest import Run

PARIS, BERLIN, SYDNEY = (48.857, 2.352), (52.52, 13.405), (-33.87, 151.21)


@pytest.mark.parametrize(
    ("place", "holiday"),
    [
        (PARIS, date(2026, 7, 14)),
        (BERLIN, date(2026, 10, 3)),
        (SYDNEY, date(2026, 1, 26)),
        ((PARIS[0], PARIS[1] + 360), date(2026, 7, 14)),
    ],
)
def test_public_holidays_are_those_of_the_country(
    place: tuple[float, float], holiday: date
) -> None:
    pytest.importorskip("opening_hours", reason="the extra named trip is not installed")
    hours = "Mo-Su 10:00-18:00; PH 11:00-12:00"
    (there,) = osm_windows(hours, holiday, 0, place=place)
    assert (clock(there[0]), clock(there[1])) == ("11:00", "12:00")
    (elsewhere,) = osm_windows(hours, holiday, 0, place=(64.13, -21.9))  # Reykjavik
    assert (clock(elsewhere[0]), clock(elsewhere[1])) == ("10:00", "18:00")


def test_a_museum_that_is_closed_on_a_holiday_is_left_out(run: Run) -> None:
    pytest.importorskip("opening_hours", reason="the extra named trip is not installed")
    text = "name,lat,lon,opening_hours\nA,48.857,2.352,Mo-Su 10:00-18:00; PH off\n"
    done = run("plan-trip", "--date", "2026-12-25", input=text)
    assert "left out: A: it is closed on that day" in done.stderr
    done = run("plan-trip", "--date", "2026-12-26", input=text)  # no holiday in Paris
    assert "1 stop of 1" in done.stderr


def test_the_sun_sets_where_a_stop_is() -> None:
    """Sunset in Paris is at 21:58 on the longest day and 16:56 on the shortest."""
    pytest.importorskip("opening_hours", reason="the extra named trip is not installed")
    for day, sunset in ((date(2026, 6, 21), 21 * 60 + 58), (date(2026, 12, 21), 16 * 60 + 56)):
        ((_, closes),) = osm_windows("sunrise-sunset", day, 0, place=PARIS)
        assert abs(closes // 60 - sunset) <= 3


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_times_are_read_as_pandas_writes_them(run: Run, tmp_path: Path, form: str) -> None:
    table = pd.DataFrame(
        {
            "name": ["A", "B"],
            "lat": [1.0, 1.01],
            "lon": [2.0, 2.0],
            "opens": [time(9, 30), None],
            "closes": [time(10, 30), time(12)],
        }
    )
    path = tmp_path / f"stops.{form}"
    if form == "xlsx":
        pytest.importorskip("openpyxl")
        table.to_excel(path, index=False)
    elif form == "parquet":
        pytest.importorskip("pyarrow")
        table.to_parquet(path)
    else:
        table.to_csv(path, index=False)
    done = run("plan-trip", path)
    rows = {row["stop"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
    assert (rows["A"]["start"], rows["A"]["leave"]) == ("09:30", "10:30"), done.stderr
    assert rows["B"]["start"] >= "10:30"


def test_a_capacity_wants_a_column_of_demands(run: Run) -> None:
    done = run("plan-trip", "--capacity", 2, input="name,lat,lon\nA,1,2\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--capacity needs a column demand" in done.stderr


def test_stops_without_names_are_named_by_their_lines(run: Run) -> None:
    done = run("plan-trip", input="lat,lon,minutes\n1,2,30\n1,2.01,20\n")
    stops = [row["stop"] for row in csv.DictReader(io.StringIO(done.stdout))]
    assert sorted(stops) == ["stop on line 2", "stop on line 3"]
    done = run("plan-trip", input="lat,title,lon\n1,Museum,2\n")
    assert ",Museum," in done.stdout


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(1500, "the stay takes 1500 minutes, too long for a day"),
     (500, "the stay takes 500 minutes, and the way there and back 44, too long for a day")],
)  # fmt: skip
def test_a_stay_that_is_too_long_is_the_reason(run: Run, minutes: int, said: str) -> None:
    text = f"name,lat,lon,minutes\nA,0,0,\nB,0,{0.1 if minutes == 500 else 0},{minutes}\n"
    done = run("plan-trip", "--start", "A", "--speed", 30, input=text)
    assert said in done.stderr


def test_a_trip_is_on_the_first_days_where_it_can_be(run: Run) -> None:
    """Ten stops of two hours fill three days of nine hours; one is open on the fifth day alone."""
    pytest.importorskip("pyvrp", reason="the extra named trip is not installed")
    rows = "".join(f"s{at},0,0.00{at},120,\n" for at in range(10))
    text = f"name,lat,lon,minutes,days\nH,0,0,,\n{rows}Friday,0,0.01,120,Fr\n"
    words = ("--days", 20, "--date", "2026-11-30", "--start", "H", "--time", 1)
    done = run("plan-trip", *words, input=text)
    table = list(csv.DictReader(io.StringIO(done.stdout)))
    days = sorted({int(row["day"]) for row in table})
    assert [row["day"] for row in table if row["stop"] == "Friday"] == ["5"]
    assert days == [*range(1, len(days)), 5]


def test_links_of_a_long_day_are_within_the_limits_of_both_maps(run: Run) -> None:
    """Google takes 9 places between two, Apple 15 in all; each link starts where one ended."""
    pytest.importorskip("pyvrp", reason="the extra named trip is not installed")
    text = "name,lat,lon,minutes\n" + "".join(f"s{at},0,0.0{at:02},5\n" for at in range(40))
    done = run("plan-trip", "--links", "--format", "csv", "--time", 1, input=text)
    ends: dict[str, list[list[str]]] = {"Google": [], "Apple": []}
    for row in csv.DictReader(io.StringIO(done.stdout)):
        asked = parse_qs(urlsplit(row["url"]).query)
        if row["map"] == "Google":
            between = asked.get("waypoints", [""])[0].split("|")
            assert len(between) <= 9
            ends["Google"].append([*asked["origin"], *filter(None, between), *asked["destination"]])
        else:
            ends["Apple"].append(
                [*asked["source"], *asked.get("waypoint", []), *asked["destination"]]
            )
            assert len(ends["Apple"][-1]) <= 15
    whole = {}
    for name, parts in ends.items():
        assert all(one[-1] == other[0] for one, other in pairwise(parts))
        whole[name] = [*parts[0], *(spot for part in parts[1:] for spot in part[1:])]
    assert whole["Google"] == whole["Apple"]
    assert len(set(whole["Apple"])) == 40
