"""The service without a server: every request format, and refusals."""

import csv
import io
import json
from typing import Any

import pytest

from project_package.app import create_app
from project_package.contract.http_protocol import Request
from project_package.contract.service import Service
from project_package.model import load
from project_package.settings import NAME

MODEL = load()
ROW: dict[str, Any] = {feature.name: feature.typical() for feature in MODEL.schema.features}
EXPECTED = MODEL.predictor.predict([list(ROW.values())])


@pytest.fixture
def app() -> Service:
    return create_app()


def ask(app: Service, method: str, path: str, body: bytes = b"", kind: str = "") -> Any:
    """Return the status and the document of an answer."""
    headers = {"content-type": kind} if kind else {}
    response = app.answer(Request(method, path, headers, body))
    return response.status, json.loads(response.body)


@pytest.mark.parametrize(
    "body",
    [
        {"instances": [ROW]},
        {"instances": [list(ROW.values())]},
        [ROW],
        {"dataframe_split": {"columns": list(ROW), "data": [list(ROW.values())]}},
        {name: {"0": value} for name, value in ROW.items()},
    ],
)
def test_every_request_format_gets_the_same_predictions(app: Service, body: object) -> None:
    status, answer = ask(app, "POST", "/predict", json.dumps(body).encode())
    assert (status, answer["predictions"]) == (200, EXPECTED)


def test_a_csv_request(app: Service) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([ROW.keys(), ROW.values()])
    found = ask(app, "POST", "/invocations", text.getvalue().encode(), "text/csv")
    assert found == (200, {"predictions": EXPECTED})


def test_a_missing_field_is_named(app: Service) -> None:
    body = json.dumps({"instances": [ROW, {}]}).encode()
    status, answer = ask(app, "POST", "/predict", body)
    assert (status, answer["row"], answer["field"]) == (400, 1, next(iter(ROW)))


def test_invalid_requests_are_refused(app: Service) -> None:
    assert ask(app, "POST", "/predict", b"{")[0] == 400
    assert "error" in ask(app, "GET", "/predict")[1]
    assert ask(app, "GET", "/nowhere")[0] == 404


@pytest.mark.parametrize("path", ["/ping", "/healthz", f"/v1/models/{NAME}"])
def test_health(app: Service, path: str) -> None:
    assert ask(app, "GET", path) == (200, {"status": "ok", "model": NAME})
