"""Write the card of a trained model (Mitchell et al., Model cards for model reporting, 2019)."""

import math
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from pyhelpers import KitError
from pyhelpers.model import metrics
from pyhelpers.model.prepare import PreparedData, TrainingOptions
from pyhelpers.model.schema import Feature, Value
from pyhelpers.model.selection import Trial
from pyhelpers.model.skops_pipeline import Pipeline
from pyhelpers.model.store import features_json

PACKAGES = ("scikit-learn", "numpy", "skops")


def model_card(
    data: PreparedData,
    options: TrainingOptions,
    chosen: Trial,
    held_out: Mapping[str, float],
    dummy: Mapping[str, float],
) -> dict[str, Any]:
    """Return the card: task, features, measures, seed and versions."""
    y = data.split.y_train
    classes = sorted({*y.tolist()}) if data.task == "classification" else None
    return {
        "task": data.task,
        "target": options.target,
        "model": chosen.candidate.model,
        "settings": chosen.candidate.settings,
        "classes": classes,
        "features": features_json(data.features),
        "rows": {"train": len(y), "test": len(data.split.y_test)},
        "metrics": dict(held_out),
        "dummy": {name: dummy[name] for name in held_out},
        "dummy_answer": dummy_answer(y, classes),
        "cross_validation": {
            "measure": metrics.CHOSEN_BY[data.task],
            "scores": chosen.scores,
        },
        "seed": options.seed,
        "test_size": options.test_size,
        "versions": versions(),
    }


def dummy_answer(y: Any, classes: list[Any] | None) -> float | list[float]:
    """Return the dummy's constant answer: the mean, or each class's share."""
    if classes is None:
        return float(y.mean())
    return [float((y == one).mean()) for one in classes]


def importance(data: PreparedData, pipeline: Any, seed: int) -> dict[str, dict[str, float]]:
    """Return each field's permutation importance, the largest first; empty for many columns."""
    if len(data.features) > metrics.IMPORTANCE_COLUMNS:
        return {}
    x, y = data.split.x_test, data.split.y_test
    found = metrics.importance(data.task, pipeline, x, y, seed)
    pairs = zip((feature.name for feature in data.features), found, strict=True)
    return dict(sorted(pairs, key=lambda pair: -pair[1]["mean"]))


def probe(pipeline: Any, features: Sequence[Feature]) -> dict[str, Any]:
    """Return three rows (minimum, typical, maximum) and the model's answers, checked on loading."""
    rows: list[list[Value]] = [
        [feature.low if feature.kind == "number" else feature.typical() for feature in features],
        [feature.typical() for feature in features],
        [feature.high if feature.kind == "number" else None for feature in features],
    ]
    answers = Pipeline(pipeline, features).predict(rows)
    if any(isinstance(answer, float) and not math.isfinite(answer) for answer in answers):
        raise KitError("the model's answers are not finite numbers; scale the columns down")
    return {"rows": rows, "answers": answers}


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that train a model."""
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def leaderboard(task: metrics.Task, trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """Return the trials for the card, without their seconds, which differ each time."""
    rows = [trial.row(metrics.CHOSEN_BY[task]) for trial in trials]
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]
