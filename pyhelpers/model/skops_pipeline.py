"""Keep a scikit-learn pipeline as a skops file, and load it without running code from it."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyhelpers import KitError
from pyhelpers.machine import silence_core_count
from pyhelpers.model.ensemble import Ensemble
from pyhelpers.model.linear_model import Label
from pyhelpers.model.schema import Feature, Row, answers_of
from pyhelpers.model.store import ENSEMBLE, PIPELINE, Stored
from pyhelpers.model.tree_checks import check_trees

# The types that our own training writes; skops trusts the losses and arrays inside them by default.
TRUSTED = [
    "numpy.dtype",
    "sklearn.compose._column_transformer.ColumnTransformer",
    "sklearn.ensemble._forest.ExtraTreesClassifier",
    "sklearn.ensemble._forest.ExtraTreesRegressor",
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
    "sklearn.tree._classes.ExtraTreeClassifier",
    "sklearn.tree._classes.ExtraTreeRegressor",
    "sklearn.tree._tree.Tree",
]
SKOPS_SCHEMA = "schema.json"
# Ids and file names in skops' schema. A quote inside a JSON string is escaped, so the pattern
# matches members only, never the content of a string.
SKOPS_IDS = re.compile(r'("__id__": |"file": ")(\d+)')


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

    def predict_columns(self, columns: Sequence[Any]) -> list[Label] | None:
        """Return the predictions for a block of rows; None where one is refused.

        Parameters
        ----------
        columns : sequence of numpy.ndarray, shape (rows,)
            One per field: numbers with NaN, or texts with None, for missing values.
        """
        try:
            answers: list[Label] = self.estimator.predict(_stacked(columns)).tolist()
        except ValueError:  # predicting row by row names the bad value
            return None
        return answers

    def probability_columns(self, columns: Sequence[Any]) -> list[list[float]] | None:
        """Return the probabilities for a block of rows; None where one is refused."""
        try:
            found: list[list[float]] = self.estimator.predict_proba(_stacked(columns)).tolist()
        except ValueError:  # predicting row by row names the bad value
            return None
        return found


def _stacked(columns: Sequence[Any]) -> Any:
    import numpy as np

    numeric = all(column.dtype != object for column in columns)
    x = np.empty((len(columns[0]), len(columns)), dtype=float if numeric else object)
    for at, column in enumerate(columns):
        known = column if numeric or column.dtype == object else _with_none(column)
        x[:, at] = known
    return x


def _with_none(column: Any) -> Any:
    import numpy as np

    return np.where(np.isnan(column), None, column.astype(object))


def load_estimators(stored: Stored) -> Any:
    """Load the scikit-learn estimators of a stored model.

    Raises
    ------
    KitError
        For a file with types that training does not write, and for a broken file.
    """
    path, content = stored.path, stored.content.get(PIPELINE)
    if content is None:
        raise KitError(f"{path}: {PIPELINE} is missing; copy the model again")
    loads = _skops_loads()
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        found = loads(content, trusted=TRUSTED)
        check_trees(found)
        silence_core_count()
        return found
    except UntrustedTypesFoundException as error:
        what = " ".join(str(error).split()).rstrip(".")
        raise KitError(f"{path}: {PIPELINE} is refused ({what}); use models you trained") from None
    except Exception as error:
        raise cannot_load(stored, PIPELINE, error) from None


def load_pipeline(stored: Stored, features: Sequence[Feature]) -> Pipeline:
    """Load the pipeline of a model of format 1 or 2; errors as in `load_estimators`."""
    estimator = load_estimators(stored)
    known = getattr(estimator, "classes_", None)
    if (None if known is None else known.tolist()) != stored.card["classes"]:
        error = ValueError("its classes are not those of the card")
        raise cannot_load(stored, PIPELINE, error)
    return Pipeline(estimator, features)


def load_ensemble(
    stored: Stored, document: Mapping[str, Any], features: Sequence[Feature]
) -> Ensemble:
    """Load the members of a model; errors as in `load_estimators`."""
    estimators, classes = load_estimators(stored), stored.card["classes"]
    try:
        if not isinstance(estimators, list):
            raise ValueError("is not a list of estimators")
        for estimator in estimators:
            known = getattr(estimator, "classes_", None)
            if (known is None) != (classes is None) or (
                known is not None and not (0 <= min(known) <= max(known) < len(classes))
            ):
                raise ValueError("its classes are not those of the card")
        return Ensemble(features, document, estimators, classes)
    except Exception as error:  # a crafted file can raise anything
        raise cannot_load(stored, ENSEMBLE, error) from None


def cannot_load(stored: Stored, name: str, error: Exception) -> KitError:
    """Return the error for a file that cannot be loaded, with the version that wrote it."""
    what = " ".join(f"{name} cannot be loaded ({type(error).__name__}: {error})".split())
    made = stored.card["versions"].get("scikit-learn")
    advice = f"it was made with scikit-learn {made}: train it again"
    return KitError(f"{stored.path}: {what}; {advice}")


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


def dump(estimators: Any) -> bytes:
    """Return estimators as a skops file; equal ones always give the same bytes.

    skops names objects by their memory addresses and dates the members of its archive: here they
    are numbered, and carry no date.
    """
    from skops.io import dumps

    numbers: dict[str, int] = {}

    def numbered(match: "re.Match[str]") -> str:
        return match[1] + str(numbers.setdefault(match[2], len(numbers) + 1))

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(dumps(estimators))) as old, zipfile.ZipFile(out, "w") as new:
        schema = SKOPS_IDS.sub(numbered, old.read(SKOPS_SCHEMA).decode())
        new.writestr(zipfile.ZipInfo(SKOPS_SCHEMA), schema)
        for name in old.namelist():
            stem, dot, suffix = name.partition(".")
            if name != SKOPS_SCHEMA:
                renamed = f"{numbers.get(stem, stem)}{dot}{suffix}"
                new.writestr(zipfile.ZipInfo(renamed), old.read(name))
    return out.getvalue()
