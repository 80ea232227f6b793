"""deploy-model --stage: the folders that it writes are started and used."""

import os
import shutil
import subprocess
import sys
import time
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

from pyhelpers import KitError
from pyhelpers.deploy.pins import check_versions, closure, locked
from pyhelpers.deploy.stage import checked_model, folder_files, modules_for, stage
from pyhelpers.model.store import TREES
from tests.conftest import ROOT, Run
from tests.loopback import free_port
from tests.staged import PYTHON, start_of, started, train

ROWS = b'\xef\xbb\xbfHeight-Inches,note\r\n70.10,"a ""b"",\r\nc"\r\n\r\n65.5,x'


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a model of plain coefficients and one that needs scikit-learn."""
    folder = tmp_path_factory.mktemp("models of ours")
    return {name: train(folder, name, name) for name in ("linear", "forest")}


def packages_alone(pins: dict[str, str], folder: Path) -> Path:
    """Return a folder with links to the pinned packages and nothing else that is installed."""
    folder.mkdir()
    for name in pins:
        package = distribution(name)
        for top in {file.parts[0] for file in package.files or []} - {"..", "__pycache__"}:
            link = folder / top
            if not link.exists():
                link.symlink_to(Path(str(package.locate_file(top))))
    return folder


@pytest.mark.parametrize(
    ("platform", "kind"),
    [("azure", "linear"), ("aws", "linear"), ("gcp", "forest"), ("sagemaker", "linear")],
)
def test_a_staged_folder_predicts_as_the_model_does(
    run: Run, models: dict[str, Path], tmp_path: Path, platform: str, kind: str
) -> None:
    folder = tmp_path / f"on {platform}"
    model = models[kind]
    words = ["aws", "--sagemaker"] if platform == "sagemaker" else [platform]
    done = run("deploy-model", *words, model, "ada-weight", "--stage", "--folder", folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    at_home = run("ml-model", "predict", model, input=ROWS)
    command, variables = start_of(platform, folder, model)
    if kind == "forest":  # in a world where only what it pins is installed
        pins = closure(["httptools", "scikit-learn", "skops"])
        variables["PYTHONPATH"] = str(packages_alone(pins, tmp_path / "packages"))
        command.insert(1, "-S")
    with started(command, folder, **variables) as url:
        path = "/invocations" if platform == "sagemaker" else ""
        asked = run("predict", "--url", url + path, input=ROWS)
    assert (asked.stderr, asked.returncode) == ("", 0)
    assert asked.stdout == at_home.stdout
    assert asked.stdout.startswith("\ufeffHeight-Inches,note,prediction\r\n70.10,")


CODES = {"01": 1, "1.50": 5, "x": 9}
CITIES = [(60 + n % 17, ["Rome", "Oslo"][n % 2], list(CODES)[n % 3]) for n in range(60)]


def test_texts_that_look_like_numbers_are_the_same_by_file_and_by_service(
    run: Run, tmp_path: Path
) -> None:
    known = [f"{height},{city},{code},{CODES[code]}\n" for height, city, code in CITIES]
    (tmp_path / "cities.csv").write_text("height,city,code,y\n" + "".join(known))
    rows = "height,city,code\n" + "".join(f"{h},{city},{code}\n" for h, city, code in CITIES)
    words = ("--target", "y", "--categories", "code", "--task", "regression", "-o", "cities")
    trained = run("ml-model", "train", "cities.csv", *words, cwd=tmp_path)
    assert trained.returncode == 0, trained.stderr
    at_home = run("ml-model", "predict", "cities", input=rows, cwd=tmp_path).stdout
    command: list[object] = [ROOT / "bin/ml-model", "serve", "cities", "--port"]
    port = str(free_port())
    with started([*command, port], tmp_path, port=port) as url:
        plain = run("predict", "--url", url, input=rows)
        asked = run("predict", "--url", url, "--text", "code", input=rows)
    assert (plain.returncode, plain.stdout) == (3, "")
    assert (
        "line 3: " in plain.stderr
        and "field 'code': 1.5 is not a text); see --text" in plain.stderr
    )
    assert (asked.returncode, asked.stderr) == (0, "")
    assert asked.stdout == at_home
    assert len(set(at_home.splitlines())) > 3


def test_a_linear_model_needs_only_the_http_parser(
    run: Run, models: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "bare"
    stage("gcp", str(models["linear"]), str(folder))
    assert (folder / "requirements.txt").read_text().count("==") == 1
    packages = packages_alone(closure(["httptools"]), tmp_path / "packages")
    moved = tmp_path / "elsewhere"
    folder.rename(moved)
    command: list[object] = [PYTHON, "-S", "app.py"]
    with started(command, moved, PORT="PORT", PYTHONPATH=str(packages)) as url:
        asked = run("predict", "--url", url, input=ROWS)
    assert asked.stdout == run("ml-model", "predict", models["linear"], input=ROWS).stdout
    done = subprocess.run([PYTHON, "-S", "app.py"], cwd=moved, capture_output=True, text=True)
    assert done.returncode == 127
    assert done.stderr == (
        "app.py: the Python package httptools is missing; pip install -r requirements.txt\n"
    )


@pytest.mark.parametrize("token", ["", " \n"])
def test_an_empty_token_is_refused(models: dict[str, Path], tmp_path: Path, token: str) -> None:
    stage("aws", str(models["linear"]), str(tmp_path / "folder"))
    words = [sys.executable, str(tmp_path / "folder/app.py")]
    variables = os.environ | {"BEACHHEAD_TOKEN": token, "PORT": str(free_port())}
    done = subprocess.run(words, capture_output=True, text=True, env=variables, timeout=60)
    assert done.returncode == 1
    assert done.stderr == "app.py: BEACHHEAD_TOKEN is empty; set a token, or unset it\n"


def test_a_staged_folder_with_a_token_requires_it(
    run: Run, models: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "guarded"
    stage("azure", str(models["linear"]), str(folder))
    with started(["python", "app.py"], folder, PORT="PORT", BEACHHEAD_TOKEN="open sesame") as url:
        refused = run("predict", "--url", url, "Height-Inches=70")
        asked = run(
            "predict", "--url", url, "Height-Inches=70", BEACHHEAD_PREDICT_TOKEN="open sesame"
        )
    assert refused.returncode == 3
    assert "(401: " in refused.stderr and refused.stderr.count("\n") == 1
    assert asked.returncode == 0


def test_an_application_without_its_model_ends_with_an_error(
    models: dict[str, Path], tmp_path: Path
) -> None:
    stage("aws", str(models["linear"]), str(tmp_path / "folder"))
    shutil.rmtree(tmp_path / "folder/model")
    words = [sys.executable, str(tmp_path / "folder/app.py")]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("app.py: ")
    assert done.stderr.count("\n") == 1


def test_equal_content_gives_equal_archives_and_names(
    models: dict[str, Path], tmp_path: Path
) -> None:
    first = stage("aws", str(models["linear"]), str(tmp_path / "one"))
    time.sleep(0.01)
    second = stage("aws", str(models["linear"]), str(tmp_path / "two"))
    other = stage("azure", str(models["linear"]), str(tmp_path / "three"))
    assert first == second != other
    one, two = (tmp_path / name / "bundle.zip" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        names = set(archive.namelist())
    on_disk = {
        path.relative_to(tmp_path / "one").as_posix()
        for path in (tmp_path / "one").rglob("*")
        if path.is_file()
    }
    assert on_disk - names == {"bundle.zip", ".beachhead-deploy"}


def test_a_folder_that_was_not_staged_is_kept(
    run: Run, models: dict[str, Path], tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    words = ("gcp", models["linear"], "ada-weight", "--stage", "--folder")
    done = run("deploy-model", *words, mine)
    assert done.returncode == 1
    assert done.stderr.endswith("mine: exists and was not staged; choose another with --folder\n")
    assert [path.name for path in mine.iterdir()] == ["thesis.txt"]
    assert run("deploy-model", *words, tmp_path / "new").returncode == 0
    assert run("deploy-model", *words, tmp_path / "new").returncode == 0
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["a home", "mine", "new"]


def test_the_application_has_only_the_modules_that_it_needs() -> None:
    modules = modules_for("pyhelpers.serving.deployed_app")
    assert {"pyhelpers", "pyhelpers.model.store", "pyhelpers.serving.server"} <= set(modules)
    assert not {"pyhelpers.cli.common", "pyhelpers.model.train", "pyhelpers.predict"} & set(modules)


def test_requirements_have_the_hashes_of_the_lock_file(models: dict[str, Path]) -> None:
    stored = checked_model(str(models["forest"]))
    plain = folder_files("gcp", stored)
    assert not [name for name in plain if name.endswith(".skops")]
    assert b"scikit-learn" not in plain["requirements.txt"]
    del stored.content[TREES]  # as where plain trees would answer otherwise
    files = folder_files("gcp", stored)
    text = files["requirements.txt"].decode()
    pins = closure(["httptools", "scikit-learn", "skops"])
    lock = locked((ROOT / "requirements.txt").read_text())
    if all(pin in lock for pin in pins.items()):
        assert text.count("--hash=sha256:") > len(pins)
    assert [line.split("==")[0] for line in text.splitlines() if "==" in line] == list(pins)


def test_a_model_trained_with_another_version_is_refused() -> None:
    pins = {"scikit-learn": "1.9.1", "numpy": "2.4.6"}
    check_versions({"scikit-learn": "1.9.1", "python": "3.11.7"}, pins, "weight")
    with pytest.raises(KitError, match=r"weight: was trained with scikit-learn 1\.8\.0, but"):
        check_versions({"scikit-learn": "1.8.0"}, pins, "weight")
