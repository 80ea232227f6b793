"""What a project's model is about: its data, trained once, as the project's files have them."""

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.table import MISSING, Table, table_of
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.model.schema import Feature
from pyhelpers.model.train import train_model
from pyhelpers.scaffold.templates_render import literal

MOST_BYTES = 50_000_000  # more does not belong in a git repository
SHORT = {
    "regression": ("r2", "rmse"),
    "classification": ("accuracy", "f1"),
}


@dataclass(frozen=True)
class About:
    """Data, target and trained model of a project.

    Attributes
    ----------
    data : bytes
        The CSV in UTF-8, fields parted by commas, records by a line feed.
    card : dict
        As `ml-model` keeps it.
    coefficients : dict
        As `model.plain.PlainModel` takes them.
    """

    data: bytes
    card: dict[str, Any]
    coefficients: dict[str, Any]

    @property
    def features(self) -> list[Feature]:
        """Return the fields of the model's rows."""
        return [Feature(**feature) for feature in self.card["features"]]


def plain_csv(table: Table) -> bytes:
    """Return a table as a plain CSV: UTF-8, commas, line feeds.

    Raises
    ------
    KitError
        When it is larger than belongs in a repository.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.names)
    for _, fields in table.records:
        writer.writerow(fields)
        if text.tell() > MOST_BYTES:
            what = f"is larger than {MOST_BYTES // 1_000_000} MB"
            raise KitError(f"{table.source}: {what}; sample it first (sample-large-csv)")
    return text.getvalue().encode()


def _without_options(error: KitError) -> KitError:
    """Return the error without advice that names options of ml-model."""
    what, _, how = str(error).partition("; ")
    return KitError(f"{what}; mend the CSV") if "--" in how else error


def learn(table: Table, target: str) -> About:
    """Train a linear or logistic model of a target on a table.

    Raises
    ------
    KitError
        As `model.train.train_model` does, and for a table whose columns share a name.
    """
    table.index(target)
    twice = next((name for name in table.names if table.names.count(name) > 1), None)
    if twice is not None:
        raise KitError(f"{table.source}: two columns are named {twice!r}; rename one")
    data = plain_csv(table)
    try:
        made = train_model(table_of(io.BytesIO(data), table.source, ","), TrainingOptions(target))
    except KitError as error:
        raise _without_options(error) from None
    if made.plain is None:
        raise KitError(f"{table.source}: its model has no plain coefficients; scale its columns")
    if not all(feature["name"].strip() for feature in made.card["features"]) or not target.strip():
        raise KitError(f"{table.source}: a column to learn from has no name; give it one")
    return About(data, made.card, made.plain.to_json())


def _measures(card: dict[str, Any], which: str) -> dict[str, float]:
    return {name: card[which][name] for name in SHORT[card["task"]]}


def _json(document: object) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"


def files(about: About) -> dict[str, bytes]:
    """Return the data, the trained model and a sample request as files of the project."""
    card = {
        "target": about.card["target"],
        "task": about.card["task"],
        "metrics": _measures(about.card, "metrics"),
        "dummy": _measures(about.card, "dummy"),
    }
    model = {
        "card": card,
        "features": [asdict(feature) for feature in about.features],
        "coefficients": about.coefficients,
    }
    row = {feature.name: feature.typical() for feature in about.features}
    return {
        "data/data.csv": about.data,
        "model/model.json": _json(model),
        "model/sample.json": _json({"instances": [row]}),
    }


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(literal(text) for text in texts)


def markdown(text: str) -> str:
    """Return a text that Markdown shows as it is.

    Examples
    --------
    >>> print(markdown("a_b*"))
    a\\_b\\*
    """
    return re.sub(r"([\\`*_\[\]<>#|~$])", r"\\\1", " ".join(text.split()))


def _of_texts(classes: list[object] | None) -> bool:
    return any(isinstance(name, str) for name in classes or ())


def words(about: About) -> dict[str, str]:
    """Return what the templates say of the model."""
    first = SHORT[about.card["task"]][0]
    fields = "".join(
        f"    {literal(feature.name)}: {literal(feature.kind)},\n" for feature in about.features
    )
    return {
        "    # project_fields\n": fields,
        "project_kind": "category" if _of_texts(about.card["classes"]) else "number",
        "project_task": about.card["task"],
        "project_target_text": markdown(about.card["target"]),
        "project_target": literal(about.card["target"]),
        "project_missing": _listed(sorted(MISSING)),
        "project_measure": f"{first} {about.card['metrics'][first]:.3f}",
        "project_dummy": f"{about.card['dummy'][first]:.3f}",
    }
