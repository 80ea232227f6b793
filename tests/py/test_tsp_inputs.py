"""Input formats of cities, and errors that name a city."""

import io
import json
import math
import re
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from pyhelpers import KitError
from pyhelpers.tsp.distances import PointDistances
from pyhelpers.tsp.exact import check_ways
from pyhelpers.tsp.problem import Problem
from pyhelpers.tsp.readers import read_problem
from pyhelpers.tsp.search import SearchOptions
from pyhelpers.tsp.solve import solve
from pyhelpers.tsp.tsplib import read_tsplib
from tests.conftest import ROOT, ROUTES, Run


@pytest.fixture
def read(tmp_path: Path):  # type: ignore[no-untyped-def]
    def read_text(text: str, directed: bool | None = None) -> Problem:
        path = tmp_path / "cities.csv"
        path.write_text(text, encoding="utf-8")
        return read_problem(str(path), None, directed, None)[0]

    return read_text


def matrix(problem: Problem) -> list[list[float]]:
    found: list[list[float]] = problem.distances.block(slice(None)).tolist()
    return found


def test_the_routes_keep_zero_and_unequal_distances() -> None:
    problem = read_problem(str(ROUTES), None, None, None)[0]
    distance = {
        (a, b): problem.distances.block(slice(None))[problem.city(a), problem.city(b)]
        for a, b in (("AAPL", "GOOG"), ("GOOG", "AAPL"), ("AAPL", "ORCL"), ("ORCL", "AAPL"))
    }
    assert list(distance.values()) == [14, 11, 26, 22]
    assert problem.distances.block(slice(None))[problem.city("EBAY"), problem.city("CSCO")] == 0
    assert (problem.size, problem.closed, problem.distances.symmetric) == (15, False, False)


def test_the_same_cities_in_every_form_have_the_same_distances(read) -> None:  # type: ignore[no-untyped-def]
    edges = "from,to,distance\na,b,3\na,c,5\nb,c,4\nb,a,3\nc,a,5\nc,b,4\n"
    forms = [
        edges,
        edges.replace(",", ";"),
        "source,target,weight\na,b,3\na,c,5\nb,c,4\n",
        ",a,b,c\na,0,3,5\nb,3,0,4\nc,5,4,0\n",
        "a,b,c\n0,3,5\n3,0,4\n5,4,0\n",
        "0,3,5\n3,0,4\n5,4,0\n",
        "name,x,y\na,0,0\nb,3,0\nc,3,4\n",
        "y,x,town\n0,0,a\n0,3,b\n4,3,c\n",
    ]
    for form in forms:
        assert matrix(read(form)) == [[0, 3, 5], [3, 0, 4], [5, 4, 0]], form


def test_names_of_any_length_and_script_stay_whole(read) -> None:  # type: ignore[no-untyped-def]
    long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    problem = read(f"from,to,distance\n{long},{long}2,1\n{long}2,東京,2.5\n東京,{long},0\n")
    assert problem.names == [long, f"{long}2", "東京"]


def test_a_great_circle_is_the_known_distance(read) -> None:  # type: ignore[no-untyped-def]
    # Two points on the equator a quarter of the globe apart, and the pole.
    problem = read("city,lat,lon\na,0,0\nb,0,90\nc,90,0\n")
    quarter = math.pi / 2 * 6371.0088
    assert np.allclose(problem.distances.block(slice(None)), quarter * (1 - np.eye(3)))
    scalar = problem.distances.scalar()
    assert math.isclose(scalar(0, 1), quarter)
    assert problem.unit == "km"


@pytest.mark.parametrize("kind", ["euclid", "great_circle", "euc_2d", "att", "geo", "ceil_2d"])
def test_pairs_blocks_and_scalars_give_the_same_distance(kind: str) -> None:
    points = np.random.default_rng(3).uniform(-80, 80, (12, 2))
    distances = PointDistances(points, kind)
    block, scalar = distances.block(slice(None)), distances.scalar()
    i, j = np.triu_indices(12, 1)
    assert np.allclose(distances.pairs(i, j), block[i, j])
    pairs = zip(i.tolist(), j.tolist(), strict=True)
    assert np.allclose([scalar(a, b) for a, b in pairs], block[i, j])


@pytest.mark.parametrize("kind", ["euclid", "great_circle", "geo", "att"])
def test_near_in_the_embedding_is_near_by_the_formula(kind: str) -> None:
    points = np.random.default_rng(4).uniform(-80, 80, (60, 2))
    distances = PointDistances(points, kind)
    places = distances.embedding()
    chord = np.linalg.norm(places[0] - places[1:], axis=1)
    by_formula = distances.block(slice(0, 1))[0, 1:]
    assert (np.diff(by_formula[chord.argsort()]) >= 0).all()


