"""Loading: a model's files as what answers; nothing that a crafted file holds is run."""

import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pyhelpers import KitError
from pyhelpers.machine import silence_core_count
from pyhelpers.model.arrays import answers_of
from pyhelpers.model.card import wrong_in_coefficients
from pyhelpers.model.documents import document
from pyhelpers.model.linear_model import Label, PlainModel
from pyhelpers.model.schema import Feature, Row, Schema
from pyhelpers.model.store import COEFFICIENTS, PIPELINE, Stored, model_name, read_model
from pyhelpers.model.tree_checks import check_trees

PROBE_TOLERANCE = 1e-6  # relative: another machine sums in another order
ROUNDING = 1e-9  # of the largest answer: an answer near 0 may be the difference of large numbers
# All that our own training makes; skops knows the losses and arrays inside them as harmless.
TRUSTED = [
    "numpy.dtype",
    "sklearn.compose._column_transformer.ColumnTransformer",
    "sklearn.ensemble._forest.RandomForestClassifier",
    "sklearn.ensemble._forest.RandomForestRegressor",
    "sklearn.ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingClassifier",
    "sklearn.ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingRegressor",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.impute._base.SimpleImputer",
    "sklearn.linear_model._base.LinearRegression",
    "sklearn.linear_model._logistic.LogisticRegression",
    "sklearn.linear_model._ridge.Ridge",
    "sklearn.pipeline.Pipeline",
    "sklearn.preprocessing._data.StandardScaler",
    "sklearn.preprocessing._encoders.OneHotEncoder",
    "sklearn.preprocessing._label.LabelEncoder",
    "sklearn.tree._classes.DecisionTreeClassifier",
    "sklearn.tree._classes.DecisionTreeRegressor",
    "sklearn.tree._tree.Tree",
]


class Predictor(Protocol):
    """What answers: a plain model, or a scikit-learn pipeline."""

    def predict(self, rows: Iterable[Row]) -> list[Label]:
        """Return each row's number or class."""

    def probabilities(self, rows: Iterable[Row]) -> list[list[float]]:
        """Return each row's probability of each class, in the card's order of classes."""


@dataclass
class Model:
    """A model as it is served: its name, its card, its fields, and what answers."""

    name: str
    card: dict[str, Any]
    schema: Schema
    predictor: Predictor


class Pipeline:
    """A scikit-learn pipeline that takes rows of plain values.

    Parameters
    ----------
    estimator : sklearn.pipeline.Pipeline
        Fitted on arrays as `matrix` makes them.
    """

    def __init__(self, estimator: Any, features: Sequence[Feature]) -> None:
        self.estimator, self._features = estimator, features

    def predict(self, rows: Iterable[Row]) -> list[Label]:
        """Return each row's number or class."""
        return answers_of(self.estimator.predict, rows, self._features)

    def probabilities(self, rows: Iterable[Row]) -> list[list[float]]:
        """Return each row's probability of each class."""
        return answers_of(self.estimator.predict_proba, rows, self._features)


def _skops_loads() -> Any:
    """Return skops' loads, imported without the list of all estimators.

    skops imports every module of scikit-learn for their names, 1.3 s of CPU; `TRUSTED` names ours.
    """
    import sklearn.utils

    listing = sklearn.utils.all_estimators
    sklearn.utils.all_estimators = list
    try:
        from skops.io import loads
    finally:
        sklearn.utils.all_estimators = listing
    return loads


def _load_pipeline(stored: Stored, features: Sequence[Feature]) -> Pipeline:
    """Load the pipeline of a model; what its types do not allow is not run."""
    path, card = stored.path, stored.card
    content = stored.content.get(PIPELINE)
    if content is None:
        raise KitError(f"{path}: {PIPELINE} is not in it; copy the model again")
    loads = _skops_loads()
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        estimator = loads(content, trusted=TRUSTED)
        check_trees(estimator)
        if type(estimator[-1]).__name__.startswith("HistGradient"):
            silence_core_count()
        known = getattr(estimator, "classes_", None)
        if (None if known is None else known.tolist()) != card["classes"]:
            raise ValueError("its classes are not those of the card")
        return Pipeline(estimator, features)
    except UntrustedTypesFoundException as error:
        what = " ".join(str(error).split()).rstrip(".")
        raise KitError(f"{path}: {PIPELINE} is refused ({what}); use models you trained") from None
    except Exception as error:
        raise _cannot_load(stored, PIPELINE, error) from None


