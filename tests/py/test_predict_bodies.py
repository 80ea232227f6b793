"""Requests and responses of predict, for any rows; Python's csv and json are the oracle."""

import csv
import io
import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyhelpers import KitError
from pyhelpers.csvio.table import MISSING, table_of
from pyhelpers.predict.exchange import Exchange, first_refused
from pyhelpers.predict.input_rows import Source, cell_json, from_csv, from_json, text_json
from pyhelpers.predict.request_bodies import Chunk, Shape, chunks, csv_line, shape_of
from pyhelpers.predict.responses import Reply, predictions

# Any text that UTF-8 can hold; NUL is refused by Python's csv.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
NUMBERS = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers()).map(repr)
FIELDS = st.one_of(TEXTS, NUMBERS, st.sampled_from(["", "NA", "007", " 5", "+1", ".5", "1e400"]))


def source_of(names: list[str], records: list[list[str]]) -> Source:
    """Return records as predict reads them from a CSV."""
    text = csv_line(names) + "".join(csv_line(record) for record in records)
    return from_csv(table_of(io.BytesIO(text.encode()), "data.csv", ","))


@given(FIELDS)
def test_a_field_is_a_number_to_its_last_digit_or_null_or_itself(text: str) -> None:
    value = json.loads(cell_json(text))
    if isinstance(value, str):
        assert value == text
    elif value is None:
        assert text in MISSING
    else:
        assert float(value) == float(text)
    assert json.loads(text_json(text)) == (None if text in MISSING else text)


@given(NUMBERS)
def test_every_finite_number_is_sent_as_one(text: str) -> None:
    assert cell_json(text) == text


TABLES = st.lists(TEXTS.filter(str.strip), min_size=1, max_size=4, unique=True).flatmap(
    lambda names: st.tuples(
        st.just(names),
        st.lists(
            st.lists(FIELDS, min_size=len(names), max_size=len(names)),
            min_size=1,
            max_size=20,
        ),
    )
)


@settings(max_examples=60)
@given(TABLES, st.sampled_from(["records", "rows", "split", "input_data", "csv"]))
def test_a_body_of_any_shape_holds_every_field(
    table: tuple[list[str], list[list[str]]], kind: str
) -> None:
    names, records = table
    source = source_of(names, records)
    shape = shape_of(kind, source, None)
    body = "".join(shape.body(chunk.pieces) for chunk in chunks(source, shape, 10**6, 10**9))
    wanted = [[json.loads(cell_json(field)) for field in record] for record in records]
    if kind == "csv":
        assert list(csv.reader(io.StringIO(body, newline=""))) == [names, *records]
        return
    document = json.loads(body)
    if kind == "records":
        assert document == {"instances": [dict(zip(names, row, strict=True)) for row in wanted]}
    elif kind == "rows":
        assert document == {"instances": wanted}
    else:
        key = "dataframe_split" if kind == "split" else kind
        assert document == {key: {"columns": names, "data": wanted}}


@settings(max_examples=60)
@given(TABLES, st.integers(1, 7), st.integers(200, 600))
def test_chunks_keep_all_rows_in_order_within_both_limits(
    table: tuple[list[str], list[list[str]]], most: int, size: int
) -> None:
    names, records = table
    source = source_of(names, records)
    shape = shape_of("csv", source, None)
    pieces: list[str] = []
    try:
        for chunk in chunks(source, shape, most, size):
            assert 1 <= len(chunk.rows) <= most
            assert len(shape.body(chunk.pieces).encode()) <= size
            pieces += chunk.pieces
    except KitError as error:
        assert "raise --chunk-bytes" in str(error)
    lines = [csv_line(record) for record in records]
    assert pieces == lines[: len(pieces)]


class Picky(Exchange):
    """A service that refuses what holds one of its bad rows, and counts what it is asked."""

    def __init__(self, bad: set[int]) -> None:
        self.bad, self.asked = bad, 0

    def ask(self, body: str) -> Reply:
        self.asked += 1
        found = sorted(self.bad & {int(piece) for piece in body.split()})
        return Reply(400 if found else 200, "", "", str(found[:1]).encode())


@settings(max_examples=60)
@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1)))))
def test_bisection_finds_the_first_row_that_is_refused(case: tuple[int, set[int]]) -> None:
    count, bad = case
    service = Picky(bad)
    shape = Shape("", " ", "", lambda row: row.text)
    chunk = Chunk("data.csv", [None] * count, [str(place) for place in range(count)])  # type: ignore[list-item]
    found = first_refused(service, shape, chunk, Reply(400, "", "", b"[0]"))
    if count > 1:
        assert (found and found[0]) == (min(bad) if bad else None)
        assert service.asked <= 3 + math.log2(count)


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        ('{"predictions": [1, 2.5]}', "application/json", [1, 2.5]),
        ("[1, 2.5]", "application/json", [1, 2.5]),
        ('{"prediction": ["a", null]}', "application/json", ["a", None]),
        ('"{\\"result\\": [1, 2]}"', "application/json", [1, 2]),
        ("1\n2.5\n", "text/csv; charset=utf-8", [1, 2.5]),
        ("1,no\n", "text/csv", [1, "no"]),
        ('{"outputs": [[0.1, 0.9], {"a": 1}]}', "", [[0.1, 0.9], {"a": 1}]),
    ],
)
def test_the_answers_of_many_services_are_understood(body: str, kind: str, expected: Any) -> None:
    assert predictions(Reply(200, kind, "", body.encode()), 2, "the service") == expected


def test_json_rows_must_be_alike() -> None:
    def rows(text: str) -> list[str]:
        return [row.place for row in from_json(io.BytesIO(text.encode()), "x.json").rows]

    assert rows('{"a": 1}\n{"a": 2}\n') == ["line 1", "line 2"]
    assert rows('[{"a": 1, "b": 2}, {"b": 3}]') == ["record 1", "record 2"]
    for text, message in [
        ('{"a": 1}\n{"b": 2}\n', "line 2: 'b' is not in the first row"),
        ("[[1, 2], [3]]", "record 2: 1 value, but the first row has 2"),
        ('[{"a": 1}, [3]]', "record 2: not an object as the first row is"),
        ("[1, NaN]", "NaN is not a JSON number"),
        ("[]", "holds no rows; give at least one"),
        ("[[]]", "not an object or array with values"),
        ('{"a": 1}\n{"a": 2\n', "line 2: not JSON"),
    ]:
        with pytest.raises(KitError, match=message):
            rows(text)
