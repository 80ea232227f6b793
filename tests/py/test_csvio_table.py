"""A CSV is read as Python's csv module reads it, or refused with the line of what is wrong."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyhelpers import KitError
from pyhelpers.csvio.dialect import detect_delimiter
from pyhelpers.csvio.table import Table, read_table
from tests.conftest import HEIGHTS, ROUTES


def table_of(folder: Path, data: bytes) -> Table:
    path = folder / "data.csv"
    path.write_bytes(data)
    return read_table(str(path))


def test_the_shipped_file_has_its_bom_and_line_ends_taken_off() -> None:
    table = read_table(str(HEIGHTS))
    assert table.names == ["Index", "Height-Inches", "Weight-Pounds"]
    records = [fields for _, fields in table.records]
    assert records[0] == ["1", "65.78331", "112.9925"]
    assert records[-1] == ["25000", "68.87761", "124.8742"]
    assert len(records) == 25000


def test_the_shipped_routes_are_read_as_csv_reads_them() -> None:
    with ROUTES.open(newline="") as stream:
        expected = list(csv.reader(stream))
    table = read_table(str(ROUTES))
    assert [table.names, *(fields for _, fields in table.records)] == expected


FIELD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
ROWS = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(FIELD, min_size=width, max_size=width), min_size=2)
)


@given(rows=ROWS, ending=st.sampled_from(["\n", "\r\n"]), last=st.booleans())
def test_what_csv_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], ending: str, last: bool
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows(rows)
    data = text.getvalue() if last else text.getvalue().removesuffix(ending)
    folder = tmp_path_factory.mktemp("csv")
    path = folder / "data.csv"
    path.write_bytes(data.encode())
    table = read_table(str(path), ",")
    assert [table.names, *(fields for _, fields in table.records)] == rows


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"a,b\n1,2\n3\n", "line 3: 1 field where the header has 2"),
        (b'a,b\n"x\ny",2\n3,4,5\n', "line 4: 3 fields where the header has 2"),
        (b'a,b\n1,2\n3,"open\n5,6\n', "the record that starts on line 3"),
        (b"a,b\n1,2\n\xff,3\n", "0xff is not UTF-8"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(KitError, match=message):
        list(table_of(tmp_path, data).records)


def test_blank_lines_are_passed_over(tmp_path: Path) -> None:
    assert [fields for _, fields in table_of(tmp_path, b"a,b\n\n1,2\n\n").records] == [["1", "2"]]


def test_a_column_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(KitError, match="no column 'c'; the columns are: a, b"):
        table_of(tmp_path, b"a,b\n1,2\n").index("c")


@pytest.mark.parametrize(
    ("name", "header", "delimiter"),
    [("x.tsv", "a,b", "\t"), ("x.tsv.gz", "a", "\t"), ("x.csv", "a;b;c", ";"), ("-", "a|b", "|")],
)
def test_the_delimiter_is_seen_from_the_name_or_the_header(
    name: str, header: str, delimiter: str
) -> None:
    assert detect_delimiter(name, header) == delimiter
