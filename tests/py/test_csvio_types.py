"""Types of columns and forms of numbers: what is text, a number, missing."""

import csv
import io
import math
import pickle
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyhelpers.csvio.cells import (
    MISSING,
    CellFormat,
    formatted_number,
    missing_with,
    number_options,
)
from pyhelpers.csvio.columns import Texts, coded_texts, rows_by_label
from pyhelpers.csvio.dialect import detect_delimiter
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.reading import Reading
from pyhelpers.csvio.scan import Scan
from tests.conftest import Run
from tests.csv_reading import RECORDS, SMALL_BLOCKS, described, scanned


@pytest.mark.parametrize("fast", [False, True])
def test_identifiers_stay_text(fast: bool) -> None:
    text = "zip,id,hex,n,h\n" + "".join(
        f"{zip_code},{2**60 + i},0x{i:04x},{i},0.{i}\n"
        for i, zip_code in enumerate(["10001", "20001", "02139", "00501"])
    )
    scan, columns = scanned(text, fast)
    assert columns[0] == ["10001", "20001", "02139", "00501"] or columns[0][2:] == [
        "02139",
        "00501",
    ]
    assert columns[1] == [str(2**60 + i) for i in range(4)]
    assert columns[2] == ["0x0000", "0x0001", "0x0002", "0x0003"]
    assert [*columns[3]] == [0, 1, 2, 3] and [*columns[4]] == [0, 0.1, 0.2, 0.3]
    scan, columns = scanned(text, fast, types=(("zip", "number"), ("id", "number")))
    assert [*columns[0]] == [10001, 20001, 2139, 501]


def test_the_delimiter_leaves_no_quote_in_the_names() -> None:
    """Both give two fields a record."""
    assert detect_delimiter("-", ['id;"Net, EUR"\n', "1;2,50\n", "2;3,50\n"]) == ";"


@pytest.mark.parametrize("size", [100, 200_000])  # Python's own csv reader stops at 128 KB
def test_a_long_text_does_not_hide_the_delimiter(run: Run, tmp_path: Path, size: int) -> None:
    file = tmp_path / "long.csv"
    file.write_text("n,t,s\n" + f"1,{'x ' * size},a\n" + "".join(f"{i},t,b\n" for i in range(40)))
    assert described(run, file)["t"]["longest"] == len(pd.read_csv(file)["t"][0])
    done = run("ml-model", "train", file, "--target", "n", "--folds", 0, "-o", tmp_path / "m")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("first", ["(5.00)", "\u22125.5", "$5", "1,5", "7%"])
def test_a_formatted_number_is_no_second_header_line(run: Run, first: str) -> None:
    text = f"p\n{first}\n6\n7\n8\n"
    for line, is_noted in [(text, False), (text.replace(first, "EUR"), True)]:
        done = run("csv-stats", "describe", "-d", ";", input=line)
        assert ("second header" in done.stderr) is is_noted


def test_fields_that_blanks_align_are_noted(run: Run) -> None:
    text = "name   age\nann     31\nbob    102\n"
    done = run("csv-stats", "describe", input=text)
    assert "has one column; if blanks separate its fields, replace them: sed" in done.stderr
    found = described(run, text=re.sub(" +", ",", text))
    assert found["age"]["mean"] == pd.read_csv(io.StringIO(text), sep=r"\s+")["age"].mean()


