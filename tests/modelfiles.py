"""Small tables and models for the tests of model files."""

import io
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from pyhelpers.deploy import stage
from pyhelpers.model import load, model_files, store
from pyhelpers.model.card import summary
from pyhelpers.model.drift import Drift
from pyhelpers.model.evaluate import truth_of
from pyhelpers.model.new_columns import new_columns
from pyhelpers.serving.html_form import page

ROWS: list[Any] = [[1.5, "a"], [None, "b"], [40.0, None], [-3.0, "unseen"]]


def table_text() -> io.BytesIO:
    """Return a table of 60 records: x and name explain y and label."""
    lines = "x,name,y,label\n"
    for n in range(60):
        x, name = n % 23, "abc"[n % 3]
        lines += f"{x},{name},{3.5 * x + n % 3 + n % 7 / 10},{'high' if x > 11 else 'low'}\n"
    return io.BytesIO(lines.encode())


def use(path: str) -> None:
    """Do with a model what reads its card: serve it, predict, evaluate and deploy."""
    loaded = load.load_model(path)
    answers = loaded.predictor.predict(ROWS)
    drift = Drift(loaded.card, loaded.schema.names)
    for _ in range(60):
        drift.add(ROWS, answers)
    assert summary(loaded.card, "now") and page(loaded, drift) and drift.shifts() is not None
    if loaded.card["classes"] is None and loaded.card.get("intervals"):
        assert new_columns(loaded, "y", interval=0.5).cells(answers, None, ",")
    truth_of(loaded, Counter())("1")
    stage.warnings_of(path)
    assert stage.model_files(store.read_model(path))


def without_seal(path: Path) -> dict[str, Any]:
    card = store.read_model(str(path)).card
    return {key: part for key, part in card.items() if key not in ("sha256", "files")}


def put_sealed(folder: Path, card: str, content: dict[str, bytes]) -> None:
    """Write a model whose card is any text, and whose hashes are right."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    files = store.packed({}, content)
    named = json.dumps(json.loads(files[model_files.CARD])["files"])
    body = card.rstrip().removesuffix("}").encode("utf-8", "surrogatepass")
    body += f', "files": {named}'.encode()
    seal = f'{model_files.data_hash(body)}"\n}}\n'.encode()
    for name, data in (files | {model_files.CARD: body + model_files.SEAL + seal}).items():
        (folder / name).write_bytes(data)
