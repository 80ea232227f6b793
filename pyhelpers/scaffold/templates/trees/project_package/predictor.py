"""Predict by trees in plain arrays, without scikit-learn; numpy is loaded for 100 rows and more."""

from base64 import b64decode
from typing import Any

from project_package.contract.plain_ensemble import PlainEnsemble
from project_package.contract.schema import Feature
from project_package.contract.tree_files import read_trees

Predictor = PlainEnsemble


def predictor_of(document: dict[str, Any], features: list[Feature]) -> Predictor:
    """Return the predictor of a model's document; its trees are checked."""
    trees = read_trees(b64decode(document["trees"]))
    return PlainEnsemble(features, document["ensemble"], trees, document["card"]["classes"])
