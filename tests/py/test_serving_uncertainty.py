"""Probabilities and intervals of the service: those of ml-model predict, by query or by body."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from pyhelpers import KitError
from pyhelpers.model import load, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.intervals import widths_of
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.serving.http_protocol import Request
from pyhelpers.serving.service import Service
from tests.browser import Browser, find_chromium
from tests.conftest import Run
from tests.loopback import serve
from tests.served import Served

ROWS = [[3.0, "lis"], [11.5, "opo"], [None, "far"]]
KINDS = [("rent", "linear"), ("rent", "forest"), ("kind", "logistic"), ("kind", "boosting")]


def trained(path: Path, target: str, model: str, folds: int = 5) -> str:
    rows = "".join(
        f"{i % 17},{('lis', 'opo')[i % 2]},{i % 17 * 3 + i * 7 % 5}.5,{'abc'[i % 17 // 6]}\n"
        for i in range(240)
    )
    table = TrainingCsv(io.BytesIO(("size,town,rent,kind\n" + rows).encode()), "t.csv")
    options = TrainingOptions(target, ["size", "town"], model=model, folds=folds)
    made = train.train_model(table, options)
    store.save(str(path), made.files(made.card))
    return str(path)


@pytest.fixture(scope="module", params=KINDS, ids=" ".join)
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    target, kind = request.param
    return trained(tmp_path_factory.mktemp("uncertain") / f"{target}-{kind}", target, kind)


def ask(service: Service, query: str = "", **parameters: Any) -> tuple[int, Any]:
    body = json.dumps({"instances": ROWS} | ({"parameters": parameters} if parameters else {}))
    response = service.answer(Request("POST", "/predict", {}, body.encode(), query))
    return response.status, json.loads(response.body)


def test_they_are_those_of_ml_model_predict(run: Run, model: str) -> None:
    service = Service(load.load_model(model))
    classes = service.model.card["classes"]
    word, query = ("--proba", "probabilities") if classes else ("--interval=0.8", "interval=0.8")
    asked = {"probabilities": True} if classes else {"interval": 0.8}
    text = "size,town\n3,lis\n11.5,opo\n,far\n"
    done = run("ml-model", "predict", model, word, input=text)
    assert done.returncode == 0, done.stderr
    expected = list(csv.DictReader(io.StringIO(done.stdout)))
    for status, answer in (ask(service, query), ask(service, **asked)):
        assert status == 200, answer
        assert [str(one) for one in answer["predictions"]] == [r["prediction"] for r in expected]
        if classes:
            assert answer["classes"] == classes == ["a", "b", "c"]
            shares = [[float(row[f"prediction_{one}"]) for one in classes] for row in expected]
            assert answer["probabilities"] == shares
        else:
            ends = [[float(r["prediction_low"]), float(r["prediction_high"])] for r in expected]
            assert answer["interval"] == ends
    plain = ask(service)[1]
    assert not {"probabilities", "interval", "classes"} & set(plain)
    assert ask(service, "probabilities=false" if classes else "")[1] == plain


def test_predict_adds_the_columns_of_ml_model_predict(run: Run, model: str) -> None:
    served = Served(Path(model))
    words = ["--proba"] if load.load_model(model).card["classes"] else ["--interval", "0.8"]
    text = "size,note,town\r\n3,a,lis\r\n11.5,,opo\r\n4,b,lis\r\n"
    expected = run("ml-model", "predict", model, *words, input=text).stdout
    url = ("predict", "--url", f"http://127.0.0.1:{served.port}", "--chunk-rows", "2")
    done = run(*url, *words, input=text)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", expected)
    shown = run(*url, *words, "--format", "json", input=text)
    rows = list(csv.DictReader(io.StringIO(expected)))
    assert [list(row) for row in json.loads(shown.stdout)] == [list(row) for row in rows]
    assert run(*url, *words, "--shape", "csv", input=text).returncode == 2
    taken = text.replace("note", "prediction_low" if words[0] == "--interval" else "prediction_a")
    done = run(*url, *words, input=taken)
    assert done.returncode == 2 and "already" in done.stderr
    other = ["--interval", "0.8"] if words == ["--proba"] else ["--proba"]
    done = run(*url, *other, input=text)
    assert done.returncode == 3 and "the model predicts" in done.stderr
    assert served.stop() == 0


def test_a_service_without_probabilities_is_one_line(run: Run) -> None:
    with serve() as service:
        words = ("predict", "--url", service.url, "--proba", "height=70")
        done = run(*words)
        assert service.requests[0].json()["parameters"] == {"probabilities": True}
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "no probabilities of each row; omit --proba" in done.stderr
    for share in ("0", "1", "90", "x", "-0.5"):
        assert run(*words[:3], "--interval", share, "height=70").returncode == 2


def test_what_the_model_does_not_have_is_a_400(model: str) -> None:
    service = Service(load.load_model(model))
    wrong = "interval=0.9" if service.model.card["classes"] else "probabilities"
    status, answer = ask(service, wrong)
    assert status == 400 and "the model predicts" in answer["error"]


@pytest.mark.parametrize("no", [False, None, 0, "False", "no"])
def test_probabilities_can_be_declined(tmp_path: Path, no: Any) -> None:
    service = Service(load.load_model(trained(tmp_path / "m", "kind", "logistic", folds=0)))
    assert "probabilities" not in ask(service, probabilities=no)[1]
    assert "probabilities" not in ask(service, f"probabilities={no}")[1]
    assert "probabilities" in ask(service, "probabilities=True")[1]


@pytest.mark.parametrize("level", [0, 1, -0.5, 90, True, "x", [], float("1e999")])
def test_a_level_is_a_share_between_0_and_1(tmp_path: Path, level: Any) -> None:
    service = Service(load.load_model(trained(tmp_path / "m", "rent", "linear")))
    body = json.dumps({"instances": ROWS, "parameters": {"interval": level}})
    body = body.replace("Infinity", "1e999")
    response = service.answer(Request("POST", "/predict", {}, body.encode()))
    assert response.status == 400 and b"between 0 and 1" in response.body


def test_a_model_without_cross_validation_has_no_intervals(tmp_path: Path) -> None:
    service = Service(load.load_model(trained(tmp_path / "m", "rent", "linear", folds=0)))
    status, answer = ask(service, "interval=0.9")
    assert status == 400 and "without cross-validation" in answer["error"]


def test_an_infinite_interval_is_null(tmp_path: Path) -> None:
    service = Service(load.load_model(trained(tmp_path / "m", "rent", "linear")))
    assert ask(service, "interval=0.9999")[1]["interval"] == [[None, None]] * 3


DAMAGED: list[Any] = [
    {},
    [],
    {"half_widths": [1.0], "records": 9},
    {"half_widths": [2.0, 1.0], "records": 9},
    {"half_widths": [-1.0, 1.0], "records": 9},
    {"half_widths": ["a", "b"], "records": 9},
    {"half_widths": [1.0, 2.0], "records": None},
]


@pytest.mark.parametrize("intervals", DAMAGED, ids=str)
def test_damaged_intervals_are_refused(intervals: Any) -> None:
    with pytest.raises(KitError, match="intervals are damaged"):
        widths_of({"intervals": intervals})


def test_the_page_shows_them(model: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    browser = Browser(find_chromium(), tmp_path_factory.mktemp("profile"))
    served = Served(Path(model))
    browser.call("Page.navigate", url=f"http://127.0.0.1:{served.port}/")
    browser.wait_for(
        "!!document.querySelector('[data-name]') && document.readyState === 'complete'"
    )
    browser.run("document.querySelector('button').click()")
    lines = browser.wait_for("document.querySelector('output').textContent").split("\n")
    classes = load.load_model(model).card["classes"]
    if classes:
        assert sorted(line.partition(":")[0] for line in lines[1:]) == classes
        assert lines[1].startswith(lines[0].partition(": ")[2] + ": ")
        assert sum(float(line.split()[-2]) for line in lines[1:]) == pytest.approx(100, abs=0.2)
    else:
        low, _, high = lines[1].removeprefix("90 % interval: ").split()
        assert float(low) < float(lines[0].split()[-1]) < float(high)
    assert browser.errors == []
    browser.close()
    assert served.stop() == 0
