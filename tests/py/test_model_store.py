"""The files of a model: replaced at once, reproducible, and read safely."""

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pyhelpers import KitError
from pyhelpers.deploy.stage import stage
from pyhelpers.model import load, model_files, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.model.schema import Row
from tests.conftest import ROOT, Run
from tests.modelfiles import table_text

OLD = ROOT / "tests/data/model-of-format-1"
REPLACEMENTS = 200
REPLACING = """
import sys
from pyhelpers.model import store
files = [store.read_model(path).files for path in sys.argv[2:]]
for turn in range(int(sys.argv[1])):
    store.save("m", files[turn % len(files)])
"""


def saved(path: Path, features: list[str], **wishes: Any) -> Path:
    table = TrainingCsv(table_text(), "table.csv")
    made = train.train_model(table, TrainingOptions("y", features, folds=0, **wishes))
    store.save(str(path), made.files(made.card))
    return path


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(tmp_path_factory.mktemp("line") / "m", ["x"])


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(tmp_path_factory.mktemp("trees") / "m", ["x"], model="forest")


@pytest.mark.parametrize("writers", [1, 2])
def test_a_model_that_is_replaced_is_at_every_moment_the_old_one_or_the_new(
    tmp_path: Path, line: Path, writers: int
) -> None:
    other = saved(tmp_path / "other", ["x"], seed=7)
    rows = [[5.0]]
    expected = {
        str(load.load_model(str(path)).card["seed"]): load.load_model(str(path)).predictor.predict(
            rows
        )
        for path in (line, other)
    }
    assert expected["0"] != expected["7"]
    store.save(str(tmp_path / "m"), store.read_model(str(line)).files)
    words = [sys.executable, "-c", REPLACING, str(REPLACEMENTS), str(line), str(other)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    started = [subprocess.Popen(words, cwd=tmp_path, env=environment) for _ in range(writers)]
    seen = dict.fromkeys(expected, 0)
    while any(one.poll() is None for one in started):
        model = load.load_model(str(tmp_path / "m"))
        assert model.predictor.predict(rows) == expected[str(model.card["seed"])]
        seen[str(model.card["seed"])] += 1
    assert [one.returncode for one in started] == [0] * writers
    assert min(seen.values()) > 10
    left = sorted(file.name for file in (tmp_path / "m").iterdir())
    assert left == sorted(store.read_model(str(tmp_path / "m")).files)


def test_training_again_keeps_other_files_of_the_folder(tmp_path: Path, line: Path) -> None:
    model = Path(shutil.copytree(line, tmp_path / "m"))
    (model / "notes.md").write_text("mine")
    (model / "data.2026.csv").write_text("mine")
    left = [model / f".model.{'0' * 16}.skops.abcd1234", model / f"coefficients.{'0' * 16}.json"]
    for file in left:  # of a training that was killed
        file.touch()
    store.save(str(model), store.read_model(str(saved(tmp_path / "b", ["x"], seed=3))).files)
    assert load.load_model(str(model)).card["seed"] == 3
    assert len(list(model.iterdir())) == 4
    assert (model / "notes.md").read_text() == (model / "data.2026.csv").read_text() == "mine"


def test_a_folder_with_a_card_json_of_another_program_is_kept(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m/card.json").write_text('{"format": "A4", "owner": "Ann"}')
    with pytest.raises(KitError, match="is not a model"):
        store.check_target(str(tmp_path / "m"))


@pytest.mark.parametrize("model", ["linear", "forest", "boosting"])
def test_the_same_training_gives_the_same_bytes(run: Run, tmp_path: Path, model: str) -> None:
    (tmp_path / "t.csv").write_bytes(table_text().read())
    for at, name in enumerate(("a.zip", "b.zip")):
        words = ["train", "t.csv", "--target", "y", "--features", "x,name", "--folds", "0"]
        words += ["--model", model, "--seed", "5", "-o", name]
        done = run("ml-model", *words, cwd=tmp_path, PYTHONHASHSEED=str(at))
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_deployed_model_is_the_same_bytes_too(
    tmp_path: Path, line: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    stage("sagemaker", str(line), str(tmp_path / "a"))
    later = time.time() + 1e6
    monkeypatch.setattr(time, "time", lambda: later)
    stage("sagemaker", str(line), str(tmp_path / "b"))
    archives = [(tmp_path / name / "model.tar.gz").read_bytes() for name in "ab"]
    assert archives[0] == archives[1]


def test_a_model_of_format_1_is_read(tmp_path: Path) -> None:
    rows: list[Row] = [[80.0, "Lisbon"], [None, "Faro"]]
    assert load.load_model(str(OLD)).predictor.predict(rows) == [
        342.1427027830115, 255.50074360711727,
    ]  # fmt: skip
    text = (OLD / "coefficients.json").read_text()
    model = Path(shutil.copytree(OLD, tmp_path / "m"))
    (model / "coefficients.json").write_text(
        text.replace("2.9992563928826828", "2.9992663928826828")
    )
    with pytest.raises(KitError, match="predicts differently than when it was trained"):
        load.load_model(str(model))


def test_a_model_of_format_1_is_replaced(tmp_path: Path, line: Path) -> None:
    model = Path(shutil.copytree(OLD, tmp_path / "m"))
    (model / "model.skops").touch()
    files = store.read_model(str(line)).files
    store.save(str(model), files)
    assert sorted(file.name for file in model.iterdir()) == sorted(files)


def test_a_deployment_contains_no_password(tmp_path: Path) -> None:
    assert "secret" in (OLD / "card.json").read_text()
    stage("gcp", str(OLD), str(tmp_path / "out"))
    for file in (tmp_path / "out").rglob("*"):
        assert not file.is_file() or b"ann:secret" not in file.read_bytes()
    assert load.load_model(str(tmp_path / "out/model")).card["data"]["sha256"] == "0" * 64


def fifo(path: Path) -> None:
    os.mkfifo(path)


def folder(path: Path) -> None:
    path.mkdir()


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def huge(path: Path) -> None:
    with open(path, "wb") as stream:
        stream.truncate(1 << 40)


def unix_socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(here)


def loop(path: Path) -> None:
    path.symlink_to(path)


ODD = [fifo, folder, device, huge, unix_socket, loop]


@pytest.mark.parametrize("put", ODD)
@pytest.mark.parametrize("place", ["", "card.json", "coefficients.*", "ensemble.*", "model.*"])
def test_special_files_in_a_model_are_refused_at_once(
    tmp_path: Path, line: Path, trees: Path, put: Callable[[Path], None], place: str
) -> None:
    source = trees if place in ("ensemble.*", "model.*") else line
    model = Path(shutil.copytree(source, tmp_path / "m"))
    file = next(model.glob(place)) if place else model
    shutil.rmtree(file) if file.is_dir() else file.unlink()
    put(file)
    for read in (load.load_model, store.read_card, store.check_target):
        if place in ("", "card.json") or read == load.load_model:
            with pytest.raises(KitError) as error:
                read(str(model))
            assert "\n" not in str(error.value)


def test_an_archive_member_larger_than_its_card_lists_is_refused(
    tmp_path: Path, trees: Path
) -> None:
    files = store.read_model(str(trees)).files
    with zipfile.ZipFile(tmp_path / "m.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, bytes(1 << 28) if name.endswith(".skops") else content)
    with pytest.raises(KitError, match="268435456 bytes where at most"):
        load.load_model(str(tmp_path / "m.zip"))


def test_a_card_with_an_undefined_measure_is_valid_json() -> None:
    content = store.packed({"metrics": {"r2": float("nan")}}, {})[model_files.CARD]
    assert json.loads(content, parse_constant=pytest.fail)["metrics"]["r2"] is None


def test_an_unpacked_archive_is_the_model(tmp_path: Path, line: Path) -> None:
    store.save(str(tmp_path / "m.zip"), store.read_model(str(line)).files)
    with zipfile.ZipFile(io.BytesIO((tmp_path / "m.zip").read_bytes())) as archive:
        archive.extractall(tmp_path / "m")
    assert store.read_model(str(tmp_path / "m")).files == store.read_model(str(line)).files