def _cannot_load(stored: Stored, name: str, error: Exception) -> KitError:
    what = " ".join(f"{name} cannot be loaded ({type(error).__name__}: {error})".split())
    made = stored.card["versions"].get("scikit-learn")
    return KitError(f"{stored.path}: {what}; it was made with scikit-learn {made}: train it again")


def _load_coefficients(stored: Stored) -> PlainModel:
    weights = document(stored.path, COEFFICIENTS, stored.content[COEFFICIENTS])
    wrong = wrong_in_coefficients(weights, stored.card)
    if wrong:
        what = f"{COEFFICIENTS} is broken: {wrong}"
        raise KitError(f"{stored.path}: {what}; copy the model again or train it again")
    return PlainModel(weights)


def _check_probe(stored: Stored, name: str, predictor: Predictor) -> None:
    """Ask the card's rows again: a model that answers otherwise than when trained is refused."""
    probe = stored.card["probe"]
    try:
        answers = predictor.predict(probe["rows"])
        same = same_answers(answers, probe["answers"])
    except Exception as error:  # what a crafted pipeline raises, scikit-learn has no kind for
        raise _cannot_load(stored, name, error) from None
    if not same:
        made = stored.card["versions"].get("scikit-learn")
        what = f"answers otherwise than when it was trained, with scikit-learn {made}"
        raise KitError(f"{stored.path}: {what}; train it again")


def same_answers(found: Sequence[Label], expected: Sequence[Label]) -> bool:
    """Tell whether answers are those of before: classes the same, numbers to six digits."""
    pairs = list(zip(found, expected, strict=True))
    if any(isinstance(one, str) for one in (*found, *expected)):
        return all(one == other for one, other in pairs)
    least = ROUNDING * max(abs(float(one)) for one in expected)
    return all(
        math.isclose(float(a), float(b), rel_tol=PROBE_TOLERANCE, abs_tol=least) for a, b in pairs
    )


def is_pickle(path: str) -> bool:
    """Tell whether a path is a file as pickle or joblib write it."""
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as stream:
        head = stream.read(2)
    known = path.endswith((".pkl", ".pickle", ".joblib"))
    return known or (head[:1] == b"\x80" and head[1:] <= b"\x05")


def load_pickle(path: str) -> Model:
    """Load a pickled scikit-learn estimator of numbers: whatever the file holds is run.

    Its fields are the columns it was fitted on, x0, x1, ... where it knows no names.
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
        raise KitError(f"{path}: holds no fitted scikit-learn estimator; train one with ml-model")
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
    """Load a model; nothing that a crafted file holds is run.

    Parameters
    ----------
    path : str
        Its folder or archive.
    plain : bool
        Take the coefficients where the model has them, which needs no scikit-learn.
    allow_pickle : bool
        Unpickle a file that is a pickle, which runs whatever its maker put into it.

    Raises
    ------
    KitError
        When it is not a model, is broken, or names types beyond scikit-learn's own.
    """
    if is_pickle(path):
        if allow_pickle:
            return load_pickle(path)
        what = "is a pickle, and unpickling runs whatever its maker put into it"
        raise KitError(f"{path}: {what}; --allow-pickle if you trust them")
    return load_stored(read_model(path), plain)


def load_stored(stored: Stored, plain: bool = True) -> Model:
    """Load the model in files that were read; arguments and errors are those of `load_model`."""
    known = Feature.__dataclass_fields__
    features = [
        Feature(**{name: part for name, part in feature.items() if name in known})
        for feature in stored.card["features"]
    ]
    name = COEFFICIENTS
    if plain and COEFFICIENTS in stored.content:
        predictor: Predictor = _load_coefficients(stored)
    else:
        name, predictor = PIPELINE, _load_pipeline(stored, features)
    _check_probe(stored, name, predictor)
    return Model(model_name(stored.path), stored.card, Schema(features), predictor)
