"""A thousand bodies and more, malformed in every way: each is answered, with a 4xx in JSON."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.served import Served, train_heights

FIELD = "Height-Inches"
KEYS = ("instances", "inputs", "dataframe_split", "dataframe_records", "columns", "data", FIELD)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
names = st.sampled_from(KEYS) | st.text(max_size=5)
documents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4)
)
wrong_cells = st.text(min_size=1, max_size=6).filter(lambda text: not is_number(text)) | st.lists(
    scalars, min_size=2, max_size=3
)
wrong_rows: st.SearchStrategy[Any] = st.one_of(
    wrong_cells.map(lambda cell: {FIELD: cell}),
    st.dictionaries(st.text(max_size=5), scalars, max_size=3),
    st.lists(scalars, min_size=2, max_size=4),
    st.just([]),
)
WRONG = {
    "rows": wrong_rows.map(lambda row: json.dumps({"instances": [{FIELD: 60}, row]}).encode()),
    "keys": st.dictionaries(st.text(max_size=5), documents, max_size=3).map(
        lambda document: json.dumps(document).encode()
    ),
    "cut": st.integers(1, 36).map(lambda end: b'{"instances": [{"Height-Inches": 68}]}'[:end]),
    "bytes": st.binary(max_size=60).filter(lambda data: not is_json(data)),
}


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text in ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "#N/A")
    return True


def is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HTTPConnection]:
    service = Served(train_heights(tmp_path_factory.mktemp("fuzzed") / "weight"))
    connection = HTTPConnection("127.0.0.1", service.port, timeout=60)
    yield connection
    connection.close()
    assert service.stop() == 0


def answer(client: HTTPConnection, body: bytes, kind: str = "application/json") -> tuple[int, Any]:
    client.request("POST", "/predict", body, {"Content-Type": kind})
    response = client.getresponse()
    return response.status, json.loads(response.read())


QUIET = settings(
    max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
FEWER = settings(QUIET, max_examples=200)


@pytest.mark.parametrize("how", WRONG)
def test_every_malformed_body_gets_a_400_in_json(client: HTTPConnection, how: str) -> None:
    @(FEWER if how == "keys" else QUIET)
    @given(WRONG[how])
    def check(body: bytes) -> None:
        status, document = answer(client, body)
        assert status == 400 and document["error"]

    check()


@FEWER
@given(document=documents)
def test_any_document_at_all_gets_an_answer(client: HTTPConnection, document: Any) -> None:
    status, found = answer(client, json.dumps(document).encode())
    assert (status == 200 and "predictions" in found) or (status == 400 and found["error"])


@QUIET
@given(text=st.text(alphabet='01.,"\n\r;x -eNna', max_size=30))
def test_any_csv_at_all_gets_an_answer(client: HTTPConnection, text: str) -> None:
    status, found = answer(client, text.encode(), "text/csv")
    assert (status == 200 and "predictions" in found) or (status == 400 and found["error"])