BURMA = """NAME: corner\nTYPE: TSP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: GEO\nNODE_COORD_SECTION
1 16.47 96.10\n2 16.47 94.44\n3 20.09 92.54\nEOF\n"""


def test_tsplib_geo_is_as_its_authors_define_it() -> None:
    # The first distances of burma14, as they are printed in many papers: 153 and 510.
    problem = read_tsplib(io.BytesIO(BURMA.encode()), "burma")
    assert matrix(problem)[0] == [1.0, 153.0, 510.0] or matrix(problem)[0][1:] == [153.0, 510.0]


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("FULL_MATRIX", "0 1 2 1 0 3 2 3 0"),
        ("UPPER_ROW", "1 2 3"),
        ("LOWER_ROW", "1 2 3"),
        ("UPPER_DIAG_ROW", "0 1 2 0 3 0"),
        ("LOWER_DIAG_ROW", "0 1 0 2 3 0"),
        ("UPPER_COL", "1 2 3"),
        ("LOWER_COL", "1 2 3"),
        ("UPPER_DIAG_COL", "0 1 0 2 3 0"),
        ("LOWER_DIAG_COL", "0 1 2 0 3 0"),
    ],
)
def test_tsplib_explicit_in_all_its_forms(form: str, numbers: str) -> None:
    text = (
        f"TYPE: TSP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: {form}\n"
        f"EDGE_WEIGHT_SECTION\n{numbers}\nEOF\n"
    )
    problem = read_tsplib(io.BytesIO(text.encode()), "x.tsp")
    assert matrix(problem) == [[0, 1, 2], [1, 0, 3], [2, 3, 0]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from,to,distance\na,b,-3\n", "line 2, column 'distance': '-3' from 'a' to 'b'"),
        ("from,to,distance\na,b,x\n", "'x' is not a number"),
        ("from,to,distance\na,b,nan\n", "'nan' from 'a' to 'b' is not a distance"),
        ("from,to,distance\na,b,1\na,b,2\n", "line 3: 'a' to 'b' is 2 here and 1 on line 2"),
        ("from,to,distance\n,b,1\n", "line 2, column 'from': no city is named"),
        ("from,to,distance\n", "it has no cities"),
        ("a,b,a\n0,1,1\n1,0,1\n1,1,0\n", "the city 'a' is given 2 times"),
        ("name,x,y\na,1,inf\n", "'inf' is not a coordinate"),
        ("name,lat,lon\nOslo,10.7,59.9\nRio,-200,1\n", "'Rio' is at -200, 1; latitude comes first"),
        (",a,b\na,0,1\nc,1,0\n", "line 3: the row is 'c', but 'b' is next in the header"),
        ("a,b\n0,-1\n1,0\n", "'-1' from 'a' is not a distance"),
        ("a,b,c\n1,2,3\n", "3 columns and 1 records are not a square matrix"),
        ("TYPE: TSP\nDIMENSION: 2\nEDGE_WEIGHT_TYPE: XRAY1\n", "XRAY1 is not known"),
        ("TYPE: CVRP\nDIMENSION: 2\n", "TYPE CVRP is not supported"),
        (
            "TYPE: TSP\nDIMENSION: 2\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n1 2 3\n",
            "has 3 words, 2 cities need 6",
        ),
    ],
)
def test_an_error_in_a_file_is_reported_with_its_position(read, text: str, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(KitError) as caught:
        read(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "closed", "said"),
    [
        ("a,b,1\nb,a,1\na,c,1\nc,a,1\na,d,1\nd,a,1", False, "'a' is the only connection"),
        ("a,b,1\nb,a,1\nc,d,1\nd,c,1", False, "no edges connect 'a' and 'c'"),
        ("a,b,1\nb,a,1\nb,c,1\na,c,1", True, "no edge leads from 'c'"),
        ("a,b,1\nb,a,1\nc,b,1\nc,a,1", True, "no edge leads to 'c'"),
        ("a,b,1\nb,a,1\na,c,1\nb,c,1\na,d,1\nb,d,1", False, "no edge leads from 'c' nor from 'd'"),
        ("a,b,1\nb,a,1\nb,c,1\nc,d,1\nd,c,1", True, "leads from 'c' to 'a'"),
    ],
)
def test_input_without_a_tour_is_an_error_that_names_a_city(  # type: ignore[no-untyped-def]
    read, rows: str, closed: bool, said: str
) -> None:
    problem = read(f"from,to,distance\n{rows}\n", True).between(None, None, closed)
    with pytest.raises(KitError) as caught:
        check_ways(problem)
        solve(problem, SearchOptions())
    assert said in str(caught.value)


