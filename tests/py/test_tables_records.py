"""Tables of JSON lines and of Excel workbooks, against pandas and openpyxl."""

import datetime
import io
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyhelpers import KitError
from pyhelpers.csvio.options import Options
from pyhelpers.tables import workbook
from pyhelpers.tables.formats import open_typed
from pyhelpers.tables.scan import open_scan
from tests.conftest import HEIGHTS, Run

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
)
RECORDS = st.lists(
    st.dictionaries(
        st.sampled_from(["a", "b", "c d"]), SCALARS | st.lists(SCALARS, max_size=2), max_size=3
    ),
    min_size=1,
    max_size=12,
)


def lines(records: list[Any], **how: Any) -> bytes:
    return "".join(json.dumps(one, **how) + "\n" for one in records).encode()


def chunks_of(content: bytes, spelled: bool = False, **how: Any) -> dict[str, list[Any]]:
    table = open_typed(io.BufferedReader(io.BytesIO(content)), "a", **how)
    assert table is not None
    names = table.names
    blocks = list(table.chunks(names, names if spelled else [], lambda step: None))
    return {
        name: [None if one != one else one for block in blocks for one in block[at]]
        for at, name in enumerate(names)
    }


@given(RECORDS)
@settings(deadline=None)
def test_values_of_json_lines_are_kept(records: list[dict[str, Any]]) -> None:
    if not any(records):
        with pytest.raises(KitError, match="no object with a key"):
            chunks_of(lines(records))
        return
    found = chunks_of(lines(records), spelled=True)
    assert set(found) == {key for record in records for key in record}
    for name, texts in found.items():
        for record, text in zip(records, texts, strict=True):
            value = record.get(name)
            if isinstance(value, str) or value is None:
                assert text == value
            else:
                assert json.loads(text) == value


def test_types_of_json_lines(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"  # its name does not count
    records = [
        {"n": i, "zip": f"0{i}", "ok": i % 2 == 0, "day": f"2024-01-0{i + 1}", "size": {"w": i}}
        for i in range(5)
    ]
    file.write_bytes(b"\xef\xbb\xbf" + lines(records) + b"\n")
    rows = [row.split(",") for row in run("csv-stats", "describe", file).stdout.splitlines()]
    assert [row[:3] for row in rows[1:]] == [
        ["n", "number", "5"], ["zip", "text", "5"], ["ok", "boolean", "5"], ["day", "date", "5"],
        ["size.w", "number", "5"],
    ]  # fmt: skip


@pytest.mark.parametrize("pipe", [False, True])
def test_json_lines_are_described_as_the_csv(run: Run, tmp_path: Path, pipe: bool) -> None:
    frame = pd.read_csv(HEIGHTS)[:2000].assign(team=lambda f: "t" + (f.Index % 3).astype(str))
    frame.to_csv(tmp_path / "a.csv", index=False)
    content = frame.to_json(orient="records", lines=True).encode()
    (tmp_path / "a.jsonl").write_bytes(content)
    wanted = run("csv-stats", "describe", tmp_path / "a.csv").stdout
    if pipe:
        found = run("csv-stats", "describe", input=content).stdout
    else:
        found = run("csv-stats", "describe", tmp_path / "a.jsonl").stdout
    frames = [pd.read_csv(io.StringIO(text)) for text in (found, wanted)]
    pd.testing.assert_frame_equal(*frames, rtol=1e-12)


@pytest.mark.parametrize(
    "line, said",
    [
        (b'{"a": 1', "line 2 is not JSON"),
        (b"[1, 2]", "line 2 is not a JSON object"),
        (b'{"a": "\xff"}', "line 2 is not UTF-8"),
        (b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "line 2 is not JSON"),
    ],
)
def test_a_bad_line_is_named_or_skipped(run: Run, tmp_path: Path, line: bytes, said: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"a": 1}\n' + line + b'\n{"a": 3}\n')
    done = run("csv-stats", "describe", file)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"a.jsonl: {said}" in done.stderr and done.stderr.count("\n") == 1
    done = run("csv-stats", "describe", "--skip-bad", file)
    assert "a,number,2,0,2.0" in done.stdout and "1 bad record left out (lines 2)" in done.stderr


def test_json_of_several_lines_is_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"a": [1, 2]}, indent=1))
    done = run("csv-stats", "describe", file)
    assert "line 1 is the start of JSON of several lines" in done.stderr


def test_a_long_line_is_read_and_an_endless_one_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = lines([{"a": "x" * (16 << 20), "b": 1}, {"a": "y", "b": 2}])
    assert chunks_of(content)["b"] == [1, 2]
    monkeypatch.setattr("pyhelpers.tables.json_lines.LONGEST", 1 << 20)
    with pytest.raises(KitError, match="line 1 is longer than 1 MB"):
        chunks_of(content)


def test_a_key_that_comes_late_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyhelpers.tables.json_lines.HEAD", 100)
    content = lines([{"a": 1}] * 50 + [{"a": 2, "b": 1}] * 3)
    scan = open_scan(io.BufferedReader(io.BytesIO(content)), "x", Options())
    assert sum(len(chunk) for [chunk] in scan.chunks(["a"])) == 53
    [remark] = scan.remarks
    assert remark.startswith("b: 3 values are left out")


def test_half_a_surrogate_pair_can_be_written(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"a": "\\ud800x"}\n{"a": "\\ud83d\\ude00"}\n')
    done = run("csv-stats", "bar", "--x", "a", "--format", "csv", file)
    assert done.returncode == 0 and "\N{GRINNING FACE}" in done.stdout


