"""The catalogue of statistics: each entry against pandas or scipy, in one pass and merged."""

import io
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pyhelpers.__main__ import main
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics import catalogue
from pyhelpers.statistics.catalogue import NUMBER, STATISTICS, Statistic, docs_table, row_of
from pyhelpers.statistics.column_summary import SummarySpec
from pyhelpers.statistics.describe import LocalTable, describe_table
from pyhelpers.statistics.table_pass import Summaries, TablePass
from tests.conftest import ROOT, Run

FRACTIONS = (0.05, 0.5, 0.9)
ROWS = 1200


@dataclass
class Column:
    """A column as it is written, and what a person would read in it."""

    kind: str
    written: list[str]
    values: "pd.Series[Any]"  # those of the column's type: numbers as floats, others as written
    missing: int = 0
    unparsed: int = 0


def columns() -> dict[str, Column]:
    rng = np.random.default_rng(41)
    skewed = rng.gamma(2.0, size=ROWS).round(2)
    infinite = rng.normal(size=ROWS)
    infinite[7] = math.inf
    days = [f"20{y:02}-0{m}-1{d}" for y, m, d in rng.integers(1, 9, (ROWS, 3))]
    truths = [["true", "false"][i] for i in rng.integers(0, 2, ROWS)]
    texts = [f"tide {i}" for i in rng.integers(0, 300, ROWS)]
    gaps = [*map(str, skewed[: ROWS - 3]), "", "NA", "high"]
    return {
        "a": Column("number", gaps, pd.Series(skewed[: ROWS - 3]), 2, 1),
        "b": Column("number", [*map(str, infinite)], pd.Series(infinite)),
        "c": Column("date", [*days[1:], "soon"], pd.Series(days[1:]), 0, 1),
        "d": Column("boolean", truths, pd.Series(truths)),
        "e": Column("text", ["", *texts[1:]], pd.Series(texts[1:]), 1),
        "f": Column("empty", [""] * ROWS, pd.Series([], dtype=float), ROWS),
    }


def top(values: "pd.Series[Any]", size: int) -> list[tuple[str, int]]:
    return sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0]))[:size]


def normality(column: Column) -> float:
    from scipy import stats

    finite = np.isfinite(column.values).all()
    return float(stats.jarque_bera(column.values).pvalue) if finite else math.nan


def shape(column: Column) -> str:
    if not np.isfinite(column.values).all():
        return ""
    skewness, kurtosis = float(column.values.skew()), float(column.values.kurt())
    assert skewness > 0.5 and kurtosis > 1  # what this column was drawn to be
    return "skewed right, fat tails"


# Adding a statistic takes a line here: what somebody else computes of the same values.
ORACLES: dict[str, Callable[[Column], Any]] = {
    "type": lambda c: c.kind,
    "count": lambda c: len(c.values),
    "missing": lambda c: c.missing,
    "unparsed": lambda c: c.unparsed or None,
    "infinite": lambda c: int(np.isinf(c.values).sum()) or None,
    "mean": lambda c: c.values.mean(),
    "std": lambda c: c.values.std(),
    "min": lambda c: c.values.min(),
    "quantiles": lambda c: c.values.quantile(FRACTIONS).tolist(),
    "max": lambda c: c.values.max(),
    "distinct": lambda c: c.values.nunique(),
    "top": lambda c: top(c.values, 1)[0][0],
    "top_count": lambda c: top(c.values, 1)[0][1],
    "shortest": lambda c: c.values.str.len().min(),
    "longest": lambda c: c.values.str.len().max(),
    "skewness": lambda c: c.values.skew(),
    "kurtosis": lambda c: c.values.kurt(),
    "normal_p": normality,
    "shape": shape,
    "top_words": lambda c: ", ".join(f"{text} {n}" for text, n in top(c.values, 3)),
    "approximate": lambda c: None,
}


def as_csv(rows: slice = slice(None)) -> bytes:
    frame = pd.DataFrame({name: column.written[rows] for name, column in columns().items()})
    return str(frame.to_csv(index=False)).encode()


def scan_of(raw: bytes, options: Options) -> Scan:
    return Scan(io.BytesIO(raw), "t.csv", options)


