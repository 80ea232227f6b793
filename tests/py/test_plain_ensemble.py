"""A model of trees is served from plain data, with the answers of scikit-learn."""

import io
import pickle
import random
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pyhelpers.model import load, store, train, tree_export
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.decision_trees import LEAF, TreeEnsemble
from pyhelpers.model.ensemble import Ensemble
from pyhelpers.model.ensemble_document import FIELDS, view_columns, wrong_in_ensemble
from pyhelpers.model.plain_ensemble import PlainEnsemble
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.model.preprocessing import columns_of_rows
from pyhelpers.model.tree_export import check_rows, export_trees
from pyhelpers.model.tree_files import read_trees

WORDS = ["surf", "wave", "board", "beach", "sand", "wind", "tide", "sun", "reef", "shore"]


def table(rows: int = 400, seed: int = 0) -> bytes:
    """Return a CSV of numbers, a date, categories few and many, a free text, and two targets."""
    draw, lines = random.Random(seed), ["x,n,when,kind,town,note,y,label"]
    for _ in range(rows):
        x = "" if draw.random() < 0.1 else f"{draw.gauss(0, 1):.4f}"
        n, kind = draw.randrange(9), draw.choice(["a", "b", "c", ""])
        when = f"20{draw.randrange(10, 25)}-0{draw.randrange(1, 10)}-1{draw.randrange(10)}"
        town = f"t{draw.randrange(130)}"
        note = " ".join(draw.choice(WORDS) for _ in range(5 + draw.randrange(4)))
        y = n + (kind == "a") + note.count("wave") + draw.random() + len(town)
        label = ("low", "middle", "high")[min(2, int(y // 5))]
        lines.append(f"{x},{n},{when},{kind},{town},{note},{y:.3f},{label}")
    return "\n".join(lines).encode() + b"\n"


@cache
def trained(model: str, target: str, **settings: Any) -> train.TrainedModel:
    names = ["x", "n", "when", "kind", "town", "note"]
    wishes = TrainingOptions(target, names, model=model, folds=0, **settings)
    return train.train_model(TrainingCsv(io.BytesIO(table()), "table.csv"), wishes)


MODELS = [(m, t) for m in ("boosting", "forest", "extratrees") for t in ("y", "label")]


@pytest.fixture(scope="module", params=MODELS, ids=lambda pair: "-".join(pair))
def made(request: pytest.FixtureRequest) -> train.TrainedModel:
    return trained(*request.param)


def loaded(made: train.TrainedModel, path: Path, plain: bool = True) -> load.Model:
    store.save(str(path), made.files(made.card))
    return load.load_model(str(path), plain)


def test_plain_answers_are_those_of_the_estimators(
    made: train.TrainedModel, tmp_path: Path
) -> None:
    mine, theirs = loaded(made, tmp_path / "m"), load.load_model(str(tmp_path / "m"), plain=False)
    assert isinstance(mine.predictor, PlainEnsemble)
    assert not isinstance(theirs.predictor, PlainEnsemble)
    rows = check_rows(mine.schema.features, 500)
    fields = made.document["fields"]
    answers = made.ensemble.outputs(columns_of_rows(mine.schema.features, fields, rows))
    answers = answers.reshape(len(rows), -1)
    alone = np.array([mine.predictor.output(row) for row in rows])
    if made.card["classes"] is None or made.card["model"] != "boosting":
        assert np.array_equal(alone, answers)
    assert np.abs(alone - answers).max() < 1e-14
    assert mine.predictor.predict(rows) == theirs.predictor.predict(rows)
    assert mine.predictor.predict(rows[:7]) == theirs.predictor.predict(rows)[:7]
    numbers = [np.array([row[at] for row in rows], dtype=object) for at in range(len(rows[0]))]
    columns = [
        column if feature.kind in ("category", "text") else column.astype(float)
        for feature, column in zip(mine.schema.features, numbers, strict=True)
    ]
    assert mine.predictor.predict_columns(columns) == theirs.predictor.predict_columns(columns)
    if made.card["classes"]:
        whole = np.array(mine.predictor.probability_columns(columns))
        assert np.abs(whole - answers).max() < 1e-14
        ours = np.array(mine.predictor.probabilities(rows[:50]))
        assert np.abs(ours - np.array(theirs.predictor.probabilities(rows[:50]))).max() < 1e-14


@pytest.mark.parametrize("target", ["y", "label"])
def test_a_blend_with_a_linear_member_is_plain(target: str) -> None:
    made, draw = trained("boosting", target), np.random.default_rng(0)
    document, features = made.document, made.ensemble._features
    columns = view_columns(document["fields"], "linear")
    outputs = 1 if target == "y" else 3
    linear = {
        "view": "linear",
        "weight": 0.25,
        "intercept": draw.normal(size=outputs).tolist(),
        "weights": draw.normal(size=(outputs, columns)).tolist(),
    }
    blend = document | {"members": [document["members"][0] | {"weight": 0.75}, linear]}
    assert wrong_in_ensemble(blend, made.card, read_trees(made.trees or b"")) is None
    classes = made.card["classes"]
    theirs = Ensemble(features, blend, made.ensemble.estimators, classes)
    mine = PlainEnsemble(features, blend, read_trees(made.trees or b""), classes)
    rows = check_rows(features, 300)
    answers = theirs.outputs(columns_of_rows(features, blend["fields"], rows))
    alone = np.array([mine.output(row) for row in rows])
    assert np.allclose(alone, answers.reshape(len(rows), -1), rtol=1e-12, atol=1e-12)


def test_the_table_has_each_kind_of_field() -> None:
    made = trained("forest", "y")
    assert {field["kind"] for field in made.document["fields"]} == {*FIELDS}
    assert any(
        field["kind"] == "category" and not field["own"] for field in made.document["fields"]
    )


def test_what_answers_otherwise_is_not_exported(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(estimator: Any) -> TreeEnsemble:
        trees = export_trees(estimator)
        trees.number[trees.column.index(LEAF)] += 1.0
        return trees

    monkeypatch.setattr(tree_export, "export_trees", wrong)
    made = trained.__wrapped__("boosting", "y")
    assert made.trees is None and store.TREES not in made.files(made.card)
    [note] = [note for note in made.notes if "needs scikit-learn" in note]
    assert "plain trees answer" in note and "where scikit-learn answers" in note


SERVE = """
import sys
from pyhelpers.model.load import load_model
model = load_model(sys.argv[1])
print(model.predictor.predict(eval(sys.argv[2])))
print(sorted({"numpy", "pandas", "sklearn", "scipy", "skops"} & sys.modules.keys()))
"""


def test_one_row_needs_no_package(made: train.TrainedModel, tmp_path: Path) -> None:
    model = loaded(made, tmp_path / "m")
    rows = made.card["probe"]["rows"]
    words = [sys.executable, "-c", SERVE, str(tmp_path / "m"), repr(rows)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [repr(model.predictor.predict(rows)), "[]"]


def test_the_same_seed_gives_the_same_bytes() -> None:
    for model in ("boosting", "extratrees"):
        first, again = trained(model, "label"), trained.__wrapped__(model, "label")
        assert first.files(first.card) == again.files(again.card) and first.trees


def test_a_copy_in_another_process_answers_alike(made: train.TrainedModel, tmp_path: Path) -> None:
    model = loaded(made, tmp_path / "m")
    rows = check_rows(model.schema.features, 120)
    copy = pickle.loads(pickle.dumps(model))
    assert copy.predictor.predict(rows) == model.predictor.predict(rows)
    assert copy.predictor.predict(rows[:3]) == model.predictor.predict(rows[:3])
