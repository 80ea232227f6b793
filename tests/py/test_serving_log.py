"""serve --log and ml-model replay: what is logged, what is not, and what another model says."""

import errno
import io
import json
import math
import os
import stat
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pyhelpers import KitError
from pyhelpers.model import load, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.serving import request_log
from pyhelpers.serving.http_protocol import Request
from pyhelpers.serving.request_log import RequestLog
from pyhelpers.serving.service import Service
from tests.conftest import Run
from tests.served import Served

SECRET = "a-very-secret-token"


def trained(path: Path, slope: float, target: str = "rent") -> str:
    rows = "".join(
        f"{i % 17},{('lis', 'opo')[i % 2]},{i % 17 * slope + i % 5}.5,{('no', 'yes')[i % 17 > 8]}\n"
        for i in range(150)
    )
    table = TrainingCsv(io.BytesIO(("size,town,rent,large\n" + rows).encode()), "t.csv")
    made = train.train_model(table, TrainingOptions(target, ["size", "town"], folds=0))
    store.save(str(path), made.files(made.card))
    return str(path)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> str:
    return trained(tmp_path_factory.mktemp("old") / "rent", 3)


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> str:
    return trained(tmp_path_factory.mktemp("new") / "rent", 4)


def entries(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def service_with(model: str, log: RequestLog | None) -> Service:
    return Service(load.load_model(model), log=log)


def ask(service: Service, rows: list[Any], path: str = "/predict") -> int:
    body = json.dumps({"instances": rows}).encode()
    return service.answer(Request("POST", path, {}, body)).status


def test_each_request_is_a_line_without_the_token(old: str, tmp_path: Path) -> None:
    token, log = tmp_path / "token", tmp_path / "log.jsonl"
    token.touch(0o600)
    token.write_text(SECRET)
    service = Served(Path(old), "--token-file", token, "--log", log)
    shown = {"Authorization": f"Bearer {SECRET}"}
    body = {"instances": [{"size": 3, "town": "lis"}, [4, None]]}
    predictions = service.predict(body, f"/predict?key={SECRET}", **shown)[1]["predictions"]
    service.predict({"instances": [["tall", "lis"]]}, **shown)
    service.predict(body)  # without the token: not logged
    service.ask("GET", "/healthz")
    columns = [("size", "FP64", [5]), ("town", "BYTES", ["\ud83c"])]
    tensors = [{"name": n, "datatype": k, "shape": [1], "data": d} for n, k, d in columns]
    service.predict({"inputs": tensors}, "/v2/models/rent/infer", **shown)
    assert 'state="written"} 3' in metrics(service, SECRET)
    assert service.stop() == 0
    first, second, third = entries(log)
    assert first["rows"] == [{"size": 3.0, "town": "lis"}, {"size": 4.0, "town": None}]
    assert (first["predictions"], first["status"], first["path"]) == (predictions, 200, "/predict")
    assert first["time"].endswith("Z") and 0 <= first["seconds"] < 60
    assert second["status"] == 400 and "'tall' is not a number" in second["error"]
    assert third["rows"] == [{"size": 5.0, "town": "\ud83c"}]
    assert SECRET not in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def metrics(service: Served, token: str) -> str:
    done = subprocess.run(
        ["curl", "-s", "-H", f"Authorization: Bearer {token}"]
        + [f"http://127.0.0.1:{service.port}/metrics"],
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_a_share_of_the_requests_is_logged(old: str, tmp_path: Path) -> None:
    service = load.load_model(old)
    log = RequestLog(str(tmp_path / "log"), service.schema.features, share=0.3)
    log._random.seed(1)
    answering = service_with(old, log)
    for _ in range(500):
        ask(answering, [[3, "lis"]])
    log.close()
    assert 100 < len(entries(tmp_path / "log")) == log.written < 200  # 150 expected, sd 10


def test_a_full_log_is_renamed_and_both_hold_whole_lines(old: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text('{"kept": 1}\n')
    log = RequestLog(str(path), load.load_model(old).schema.features, most_bytes=2000)
    answering = service_with(old, log)
    for number in range(60):
        ask(answering, [[number, "lis"]])
    log.close()
    sizes = [[row["size"] for row in one["rows"]] for one in entries(path)]
    before = [[row["size"] for row in one["rows"]] for one in entries(Path(f"{path}.1"))]
    assert before + sizes == [[float(n)] for n in range(60 - len(before) - len(sizes), 60)]
    assert path.stat().st_size <= 2000 and Path(f"{path}.1").stat().st_size <= 2000
    assert sorted(one.name for one in tmp_path.iterdir()) == ["log", "log.1"]


@pytest.mark.parametrize("moved", [True, False])
def test_a_log_that_somebody_moved_or_removed_begins_anew(
    old: str, tmp_path: Path, moved: bool
) -> None:
    path, said = tmp_path / "log", list[str]()
    features = load.load_model(old).schema.features
    log = RequestLog(str(path), features, most_bytes=1000, warn=said.append)
    answering = service_with(old, log)
    for number in range(20):
        ask(answering, [[number, "lis"]])
        while log.written + log.dropped <= number:
            pass
        if number == 9:
            path.rename(tmp_path / "away") if moved else path.unlink()
    log.close()
    assert (log.written, said) == (20, [])
    kept = [path, *(other for other in tmp_path.iterdir() if other != path)]
    sizes = sorted(one["rows"][0]["size"] for file in kept for one in entries(file))
    assert sizes[-10:] == [float(number) for number in range(10, 20)]


def test_a_request_that_cannot_be_logged_does_not_end_the_log(
    old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    loaded = load.load_model(old)
    log = RequestLog(str(tmp_path / "log"), loaded.schema.features, warn=said.append)
    answering = service_with(old, log)
    with monkeypatch.context() as patched:
        patched.setattr(request_log, "entry", lambda *words: {"rows": {object()}})
        ask(answering, [[3, "lis"]])
        while log.dropped < 1:
            assert log._thread.is_alive()
    ask(answering, [[4, "lis"]])
    log.close()
    assert [one["rows"][0]["size"] for one in entries(tmp_path / "log")] == [4.0]
    assert len(said) == 1


def test_a_slow_disk_delays_no_answer(
    old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, write = threading.Event(), os.write

    def slow(file: int, data: bytes) -> int:
        gate.wait(60)
        return write(file, data)

    monkeypatch.setattr(request_log, "WAITING", 50)
    log = RequestLog(str(tmp_path / "log"), load.load_model(old).schema.features)
    monkeypatch.setattr("os.write", slow)
    answering = service_with(old, log)
    assert [ask(answering, [[3, "lis"]]) for _ in range(200)] == [200] * 200
    assert log.written == 0
    gate.set()
    log.close()
    assert log.written + log.dropped == 200 and 50 <= log.written <= 51
    text = answering.answer(Request("GET", "/metrics")).body.decode()
    assert f'ml_model_log_requests_total{{state="dropped"}} {log.dropped}\n' in text


def test_a_full_disk_is_said_once_and_leaves_no_half_line(
    old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    write, full = os.write, True

    def no_room(file: int, data: bytes) -> int:
        if not full:
            return write(file, data)
        if len(data) > 40:
            return write(file, data[:40])
        raise OSError(errno.ENOSPC, "No space left on device")

    path = str(tmp_path / "log")
    log = RequestLog(path, load.load_model(old).schema.features, warn=said.append)
    monkeypatch.setattr("os.write", no_room)
    answering = service_with(old, log)
    assert ask(answering, [[3, "lis"]]) == ask(answering, [[4, "lis"]]) == 200
    while log.dropped < 2:
        pass
    full = False
    ask(answering, [[5, "opo"]])
    log.close()
    assert [one["rows"][0]["size"] for one in entries(tmp_path / "log")] == [5.0]
    assert len(said) == 1 and "No space left" in said[0] and path in said[0]


def fifo(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("make", [fifo, Path.mkdir], ids=["fifo", "folder"])
def test_only_a_regular_file_can_be_a_log(
    run: Run, old: str, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / "log")
    done = run("ml-model", "serve", old, "--port", "0", "--log", str(tmp_path / "log"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "choose another" in done.stderr


def test_two_services_cannot_share_a_log(old: str, tmp_path: Path) -> None:
    features = load.load_model(old).schema.features
    log = RequestLog(str(tmp_path / "log"), features)
    with pytest.raises(KitError, match="another process"):
        RequestLog(str(tmp_path / "log"), features)
    log.close()


def test_replay_says_how_far_another_model_is(run: Run, old: str, new: str, tmp_path: Path) -> None:
    path, rng = tmp_path / "log", np.random.default_rng(2)
    log = RequestLog(str(path), load.load_model(old).schema.features)
    answering = service_with(old, log)
    rows = [[float(v), ("lis", "opo", None)[n % 3]] for n, v in enumerate(rng.normal(8, 3, 90))]
    for start in range(0, 90, 7):
        assert ask(answering, rows[start : start + 7]) == 200
    ask(answering, [["tall", "lis"]])
    log.close()
    before = np.array(load.load_model(old).predictor.predict(rows), dtype=float)
    after = np.array(load.load_model(new).predictor.predict(rows), dtype=float)
    done = run("ml-model", "replay", str(path), "--model", new, "--format", "json")
    assert done.returncode == 0, done.stderr
    found = {one["what"]: one["value"] for one in json.loads(done.stdout)}
    away = after - before
    worst = int(np.abs(away).argmax())
    assert (found["rows"], found["refused"]) == (90, 0)
    assert found["mean difference"] == pytest.approx(away.mean(), rel=1e-9)
    assert found["mean absolute difference"] == pytest.approx(np.abs(away).mean(), rel=1e-9)
    expected = math.sqrt((away**2).mean())
    assert found["root mean square difference"] == pytest.approx(expected, rel=1e-9)
    assert found["largest difference"] == pytest.approx(away[worst], rel=1e-9)
    assert found["where"] == f"line {worst // 7 + 1}, row {worst % 7}"
    each = run("ml-model", "replay", str(path), "--model", new, "--rows", "--format", "json")
    listed = json.loads(each.stdout)
    assert [one["after"] for one in listed] == pytest.approx(after.tolist(), rel=1e-12)
    assert [(one["line"], one["row"]) for one in listed[6:8]] == [(1, 6), (2, 0)]


def test_replay_of_the_same_model_differs_in_nothing(run: Run, old: str, tmp_path: Path) -> None:
    log = RequestLog(str(tmp_path / "log"), load.load_model(old).schema.features)
    ask(service_with(old, log), [[3, "lis"], [4.5, "far"], [None, None]])
    log.close()
    done = run("ml-model", "replay", "--model", old, "--format", "json", str(tmp_path / "log"))
    found = {one["what"]: one["value"] for one in json.loads(done.stdout)}
    assert (found["rows"], found["largest difference"]) == (3, 0)


def test_a_date_is_logged_as_a_request_sends_it(run: Run, tmp_path: Path) -> None:
    days = np.datetime64("2020-01-01") + np.arange(300)
    text = "day,y\n" + "".join(f"{day},{n % 7 + n / 50}\n" for n, day in enumerate(days))
    table = TrainingCsv(io.BytesIO(text.encode()), "t.csv")
    made = train.train_model(table, TrainingOptions("y", ["day"], folds=0))
    model, path = str(tmp_path / "m"), tmp_path / "log"
    store.save(model, made.files(made.card))
    log = RequestLog(str(path), load.load_model(model).schema.features)
    ask(service_with(model, log), [["2020-03-01"], ["2020-03-02T06:30:00"], [None]])
    log.close()
    seen = [row["day"] for row in entries(path)[0]["rows"]]
    assert seen == ["2020-03-01", "2020-03-02 06:30:00", None]
    done = run("ml-model", "replay", str(path), "--model", model, "--format", "json")
    found = {one["what"]: one["value"] for one in json.loads(done.stdout)}
    assert (found["refused"], found["largest difference"]) == (0, 0)


def test_replay_of_classes_counts_the_changes(run: Run, tmp_path: Path) -> None:
    old = trained(tmp_path / "a", 3, "large")
    lines = [
        {"rows": [{"size": 1, "town": "lis"}], "predictions": ["yes"]},
        {"rows": [{"size": 16, "town": "lis"}], "predictions": ["yes"]},
        {"rows": [{"size": "?", "town": "lis"}, {"town": "lis"}], "predictions": ["no", "no"]},
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines) + '{"rows": [{"size"'
    done = run("ml-model", "replay", "--model", old, "--format", "json", input=text)
    found = {one["what"]: one["value"] for one in json.loads(done.stdout)}
    assert found == {
        "rows": 4,
        "refused": 2,
        "first refused": "line 3, row 0: field 'size' '?' is not a number",
        "same class": 1,
        "other class": 1,
        "yes -> no": 1,
    }


@pytest.mark.parametrize(
    "text", ["x\n", "[]\n", '{"rows": [1], "predictions": []}\n', '{"rows": 1}\n', ""]
)
def test_what_is_no_log_is_one_line(run: Run, old: str, text: str) -> None:
    done = run("ml-model", "replay", "--model", old, input=text)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "unexpected" not in done.stderr
