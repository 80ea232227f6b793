"""Records as RFC 4180 has them; the oracle is Python's csv."""

import csv
import io
import random
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pyhelpers import KitError
from pyhelpers.csvio import blocks as csv_blocks
from pyhelpers.csvio import record_ends
from pyhelpers.csvio import record_ends_numpy as by_numpy
from pyhelpers.csvio.blocks import Block, blocks, starts_behind
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.record_ends import line_ends, scanner_of

TEXTS = st.lists(st.sampled_from(['"', '""', ",", "\n", "\r\n", "a", "é"]), max_size=40)
FIELDS = st.text(st.sampled_from('",\r\nab é\t'), max_size=6)
TABLES = st.lists(st.lists(FIELDS, min_size=2, max_size=3), min_size=1, max_size=8)
RFC = Dialect(",", True)
same_thresholds = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

# The cases of the collection csv-spectrum, in our own words: what other parsers stumble on.
SPECTRUM = {
    "comma in quotes": b'first,address\nJohn,"120 any st., Anytown"\n',
    "empty fields": b'a,b,c\n1,"",""\n2,3,4\n',
    "escaped quotes": b'a,b\n1,"ha ""ha"" ha"\n3,4\n',
    "json": b'key,val\n1,"{""type"": ""Point"", ""coordinates"": [102.0, 0.5]}"\n',
    "newlines": b'a,b,c\n1,2,3\n"Once upon \na time",5,6\n7,8,9\n',
    "newlines crlf": b'a,b,c\r\n1,2,3\r\n"Once upon \r\na time",5,6\r\n7,8,9\r\n',
    "quotes and newlines": b'a,b\n1,"ha \n""ha"" \nha"\n3,4\n',
    "only quotes": b'a,b\n"""",""""""\n"","\n"\n',
    "quote at the end of a field": b'a,b\n5",6"\n"x"y,"z"\n',
    "no newline at the end": b'a,b\n1,"2"',
    "utf8": 'a,b\nʤ,"こ\nん"\n'.encode(),
}


