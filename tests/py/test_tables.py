"""Tables of typed columns: Parquet, Arrow and Feather files, against pandas and pyarrow."""

import datetime
import io
import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyhelpers.csvio.columns import Texts
from pyhelpers.csvio.formats import format_of
from pyhelpers.tables.arrow_columns import chunk_of
from pyhelpers.tables.csv_text import CsvText
from pyhelpers.tables.formats import open_typed
from tests.conftest import HEIGHTS, Run
from tests.typed_tables import KINDS, typed, written

pa = pytest.importorskip("pyarrow", reason="the extra named formats is not installed")
pq = pytest.importorskip("pyarrow.parquet")


@pytest.mark.parametrize("kind", KINDS)
def test_each_type_becomes_numbers_or_texts(kind: str) -> None:
    table = open_typed(io.BufferedReader(io.BytesIO(written(typed(), kind))), "a")
    assert table is not None
    assert table.names == [
        "whole", "real", "price", "zip", "id", "open", "day", "at", "tags", "size.w", "size.h",
        "none",
    ]  # fmt: skip
    [chunks] = table.chunks(table.names, [], lambda step: None)
    found = {
        name: [None if one != one else one for one in chunk]
        for name, chunk in zip(table.names, chunks, strict=True)
    }
    assert found == {
        "whole": [1, 2, None, 4],
        "real": [1.5, None, None, math.inf],
        "price": [1.5, None, -2, None],
        "zip": ["00501", "10001", None, "7"],
        "id": [str(2**60 + 1), str(2**60), "5", None],
        "open": ["true", "false", None, "true"],
        "day": ["2024-02-29", None, "2024-02-29", "2024-02-29"],
        "at": ["2024-02-29 12:00:00.25", None, *2 * ["2024-02-29 12:00:00.25"]],
        "tags": ['["a", "b"]', "[]", None, '["ü"]'],
        "size.w": [1, None, 3, 5],
        "size.h": [2.5, None, None, 1],
        "none": [None] * 4,
    }
    kinds = [table.kinds[name] for name in ("whole", "zip", "open", "day", "at", "size.h")]
    assert kinds == ["number", "text", "boolean", "date", "date", "number"]


VALUES: dict[str, tuple[Any, Any]] = {
    "int64": (pa.int64(), st.integers(-(2**53), 2**53)),
    "int8": (pa.int8(), st.integers(-128, 127)),
    "double": (pa.float64(), st.floats(allow_nan=False)),
    "float": (pa.float32(), st.floats(allow_nan=False, width=32)),
    "string": (pa.string(), st.text(st.characters(codec="utf-8"), max_size=8)),
    "large": (pa.large_string(), st.sampled_from(["a", "", "NA", "1", "2024-01-01"])),
    "coded": (pa.dictionary(pa.int8(), pa.string()), st.sampled_from(["x", "y"])),
    "bool": (pa.bool_(), st.booleans()),
    "date": (pa.date32(), st.dates()),
    "time": (pa.timestamp("us"), st.datetimes(datetime.datetime(1970, 1, 1))),
}


@given(data=st.data(), kind=st.sampled_from(KINDS), size=st.integers(1, 30))
@settings(deadline=None)
def test_values_are_those_that_pyarrow_reads(data: Any, kind: str, size: int) -> None:
    columns = {}
    for name in data.draw(st.sets(st.sampled_from(sorted(VALUES)), min_size=1)):
        type, values = VALUES[name]
        drawn = data.draw(st.lists(st.none() | values, min_size=size, max_size=size))
        columns[name] = pa.array(drawn, type)
    content = written(pa.table(columns), kind)
    table = open_typed(io.BufferedReader(io.BytesIO(content)), "a")
    assert table is not None
    chunks = [list(c) for c in zip(*table.chunks(table.names, [], lambda s: None), strict=True)]
    for name, parts in zip(table.names, chunks, strict=True):
        got = [None if one != one else one for part in parts for one in part]
        wanted = columns[name].to_pylist()
        if name in ("bool",):
            wanted = [None if one is None else str(one).lower() for one in wanted]
        if name in ("date", "time"):
            parse = datetime.date if name == "date" else datetime.datetime
            got = [None if one is None else parse.fromisoformat(one) for one in got]
        assert got == wanted, name
        for part in parts:
            if isinstance(part, Texts):
                counts = pd.Series(part).value_counts(dropna=False)
                assert {repr(k): v for k, v in part.counts.items()} == {
                    repr(k): v for k, v in counts.items()
                }