def test_training_on_json_lines_is_training_on_the_csv(run: Run, tmp_path: Path) -> None:
    frame = pd.read_csv(HEIGHTS)[:300]
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_json(tmp_path / "a.jsonl", orient="records", lines=True)
    found = []
    for name in ("a.csv", "a.jsonl"):
        words = ["ml-model", "train", tmp_path / name, "--target", "Weight-Pounds"]
        found.append(run(*words, "-o", tmp_path / f"{name}.model").stdout)
    frames = [pd.read_csv(io.StringIO(text)) for text in found]
    pd.testing.assert_frame_equal(*frames, rtol=1e-9)
    done = run("ml-model", "evaluate", tmp_path / "a.csv.model", tmp_path / "a.jsonl")
    assert done.returncode == 0 and "linear,300" in done.stdout


# --- workbooks ---------------------------------------------------------------------------------

CELLS = [
    ["n", "zip", "when", "ok", "note", None, "gap"],
    [1, "00501", datetime.datetime(2024, 2, 29, 12, 30), True, "NA", None, None],
    [2.5, "10001", datetime.datetime(2024, 3, 1), False, "x", None, None],
    [None, None, None, None, None, None, None],
    [4, "7", None, True, "y", None, 3],
]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("python_calamine", reason="the extra named formats is not installed")
    made = openpyxl.Workbook()
    made.active.title = "First"
    for row in CELLS:
        made.active.append(row)
    second = made.create_sheet("The second")
    for row in (["title"], ["a", "b"], [1, 2], [3, 4]):
        second.append(row)
    made.save(tmp_path / "book.csv")  # its name does not count
    return tmp_path / "book.csv"


def test_the_cells_of_a_sheet(book: Path) -> None:
    assert chunks_of(book.read_bytes()) == {
        "n": [1, 2.5, 4],
        "zip": ["00501", "10001", "7"],
        "when": ["2024-02-29 12:30:00", "2024-03-01", None],
        "ok": ["true", "false", "true"],
        "note": [None, "x", "y"],
        "gap": [None, None, 3],
    }


def test_sheets_are_chosen_by_name(run: Run, book: Path) -> None:
    done = run("csv-stats", "describe", book)
    assert "n,number,3,0,2.5" in done.stdout
    assert "read the sheet First; others, for --sheet: The second" in done.stderr
    second = ["csv-stats", "describe", book, "--sheet", "The second", "--skip-lines", 1]
    assert "b,number,2,0,3.0" in run(*second).stdout
    done = run("csv-stats", "describe", book, "--sheet", "third")
    assert done.returncode == 2 and "its sheets: First, The second" in done.stderr
    assert run("csv-stats", "describe", HEIGHTS, "--sheet", "x").returncode == 2


def test_a_workbook_of_numbers_is_what_pandas_reads(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    frame = pd.read_csv(HEIGHTS)[:400]
    file = tmp_path / "a.xlsx"
    frame.to_excel(file, index=False, engine="openpyxl")
    wanted = pd.read_excel(file, engine="openpyxl").describe().T
    found = pd.read_csv(io.StringIO(run("csv-stats", "describe", file).stdout), index_col=0)
    np.testing.assert_allclose(
        found[list(wanted.columns)].to_numpy(float), wanted.to_numpy(), rtol=1e-12
    )
    piped = run("bash", "-c", 'cat "$1" | csv-stats describe', "-", file)
    assert pd.read_csv(io.StringIO(piped.stdout), index_col=0).equals(found)


def changed(book: Path, part: str, content: bytes) -> bytes:
    """Return a workbook with another content of one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return out.getvalue()


def test_workbooks_that_would_fill_the_memory_are_refused(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "machine_memory", lambda: 64 << 20)
    sheet = "xl/worksheets/sheet1.xml"
    bomb = changed(book, sheet, b"<worksheet>" + b" " * (32 << 20))
    with pytest.raises(KitError, match="is too large a workbook: .* has more than"):
        chunks_of(bomb)
    text = zipfile.ZipFile(book).read(sheet)
    for far in (b"r='XFD1048576'", b'r="XFD1048576"'):
        with pytest.raises(KitError, match="row 1,048,576 and column 16,384"):
            chunks_of(changed(book, sheet, text.replace(b'r="A2"', far)))


def test_a_part_that_lies_about_its_size_is_refused(book: Path) -> None:
    content = bytearray(changed(book, "xl/worksheets/sheet1.xml", b"<a>" + b" " * (1 << 20)))
    size = (len(b"<a>") + (1 << 20)).to_bytes(4, "little")
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = (100).to_bytes(4, "little")
    with pytest.raises(KitError, match="broken workbook"):
        chunks_of(bytes(content))


@cache
def small_book() -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("python_calamine")
    made = openpyxl.Workbook()
    for row in CELLS:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_broken_workbooks_are_one_line(data: Any) -> None:
    content = bytearray(small_book())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(100, len(content)))]
    try:
        chunks_of(bytes(content))
    except KitError as error:
        assert str(error).startswith("a: ") and "\n" not in str(error)


def test_options_of_a_csv_are_refused_for_other_formats(run: Run, book: Path) -> None:
    for words in (["-d", ";"], ["--no-header"], ["--names", "a,b"], ["--comment", "#"]):
        done = run("csv-stats", "describe", book, *words)
        assert done.returncode == 2 and f"leave out {words[0]}" in done.stderr
    done = run("csv-stats", "describe", "--skip-lines", 1, input=b'{"a": 1}\n')
    assert done.returncode == 2 and "leave out --skip-lines" in done.stderr


def test_a_missing_package_is_named(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyhelpers.machine.find_spec", lambda package: None)
    with pytest.raises(KitError, match="python_calamine is missing; run .* --extra formats") as no:
        chunks_of(book.read_bytes())
    assert no.value.exit_code == 127
    assert chunks_of(lines([{"a": 1}])) == {"a": [1]}
