"""csv-stats describe against pandas and Python's csv."""

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pyhelpers import KitError
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.reading import Reading
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.column_summary import SummarySpec
from pyhelpers.statistics.describe import describe, describe_rows
from pyhelpers.statistics.table_pass import Summaries
from tests.conftest import HEIGHTS, Run

GIGA = 1 << 30
TINY: dict[str, Any] = {
    "small": 64,
    "block": 64,
    "processes": 1,
}  # bytes: the fast path and many blocks, whatever the size
NUMBERS = ("count", "mean", "std", "min", "25%", "50%", "75%", "max")


def described(
    data: str | bytes,
    spec: SummarySpec | None = None,
    memory: int = GIGA,
    by: str | None = None,
    again: bool = True,
    **options: Any,
) -> tuple[Scan, Summaries]:
    raw = data.encode() if isinstance(data, str) else data
    spec = spec or SummarySpec(everything=True)

    def opened(chosen: Options) -> Scan:
        return Scan(io.BytesIO(raw), "t.csv", chosen)

    return describe(opened, Options(**options), None, spec, memory, by, again)


def rows(data: str | bytes, **how: Any) -> dict[str, dict[str, Any]]:
    groups = described(data, **how)[1]
    return {row["column"]: row for row in describe_rows(groups, None)}


def test_the_chapters_file_gives_the_chapters_table(run: Run) -> None:
    done = run("csv-stats", "describe", HEIGHTS, "--format", "json")
    assert done.returncode == 0 and done.stderr == ""
    printed = {row["column"]: row for row in json.loads(done.stdout)}
    weight = [f"{printed['Weight-Pounds'][key]:.6f}" for key in NUMBERS[1:]]
    assert weight == [
        "127.079421", "11.660898", "78.014760", "119.308675", "127.157750", "134.892850",
        "170.924000",
    ]  # fmt: skip
    expected = pd.read_csv(HEIGHTS).describe()
    for name in expected:
        found = [printed[name][key] for key in NUMBERS]
        assert found == pytest.approx(expected[name].tolist(), rel=1e-13)


VALUES = st.one_of(st.none(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, width=32))


@settings(deadline=None, max_examples=60)
@given(st.lists(VALUES, min_size=1, max_size=80), st.booleans())
def test_numbers_are_described_as_pandas_describes_them(
    values: list[float | None], fast: bool
) -> None:
    data = "a,b\n" + "".join(f"{'' if v is None else v},1\n" for v in values)
    row = rows(data, **(TINY if fast else {}))["a"]
    series = pd.Series(values, dtype="float64")
    assert row["missing"] == series.isna().sum()
    if series.isna().all():
        assert row["type"] == "empty"
        return
    with np.errstate(all="ignore"):
        for key, value in series.describe().items():
            # Between infinities pandas' quantiles are inf - inf, ours the infinity that it is.
            if not (np.isinf(series).any() and np.isnan(value)):
                scale = series[np.isfinite(series)].abs().max()
                near = pytest.approx(value, rel=1e-9, abs=1e-9 * scale, nan_ok=True)
                assert row[str(key)] == near, key


WORDS = st.text(st.sampled_from('ab,"\n\r;é 1'), max_size=6)


@settings(deadline=None, max_examples=120)
@given(st.lists(st.tuples(WORDS, WORDS, st.integers(0, 9)), min_size=1, max_size=40))
def test_quoted_records_in_small_blocks_are_those_that_pythons_csv_reads(
    records: list[tuple[str, str, int]],
) -> None:
    out = io.StringIO()
    writer = csv.writer(out)  # RFC 4180: what ends a line is quoted
    writer.writerow(["x", "y", "z"])
    writer.writerows(records)
    read = list(csv.reader(io.StringIO(out.getvalue(), newline="")))[1:]
    options = Options(**TINY, texts=frozenset("xy"))
    scan = Scan(io.BytesIO(out.getvalue().encode()), "t.csv", options)
    found: list[list[str]] = [[], []]
    total = 0.0
    for x, y, z in scan.chunks(["x", "y", "z"]):
        found[0] += ["" if part != part else str(part) for part in x]
        found[1] += ["" if part != part else str(part) for part in y]
        total += float(np.nansum(np.asarray(z)))
    assert found == [[line[0] for line in read], [line[1] for line in read]]
    assert total == sum(z for *_, z in records)


