"""Training, and whether the saved model is up to date."""

import json
import math
from typing import Any

import pytest

from project_package.__main__ import main
from project_package.contract.schema import matrix
from project_package.model import load
from project_package.predictor import predictor_of
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


def rows_of(trained: Trained) -> list[Any]:
    """Return the first records as rows."""
    x = design(ingest().head(200), trained.features)
    return [[None if value != value else value for value in row] for row in x.tolist()]


def outputs(predictor: Any, rows: list[Any]) -> list[float]:
    """Return predictions, or each class's probability."""
    if TASK == "regression":
        return list(predictor.predict(rows))
    return [share for row in predictor.probabilities(rows) for share in row]


def test_the_saved_model_is_what_training_gives(trained: Trained) -> None:
    """Fails if the data or the settings changed since the last make train."""
    saved, rows = load(), rows_of(trained)
    assert saved.card["target"] == TARGET
    # only linear
    close: dict[str, Any] = {"rel": 1e-6, "abs": 1e-9}
    # end linear
    # only trees
    # On another processor a tie between two splits of a tree may fall the other way.
    close: dict[str, Any] = {"rel": 0.02, "abs": 0.02}
    # end trees
    assert saved.card["metrics"] == pytest.approx(trained.measures, **close)
    fresh = predictor_of(trained.document, trained.features)
    assert outputs(saved.predictor, rows) == pytest.approx(outputs(fresh, rows), **close)


def test_the_plain_model_agrees_with_the_pipeline(trained: Trained) -> None:
    plain, rows = predictor_of(trained.document, trained.features), rows_of(trained)
    x = matrix(rows, trained.features)
    answers = trained.pipeline.predict(x)
    if TASK == "classification":
        assert plain.predict(rows) == answers.tolist()
        answers = trained.pipeline.predict_proba(x)
    assert outputs(plain, rows) == pytest.approx(answers.ravel().tolist())


def test_the_sample_request_is_answered(capsys: pytest.CaptureFixture[str]) -> None:
    main(["predict", str(SAMPLE)])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(json.loads(SAMPLE.read_text(encoding="utf-8"))["instances"])
