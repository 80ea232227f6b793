"""csv-stats bar and line against pandas' groupby and resample."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pyhelpers import KitError
from pyhelpers.__main__ import main
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.aggregate import bars_of, by_category, draw_bars
from pyhelpers.statistics.time_series import SPANS, period_label, series_of, start_of

BLOCKS: tuple[dict[str, int], ...] = ({}, {"small": 256, "block": 2048, "processes": 1})


def sales(size: int = 3000) -> pd.DataFrame:
    rng = np.random.default_rng(31)
    sold = pd.Timestamp("2021-01-01") + pd.to_timedelta(rng.integers(0, 86400 * 900, size), "s")
    frame = pd.DataFrame({"sold": sold.astype(str), "price": rng.normal(20, 50, size).round(2)})
    frame["region"] = rng.choice(
        ["north", "south", "01", "1", "1.0"], size, p=[0.4, 0.3, 0.1, 0.1, 0.1]
    )
    frame["year"] = sold.year
    frame.loc[::50, "price"] = np.nan
    frame.loc[::70, "region"] = None
    return frame


def scan_of(frame: pd.DataFrame, **options: Any) -> Scan:
    return Scan(io.BytesIO(frame.to_csv(index=False).encode()), "t.csv", Options(**options))


@pytest.mark.parametrize("blocks", BLOCKS)
@pytest.mark.parametrize("how", ["count", "sum", "mean", "min", "max"])
def test_bars_are_pandas_groupby(blocks: dict[str, int], how: str) -> None:
    frame = sales()
    texts = frozenset(["region", "year"])
    scan = scan_of(frame, texts=texts, **blocks)
    found = by_category(scan, "region", "price", "year").values(how)
    known = frame.dropna(subset=["region"])
    grouped = known.groupby(["region", known["year"].astype(str)])["price"]
    expected = grouped.size() if how == "count" else getattr(grouped, how)()
    assert found == pytest.approx(expected.to_dict())
    assert scan.remarks[-1].startswith("43 records were left out for a missing value in region or")


@pytest.mark.parametrize("blocks", BLOCKS)
@pytest.mark.parametrize("span", SPANS)
def test_a_series_is_pandas_resample(blocks: dict[str, int], span: str) -> None:
    frame = sales(800)
    series, found = series_of(scan_of(frame, **blocks), "sold", ["price"], None, span)
    alias = {"second": "s", "minute": "min", "hour": "h", "day": "D", "week": "W-SUN"}
    alias |= {"month": "M", "quarter": "Q", "year": "Y"}
    periods = pd.to_datetime(frame["sold"]).dt.to_period(alias[span])
    for how in ("sum", "mean", "min", "max"):
        expected = getattr(frame.groupby(periods)["price"], how)()
        expected = expected[frame.groupby(periods)["price"].count() > 0]
        got = {x: value for (x, _), value in found.values(how).items()}
        assert got == pytest.approx({p.start_time.to_pydatetime(): v for p, v in expected.items()})
    assert series.dated and len(found) == periods.nunique()
    if span != "week":  # pandas names both ends of a week
        assert {period_label(x, span)[:10] for x in got} <= {
            f"{p.year}-Q{p.quarter}" if span == "quarter" else str(p.start_time)[:10] if span in
            ("second", "minute", "hour") else str(p) for p in periods
        }  # fmt: skip


@pytest.mark.parametrize("blocks", BLOCKS)
def test_a_period_is_chosen_that_gives_at_most_120(blocks: dict[str, int]) -> None:
    for days, span, count in [(1, "minute", 100), (90, "day", 90), (800, "month", 27)]:
        step, periods = ("min", 100) if span == "minute" else ("D", days)
        dates = pd.date_range("2021-01-01", periods=periods, freq=step)
        frame = pd.DataFrame({"d": dates.astype(str), "v": 1.0})
        series, found = series_of(scan_of(frame, **blocks), "d", ["v"], None, None)
        assert (series.span, len(found)) == (span, count)
    many = pd.date_range("2021-01-01", periods=9000, freq="37min")
    series, found = series_of(scan_of(pd.DataFrame({"d": many.astype(str)})), "d", [], None, None)
    assert series.span == "month" and sum(found.records.values()) == 9000


def test_an_x_that_is_too_large_to_draw_is_not_called_missing() -> None:
    frame = pd.DataFrame({"x": [1e300, -1e308, np.inf, 5, np.nan], "y": [1, 2, 3, 4, 5]})
    scan = scan_of(frame)
    assert series_of(scan, "x", ["y"], None, None)[1].values("mean") == {(5.0, ""): 4}
    assert scan.remarks == [
        "1 record was left out for a missing value in x",
        "x: 3 values are infinite or too large to draw",
    ]


def test_x_may_be_numbers_and_what_is_neither_is_refused_or_said() -> None:
    frame = pd.DataFrame({"x": [1.5, 2, 2, np.nan], "y": [1, 2, 3, 4], "w": list("abca")})
    scan = scan_of(frame)
    series, found = series_of(scan, "x", ["y"], None, None)
    assert not series.dated and found.values("mean") == {(1.5, ""): 1, (2.0, ""): 2.5}
    assert scan.remarks == ["1 record was left out for a missing value in x"]
    with pytest.raises(
        KitError, match="neither dates nor numbers, such as 'a'; write dates as YYYY"
    ):
        series_of(scan_of(frame), "w", [], None, None)
    with pytest.raises(KitError, match="--every is for dates; column 'x' holds numbers"):
        series_of(scan_of(frame), "x", [], None, "day")
    dates = pd.DataFrame({"d": ["2024-01-01", "2024-01-02", "soon", "2024-01-02"]})
    scan = scan_of(dates)
    _, found = series_of(scan, "d", [], None, None)
    assert sum(found.records.values()) == 3
    assert scan.remarks == ["d: 1 value is not a date, such as 'soon'"]


def test_the_top_values_are_the_largest_and_the_rest_is_said() -> None:
    frame = pd.DataFrame({"t": list("aaaabbbcce"), "v": [1, 1, 1, 1, -9, 0, 0, 3, 3, 2.5]})
    found = by_category(scan_of(frame, texts=frozenset("t")), "t", "v", None)
    bars = bars_of(found, "sum", "t", 2, 6)
    assert bars.categories == ["b", "c"]
    assert bars.left_out == "not shown: 2 other values of t (5 records); see --top"
    assert list(bars.rows("t", None, "sum of v", 10)) == [
        {"t": "b", "sum of v": -9.0}, {"t": "c", "sum of v": 6.0}
    ]  # fmt: skip
    drawn = draw_bars(bars, "sum of v by t", 40).split("\n")
    assert drawn[0] == "sum of v by t" and drawn[1].endswith("-9") and max(map(len, drawn)) <= 40


COMMANDS = [
    (("bar", "--x", "region"), "region,count,share"),
    (("bar", "--x", "region", "--y", "price", "--by", "year"), "region,year,mean of price"),
    (("line", "--x", "sold", "--y", "price", "--aggregate", "sum"), "sold,sum of price"),
    (("line", "--x", "sold", "--by", "region", "--every", "year"), "sold,region,count"),
    (("line", "--x", "year"), "year,count"),
]


@pytest.mark.parametrize(("words", "head"), COMMANDS, ids=lambda part: " ".join(part))
def test_rows_drawings_and_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...], head: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    sales().to_csv("t.csv", index=False)
    command = ["csv-stats", words[0], "t.csv", *words[1:]]
    assert main(command) == 0
    assert capsys.readouterr().out.splitlines()[0] == head
    assert main([*command, "--format", "json"]) == 0
    assert list(json.loads(capsys.readouterr().out)[0]) == head.split(",")
    assert main([*command, "--draw"]) == 0
    drawn = capsys.readouterr().out.splitlines()
    assert max(map(len, drawn)) <= 80 and len(drawn) >= 4
    for name, start in (("p.png", b"\x89PNG"), ("p.svg", b"<?xml")):
        assert main([*command, "-o", name]) == 0
        assert Path(name).read_bytes().startswith(start)


def test_an_aggregate_of_numbers_needs_their_column(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["csv-stats", "bar", "--x", "a", "--aggregate", "sum"]) == 2
    assert "--aggregate sum needs numbers; name their column with --y" in capsys.readouterr().err


def test_the_start_of_a_week_is_its_monday() -> None:
    for day in pd.date_range("2023-12-20", periods=20):
        start = start_of(day.to_pydatetime(), "week")
        assert start == day.to_period("W").start_time.to_pydatetime()
