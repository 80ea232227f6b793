"""The model: boosting, a forest, or the mean of both; and its plain form: trees as arrays."""

from base64 import b64encode
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder, TargetEncoder

from project_package.contract.plain_ensemble import PlainEnsemble
from project_package.contract.preprocessing import BOOSTING_CODES
from project_package.contract.schema import Feature, matrix
from project_package.contract.tree_export import AGREE, UNKNOWN, check_rows, export_trees
from project_package.contract.tree_files import pack_trees
from project_package.settings import KIND, SEED, TASK

MISSING = "(missing)"
SCALE = {"fill": 0.0, "center": 0.0, "scale": 1.0}


def target_means() -> Any:
    """Return a pipeline that replaces a category by its mean target, cross-fitted."""
    name = SimpleImputer(missing_values=None, strategy="constant", fill_value=MISSING)
    others = KFold(5, shuffle=True, random_state=SEED)
    kind = "continuous" if TASK == "regression" else "auto"
    return Pipeline([("fill", name), ("means", TargetEncoder(target_type=kind, cv=others))])


def boosting(features: list[Feature]) -> Any:
    """Return a pipeline of codes for categories and boosting, which takes missing numbers.

    A field of more categories than boosting has codes becomes target means, too.
    """
    texts = [at for at, feature in enumerate(features) if feature.kind == "category"]
    codes = OrdinalEncoder(
        categories=[features[at].categories[:BOOSTING_CODES] for at in texts],
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
        encoded_missing_value=np.nan,
    )
    parts: list[Any] = [("codes", codes, texts)] if texts else []
    for at, feature in enumerate(features):
        if feature.kind == "number":
            parts.append((f"number {at}", "passthrough", [at]))
        elif len(feature.categories) > BOOSTING_CODES:
            parts.append((f"field {at}", target_means(), [at]))
    kinds = HistGradientBoostingRegressor, HistGradientBoostingClassifier
    of_codes = list(range(len(texts))) or None
    model = kinds[TASK == "classification"](categorical_features=of_codes, random_state=SEED)
    return Pipeline([("prepare", ColumnTransformer(parts)), ("model", model)])


def forest(features: list[Feature]) -> Any:
    """Return a pipeline of medians, target means of categories, and a forest."""
    parts = []
    for at, feature in enumerate(features):
        step = target_means()
        if feature.kind == "number":
            step = SimpleImputer(strategy="median", keep_empty_features=True, add_indicator=True)
        parts.append((f"field {at}", step, [at]))
    kinds = RandomForestRegressor, RandomForestClassifier
    # The model is kept in git: 100 trees of at most 500 leaves, added up in the same order each time.
    model = kinds[TASK == "classification"](
        min_samples_leaf=5, max_leaf_nodes=500, n_jobs=1, random_state=SEED
    )
    return Pipeline([("prepare", ColumnTransformer(parts)), ("model", model)])


def make_pipeline(features: list[Feature]) -> Any:
    """Return the unfitted model of the KIND in settings.py."""
    if KIND != "blend":
        return {"boosting": boosting, "forest": forest}[KIND](features)
    members = [("boosting", boosting(features)), ("forest", forest(features))]
    if TASK == "regression":
        return VotingRegressor(members)
    return VotingClassifier(members, voting="soft")


def _field(feature: Feature, step: Any) -> dict[str, Any]:
    """Return how a field is prepared, by its fitted step if it has one."""
    if feature.kind == "number":
        fill = 0.0 if step is None else float(np.nan_to_num(step.statistics_[0]))
        flag = step is not None and step.indicator_.features_.size > 0
        return {"kind": "number", "flag": flag} | SCALE | {"fill": fill}
    means = np.empty((0, 0))
    if step is not None:
        values = np.array([*feature.categories, MISSING, UNKNOWN], dtype=object)
        means = step.transform(values[:, None])
    scales = [SCALE] * means.shape[1]
    many = len(feature.categories) > BOOSTING_CODES
    field = {"kind": "category", "flag": False, "own": 0, "many": many}
    return field | {"means": means.tolist(), "scales": scales}


def _boosting_codes(model: Any) -> list[list[int]]:
    """Return the codes of each category's field that training had."""
    if model._preprocessor is None:
        return []
    known = model._preprocessor.named_transformers_["encoder"].categories_
    return [[int(code) for code in codes if code == code] for codes in known]


def plain_form(pipeline: Any, features: list[Feature], x: Any) -> dict[str, Any]:
    """Return a fitted model as plain data, which agrees with it on rows of x and on drawn rows."""
    pipelines = pipeline.estimators_ if KIND == "blend" else [pipeline]
    classes = pipeline.classes_.tolist() if TASK == "classification" else None
    members: list[dict[str, Any]] = []
    trees, steps = [], dict[str, Any]()
    for at, one in enumerate(pipelines):
        model, member = copy(one["model"]), {"weight": 1 / len(pipelines), "estimator": at}
        fitted = {name: step for name, step, _ in one["prepare"].transformers_}
        steps |= {name: step for name, step in fitted.items() if name.startswith("field")}
        if hasattr(model, "_preprocessor"):
            members.append({"view": "boosting", "codes": _boosting_codes(model)} | member)
            model._preprocessor = None
        else:
            members.append({"view": "forest"} | member)
        positions = None if classes is None else list(range(len(classes)))
        trees.append(replace(export_trees(model), classes=positions))
    fields = [_field(of, steps.get(f"field {place}")) for place, of in enumerate(features)]
    document = {"fields": fields, "members": members, "temperature": None}
    known = [[None if value != value else value for value in row] for row in x[:300].tolist()]
    rows = [*known, *check_rows(features, 300)]
    ask = pipeline.predict if classes is None else pipeline.predict_proba
    with np.errstate(over="ignore", invalid="ignore"):  # of sums of the drawn rows' extremes
        answers = ask(matrix(rows, features)).reshape(len(rows), -1)
    plain = PlainEnsemble(features, document, trees, classes)
    found = np.array([plain.output(row) for row in rows])
    if not np.allclose(found, answers, rtol=AGREE, atol=AGREE):
        raise ValueError("the plain trees do not agree with the pipeline")
    return {"ensemble": document, "trees": b64encode(pack_trees(trees)).decode()}
