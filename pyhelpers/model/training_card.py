"""Write the card of a trained model (Mitchell et al., Model cards for model reporting, 2019)."""

import math
import platform
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from pyhelpers import KitError
from pyhelpers.model import drift, metrics
from pyhelpers.model.candidates import Candidate
from pyhelpers.model.ensemble import Ensemble
from pyhelpers.model.intervals import half_width
from pyhelpers.model.linear_model import PlainModel
from pyhelpers.model.prepare import TrainingOptions
from pyhelpers.model.preprocessing import description
from pyhelpers.model.schema import Feature, Value
from pyhelpers.model.splits import HELD_OUT
from pyhelpers.model.store import features_json
from pyhelpers.model.training_data import PreparedData
from pyhelpers.model.trials import FoldedRecords, Trial
from pyhelpers.text import counted

PACKAGES = ("scikit-learn", "numpy", "skops")
LEVELS = (0.5, 0.8, 0.9, 0.95)  # of prediction intervals whose coverage is measured
PROFILED = 100_000  # records whose values the profile counts
FEW_ROWS = 500  # on which the importance of a blend's fields is measured
GRID = 400  # steps of the quantiles of the errors that the card holds


def decisions(data: PreparedData, options: TrainingOptions) -> list[str]:
    """Return what was decided for the user, one sentence each."""
    names = ", ".join(feature.name for feature in data.features)
    hint = "" if options.task else " (change it with --task)"
    notes = [f"{data.task} of {options.target} from {names}{hint}"]
    notes += [f"left out {name}: {why}" for name, why in data.left_out.items()]
    kinds = {column.name: column.kind for column in (data.target, *data.used)}
    notes += [
        f"{name}: read as {kinds[name]} by all its values; the first megabyte was {kind}"
        for name, kind in data.retyped.items()
        if name in kinds
    ]
    for feature, document in zip(data.features, data.fields, strict=True):
        if document["kind"] in ("date", "text") or (
            document["kind"] == "category" and not document["own"]
        ):
            notes.append(f"{feature.name}: {description(feature, document)}")
    if len(data.features) > metrics.IMPORTANCE_COLUMNS:
        many = f"more than {metrics.IMPORTANCE_COLUMNS} columns"
        notes.append(f"importance is not measured for {many}; choose columns with --features")
    missing = int((data.part < HELD_OUT).sum())
    if missing:
        noun = "record" if missing == 1 else "records"
        notes.append(f"skipped {missing} {noun} without a value of {options.target}")
    return notes


def model_card(
    data: PreparedData,
    options: TrainingOptions,
    chosen: Trial,
    held_out: Mapping[str, float],
    dummy: Mapping[str, float],
) -> dict[str, Any]:
    """Return the card: task, features, measures, seed and versions."""
    fields = zip(data.features, data.fields, strict=True)
    return {
        "task": data.task,
        "target": options.target,
        "target_field": {"form": data.target.form, "absent": data.target.absent},
        "model": chosen.candidate.model,
        "settings": chosen.candidate.settings,
        "classes": data.classes,
        "features": features_json(data.features),
        "preprocessing": {feature.name: description(feature, of) for feature, of in fields},
        "left_out": data.left_out,
        "columns": data.names,
        "rows": {
            "train": int((data.part >= 0).sum()),
            "test": int((data.part == HELD_OUT).sum()),
        },
        "split": split_of(options),
        "metrics": dict(held_out),
        "dummy": {name: dummy[name] for name in held_out},
        "dummy_answer": dummy_answer(data),
        "cross_validation": {
            "measure": options.measure or metrics.CHOSEN_BY[data.task],
            "scores": chosen.scores,
        },
        "seed": options.seed,
        "test_size": options.test_size,
        "versions": versions(),
    }


def with_sample(card: dict[str, Any], part: Any) -> dict[str, Any]:
    """Return a card with how many records trees learn from, and of how many if not of all."""
    learnt, known = int((part >= 0).sum()), card["rows"]["train"]
    if learnt == known:
        return card
    return card | {"rows": card["rows"] | {"train": learnt}, "sampled_from": known}


def split_of(options: TrainingOptions) -> dict[str, str]:
    """Return how records were split."""
    if options.group:
        return {"by": "group", "column": options.group}
    if options.time_order:
        return {"by": "time", "column": options.time_order}
    return {"by": "random"}


def dummy_answer(data: PreparedData) -> float | list[float]:
    """Return the dummy's constant answer: the mean, or each class's share."""
    import numpy as np

    y = data.y[data.part >= 0]
    if data.classes is None:
        return float(y.mean())
    shares: list[float] = (np.bincount(y, minlength=len(data.classes)) / len(y)).tolist()
    return shares


def _repeated(answer: float | list[float], count: int) -> Any:
    import numpy as np

    return np.repeat(np.array(answer)[None], count, axis=0)


def dummy_measures(data: PreparedData) -> dict[str, float]:
    """Return the dummy's measures on the records held out."""
    y = data.y[data.part == HELD_OUT]
    return metrics.measures(data.task, y, _repeated(dummy_answer(data), len(y)))


def held_out(data: PreparedData, ensemble: Ensemble) -> tuple[dict[str, float], Any]:
    """Return the measures of a model on the records held out, and its outputs for them."""
    import numpy as np

    found, y = [], []
    for place, block in data.store.slices():
        rows = np.flatnonzero(data.part[place] == HELD_OUT)
        if len(rows):
            columns = data.columns_of([block[column.place][rows] for column in data.used])
            found.append(ensemble.outputs(columns))
            y.append(data.y[place][rows])
    outputs = np.concatenate(found)
    return metrics.measures(data.task, np.concatenate(y), outputs), outputs


