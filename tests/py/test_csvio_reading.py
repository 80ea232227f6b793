"""First lines, delimiters, quotes in TSV files, and other formats; the oracle is pandas or csv."""

import csv
import io
import pickle
from pathlib import Path
from typing import BinaryIO, cast

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyhelpers import KitError
from pyhelpers.csvio.dialect import detect_delimiter, split_line
from pyhelpers.csvio.formats import refuse_other_formats
from pyhelpers.csvio.layout import layout_of, read_layout
from pyhelpers.csvio.reading import Reading
from pyhelpers.csvio.table import table_of
from tests.conftest import Run
from tests.csv_reading import RECORDS, described, scanned

PREAMBLES: dict[str, tuple[str, list[list[str]]]] = {
    "comments": ("# logger 3\n# unit: C\n", [["--comment", "#"], ["--skip-lines", "2"]]),
    "text and blank lines": ('"Report, 2024"\n\nby,A\n', [["--skip-lines", "3"]]),
    "sep=": ("sep=,\r\n", [[]]),
    "blank lines": ("\n\r\n", [[]]),
}


@pytest.mark.parametrize("name", PREAMBLES)
def test_lines_before_the_header_are_skipped_by_describe_and_by_samples(
    run: Run, name: str
) -> None:
    preamble, ways = PREAMBLES[name]
    for words in ways:
        found = described(run, *words, text=preamble + RECORDS)
        assert found.keys() == {"when", "level", "note"} and found["level"]["mean"] == 2
        drawn = run("sample-large-csv", *words, "-n", 3, input=preamble + RECORDS)
        assert (drawn.returncode, drawn.stdout) == (0, RECORDS), drawn.stderr


def test_lines_that_seem_to_precede_the_header_are_an_error_that_names_the_option(
    run: Run, tmp_path: Path
) -> None:
    """The first would be taken for the header, and the header for a record."""
    for preamble, advice in (
        ("# logger 3\n", "looks like a comment, not like the header; pass --comment '#'"),
        ("Report\n\nby,A\n", "the header seems to be on line 4"),
    ):
        file = tmp_path / "a.csv"
        file.write_text(preamble + RECORDS)
        for words in (["csv-stats", "describe"], ["csv-stats", "describe", "--skip-bad"]):
            done = run(*words, file)
            assert (done.returncode, done.stdout) == (1, "") and advice in done.stderr
        for source, text in ((file, ""), ("-", file.read_text())):
            done = run("sample-large-csv", "-n", 2, source, input=text)
            assert (done.returncode, done.stdout) == (1, "") and advice in done.stderr
        assert run("sample-large-csv", "-n", 2, "--no-header", file).returncode == 0


@pytest.mark.parametrize(
    "text",
    [
        "#chrom,start,end\nchr1,1,2\nchr2,3,4\nchr3,5,6\n",
        '"height","weight"\n"1",60,170\n"2",61,180\n"3",62,190\n',
        "A,B,C\n1,4,7,\n2,5,8,\n3,6,9,\n",
        "country,1960,1961\nAruba,1.5,2\nBenin,2.5,3\nChad,3.5,4\n",
    ],
    ids=["a header with a hash", "row names of R", "trailing delimiters", "years"],
)
def test_headers_of_other_programs_are_headers(run: Run, text: str) -> None:
    done = run("sample-large-csv", "-n", 3, input=text)
    assert (done.stdout, done.stderr) == (text, "")


