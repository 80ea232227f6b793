"""No table takes work that grows as the square of its size: counted, not timed."""

import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pyhelpers import KitError
from pyhelpers.csvio import blocks, record_ends, records, scan
from pyhelpers.csvio.columns import Texts
from pyhelpers.csvio.dialect import Dialect
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Scan
from pyhelpers.csvio.table import table_of
from pyhelpers.statistics import compare
from pyhelpers.statistics.catalogue import row_of
from pyhelpers.statistics.column_summary import Summary, SummarySpec
from tests.conftest import Run


class Name(str):
    """A column's name that counts how often it is compared."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Name.compared += 1
        return str.__eq__(self, other)


@pytest.mark.parametrize("kind", ["scan", "table"])
def test_finding_each_of_many_columns_compares_each_name_a_few_times(kind: str) -> None:
    names = [Name(f"c{i}") for i in range(2000)]
    stream = io.BytesIO((",".join(names) + "\n" + "1," * 1999 + "1\n").encode())
    table: Any = Scan(stream, "a", Options()) if kind == "scan" else table_of(stream, "a")
    table.names = names
    Name.compared = 0
    assert [table.index(Name(name)) for name in names] == list(range(2000))
    assert Name.compared <= 3 * len(names)


@pytest.mark.parametrize("cell", [b"x", b'"x', b'""', b"x\n"])
def test_a_long_cell_is_looked_at_a_few_times_over(
    monkeypatch: pytest.MonkeyPatch, cell: bytes
) -> None:
    looked = 0

    class Counted(blocks.LastEndScanner):
        def ends(self, data: Any, start: int, stop: int) -> Sequence[int]:
            nonlocal looked
            looked += stop - start
            return super().ends(data, start, stop)

    monkeypatch.setattr(blocks, "LastEndScanner", Counted)
    data = b'a,b\n1,2\n1,"' + cell * (1 << 20) + b'"\n1,2\n'
    options = Options(small=1 << 10, block=1 << 12, skip_bad=True, processes=1)
    table = Scan(io.BytesIO(data), "a", options)
    assert sum(len(parts[0]) for parts in table.chunks(["a"])) <= 3
    assert 0 < looked <= 5 * len(data)


class Read(bytearray):
    """A buffer that counts the bytes that are cut out of it."""

    cut = 0

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        if isinstance(key, slice):
            Read.cut += len(found)
        return found


class Drops:
    """A pipe that gives a few bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        self._pieces = iter([data[at : at + size] for at in range(0, len(data), size)])

    def readinto(self, buffer: memoryview, /) -> int:
        piece = next(self._pieces, b"")
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize("quotes", [200_000, 200_001])
def test_a_long_run_of_quotes_is_looked_at_once(
    monkeypatch: pytest.MonkeyPatch, quotes: int
) -> None:
    monkeypatch.setattr(blocks, "bytearray", Read, raising=False)
    data = b'1,"' + b'"' * quotes + b'",2\n3,4\n'
    Read.cut = 0
    found = blocks.blocks(Drops(data, 1000), record_ends.QuoteScanner(","), size=1 << 19)
    if quotes % 2:
        with pytest.raises(KitError, match="never closed"):
            list(found)
    else:
        ends = [len(block.data[: block.ends[-1]]) for block in found]
        assert sum(ends) == len(data)
    assert Read.cut <= 4 * len(data)


def test_a_line_without_end_is_given_up_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "FIELD_LIMIT", 1 << 20)
    given = 0

    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            nonlocal given
            assert given < 1 << 22, "still reading"
            text = b"a,b\n1," if not given else b"y" * len(buffer)
            buffer[: len(text)] = text
            given += len(text)
            return len(text)

    with pytest.raises(KitError, match="a: line 2 is longer than 1 MB; is this a CSV?"):
        list(table_of(io.BufferedReader(Endless()), "a").records)


def test_a_third_group_ends_a_comparison_before_a_fourth_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = 0

    class Counted(compare.Distribution):
        def __init__(self) -> None:
            nonlocal made
            made += 1
            super().__init__()

    monkeypatch.setattr(compare, "Distribution", Counted)
    text = "g,v\n" + "".join(f"g{i},{i}\n" for i in range(1000))
    scan = Scan(io.BytesIO(text.encode()), "a", Options(texts=frozenset(["g"])))
    with pytest.raises(KitError, match="more than two values"):
        compare.read_groups(scan, ["v"], "g")
    assert made <= 3


