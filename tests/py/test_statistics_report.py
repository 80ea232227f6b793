"""csv-stats report: what the page says is what was measured, and browsers and Jupyter take it."""

import json
import re
import subprocess
import sys
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pyhelpers.__main__ import main
from pyhelpers.statistics.report import svg
from tests.browser import find_chromium, words
from tests.conftest import HEIGHTS, ROOT, Run
from tests.loopback import run_server

VOID = {"meta", "br", "path", "rect", "circle", "polygon", "polyline"}
NARROW = 360
MEASURE = """<!doctype html><body><script>
const frame = document.createElement("iframe");
frame.style.width = "%dpx"; frame.srcdoc = %s;
frame.onload = () => {
  const page = frame.contentDocument.documentElement;
  document.title = "measured " + page.scrollWidth + " " + frame.contentDocument.images.length;
  document.body.setAttribute("data-heads",
    [...frame.contentDocument.querySelectorAll("h2")].map(h => h.textContent).join());
};
document.body.append(frame);
</script>"""


class Reader(HTMLParser):
    """Checks that tags nest, and keeps text, addresses and pictures without a text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.addresses: list[str] = []
        self.unsaid = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [str(given[key]) for key in ("href", "src") if key in given]
        self.unsaid += tag in ("svg", "img") and not given.get("aria-label")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def players() -> pd.DataFrame:
    rng = np.random.default_rng(21)
    n = 400
    skill = rng.normal(size=n)
    frame = pd.DataFrame({"id": range(1, n + 1), "points <b>": 10 + 4 * skill + rng.normal(size=n)})
    frame["minutes"] = 20 + 5 * skill + rng.normal(size=n)
    frame["twice"] = frame["minutes"] * 2
    frame["wealth"] = rng.pareto(1.1, n)
    frame["team"] = rng.choice(["<red>", "blue", "green"], n)
    frame["born"] = "2001-02-03"
    frame["still"] = 1
    frame.loc[:99, "wealth"] = np.nan
    return frame


def report(tmp_path: Path, *words: str) -> Reader:
    source, target = tmp_path / "the players.csv", tmp_path / "r.html"
    players().to_csv(source, index=False)
    assert main(["csv-stats", "report", str(source), "-o", str(target), *words]) == 0
    assert target.stat().st_size < 2_000_000
    page = Reader(target.read_text())
    assert page.open == [] and page.unsaid == 0
    assert all(address.startswith("#") for address in page.addresses)
    return page


def test_a_page_explains_a_target_in_four_sections(tmp_path: Path) -> None:
    page = report(tmp_path, "--target", "points <b>")
    assert re.findall("Ingest|EDA|Modeling|Conclusion", page.text)[-4:] != []
    assert "400 records of 8 columns were read: 6 of numbers, 1 of text, 1 of dates." in page.text
    assert "wealth is missing in 25.0% of the records." in page.text
    assert "wealth: fat tails" in page.text
    assert "minutes and twice rise together most, strongly (r = 1.00)" in page.text
    left_out = "id numbers the records; still is constant; twice is a linear combination of other"
    assert left_out in page.text
    assert "points <b> was fitted by least squares on 2 columns over 300 complete" in page.text


def test_without_a_target_the_page_shows_clusters(tmp_path: Path) -> None:
    page = report(tmp_path)
    assert re.search(
        r"K-means on scaled columns finds \d clusters in points <b>, minutes", page.text
    )
    assert "Centres, in the data's own units" in page.text


def test_a_target_of_texts_is_compared_by_its_values(tmp_path: Path) -> None:
    page = report(tmp_path, "--target", "team")
    assert "The values of team differ most in" in page.text and "Means by team" in page.text


def test_a_file_larger_than_memory_is_sampled_and_the_page_says_so(tmp_path: Path) -> None:
    page = report(tmp_path, "--memory", "10k")
    assert "random sample of at most 200,000 of its records (seed 0)" in page.text


def test_a_browser_opens_the_page_and_a_phone_need_not_scroll_sideways(tmp_path: Path) -> None:
    chromium = find_chromium()
    report(tmp_path, "--target", "points <b>")
    page = json.dumps((tmp_path / "r.html").read_text()).replace("</", "<\\/")
    outer = tmp_path / "outer.html"
    outer.write_text(MEASURE % (NARROW, page))
    opened = words(chromium, tmp_path / "profile", "virtual-time-budget=5000", "dump-dom")
    done = subprocess.run([*opened, outer.as_uri()], capture_output=True, text=True, timeout=100)
    found = re.search(r"<title>measured (\d+) 0</title>", done.stdout)
    assert found, done.stdout[-400:] + done.stderr[-400:]
    assert int(found[1]) <= NARROW
    assert 'data-heads="Ingest,EDA,Modeling,Conclusion"' in done.stdout


RUN_NOTEBOOK = """
import json, sys, nbformat
from nbclient import NotebookClient
book = nbformat.read(sys.argv[1], 4)
nbformat.validate(book)
NotebookClient(book, timeout=90).execute()
print(json.dumps([o.get("text") for c in book.cells for o in c.get("outputs", []) if "text" in o]))
"""


@pytest.mark.parametrize("target", ["points <b>", None])
def test_the_notebook_runs_and_says_the_same(tmp_path: Path, target: str | None) -> None:
    source, book = tmp_path / "p.csv", tmp_path / "p.ipynb"
    players().to_csv(source, index=False)
    words = ["--target", target] if target else []
    assert main(["csv-stats", "report", str(source), "-o", str(book), "--ipynb", *words]) == 0
    done = subprocess.run(
        [sys.executable, "-c", RUN_NOTEBOOK, str(book)],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr[-600:]
    if target:
        assert float(re.findall(r"R2 ([\d.]+)", done.stdout)[0]) > 0.8


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        pass


def test_a_notebook_of_an_address_reads_it_again(run: Run, tmp_path: Path) -> None:
    players().to_csv(tmp_path / "p.csv", index=False)
    book = tmp_path / "p.ipynb"
    with run_server(partial(Quiet, directory=str(tmp_path))) as url:
        words = ("-o", book, "--ipynb", "--target", "points <b>")
        assert run("csv-stats", "report", f"{url}/p.csv", *words).returncode == 0
        done = subprocess.run(
            [sys.executable, "-c", RUN_NOTEBOOK, str(book)],
            env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "MPLBACKEND": "agg"},
            capture_output=True,
            text=True,
            timeout=110,
        )
        assert done.returncode == 0, done.stderr[-600:]
        secret = run("csv-stats", "report", f"{url}/p.csv?token=tide", *words)
    assert f"{url}/p.csv" in book.read_text()
    assert secret.returncode == 2 and "tide" not in secret.stderr


def test_a_report_of_a_pipe_is_that_of_the_file(run: Run, tmp_path: Path) -> None:
    words = ("-o", tmp_path / "r.html", "--target", "Weight-Pounds")
    assert run("csv-stats", "report", "-", *words, input=HEIGHTS.read_bytes()).returncode == 0
    page = (tmp_path / "r.html").read_text()
    assert "it explains 25.3% of the variance (R2)" in page
    assert run("csv-stats", "report", "-", *words, "--ipynb", input="a\n1").returncode == 2
    gone = run("csv-stats", "report", HEIGHTS, "-o", tmp_path / "x.html", "--target", "nope")
    assert gone.returncode == 1 and not (tmp_path / "x.html").exists()


def colour(css: str, name: str, theme: str) -> tuple[float, ...]:
    """Return a custom property of the style sheet in a theme: light, dark or print."""
    blocks = dict(
        zip(("light", "dark", "print"), re.findall(r":root \{(.*?)\}", css, re.S), strict=True)
    )
    known = dict(re.findall(r"--(\w+): (#\w+)", blocks["light"]))
    known |= dict(re.findall(r"--(\w+): (#\w+)", blocks[theme]))
    digits = known[name][1:]
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    return tuple(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))


def contrast(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Return the contrast of two colours (WCAG 2.1, 1.4.3)."""

    def luminance(rgb: tuple[float, ...]) -> float:
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_each_number_of_the_heatmap_can_be_read(theme: str) -> None:
    css = (ROOT / "pyhelpers/statistics/report/style.css").read_text()
    drawn = svg.heatmap(["a", "b"], [[1.0, -1.0], [0.5, -0.02]], "r")
    squares = re.findall(r'class="(plus|minus)".*?fill-opacity="([\d.]+)"', drawn)
    assert len(squares) == 4
    ink, panel = colour(css, "ink", theme), colour(css, "panel", theme)
    for kind, opacity in squares:
        share = float(opacity)
        fill = colour(css, kind, theme)
        under = tuple(share * c + (1 - share) * p for c, p in zip(fill, panel, strict=True))
        assert contrast(ink, under) >= 4.5


