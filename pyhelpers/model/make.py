"""Making a model: from a table and a person's wishes to its files, card and measures."""

import math
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from pyhelpers import KitError
from pyhelpers.cli.progress import progress
from pyhelpers.csvio.table import Table
from pyhelpers.machine import silence_core_count
from pyhelpers.model import metrics, pipeline, selection
from pyhelpers.model.documents import json_bytes
from pyhelpers.model.linear_export import agrees, coefficients
from pyhelpers.model.linear_model import PlainModel
from pyhelpers.model.load import Pipeline
from pyhelpers.model.repeat import repeatable
from pyhelpers.model.schema import Feature, Value
from pyhelpers.model.selection import Candidate, Trial
from pyhelpers.model.store import COEFFICIENTS, PIPELINE, features_json, packed
from pyhelpers.model.training_data import Data, read_data

PACKAGES = ("scikit-learn", "numpy", "skops")
AUTO = "auto"
MANY_ROWS = 100_000  # from here on, training takes all the threads there are
CHECKED_ROWS = 1_000  # training rows on which exported coefficients must give the same answers


@dataclass
class Wishes:
    """What a person asks of training; None leaves it to the data."""

    target: str
    features: list[str] | None = None
    categories: list[str] = field(default_factory=list)
    task: metrics.Task | None = None
    model: str | None = None
    seconds: float = 60.0
    test_size: float = 0.2
    folds: int = 5
    seed: int = 0


@dataclass
class Made:
    """A trained model.

    Attributes
    ----------
    measures : list of dict
        The model, with --model auto all that was tried, and the dummy: one row each.
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

        content = {PIPELINE: repeatable(dumps(self.pipeline))}
        if self.plain is not None:
            content[COEFFICIENTS] = json_bytes(self.plain.to_json())
        return packed(card, content)


@dataclass
class _Job:
    """What the steps of one training share."""

    task: metrics.Task
    wishes: Wishes
    features: list[Feature]
    part: pipeline.Split

    def trials(self) -> list[Trial]:
        """Return what cross-validation says of the model asked for, or of all candidates."""
        wishes, part = self.wishes, self.part
        if wishes.model == AUTO:
            with progress("trying models", len(selection.candidates(self.task))) as step:
                return selection.search(
                    self.task,
                    self.features,
                    part.x_train,
                    part.y_train,
                    wishes.seconds,
                    max(2, wishes.folds),
                    wishes.seed,
                    step,
                )
        candidate = selection.usual(wishes.model or pipeline.BASELINE[self.task])
        make = selection.maker(candidate, self.task, self.features, wishes.seed)
        return [self._trial(candidate, make)]

    def _trial(self, candidate: Candidate, make: Any) -> Trial:
        part, wishes = self.part, self.wishes
        if wishes.folds < 2:
            return Trial(candidate, [], 0.0)
        parts = metrics.folds(self.task, part.y_train, wishes.folds, wishes.seed)
        return selection.try_one(
            candidate, self.task, make, (part.x_train, part.y_train, parts), selection.unlimited
        )

    def fit(self, candidate: Candidate) -> Any:
        """Return the candidate's pipeline, fitted on the training part."""
        make = selection.maker(candidate, self.task, self.features, self.wishes.seed)
        return make().fit(self.part.x_train, self.part.y_train)

    def dummy_row(self) -> dict[str, Any]:
        """Measure the dummy as the model is measured."""
        fitted = metrics.dummy(self.task).fit(self.part.x_train, self.part.y_train)
        trial = self._trial(Candidate("dummy"), lambda: metrics.dummy(self.task))
        return self.row(trial, self.held_out(fitted))

    def held_out(self, fitted: Any) -> dict[str, float]:
        """Measure on the records held out."""
        return metrics.measure(self.task, fitted, self.part.x_test, self.part.y_test)

    def row(self, trial: Trial, held: Mapping[str, float | None]) -> dict[str, Any]:
        """Return a line of what is printed."""
        line = trial.row(metrics.CHOSEN_BY[self.task])
        seconds, note = line.pop("seconds"), line.pop("note")
        name = {"model": line.pop("model")}
        whole = name | dict(held) | line
        if self.wishes.model == AUTO:
            return whole | {"seconds": seconds, "note": note}
        return whole


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
    values, known = pipeline.known_target(data.target, table.source)
    task = wishes.task or pipeline.infer_task(data.target, values)
    pipeline.check_task(task, data.target)
    features = pipeline.describe_features(data, known)
    y = pipeline.labels(values, task)
    part = pipeline.split(
        pipeline.design(data.columns, known), y, task, wishes.test_size, wishes.seed
    )
    notes = _notes(task, wishes, data, known)
    with metrics.said(notes), _threads(len(y)):
        try:
            made = _measured(_Job(task, wishes, features, part))
        except ValueError as error:
            if "too large" not in str(error):
                raise
            line, name, value = data.farthest(known)
            where = f"{table.source}: line {line}, column {name!r}"
            what = f"{value!r} is too far from the other values for this model"
            raise KitError(f"{where}: {what}; mend or drop that row") from None
    made.notes = notes + _twice(table.names)
    made.card["columns"] = table.names
    return made


