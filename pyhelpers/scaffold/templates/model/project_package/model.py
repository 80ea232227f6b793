"""The trained model: plain data in JSON, loaded and evaluated without scikit-learn."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from project_package.contract.schema import Feature, Schema
from project_package.predictor import Predictor, predictor_of
from project_package.settings import MODEL, NAME


@dataclass(frozen=True)
class Model:
    """A loaded model: its card, its fields, and its predictor."""

    name: str
    card: dict[str, Any]
    schema: Schema
    predictor: Predictor


def load(path: Path = MODEL) -> Model:
    """Load a model without running code from its file."""
    document = json.loads(path.read_text(encoding="utf-8"))
    features = [Feature(**feature) for feature in document["features"]]
    card = {"model": "project_estimator"} | document["card"]
    return Model(NAME, card, Schema(features), predictor_of(document, features))


def sample_of(features: list[Feature]) -> dict[str, Any]:
    """Return a request with one typical row."""
    return {"instances": [{feature.name: feature.typical() for feature in features}]}


def write_json(path: Path, document: object) -> None:
    """Write a JSON file, complete or not at all."""
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(".new")
    text = json.dumps(document, indent=1, ensure_ascii=False)
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(path)
