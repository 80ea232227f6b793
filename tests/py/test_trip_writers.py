"""What plan-trip writes: CSV, JSON, calendar, tracks and the map."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pyhelpers.trip.route import Route, timed
from pyhelpers.trip.stops import Calendar, Stop, Trip
from tests.browser import Browser, find_chromium
from tests.conftest import Run
from tests.lisbon_trip import HOUR, LISBON, MONDAY


def test_every_output_has_every_visit(run: Run, tmp_path: Path) -> None:
    icalendar = pytest.importorskip("icalendar", reason="the extra named trip is not installed")
    words = ("--days", 2, "--date", MONDAY, "--start", "Hotel", "--time", 1)
    for suffix in ("csv", "json", "ics", "gpx", "geojson", "html"):
        done = run("plan-trip", *words, "-o", tmp_path / f"trip.{suffix}", input=LISBON)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    texts = {path.suffix: path.read_text(encoding="utf-8") for path in tmp_path.glob("trip.*")}
    rows = json.loads(texts[".json"])["timetable"]
    names = [row["stop"] for row in rows if row["stop"] != "Hotel"]
    assert len(names) >= 4
    assert [row["stop"] for row in csv.DictReader(io.StringIO(texts[".csv"]))] == [
        row["stop"] for row in rows
    ]
    events = icalendar.Calendar.from_ical(texts[".ics"]).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == names
    for event, row in zip(events, [row for row in rows if row["stop"] != "Hotel"], strict=True):
        assert (
            event.decoded("DTSTART").strftime("%Y-%m-%d %H:%M") == f"{row['date']} {row['start']}"
        )
    space = {"g": "http://www.topografix.com/GPX/1/1"}
    points = ET.fromstring(texts[".gpx"]).findall("g:rte/g:rtept/g:name", space)
    assert [point.text for point in points if point.text != "Hotel"] == names
    features = json.loads(texts[".geojson"])["features"]
    found = [f["properties"] for f in features if f["geometry"]["type"] == "Point"]
    assert [each["name"] for each in found] == names
    assert all({"start", "leave", "day"} <= each.keys() for each in found)


def test_the_map_shows_each_day_in_its_colour(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("pyvrp", reason="the extra named trip is not installed")
    path = tmp_path / "trip.html"
    words = ("--days", 2, "--date", MONDAY, "--start", "Hotel", "--time", 1, "-o", path)
    assert run("plan-trip", *words, input=LISBON).returncode == 0
    page = Browser(find_chromium(), tmp_path / "profile")
    try:
        page.call("Page.navigate", url=path.as_uri())
        page.wait_for("document.readyState == 'complete'")
        lines = "[...document.querySelectorAll('polyline')].map(e => e.getAttribute('stroke'))"
        assert page.run(f"new Set({lines}).size") == 2
        assert page.run("document.querySelectorAll('.stop').length") == 10
        assert page.errors == []
    finally:
        page.close()


def test_a_route_is_late_or_in_time_to_the_second() -> None:
    stops = [Stop("home", None, [[]], 0), Stop("a", None, [[(9 * HOUR, 10 * HOUR)]], 1800)]
    trip = Trip(stops, np.array([[0, 1800], [1800, 0]]), Calendar(MONDAY), 0, 0)
    assert isinstance(timed(trip, 0, [1]), Route)
    later = replace(trip, travel=np.array([[0, 1801], [1801, 0]]))
    assert timed(later, 0, [1]) is None
