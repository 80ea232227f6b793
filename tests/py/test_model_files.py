"""Loading a crafted model file runs no code; unpickling needs --allow-pickle."""

import io
import json
import os
import pickle
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
import sklearn
import skops.io
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import FunctionTransformer

from pyhelpers import KitError
from pyhelpers.model import load, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions
from tests.conftest import Run

CONSTRUCTING = ("ObjectNode", "DictNode", "TupleNode", "FunctionNode", "MethodNode")
BROKEN = [b"", b"{", b"[]", b'{"format": 1}', b'{"format": 99}', b"\xff"]
LINES = "a,b\n" + "".join(f"{i * i % 7}.5,{i}.25\n" for i in range(120))


class Hostile:
    """What a pickle does when it is loaded: here, it leaves a trace."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch '{self.trace}'",)


def write_pickle(thing: object, path: Path) -> None:
    path.write_bytes(pickle.dumps(thing))


def trained(path: Path, **wishes: Any) -> Path:
    table = TrainingCsv(io.BytesIO(LINES.encode()), "lines.csv")
    made = train.train_model(table, TrainingOptions("b", folds=0, **wishes))
    store.save(str(path), made.files(made.card))
    return path


def put_pipeline(model: Path, content: bytes) -> None:
    """Put a pipeline into a model as an attacker would, its hash in the card made right."""
    stored = store.read_model(str(model))
    kept = {name: data for name, data in stored.content.items() if name != store.COEFFICIENTS}
    put_content(model, stored.card, kept | {store.PIPELINE: content})


def put_content(model: Path, card: Any, content: dict[str, bytes]) -> None:
    """Put a card and files in place of a model's, all hashes made right."""
    shutil.rmtree(model)
    model.mkdir()
    for name, data in store.packed(card, content).items():
        (model / name).write_bytes(data)


def pipeline_of(model: Path) -> bytes:
    """Return the bytes of a model's pipeline."""
    return store.read_model(str(model)).content[store.PIPELINE]


