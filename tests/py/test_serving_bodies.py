"""Bodies under a content coding, paths under a prefix: as proxies and clients send them."""

import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from pyhelpers.model import load, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.serving.access import Access
from pyhelpers.serving.http_protocol import Limits, Request
from pyhelpers.serving.service import Service
from tests.served import train_heights

ROW = b'{"instances": [[68.5]]}'


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    path = train_heights(tmp_path_factory.mktemp("bodies") / "weight")
    return Service(load.load_model(str(path)), Limits(body=100_000), Access(prefix="/proxy/8080/"))


def ask(service: Service, body: bytes, path: str = "/predict", **headers: str) -> tuple[int, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = service.answer(Request("POST", path, named, body))
    return response.status, json.loads(response.body)


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip"])
def test_a_gzip_body_is_read(service: Service, coding: str) -> None:
    plain = ask(service, ROW)
    assert plain[0] == 200
    assert ask(service, gzip.compress(ROW), content_encoding=coding) == plain
    halves = gzip.compress(ROW[:9]) + gzip.compress(ROW[9:])
    assert ask(service, halves, content_encoding=coding) == plain


def test_a_gzip_body_is_bounded_by_what_it_holds(service: Service) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    assert ask(service, bomb, content_encoding="gzip")[0] == 413
    parts = b"".join(gzip.compress(b" " * 60_000) for _ in range(3))
    assert ask(service, parts, content_encoding="gzip")[0] == 413
    padded = gzip.compress(ROW + b" " * (100_000 - len(ROW)))
    assert ask(service, padded, content_encoding="gzip")[0] == 200


@pytest.mark.parametrize("cut", [1, 5, -1, -9])
def test_a_broken_gzip_body_is_a_400(service: Service, cut: int) -> None:
    packed = gzip.compress(ROW)
    status, answer = ask(service, packed[:cut], content_encoding="gzip")
    assert status == 400 and "gzip" in answer["error"]
    assert ask(service, ROW, content_encoding="gzip")[0] == 400
    assert ask(service, packed + b"junk", content_encoding="gzip")[0] == 400


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip, gzip", ""])
def test_other_codings_are_refused_by_name(service: Service, coding: str) -> None:
    status, answer = ask(service, ROW, content_encoding=coding)
    assert status == 415 and repr(coding) in answer["error"]


def test_routes_are_answered_with_and_without_the_prefix(service: Service) -> None:
    assert ask(service, ROW, "/proxy/8080/predict") == ask(service, ROW)
    assert ask(service, ROW, "/proxy/8080predict")[0] == 404
    assert ask(service, ROW, "/other/predict")[0] == 404
    page = service.answer(Request("GET", "/proxy/8080/"))
    assert page.kind.startswith("text/html") and b'fetch(folder + "predict"' in page.body
    moved = service.answer(Request("GET", "/proxy/8080"))
    assert moved.status == 308 and ("Location", "8080/") in moved.headers


@pytest.mark.parametrize(
    ("kept", "prefix"),
    [("/lab/a/predict", "/lab/a"), ("/lab/a/predict", "/lab, /a/"), ("/predict", "/lab/a")],
)
def test_a_prefix_that_a_proxy_names_is_removed_if_it_is_there(
    service: Service, kept: str, prefix: str
) -> None:
    assert ask(service, ROW, kept, x_forwarded_prefix=prefix) == ask(service, ROW)


def test_the_page_of_a_prefix_that_a_proxy_names_is_at_its_folder(service: Service) -> None:
    named = {"x-forwarded-prefix": "/lab/a"}
    moved = service.answer(Request("GET", "/lab/a", named))
    assert moved.status == 308 and ("Location", "a/") in moved.headers
    route = service.answer(Request("GET", "/metrics", {"x-forwarded-prefix": "/metrics"}))
    assert route.status == 200


@pytest.mark.parametrize("path", ["/predict/", "/proxy/8080/predict/", "/invocations/"])
def test_a_slash_after_a_route_is_ignored(service: Service, path: str) -> None:
    assert ask(service, ROW, path) == ask(service, ROW)
    assert service.answer(Request("GET", "/healthz/")).status == 200
    assert ask(service, ROW, "/predict//")[0] == ask(service, ROW, "/other/")[0] == 404


@pytest.mark.parametrize("value", [True, False])
def test_a_boolean_is_not_a_number(houses: Service, value: bool) -> None:
    for body in ({"instances": [RECORD | {"age": value}]}, {"instances": [[3, value, "a"]]}):
        status, answer = ask(houses, json.dumps(body).encode())
        word = json.dumps(value)
        assert (status, answer["row"], answer["field"]) == (400, 0, "age")
        assert f"{word} is not a number" in answer["error"]


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Service:
    rows = "".join(f"{i % 7},{i * 3 % 11},{('a', 'b')[i % 2]},{3 * (i % 7)}\n" for i in range(99))
    table = TrainingCsv(io.BytesIO(("rooms,age,town,rent\n" + rows).encode()), "t.csv")
    made = train.train_model(table, TrainingOptions("rent", folds=0))
    path = str(tmp_path_factory.mktemp("houses") / "rent")
    store.save(path, made.files(made.card))
    return Service(load.load_model(path))


RECORD = {"rooms": 3, "age": 20, "town": "a"}
LIST = [[3, 20, "a"]]
BODIES: list[Any] = [
    {"instances": [RECORD], "parameters": {}},  # Vertex AI
    {"instances": [{"rooms": "3.0", "age": "20", "town": "a"}]},
    {"dataframe_records": [RECORD]},  # MLflow
    {"dataframe_split": {"columns": ["age", "rooms", "town"], "data": [[20, 3, "a"]]}},
    {"inputs": {"rooms": [3], "age": [20], "town": ["a"]}},
    {"data": [RECORD]},  # Azure ML
    {"data": LIST},
    {"input_data": {"columns": ["rooms", "age", "town"], "index": [0], "data": LIST}},
    {"input_data": [RECORD]},
    {"Inputs": {"data": [RECORD]}, "GlobalParameters": 1.0},
    RECORD,  # a lone row
]


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_each_platforms_body_is_read(houses: Service, body: Any) -> None:
    expected = ask(houses, json.dumps({"instances": [RECORD]}).encode())
    assert expected[0] == 200
    assert ask(houses, json.dumps(body).encode()) == expected


LINES = b'{"rooms": 3, "age": 20, "town": "a"}\n\n[3, 20, "a"]\n'


@pytest.mark.parametrize("kind", ["jsonlines", "jsonl", "x-ndjson"])
def test_json_lines_are_rows(houses: Service, kind: str) -> None:
    named = {"content_type": f"application/{kind}; charset=utf-8"}
    expected = ask(houses, json.dumps({"instances": LIST * 2}).encode())
    assert ask(houses, LINES, **named) == expected
    status, answer = ask(houses, LINES + b"{", **named)
    assert (status, answer["row"]) == (400, 2) and "the line is not JSON" in answer["error"]


TWICE = [
    (b'{"instances": [{"rooms": 3, "age": 20, "town": "a", "rooms": 9}]}', "rooms"),
    (b'{"instances": [[3, 20, "a"]], "instances": []}', "instances"),
    (
        b'{"instances": [[3, 20, "a"]], "parameters": {"\xc3\xa9\\"": 1, "\\u00e9\\"": 2}}',
        '\u00e9"',
    ),
]


@pytest.mark.parametrize(("body", "key"), TWICE)
def test_a_key_that_an_object_has_twice_is_refused_by_name(
    houses: Service, body: bytes, key: str
) -> None:
    status, answer = ask(houses, body)
    assert status == 400 and f"the key {json.dumps(key)} twice" in answer["error"]
    status, answer = ask(houses, b'{"rooms": 1}\n' + body, content_type="application/jsonl")
    assert (status, answer["row"]) == (400, 1) and f"{json.dumps(key)} twice" in answer["error"]


# What is sent as JSON or as CSV, what it is, and what the service says of it.
ODD: list[tuple[bytes, str, str]] = [
    (b'{"instances": [1,]}', "json", "the body is not JSON (line 1, column 18: ']}' does not fit)"),
    (b'{"a": 1,\n}', "json", "the body is not JSON (line"),
    (b"{'a': 1}", "json", "(line 1, column 2: \"'a':\" does not fit)"),
    (b'{"a": [1', "json", "the body is not JSON (it ends too early)"),
    (b"[1] x", "json", "(line 1, column 5: 'x' does not fit)"),
    (b'{"a": "\x01"}', "json", "the body is not JSON (line 1, column 8: "),
    (b"[" + b"9" * 5000 + b"]", "json", "the body is not JSON (a number has too many digits)"),
    (b'{"instances": [[3, {"a": null}, "a"]]}', "json", "'age': {\"a\": null} is not a number"),
    (b'3,20,"a', "csv", "the body is not CSV (its quotes do not match"),
    (b'3,20,"a"b', "csv", "the body is not CSV (its quotes do not match"),
]
PYTHONS_WORDS = re.compile(r"Expecting|char \d|delimiter|sys\.|set_int|True|None|unexpected|Extra")


@pytest.mark.parametrize(("body", "kind", "said"), ODD, ids=lambda value: str(value)[:30])
def test_errors_of_a_body_are_in_our_words(
    houses: Service, body: bytes, kind: str, said: str
) -> None:
    named = {"json": "application/json", "csv": "text/csv"}
    status, answer = ask(houses, body, content_type=named[kind])
    assert status == 400 and said in answer["error"]
    assert not PYTHONS_WORDS.search(answer["error"])


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_csv_with_a_header_may_have_another_delimiter(houses: Service, mark: str) -> None:
    text = f'town,note,rooms,age\r\na,"x{mark}\n\x0cy",3,20\r\n'.replace(",", mark)
    expected = ask(houses, json.dumps({"instances": LIST}).encode())
    assert ask(houses, text.encode(), content_type="text/csv") == expected


def test_a_client_that_accepts_csv_gets_csv(houses: Service) -> None:
    body, named = b"3,20,a\n4,20,a\n", {"content-type": "text/csv", "accept": "text/csv"}
    response = houses.answer(Request("POST", "/invocations", named, body))
    assert response.kind == "text/csv; charset=utf-8"
    answers = ask(houses, body, content_type="text/csv")[1]["predictions"]
    assert [float(line) for line in response.body.decode().splitlines()] == answers


def test_categories_that_training_had_not_are_counted_in_the_answer_and_in_metrics(
    houses: Service,
) -> None:
    rows = [[3, 20, "c"], [3, 20, None], [3, 20, "d"], [3, 20, "a"]]
    body = json.dumps({"instances": rows}).encode()
    assert ask(houses, body)[1]["unseen"] == {"town": 2}
    assert "unseen" not in ask(houses, json.dumps({"instances": rows[3:]}).encode())[1]
    text = houses.answer(Request("GET", "/metrics")).body.decode()
    assert 'ml_model_unseen_categories_total{field="town"} 2\n' in text


def test_a_field_may_have_the_name_of_a_wrapper(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i * 3 % 11},{2 * i}\n" for i in range(50) if i % 3)
    table = TrainingCsv(io.BytesIO(("data,inputs,y\n" + rows).encode()), "t.csv")
    made = train.train_model(table, TrainingOptions("y", ["data", "inputs"], folds=0))
    store.save(str(tmp_path / "m"), made.files(made.card))
    service = Service(load.load_model(str(tmp_path / "m")))
    expected = ask(service, b'{"instances": [[3, 4]]}')[1]["predictions"]
    for body in (b'{"data": 3, "inputs": 4}', b'{"data": {"0": 3}, "inputs": {"0": 4}}'):
        assert ask(service, body)[1]["predictions"] == expected
