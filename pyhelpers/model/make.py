"""Making a model: from a table and a person's wishes to its files, card and measures."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from pyhelpers.model import train
from pyhelpers.model.data import Data, read_data
from pyhelpers.model.export import agrees, coefficients
from pyhelpers.model.plain import PlainModel
from pyhelpers.model.store import (
    CARD,
    COEFFICIENTS,
    PIPELINE,
    data_hash,
    features_json,
    json_bytes,
)
from pyhelpers.table import Table

PACKAGES = ("scikit-learn", "numpy", "skops")


@dataclass
class Wishes:
    """What a person asks of training; None leaves it to the data."""

    target: str
    features: list[str] | None = None
    categories: list[str] = field(default_factory=list)
    task: train.Task | None = None
    model: str | None = None
    test_size: float = 0.2
    seed: int = 0


@dataclass
class Made:
    """A trained model.

    Attributes
    ----------
    measures : list of dict
        The model and the dummy, one row each.
    notes : list of str
        What was decided for the person.
    """

    pipeline: Any
    plain: PlainModel | None
    card: dict[str, Any]
    measures: list[dict[str, Any]]
    notes: list[str]

    def files(self, card: Mapping[str, Any]) -> dict[str, bytes]:
        """Return the files of the model's folder."""
        from skops.io import dumps

        pipeline = dumps(self.pipeline)
        hashes = {"files": {PIPELINE: data_hash(pipeline)}}
        files = {CARD: json_bytes(dict(card) | hashes), PIPELINE: pipeline}
        if self.plain is not None:
            files[COEFFICIENTS] = json_bytes(self.plain.to_json())
        return files


def versions() -> dict[str, str]:
    """Return the versions that made a model."""
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def make_model(table: Table, wishes: Wishes) -> Made:
    """Train as wished.

    Raises
    ------
    KitError
        As `data.read_data` does, and for a model that is not for the task.
    """
    data = read_data(table, wishes.target, wishes.features, wishes.categories)
    values, known = train.known_target(data.target, table.source)
    task = wishes.task or train.infer_task(data.target, values)
    train.check_task(task, data.target)
    name = wishes.model or train.BASELINE[task]
    features = train.describe_features(data, known)
    pipeline = train.make_pipeline(features, train.estimator_for(name, task, wishes.seed))
    y = train.labels(values, task)
    part = train.split(train.design(data.columns, known), y, task, wishes.test_size, wishes.seed)
    train.fit(pipeline, part)
    plain = coefficients(pipeline, features)
    if plain is not None and not agrees(plain, pipeline, part.x_train[:1000], features):
        plain = None
    measured = train.metrics(task, pipeline, part.x_test, part.y_test)
    dummy = train.dummy_metrics(task, part)
    card = {
        "task": task,
        "target": wishes.target,
        "model": name,
        "classes": sorted(set(y.tolist())) if task == "classification" else None,
        "features": features_json(features),
        "rows": {"train": len(part.y_train), "test": len(part.y_test)},
        "metrics": measured,
        "dummy": dummy,
        "seed": wishes.seed,
        "test_size": wishes.test_size,
        "versions": versions(),
    }
    measures = [{"model": name} | measured, {"model": "dummy"} | dummy]
    return Made(pipeline, plain, card, measures, _notes(task, wishes, data, known))


def _notes(task: str, wishes: Wishes, data: Data, known: Any) -> list[str]:
    names = ", ".join(column.name for column in data.columns)
    hint = "" if wishes.task else " (--task says otherwise)"
    notes = [f"{task} of {wishes.target} from {names}{hint}"]
    notes += [f"left out {name}: {why}" for name, why in data.left_out.items()]
    absent = len(known) - int(known.sum())
    if absent:
        notes.append(f"passed over {absent} records without a {wishes.target}")
    return notes
