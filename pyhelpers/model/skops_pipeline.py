"""Keep a scikit-learn pipeline as a skops file, and load it without running code from it."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyhelpers import KitError
from pyhelpers.machine import silence_core_count
from pyhelpers.model.ensemble import Ensemble
from pyhelpers.model.linear_model import Label
from pyhelpers.model.schema import Feature, Row, answers_of
from pyhelpers.model.store import ENSEMBLE, PIPELINE, Stored

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
TREES = (
    "sklearn.tree._tree.Tree",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
)
HOLDERS = {"tree_", "estimators_", "_predictors"}  # attributes of estimators that hold trees


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


def check_trees(estimator: Any) -> None:
    """Refuse a tree with a child before its parent or outside the tree, or an unknown field.

    scikit-learn follows the links of a tree unchecked: those of a crafted file can make it read
    memory outside the model, crash, or loop forever. Training writes each node after its parent.

    Raises
    ------
    ValueError
        For the first tree that training cannot have written.
    """
    if isinstance(estimator, list):
        for one in estimator:
            check_trees(one)
        return
    for tree, fields in _trees(estimator, 1 << 31, set()):
        size, parent, children, field = _links(tree)
        inside = (children > parent) & (children < size)
        if not (size and inside.all() and (field >= 0).all() and (field < fields).all()):
            raise ValueError("a tree's links lead outside it")
    _check_categories(estimator)


def _check_categories(estimator: Any) -> None:
    """Refuse boosting that splits a field by categories that its bins do not have.

    scikit-learn finds a category's bit without a check that it is there.
    """
    import numpy as np

    bins = getattr(estimator, "_bin_mapper", None)
    if bins is None:
        return
    of_categories = np.asarray(bins.is_categorical_)
    if len(of_categories) != estimator.n_features_in_ or len(bins.bin_thresholds_) != len(
        of_categories
    ):
        raise ValueError("its bins do not fit its fields")
    for known in np.array(bins.bin_thresholds_, dtype=object)[of_categories != 0]:
        if len(known) and not (np.min(known) >= 0 and np.max(known) < 256):
            raise ValueError("a category is not a code")
    for stage in estimator._predictors:
        for tree in stage:
            by_category = tree.nodes["is_categorical"] != 0
            if not of_categories[tree.nodes["feature_idx"][by_category]].all():
                raise ValueError("a tree splits a number by categories")


def _trees(thing: Any, fields: int, seen: set[tuple[int, int]]) -> Iterator[tuple[Any, int]]:
    """Yield every tree inside an object, with the number of fields of the estimator around it."""
    from numpy import ndarray

    if (id(thing), fields) in seen:
        return
    seen.add((id(thing), fields))
    parts: Any = ()
    if f"{type(thing).__module__}.{type(thing).__qualname__}" in TREES:
        yield thing, fields
    elif isinstance(thing, dict):
        parts = thing.values()
    elif isinstance(thing, list | tuple) or (isinstance(thing, ndarray) and thing.dtype == object):
        parts = thing
    elif hasattr(thing, "__dict__"):
        held = vars(thing)
        # scikit-learn checks its input against n_features_in_; a Pipeline's is its first step's.
        if HOLDERS & held.keys() and "n_features_in_" not in held:
            raise ValueError("a forest lacks its number of fields")
        fields = min(fields, held.get("n_features_in_", fields))
        parts = held.values()
    for part in parts:
        yield from _trees(part, fields, seen)


def _links(tree: Any) -> tuple[int, Any, Any, Any]:
    """Return the number of nodes of a tree and, of its n inner nodes, position, children, field.

    The arrays are of integers, of shapes (n,), (2, n) and (n,).
    """
    import numpy as np

    if hasattr(tree, "nodes"):  # of gradient boosting
        nodes = tree.nodes
        inner = nodes["is_leaf"] == 0
        by_category = nodes["bitset_idx"][inner & (nodes["is_categorical"] != 0)]
        sets = tree.raw_left_cat_bitsets
        if len(by_category) and (sets.shape[1:] != (8,) or by_category.max() >= len(sets)):
            raise ValueError("a tree splits by a set of categories that it does not have")
        left, right, field = nodes["left"], nodes["right"], nodes["feature_idx"]
    else:
        # scikit-learn has checked that the number of nodes is right.
        left, right, field = tree.children_left, tree.children_right, tree.feature
        inner = left != -1
    children = np.array([left[inner], right[inner]], dtype=np.int64)
    return len(inner), inner.nonzero()[0], children, field[inner].astype(np.int64)
