"""Train the model: read data, fit a pipeline, measure it beside a dummy, write its plain form."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn import metrics
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.model_selection import train_test_split

from project_package.contract import MISSING
from project_package.contract.drift import category_profile, number_profile
from project_package.contract.schema import Feature, matrix
from project_package.estimator import make_pipeline, plain_form
from project_package.model import sample_of, write_json
from project_package.settings import (
    DATA,
    FIELDS,
    LEAST,
    MEASURE,
    MODEL,
    SAMPLE,
    SEED,
    TARGET,
    TARGET_KIND,
    TASK,
    TEST_SIZE,
)


@dataclass
class Trained:
    """A fitted pipeline, its fields, and its measures on held-out records."""

    pipeline: Any
    features: list[Feature]
    measures: dict[str, float]
    dummy: dict[str, float]
    document: dict[str, Any]


def ingest() -> pd.DataFrame:
    """Read the records that have a target."""
    kinds = FIELDS | {TARGET: TARGET_KIND}
    texts = [name for name, kind in kinds.items() if kind == "category"]
    frame = pd.read_csv(
        DATA, dtype={name: str for name in texts}, na_values=list(MISSING), keep_default_na=False
    )
    return frame.dropna(subset=[TARGET]).reset_index(drop=True)


def feature_of(name: str, column: pd.Series) -> Feature:
    """Describe a column: a number's minimum, median and maximum, or a category's values."""
    known = column.dropna()
    missing = len(column) - len(known)
    if FIELDS[name] == "category":
        counts = Counter(known.tolist())
        values = sorted(counts, key=lambda value: (-counts[value], value))
        return Feature(name, "category", missing, categories=values)
    if not len(known):
        return Feature(name, "number", missing)
    return Feature(name, "number", missing, *np.quantile(known, [0, 0.5, 1]).tolist())


def design(frame: pd.DataFrame, features: list[Feature]) -> Any:
    """Return the features' array: of float, or of objects with None for missing values."""
    columns = [frame[feature.name].astype(object) for feature in features]
    rows = zip(*(column.where(column.notna(), None) for column in columns), strict=True)
    return matrix([list(row) for row in rows], features)


def measure(answers: Any, y: Any) -> dict[str, float]:
    """Measure the predictions for held-out records."""
    if TASK == "regression":
        return {
            "r2": float(metrics.r2_score(y, answers)),
            "rmse": float(metrics.root_mean_squared_error(y, answers)),
        }
    return {
        "accuracy": float(metrics.accuracy_score(y, answers)),
        "f1": float(metrics.f1_score(y, answers, average="macro", zero_division=0)),
    }


def labels(frame: pd.DataFrame) -> Any:
    """Return the target: numbers, or classes."""
    y = frame[TARGET].to_numpy()
    if TARGET_KIND == "category":
        return y.astype(str)
    whole = TASK == "classification" and (y == np.floor(y)).all()
    return y.astype(np.int64 if whole else float)


def profile(features: list[Feature], x: Any, answers: Any) -> dict[str, Any]:
    """Return the bins of fields and predictions, with which the service compares its traffic."""
    fields = {}
    for feature, column in zip(features, x.T, strict=True):
        if feature.kind == "number":
            fields[feature.name] = number_profile(column.astype(float))
        else:
            fields[feature.name] = category_profile(column.tolist())
    found = number_profile(answers) if TASK == "regression" else category_profile(answers.tolist())
    return {"fields": fields, "prediction": found}


def intervals(errors: Any) -> dict[str, Any]:
    """Return quantiles of the errors on held-out records, in steps of 1 %, for intervals."""
    ranks = np.linspace(0, 1, 101) * (len(errors) + 1)
    widths = np.interp(ranks, np.arange(1, len(errors) + 1), np.sort(errors)).tolist()
    return {"records": len(errors), "half_widths": widths}


def train() -> Trained:
    """Fit on most of the records, measure on the rest."""
    frame = ingest()
    features = [feature_of(name, frame[name]) for name in FIELDS]
    x, y = design(frame, features), labels(frame)
    held = round(len(y) * TEST_SIZE)
    counts = np.unique(y, return_counts=True)[1] if TASK == "classification" else [0]
    enough = min(counts) > 1 and min(held, len(y) - held) >= len(counts)
    x_train, x_test, y_train, y_test = train_test_split(
        x, y, test_size=TEST_SIZE, random_state=SEED, stratify=y if enough else None
    )
    pipeline = make_pipeline(features).fit(x_train, y_train)
    dummy = DummyRegressor() if TASK == "regression" else DummyClassifier()
    answers = pipeline.predict(x_test)
    measures = measure(answers, y_test)
    rest = measure(dummy.fit(x_train, y_train).predict(x_test), y_test)
    card = {
        "target": TARGET,
        "task": TASK,
        "classes": pipeline.classes_.tolist() if TASK == "classification" else None,
        "metrics": measures,
        "dummy": rest,
        "profile": profile(features, x, answers),
    }
    if TASK == "regression":
        card["intervals"] = intervals(np.abs(y_test - answers))
    document = {"card": card, "features": [asdict(feature) for feature in features]}
    document |= plain_form(pipeline, features, x_train)
    return Trained(pipeline, features, measures, rest, document)


def main() -> None:
    """Train, save the model and a sample request, print the measures."""
    trained = train()
    write_json(MODEL, trained.document)
    write_json(SAMPLE, sample_of(trained.features))
    for name, value in trained.measures.items():
        print(f"{name} {value:.6f} (dummy {trained.dummy[name]:.6f})")
    if not trained.measures[MEASURE] > LEAST:
        print(f"warning: {MEASURE} is not above {LEAST} (settings.py): make test fails")
