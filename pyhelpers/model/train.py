"""Training: one scikit-learn pipeline, scaler inside, measured beside a dummy."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pyhelpers import KitError
from pyhelpers.model.data import Column, Data, feature_of
from pyhelpers.model.schema import Feature

Task = Literal["regression", "classification"]
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
        As `store.matrix` makes them.
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
        x[x != x] = None  # one sign for what is missing, as `store.matrix` has it
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


def estimator_for(model: str, task: Task, seed: int) -> Any:
    """Return an unfitted estimator by the name that --model gives it."""
    from sklearn import ensemble, linear_model

    regression = task == "regression"
    if model == "linear" and regression:
        return linear_model.LinearRegression()
    if model == "ridge" and regression:
        return linear_model.Ridge()
    if model == "logistic" and not regression:
        return linear_model.LogisticRegression(max_iter=1000)
    if model == "forest":
        forest = ensemble.RandomForestRegressor if regression else ensemble.RandomForestClassifier
        return forest(random_state=seed, min_samples_leaf=3, n_jobs=1)
    if model == "boosting":
        boosting = ensemble.HistGradientBoostingRegressor
        boosting = boosting if regression else ensemble.HistGradientBoostingClassifier
        return boosting(random_state=seed)
    raise KitError(f"--model {model} is not for {task}; {BASELINE[task]}, forest, boosting are", 2)


def make_pipeline(features: Sequence[Feature], estimator: Any) -> Any:
    """Return one pipeline of imputer, scaler, one-hot encoder and estimator.

    It takes rows as `store.matrix` makes them: whatever a row needs is learnt in training, so that
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


def metrics(task: Task, pipeline: Any, x: Any, y: Any) -> dict[str, float]:
    """Measure a fitted pipeline on records that it has not seen.

    Returns
    -------
    dict
        Regression: r2, mean absolute error, root of the mean squared error. Classification:
        accuracy, balanced accuracy, F1 (mean over the classes).
    """
    from sklearn import metrics as measure

    answers = pipeline.predict(x)
    if task == "regression":
        return {
            "r2": float(measure.r2_score(y, answers)),
            "mae": float(measure.mean_absolute_error(y, answers)),
            "rmse": float(measure.root_mean_squared_error(y, answers)),
        }
    return {
        "accuracy": float(measure.accuracy_score(y, answers)),
        "balanced_accuracy": float(measure.balanced_accuracy_score(y, answers)),
        "f1": float(measure.f1_score(y, answers, average="macro", zero_division=0)),
    }


def dummy_metrics(task: Task, part: Split) -> dict[str, float]:
    """Measure the answer that looks at no feature: the mean, or the most frequent class."""
    from sklearn import dummy

    kind = dummy.DummyRegressor if task == "regression" else dummy.DummyClassifier
    return metrics(task, kind().fit(part.x_train, part.y_train), part.x_test, part.y_test)


def fit(pipeline: Any, part: Split) -> Any:
    """Fit a pipeline on the training records; a warning of its own becomes a KitError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pipeline.fit(part.x_train, part.y_train)


def describe_features(data: Data, known: Any) -> list[Feature]:
    """Describe each feature by the records that training used."""
    return [feature_of(column, column.values()[known]) for column in data.columns]