@pytest.fixture(params=[False, True], ids=["plain Python", "numpy"])
def fast(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[bool]:
    if request.param:
        monkeypatch.setattr(record_ends, "RECORDS_BEFORE_NUMPY", -1)
        monkeypatch.setattr(record_ends, "QUOTED_BYTES_BEFORE_NUMPY", -1)
        monkeypatch.setattr(record_ends, "FEW", 1)
    yield request.param


def records(data: bytes, dialect: Dialect, size: int = 4) -> list[bytes]:
    """Split data into records, read through a buffer that starts tiny."""
    csv_blocks.BLOCK, usual = size, csv_blocks.BLOCK
    try:
        found: list[bytes] = []
        for block in blocks(io.BytesIO(data), scanner_of(dialect)):
            found += map(bytes, block.cut_out(range(len(block.ends))))
        return found
    finally:
        csv_blocks.BLOCK = usual


def parted_by_csv(data: bytes) -> list[bytes]:
    """Split data as csv.reader takes lines from it; a carriage return alone ends none."""
    lines = data.decode().split("\n")
    lines = [line + "\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]
    reader, found, last = csv.reader(lines), [], 0
    for fields in reader:
        if fields:
            found.append("".join(lines[last : reader.line_num]).encode())
        last = reader.line_num
    return found


@same_thresholds
@given(table=TABLES, newline=st.sampled_from(["\n", "\r\n"]), block=st.integers(1, 9))
def test_records_are_those_that_a_csv_writer_wrote(
    fast: bool, table: list[list[str]], newline: str, block: int
) -> None:
    written = []
    for row in table:
        text = io.StringIO()
        csv.writer(text, lineterminator=newline).writerow(row)
        written.append(text.getvalue().encode())
    assert records(b"".join(written), RFC, block) == written


@same_thresholds
@given(pieces=TEXTS, block=st.integers(1, 9))
def test_dirty_text_is_parted_as_python_csv_parts_it(
    fast: bool, pieces: list[str], block: int
) -> None:
    data = "".join(pieces).encode()
    try:
        found = records(data, RFC, block)
    except KitError:
        # csv.reader takes a field open at the end of the file for a record, we refuse it.
        found = [record for record in records(data + b'"', RFC, block)]
        found[-1] = found[-1][:-1]
    assert found == parted_by_csv(data)


@pytest.mark.parametrize("name", SPECTRUM)
@pytest.mark.parametrize("block", [1, 7, 1 << 20])
def test_what_other_parsers_stumble_on(fast: bool, name: str, block: int) -> None:
    data = SPECTRUM[name]
    found = records(data, RFC, block)
    assert found == parted_by_csv(data)
    assert b"".join(found) == data


@same_thresholds
@given(data=st.binary(max_size=60), block=st.integers(1, 9))
def test_without_quoting_every_line_that_is_not_blank_is_a_record(
    fast: bool, data: bytes, block: int
) -> None:
    lines = io.BytesIO(data).readlines()
    found = records(data, Dialect("\t", False), block)
    assert found == [line for line in lines if line.removesuffix(b"\n").removesuffix(b"\r")]


def test_an_open_quote_is_an_error_that_names_its_line(fast: bool) -> None:
    data = b'a,b\n1,"x\ny"\n3,"4\n5,6\n'
    for block in (1, 5, 1 << 20):
        with pytest.raises(KitError, match="opens on line 4 is never closed; close or double"):
            records(data, RFC, block)


@given(
    data=st.lists(
        st.sampled_from([b"\n", b"\r\n", b"\n" * 130, b"a", b"ab", b"c" * 127]), max_size=30
    ),
    start=st.integers(0, 300),
    step=st.integers(1, 9),
)
def test_ends_found_when_asked_for_are_those_found_at_once(
    data: list[bytes], start: int, step: int
) -> None:
    text = b"".join(data)
    start = min(start, len(text))
    every = line_ends(text, start, len(text))
    at_once = record_ends.without_blank_lines(text, every)
    lazy, lines = by_numpy.line_ends(text, start, len(text))
    assert lines == len(every)
    assert len(lazy) == len(at_once)
    assert list(lazy) == at_once
    assert lazy[1:] == at_once[1:]
    assert not at_once or lazy[-1] == at_once[-1]
    some = range(step // 2, len(at_once), step)
    assert starts_behind(lazy, some, 7) == starts_behind(at_once, some, 7)
    twice = [*some, *some]
    assert Block(text, lazy).cut_out(twice) == Block(text, at_once).cut_out(twice)


@pytest.mark.parametrize("piece", [64, 1 << 18])
def test_quotes_are_followed_across_words_and_pieces(
    piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than hypothesis makes them, with quotes at every place of a word and around its end.
    monkeypatch.setattr(by_numpy, "PIECE", piece)
    generator = random.Random(piece)
    for _ in range(200):
        some = (b'"', b'""', b",", b"\n", b"a" * generator.randrange(70))
        data = b"".join(generator.choices(some, (2, 1, 2, 2, 3), k=generator.randrange(1, 300)))
        slow, inside = record_ends.QuoteScanner(","), False
        ends = slow.ends(data, 0, len(data))
        found = by_numpy.quoted_ends(data, 0, len(data), b"\n,", inside)
        assert list(found.ends) == ends
        assert found.inside == slow.inside
        assert found.lines == slow._line - 1
        assert not found.inside or found.opened == slow._opened - 1


@pytest.mark.parametrize("filling", range(70))
def test_an_open_field_began_where_it_opened_not_at_a_doubled_quote(
    filling: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(by_numpy, "_turns")  # the slower way, for data with quotes in texts
    data = b'a,b\n1,"\n' + b"x" * filling + b'""y\n'
    found = by_numpy.quoted_ends(data, 0, len(data), b"\n,", False)
    assert (list(found.ends), found.inside, found.opened, found.lines) == ([4], True, 1, 3)


def without_comments(data: bytes) -> bytes:
    """Drop the lines that start with # where csv.reader asks for the start of a record."""
    kept: list[str] = []
    at_start = True

    def feed() -> Iterator[str]:
        nonlocal at_start
        for line in data.decode().splitlines(keepends=True):
            if not (at_start and line.startswith("#")):
                at_start = False
                kept.append(line)
                yield line

    for _ in csv.reader(feed()):
        at_start = True
    return "".join(kept).encode()


@same_thresholds
@given(
    lines=st.lists(
        st.sampled_from(
            ["a,b\n", "# no\n", '#,"\n', '1,"x\n# y\n",2\n', "\n", "\r\n", "#", '"",5"\n']
        ),
        max_size=12,
    ),
    block=st.integers(1, 9),
)
def test_comment_lines_are_no_records(fast: bool, lines: list[str], block: int) -> None:
    data = "".join(lines).encode()
    try:
        expected = records(without_comments(data), RFC, 1 << 20)
    except KitError:  # a quote is never closed
        with pytest.raises(KitError):
            records(data, Dialect(",", comment="#"), block)
        return
    assert records(data, Dialect(",", comment="#"), block) == expected


@same_thresholds
@given(pieces=TEXTS, size=st.integers(2, 9), comment=st.sampled_from(["", "a"]))
@example(pieces=['"', "\n", '"', "\n", "a", "\n", ",", "\n"], size=4, comment="")
def test_a_block_says_the_line_behind_it(
    fast: bool, pieces: list[str], size: int, comment: str
) -> None:
    data, read = "".join(pieces).encode(), 0
    with suppress(KitError):  # the quote that is open at the end
        for block in blocks(io.BytesIO(data), scanner_of(Dialect(",", comment=comment)), size=size):
            read += int(block.ends[-1])
            assert block.behind in (1 + data.count(b"\n", 0, read), 0 if read >= len(data) else -1)
