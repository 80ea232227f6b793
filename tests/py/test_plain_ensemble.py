"""A model of trees is served from plain data, with the answers of scikit-learn."""

import io
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pyhelpers import KitError
from pyhelpers.model import load, store, train, tree_export
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.plain_ensemble import PlainEnsemble
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.model.preprocessing import columns_of_rows
from pyhelpers.model.tree_export import check_rows

WORDS = "surf wave board beach sand wind tide sun reef shore".split()


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


def trained(model: str, target: str, **settings: Any) -> train.TrainedModel:
    wishes = TrainingOptions(target, model=model, folds=0, **settings)
    other = {"y": "label", "label": "y"}[target]
    names = [name for name in "x n when kind town note".split() if name != other]
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
    if made.card["classes"]:
        ours = np.array(mine.predictor.probabilities(rows[:50]))
        assert np.abs(ours - np.array(theirs.predictor.probabilities(rows[:50]))).max() < 1e-14


def test_a_blend_with_linear_members_is_plain(tmp_path: Path) -> None:
    for target in ("y", "label"):
        made = trained("auto", target, seconds=6)
        document = made.document
        if not any(member["view"] == "linear" for member in document["members"]):
            made = with_linear_member(made)
        mine = loaded(made, tmp_path / target)
        rows = check_rows(mine.schema.features, 200)
        theirs = load.load_model(str(tmp_path / target), plain=False)
        alone = np.array([mine.predictor.output(row) for row in rows])
        fields = document["fields"]
        answers = theirs.predictor.outputs(columns_of_rows(mine.schema.features, fields, rows))
        close = np.isclose(alone, answers.reshape(len(rows), -1), rtol=1e-9, atol=1e-9)
        assert close.all()