def test_an_unknown_city_is_an_error_with_similar_names(run: Run) -> None:
    done = run("solve-tsp", ROUTES, "--start", "GOGG")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("solve-tsp: no city 'GOGG'; did you mean one of: GOOG")


def test_tsplib_keywords_have_any_case() -> None:
    upper = read_tsplib(io.BytesIO(BURMA.encode()), "burma")
    assert matrix(read_tsplib(io.BytesIO(BURMA.lower().encode()), "burma")) == matrix(upper)


@pytest.mark.parametrize("name", ["EDGE_DATA_SECTION", "FIXED_EDGES_SECTION", "DEPOT_SECTION"])
def test_a_tsplib_section_that_would_be_ignored_is_refused(name: str) -> None:
    text = BURMA.replace("EOF", f"{name}\n1 2\n-1\nEOF")
    with pytest.raises(KitError, match=f"{name} is not supported"):
        read_tsplib(io.BytesIO(text.encode()), "burma")


def test_a_large_dimension_or_a_long_word_takes_no_memory() -> None:
    head = "TYPE: TSP\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: UPPER_ROW\n"
    text = f"{head}DIMENSION: 999999999\nEDGE_WEIGHT_SECTION\n1 2 3\nEOF\n"
    tracemalloc.start()
    with pytest.raises(KitError, match="UPPER_ROW has 3 numbers"):
        read_tsplib(io.BytesIO(text.encode()), "large.tsp")
    rows = "".join(f"{city} 0 {city}\n" for city in range(2_000)) + f"{'a' * 100_000} 0 1\n"
    text = f"DIMENSION: 2001\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n{rows}EOF\n"
    problem = read_tsplib(io.BytesIO(text.encode()), "long.tsp")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert problem.size == 2_001
    assert most < 5_000_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,x,y\na,1e200,0\nb,0,0\n", "coordinates of 1e+200 cannot be measured"),
        ("name,x,y\na,1e-200,0\nb,0,0\n", "coordinates of 1e-200 cannot be measured"),
        ("from,to,distance\na,b,1e308\n", "a distance of 1e+308 is too long"),
        ("TYPE:\nDIMENSION: 0\n", "it must be at least 1"),
    ],
)
def test_numbers_that_overflow_are_refused(read, text: str, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(KitError, match=re.escape(said)):
        read(text)


def test_help_loads_nothing_that_computes() -> None:
    script = "import sys, pyhelpers.commands.solve_tsp; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    loaded = [name for name in done.stdout.split() if name.startswith("pyhelpers.")]
    assert "pyhelpers.cli.output" in loaded
    assert not [name for name in loaded if name.startswith("pyhelpers.tsp")]


@pytest.mark.parametrize(
    "text",
    [
        "# first\n\nNAME: t\nTYPE: TSP\nDIMENSION 4\nEDGE_WEIGHT_TYPE : EUC_2D\n",
        "NAME: t\nCOMMENT: EOF\nCOMMENT: a: b\ntype: tsp\ndimension: 4\nedge_weight_type: euc_2d\n",
    ],
)
def test_tsplib_with_comments_or_without_colons_is_read(run: Run, text: str) -> None:
    cities = "NODE_COORD_SECTION :\n1 0 0\n% second\n2 3 0\n3 3 4\n4 0 4\n-1\nEOF\n"
    done = run("solve-tsp", "--format", "json", input=text + cities)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["distance"] == 14


@pytest.mark.parametrize("section", ["EDGE_DATA_SECTION", "FIXED_EDGES_SECTION", "DEPOT_SECTION"])
def test_a_tsplib_section_that_is_not_honoured_is_refused(run: Run, section: str) -> None:
    head = "TYPE: TSP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n"
    done = run("solve-tsp", input=f"{head}1 0 0\n2 3 0\n3 3 4\n{section}\n1 2\n-1\nEOF\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert section in done.stderr


@pytest.mark.parametrize(
    ("head", "row"), [("name;lat;lon", "A;38,71;-9,14"), ("from;to;distance", "A;B;38,71")]
)
def test_a_decimal_comma_is_named(run: Run, head: str, row: str) -> None:
    done = run("solve-tsp", input=f"{head}\n{row}\n")
    assert done.returncode == 1
    assert "'38,71' has a decimal comma; write 38.71" in done.stderr
