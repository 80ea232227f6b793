"""Load a model for prediction, without running code from its files."""

import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pyhelpers import KitError
from pyhelpers.model.card import wrong_in_coefficients
from pyhelpers.model.ensemble_document import wrong_in_ensemble
from pyhelpers.model.linear_model import Label, PlainModel
from pyhelpers.model.model_files import broken, document
from pyhelpers.model.plain_ensemble import PlainEnsemble
from pyhelpers.model.schema import Feature, Row, Schema
from pyhelpers.model.skops_pipeline import Pipeline, cannot_load, load_ensemble, load_pipeline
from pyhelpers.model.store import (
    COEFFICIENTS,
    ENSEMBLE,
    PIPELINE,
    TREES,
    Stored,
    model_name,
    read_model,
)
from pyhelpers.model.tree_files import read_trees

PROBE_TOLERANCE = 1e-6  # relative: machines add numbers in different orders
ROUNDING = 1e-9  # of the largest prediction: one near 0 may be a difference of large numbers


class Predictor(Protocol):
    """A model that predicts: coefficients, plain trees, or estimators of scikit-learn."""

    def predict(self, rows: Iterable[Row]) -> list[Label]:
        """Return each row's number or class."""

    def probabilities(self, rows: Iterable[Row]) -> list[list[float]]:
        """Return each row's probability of each class, in the card's order of classes."""

    def predict_columns(self, columns: Sequence[Any]) -> list[Label] | None:
        """Return the predictions for whole columns; None where a row must be predicted alone."""

    def probability_columns(self, columns: Sequence[Any]) -> list[list[float]] | None:
        """Return probabilities for whole columns; None where a row must be predicted alone."""


@dataclass
class Model:
    """A loaded model: its name, its card, its fields, and its predictor."""

    name: str
    card: dict[str, Any]
    schema: Schema
    predictor: Predictor


def _load_coefficients(stored: Stored) -> PlainModel:
    weights = document(stored.path, COEFFICIENTS, stored.content[COEFFICIENTS])
    wrong = wrong_in_coefficients(weights, stored.card)
    if wrong:
        broken(stored.path, f"{COEFFICIENTS} is broken: {wrong}")
    return PlainModel(weights)


def _load_ensemble(stored: Stored, features: Sequence[Feature], plain: bool) -> Predictor:
    """Load a model of one or several members, from its plain trees where it has them."""
    members = document(stored.path, ENSEMBLE, stored.content[ENSEMBLE])
    trees = None
    if TREES in stored.content and (plain or PIPELINE not in stored.content):
        try:
            trees = read_trees(stored.content[TREES])
        except ValueError as error:
            broken(stored.path, f"{TREES} is broken: {error}")
    wrong = wrong_in_ensemble(members, stored.card, trees)
    if wrong:
        broken(stored.path, f"{ENSEMBLE} is broken: {wrong}")
    if trees is None:
        return load_ensemble(stored, members, features)
    return PlainEnsemble(features, members, trees, stored.card["classes"])


def _check_probe(stored: Stored, name: str, predictor: Predictor) -> None:
    """Refuse a model whose predictions for the rows in its card are not those of its training."""
    probe = stored.card["probe"]
    try:
        answers = predictor.predict(probe["rows"])
        same = same_answers(answers, probe["answers"])
    except Exception as error:  # a crafted pipeline can raise anything
        raise cannot_load(stored, name, error) from None
    if not same:
        made = stored.card["versions"].get("scikit-learn")
        what = f"predicts differently than when it was trained, with scikit-learn {made}"
        raise KitError(f"{stored.path}: {what}; train it again")


def same_answers(found: Sequence[Label], expected: Sequence[Label]) -> bool:
    """Return whether predictions agree: equal classes, numbers equal to six digits."""
    pairs = list(zip(found, expected, strict=True))
    if any(isinstance(one, str) for one in (*found, *expected)):
        return all(one == other for one, other in pairs)
    least = ROUNDING * max(abs(float(one)) for one in expected)
    return all(
        math.isclose(float(a), float(b), rel_tol=PROBE_TOLERANCE, abs_tol=least) for a, b in pairs
    )


def is_pickle(path: str) -> bool:
    """Return whether a path is a file written by pickle or joblib."""
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as stream:
        head = stream.read(2)
    known = path.endswith((".pkl", ".pickle", ".joblib"))
    return known or (head[:1] == b"\x80" and head[1:] <= b"\x05")


def load_pickle(path: str) -> Model:
    """Load a pickled scikit-learn estimator of numbers; code in the file is run.

    Its fields are the columns it was fitted on, or x0, x1, ... where it has no names for them.
    """
    import warnings

    import joblib

    try:
        estimator = joblib.load(path)
    except Exception as error:
        what = f"cannot be unpickled ({type(error).__name__}: {error})"
        raise KitError(f"{path}: {what}; train it again with ml-model train") from None
    count = getattr(estimator, "n_features_in_", None)
    if count is None or not hasattr(estimator, "predict"):
        raise KitError(f"{path}: is not a fitted scikit-learn estimator; train one with ml-model")
    warnings.filterwarnings("ignore", message="X does not have valid feature names")
    names = getattr(estimator, "feature_names_in_", [f"x{at}" for at in range(count)])
    features = [Feature(str(name), "number") for name in names]
    classes = getattr(estimator, "classes_", None)
    card: dict[str, Any] = {
        "task": "regression" if classes is None else "classification",
        "target": "prediction",
        "model": type(estimator).__name__,
        "classes": None if classes is None else classes.tolist(),
        "dummy_answer": None,
        "versions": {},
    }
    return Model(model_name(path), card, Schema(features), Pipeline(estimator, features))


def load_model(path: str, plain: bool = True, allow_pickle: bool = False) -> Model:
    """Load a model without running code from its files.

    Parameters
    ----------
    path : str
        Folder or archive of the model.
    plain : bool
        Use coefficients or plain trees if the model has them, which does not import scikit-learn.
    allow_pickle : bool
        Load a pickle, which can run any code of its author.

    Raises
    ------
    KitError
        For a path that is not a model, a broken model, and types that training does not write.
    """
    if is_pickle(path):
        if allow_pickle:
            return load_pickle(path)
        what = "is a pickle, which can run any code of its author"
        raise KitError(f"{path}: {what}; if you trust it, add --allow-pickle")
    return load_stored(read_model(path, plain), plain)


def load_stored(stored: Stored, plain: bool = True) -> Model:
    """Load a model from its files in memory; arguments and errors as in `load_model`."""
    known = Feature.__dataclass_fields__
    features = [
        Feature(**{name: part for name, part in feature.items() if name in known})
        for feature in stored.card["features"]
    ]
    name = COEFFICIENTS
    if COEFFICIENTS in stored.content and (plain or PIPELINE not in stored.content):
        predictor: Predictor = _load_coefficients(stored)
    elif ENSEMBLE in stored.content:
        name, predictor = ENSEMBLE, _load_ensemble(stored, features, plain)
    else:
        name, predictor = PIPELINE, load_pipeline(stored, features)
    _check_probe(stored, name, predictor)
    return Model(model_name(stored.path), stored.card, Schema(features), predictor)