@given(st.floats(allow_nan=False))
def test_numbers_as_texts_are_the_same_numbers(number: float) -> None:
    [text] = chunk_of(pa.array([number]), spelled=True)
    assert float(text) == number


@pytest.mark.parametrize("how", [{}, {"row_group_size": 7}, {"use_dictionary": False}])
def test_describe_gives_what_pandas_gives(run: Run, tmp_path: Path, how: dict[str, Any]) -> None:
    frame = pd.read_csv(HEIGHTS)[:500].assign(none=None, word="x")
    file = tmp_path / "a.csv"  # its name does not count
    pq.write_table(pa.Table.from_pandas(frame), file, **how)
    found = pd.read_csv(io.StringIO(run("csv-stats", "describe", file).stdout), index_col=0)
    wanted = frame.describe().T
    for name in wanted.index:
        ours = found.loc[name, list(wanted.columns)].astype(float)
        np.testing.assert_allclose(ours, wanted.loc[name], rtol=1e-12)
    assert found.loc["none", "type"] == "empty"
    assert (found.loc["word", ["type", "count"]] == ["text", 500]).all()


def test_the_same_table_as_csv_and_in_each_format(run: Run, tmp_path: Path) -> None:
    frame = pd.read_csv(HEIGHTS)[:300].assign(team=lambda f: "t" + (f.Index % 3).astype(str))
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_feather(tmp_path / "a.feather")
    for words in (
        ["describe"], ["describe", "--by", "team"], ["correlate"], ["quantiles"],
        ["dictionary", "--format", "csv"],
        ["bar", "--x", "team"], ["fit", "--target", "Weight-Pounds", "-c", "Height-Inches"],
        ["compare", "--by", "team"], ["check"], ["cluster", "-k", "2"],
        ["cluster", "-k", "2", "--rows"], ["histogram"], ["line", "--x", "Index"],
    ):  # fmt: skip
        wanted = run("csv-stats", *words, tmp_path / "a.csv")
        for name in ("a.parquet", "a.feather"):
            found = run("csv-stats", *words, tmp_path / name)
            alike(found.stdout, wanted.stdout)


def alike(found: str, wanted: str) -> None:
    """Compare two outputs: the numbers to twelve digits, all else to the character."""
    pairs = zip(
        found.replace("\n", ",").split(","), wanted.replace("\n", ",").split(","), strict=True
    )
    for mine, theirs in pairs:
        assert mine == theirs or float(mine) == pytest.approx(float(theirs), rel=1e-9)


def test_pipes_and_compressed_files_are_read_too(run: Run, tmp_path: Path) -> None:
    content = written(typed(), "parquet")
    (tmp_path / "a.parquet").write_bytes(content)
    wanted = run("csv-stats", "describe", tmp_path / "a.parquet").stdout
    piped = run("bash", "-c", 'cat "$1" | csv-stats describe', "-", tmp_path / "a.parquet")
    assert piped.stdout == wanted != ""
    assert (
        run("bash", "-c", 'csv-stats describe <"$1"', "-", tmp_path / "a.parquet").stdout == wanted
    )
    (tmp_path / "a.xz").write_bytes(__import__("lzma").compress(content))
    assert run("csv-stats", "describe", tmp_path / "a.xz").stdout == wanted


def test_a_folder_is_one_table(run: Run, tmp_path: Path) -> None:
    frame = pd.read_csv(HEIGHTS)[:300]
    folder = tmp_path / "parts" / "day=1"
    folder.mkdir(parents=True)
    for at in range(3):
        frame[at * 100 : at * 100 + 100].to_parquet(folder / f"part-{at}.parquet")
    (folder / "_SUCCESS").write_bytes(b"")
    (folder / ".crc").write_bytes(b"x")
    frame.to_parquet(tmp_path / "whole.parquet")
    wanted = run("csv-stats", "describe", tmp_path / "whole.parquet").stdout
    found = run("csv-stats", "describe", tmp_path / "parts").stdout
    alike(found, wanted)
    assert run("csv-stats", "correlate", tmp_path / "parts").returncode == 0
    none = tmp_path / "none"
    none.mkdir()
    assert "is a folder without files" in run("csv-stats", "describe", none).stderr


