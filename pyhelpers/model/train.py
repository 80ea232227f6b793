"""Train a model: prepare the data, select a candidate, fit it, measure it, write its card."""

import math
import platform
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.table import Table
from pyhelpers.machine import silence_core_count
from pyhelpers.model import metrics, selection
from pyhelpers.model.linear_model import PlainModel, agrees, coefficients
from pyhelpers.model.model_files import json_bytes
from pyhelpers.model.prepare import (
    PreparedData,
    TrainingOptions,
    decisions,
    duplicate_names,
    outlier_named,
    prepare,
)
from pyhelpers.model.schema import Feature, Value
from pyhelpers.model.selection import Candidate, Trial
from pyhelpers.model.skops_pipeline import Pipeline, dump
from pyhelpers.model.store import COEFFICIENTS, PIPELINE, features_json, packed

AUTO = "auto"
MANY_ROWS = 100_000  # from here on, training uses all threads
CHECKED_ROWS = 1_000  # training rows on which exported coefficients must give the same answers


@dataclass(frozen=True)
class TrainedModel:
    """A trained model.

    Attributes
    ----------
    pipeline : sklearn.pipeline.Pipeline
    plain : PlainModel or None
        The same model as coefficients; None where it is not linear.
    card : dict
        Description, as `ml-model info` shows it.
    measures : list of dict
        One row each for the model (with --model auto for every candidate) and the dummy.
    notes : list of str
        Decisions made for the user, and warnings.
    """

    pipeline: Any
    plain: PlainModel | None
    card: dict[str, Any]
    measures: list[dict[str, Any]]
    notes: list[str]

    def files(self, card: Mapping[str, Any]) -> dict[str, bytes]:
        """Return the files of the model's folder, with this card."""
        content = {PIPELINE: dump(self.pipeline)}
        if self.plain is not None:
            content[COEFFICIENTS] = json_bytes(self.plain.to_json())
        return packed(card, content)


def no_progress(step: int) -> None:
    """Ignore progress: the default callback."""


def train_model(
    table: Table, options: TrainingOptions, advance: Callable[[int], None] = no_progress
) -> TrainedModel:
    """Train a model on a table: prepare, select, fit, measure.

    Raises
    ------
    KitError
        As `read_columns` does, and for a model that does not fit the task.
    """
    return train_prepared(prepare(table, options), options, advance)


def train_prepared(
    data: PreparedData, options: TrainingOptions, advance: Callable[[int], None] = no_progress
) -> TrainedModel:
    """Select a candidate, fit it, measure it on the records held out and write its card.

    Parameters
    ----------
    advance : function
        Called with 1 after each candidate of --model auto.
    """
    notes = decisions(data, options)
    with metrics.warnings_as_notes(notes), limited_threads(data), outlier_named(data):
        trials, chosen = select(data, options, advance)
        pipeline = fit(data, chosen.candidate, options.seed)
        held_out = measure_held_out(data, pipeline)
        dummy_trial = cross_validated(data, options, selection.DUMMY)
        dummy = measure_held_out(data, fit(data, selection.DUMMY, options.seed))
        card = model_card(data, options, chosen, held_out, dummy) | {
            "importance": importance(data, pipeline, options.seed),
            "probe": probe(pipeline, data.features),
        }
        plain = checked_coefficients(data, pipeline)
    if options.model == AUTO:
        card["leaderboard"] = leaderboard(data.task, trials)
    card["columns"] = data.names
    unmeasured: dict[str, float | None] = dict.fromkeys(held_out)
    rows = [
        measures_row(data.task, options, trial, held_out if trial is chosen else unmeasured)
        for trial in trials
    ]
    rows.append(measures_row(data.task, options, dummy_trial, dummy))
    return TrainedModel(pipeline, plain, card, rows, notes + duplicate_names(data.names))


def select(
    data: PreparedData, options: TrainingOptions, advance: Callable[[int], None]
) -> tuple[list[Trial], Trial]:
    """Cross-validate the model asked for, or all candidates; return the trials and the chosen."""
    if options.model != AUTO:
        candidate = selection.with_defaults(options.model or selection.BASELINE[data.task])
        trial = cross_validated(data, options, candidate)
        return [trial], trial
    examples = fold_examples(data, max(2, options.folds), options.seed)
    build = pipeline_builder(data, options.seed)
    trials = selection.search(examples, build, options.seconds, advance)
    chosen = selection.choose(data.task, trials)
    chosen.note = "chosen"
    return trials, chosen


def fold_examples(data: PreparedData, folds: int, seed: int) -> selection.FoldedData:
    """Return the training records with their folds of cross-validation."""
    split = data.split
    parts = metrics.folds(data.task, split.y_train, folds, seed)
    return selection.FoldedData(data.task, split.x_train, split.y_train, parts)


def pipeline_builder(data: PreparedData, seed: int) -> Callable[[Candidate], Any]:
    """Return a function that builds a candidate's unfitted pipeline."""

    def build(candidate: Candidate) -> Any:
        if candidate == selection.DUMMY:
            return metrics.dummy(data.task)
        estimator = selection.estimator_for(candidate, data.task, seed)
        return selection.make_pipeline(data.features, estimator)

    return build


def cross_validated(data: PreparedData, options: TrainingOptions, candidate: Candidate) -> Trial:
    """Cross-validate a candidate without a time limit; not at all with fewer than two folds."""
    if options.folds < 2:
        return Trial(candidate, [], 0.0)
    examples = fold_examples(data, options.folds, options.seed)
    return selection.try_candidate(examples, candidate, pipeline_builder(data, options.seed))


def fit(data: PreparedData, candidate: Candidate, seed: int) -> Any:
    """Return the candidate's pipeline, fitted on the training records."""
    pipeline = pipeline_builder(data, seed)(candidate)
    return pipeline.fit(data.split.x_train, data.split.y_train)


def measure_held_out(data: PreparedData, fitted: Any) -> dict[str, float]:
    """Measure a fitted estimator on the records held out."""
    return metrics.measure(data.task, fitted, data.split.x_test, data.split.y_test)


def checked_coefficients(data: PreparedData, pipeline: Any) -> PlainModel | None:
    """Return a pipeline's coefficients; None where it is not linear, or they do not agree."""
    plain = coefficients(pipeline, data.features)
    rows = data.split.x_train[:CHECKED_ROWS]
    return plain if plain is not None and agrees(plain, pipeline, rows, data.features) else None


def measures_row(
    task: metrics.Task,
    options: TrainingOptions,
    trial: Trial,
    held_out: Mapping[str, float | None],
) -> dict[str, Any]:
    """Return a row of the printed table: name, held-out measures, cross-validation."""
    row = trial.row(metrics.CHOSEN_BY[task])
    timing = {name: row.pop(name) for name in ("seconds", "note")}
    name = {"model": row.pop("model")}
    return name | dict(held_out) | row | (timing if options.model == AUTO else {})


def limited_threads(data: PreparedData) -> AbstractContextManager[Any]:
    """Keep small trainings to one thread: starting OpenMP's threads costs more than they save."""
    from threadpoolctl import threadpool_limits

    silence_core_count()
    few = len(data.split.y_train) + len(data.split.y_test) < MANY_ROWS
    limits: AbstractContextManager[Any] = threadpool_limits(1 if few else None)
    return limits


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