def test_comment_lines_among_the_records_are_left_out(run: Run, tmp_path: Path) -> None:
    lines = [f'{i},"a\n# b {i}"\n' + ('# no, "record\n' if i % 3 else "") for i in range(2000)]
    file = tmp_path / "a.csv"
    file.write_text("n,t\n" + "".join(lines))
    found = described(run, file, "--comment", "#")
    assert (found["n"]["count"], found["n"]["max"], found["t"]["distinct"]) == (2000, 1999, 2000)
    whole = "n,t\n" + "".join(f'{i},"a\n# b {i}"\n' for i in range(2000))
    for source, text in ((file, ""), ("-", file.read_text())):
        drawn = run("sample-large-csv", "--comment", "#", "-n", 2000, source, input=text)
        assert drawn.stdout == whole
        drawn = run(
            "sample-large-csv", "--comment", "#", "-n", 700, "--seed", 3, source, input=text
        )
        assert len([*csv.reader(io.StringIO(drawn.stdout))]) == 701


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_blank_lines_are_neither_drawn_nor_counted(run: Run, tmp_path: Path, newline: str) -> None:
    file = tmp_path / "a.csv"
    text = "id,v\n\n" + "".join(f"{i},{i * i}\n\n" for i in range(3000)) + "\n\n"
    file.write_text(text.replace("\n", newline), newline="")
    expected = "id,v\n" + "".join(f"{i},{i * i}\n" for i in range(3000))
    for words in (["-n", 3000], ["-n", 3000, "--by", "v", "--equal"], ["--fraction", "1"]):
        for source in (file, "-"):
            given = "" if source == file else file.read_bytes().decode()
            drawn = run("sample-large-csv", *words, source, input=given)
            assert drawn.stdout.replace("\r", "") == expected, words
            assert drawn.stderr == ""
    drawn = run("sample-large-csv", "-n", 500, "--seed", 1, file)
    assert "\n\n" not in drawn.stdout and drawn.stdout.count("\n") == 501
    seeking = run("sample-large-csv", "-n", 50, "--seek", "--seed", 1, file)
    assert "\n\n" not in seeking.stdout and seeking.stdout.count("\n") == 51, seeking.stderr
    assert described(run, file)["id"]["count"] == 3000


def test_columns_of_a_file_without_header_are_numbered_or_named(run: Run) -> None:
    text = "1,2.5,a\n2,3.5,b\n3,4.5,c\n"
    assert [row["count"] for row in described(run, "--no-header", text=text).values()] == [3] * 3
    named = described(run, "--names", 'n,"x,y",t', text=text)
    assert named.keys() == {"n", "x,y", "t"} and named["x,y"]["mean"] == 3.5
    drawn = run("sample-large-csv", "--names", 'n,"x,y",t', "--by", "t", input=text)
    assert drawn.stdout == 'n,"x,y",t\n' + text
    done = run("csv-stats", "describe", input=text)
    assert "line 1 looks like a record, not like a header; pass --no-header" in done.stderr
    done = run("sample-large-csv", "-n", 3, input=text)
    assert "pass --no-header" in done.stderr and done.stdout == text


def test_a_second_header_line_is_noted_and_can_be_skipped(run: Run) -> None:
    text = "time,temp\n[s],[C]\n1,20\n2,21\n3,22\n"
    done = run("csv-stats", "describe", input=text)
    assert "line 2 looks like a second header line; pass --skip-lines 1" in done.stderr
    found = described(run, "--skip-lines", 2, "--names", "time,temp", text=text)
    assert found["temp"]["mean"] == 21 and not found["time"].get("unparsed")


@pytest.mark.parametrize(
    "lines",
    [
        ['id;"Umsatz, netto, EUR";"Name, Vorname"', '1;10;"A, B"', '2;20;"C, D"'],
        ["a|b,c|d", "1|2,5|x", "3|4|y"],
        ["a\tb, c", "1\t2", "3\t4,5"],
        ["when,at;what", "2024-01-01 10:00,1", "2024-01-02 11:00,2"],
    ],
)
def test_the_delimiter_gives_records_of_one_width(lines: list[str]) -> None:
    """The oracle splits with each delimiter and looks."""
    text = [f"{line}\n" for line in lines]
    widths = {d: {len(row) for row in csv.reader(text, delimiter=d)} for d in ",;|\t"}
    [expected] = [d for d, found in widths.items() if len(found) == 1 and found != {1}] or [","]
    assert detect_delimiter("-", text) == expected


TSV_FIELDS = st.text(st.sampled_from("\",'ab 1"), max_size=5)


@given(st.lists(st.lists(TSV_FIELDS, min_size=2, max_size=2), min_size=1, max_size=8))
def test_a_tsv_that_pandas_wrote_has_its_fields_again(rows: list[list[str]]) -> None:
    """Pandas puts quotes around fields with quotes and doubles them, as Excel does."""
    text = pd.DataFrame(rows, columns=["a", "b"]).to_csv(sep="\t", index=False)
    table = table_of(io.BytesIO(text.encode()), "t.tsv")
    assert [fields for _, fields in table.records] == rows


