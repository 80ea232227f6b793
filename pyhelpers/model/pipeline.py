"""Training: from columns to arrays, and the one scikit-learn pipeline with its scaler inside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyhelpers import KitError
from pyhelpers.model.metrics import Task
from pyhelpers.model.schema import Feature
from pyhelpers.model.training_data import Column, Data, feature_of

BASELINE = {"regression": "linear", "classification": "logistic"}
FEW_VALUES = 10  # whole numbers of at most so many values are taken for classes
FEWEST_RECORDS = 10
MAX_CATEGORIES = 100  # of one column; the rarer ones share one
MISSING_CATEGORY = "(missing)"


@dataclass
class Split:
    """Arrays for fitting and for measuring.

    Attributes
    ----------
    x_train, x_test : numpy.ndarray, shape (rows, features)
        As `values.matrix` makes them.
    y_train, y_test : numpy.ndarray, shape (rows,)
        Numbers, or classes.
    """

    x_train: Any
    x_test: Any
    y_train: Any
    y_test: Any


def infer_task(target: Column, values: Any) -> Task:
    """Tell what predicting a column is: of texts or of few whole numbers, classification."""
    import numpy as np

    if target.kind == "category":
        return "classification"
    distinct = np.unique(values)
    whole = bool((distinct == np.floor(distinct)).all())
    few = len(distinct) <= min(FEW_VALUES, len(values) // 2)
    return "classification" if whole and few else "regression"


def check_task(task: Task, target: Column) -> None:
    """Refuse a regression of texts."""
    if task == "regression" and target.kind == "category":
        raise KitError(f"{target.name!r} holds texts; regression wants numbers", 2)


def labels(values: Any, task: Task) -> Any:
    """Return a target as it is to be predicted: numbers, or classes (whole numbers or texts)."""
    import numpy as np

    if task == "regression":
        return values
    if values.dtype == object:
        return values.astype(str)
    whole = (values == np.floor(values)).all()
    return values.astype(np.int64) if whole else values


def known_target(target: Column, source: str) -> tuple[Any, Any]:
    """Return a target's values where there are any, and which records those are (bool)."""
    import numpy as np

    values = target.values()
    known = np.array([value is not None for value in values])
    if target.kind != "category":
        known = ~np.isnan(values)
    if known.sum() < FEWEST_RECORDS:
        what = f"{int(known.sum())} records with a {target.name!r}"
        raise KitError(f"{source}: {what}; training needs at least {FEWEST_RECORDS}")
    return values[known], known


def design(columns: Sequence[Column], known: Any) -> Any:
    """Return the features' array of the records whose target is known."""
    import numpy as np

    parts = [column.values()[known] for column in columns]
    numeric = all(column.kind != "category" for column in columns)
    x = np.empty((len(parts[0]), len(parts)), dtype=float if numeric else object)
    for position, part in enumerate(parts):
        x[:, position] = part
    if not numeric:
        x[x != x] = None  # one sign for what is missing, as `values.matrix` has it
    return x


def split(x: Any, y: Any, task: Task, test_size: float, seed: int) -> Split:
    """Set records aside for measuring; of each class its share where there are enough."""
    import numpy as np
    from sklearn.model_selection import train_test_split

    counts = np.unique(y, return_counts=True)[1] if task == "classification" else [0]
    held = round(len(y) * test_size)
    stratify = y if min(counts) > 1 and min(held, len(y) - held) >= len(counts) else None
    parts = train_test_split(x, y, test_size=test_size, random_state=seed, stratify=stratify)
    x_train, x_test, y_train, y_test = parts
    if task == "classification" and len(np.unique(y_train)) < 2:
        raise KitError("the target has one class only; there is nothing to tell apart")
    return Split(x_train, x_test, y_train, y_test)


def make_pipeline(features: Sequence[Feature], estimator: Any) -> Any:
    """Return one pipeline of imputer, scaler, one-hot encoder and estimator.

    It takes rows as `values.matrix` makes them: whatever a row needs is learnt in training, so that
    a row's answer never depends on the rows beside it.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = [at for at, feature in enumerate(features) if feature.kind == "number"]
    texts = [at for at, feature in enumerate(features) if feature.kind == "category"]
    fill = SimpleImputer(strategy="median", keep_empty_features=True)
    number = Pipeline([("fill", fill), ("scale", StandardScaler())])
    name = SimpleImputer(missing_values=None, strategy="constant", fill_value=MISSING_CATEGORY)
    known = OneHotEncoder(
        handle_unknown="infrequent_if_exist", max_categories=MAX_CATEGORIES, sparse_output=False
    )
    text = Pipeline([("fill", name), ("encode", known)])
    parts = [("numbers", number, numbers), ("categories", text, texts)]
    prepare = ColumnTransformer([part for part in parts if part[2]])
    return Pipeline([("prepare", prepare), ("model", estimator)])


def describe_features(data: Data, known: Any) -> list[Feature]:
    """Describe each feature by the records that training used."""
    return [feature_of(column, column.values()[known]) for column in data.columns]
