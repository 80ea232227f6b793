"""The model of a project: trained on its data, and written as its files."""

import csv
import io
import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.table import MISSING, Table
from pyhelpers.model.schema import Feature
from pyhelpers.scaffold.render import literal

MOST_BYTES = 50_000_000  # larger files do not belong in a git repository
KINDS = ("linear", "boosting", "forest", "blend")
# The measure of the quality gate: a dummy has no good f1 where one class is frequent.
GATES = {"regression": "r2", "classification": "f1"}
SHOWN_MEASURES = {
    "regression": ("r2", "rmse"),
    "classification": ("accuracy", "f1"),
}


@dataclass(frozen=True)
class ProjectModel:
    """Data and trained model of a project.

    Attributes
    ----------
    data : bytes
        CSV in UTF-8, with commas and line feeds.
    kind : str
        One of `KINDS`.
    document : dict
        What training writes: card, fields, and coefficients or trees.
    """

    data: bytes
    kind: str
    document: dict[str, Any]

    @property
    def card(self) -> dict[str, Any]:
        """Return its card: target, task, classes and measures."""
        card: dict[str, Any] = self.document["card"]
        return card

    @property
    def form(self) -> str:
        """Return what its plain form consists of, the name of its template."""
        return "linear" if self.kind == "linear" else "trees"

    @property
    def features(self) -> list[Feature]:
        """Return the fields of the model's rows."""
        return [Feature(**feature) for feature in self.document["features"]]


def plain_csv(table: Table) -> bytes:
    """Return a table as a plain CSV: UTF-8, commas, line feeds.

    Raises
    ------
    KitError
        For a table that is too large for a repository.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.names)
    for _, fields in table.records:
        writer.writerow(fields)
        if text.tell() > MOST_BYTES:
            what = f"is larger than {MOST_BYTES // 1_000_000} MB"
            raise KitError(f"{table.source}: {what}; take a sample first (sample-large-csv)")
    return text.getvalue().encode()


def _json(document: object) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"


def model_files(model: ProjectModel) -> dict[str, bytes]:
    """Return the data, the trained model and a sample request as files of the project."""
    row = {feature.name: feature.typical() for feature in model.features}
    return {
        "data/data.csv": model.data,
        "model/model.json": _json(model.document),
        "model/sample.json": _json({"instances": [row]}),
    }


def least(model: ProjectModel) -> float:
    """Return the threshold of the quality gate: the dummy's measure, rounded up (4 decimals)."""
    dummy = model.card["dummy"][GATES[model.card["task"]]]
    return math.ceil(dummy * 10_000) / 10_000 if math.isfinite(dummy) else 0.0


def quality_warnings(model: ProjectModel) -> list[str]:
    """Return a warning for a model that its project's quality gate refuses."""
    gate = GATES[model.card["task"]]
    found, threshold = model.card["metrics"][gate], least(model)
    if found > threshold:
        return []
    what = f"the model is no better than its dummy ({gate} {found:.4f}, not above {threshold})"
    return [f"{what}: make test fails until it is, or until LEAST in settings.py is lower"]


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(literal(text) for text in texts)


def markdown(text: str) -> str:
    """Escape a text for Markdown.

    Examples
    --------
    >>> print(markdown("a_b*"))
    a\\_b\\*
    """
    return re.sub(r"([\\`*_\[\]<>#|~$])", r"\\\1", " ".join(text.split()))


def _of_texts(classes: list[object] | None) -> bool:
    return any(isinstance(name, str) for name in classes or ())


def model_words(model: ProjectModel) -> dict[str, str]:
    """Return the words of the templates that depend on the model."""
    first = SHOWN_MEASURES[model.card["task"]][0]
    fields = "".join(
        f"    {literal(feature.name)}: {literal(feature.kind)},\n" for feature in model.features
    )
    return {
        "    # project_fields\n": fields,
        "project_kind": "category" if _of_texts(model.card["classes"]) else "number",
        "project_task": model.card["task"],
        "project_estimator": model.kind,
        "project_target_text": markdown(model.card["target"]),
        "project_target": literal(model.card["target"]),
        "project_missing": _listed(sorted(MISSING)),
        "project_gate": GATES[model.card["task"]],
        "project_least": str(least(model)),
        "project_measure": f"{first} {model.card['metrics'][first]:.3f}",
        "project_dummy": f"{model.card['dummy'][first]:.3f}",
    }