def schema_of(content: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return json.loads(archive.read("schema.json"))


def with_schema(content: bytes, schema: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = json.dumps(schema).encode() if name == "schema.json" else old.read(name)
            new.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("name", ["m.pkl", "m.joblib", "m"])
@pytest.mark.parametrize("dump", [joblib.dump, write_pickle])
def test_a_hostile_pickle_is_refused_and_not_run(
    run: Run, tmp_path: Path, dump: Any, name: str
) -> None:
    trace, path = tmp_path / "trace", tmp_path / name
    dump(Hostile(trace), path)
    for command in ("predict", "serve", "evaluate"):
        done = run("ml-model", command, path, input="a\n1\n")
        assert done.returncode == 1 and done.stderr.count("\n") == 1
        assert "is a pickle" in done.stderr and "--allow-pickle" in done.stderr
    assert not trace.exists()
    pickle.loads(pickle.dumps(Hostile(trace)))  # the trap does work
    assert trace.exists()


def test_a_hostile_pickle_in_a_models_folder_is_not_run(tmp_path: Path) -> None:
    model, trace = trained(tmp_path / "m"), tmp_path / "trace"
    put_pipeline(model, pickle.dumps(Hostile(trace)))
    with pytest.raises(KitError, match="cannot be loaded|is refused"):
        load.load_model(str(model), plain=False)
    assert not trace.exists()


def test_a_skops_file_that_names_a_function_of_the_system_is_refused(tmp_path: Path) -> None:
    model, trace = trained(tmp_path / "m"), tmp_path / "trace"
    content = skops.io.dumps(FunctionTransformer(func=os.system))
    put_pipeline(model, content)
    with pytest.raises(KitError, match="is refused") as refused:
        load.load_model(str(model), plain=False)
    assert "posix.system" in str(refused.value)
    assert not trace.exists()


def test_a_forged_skops_schema_is_refused_and_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Node after node of a true file is made to name a dangerous callable."""
    model = trained(tmp_path / "m", model="boosting")
    content = pipeline_of(model)
    kinds = [node["__loader__"] for node in nodes(schema_of(content))]
    places = [at for at, kind in enumerate(kinds) if kind in CONSTRUCTING]
    assert len(places) > 20
    run: list[str] = []
    monkeypatch.setattr(os, "system", run.append)
    for at in places[::3]:
        schema = schema_of(content)
        node = list(nodes(schema))[at]
        node["__module__"], node["__class__"] = "os", "system"
        put_pipeline(model, with_schema(content, schema))
        with pytest.raises(KitError, match="is refused|cannot be loaded"):
            load.load_model(str(model), plain=False)
    assert run == []


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("honest") / "m")


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("trees") / "m", model="forest")


def nodes(thing: Any) -> Any:
    """Yield every node of a skops schema that names a type."""
    if isinstance(thing, dict):
        if "__module__" in thing and "__class__" in thing:
            yield thing
        for value in thing.values():
            yield from nodes(value)
    if isinstance(thing, list):
        for value in thing:
            yield from nodes(value)


def with_nodes(content: bytes, change: Callable[[Any], None]) -> bytes:
    """Return a pipeline's bytes with the nodes of its trees changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith(".npy"):
                array = np.load(io.BytesIO(data))
                if {"feature", "feature_idx"} & set(array.dtype.names or ()):
                    change(array)
                    np.save(changed := io.BytesIO(), array)
                    data = changed.getvalue()
            new.writestr(name, data)
    return out.getvalue()


def put(array: Any, name: str, value: int) -> None:
    """Set a field of a tree's first node, by the name that either kind of tree gives it."""
    names = array.dtype.names
    array[next(full for full in names if full.startswith(name))][0] = value


FORGERIES: dict[str, Callable[[Any], None]] = {
    "outside": lambda array: put(array, "right", 1 << 30),
    "in a circle": lambda array: put(array, "left", 0),
    "to a field that is not there": lambda array: put(array, "feature", 1 << 20),
}


@pytest.mark.parametrize("model", ["forest", "boosting"])
@pytest.mark.parametrize("leads", FORGERIES)
def test_a_tree_with_bad_links_is_refused_before_it_is_used(
    run: Run, tmp_path: Path, model: str, leads: str
) -> None:
    path = trained(tmp_path / "m", model=model)
    content = pipeline_of(path)
    put_pipeline(path, with_nodes(content, lambda array: None))
    load.load_model(str(path), plain=False)
    put_pipeline(path, with_nodes(content, FORGERIES[leads]))
    done = run("ml-model", "predict", "--with-sklearn", path, "-", input="a\n1\n")
    assert done.returncode == 1
    assert "a tree's links lead outside it" in done.stderr


def without(document: Any, name: str, beside: set[str]) -> Any:
    """Return a JSON document without a member, wherever one of others stands beside it."""
    if isinstance(document, list):
        return [without(item, name, beside) for item in document]
    if not isinstance(document, dict):
        return document
    gone = name if beside & document.keys() else None
    return {key: without(item, name, beside) for key, item in document.items() if key != gone}


@pytest.mark.parametrize("model", ["forest", "boosting"])
def test_a_forest_that_takes_any_number_of_fields_is_refused(tmp_path: Path, model: str) -> None:
    path = trained(tmp_path / "m", model=model)
    content = pipeline_of(path)
    schema = schema_of(content)
    forged = without(schema, "n_features_in_", {"estimators_", "_predictors"})
    assert forged != schema
    put_pipeline(path, with_schema(content, forged))
    with pytest.raises(KitError, match="lacks its number of fields"):
        load.load_model(str(path), plain=False)


@pytest.mark.parametrize("count", [-5, 1])
def test_a_tree_with_another_number_of_nodes_is_refused(tmp_path: Path, count: int) -> None:
    path = trained(tmp_path / "m", model="forest")
    content = pipeline_of(path)
    text = json.dumps(schema_of(content))
    forged = re.sub(r'("node_count": \{[^}]*"content": ")\d+', rf"\g<1>{count}", text)
    assert forged != text
    put_pipeline(path, with_schema(content, json.loads(forged)))
    with pytest.raises(KitError, match="cannot be loaded .ValueError"):
        load.load_model(str(path), plain=False)


def test_a_pickle_is_loaded_with_allow_pickle(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "m.pkl"
    joblib.dump(LinearRegression().fit([[1.0, 2], [3, 4], [5, 7]], [1, 2, 3]), path)
    done = run("ml-model", "predict", path, "--allow-pickle", input="x1,x0\n4,3\n")
    assert (done.returncode, done.stdout) == (0, "x1,x0,prediction\n4,3,2.0\n"), done.stderr


@pytest.mark.parametrize("model", ["linear", "ridge", "forest", "extratrees", "boosting"])
def test_every_kind_of_model_that_training_writes_is_trusted(tmp_path: Path, model: str) -> None:
    path = trained(tmp_path / "m", model=model)
    assert load.load_model(str(path), plain=False).predictor.predict([[1.5]])


def test_a_model_that_predicts_differently_than_when_trained_is_refused(
    honest: Path, tmp_path: Path
) -> None:
    """As a newer scikit-learn might make it do, without a word."""
    model = Path(shutil.copytree(honest, tmp_path / "m"))
    stored = store.read_model(str(model))
    stored.card["probe"]["answers"][1] *= 1.001
    put_content(model, stored.card, stored.content)
    with pytest.raises(KitError, match=f"scikit-learn {sklearn.__version__}; train it again"):
        load.load_model(str(model), plain=False)


@pytest.mark.parametrize("pattern", ["card.json", "coefficients.*", "ensemble.*", "model.*"])
@pytest.mark.parametrize("content", BROKEN)
def test_a_broken_file_of_a_model_is_one_line(
    tmp_path: Path, honest: Path, trees: Path, pattern: str, content: bytes
) -> None:
    source = trees if pattern in ("ensemble.*", "model.*") else honest
    model = Path(shutil.copytree(source, tmp_path / "m"))
    [file] = model.glob(pattern)
    file.write_bytes(content)
    with pytest.raises(KitError) as error:
        load.load_model(str(model), plain=False)
    assert str(model) in str(error.value) and "\n" not in str(error.value)