def test_an_unusual_delimiter_is_noted(run: Run) -> None:
    done = run("csv-stats", "describe", input="a b\n1 2\n3 4\n")
    assert "has one column; pass -d ' ' if that separates its fields" in done.stderr
    assert described(run, "-d", " ", text="a b\n1 2\n3 4\n").keys() == {"a", "b"}


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["12e4501", "9f8a7b6", "1234567", "7654321", "0000001"], "text"),
        (["12e4501", "1234567", "9999999", "7654321"], "text"),
        (["+491701234567", "+491701234568"], "text"),
        (["1e5", "2e7", "12e3"], "number"),
        (["+1", "-1", "+20000"], "number"),
        (["0.5", "007.5", "1"], "number"),
        (["inf", "1.5", "-inf"], "number"),
    ],
)
def test_hexadecimal_identifiers_and_telephone_numbers_stay_text(
    run: Run, fast: bool, texts: list[str], kind: str
) -> None:
    _, columns = scanned("a,b\n" + "".join(f"{text},x\n" for text in texts * 9), fast)
    assert (columns[0] == texts * 9) == (kind == "text")
    if not fast:
        text = "a\n" + "".join(f"{text}\n" for text in texts)
        assert described(run, text=text)["a"]["type"] == kind


def test_zip_codes_are_texts_wherever_they_first_begin_with_zero(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    late = [str(10_000 + i) for i in range(700_000)] + ["00501"]
    file.write_text("zip\n" + "\n".join(late) + "\n")
    assert file.stat().st_size > 4 << 20  # more than is read by Python's csv
    row = described(run, file)["zip"]
    assert (row["type"], row.get("mean"), row["count"]) == ("text", None, 700_001)
    correlated = run("csv-stats", "correlate", file)
    assert correlated.returncode == 1 and "no column holds numbers" in correlated.stderr
    assert described(run, file, "--type", "zip=number")["zip"]["min"] == 501


def test_types_that_a_person_gives_are_taken(run: Run) -> None:
    text = "a,b,c\n1,2024-01-01,x\n2,oops,5\n3,yes,6\n"
    found = described(run, "--type", "a=text", "--type", "b=date", "--type", "c=number", text=text)
    assert [found[name]["type"] for name in "abc"] == ["text", "date", "number"]
    assert found["b"]["count"] == 1 and found["b"]["unparsed"] == 2 and found["c"]["unparsed"] == 1
    for word in ("a", "a=colour", "=text"):
        done = run("csv-stats", "describe", "--type", word, input=text)
        assert done.returncode == 2 and "--type takes COLUMN=text" in done.stderr
    done = run("csv-stats", "describe", "--type", "d=text", input=text)
    assert done.returncode == 1 and "no column 'd'" in done.stderr


@pytest.mark.parametrize("fast", [False, True])
def test_namibia_is_not_missing_among_countries(fast: bool) -> None:
    rows = [*zip(["NA", "DE", "FR", "NA"] * 50, ["NA", "OK", "", "NO"] * 50, strict=True)]
    text = "cc,pop,said\n" + "".join(f"{cc},{i},{said}\n" for i, (cc, said) in enumerate(rows))
    raw = text.encode()
    blocks: dict[str, Any] = SMALL_BLOCKS | {"block": 512} if fast else {}
    scan = Scan(io.BytesIO(raw), "t.csv", Options(**blocks))
    missing = [0, 0]
    for chunks in scan.chunks(["cc", "said"]):
        for i, chunk in enumerate(chunks):
            assert isinstance(chunk, Texts)
            missing[i] += sum(n for text, n in chunk.counts.items() if chunk.is_missing(text))
    assert missing == [0, 100]


def test_a_number_with_leading_zeros_among_numbers_is_named(run: Run) -> None:
    text = "n,zip\n7,02139\n12,10001\n007,90210\n"
    done = run("csv-stats", "describe", input=text)
    hint = "its values, such as '007', are text; pass --type n=number if they are numbers"
    assert done.stderr == f"csv-stats: n: {hint}\n"
    asked = run("csv-stats", "histogram", "-c", "n", input=text)
    assert asked.returncode == 1 and "identifiers, such as '007'" in asked.stderr
    assert "--type n=number" in asked.stderr
    for kind in ("number", "text"):
        done = run("csv-stats", "describe", "--type", f"n={kind}", input=text)
        assert done.stderr == "" and f"n,{kind},3" in done.stdout


def test_what_is_missing_can_be_named(run: Run) -> None:
    text = "a,b\n-999,NA\n1,x\n3,\n"
    added = pd.read_csv(io.StringIO(text), na_values=["-999", "?"])
    alone = pd.read_csv(io.StringIO(text), na_values=["", "-999"], keep_default_na=False)
    for named, expected in [("-999,?", added), (",-999", alone)]:
        found = described(run, "--missing", named, text=text)
        assert found["a"]["mean"] == expected["a"].mean() == 2
        for name in "ab":
            assert found[name]["missing"] == expected[name].isna().sum()
            assert found[name]["count"] == expected[name].count()


@pytest.mark.parametrize("fast", [False, True])
def test_a_number_that_means_missing_may_be_written_otherwise(fast: bool) -> None:
    text = "a,b,c\n" + "-999,-999.0,1\n-999.00,x,-999.0\n3,y,NA\n" * 20
    cells = CellFormat(missing_with(["-999"]))
    scan, columns = scanned(text, fast, cells=cells)
    expected = pd.read_csv(io.StringIO(text), na_values=["-999"])
    for name, column in zip("ac", (columns[0], columns[2]), strict=True):
        assert pd.Series([*column], dtype=float).equals(expected[name])
    assert [text in cells.missing or text != text for text in columns[1]] == [*expected["b"].isna()]


@pytest.mark.parametrize("fast", [False, True])
def test_numbers_with_other_separators_are_those_that_pandas_reads(fast: bool) -> None:
    text = "a;b\n" + "12,50;x\n1.234,60;y\n-99,9;z\n1.234.567,25;u\n;v\n" * 20
    scan, columns = scanned(text, fast, cells=CellFormat(decimal=",", thousands="."))
    expected = pd.read_csv(io.StringIO(text), sep=";", decimal=",", thousands=".")["a"]
    assert pd.Series([*columns[0]], dtype=float).equals(expected)


@given(
    st.floats(-1e9, 1e9).map(lambda x: round(x, 2)),
    st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'")]),
    st.sampled_from(["{}", "${}", "{} €", "EUR {}", "{}%", "{} kr"]),
)
def test_a_written_number_is_read(number: float, marks: tuple[str, str], form: str) -> None:
    decimal, thousands = marks
    text = f"{number:,.2f}".replace(",", "t").replace(".", decimal).replace("t", thousands)
    assert formatted_number(form.format(text), decimal, thousands) == number


@pytest.mark.parametrize(
    ("texts", "options"),
    [
        (["12,50", "99,90", "1.234,60"], "--decimal , --thousands ."),
        (["1,483.69", "2,000.00"], "--thousands ,"),
        (["1,5", "2,25"], "--decimal ,"),
        (["$1,200", "$5"], "--type p=number"),
        (["12 %", "7 %"], "--type p=number"),
        (["1\u00a0234", "2\u202f345"], "--thousands ' '"),
        (["1'234,5", "2'345,75"], '--decimal , --thousands "\'"'),
        (["\u22125.5", "\u22126.25"], "--type p=number"),
        (["SKU 12", "SKU 13"], ""),
        (["2024-01-01"], ""),
        ([], ""),
    ],
)
def test_a_hint_names_the_options_that_make_numbers(texts: list[str], options: str) -> None:
    assert number_options(texts, "p") == options


def test_records_of_clusters_are_read_as_the_clusters_were(run: Run) -> None:
    text = "day;amount\nx;1.000,5\ny;2.000,5\nz;1.001,5\n"
    options = ["-d", ";", "--decimal", ",", "--thousands", "."]
    done = run("csv-stats", "cluster", "-k", 2, "--rows", *options, input=text)
    labels = [line.rpartition(";")[2] for line in done.stdout.splitlines()]
    assert labels == ["cluster", "1", "0", "1"], done.stderr
    bare = text.partition("\n")[2]
    done = run("csv-stats", "cluster", "-k", 2, "--rows", "--no-header", *options, input=bare)
    assert done.stdout.splitlines() == [
        f"{line};{label}" for line, label in zip(bare.splitlines(), "101", strict=True)
    ]


def test_advice_names_only_options_that_a_command_has(run: Run, tmp_path: Path) -> None:
    for text in (
        "# x\n" + RECORDS,
        "Report\n\nby\n" + RECORDS,
        'a\tb\n1\t"x\ny"\n',
        "a,b\n\xe9,1\n",
    ):
        file = tmp_path / ("a.tsv" if "\t" in text else "a.csv")
        file.write_bytes(text.encode("latin-1"))
        for words in (
            ["csv-stats", "describe", file],
            ["ml-model", "train", "--target", "b", file],
        ):
            done = run(*words)
            assert done.returncode == 1
            named = {word.strip("',;") for word in done.stderr.split() if word.startswith("--")}
            assert named <= set(run(*words[:2], "--help").stdout.split()), done.stderr


@pytest.mark.parametrize("fast", [False, True])
def test_missing_labels_of_groups_are_one_group_whatever_the_size_of_the_file(fast: bool) -> None:
    raw = ("g,v\n" + "NA,1\nx,2\nn/a,3\n,4\n" * 50).encode()
    blocks: dict[str, Any] = SMALL_BLOCKS | {"block": 256} if fast else {}
    found: dict[str, int] = {}
    for [labels] in Scan(io.BytesIO(raw), "t.csv", Options(**blocks)).chunks(["g"]):
        for label, rows in rows_by_label(labels).items():
            found[label] = found.get(label, 0) + len(rows)
    groups = pd.read_csv(io.BytesIO(raw)).groupby("g", dropna=False).size()
    assert found == {"": groups[groups.index.isna()].sum(), "x": groups["x"]} == {"": 150, "x": 50}


LINES = ["1,2,x", "3,,", "-4.5,07,NA", ",,y", '5,6,"z, ""q"""', "5,6", "7", "", " ", "#8,9,z", "#"]


@pytest.mark.parametrize("fast", [False, True])
@given(
    st.lists(st.sampled_from(LINES), min_size=9, max_size=60),
    st.sampled_from(["", "#"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from([1, 3]),
)
def test_the_records_are_those_of_pythons_csv(
    fast: bool, lines: list[str], mark: str, newline: str, ended: bool, width: int
) -> None:
    lines = ["1,2,x"] * 3 + lines if width == 3 else [line.split(",")[0] for line in lines]
    text = newline.join([",".join("abc"[:width]), *lines]) + newline * ended
    scan, columns = scanned(text, fast, skip_bad=True, reading=Reading(",", comment=mark))
    kept = [line for line in lines if not (mark and line.startswith(mark))]
    found = [row for row in csv.reader(kept) if row]
    expected = [row[-1] for row in found if len(row) == width]
    assert scan.records == len(expected) and scan.skipped == len(found) - len(expected)
    if width == 3:
        texts = [one for one in columns[2] if one == one and one not in MISSING]
        assert texts == [one for one in expected if one not in MISSING]


@given(st.lists(st.sampled_from(["a", "b", "2024-01-01", "7", math.nan]), min_size=1))
def test_texts_from_codes_are_the_same_in_another_process(values: list[Any]) -> None:
    codes, known = pd.factorize(pd.Series(values, dtype=object))
    texts = coded_texts([*known, math.nan], codes, CellFormat())
    for one in (texts, pickle.loads(pickle.dumps(texts))):
        assert len(one) == len(values) and list(map(str, one)) == list(map(str, values))
        expected = Counter(value for value in values if isinstance(value, str))
        counted = {text: n for text, n in one.counts.items() if isinstance(text, str)}
        assert [*counted.items()] == [*expected.items()]
        assert sum(one.counts.values()) == len(values)