def test_the_fast_path_is_taken_and_agrees_with_the_careful_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(1)
    lines = [
        f'{a:.5f},"w {b}, ""q""",{"true" if b % 2 else "False"},{b}\n'
        for a, b in zip(rng.normal(size=4000), rng.integers(0, 50, 4000), strict=True)
    ]
    data = "a,b,c,d\n" + "".join(lines)
    slow = rows(data)
    monkeypatch.setattr(Scan, "_strict", lambda *args: pytest.fail("not certified"))
    fast = rows(data, small=512, block=4096)
    for name in "ad":
        assert [fast[name][key] for key in NUMBERS] == pytest.approx(
            [slow[name][key] for key in NUMBERS], rel=1e-12
        )
    for name in "bc":
        assert fast[name] == slow[name]
    assert slow["c"]["type"] == "boolean" and slow["b"]["distinct"] == 50


@pytest.mark.parametrize("fast", [False, True])
def test_a_late_text_is_counted_and_turns_no_number_wrong(fast: bool) -> None:
    numbers = [str(i) for i in range(500)]
    data = "a,b\n" + "".join(f"{v},x\n" for v in [*numbers, "N/A", '"12,5"', "-", "1e3"])
    row = rows(data, **(TINY if fast else {}))["a"]
    assert (row["type"], row["count"], row["missing"], row["unparsed"]) == ("number", 501, 1, 2)
    assert row["max"] == 1000 and row["mean"] == pytest.approx((sum(range(500)) + 1000) / 501)


@pytest.mark.parametrize("again", [False, True])
def test_a_column_that_turns_to_text_late_is_text(again: bool) -> None:
    data = "a,b\n" + "7.0,1\n" * 40 + "".join(f"w{i},1\n" for i in range(60))
    row = rows(data, again=again, **TINY)["a"]
    assert (row["type"], row["count"]) == ("text", 100)
    if again:  # read a second time, the spelling of the early ones is known
        assert (row["top"], row["top_count"], row["distinct"]) == ("7.0", 40, 61)
    else:
        assert row["approximate"] == "numbers counted as text"


def test_dates_have_a_range_and_booleans_a_top() -> None:
    data = "d,t\n2021-03-04,true\n2020-12-31,false\n,true\n2021-01-01T10:00:00+02:00,True\n"
    found = rows(data)
    dates = (found["d"]["type"], found["d"]["min"], found["d"]["max"])
    assert dates == ("date", "2020-12-31", "2021-03-04")
    truths = (found["t"]["type"], found["t"]["top"], found["t"]["top_count"])
    assert truths == ("boolean", "true", 2)


def test_groups_are_described_as_pandas_groupby_does() -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"g": rng.choice(["a", "b", "1"], 900), "v": rng.normal(size=900)})
    groups = described(frame.to_csv(index=False), by="g", small=256, block=1024)[1]
    for label, expected in frame.groupby("g")["v"]:
        row = next(r for r in describe_rows(groups, "g") if r["group"] == label)
        assert [row[key] for key in NUMBERS] == pytest.approx(expected.describe().tolist())


BAD = [
    ("", "t.csv: is empty; a header line is needed"),
    ("a,b\n", "t.csv: has a header and no records; nothing to describe"),
    ("a,b\n1,2\n3\n", "t.csv: line 3: 1 field where the header has 2; fix that record"),
    ("a,b\n" + "1,2\n" * 99 + "1,2,3\n4\n", "t.csv: line 101: 3 fields where the header has 2"),
    ("a,b\n" + "1,2\n" * 99 + "\n1\n", "t.csv: line 102: 1 field where"),
    ("a,b\r\n" + "1,2\r\n" * 99 + "1\r\n", "t.csv: line 101: 1 field where"),
    ("a,b\n" + '"1",2\n' * 99 + '"1"\n', "t.csv: line 101: 1 field where"),
    (
        'a,b\n"1\n2",2\n' + "1,2\n" * 99 + '"x"y,1\n',
        "t.csv: the record that starts on line 103: text follows a closing quote",
    ),
    (
        "a,b\n" + "1,2\n" * 99 + '"x,1\n',
        "t.csv: the record that starts on line 101: a quote is never closed",
    ),
]


