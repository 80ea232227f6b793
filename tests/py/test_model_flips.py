"""Any change to the files of a model is noticed and reported in one line."""

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyhelpers import KitError
from pyhelpers.model import load, model_files, store, train
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions
from tests.modelfiles import ROWS, put_sealed, table_text, use, without_seal

KINDS = ("linear", "logistic", "forest", "boosting")
FLIPS = 3  # an example: 300 in all, thousands in `make fuzz`


def flip_bit(draw: random.Random, data: bytes) -> bytes:
    changed, at = bytearray(data), draw.randrange(len(data))
    changed[at] ^= 1 << draw.randrange(8)
    return bytes(changed)


def change_digit(draw: random.Random, data: bytes) -> bytes:
    at = draw.choice([found.start() for found in re.finditer(rb"\d", data)])
    others = [digit for digit in b"0123456789" if digit != data[at]]
    return data[:at] + bytes([draw.choice(others)]) + data[at + 1 :]


def cut(draw: random.Random, data: bytes) -> bytes:
    return data[: draw.randrange(len(data))]


def cut_out(draw: random.Random, data: bytes) -> bytes:
    first, last = sorted((draw.randrange(len(data)), draw.randrange(len(data))))
    return data[:first] + data[last + 1 :]


def twice(draw: random.Random, data: bytes) -> bytes:
    first, last = sorted((draw.randrange(len(data)), draw.randrange(len(data))))
    return data[:last] + data[first:]


def append(draw: random.Random, data: bytes) -> bytes:
    return data + draw.choice([b"\0", b"\n", b" ", b"}", b"PK\x05\x06" + bytes(18)])


BYTES = (flip_bit, change_digit, cut, cut_out, twice, append)
ODD = (
    "null", "true", "[]", "{}", '""', '"1"', "-1", "0", "1e999", "NaN", "-Infinity", "1e308",
    "9" * 5000, "9" * 400, '"\\ud800"', "[" * 100_000 + "]" * 100_000, '{"a": 1, "a": 2}',
)  # fmt: skip


def places(thing: Any) -> list[tuple[Any, Any]]:
    """Return each member of a JSON document: what holds it, and its key."""
    keys: Any = thing if isinstance(thing, dict) else range(len(thing))
    found = [(thing, key) for key in keys]
    for key in keys:
        if isinstance(thing[key], dict | list):
            found += places(thing[key])
    return found


def change_member(draw: random.Random, document: Any) -> str:
    """Return a JSON document as a text, with one member removed, put twice, or made odd."""
    document = json.loads(json.dumps(document))
    holder, key = draw.choice(places(document))
    mark = "\0here\0"
    if draw.random() < 0.3:
        del holder[key]
        return json.dumps(document)
    old = json.dumps(holder[key])
    holder[key] = mark
    text = json.dumps(document)
    again = f"{old}, {json.dumps(str(key))}: {old}" if isinstance(holder, dict) else old
    return text.replace(json.dumps(mark), draw.choice([*ODD, again]))