def test_in_tsv_files_every_line_is_a_record_for_every_reader() -> None:
    text = 'id\tname\n1\t"Heroes\n2\t5" disk\n3\t"a\tb"\n4\t"Best" nails\n5\t"5"" disk"\n'
    expected = ['"Heroes', '5" disk', "a\tb", '"Best" nails', '5" disk']
    for fast in (False, True):
        scan, columns = scanned(text, fast, reading=Reading("\t"))
        assert columns[1] == expected and [*map(float, columns[0])] == [1, 2, 3, 4, 5]
    table = table_of(io.BytesIO(text.encode()), "t.tsv")
    assert [fields[1] for _, fields in table.records] == expected
    assert read_layout(io.BytesIO(text.encode()), "t.tsv").dialect.quoting is False
    # A quoted tab is a tab only if the line has the header's number of fields then.
    assert split_line('1\t"a\tb"\n', "\t", 3) == ["1", '"a', 'b"']


def test_line_ends_in_quoted_fields_of_a_tsv_need_quote(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    file.write_text('id\tname\n1\t"two\nlines"\n2\tb\n')
    done = run("csv-stats", "describe", file)
    assert done.returncode == 1 and "pass --quote if its quotes hold line ends" in done.stderr
    assert described(run, "--quote", file)["name"]["count"] == 2
    assert run("sample-large-csv", "--quote", "-n", 2, file).stdout == file.read_text()


def test_a_skip_of_all_records_is_an_error(run: Run) -> None:
    done = run("csv-stats", "describe", "--skip-bad", input="a,b\n1,2,3\n4,5,6\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert "all 2 records are malformed (line 2: 3 fields where the header has 2)" in done.stderr


OTHERS = {
    "an SQLite database": b"SQLite format 3\0\x10\0",
    "a PDF document": b"%PDF-1.7\n",
    "a picture": b"\x89PNG\r\n\x1a\n\0\0",
    "an HTML page": b"<!DOCTYPE html>\n<html>",
    "JSON": b'[{"a": 1}]',
    "a pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid 4d7a\nsize 12\n",
    "XML": b'<?xml version="1.0"?>\n<rows/>\n',
    "a pickle": pickle.dumps([1.5, 2.5]),
    "binary data": bytes(range(9)) * 50,
}


@pytest.mark.parametrize("name", OTHERS)
def test_files_of_other_formats_are_named(run: Run, tmp_path: Path, name: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(OTHERS[name])
    for words in (["csv-stats", "describe"], ["sample-large-csv", "-n", 1]):
        done = run(*words, file)
        assert (done.returncode, done.stdout) == (1, ""), name
        assert f"a.csv: is {name}, not CSV; " in done.stderr and done.stderr.count("\n") == 1
    with pytest.raises(KitError, match=name):
        table_of(cast(BinaryIO, file.open("rb")), "a.csv")


@pytest.mark.parametrize("text", ["a\0b\n\0\0,c\n", "PARIS,1\n", "{a},b\n", "é" * 300])
def test_unusual_texts_are_texts(text: str) -> None:
    refuse_other_formats(text.encode(), "a.csv")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_encodings_of_two_or_four_bytes_are_detected(run: Run, encoding: str) -> None:
    if encoding == "utf-16-be":
        raw = "name,v\nKöln,1\nMünchen,2\n".encode(encoding)
    else:
        raw = (
            pd.DataFrame({"name": ["Köln", "München"], "v": [1, 2]})
            .to_csv(index=False)
            .encode(encoding)
        )
    assert layout_of(raw, "t.csv").names == ["name", "v"]
    [names, values] = scanned(raw, False)[1]
    assert names == ["Köln", "München"] and [*values] == [1, 2]


def test_advice_on_utf16_can_be_followed(run: Run, tmp_path: Path) -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        file = tmp_path / "a.csv"
        file.write_bytes("a,b\n1,2\n3,4\n".encode(encoding))
        done = run("sample-large-csv", "-n", 2, file)
        assert done.returncode == 1
        words = done.stderr.strip().partition("convert it with ")[2].split()
        assert run(*words, file).stdout == "a,b\n1,2\n3,4\n"


def test_carriage_returns_alone_are_named(run: Run) -> None:
    done = run("sample-large-csv", "-n", 1, input="a,b\r1,2\r3,4\r")
    assert done.returncode == 1 and "line ends of carriage returns alone" in done.stderr


def test_a_column_name_with_a_blank_can_be_seen(run: Run) -> None:
    done = run("csv-stats", "describe", "-c", "Qty", input="Year, Qty\n2015,34\n")
    assert "the columns are: Year, ' Qty'" in done.stderr
