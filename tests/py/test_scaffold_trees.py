"""Projects whose model is of trees: trained by scikit-learn, served without it."""

import json
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httptools
import pytest

from pyhelpers.csvio.table import read_table
from pyhelpers.scaffold.project import ProjectOptions, project_files, write_project
from pyhelpers.scaffold.project_model import ProjectModel
from pyhelpers.scaffold.train_project import train_project_model
from tests.conftest import need_peer
from tests.loopback import free_port
from tests.scaffolds import COMMAND, borrowed_venv, make, new_project, plain_env

PREDICT = """
import json, sys
from package.model import load
from package.settings import TASK
model = load()
ask = model.predictor.predict if TASK == "regression" else model.predictor.probabilities
print(json.dumps({"answers": ask(json.load(sys.stdin)), "loaded": sorted(sys.modules)}))
"""
PIPELINE = """
import json, sys
from package.contract.schema import matrix
from package.settings import TASK
from package.train import train
trained = train()
ask = trained.pipeline.predict if TASK == "regression" else trained.pipeline.predict_proba
print(json.dumps(ask(matrix(json.load(sys.stdin), trained.features)).tolist()))
"""


# Of a loaded machine: threads of OpenMP that wait for one another.
ONE_THREAD = {"OMP_NUM_THREADS": "1"}


def records(count: int) -> str:
    """Return homes with gaps; the grade has three classes, the rent depends on all fields."""
    draw, lines = random.Random(5), ["town,size,floor,grade,rent,let"]
    for _ in range(count):
        town = draw.choice(["Faro", "Porto", "Braga", "Lisboa", ""])
        size = draw.choice(["", f"{draw.gauss(60, 20):.1f}"])
        floor, grade = draw.randint(0, 9), int(float(size or 55) > 60) + (town == "Faro")
        rent = 10 * float(size or 50) + 40 * floor + 300 * (town == "Lisboa")
        let = "yes" if rent < 800 or draw.random() < 0.1 else "no"
        lines.append(f"{town},{size},{floor},{['low', 'mid', 'high'][grade]},{rent:.1f},{let}")
    return "\n".join(lines) + "\n"


def rows_to_ask() -> list[list[Any]]:
    """Return rows of the fields town, size and floor: known, missing, unknown and extreme."""
    draw = random.Random(6)
    towns, numbers = ["Faro", "Braga", None, "Nowhere", ""], [None, 0.0, 1e30, -1e30, 3e38, 5e-324]
    return [
        [draw.choice(towns), draw.choice([*numbers, draw.uniform(0, 200)]), draw.choice(numbers)]
        for _ in range(130)
    ]