def dummy_trial(data: PreparedData, records: FoldedRecords, measure: str) -> Trial:
    """Return the cross-validation of the dummy."""
    import numpy as np

    outputs = records.empty()
    for fold in data.scored_folds:
        y = data.y[np.isin(data.part, data.fitting_folds(fold))]
        classes = len(data.classes or ())
        answer = np.bincount(y, minlength=classes) / len(y) if classes else y.mean()
        outputs[records.fold == fold] = answer
    scores = records.scores(measure, outputs)
    return Trial(Candidate("dummy"), scores)


def profile(data: PreparedData, outputs: Any, seed: int) -> dict[str, Any]:
    """Return the bins of each field and of the predictions, with which traffic is compared.

    Fields are those of at most PROFILED records, predictions those of the records held out.

    Parameters
    ----------
    outputs : numpy.ndarray, shape (records held out,) or (records held out, classes)
        Predictions, or each class's probability.
    """
    import numpy as np

    rows = np.flatnonzero(data.part >= HELD_OUT)
    if len(rows) > PROFILED:
        rows = np.sort(np.random.default_rng(seed).choice(rows, PROFILED, replace=False))
    fields: dict[str, drift.Profile] = {}
    for feature, values in zip(data.features, data.field_values(rows), strict=True):
        if feature.kind in ("number", "date"):
            fields[feature.name] = drift.number_profile(values)
        elif feature.kind == "category":
            fields[feature.name] = drift.category_profile(values.tolist())
    if data.classes is None:
        return {"fields": fields, "prediction": drift.number_profile(outputs)}
    answers = [data.classes[place] for place in outputs.argmax(axis=1)]
    return {"fields": fields, "prediction": drift.category_profile(answers)}


def importance(
    data: PreparedData,
    ensemble: Ensemble,
    options: TrainingOptions,
    left: float,
    notes: list[str],
) -> dict[str, dict[str, float]]:
    """Return each field's permutation importance, the largest first; empty for many columns.

    Measured on at most 2,000 held-out records, on 500 for a blend; with fewer repeats where they
    would exceed the seconds that are left.
    """
    import numpy as np

    if len(data.features) > metrics.IMPORTANCE_COLUMNS:
        return {}
    held = np.flatnonzero(data.part == HELD_OUT)
    order = np.random.default_rng(options.seed).permutation(held)
    rows = np.sort(order[: metrics.IMPORTANCE_ROWS if len(ensemble.estimators) < 2 else FEW_ROWS])
    blocks = [data.store.column(column.place)[rows] for column in data.used]
    columns, y = data.columns_of(blocks), data.y[rows]
    chosen = metrics.CHOSEN_BY[data.task]
    sign = metrics.SIGN[chosen]

    def score_of(of: Sequence[Any]) -> float:
        return sign * metrics.score(chosen, y, ensemble.outputs(of))

    start, repeats = time.monotonic(), metrics.IMPORTANCE_REPEATS
    score_of(columns)
    if left < math.inf:
        each = len(columns) * (time.monotonic() - start)
        repeats = max(1, min(repeats, int(left / 2 / max(1e-9, each))))
        if repeats < metrics.IMPORTANCE_REPEATS:
            times = counted(repeats, "time")
            notes.append(f"--time leaves room to permute each field {times} for its importance")
    found = metrics.importance(score_of, columns, options.seed, repeats)
    pairs = zip((feature.name for feature in data.features), found, strict=True)
    return dict(sorted(pairs, key=lambda pair: -pair[1]["mean"]))


def probe(model: PlainModel | Ensemble, features: Sequence[Feature]) -> dict[str, Any]:
    """Return three rows (minimum, typical, maximum) and the model's answers, checked on loading."""

    def row(number: str) -> list[Value]:
        return [
            getattr(feature, number)
            if feature.kind in ("number", "date")
            else (None if number == "high" else feature.typical())
            for feature in features
        ]

    rows = [row("low"), row("middle"), row("high")]
    answers = model.predict(rows)
    if any(isinstance(answer, float) and not math.isfinite(answer) for answer in answers):
        raise KitError("the model's answers are not finite numbers; scale the columns down")
    return {"rows": rows, "answers": answers}


def uncertainty(
    data: PreparedData, records: FoldedRecords, outputs: Any, held: Any
) -> dict[str, Any]:
    """Return how sure a regression is: quantiles of its errors in cross-validation.

    The interval of a level is the prediction plus or minus the quantile of the absolute errors
    (cross-conformal prediction, Vovk 2015); its coverage is measured on the held-out records.
    """
    import numpy as np

    if data.task != "regression" or outputs is None:
        return {}
    errors = np.sort(np.abs(records.y - outputs))
    count = len(errors)
    ranks = np.linspace(0, 1, GRID + 1) * (count + 1)
    places = np.arange(1, count + 1)
    widths: list[float] = np.interp(ranks, places, errors).tolist()
    away = np.abs(data.y[data.part == HELD_OUT] - held)
    coverage = {
        str(level): float((away <= half_width(widths, count, level)).mean()) for level in LEVELS
    }
    return {"intervals": {"records": count, "half_widths": widths, "coverage": coverage}}


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that train a model."""
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def leaderboard(measure: str, trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """Return the trials for the card, without their seconds, which differ each time."""
    rows = [trial.row(measure) for trial in trials]
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]