class PartsTable:
    """A table in four parts, each summarised alone, as on a Dask cluster."""

    rereadable = True
    in_parts = True

    def __init__(self) -> None:
        self._parts = [as_csv(slice(i, i + ROWS // 4)) for i in range(0, ROWS, ROWS // 4)]
        self.scan = scan_of(self._parts[0], Options())

    def guess(self, columns: list[str], fractions: tuple[float, ...]) -> None:
        """Have the parts sketch their quantiles."""

    def run(self, table_pass: TablePass) -> Summaries:
        self.scan.records = ROWS
        options = Options(texts=table_pass.texts)
        return table_pass.merge(table_pass.run(scan_of(part, options)) for part in self._parts)


def table(way: str) -> Any:
    if way == "parts":
        return PartsTable()
    blocks = {"small": 64, "block": 2048, "processes": 1} if way == "blocks" else {}
    options, raw = Options(**blocks), as_csv()  # type: ignore[arg-type]
    return LocalTable(lambda chosen: scan_of(raw, chosen), options, rereadable=way == "blocks")


@pytest.fixture(scope="module", params=["blocks", "whole", "parts"])
def rows(request: pytest.FixtureRequest) -> Iterator[dict[str, dict[str, Any]]]:
    spec = SummarySpec(FRACTIONS, everything=True)
    groups = describe_table(table(request.param), None, spec, 1 << 30)
    yield {summary.name: row_of(summary) for summary in groups[""]}


@pytest.mark.parametrize("entry", STATISTICS, ids=lambda entry: entry.name)
def test_a_statistic_is_what_somebody_else_computes(
    rows: dict[str, dict[str, Any]], entry: Statistic
) -> None:
    oracle = ORACLES[entry.name]
    for name, column in columns().items():
        labels = ["5%", "50%", "90%"] if entry.columns else [entry.name]
        found = [rows[name][label] for label in labels]
        if column.kind not in entry.types | entry.with_all:
            assert found == [None] * len(labels), name
            continue
        with np.errstate(invalid="ignore"):
            expected = oracle(column)
        expected = expected if entry.columns else [expected]
        if isinstance(expected[0], float):
            expected = pytest.approx(expected, rel=1e-9, nan_ok=True)
        assert found == expected, name


def test_without_all_a_type_has_its_default_statistics_only() -> None:
    groups = describe_table(table("whole"), None, SummarySpec(), 1 << 30)
    for summary in groups[""]:
        row = row_of(summary)
        for entry in STATISTICS:
            if summary.kind in entry.with_all:
                assert row[entry.name] is None
        assert row["count"] is not None


def test_columns_come_in_the_order_of_the_catalogue(run: Run) -> None:
    printed = run("csv-stats", "describe", "--all", input=as_csv().decode()).stdout
    header = printed.splitlines()[0].split(",")
    known = ["column"]
    for entry in STATISTICS:
        known += ["25%", "50%", "75%"] if entry.columns else [entry.name]
    assert header == [name for name in known if name in header]
    assert set(known) - set(header) == {"approximate"}


class LogSum:
    """The sum of logarithms: an accumulator as a contributor would write it."""

    def __init__(self, limit: int) -> None:
        self.total, self.count = 0.0, 0

    def add(self, numbers: Any) -> None:
        self.total += float(np.log(np.asarray(numbers)).sum())
        self.count += len(numbers)

    def merge(self, other: "LogSum") -> None:
        self.total += other.total
        self.count += other.count


GEOMETRIC = Statistic(
    "geometric_mean", lambda s: math.exp(s.of(LogSum).total / s.of(LogSum).count),
    "n-th root of the product", set(), NUMBER, "sums of logarithms", accumulator=LogSum,
)  # fmt: skip


def test_one_entry_adds_a_statistic_to_output_help_and_docs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from scipy import stats

    monkeypatch.setattr(catalogue, "STATISTICS", (*STATISTICS, GEOMETRIC))
    catalogue.accumulators.cache_clear()
    try:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a\n1\n2\n8\n")))
        assert main(["csv-stats", "describe", "--all", "--format", "csv"]) == 0
        header, line = (text.split(",") for text in capsys.readouterr().out.splitlines())
        expected = stats.gmean([1, 2, 8])
        assert float(line[header.index("geometric_mean")]) == pytest.approx(expected)
        spec = SummarySpec(everything=True)
        groups = describe_table(PartsTable(), ["b"], spec, 1 << 30)
        assert groups[""][0].of(LogSum).count == ROWS
    finally:
        catalogue.accumulators.cache_clear()
    assert "geometric_mean n" in catalogue.help_lines()
    assert "| `geometric_mean` |  | number | n-th root" in docs_table()


def test_help_and_page_show_every_statistic(run: Run) -> None:
    shown = run("csv-stats", "describe", "--help").stdout
    assert catalogue.help_lines() in shown
    assert max(map(len, catalogue.help_lines().splitlines())) <= 80
    page = (ROOT / "docs/explanation/statistics.md").read_text()
    assert docs_table() in page, "docs/explanation/statistics.md is out of date: run make docs"