def asked(words: list[Any], program: str, project: Path, rows: object, **variables: str) -> Any:
    """Run a program of a project's package on rows; return what it prints."""
    package = project.name.replace("-", "_")
    done = subprocess.run(
        [*map(str, words), "-c", program.replace("package.", f"{package}.")],
        input=json.dumps(rows),
        cwd=project,
        env=plain_env(project.parent) | ONE_THREAD | variables,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return borrowed_venv(tmp_path_factory.mktemp("venvs") / "borrowed")


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages that holds nothing but httptools, for Python without its own."""
    folder = tmp_path_factory.mktemp("httptools")
    (folder / "httptools").symlink_to(Path(httptools.__file__).parent)
    return folder


@pytest.fixture(scope="module", params=["boosting of grade", "forest of rent", "blend of let"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    kind, _, target = request.param.split()
    folder = tmp_path_factory.mktemp(kind)
    names = ["town", "size", "floor", target]
    header, *lines = records(400).splitlines()
    at = [header.split(",").index(name) for name in names]
    kept = [",".join(line.split(",")[place] for place in at) for line in [header, *lines]]
    (folder / "homes.csv").write_text("\n".join(kept) + "\n")
    words = ("--data", str(folder / "homes.csv"), "--target", target, "--model", kind, "--no-git")
    return new_project(folder / f"homes-{kind}", *words)


def flat(answers: Any) -> list[float]:
    return [one for row in answers for one in (row if isinstance(row, list) else [row])]


def test_rows_get_scikit_learns_answers_without_a_package(
    project: Path, venv: Path, serving: Path
) -> None:
    rows = rows_to_ask()
    expected = asked([venv / "bin/python"], PIPELINE, project, rows)
    alone = [sys.executable, "-S"]  # no site-packages at all
    found = asked(alone, PREDICT, project, rows[:90], PYTHONPATH=str(serving))
    assert not {"numpy", "pandas", "sklearn"} & {*found["loaded"]}
    assert flat(found["answers"]) == pytest.approx(flat(expected[:90]), rel=1e-9, abs=1e-9)
    many = asked([venv / "bin/python"], PREDICT, project, rows)
    assert "numpy" in many["loaded"] and not {"pandas", "sklearn"} & {*many["loaded"]}
    assert flat(many["answers"]) == pytest.approx(flat(expected), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("project", ["blend of let"], indirect=True)
def test_its_own_tests_are_green_and_training_gives_the_same_model(
    project: Path, venv: Path
) -> None:
    before = (project / "model/model.json").read_bytes()
    words = [str(venv / "bin/python"), "-m", "pytest", "-q", "tests/test_train.py"]
    env = plain_env(project.parent) | ONE_THREAD
    words.append("tests/test_app.py")
    done = subprocess.run(words, cwd=project, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "warning" not in done.stdout, done.stdout + done.stderr
    assert make(project, "train", f"VENV={venv}", **ONE_THREAD).returncode == 0
    assert (project / "model/model.json").read_bytes() == before


@pytest.mark.parametrize("project", ["blend of let"], indirect=True)
def test_lint_is_green(project: Path, venv: Path) -> None:
    done = make(project, "lint", f"VENV={venv}")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_damaged_model_is_refused(project: Path, venv: Path) -> None:
    path = project / "model/model.json"
    good = path.read_text()
    document = json.loads(good)
    document["trees"] = document["trees"][: len(document["trees"]) // 8 * 4]
    path.write_text(json.dumps(document))
    try:
        program = f"import {project.name.replace('-', '_')}.model as model; model.load()"
        words = [str(venv / "bin/python"), "-c", program]
        env = plain_env(project.parent)
        done = subprocess.run(words, cwd=project, env=env, capture_output=True, text=True)
        assert done.returncode and "the trees are broken" in done.stderr
    finally:
        path.write_text(good)


@contextmanager
def served(project: Path, serving: Path) -> Iterator[str]:
    """Serve a project by Python with httptools alone."""
    port = free_port()
    words = [sys.executable, "-S", "-m", project.name.replace("-", "_"), "serve", "--port"]
    env = plain_env(project.parent) | {"PYTHONPATH": str(serving)}
    server = subprocess.Popen([*words, str(port)], cwd=project, env=env)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{url}/healthz", timeout=60).close()
                break
            except OSError:
                assert server.poll() is None
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait()


def test_the_service_gives_probabilities_intervals_and_drift(project: Path, serving: Path) -> None:
    def post(query: str, rows: object) -> Any:
        body = json.dumps({"instances": rows}).encode()
        with urllib.request.urlopen(f"{url}/predict{query}", body, timeout=60) as response:
            return json.load(response)

    with served(project, serving) as url:
        rows = [{"town": "Faro", "size": 70, "floor": 2}, {"town": None, "size": None, "floor": 1}]
        if "forest" in project.name:
            found = post("?interval=0.8", rows)
            pairs = zip(found["interval"], found["predictions"], strict=True)
            assert all(low < answer < high for (low, high), answer in pairs)
        else:
            found = post("?probabilities", rows)
            best = [found["classes"][row.index(max(row))] for row in found["probabilities"]]
            assert best == found["predictions"]
            assert [sum(row) for row in found["probabilities"]] == pytest.approx([1, 1])
        for _ in range(3):
            post("", [{"town": "Faro", "size": 1000, "floor": 90}] * 80)
        with urllib.request.urlopen(f"{url}/metrics", timeout=60) as response:
            metrics = response.read().decode()
    assert 'ml_model_drift_alarm{kind="field",name="size"} 1' in metrics
    assert 'ml_model_drift_alarm{kind="prediction"' in metrics


def test_boosting_learns_from_more_categories_than_it_has_codes(tmp_path: Path) -> None:
    draw = random.Random(1).random
    lines = (f"c{i % 400},{draw():.3f},{i % 400 / 10 + draw():.3f}\n" for i in range(1600))
    (tmp_path / "many.csv").write_text("code,x,y\n" + "".join(lines))
    model = train_project_model(read_table(str(tmp_path / "many.csv")), "y", "boosting")
    assert model.card["metrics"]["r2"] > 0.9


@pytest.mark.parametrize("kind", ["linear", "blend"])
def test_the_code_of_a_project_with_the_longest_name_is_formatted(
    kind: str, tmp_path: Path
) -> None:
    measures = dict.fromkeys(("r2", "rmse"), 0.5)
    card: dict[str, Any] = {"target": "y", "task": "regression", "classes": None}
    card |= {"metrics": measures, "dummy": measures}
    feature = {"name": "x", "kind": "number", "low": 0.0, "middle": 1.0, "high": 2.0}
    model = ProjectModel(b"x,y\n", kind, {"card": card, "features": [feature]})
    name = "a-name-of-the-thirty-characters"[:30]
    write_project(tmp_path / name, project_files(ProjectOptions(name, ("aws",), model)), False)
    for words in (["check"], ["format", "--check"]):
        ruff = [need_peer("ruff"), *words, "--no-cache"]
        done = subprocess.run(ruff, cwd=tmp_path / name, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_an_unknown_kind_and_a_kind_without_a_model_are_usage_errors(tmp_path: Path) -> None:
    for words in (["--model", "deep"], ["--template", "hello", "--model", "forest"]):
        done = subprocess.run(
            [COMMAND, str(tmp_path / "waves"), *words],
            capture_output=True,
            text=True,
            env=plain_env(tmp_path),
        )
        assert done.returncode == 2 and "--model" in done.stderr
    assert not (tmp_path / "waves").exists()