@settings(deadline=None, max_examples=200)
@given(
    st.floats(-1e12, 1e12, allow_nan=False),
    st.floats(1e-6, 1e12),
    st.sampled_from([1.0, 1e-6, 1e6]),
)
def test_ticks_are_different_do_not_overlap_and_stay_in_the_picture(
    low: float, width: float, unit: float
) -> None:
    span = (low * unit, (low + width) * unit)
    if not span[1] - span[0] > abs(span[0]) * 1e-6:  # digits that six do not tell apart
        return
    frame = svg.Frame(span, span)
    for labels in (frame.steps, frame.rungs):
        assert len({text for _, text in labels}) == len(labels)
    drawn = frame.axes("x", "y")
    ends: list[tuple[float, float]] = []
    for x, y, anchor, text in re.findall(
        r'<text x="([-\d.]+)" y="([-\d.]+)" text-anchor="(\w+)">([^<]*)', drawn
    ):
        wide, middle = 5.8 * len(text), float(x)
        start = middle - {"middle": wide / 2, "end": wide, "start": 0}[anchor]
        assert start >= 0 and start + wide <= svg.WIDTH + 0.01, text
        if anchor == "middle" and float(y) == svg.HEIGHT - svg.BOTTOM + 13:
            ends.append((start, start + wide))
    assert all(a[1] <= b[0] for a, b in zip(ends, ends[1:], strict=False))


