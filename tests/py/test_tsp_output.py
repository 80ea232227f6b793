"""Output formats of a route, read back by other libraries."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from pyhelpers import KitError
from pyhelpers.tsp.plots import places
from pyhelpers.tsp.problem import Problem, from_matrix, from_points
from pyhelpers.tsp.search import SearchOptions
from pyhelpers.tsp.solution import Solution
from pyhelpers.tsp.solve import solve
from pyhelpers.tsp.writers import as_geojson, as_gpx, check_output, google_links, page
from tests.conftest import ROUTES, Run

CITIES = (
    "city,lat,lon,stars\nLisbon,38.72,-9.14,4.5\nMadrid,40.42,-3.70,\n"
    '"São <Paulo> & ""Sons""",-23.55,-46.63,4.8\nParis,48.86,2.35,4.9\nOslo,59.91,10.75,1\n'
)


def solved(size: int, closed: bool) -> tuple[Problem, Solution]:
    points = np.random.default_rng(size).uniform(-60, 60, (size, 2))
    names = [f"<city> & {number}" for number in range(size)]
    problem = from_points(names, points, "great_circle", closed)
    return problem, solve(problem, SearchOptions(seconds=0.1, prove=False))


@pytest.mark.parametrize("closed", [True, False])
def test_geojson_is_a_line_of_longitudes_and_latitudes_with_its_cities(closed: bool) -> None:
    problem, solution = solved(12, closed)
    found = json.loads(as_geojson(problem, solution))
    line, *cities = found["features"]
    assert problem.points is not None
    expected = problem.points[solution.tour][:, ::-1].tolist()
    assert line["geometry"]["coordinates"] == expected + (expected[:1] if closed else [])
    assert [city["geometry"]["coordinates"] for city in cities] == expected
    assert [city["properties"]["stop"] for city in cities] == list(range(1, 13))
    assert line["properties"]["distance"] == solution.length


def test_gpx_is_well_formed_and_names_every_point() -> None:
    problem, solution = solved(12, True)
    root = ET.fromstring(as_gpx(problem, solution))
    space = {"g": "http://www.topografix.com/GPX/1/1"}
    points = root.findall("g:rte/g:rtept", space)
    names = [point.findtext("g:name", namespaces=space) for point in points]
    assert names == [problem.names[city] for city in [*solution.tour, solution.tour[0]]]
    assert problem.points is not None
    assert float(points[0].attrib["lat"]) == problem.points[solution.tour[0], 0]


