"""The service, asked without a server: every shape of request, and what it refuses."""

import csv
import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from project_package.app import create_app
from project_package.model import load
from project_package.settings import NAME

MODEL = load()
ROW: dict[str, Any] = {feature.name: feature.typical() for feature in MODEL.schema.features}
EXPECTED = MODEL.plain.predict([list(ROW.values())])


@pytest.fixture
def client() -> FlaskClient:
    return create_app().test_client()


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
def test_every_shape_of_a_row_gets_the_same_answer(client: FlaskClient, body: object) -> None:
    answer = client.post("/predict", json=body)
    assert (answer.status_code, answer.get_json()["predictions"]) == (200, EXPECTED)


def test_a_csv_is_answered_too(client: FlaskClient) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([ROW.keys(), ROW.values()])
    answer = client.post("/invocations", data=text.getvalue(), content_type="text/csv")
    assert answer.json == {"predictions": EXPECTED}


def test_a_missing_field_is_named(client: FlaskClient) -> None:
    answer = client.post("/predict", json={"instances": [ROW, {}]})
    first = next(iter(ROW))
    assert answer.status_code == 400
    assert (answer.get_json()["row"], answer.get_json()["field"]) == (1, first)


def test_what_is_no_json_is_refused(client: FlaskClient) -> None:
    assert client.post("/predict", data=b"{").status_code == 400
    assert "error" in client.get("/predict").get_json()
    assert client.get("/nowhere").status_code == 404


@pytest.mark.parametrize("path", ["/ping", "/healthz", f"/v1/models/{NAME}"])
def test_health(client: FlaskClient, path: str) -> None:
    assert client.get(path).json == {"status": "ok", "model": NAME}