def _shapes() -> Iterator[tuple[str, str]]:
    wide = ",".join(f"c{i}" for i in range(3000)) + "\n" + "1," * 2999 + "2\n"
    yield "wide", wide
    yield "one name", "c," * 2999 + "c\n" + "1," * 2999 + "2\n"
    yield "no names", "," * 2999 + "\n" + "1," * 2999 + "2\n"
    yield "blank lines", "a,b\n1,2\n" + "\n" * 50_000 + "3,4\n"
    yield "each its own", "a,b\n" + "".join(f"w{i},{i}\n" for i in range(300_000))


@pytest.mark.parametrize(("name", "text"), [*_shapes()], ids=lambda value: str(value)[:12])
def test_odd_shapes_are_described(run: Run, name: str, text: str) -> None:
    done = run("csv-stats", "describe", "-", input=text)
    assert (done.returncode, done.stderr) == (0, ""), name


def test_a_column_whose_words_all_come_once_has_no_top_word() -> None:
    """What is held of too many words is what came more than once: here nothing."""
    summary = Summary("a", SummarySpec(distinct=10))
    summary.add(Texts([f"w{i}" for i in range(11)]))
    row = row_of(summary)
    assert (row["type"], row["distinct"], row["top"], row["top_count"]) == ("text", 11, None, None)


@pytest.mark.parametrize("stray", ['5" nail', '"x"y'])
def test_a_stray_quote_does_not_make_the_rest_of_a_file_one_block(stray: str) -> None:
    """An inch mark makes the number of quotes odd: by parity all that follows is quoted."""
    data = f"1,{stray}\n".encode() + b"3,4\n" * 10_000
    sizes = [
        len(block.data)
        for block in blocks.whole_blocks(io.BytesIO(data), Dialect(","), 2, size=1 << 12)
    ]
    assert sum(sizes) == len(data) and max(sizes) <= 1 << 12


def test_a_stray_quote_costs_the_fast_parser_one_block_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    strict = []

    class Counted(records.RecordReader):
        def records(self, width: int) -> Iterator[tuple[int, list[str]]]:
            for line, fields in super().records(width):
                strict.append(line)
                yield line, fields

    monkeypatch.setattr(scan, "RecordReader", Counted)
    data = b"a,b\n" + b"1,2\n" * 10_000 + b'1,5" nail\n' + b"1,2\n" * 10_000
    options = Options(small=1 << 10, block=1 << 12, processes=1)
    found = [parts[0] for parts in Scan(io.BytesIO(data), "t.csv", options).chunks(["a"])]
    assert sum(map(len, found)) == 20_001
    assert 0 < len(strict) < 3_000 and 10_002 in strict


@given(
    pieces=st.lists(st.sampled_from(['"', '""', ",", "\n", "\r\n", "a", "b,c\n"]), max_size=40),
    block=st.integers(1, 40),
)
def test_bad_records_are_the_same_whatever_the_size_of_the_blocks(
    pieces: list[str], block: int
) -> None:
    data = b"a,b\n" + "".join(pieces).encode()
    found = []
    for options in (
        Options(skip_bad=True),
        Options(small=5, block=block, skip_bad=True, processes=1),
    ):
        try:
            table = Scan(io.BytesIO(data), "t.csv", options)
        except KitError as error:  # the first lines seem to precede the table
            assume("--skip-lines" not in str(error))
            raise
        with suppress(KitError):  # all records are bad
            list(table.chunks(["a"]))
        found.append((table.records, table.bad))
    assert found[0] == found[1]


@pytest.mark.parametrize("block", [1, 16, 1 << 20])
def test_a_bad_record_ends_where_its_quoted_fields_end(block: int) -> None:
    """Else a line of its text would open a quote, and swallow the records after it."""
    data = b'a,b\n"x"y,"z\n"w,1\n1,2\n3,4\n'
    table = Scan(
        io.BytesIO(data), "t.csv", Options(small=5, block=block, skip_bad=True, processes=1)
    )
    list(table.chunks(["a"]))
    assert (table.records, table.bad) == (2, [2])