class Page(HTMLParser):
    """The text of a page, and the addresses that a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.links: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_shows_every_city_and_fetches_nothing() -> None:
    problem, solution = solved(12, True)
    seen = Page()
    seen.feed(page(problem, solution))
    assert seen.links == []
    assert set(problem.names) <= set(seen.text)
    points = re.search(r'<polyline points="([^"]*)"', page(problem, solution))
    assert points is not None
    assert len(points[1].split()) == 13


@pytest.mark.parametrize(("size", "closed"), [(2, False), (11, False), (12, False), (25, True)])
def test_google_links_hold_nine_waypoints_and_join_up(size: int, closed: bool) -> None:
    problem, solution = solved(size, closed)
    assert problem.points is not None
    visited: list[str] = []
    for row in google_links(problem, solution):
        query = parse_qs(urlsplit(row["url"]).query)
        between = query.get("waypoints", [""])[0].split("|") if "waypoints" in query else []
        assert len(between) <= 9
        if visited:
            assert visited[-1] == query["origin"][0]
            visited.pop()
        visited += [query["origin"][0], *between, query["destination"][0]]
    cities = [*solution.tour, *(solution.tour[:1] if closed else [])]
    assert visited == ["{!r},{!r}".format(*problem.points[city].tolist()) for city in cities]


def test_legs_add_up_and_follow_each_other(run: Run) -> None:
    done = run("solve-tsp", input=CITIES)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["to"] for row in rows] == [row["from"] for row in rows[1:]] + [rows[0]["from"]]
    total = float(rows[-1]["total"])
    assert sum(float(row["distance"]) for row in rows) == pytest.approx(total)


def test_a_score_keeps_the_highest_and_drops_missing_ones(run: Run) -> None:
    done = run("solve-tsp", "--score", "stars", "--best", 3, "--format", "json", input=CITIES)
    assert set(json.loads(done.stdout)["tour"]) == {"Lisbon", 'São <Paulo> & "Sons"', "Paris"}


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.geojson", "a.gpx", "a.html", "a.png"])
def test_the_extension_of_a_file_sets_its_format(run: Run, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    done = run("solve-tsp", "-o", folder / name, input=CITIES)
    assert (done.returncode, done.stdout) == (0, "")
    content = (folder / name).read_bytes()
    start = {"a.csv": b"leg,", "a.png": b"\x89PNG", "a.html": b"<!DOCTYPE", "a.gpx": b"<?xml"}
    assert content.startswith(start.get(name, b"{"))
    assert [path.name for path in folder.iterdir()] == [name]


def test_an_unknown_format_or_one_that_needs_coordinates_is_refused_before_the_search() -> None:
    plane = from_points(["a", "b"], np.array([[0.0, 0], [1, 1]]), "euclid", closed=True)
    for path in ("a.gpx", "a.geojson", "a.docx", "a"):
        with pytest.raises(KitError) as caught:
            check_output(path, plane)
        assert caught.value.exit_code == 2


def test_cities_without_coordinates_are_placed_by_their_distances() -> None:
    points = np.random.default_rng(1).random((9, 2))
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    drawn = places(from_matrix([str(city) for city in range(9)], apart, closed=True))
    assert np.allclose(np.linalg.norm(drawn[:, None] - drawn[None], axis=2), apart)


def test_plots_are_drawn_in_characters_without_colour_in_a_pipe(run: Run) -> None:
    done = run("solve-tsp", ROUTES, "--plot")
    assert "15 cities, 128, proved optimal" in done.stdout
    assert "ORCL" in done.stdout
    assert "\x1b" not in done.stdout
    greedy = run("solve-tsp", ROUTES, "--plot", "--method", "greedy", "--seed", 3)
    assert "shortest so far, by simulations" in greedy.stdout
    assert "180.0" in greedy.stdout


FIJI = "name,lat,lon\nSuva,-18,178\nTaveuni,-17,-179.5\nLabasa,-16,179\nLakeba,-18.5,-178.5\n"


def test_geojson_is_cut_where_the_route_crosses_the_antimeridian(run: Run, tmp_path: Path) -> None:
    assert run("solve-tsp", "-o", tmp_path / "fiji.geojson", input=FIJI).returncode == 0
    found = json.loads((tmp_path / "fiji.geojson").read_text(encoding="utf-8"))
    line = found["features"][0]["geometry"]
    assert line["type"] == "MultiLineString"
    steps = [step for part in line["coordinates"] for step in pairwise(part)]
    assert all(abs(a[0] - b[0]) < 5 for a, b in steps)
    ends = [part[at][0] for part in line["coordinates"] for at in (0, -1)]
    assert sorted(end for end in ends if abs(end) == 180) == [-180, -180, 180, 180]


def test_a_map_of_islands_across_the_antimeridian_is_narrow() -> None:
    points = np.array([[-18, 178.0], [-17, -179.5], [-16, 179], [-18.5, 181.5]])
    drawn = places(from_points(["a", "b", "c", "d"], points, "great_circle", closed=True))
    assert np.ptp(drawn[:, 0]) < 4


def test_a_name_with_control_characters_makes_well_formed_gpx(run: Run, tmp_path: Path) -> None:
    cities = FIJI.replace("Suva", "Su\x0bva\ufffe")
    assert run("solve-tsp", "-o", tmp_path / "a.gpx", input=cities).returncode == 0
    ET.parse(tmp_path / "a.gpx")


def test_a_named_end_is_kept_whatever_its_score(run: Run) -> None:
    words = ("--score", "stars", "--best", 2, "--start", "Madrid", "--format", "json")
    done = run("solve-tsp", *words, input=CITIES)
    assert json.loads(done.stdout)["tour"] == ["Madrid", "Paris"]


def test_a_seeded_route_is_the_same_file_on_every_run(run: Run, tmp_path: Path) -> None:
    rows = "".join(f"c{n},{n * 7919 % 1009},{n * n * 31 % 997}\n" for n in range(40))
    made = []
    for name in ("a.html", "b.html"):
        words = ("--seed", 1, "--iterations", 500, "-o", tmp_path / name)
        assert run("solve-tsp", *words, input=f"name,x,y\n{rows}").returncode == 0
        made.append((tmp_path / name).read_text(encoding="utf-8"))
    assert made[0] == made[1]
    assert not re.search(r"\d s\b", made[0])


def test_the_needs_of_a_picture_are_checked_before_the_search(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plane = from_points(["a", "b"], np.array([[0.0, 0], [1, 1]]), "euclid", closed=True)
    with pytest.raises(KitError, match="does not exist; create it first"):
        check_output(str(tmp_path / "none" / "a.csv"), plane)
    monkeypatch.setattr("pyhelpers.machine.find_spec", lambda name: None)
    with pytest.raises(KitError, match="matplotlib is missing") as caught:
        check_output(str(tmp_path / "a.png"), plane)
    assert caught.value.exit_code == 127


def test_what_a_file_says_of_a_stop_is_kept(run: Run, tmp_path: Path) -> None:
    cities = CITIES.replace("stars\n", "stars,phone\n").replace("4.5\n", '4.5,"+351 <21>"\n')
    cities = "\n".join(line + "," * (5 - line.count(",") - 1) for line in cities.splitlines())
    for name in ("a.geojson", "a.gpx", "a.html"):
        assert run("solve-tsp", "-o", tmp_path / name, input=cities + "\n").returncode == 0
    found = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))["features"]
    (lisbon,) = [f["properties"] for f in found if f["properties"].get("name") == "Lisbon"]
    assert (lisbon["phone"], lisbon["stars"]) == ("+351 <21>", "4.5")
    said = [point.text for point in ET.parse(tmp_path / "a.gpx").iter() if "desc" in point.tag]
    assert "stars: 4.5; phone: +351 <21>" in said
    assert "phone: +351 &lt;21&gt;" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_two_stops_of_one_name_are_told_apart(run: Run) -> None:
    cities = "name,lat,lon\nCafe,38.71,-9.14\nCafe,38.72,-9.15\nPark,38.73,-9.13\n"
    done = run("solve-tsp", "--format", "json", input=cities)
    assert sorted(json.loads(done.stdout)["tour"]) == ["Cafe", "Cafe (2)", "Park"]
    assert "solve-tsp: 1 city has the name of another: Cafe (2)" in done.stderr


def test_best_without_score_is_refused(run: Run) -> None:
    done = run("solve-tsp", "--best", 2, input=CITIES)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--score" in done.stderr


def test_gpx_has_degrees_that_its_schema_allows() -> None:
    points = np.array([[0.00001, 200.0], [-0.000002, 180.0], [1, -180]])
    problem = from_points(["a", "b", "c"], points, "great_circle", closed=True)
    root = ET.fromstring(as_gpx(problem, solve(problem, SearchOptions())))
    degrees = [(p.attrib["lat"], p.attrib["lon"]) for p in root.iter() if "lat" in p.attrib]
    assert all(re.fullmatch(r"-?\d+(\.\d+)?", part) for pair in degrees for part in pair)
    assert {float(lon) for _, lon in degrees} == {-160, -180}
