"""Training, and whether the saved model is up to date."""

import json
import math

import pytest

from project_package.__main__ import main
from project_package.contract.linear_model import PlainModel
from project_package.contract.schema import matrix
from project_package.model import load
from project_package.settings import LEAST, MEASURE, SAMPLE, TARGET, TASK
from project_package.train import Trained, design, ingest, train


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train()


def test_the_measures_are_numbers(trained: Trained) -> None:
    assert trained.measures.keys() == trained.dummy.keys()
    assert all(math.isfinite(value) for value in trained.measures.values())


@pytest.mark.parametrize("which", ["trained now", "saved"])
def test_the_model_passes_the_quality_gate(trained: Trained, which: str) -> None:
    measures = trained.measures if which == "trained now" else load().card["metrics"]
    found = measures[MEASURE]
    assert found > LEAST, f"{MEASURE} {found:.4f} is not above {LEAST} (settings.py)"


def test_the_saved_model_is_what_training_gives(trained: Trained) -> None:
    """Fails if the data or the settings changed since the last make train."""
    saved, fresh = load(), PlainModel(trained.document["coefficients"])
    x = design(ingest().head(200), trained.features)
    rows = [[None if value != value else value for value in row] for row in x.tolist()]
    assert saved.card["target"] == TARGET
    assert saved.card["metrics"] == pytest.approx(trained.measures, rel=1e-6, abs=1e-9)
    for row in rows:
        assert saved.predictor.scores(row) == pytest.approx(fresh.scores(row), rel=1e-6, abs=1e-9)


def test_the_coefficients_agree_with_the_pipeline(trained: Trained) -> None:
    plain = PlainModel(trained.document["coefficients"])
    x = design(ingest().head(200), trained.features)
    rows = [[None if value != value else value for value in row] for row in x.tolist()]
    answers = trained.pipeline.predict(matrix(rows, trained.features)).tolist()
    if TASK == "classification":
        assert plain.predict(rows) == answers
    else:
        assert plain.predict(rows) == pytest.approx(answers)


def test_the_sample_request_is_answered(capsys: pytest.CaptureFixture[str]) -> None:
    main(["predict", str(SAMPLE)])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(json.loads(SAMPLE.read_text(encoding="utf-8"))["instances"])
