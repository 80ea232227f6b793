"""Records as RFC 4180 has them; the oracle is Python's csv."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyhelpers import KitError
from pyhelpers.rows import scan
from pyhelpers.rows.scan import Dialect, blocks

TEXTS = st.lists(st.sampled_from(['"', '""', ",", "\n", "\r\n", "a", "é"]), max_size=40)
FIELDS = st.text(st.sampled_from('",\r\nab é\t'), max_size=6)
TABLES = st.lists(st.lists(FIELDS, min_size=2, max_size=3), min_size=1, max_size=8)


def records(data: bytes, dialect: Dialect, block: int = 4) -> list[bytes]:
    """Part data into records, read through a buffer that starts tiny."""
    scan.BLOCK, usual = block, scan.BLOCK
    try:
        found: list[bytes] = []
        for piece, ends in blocks(io.BytesIO(data), dialect.scanner()):
            starts = [0, *ends]
            found += [bytes(piece[a:b]) for a, b in zip(starts, ends, strict=False)]
        return found
    finally:
        scan.BLOCK = usual


@given(TABLES, st.sampled_from(["\n", "\r\n"]), st.integers(1, 9))
def test_records_are_those_that_a_csv_writer_wrote(
    table: list[list[str]], newline: str, block: int
) -> None:
    written = []
    for row in table:
        text = io.StringIO()
        csv.writer(text, lineterminator=newline).writerow(row)
        written.append(text.getvalue().encode())
    assert records(b"".join(written), Dialect(",", True), block) == written


@given(TEXTS, st.integers(1, 9))
def test_dirty_text_is_parted_as_python_csv_parts_it(pieces: list[str], block: int) -> None:
    text = "".join(pieces)
    lines = text.splitlines(keepends=True) if "\r" not in text else text.split("\n")
    if "\r" in text:
        lines = [line + "\n" for line in lines[:-1]] + lines[-1:]
    reader = csv.reader(io.StringIO(text, newline="\n"))
    expected, last = [], 0
    for _ in reader:
        expected.append("".join(lines[last : reader.line_num]).encode())
        last = reader.line_num
    try:
        found = records(text.encode(), Dialect(",", True), block)
    except KitError:
        # csv.reader takes an open field to the end of the file for a record, we refuse it.
        found = records(text.encode() + b'"', Dialect(",", True), block)
        found[-1] = found[-1][:-1]
        found = [record for record in found if record]
    assert found == [record for record in expected if record]


@given(st.binary(max_size=60), st.integers(1, 9))
def test_without_quoting_every_line_is_a_record(data: bytes, block: int) -> None:
    expected = data.split(b"\n")
    expected = [line + b"\n" for line in expected[:-1]] + [line for line in expected[-1:] if line]
    assert records(data, Dialect("\t", False), block) == expected


def test_a_quote_inside_a_field_is_text() -> None:
    data = b'size,name\n5",disk\n"a ""b""\nc",d\n'
    expected = [b"size,name\n", b'5",disk\n', b'"a ""b""\nc",d\n']
    assert records(data, Dialect(",", True)) == expected


def test_an_open_quote_is_an_error_that_names_its_line() -> None:
    with pytest.raises(KitError, match="opens on line 3 is never closed; .*--lines"):
        records(b'a,b\n1,2\n3,"4\n5,6\n', Dialect(",", True))