def test_mixed_schemas_in_a_folder_are_refused_with_their_place(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    pd.DataFrame({"a": [1, 2]}).to_parquet(folder / "1.parquet")
    pd.DataFrame({"a": ["x", "y"]}).to_parquet(folder / "2.parquet")
    done = run("csv-stats", "describe", folder)
    assert done.returncode == 1
    assert "2.parquet: column 'a' holds texts, but numbers in" in done.stderr
    done = run("csv-stats", "describe", folder, "--type", "a=text")
    assert "a,text,4" in done.stdout
    pd.DataFrame({"b": [1.5]}).to_parquet(folder / "2.parquet")
    assert "differ from those of" in run("csv-stats", "describe", folder).stderr


def test_options_for_columns_and_missing_values(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    frame = pd.DataFrame({"n": [1, -999, 3], "t": ["1,5", "2,5", "none"], "z": ["1", "2", ""]})
    frame.to_parquet(file)

    def rows(*words: str) -> list[str]:
        return run("csv-stats", "describe", *words, file).stdout.splitlines()[1:]

    assert [row.split(",")[:4] for row in rows()] == [
        ["n", "number", "3", "0"], ["t", "text", "3", "0"], ["z", "text", "3", "0"]
    ]  # fmt: skip
    told = rows("--missing", "-999,none", "--type", "z=number", "--decimal", ",")
    assert [row.split(",")[:5] for row in told] == [
        ["n", "number", "2", "1", "2.0"], ["t", "number", "2", "1", "2.0"],
        ["z", "number", "2", "1", "1.5"],
    ]  # fmt: skip
    assert rows("--type", "n=text")[0].startswith("n,text,3")
    assert "no column 'q'" in run("csv-stats", "describe", "-c", "q", file).stderr


@pytest.mark.parametrize("kind", ["parquet", "feather", "jsonl", "xlsx"])
def test_a_notebook_reads_the_format_again(run: Run, tmp_path: Path, kind: str) -> None:
    frame, file = pd.read_csv(HEIGHTS)[:200], tmp_path / "it's"
    if kind == "jsonl":
        frame.to_json(file, orient="records", lines=True)
    elif kind == "xlsx":
        pytest.importorskip("openpyxl")
        with file.open("wb") as sheet:
            frame.to_excel(sheet, index=False, engine="openpyxl")
    else:
        getattr(frame, f"to_{kind}")(file)
    out = tmp_path / "a.ipynb"
    done = run("csv-stats", "report", file, "--ipynb", "-o", out)
    assert done.returncode == 0, done.stderr
    cells = json.loads(out.read_text())["cells"]
    [load] = ["".join(c["source"]) for c in cells if "import pandas" in "".join(c["source"])]
    found: dict[str, Any] = {}
    exec(load, found)
    pd.testing.assert_frame_equal(found["frame"], frame)


def test_duplicate_and_dotted_names_keep_their_columns() -> None:
    table = pa.table([pa.array([1.0]), pa.array([2.0]), pa.array([3.0])], names=["a", "a", "a.b"])
    opened = open_typed(io.BufferedReader(io.BytesIO(written(table, "parquet"))), "a")
    assert opened is not None and opened.names == ["a", "a.1", "a.b"]
    for name, value in zip(opened.names, (1.0, 2.0, 3.0), strict=True):
        [[chunk]] = opened.chunks([name], [], lambda step: None)
        assert list(chunk) == [value]


def test_a_csv_needs_no_pyarrow(run: Run) -> None:
    code = (
        "import sys\n"
        "from pyhelpers.__main__ import main\n"
        "try:\n    main(['csv-stats', 'describe', %r])\nexcept SystemExit:\n    pass\n"
        "assert 'pyarrow' not in sys.modules"
    )
    done = run(sys.executable, "-c", code % str(HEIGHTS))
    assert done.returncode == 0, done.stderr


def test_as_csv_it_is_what_pandas_writes() -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": ["x,y", 'q"'], "c": [0.1, np.nan], "d": ["", None]})
    out = io.BytesIO()
    frame.to_parquet(out)
    table = open_typed(io.BufferedReader(io.BytesIO(out.getvalue())), "a")
    assert table is not None
    assert CsvText(table).read().decode() == frame.to_csv(index=False, lineterminator="\n")


def test_formats_are_known_by_content() -> None:
    for kind, name in zip(KINDS, ("parquet", "arrow", "arrow stream"), strict=True):
        assert format_of(written(typed(), kind)[:1024]) == name
    assert format_of(HEIGHTS.read_bytes()[:1024]) == ""


def test_training_on_parquet_is_training_on_the_csv(run: Run, tmp_path: Path) -> None:
    frame = pd.read_csv(HEIGHTS)[:400].assign(
        team=lambda f: (f.Index % 3).astype(str).str.zfill(2),
        day=pd.date_range("2024-01-01", periods=400),
    )
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_parquet(tmp_path / "a.parquet")
    tables = {}
    for name in ("a.csv", "a.parquet"):
        words = ["ml-model", "train", tmp_path / name, "--target", "Weight-Pounds"]
        tables[name] = run(*words, "-o", tmp_path / f"{name}.model")
        assert tables[name].returncode == 0, tables[name].stderr
    measures = [pd.read_csv(io.StringIO(one.stdout), index_col=0) for one in tables.values()]
    pd.testing.assert_frame_equal(*measures, rtol=1e-9)
    wanted = run("ml-model", "predict", tmp_path / "a.csv.model", tmp_path / "a.csv")
    found = run("ml-model", "predict", tmp_path / "a.parquet.model", tmp_path / "a.parquet")
    answers = [pd.read_csv(io.StringIO(one.stdout))["prediction"] for one in (wanted, found)]
    np.testing.assert_allclose(answers[0], answers[1], rtol=1e-9)


def test_a_typed_column_of_digits_is_a_category(run: Run, tmp_path: Path) -> None:
    frame = pd.DataFrame({"plot": ["1", "2", "3", "4"] * 50, "y": [5.0, 1.0, 7.0, 2.0] * 50})
    frame.to_parquet(tmp_path / "a.parquet")
    words = ["ml-model", "train", tmp_path / "a.parquet", "--target", "y", "-o", tmp_path / "m"]
    done = run(*words)
    assert done.returncode == 0, done.stderr
    assert '"category"' in (tmp_path / "m" / "card.json").read_text()


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_folder_is_sampled_and_reported_as_one_table(run: Run, tmp_path: Path, kind: str) -> None:
    frame = pd.DataFrame({"n": range(300), "x": np.arange(300) % 7 + 0.5, "t": list("abc") * 100})
    folder = tmp_path / "parts"
    folder.mkdir()
    for at in (0, 100, 200):
        part, path = frame[at : at + 100], folder / f"{at}.{kind}"
        part.to_parquet(path) if kind == "parquet" else part.to_csv(path, index=False)
    done = run("sample-large-csv", "-n", "250", "--seed", "3", folder)
    assert done.returncode == 0, done.stderr
    drawn = pd.read_csv(io.StringIO(done.stdout))
    assert len(drawn) == 250 and drawn["n"].is_unique
    pd.testing.assert_frame_equal(drawn, frame.loc[drawn["n"]].reset_index(drop=True))
    page = tmp_path / "page.html"
    done = run("csv-stats", "report", folder, "-o", page)
    assert (done.returncode, done.stderr) == (0, "")
    assert "300 records" in page.read_text()
    done = run("csv-stats", "report", folder, "-o", page, "--ipynb")
    assert done.returncode == 2 and "name a FILE" in done.stderr


def test_columns_in_names_of_folders_are_said_not_passed_over_in_silence(
    run: Run, tmp_path: Path
) -> None:
    frame = pd.DataFrame({"n": range(40), "y": [3.0 * i + i % 3 for i in range(40)]})
    frame["day"], frame["shop"] = ["1", "2"] * 20, ["a", "a", "b", "b"] * 10
    frame.to_parquet(tmp_path / "parts", partition_cols=["day", "shop"])
    said = "parts: the values of day, shop stand in names of folders and are not read as columns"
    done = run("csv-stats", "describe", "parts", cwd=tmp_path)
    assert done.returncode == 0 and done.stderr.count(said) == 1
    done = run("sample-large-csv", "-n", "3", "parts", cwd=tmp_path)
    assert done.returncode == 0 and done.stderr.count(said) == 1, done.stderr
    words = ("--target", "y", "--features", "n", "--folds", "0")
    done = run("ml-model", "train", "parts", *words, cwd=tmp_path)
    assert done.returncode == 0 and done.stderr.count(said) == 1, done.stderr
