"""The open inference protocol (KServe V2): Triton's own client, and what its text says."""

import io
import json
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyhelpers.model import load, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.serving.http_protocol import Request
from pyhelpers.serving.service import Service
from tests.conftest import need_peer
from tests.served import Served

FIELDS = ("size", "town", "age")
ROWS: list[list[Any]] = [[12.5, "lis", 3.0], [4.0, "opo", None], [7.0, "far", 8.0]]
# Asks in all forms that the client knows: a tensor a field or one for all, in JSON or in binary.
CLIENT = """
import json, sys
import numpy as np
import tritonclient.http as http

url, fields, rows = json.load(sys.stdin)
client = http.InferenceServerClient(url)
assert client.is_server_live() and client.is_server_ready()
assert client.is_model_ready("rent town")
found = {"server": client.get_server_metadata(), "model": client.get_model_metadata("rent town")}

def tensor(name, values, kind, binary):
    tensor = http.InferInput(name, list(values.shape), kind)
    tensor.set_data_from_numpy(values, binary_data=binary)
    return tensor

def answers(name, inputs, **more):
    return client.infer(name, inputs, **more).as_numpy("predict").tolist()

for binary in (False, True):
    inputs = []
    for name, column in zip(fields, zip(*rows)):
        if isinstance(column[0], str):
            inputs.append(tensor(name, np.array([column], dtype=object).T, "BYTES", binary))
        else:
            values = np.array([np.nan if v is None else v for v in column])
            if not binary:
                values = np.where(np.isnan(values), 0, values)
            inputs.append(tensor(name, values, "FP64", binary))
    outputs = [http.InferRequestedOutput("predict", binary_data=binary)]
    found[f"columns {binary}"] = answers("rent town", inputs, outputs=outputs, request_id="7")
    found[f"packed {binary}"] = answers("rent town", inputs, request_compression_algorithm="gzip")
    found[f"version {binary}"] = answers("rent town", inputs, model_version="1")
assert client.is_model_ready("rent town", "1")
assert client.get_model_metadata("rent town", "1") == found["model"]
try:
    client.infer("rent town", inputs[:2])
except http.InferenceServerException as error:
    found["error"] = [error.status(), error.message()]
print(json.dumps(found))
"""
# One tensor of shape [rows, fields], in JSON or in binary.
MATRIX_CLIENT = """
import json, sys
import numpy as np
import tritonclient.http as http

url, rows = json.load(sys.stdin)
client, found = http.InferenceServerClient(url), []
for kind, binary in (("FP32", False), ("FP64", True)):
    tensor = http.InferInput("any", [len(rows), len(rows[0])], kind)
    values = np.array(rows, dtype={"FP32": np.float32, "FP64": np.float64}[kind])
    tensor.set_data_from_numpy(values, binary_data=binary)
    found.append(client.infer("n", [tensor]).as_numpy("predict").tolist())
print(json.dumps(found))
"""


def train_on(path: Path, text: str, target: str) -> str:
    made = train.train_model(
        TrainingCsv(io.BytesIO(text.encode()), "t.csv"), TrainingOptions(target, folds=0)
    )
    store.save(str(path), made.files(made.card))
    return str(path)


def table(numbers_only: bool = False) -> str:
    towns = ("1", "2", "3") if numbers_only else ("lis", "opo", "far")
    rows = (f"{i % 17},{towns[i % 3]},{i * 5 % 11},{i % 17 * 3 + i % 3}\n" for i in range(150))
    return "size,town,age,rent\n" + "".join(rows)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return train_on(tmp_path_factory.mktemp("v2") / "rent town", table(), "rent")


@pytest.fixture(scope="module")
def service(model: str) -> Service:
    return Service(load.load_model(model))


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Service:
    path = train_on(tmp_path_factory.mktemp("v2") / "n", table(numbers_only=True), "rent")
    return Service(load.load_model(path))


@pytest.fixture(scope="module")
def served(model: str) -> Iterator[Served]:
    running = Served(Path(model))
    yield running
    assert running.stop() == 0


def infer(service: Service, document: Any, tail: bytes = b"", **headers: str) -> tuple[int, Any]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if tail:
        named["inference-header-content-length"] = str(len(body))
    path = f"/v2/models/{service.name}/infer"
    response = service.answer(Request("POST", path, named, body + tail))
    return response.status, json.loads(response.body)


def column(name: str, values: list[Any], kind: str = "FP64") -> dict[str, Any]:
    return {"name": name, "shape": [len(values)], "datatype": kind, "data": values}


