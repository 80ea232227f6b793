"""Train a rival of ml-model train --model auto, and write its predictions of a test file.

Usage: python automl_rivals.py RIVAL TRAIN TEST TARGET TASK SECONDS SEED OUT

OUT (.npy) gets numbers, or a column of probabilities for each class in sorted order.
"""

import sys
import tempfile
from typing import Any

import numpy as np
import pandas as pd


def flaml(x: Any, y: Any, test: Any, classes: bool, seconds: float, seed: int) -> Any:
    """FLAML within the seconds."""
    from flaml import AutoML

    found = AutoML()
    settings = {"task": "classification", "metric": "log_loss"}
    settings = settings if classes else {"task": "regression", "metric": "r2"}
    found.fit(x, y, time_budget=seconds, seed=seed, verbose=0, **settings)
    return found.predict_proba(test) if classes else found.predict(test)


def autogluon(x: Any, y: Any, test: Any, classes: bool, seconds: float, seed: int) -> Any:
    """AutoGluon within the seconds, with its defaults."""
    from autogluon.tabular import TabularPredictor

    with tempfile.TemporaryDirectory() as folder:
        kind = ("multiclass" if y.nunique() > 2 else "binary") if classes else "regression"
        measure = "log_loss" if classes else "r2"
        predictor = TabularPredictor(
            "__y", path=folder, problem_type=kind, eval_metric=measure, verbosity=0
        ).fit(x.assign(__y=y), time_limit=seconds)
        if not classes:
            return predictor.predict(test).to_numpy()
        return predictor.predict_proba(test)[sorted(y.unique())].to_numpy()


def fitted(model: Any, x: Any, y: Any, test: Any, classes: bool) -> Any:
    """Fit an estimator of scikit-learn and predict."""
    model.fit(x, y)
    return model.predict_proba(test) if classes else model.predict(test)


def skrub(x: Any, y: Any, test: Any, classes: bool, seconds: float, seed: int) -> Any:
    """skrub's pipeline for tables."""
    from skrub import tabular_pipeline

    return fitted(tabular_pipeline("classifier" if classes else "regressor"), x, y, test, classes)


def boosting(x: Any, y: Any, test: Any, classes: bool, seconds: float, seed: int) -> Any:
    """scikit-learn's HistGradientBoosting as it is, texts as categories."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    codes = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=np.nan, max_categories=254
    )
    texts = make_column_selector(dtype_exclude="number")
    prepare = make_column_transformer((codes, texts), remainder="passthrough")
    coded = list(range(len(texts(x))))
    kind = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    model = kind(categorical_features=coded or None, random_state=seed)
    return fitted(make_pipeline(prepare, model), x, y, test, classes)


def linear(x: Any, y: Any, test: Any, classes: bool, seconds: float, seed: int) -> Any:
    """A linear model on scaled numbers and a column for each category."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    texts = make_column_selector(dtype_exclude="number")
    scaled = make_pipeline(SimpleImputer(), StandardScaler())
    prepare = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), texts), remainder=scaled
    )
    model = LogisticRegression(max_iter=2000) if classes else Ridge()
    return fitted(make_pipeline(prepare, model), x, y, test, classes)


RIVALS = {
    "flaml": flaml,
    "autogluon": autogluon,
    "skrub": skrub,
    "boosting": boosting,
    "linear": linear,
}


def main(words: list[str]) -> None:
    """Train on one file, predict the other."""
    name, train, test, target, task, seconds, seed, out = words
    x = pd.read_csv(train)
    y = x.pop(target)
    held = pd.read_csv(test).drop(columns=target)
    answers = RIVALS[name](x, y, held, task == "classification", float(seconds), int(seed))
    np.save(out, np.asarray(answers, dtype=float))


if __name__ == "__main__":
    main(sys.argv[1:])
