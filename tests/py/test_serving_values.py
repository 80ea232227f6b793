"""What a client sends is the client's fault: each kind of model answers a 400, never a 500."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from pyhelpers.model import load, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.metrics import Task
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.serving.http_protocol import Request
from pyhelpers.serving.service import Service

KINDS = (
    ("linear", "regression"),
    ("logistic", "classification"),
    ("forest", "classification"),
    ("boosting", "regression"),
)


def trained(path: Path, kind: str, task: Task, width: int = 2) -> Service:
    rows = "".join(
        f"{i % 17},{('red', 'blue', '')[i % 3]},{i % 5},{('no', 'yes')[i * 7 % 17 > 8]}\n"
        for i in range(120)
    )
    features = ["size", "colour"][:width]
    target = {"regression": "y", "classification": "label"}[task]
    table = TrainingCsv(io.BytesIO(f"size,colour,y,label\n{rows}".encode()), "t.csv")
    made = train.train_model(
        table, TrainingOptions(target, features, task=task, model=kind, folds=0)
    )
    store.save(str(path), made.files(made.card))
    return Service(load.load_model(str(path)))


@pytest.fixture(scope="module", params=KINDS)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Service:
    kind, task = request.param
    return trained(tmp_path_factory.mktemp("models") / f"{kind}-{task}", kind, task)


def ask(service: Service, body: str | bytes) -> tuple[int, dict[str, Any]]:
    data = body if isinstance(body, bytes) else body.encode()
    response = service.answer(Request("POST", "/predict", {}, data))
    return response.status, json.loads(response.body)


NUMBERS = ("1e39", "-1e39", "3.5e38", "1e308", "-1.7e308", "1e309", "1" + "0" * 400, "9" * 5000)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_beyond_the_models_reach_is_a_400_or_an_answer(
    service: Service, number: str
) -> None:
    status, answer = ask(service, f'{{"instances": [[3, "red"], [{number}, "red"], [3, "red"]]}}')
    assert status in (200, 400), answer
    if status == 400 and len(number) < 4000:
        assert answer["row"] == 1
    if status == 200:
        assert len(answer["predictions"]) == 3


@pytest.mark.parametrize("number", ["1e40", "-3.5e300", '"1e308"'])
def test_a_number_that_a_forest_cannot_hold_is_a_400_with_row_and_field(
    tmp_path: Path, number: str
) -> None:
    service = trained(tmp_path / "m", "forest", "regression")
    for before in (0, 40, 200):  # few rows are predicted by Python, many by numpy
        rows = ["[3, null]"] * before + [f'[{number}, "red"]']
        status, answer = ask(service, f"[{','.join(rows)}]")
        assert (status, answer.get("row"), answer.get("field")) == (400, before, "size"), answer


ODD = [
    '{"instances": [[3, "\\ud800"]]}',
    '{"instances": [{"size": 3, "colour": "\\udfff\\ud800"}]}',
    '{"\\ud800": [[3, "red"]]}',
    '{"instances": [["\\ud800", "red"]]}',
    '{"instances": [[3, "\\u0000"]]}',
    '{"instances": [[3, "' + "x" * 100_000 + '"]]}',
    '{"instances": [[3, ' + "9" * 4000 + "]]}",
    '{"instances": [[3, true]]}',
    '{"instances": [[true, "red"]]}',
    '{"instances": [[-0.0, ""]]}',
    '{"instances": [[5e-324, "red"]]}',
    "[" * 50_000 + "]" * 50_000,
    '{"a":' * 50_000 + "1" + "}" * 50_000,
    '{"instances": [' + "[" * 900 + "]" * 900 + "]}",
    '{"instances": [{"size": {"size": {"size": 1}}, "colour": []}]}',
    '{"inputs": {"size": {"\\ud800": 1}, "colour": {"\\ud800": "red"}}}',
    '{"dataframe_split": {"columns": ["size", "colour", "\\ud800"], "data": [[1, "red", 2]]}}',
    '{"instances": []}',
    "null",
    '"\\ud800"',
]


@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
def test_odd_json_is_answered_or_a_400(service: Service, body: str) -> None:
    status, answer = ask(service, body)
    assert status in (200, 400), answer
    assert ("predictions" in answer) == (status == 200)
    assert status == 200 or answer["error"]