def change_json(draw: random.Random, data: bytes) -> bytes:
    return change_member(draw, json.loads(data)).encode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a folder and an archive of each kind of model, by name."""
    folder = tmp_path_factory.mktemp("models")
    found = {}
    for kind in KINDS:
        table = TrainingCsv(table_text(), "table.csv")
        target = "label" if kind == "logistic" else "y"
        folds = 3 if kind in ("linear", "logistic") else 0  # with intervals, and without
        wishes = TrainingOptions(target, ["x", "name"], model=kind, folds=folds, task=None)
        made = train.train_model(table, wishes)
        for name in (kind, f"{kind}.zip"):
            found[name] = folder / name
            store.save(str(found[name]), made.files(made.card))
    return found


def answers(path: Path) -> Any:
    loaded = load.load_model(str(path))
    predictor = loaded.predictor
    return predictor.predict(ROWS), loaded.card


def changed_copy(draw: random.Random, path: Path, copy: Path) -> str:
    """Make a copy of a model with one change; return what was changed, for the message."""
    if path.is_dir():
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(path, copy)
    else:
        shutil.copy(path, copy)
    file = draw.choice(sorted(copy.iterdir())) if path.is_dir() else copy
    kinds = [*BYTES, *([change_json] * 3 if file.suffix == ".json" else [])]
    change: Callable[[random.Random, bytes], bytes] = draw.choice(kinds)
    before = file.read_bytes()
    after = change(draw, before)
    file.write_bytes(after)
    return "" if after == before else f"{change.__name__} in {file.name}"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_change_to_a_models_files_is_silent(
    models: dict[str, Path], tmp_path: Path, seed: int
) -> None:
    draw = random.Random(seed)
    for _ in range(FLIPS):
        path = draw.choice(sorted(models.values()))
        copy = tmp_path / path.name
        change = changed_copy(draw, path, copy)
        try:
            found = answers(copy)
        except KitError as error:
            assert "\n" not in str(error) and len(str(error)) < 600, change
            continue
        # A zip's dates and rights may change, and change nothing; a file of a folder may not.
        assert path.suffix == ".zip" or not change, change
        assert found == answers(path), change


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_crafted_model_whose_hashes_are_right_works_or_is_refused(
    models: dict[str, Path], tmp_path: Path, seed: int
) -> None:
    """Whoever makes a file can make its hash too: then its shape is all that can be checked."""
    draw = random.Random(seed)
    for _ in range(FLIPS):
        stored = store.read_model(str(models[draw.choice(KINDS)]))
        card = without_seal(Path(stored.path))
        content = dict(stored.content)
        text = json.dumps(card)
        changed = draw.choice([model_files.CARD, *sorted(content.keys() - {store.PIPELINE})])
        if changed == model_files.CARD:
            text = change_member(draw, card)
        elif changed == store.TREES:
            content[changed] = draw.choice(BYTES)(draw, content[changed])
        else:
            content[changed] = change_json(draw, content[changed])
        put_sealed(tmp_path / "m", text, content)
        try:
            use(str(tmp_path / "m"))
        except KitError as error:
            assert "\n" not in str(error) and len(str(error)) < 600, text[:2000]


def test_an_unchanged_crafted_model_works(models: dict[str, Path], tmp_path: Path) -> None:
    stored = store.read_model(str(models["linear"]))
    card = {key: part for key, part in stored.card.items() if key not in ("sha256", "files")}
    put_sealed(tmp_path / "m", json.dumps(card), stored.content)
    assert load.load_model(str(tmp_path / "m")).predictor.predict(ROWS) == (
        load.load_model(str(models["linear"])).predictor.predict(ROWS)
    )


def test_one_digit_of_the_coefficients_is_noticed(models: dict[str, Path], tmp_path: Path) -> None:
    for name in ("linear", "logistic"):
        [file] = models[name].glob("coefficients.*.json")
        text = file.read_bytes()
        digits = [found.start() for found in re.finditer(rb"\d", text)]
        for at in digits[:: len(digits) // 50]:
            copy = Path(shutil.copytree(models[name], tmp_path / f"{name}-{at}"))
            other = b"1" if text[at : at + 1] != b"1" else b"2"
            (copy / file.name).write_bytes(text[:at] + other + text[at + 1 :])
            with pytest.raises(KitError, match="is not the one that card.json lists"):
                load.load_model(str(copy))


def test_files_of_two_models_cannot_be_mixed(models: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(models["linear"], tmp_path / "m")
    shutil.copytree(
        models["logistic"], tmp_path / "m", dirs_exist_ok=True, ignore=lambda *_: [model_files.CARD]
    )
    assert answers(tmp_path / "m") == answers(models["linear"])  # what its card does not name
    shutil.copy(models["logistic"] / model_files.CARD, tmp_path / "m")
    assert answers(tmp_path / "m") == answers(models["logistic"])
    [own] = models["logistic"].glob("coefficients.*")
    [other] = models["linear"].glob("coefficients.*")
    shutil.copy(other, tmp_path / "m" / own.name)
    with pytest.raises(KitError, match="is not the one that card.json lists"):
        load.load_model(str(tmp_path / "m"))
