"""Train the model of a project with the project's own code."""

import io
import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.table import Table
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.prepare import TrainingOptions, prepare
from pyhelpers.model.training_data import PreparedData
from pyhelpers.scaffold.project import ProjectOptions, project_files
from pyhelpers.scaffold.project_model import ProjectModel, plain_csv

NAME = "trained"  # of the project in which the training runs


def train_project_model(table: Table, target: str, kind: str = "linear") -> ProjectModel:
    """Train a model of a target on a table.

    Parameters
    ----------
    kind : str
        One of `KINDS`.

    Raises
    ------
    KitError
        As `prepare` does, and for values that the project cannot read.
    """
    table.index(target)
    content = plain_csv(table)
    options = TrainingOptions(target, folds=0, simple_fields=True)
    try:
        data = prepare(TrainingCsv(io.BytesIO(content), table.source, ","), options)
    except KitError as error:
        what, _, how = str(error).partition("; ")
        raise KitError(f"{what}; fix the CSV") if "--" in how else error from None
    for column in (data.target, *data.used):
        if column.odd or column.form != "plain":
            value = next(iter(column.odd), f"a number with {column.form} signs")
            what = f"column {column.name!r} holds {value!r} among its numbers"
            raise KitError(f"{table.source}: {what}; fix or drop those rows")
    if not all(feature.name.strip() for feature in data.features) or not target.strip():
        raise KitError(f"{table.source}: a column to learn from has no name; give it one")
    return _trained(ProjectModel(content, kind, _before_training(data)), table.source)


def _before_training(data: PreparedData) -> dict[str, Any]:
    """Return a model's document without measures and predictor."""
    measures = dict.fromkeys(("r2", "rmse", "accuracy", "f1"), 0.0)
    card = {
        "target": data.target.name,
        "task": data.task,
        "classes": data.classes,
        "metrics": measures,
        "dummy": measures,
    }
    return {"card": card, "features": [asdict(feature) for feature in data.features]}


def _trained(model: ProjectModel, source: str) -> ProjectModel:
    """Write the project's code into a folder, train there, and return the trained model."""
    files = project_files(ProjectOptions(NAME, (), model))
    with TemporaryDirectory() as folder:
        for path, file in files.items():
            if path.startswith((f"{NAME}/", "data/")):
                Path(folder, path).parent.mkdir(parents=True, exist_ok=True)
                Path(folder, path).write_bytes(file.content)
        words = [sys.executable, "-m", NAME, "train"]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise KitError(f"{source}: the model cannot be trained ({said}); scale its columns")
        document = json.loads(Path(folder, "model/model.json").read_text(encoding="utf-8"))
    return replace(model, document=document)
