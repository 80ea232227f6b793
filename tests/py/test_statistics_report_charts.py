"""The charts of csv-stats report: contrast, ticks, points, dates."""

import re
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pyhelpers.__main__ import main
from pyhelpers.statistics.report import svg
from tests.conftest import ROOT
from tests.report_page import Reader


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