def test_identifiers_and_epochs_are_whole_numbers_on_the_page(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": range(10_000_000, 10_000_200), "v": np.arange(200) % 7})
    frame["epoch"] = 1_700_000_000 + 60 * np.arange(200)
    frame.to_csv(tmp_path / "t.csv", index=False)
    target = tmp_path / "r.html"
    assert main(["csv-stats", "report", str(tmp_path / "t.csv"), "-o", str(target)]) == 0
    page = Reader(target.read_text())
    assert "e+0" not in page.text
    assert "10000000" in page.text and "1700011940" in page.text


def test_points_are_a_random_subset_and_the_line_ends_where_they_end(tmp_path: Path) -> None:
    hours = np.arange(20_000)
    level = np.where(hours < 12_000, 20.0, 40.0) + np.random.default_rng(3).normal(0, 1, 20_000)
    pd.DataFrame({"hour": hours + 0.5, "kwh": level}).to_csv(tmp_path / "s.csv", index=False)
    target = tmp_path / "r.html"
    words = ["csv-stats", "report", str(tmp_path / "s.csv"), "-o", str(target)]
    assert main([*words, "--target", "kwh"]) == 0
    scatter = re.search(r'<svg[^>]*aria-label="kwh over hour.*?</svg>', target.read_text(), re.S)
    assert scatter
    xs = [float(x) for x in re.findall(r'cx="([\d.]+)"', scatter[0])]
    line = re.search(r'class="line" points="([^"]*)"', scatter[0])
    assert line and len(xs) == 1500
    ends = [float(pair.split(",")[0]) for pair in (line[1].split()[0], line[1].split()[-1])]
    assert max(xs) <= ends[1] + 0.1 <= svg.WIDTH - svg.RIGHT + 0.2 and ends[0] <= min(xs) + 0.1
    middle = (ends[0] + ends[1]) / 2
    # Half of the points lie in each half: within four standard errors of 750.
    assert abs(sum(x < middle for x in xs) - 750) < 4 * np.sqrt(1500 / 4)


def test_dates_have_first_and_last_and_charts_of_each_period(tmp_path: Path) -> None:
    days = pd.date_range("2021-01-01", periods=900, freq="D")
    frame = pd.DataFrame({"day": days.astype(str), "kWh": np.arange(900) % 30 + days.month * 10})
    frame.to_csv(tmp_path / "t.csv", index=False)
    target = tmp_path / "r.html"
    words = ["csv-stats", "report", str(tmp_path / "t.csv"), "-o", str(target)]
    assert main([*words, "--target", "kWh"]) == 0
    page = Reader(target.read_text())
    assert "day runs from 2021-01-01 to 2023-06-19." in page.text
    assert "Records by month of day, 2021-01 to 2023-06" in page.text
    drawn = re.search(r'<svg[^>]*aria-label="Mean kWh by month.*?</svg>', target.read_text(), re.S)
    assert drawn
    heights = [float(y) for y in re.findall(r'cy="([\d.]+)"', drawn[0])]
    means = frame.groupby(days.to_period("M"))["kWh"].mean().to_numpy()
    assert len(heights) == len(means) == 30
    # The picture's y grows downwards, in proportion to the mean.
    np.testing.assert_allclose(np.corrcoef(heights, means)[0, 1], -1, atol=1e-4)
    labels = re.findall(r'text-anchor="middle">(\d{4}-\d\d)<', drawn[0])
    assert len(labels) >= 3 and labels == sorted(labels)


def test_columns_that_are_not_drawn_are_said(tmp_path: Path) -> None:
    rng = np.random.default_rng(71)
    frame = pd.DataFrame(rng.normal(size=(200, 14)), columns=[f"c{i}" for i in range(14)])
    frame.to_csv(tmp_path / "t.csv", index=False)
    target = tmp_path / "r.html"
    assert main(["csv-stats", "report", str(tmp_path / "t.csv"), "-o", str(target)]) == 0
    page = Reader(target.read_text())
    assert "Of 14 columns of numbers the first 12 are drawn." in page.text
    assert "6 columns after the first 8" in page.text
