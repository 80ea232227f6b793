"""Tables in byte ranges: what several processes find is what pandas finds in the whole file."""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pyhelpers import KitError
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.parallel import forked
from pyhelpers.statistics import byte_ranges, range_sample
from pyhelpers.statistics.byte_ranges import RangesTable, on_cores
from pyhelpers.statistics.column_summary import SummarySpec
from pyhelpers.statistics.describe import describe_rows, describe_table
from pyhelpers.statistics.table_pass import Intervals, TablePass
from tests.conftest import Run

ROWS = 40_000
FRACTIONS = (0.0, 0.01, 0.25, 0.5, 0.75, 0.999, 1.0)


@pytest.fixture(autouse=True)
def small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_ranges, "PART_BYTES", 1 << 17)
    monkeypatch.setattr(range_sample, "SLICE_BYTES", 1 << 10)
    monkeypatch.setattr(range_sample, "LEAST_SAMPLE", 1 << 17)


def frame_of(rows: int = ROWS) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"normal": rng.normal(size=rows).round(6), "index": np.arange(rows)})
    frame["backwards"] = -np.arange(rows) / 7
    frame["steps"] = np.repeat(rng.normal(size=rows // 1000), 1000)
    frame["few"] = rng.integers(0, 3, rows)
    frame["walk"] = rng.normal(size=rows).cumsum()
    frame.loc[rng.integers(0, rows, 900), "few"] = np.nan
    frame["word"] = [f"w{k}" for k in rng.integers(0, 50, rows)]
    frame["late"] = ["7"] * (rows - 5) + ["seven"] * 5
    return frame


def opened(path: Path, processes: int = 2, **more: Any) -> RangesTable:
    return RangesTable([str(path)], Options(processes=processes, **more), on_cores(processes))


def rows_of(table: RangesTable, fractions: tuple[float, ...] = FRACTIONS) -> dict[str, Any]:
    groups = describe_table(table, None, SummarySpec(fractions), 1 << 30)
    return {row["column"]: row for row in describe_rows(groups, None)}


def write(frame: pd.DataFrame, path: Path) -> None:
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path, index=False, row_group_size=1500)


@pytest.mark.parametrize(
    ("processes", "ending"), [(1, "csv"), (2, "csv"), (3, "csv"), (2, "parquet")]
)
def test_ranges_give_the_numbers_of_pandas(tmp_path: Path, processes: int, ending: str) -> None:
    frame, path = frame_of(), tmp_path / f"a.{ending}"
    write(frame, path)
    table = opened(path, processes)
    assert table.is_split and len(table._parts) > 8
    found = rows_of(table)
    numbers = frame.select_dtypes("number")
    for name, column in numbers.items():
        row = found[str(name)]
        expected = column.quantile(list(FRACTIONS)).tolist()
        labels = ["0%", "1%", "25%", "50%", "75%", "99.9%", "100%"]
        assert [row[label] for label in labels] == pytest.approx(expected, rel=1e-15, abs=0)
        assert row["mean"] == pytest.approx(column.mean(), rel=1e-12)
        assert row["std"] == pytest.approx(column.std(), rel=1e-12)
        assert (row["min"], row["max"], row["count"]) == (
            column.min(), column.max(), column.count(),
        )  # fmt: skip
    typed = ending == "parquet"  # its texts are no numbers, whatever their digits
    assert typed or (found["late"]["type"], found["late"]["unparsed"]) == ("number", 5)
    assert not typed or (found["late"]["type"], found["late"]["top_count"]) == ("text", ROWS - 5)
    top = frame["word"].value_counts()
    assert found["word"]["top_count"] == top.max() and found["word"]["distinct"] == len(top)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_the_number_of_processes_changes_no_digit(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    write(frame_of(), path)
    assert rows_of(opened(path, 1)) == rows_of(opened(path, 2)) == rows_of(opened(path, 3))


@pytest.mark.parametrize("way", ["wrong", "none"])
def test_quantiles_are_exact_when_the_guess_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    def wrong(self: RangesTable, columns: list[str], fractions: Any) -> Intervals | None:
        told: Intervals = {("", name): [(1e6, 1e7, list(fractions))] for name in columns}
        return told if way == "wrong" else None

    monkeypatch.setattr(RangesTable, "guess", wrong)
    frame, path = frame_of(), tmp_path / "a.csv"
    frame.to_csv(path, index=False)
    found = rows_of(opened(path), (0.25, 0.5))
    for name in ("normal", "index", "steps", "walk"):
        expected = frame[name].quantile([0.25, 0.5]).tolist()
        assert [found[name][label] for label in ("25%", "50%")] == pytest.approx(expected, 1e-15)


def test_a_guess_that_would_not_fit_into_memory_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    frame_of().to_csv(path, index=False)
    assert opened(path).guess(["normal"], (0.5,))
    monkeypatch.setattr(range_sample, "MOST_KEPT", 1000)
    assert opened(path).guess(["normal"], (0.5,)) is None


def test_a_part_returns_no_more_than_its_brackets(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    frame_of(400_000)[["normal"]].to_csv(path, index=False)
    table = opened(path)
    guessed = table.guess(["normal"], (0.5,))
    wanted = TablePass(["normal"], SummarySpec((0.5,)), intervals=guessed)
    [summary] = table.run(wanted)[""]
    kept = sum(bracket.size for bracket in summary.quantiles.brackets)
    assert summary.quantiles.exact and kept < 0.15 * summary.count


def quoted_lines(path: Path) -> pd.DataFrame:
    """Write a file in which most lines are within quotes, so that ranges end there."""
    text = "line\n" * 400
    frame = pd.DataFrame({"text": [f"{i}\n{text}" for i in range(400)], "n": range(400)})
    frame.to_csv(path, index=False)
    return frame


def test_a_quoted_field_across_ranges_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "quoted.csv"
    frame = quoted_lines(path)
    table = opened(path)
    found = rows_of(table, (0.5,))
    assert found["n"]["count"] == 400 and found["n"]["50%"] == frame["n"].median()
    assert found["text"]["distinct"] == 400
    assert not table.is_split and table.scan.records == 400


def test_a_bad_record_has_the_line_that_it_has_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    lines = ["a,b", *(["1,2"] * 200_000), "3", *(["1,2"] * 100_000), "4", "1,2"]
    path.write_text("\n".join(lines) + "\n")
    places = [number for number, line in enumerate(lines, 1) if line.count(",") != 1]
    skipping = opened(path, skip_bad=True)
    assert rows_of(skipping)["a"]["count"] == 300_001
    assert skipping.scan.bad == places
    with pytest.raises(KitError, match=f"line {places[0]}\\b"):
        rows_of(opened(path))


def test_describe_reads_a_large_file_in_ranges(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, path = frame_of(120_000), tmp_path / "large.csv"
    frame.to_csv(path, index=False)
    assert path.stat().st_size > Options().small
    done = run("csv-stats", "describe", path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "csv-stats: late: 5 values are not numbers, such as 'seven'\n"
    table = pd.read_csv(io.StringIO(done.stdout), index_col="column")
    expected = frame.describe()
    for name in expected:
        for label in ("25%", "50%", "75%", "min", "max"):
            assert float(str(table.loc[name, label])) == expected.loc[label, name], (name, label)


def test_many_large_files_are_one_table(run: Run, tmp_path: Path) -> None:
    frame = frame_of(120_000)
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    frame[:60_000].to_csv(one, index=False)
    frame[frame.columns[::-1]][60_000:].to_csv(two, index=False, sep=";")
    done = run("csv-stats", "describe", one, two)
    table = pd.read_csv(io.StringIO(done.stdout), index_col="column")
    assert float(str(table.loc["walk", "50%"])) == frame["walk"].median(), done.stderr
    two.write_text("normal,other\n" + "1,2\n" * 2_000_000)
    done = run("csv-stats", "describe", one, two)
    assert done.returncode == 1 and "its columns differ from those of" in done.stderr


def die(item: int) -> int:
    if item == 3:
        os.kill(os.getpid(), 9)
    return item


def fail(item: int) -> int:
    if item == 3:
        raise KitError("three")
    return item


@pytest.mark.parametrize(("work", "said"), [(die, "was ended"), (fail, "three")])
def test_a_process_that_dies_or_raises_is_an_error(work: Callable[[int], int], said: str) -> None:
    with pytest.raises(KitError, match=said):
        list(forked(work, range(9), 2))


def test_results_come_in_the_order_of_the_items() -> None:
    def slow_first(item: int) -> int:
        import time

        time.sleep(0.2 if item == 0 else 0)
        return item * item

    results: Iterator[int] = forked(slow_first, range(20), 3)
    assert list(results) == [item * item for item in range(20)]


@pytest.mark.parametrize("command", ["describe", "check", "dictionary"])
def test_a_header_of_delimiters_is_an_error_at_once(run: Run, tmp_path: Path, command: str) -> None:
    path = tmp_path / "commas.csv"
    path.write_text("," * 20_000 + "\n" + "1," * 20_000 + "\n")
    done = run("csv-stats", command, path)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert "20,001 of the 20,001 columns of the header have no name" in done.stderr
    path.write_text(",".join(f"c{i}" for i in range(300)) + "\n" + ",".join("1" * 300) + "\n")
    assert run("csv-stats", command, path).returncode == 0
