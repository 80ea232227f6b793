"""The trained model: coefficients in JSON, loaded and evaluated without scikit-learn."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from project_package.contract.linear_model import PlainModel
from project_package.contract.schema import Feature, Schema
from project_package.settings import MODEL, NAME


@dataclass(frozen=True)
class Model:
    """A loaded model: its card, its fields, and its predictor."""

    name: str
    card: dict[str, Any]
    schema: Schema
    predictor: PlainModel


def load(path: Path = MODEL) -> Model:
    """Load a model without running code from its file."""
    document = json.loads(path.read_text(encoding="utf-8"))
    features = [Feature(**feature) for feature in document["features"]]
    plain = PlainModel(document["coefficients"])
    return Model(NAME, {"model": "linear"} | document["card"], Schema(features), plain)


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
