"""No table takes work that grows as the square of its size: counted, not timed."""

import io
from collections.abc import Iterator
from typing import Any

import pytest

from pyhelpers import KitError
from pyhelpers.csvio import block_validation, records, scan
from pyhelpers.csvio import record_ends as rows_scan
from pyhelpers.csvio.scan import Options, Scan
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

    def counted(block: bytes, layout: Any) -> int:
        nonlocal looked
        looked += len(block)
        return record_end(block, layout)

    record_end = block_validation.record_end
    monkeypatch.setattr(scan, "record_end", counted)
    data = b'a,b\n1,2\n1,"' + cell * (1 << 20) + b'"\n1,2\n'
    options = Options(small=1 << 10, block=1 << 12, skip_bad=True, processes=1)
    table = Scan(io.BytesIO(data), "a", options)
    assert sum(len(parts[0]) for parts in table.parts(["a"])) <= 3
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
    monkeypatch.setattr(rows_scan, "bytearray", Read, raising=False)
    data = b'1,"' + b'"' * quotes + b'",2\n3,4\n'
    Read.cut = 0
    found = rows_scan.blocks(Drops(data, 1000), rows_scan.Quoted(","), size=1 << 19)
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

    with pytest.raises(KitError, match="a: line 2 is longer than 1 MB; is this a table?"):
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
    with pytest.raises(KitError, match="more than two different values"):
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
    summary.add([f"w{i}" for i in range(11)])
    row = row_of(summary)
    assert (row["type"], row["distinct"], row["top"], row["top_count"]) == ("text", 11, None, None)
