"""A generated project passes its tests, and its service behaves as the kit's."""

import json
import os
import random
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyhelpers.model.linear_model import PlainModel
from pyhelpers.model.load import Model
from pyhelpers.model.schema import Feature, Schema
from pyhelpers.serving.http_protocol import Request
from pyhelpers.serving.service import Service
from tests.conftest import Run, need_peer
from tests.loopback import free_port
from tests.py.test_scaffold_ci import READERS
from tests.scaffolds import COMMAND, borrowed_venv, make, new_project, plain_env, yaml_of

BEACHES = ("Nazaré", "", "Ericeira")
NASTY = "id;wind speed;beach's;good day\n" + "".join(
    f"{row};{row * 7 % 31}.5;{BEACHES[row % 3]};{'FALSE' if row * 7 % 31 > 8 else 'TRUE'}\n"
    for row in range(80)
)
DOCUMENTS: tuple[Any, ...] = (
    {"instances": [{"wind speed": 9, "beach's": "Nazaré"}]},
    {"instances": [[9.5, "nowhere"], ["11", None]]},
    {"inputs": {"wind speed": [9, 10], "beach's": ["Ericeira", ""]}},
    {"dataframe_split": {"columns": ["beach's", "wind speed"], "data": [["Nazaré", 20]]}},
    {"wind speed": {"0": 3, "1": 4}, "beach's": {"0": "Nazaré", "1": "Ericeira"}},
    [{"wind speed": None, "beach's": None}],
    {"instances": []},
    {"instances": [{"wind speed": 9}]},
    {"instances": [{"wind speed": "strong", "beach's": "Nazaré"}]},
    {"instances": [[1], [1, 2, 3]]},
    {"rows": []},
    7,
)
BODIES = [("application/json", json.dumps(document).encode()) for document in DOCUMENTS] + [
    ("application/json", b"{"),
    ("application/json", b'{"instances": [[NaN, "x"]]}'),
    ("text/csv; charset=utf-8", "beach's,wind speed\nNazaré,9\n,\n".encode()),
    ("text/csv", b"9,Nowhere\n"),
    ("text/csv", b"9\n"),
]


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return borrowed_venv(tmp_path_factory.mktemp("venvs") / "borrowed")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project about texts, numbers and gaps, in a folder with a space in its path."""
    folder = tmp_path_factory.mktemp("a folder")
    (folder / "days.csv").write_text(NASTY)
    words = ("--data", str(folder / "days.csv"), "--target", "good day")
    return new_project(folder / "good-days", *words)


def get(url: str, kind: str = "", body: bytes | None = None) -> tuple[int, Any]:
    request = urllib.request.Request(url, body, {"Content-Type": kind} if kind else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.fixture(scope="module")
def url(project: Path, venv: Path) -> Iterator[str]:
    """Serve the project as its owner does, with make."""
    port = free_port()
    words = ["make", "serve", f"VENV={venv}", f"PORT={port}"]
    env = plain_env(project.parent)
    server = subprocess.Popen(words, cwd=project, env=env, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                get(f"{address}/healthz")
                break
            except OSError:
                assert server.poll() is None
                time.sleep(0.1)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


@pytest.fixture(scope="module")
def kit(project: Path) -> Service:
    """The kit's own service with the project's coefficients."""
    document = json.loads((project / "model/model.json").read_text())
    schema = Schema([Feature(**feature) for feature in document["features"]])
    card = {"model": "logistic", **document["card"]}  # the kit's own page at / names the kind
    return Service(Model("good-days", card, schema, PlainModel(document["coefficients"])))


def test_lint_and_test_are_green_and_train_changes_nothing(project: Path, venv: Path) -> None:
    before = json.loads((project / "model/model.json").read_text())
    for target in ("lint", "test", "train"):
        done = make(project, target, f"VENV={venv}")
        assert done.returncode == 0, done.stdout + done.stderr
    after = json.loads((project / "model/model.json").read_text())
    assert after["features"] == before["features"]
    assert after["coefficients"]["classes"] == ["FALSE", "TRUE"]
    assert before["coefficients"]["classes"] == ["FALSE", "TRUE"]
    pairs = zip(before["coefficients"]["terms"], after["coefficients"]["terms"], strict=True)
    for old, new in pairs:
        assert old["name"] == new["name"]
    assert after["coefficients"]["intercept"] == pytest.approx(
        before["coefficients"]["intercept"], rel=1e-6
    )
    status = ["git", "-C", str(project), "status", "--porcelain", "--", ".", ":!model"]
    assert subprocess.run(status, capture_output=True).stdout == b""


@pytest.mark.parametrize("kind, body", BODIES)
def test_the_service_responds_as_the_kit_does(
    url: str, kit: Service, kind: str, body: bytes
) -> None:
    ours = kit.answer(Request("POST", "/predict", {"content-type": kind}, body))
    status, document = get(f"{url}/predict", kind, body)
    assert (status, document) == (ours.status, json.loads(ours.body))


@pytest.mark.parametrize("path", ["/ping", "/healthz", "/v1/models/good-days", "/predict", "/x"])
def test_every_path_responds_as_in_the_kit(url: str, kit: Service, path: str) -> None:
    ours = kit.answer(Request("GET", path))
    status, document = get(url + path)
    assert status == ours.status
    if status == 200:
        assert document == json.loads(ours.body)
    else:
        assert set(document) == {"error"}


def test_make_predict_uses_the_model_or_the_service(project: Path, venv: Path, url: str) -> None:
    here = make(project, "--silent", "predict", f"VENV={venv}")
    there = make(project, "--silent", "predict", f"VENV={venv}", f"URL={url}")
    assert json.loads(there.stdout) == {"predictions": here.stdout.splitlines()}


def test_the_kits_own_predict_works_with_the_service(project: Path, url: str, run: Run) -> None:
    done = run("predict", "--url", url, project / "data/data.csv")
    assert done.returncode == 0, done.stderr
    kinds = {line.rpartition(",")[2] for line in done.stdout.splitlines()[1:]}
    assert kinds <= {"TRUE", "FALSE"} and len(done.stdout.splitlines()) == 81


def test_a_stale_model_and_a_broken_notebook_fail_the_tests(venv: Path, tmp_path: Path) -> None:
    project = new_project(tmp_path / "waves", "--no-git")
    data = project / "data/data.csv"
    header, *lines = data.read_text().splitlines()
    data.write_text("\n".join([header, *lines[:500]]) + "\n")
    notebook = project / "notebook.ipynb"
    notebook.write_text(notebook.read_text().replace("frame.head()", "frame.no_such_wave()"))
    done = make(project, "test", f"VENV={venv}")
    assert done.returncode != 0
    assert "FAILED tests/test_train.py::test_the_saved_model_is_what_training" in done.stdout
    assert "FAILED tests/test_notebook.py" in done.stdout
    assert "2 failed" in done.stdout


def test_a_model_no_better_than_its_dummy_is_said_and_fails_the_tests(
    venv: Path, tmp_path: Path
) -> None:
    draw = random.Random(1)
    rows = (f"{draw.random()},{draw.choice(['no', 'no', 'no', 'yes'])}\n" for _ in range(200))
    (tmp_path / "noise.csv").write_text("x,y\n" + "".join(rows))
    words = [COMMAND, str(tmp_path / "noise"), "--data", str(tmp_path / "noise.csv"), "--target=y"]
    made = subprocess.run(words, capture_output=True, text=True, env=plain_env(tmp_path))
    assert made.returncode == 0 and "warning: the model is no better than its dummy" in made.stderr
    done = make(tmp_path / "noise", "test", f"VENV={venv}")
    assert done.returncode != 0 and "2 failed" in done.stdout
    assert "test_the_model_passes_the_quality_gate" in done.stdout
    for path, commands in READERS.items():
        assert "make test" in commands(yaml_of(tmp_path / "noise" / path)), path
    assert "warning: f1 is not above" in make(tmp_path / "noise", "train", f"VENV={venv}").stdout


CALLS = {
    "azure": [
        "az webapp config appsettings set --resource-group g --name n",
        "az webapp config set --resource-group g --name n --output none --startup-file python -m",
        "az webapp deploy --resource-group g --name n --type zip --src-path build/app.zip",
    ],
    "aws": [
        "aws s3 cp --region r build/app.zip s3://b/",
        "aws elasticbeanstalk create-application-version --region r --application-name a",
        "aws elasticbeanstalk update-environment --region r --environment-name envi",
        "aws elasticbeanstalk wait environment-updated --region r --environment-names envi",
    ],
    "gcp": ["gcloud run deploy good-days --source . --quiet --project p --region r"],
}
SETTINGS = {
    "AZURE_RESOURCE_GROUP": "g",
    "AZURE_WEBAPP": "n",
    "AWS_REGION": "r",
    "EB_APPLICATION": "a",
    "EB_ENVIRONMENT": "envi",
    "EB_BUCKET": "b",
    "GOOGLE_CLOUD_PROJECT": "p",
    "GOOGLE_CLOUD_REGION": "r",
}


@pytest.mark.parametrize("cloud", CALLS)
def test_deploy_calls_the_vendors_cli(project: Path, tmp_path: Path, cloud: str) -> None:
    for name in ("az", "aws", "gcloud"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho "{name} $*" >>"{tmp_path}/calls"\n')
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}:/usr/local/bin:/usr/bin:/bin"
    done = make(project, "deploy", f"CLOUD={cloud}", PATH=path, **SETTINGS)
    assert done.returncode == 0, done.stderr
    calls = (tmp_path / "calls").read_text().splitlines()
    assert len(calls) == len(CALLS[cloud])
    for call, start in zip(calls, CALLS[cloud], strict=True):
        assert call.startswith(start)
    lacking = make(project, "deploy", f"CLOUD={cloud}", PATH=path)
    assert lacking.returncode == 2 and "see README.md" in lacking.stderr


def test_the_real_aws_accepts_the_arguments_of_deploy(project: Path, tmp_path: Path) -> None:
    """The real aws checks its words before it calls anybody: there is nobody at this address."""
    aws = need_peer("aws")
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_MAX_ATTEMPTS": "1"}
    nobody = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_EC2_METADATA_DISABLED": "true"}
    # Each call is made though the one before it failed.
    script = (
        (project / "deploy.sh")
        .read_text()
        .replace("set -euo", "set -uo")
        .replace('cd "$(', ': "$(')
    )
    env = plain_env(tmp_path) | keys | nobody | SETTINGS
    env["PATH"] = f"{os.path.dirname(aws)}:{env['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script, "deploy", "aws"],
        cwd=project,
        env=env,
        capture_output=True,
        text=True,
    )
    assert "usage:" not in done.stderr and "Unknown options" not in done.stderr, done.stderr
    assert done.stderr.count("127.0.0.1:9") == 4, done.stderr


@pytest.mark.peer
def test_the_whole_lock_installs_and_passes(tmp_path: Path) -> None:
    project = new_project(tmp_path / "waves", "--no-git")
    for target in ("install", "lint", "test", "train", "predict"):
        done = make(project, target)
        assert done.returncode == 0, done.stdout + done.stderr