def _threads(rows: int) -> AbstractContextManager[Any]:
    """Keep small trainings to one thread: OpenMP's waiting costs more than its help there."""
    from threadpoolctl import threadpool_limits

    silence_core_count()
    limits: AbstractContextManager[Any] = threadpool_limits(1 if rows < MANY_ROWS else None)
    return limits


def _measured(job: _Job) -> Made:
    trials = job.trials()
    chosen = selection.choose(job.task, trials) if job.wishes.model == AUTO else trials[0]
    pipeline = job.fit(chosen.candidate)
    held, dummy = job.held_out(pipeline), job.dummy_row()
    empty = dict.fromkeys(held)
    chosen.why = "chosen"
    rows = [job.row(trial, held if trial is chosen else empty) for trial in trials]
    card = _card(job, chosen, held, dummy) | {"importance": _importance(job, pipeline)}
    card["probe"] = probe(pipeline, job.features)
    if job.wishes.model == AUTO:
        card["leaderboard"] = _leaderboard(job, trials)
    return Made(pipeline, _plain(job, pipeline), card, [*rows, dummy], [])


def _leaderboard(job: _Job, trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """Return what was tried, without the seconds it took, which are others each time."""
    rows = [trial.row(metrics.CHOSEN_BY[job.task]) for trial in trials]
    return [{name: part for name, part in row.items() if name != "seconds"} for row in rows]


def _plain(job: _Job, pipeline: Any) -> PlainModel | None:
    plain = coefficients(pipeline, job.features)
    if plain is None or agrees(plain, pipeline, job.part.x_train[:CHECKED_ROWS], job.features):
        return plain
    return None


def probe(pipeline: Any, features: Sequence[Feature]) -> dict[str, Any]:
    """Return rows and the model's answers, asked again when it is loaded: least, typical, most."""
    rows: list[list[Value]] = [
        [feature.low if feature.kind == "number" else feature.typical() for feature in features],
        [feature.typical() for feature in features],
        [feature.high if feature.kind == "number" else None for feature in features],
    ]
    answers = Pipeline(pipeline, features).predict(rows)
    if any(isinstance(answer, float) and not math.isfinite(answer) for answer in answers):
        raise KitError("the model's answers are not finite numbers; scale the columns down")
    return {"rows": rows, "answers": answers}


def _importance(job: _Job, pipeline: Any) -> dict[str, dict[str, float]]:
    part = job.part
    if len(job.features) > metrics.IMPORTANCE_COLUMNS:
        return {}
    found = metrics.importance(job.task, pipeline, part.x_test, part.y_test, job.wishes.seed)
    pairs = zip((feature.name for feature in job.features), found, strict=True)
    return dict(sorted(pairs, key=lambda pair: -pair[1]["mean"]))


def _dummy_answer(y: Any, classes: list[Any] | None) -> float | list[float]:
    """Return what the dummy always says: the mean, or each class's share."""
    if classes is None:
        return float(y.mean())
    return [float((y == one).mean()) for one in classes]


def _card(
    job: _Job, chosen: Trial, held: dict[str, float], dummy: dict[str, Any]
) -> dict[str, Any]:
    """Return what is to be known of a model (Mitchell et al., Model Cards, 2019)."""
    part, wishes = job.part, job.wishes
    classes = sorted({*part.y_train.tolist()}) if job.task == "classification" else None
    return {
        "task": job.task,
        "target": wishes.target,
        "model": chosen.candidate.model,
        "settings": chosen.candidate.settings,
        "classes": classes,
        "features": features_json(job.features),
        "rows": {"train": len(part.y_train), "test": len(part.y_test)},
        "metrics": dict(held),
        "dummy": {name: dummy[name] for name in held},
        "dummy_answer": _dummy_answer(part.y_train, classes),
        "cross_validation": {
            "measure": metrics.CHOSEN_BY[job.task],
            "scores": chosen.scores,
        },
        "seed": wishes.seed,
        "test_size": wishes.test_size,
        "versions": versions(),
    }


def _twice(names: Sequence[str]) -> list[str]:
    twice = [name for name, count in Counter(names).items() if count > 1]
    said = f"columns of the same name: {', '.join(twice)}; only the first of them is used"
    return [said] if twice else []


def _notes(task: str, wishes: Wishes, data: Data, known: Sequence[bool]) -> list[str]:
    names = ", ".join(column.name for column in data.columns)
    hint = "" if wishes.task else " (--task says otherwise)"
    notes = [f"{task} of {wishes.target} from {names}{hint}"]
    notes += [f"left out {name}: {why}" for name, why in data.left_out.items()]
    if len(data.columns) > metrics.IMPORTANCE_COLUMNS:
        many = f"more than {metrics.IMPORTANCE_COLUMNS} columns"
        notes.append(f"importance is not measured for {many}; choose them with --features")
    absent = len(known) - int(sum(known))
    if absent:
        notes.append(f"passed over {absent} records without a {wishes.target}")
    return notes
