"""csv-stats report: what the page says is what was measured, and browsers and Jupyter take it."""

import json
import re
import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pyhelpers.__main__ import main
from tests.browser import find_chromium, words
from tests.conftest import HEIGHTS, Run
from tests.loopback import run_server
from tests.report_page import Reader

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