@pytest.mark.parametrize(("data", "message"), BAD)
@pytest.mark.parametrize("fast", [False, True])
def test_bad_records_are_named_by_line(data: str, message: str, fast: bool) -> None:
    with pytest.raises(KitError) as caught:
        described(data, **(TINY if fast else {}))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("fast", [False, True])
def test_skip_bad_leaves_bad_records_out_and_counts_them(fast: bool) -> None:
    data = "a,b\n" + "1,2\n" * 60 + "3\n" + "1,2\n" * 60 + '"x"y,2\n4,5,6\n7,8\n'
    scan, groups = described(data, skip_bad=True, **(TINY if fast else {}))
    assert scan.bad == [62, 123, 124]
    assert groups[""][0].count == 121


@pytest.mark.parametrize("fast", [False, True])
def test_bytes_of_another_encoding_are_named_and_read_when_named(fast: bool) -> None:
    raw = b"a,b\n" + b"cafe,1\n" * 50 + b"caf\xe9,2\n"
    how = TINY if fast else {}
    with pytest.raises(KitError, match=r"t.csv: line 52, offset 357: byte 0xe9 is not UTF-8"):
        described(raw, **how)
    assert raw[357] == 0xE9
    groups = described(raw, reading=Reading(encoding="latin-1"), **how)[1]
    assert set(groups[""][0].value_counts.counts) == {"cafe", "café"}
    assert rows("ä,b\n1,é\n".encode("utf-16"))["b"]["top"] == "é"


def test_unnamed_columns_infinities_and_large_numbers_are_described() -> None:
    data = "a,,a\n1,inf,12345678901234567890123\n3,-1,2\n"
    assert rows(data)["a.1"]["type"] == "text"
    found = rows(data, types=(("a.1", "number"),))
    assert list(found) == ["a", "Unnamed: 1", "a.1"]
    assert found["Unnamed: 1"]["infinite"] == 1 and found["Unnamed: 1"]["mean"] == math.inf
    assert found["a.1"]["max"] == float(12345678901234567890123)
    one = rows("a,b\n5,\n")
    assert math.isnan(one["a"]["std"]) and one["a"]["75%"] == 5 and one["b"]["type"] == "empty"


def test_ten_thousand_columns_are_ten_thousand_rows(run: Run) -> None:
    header = ",".join(f"c{i}" for i in range(10_000))
    data = header + "\n" + (",".join(["1"] * 10_000) + "\n") * 3
    done = run("csv-stats", "describe", input=data)
    assert done.stdout.count("\n") == 10_001 and done.returncode == 0


def test_a_pipe_and_a_compressed_file_give_what_the_file_gives(run: Run, tmp_path: Path) -> None:
    import gzip

    packed = tmp_path / "a b.csv.gz"
    packed.write_bytes(gzip.compress(HEIGHTS.read_bytes()))
    plain = run("csv-stats", "describe", HEIGHTS)
    assert run("csv-stats", "describe", packed).stdout == plain.stdout
    assert run("csv-stats", "describe", input=HEIGHTS.read_bytes()).stdout == plain.stdout


def test_an_estimate_of_distinct_texts_is_at_most_the_count() -> None:
    spec = SummarySpec(everything=True, distinct=500)
    for prefix in "abcdef":
        data = "t\n" + "".join(f"{prefix}{n}\n" for n in range(5000))
        row = rows(data, spec=spec)["t"]
        assert 4500 <= row["distinct"] <= row["count"] == 5000