def client(program: str, *asked: Any) -> Any:
    """Run a program of Triton's client; return what it prints."""
    python = Path(need_peer("moto_server")).with_name("python")
    done = subprocess.run(
        [python, "-c", program],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_tritons_client_sends_one_tensor_for_all_fields(tmp_path: Path) -> None:
    path = train_on(tmp_path / "n", table(numbers_only=True), "rent")
    running, rows = Served(Path(path)), [[12.5, 1.0, 3.0], [4.0, 2.0, 7.0]]
    found = client(MATRIX_CLIENT, f"127.0.0.1:{running.port}", rows)
    expected = list(load.load_model(path).predictor.predict(rows))
    assert found == [pytest.approx(expected, rel=1e-15)] * 2
    assert running.stop() == 0


def test_tritons_client_gets_the_models_predictions(served: Served, model: str) -> None:
    found = client(CLIENT, f"127.0.0.1:{served.port}", FIELDS, ROWS)
    predictor = load.load_model(model).predictor
    expected = list(predictor.predict(ROWS))
    zeros = list(predictor.predict([[0.0 if v is None else v for v in row] for row in ROWS]))
    assert found["version True"] == found["columns True"]
    assert found["columns True"] == found["packed True"] == pytest.approx(expected, rel=1e-15)
    assert found["columns False"] == found["packed False"] == pytest.approx(zeros, rel=1e-15)
    assert found["server"]["name"] == "beachhead"
    inputs = [(one["name"], one["datatype"], one["shape"]) for one in found["model"]["inputs"]]
    assert inputs == [("size", "FP64", [-1]), ("town", "BYTES", [-1]), ("age", "FP64", [-1])]
    assert found["error"] == ["400", "field 'age': is missing among the inputs"]


def test_one_tensor_for_all_fields_is_read_in_the_models_order(numbers: Service) -> None:
    rows = [[12.5, 1.0, 3.0], [4.0, 2.0, 8.0]]
    asked = {"name": "input-0", "shape": [2, 3], "datatype": "FP64"}
    expected = list(load_predict(numbers, rows))
    for data in (rows, [value for row in rows for value in row]):
        status, answer = infer(numbers, {"id": "x", "inputs": [{**asked, "data": data}]})
        assert status == 200, answer
        assert answer["id"] == "x"
        assert answer["outputs"] == [
            {"name": "predict", "datatype": "FP64", "shape": [2], "data": expected}
        ]


def load_predict(service: Service, rows: list[list[Any]]) -> Any:
    return service.model.predictor.predict(rows)


@pytest.mark.parametrize(
    ("kind", "code"),
    [("FP32", "f"), ("FP64", "d"), ("FP16", "e"), ("INT8", "b"), ("INT16", "h"), ("INT32", "i")]
    + [("INT64", "q"), ("UINT8", "B"), ("UINT16", "H"), ("UINT32", "I"), ("UINT64", "Q")],
)
def test_each_type_of_elements_is_read_from_binary_data(
    numbers: Service, kind: str, code: str
) -> None:
    rows = [[12, 1, 3], [4, 2, 8]]
    tail = struct.pack(f"<6{code}", *(value for row in rows for value in row))
    asked: dict[str, Any] = {"name": "x", "shape": [2, 3], "datatype": kind}
    asked["parameters"] = {"binary_data_size": len(tail)}
    status, answer = infer(numbers, {"inputs": [asked]}, tail)
    assert status == 200, answer
    assert answer["outputs"][0]["data"] == list(load_predict(numbers, rows))


def test_classes_are_a_tensor_of_texts(tmp_path: Path) -> None:
    numbers = (i * 7 % 81 for i in range(81))
    text = "x,label\n" + "".join(f"{x},{'no' if x < 40 else 'oui é'}\n" for x in numbers)
    path = train_on(tmp_path / "c", text, "label")
    service = Service(load.load_model(path))
    status, answer = infer(service, {"inputs": [column("x", [1, 79])]})
    assert (status, answer["outputs"][0]["datatype"]) == (200, "BYTES")
    assert answer["outputs"][0]["data"] == ["no", "oui é"]


@pytest.fixture(scope="module")
def trio(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A model of three classes."""
    rows = (f"{i * 7 % 81},{'abc'[i * 7 % 81 // 27]}\n" for i in range(81))
    path = train_on(tmp_path_factory.mktemp("v2") / "trio", "x,label\n" + "".join(rows), "label")
    return Service(load.load_model(path))


@pytest.mark.parametrize(
    "names", [["predict_proba"], ["predict_proba", "predict"], ["predict"] * 2]
)
def test_probabilities_are_the_output_that_mlserver_names(trio: Service, names: list[str]) -> None:
    asked = {"inputs": [column("x", [1, 79])], "outputs": [{"name": name} for name in names]}
    status, answer = infer(trio, asked)
    assert status == 200, answer
    found = {one["name"]: one for one in answer["outputs"]}
    assert [one["name"] for one in answer["outputs"]] == [*dict.fromkeys(names)]
    if "predict_proba" in names:
        rows = trio.model.predictor.probabilities([[1.0], [79.0]])
        assert found["predict_proba"] == {
            "name": "predict_proba",
            "datatype": "FP64",
            "shape": [2, 3],
            "data": [*rows[0], *rows[1]],
        }
    if "predict" in names:
        assert found["predict"]["data"] == ["a", "c"]


def test_the_metadata_name_probabilities_of_classes_only(trio: Service, numbers: Service) -> None:
    shapes = {}
    for service in (trio, numbers):
        answer = service.answer(Request("GET", f"/v2/models/{service.name}"))
        outputs = json.loads(answer.body)["outputs"]
        shapes[service.name] = {one["name"]: one["shape"] for one in outputs}
    assert shapes == {"trio": {"predict": [-1], "predict_proba": [-1, 3]}, "n": {"predict": [-1]}}
    rows = {"name": "x", "shape": [1, 3], "datatype": "FP64", "data": [1, 1, 1]}
    asked = {"inputs": [rows], "outputs": [{"name": "predict_proba"}]}
    status, answer = infer(numbers, asked)
    assert status == 400 and "probabilities are for classes" in answer["error"]
    none = {"name": "x", "shape": [0], "datatype": "FP64", "data": []}
    status, answer = infer(trio, {"inputs": [none], "outputs": [{"name": "predict_proba"}]})
    assert (status, answer["outputs"][0]["shape"]) == (200, [0, 3])


def test_unknown_categories_are_counted_in_the_parameters(service: Service) -> None:
    columns = [column("size", [1]), column("town", ["ghost"], "BYTES"), column("age", [None])]
    status, answer = infer(service, {"inputs": columns})
    assert (status, answer["parameters"]) == (200, {"unseen town": 1})


X = column("x", [1.0])
BAD: list[tuple[Any, str]] = [
    (b"{", "not JSON"),
    ([], '"inputs"'),
    ({"inputs": {}}, '"inputs"'),
    ({"inputs": [1]}, "name"),
    ({"inputs": [{"name": 1}]}, "name"),
    ({"inputs": [X | {"datatype": "FP128"}]}, "FP128"),
    ({"inputs": [X | {"shape": [-1]}]}, "shape"),
    ({"inputs": [X | {"shape": [True]}]}, "shape"),
    ({"inputs": [X | {"shape": [3]}]}, "3"),
    ({"inputs": [X | {"shape": [1, 2], "data": [1, 2]}]}, "[rows, 3]"),
    ({"inputs": [column("size", [1]), column("town", [1, 2]), column("age", [1])]}, "rows"),
    ({"inputs": [column("size", [1]), column("town", [1]) | {"shape": [1, 1, 1]}, X]}, "shape"),
    ({"inputs": [column("size", ["tall"]), column("town", [1]), column("age", [1])]}, "'tall'"),
    ({"inputs": [X], "outputs": [{"name": "y"}]}, "predict"),
    ({"inputs": [X | {"parameters": {"binary_data_size": 8}}]}, "binary_data_size"),
]


@pytest.mark.parametrize(("document", "said"), BAD)
def test_a_wrong_request_is_a_400_that_says_what_is_wrong(
    numbers: Service, document: Any, said: str
) -> None:
    status, answer = infer(numbers, document)
    assert status == 400 and said in answer["error"], answer


@pytest.mark.parametrize("depth", [3, 300, 900, 5000])
def test_data_that_are_nested_deeper_than_their_shape_are_a_400(
    numbers: Service, depth: int
) -> None:
    data = "[" * depth + "1" + "]" * depth
    body = f'{{"inputs": [{{"name": "size", "shape": [1], "datatype": "FP64", "data": {data}}}]}}'
    assert infer(numbers, body.encode())[0] == 400


@pytest.mark.parametrize(
    ("kind", "tail", "said"),
    [
        ("FP64", b"1234567", "do not divide"),
        ("BYTES", b"\x05\0\0\0abc", "cut short"),
        ("BYTES", b"\x01\0\0\0\xff", "UTF-8"),
        ("FP64", bytes(16), "its shape"),
    ],
)
def test_wrong_binary_data_are_a_400(numbers: Service, kind: str, tail: bytes, said: str) -> None:
    asked: dict[str, Any] = {"name": "size", "shape": [1], "datatype": kind}
    asked["parameters"] = {"binary_data_size": len(tail)}
    status, answer = infer(numbers, {"inputs": [asked]}, tail)
    assert status == 400 and said in answer["error"]
    assert infer(numbers, {"inputs": [asked]}, tail + b"x")[0] == 400
    status, answer = infer(numbers, b"{}", inference_header_content_length="3")
    assert status == 400 and "header" in answer["error"]
