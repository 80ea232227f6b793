"""ml-model serve: one contract on a real socket, asked with a client of Python's own."""

import io
import json
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyhelpers.model import load, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.model.schema import Value
from tests.conftest import ROOT
from tests.served import Served, train_heights

MODEL = "weight of a person"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_heights(tmp_path_factory.mktemp("served") / MODEL)


@pytest.fixture(scope="module")
def served(model: Path) -> Iterator[Served]:
    service = Served(model, AIP_PREDICT_ROUTE="/vertex", AIP_HEALTH_ROUTE="/alive")
    yield service
    assert service.stop() == 0


@pytest.fixture(scope="module")
def answers(model: Path) -> list[Any]:
    return load.load_model(str(model)).predictor.predict([[60.0], [75.0]])


def test_ready_line_names_the_model_and_its_address(served: Served) -> None:
    address = f"http://127.0.0.1:{served.port}"
    assert served.line == f"ml-model: serving {MODEL} at {address} (Ctrl-C stops it)\n"


@pytest.mark.parametrize(
    "path",
    [
        "/predict",
        "/invocations",
        "/score",
        "/v1/models/weight%20of%20a%20person:predict",
        "/vertex",
    ],
)
def test_every_platforms_path_predicts(served: Served, answers: list[Any], path: str) -> None:
    body = {"instances": [{"Height-Inches": 60}, {"Height-Inches": 75}]}
    assert served.predict(body, path) == (200, {"predictions": answers})


@pytest.mark.parametrize("path", ["/ping", "/health", "/healthz", "/readyz", "/alive"])
def test_every_platforms_health_path_is_well(served: Served, path: str) -> None:
    assert served.ask("GET", path) == (200, {"status": "ok", "model": MODEL})


@pytest.mark.parametrize(
    "body",
    [
        {"instances": [[60], [75]]},
        {"instances": [60, 75]},
        {"instances": [{"Height-Inches": "60"}, {"other": None, "Height-Inches": 75.0}]},
        [[60], [75]],
        {"inputs": [[60], [75]]},
        {"inputs": {"Height-Inches": [60, 75]}},
        {"dataframe_records": [{"Height-Inches": 60}, {"Height-Inches": 75}]},
        {"dataframe_split": {"columns": ["x", "Height-Inches"], "data": [[1, 60], [2, 75]]}},
    ],
)
def test_every_shape_is_answered_alike(served: Served, answers: list[Any], body: Any) -> None:
    assert served.predict(body) == (200, {"predictions": answers})


def test_chapters_shape_is_answered_with_prediction_too(served: Served, answers: list[Any]) -> None:
    body = {"Height-Inches": {"0": 60, "1": 75}}
    assert served.predict(body) == (200, {"predictions": answers, "prediction": answers})


@pytest.mark.parametrize(
    "text", [b"60\n75\n", b"Index,Height-Inches\r\n1,60\r\n2,75", b"\xef\xbb\xbf60\n75"]
)
def test_csv_is_taken_with_and_without_a_header(
    served: Served, answers: list[Any], text: bytes
) -> None:
    assert served.predict(text, Content_Type="text/csv") == (200, {"predictions": answers})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"instances": [[60], ["tall"]]}, {"row": 1, "field": "Height-Inches"}),
        ({"instances": [{"Height": 60}]}, {"row": 0, "field": "Height-Inches"}),
        ({"instances": [[60, 70]]}, {"row": 0}),
        ({"instances": 5}, {}),
        ({"rows": []}, {}),
        (b"{", {}),
        (b'{"instances": [[NaN]]}', {}),
        (b"\xff\xfe", {}),
        (b"[" * 100_000, {}),
        ({"instances": [[10**400]]}, {"row": 0, "field": "Height-Inches"}),
        ({"instances": [[1.7e308]]}, {"row": 0}),
    ],
)
def test_bad_bodies_get_a_400_that_names_row_and_field(
    served: Served, body: Any, said: Any
) -> None:
    status, answer = served.predict(body)
    assert status == 400 and answer.pop("error")
    assert answer == said


def test_only_this_machine_is_answered_unless_told(served: Served) -> None:
    """Who listens at every address answers at 127.0.0.2, too."""
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.2", served.port)) != 0
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", served.port)) == 0


def test_the_model_is_loaded_once(model: Path, tmp_path: Path, answers: list[Any]) -> None:
    copy = Path(shutil.copytree(model, tmp_path / "gone"))
    service = Served(copy)
    shutil.rmtree(copy)
    assert service.predict({"instances": [[60], [75]]}) == (200, {"predictions": answers})
    assert service.stop() == 0


def test_a_forest_is_served_with_texts_and_gaps(tmp_path: Path) -> None:
    text = "size,colour,price\n" + "".join(
        f"{i % 17},{('red', 'blue', '')[i % 3]},{i % 17 + i % 3}.5\n" for i in range(120)
    )
    table = TrainingCsv(io.BytesIO(text.encode()), "t.csv")
    made = train.train_model(table, TrainingOptions("price", model="forest", folds=0))
    store.save(str(tmp_path / "m"), made.files(made.card))
    service = Served(tmp_path / "m")
    rows: list[list[Value]] = [[4.0, "red"], [None, "violet"], [16.0, None]]
    expected = load.load_model(str(tmp_path / "m")).predictor.predict(rows)
    records = [dict(zip(("colour", "size"), row[::-1], strict=True)) for row in rows]
    answered = {"predictions": expected, "unseen": {"colour": 1}}
    assert service.predict({"instances": records}) == (200, answered)
    alone = [service.predict({"instances": [row]})[1]["predictions"][0] for row in records]
    assert alone == pytest.approx(expected, rel=1e-12)
    assert service.stop() == 0


def test_wrong_paths_and_methods_are_told(served: Served) -> None:
    assert served.ask("GET", "/nothing")[0] == 404
    assert served.ask("GET", "/predict")[0] == 405
    assert served.ask("POST", "/healthz", {})[0] == 405


def test_the_port_of_another_service_is_refused(served: Served, model: Path) -> None:
    words = [str(ROOT / "bin/ml-model"), "serve", str(model), "--port", str(served.port)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith(f"ml-model: port {served.port} of 127.0.0.1 cannot be used")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_request_on_its_way_is_answered_before_the_stop(
    model: Path, answers: list[Any], how: signal.Signals
) -> None:
    service = Served(model)
    body = json.dumps({"instances": [[60], [75]]}).encode()
    with socket.create_connection(("127.0.0.1", service.port), timeout=60) as client:
        head = f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        client.sendall(head.encode() + body[:10])
        service.ask("GET", "/health")  # who comes later is answered: this one was let in
        service.process.send_signal(how)
        with pytest.raises(subprocess.TimeoutExpired):
            service.process.wait(0.5)
        client.sendall(body[10:])
        reply = b"".join(iter(lambda: client.recv(65536), b""))
    assert json.loads(reply.partition(b"\r\n\r\n")[2]) == {"predictions": answers}
    assert service.end() == 0


def test_a_plain_model_is_served_without_the_heavy_packages(model: Path) -> None:
    service = Served(model)
    mapped = Path(f"/proc/{service.process.pid}/maps").read_text()
    assert service.stop() == 0
    assert "python" in mapped
    assert not re.search(r"numpy|pandas|sklearn|scipy", mapped)
