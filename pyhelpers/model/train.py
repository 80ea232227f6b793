"""Train a model: prepare the data, select, fit, measure, and write its card."""

import math
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pyhelpers.machine import parse_memory, silence_core_count
from pyhelpers.model import checks, metrics, training_card
from pyhelpers.model.candidates import (
    BASELINE,
    DEFAULTS,
    LINEAR,
    Fitter,
    Member,
    check_model,
    with_defaults,
)
from pyhelpers.model.cluster_training import TrainingCluster, fitter_of
from pyhelpers.model.column_store import records_that_fit
from pyhelpers.model.columns import TrainingCsv
from pyhelpers.model.ensemble_selection import temperature
from pyhelpers.model.fitted_model import FittedModel, assemble, fit_final, fit_members
from pyhelpers.model.portfolio import candidates, in_order
from pyhelpers.model.prepare import TrainingOptions, prepare
from pyhelpers.model.selection import Search, choose_simplest
from pyhelpers.model.splits import HELD_OUT, UNUSED
from pyhelpers.model.store import features_json
from pyhelpers.model.training_data import PreparedData, fit_fields
from pyhelpers.model.trials import (
    FoldedRecords,
    Selected,
    TimeIsUpError,
    Trial,
    blended,
    interrupted_after,
    measures_rows,
    try_candidate,
)

if TYPE_CHECKING:
    from pyhelpers.model.kept_trials import KeptTrials

AUTO = "auto"
SEARCH_SHARE = 0.9  # of --time; the rest is for measuring the model and its fields
FITTED_SHARE = 0.98  # of --time, after which nothing is fitted any more
AGAIN = 1.5  # of the time of the last fits, which those on all records take
LISTED = 12  # candidates of --model auto that are shown even if there was no time for them
MANY_ROWS = 100_000  # from here on, training uses all threads


@dataclass(frozen=True)
class TrainedModel(FittedModel):
    """A fitted model with what is known of it.

    Attributes
    ----------
    card : dict
        Description, as `ml-model info` shows it.
    measures : list of dict
        One row each for the model (with --model auto for every candidate) and the dummy.
    notes : list of str
        Decisions made for the user, and warnings.
    """

    card: dict[str, Any]
    measures: list[dict[str, Any]]
    notes: list[str]


def no_report(text: str) -> None:
    """Ignore progress: the default callback."""


def train_model(
    table: TrainingCsv,
    options: TrainingOptions,
    report: Callable[[str], None] = no_report,
    client: Any = None,
    kept: "KeptTrials | None" = None,
) -> TrainedModel:
    """Train a model on a CSV: prepare, select, fit, measure.

    Parameters
    ----------
    report : function
        Called with a line about what is being tried.
    client : distributed.Client, optional
        Of a cluster whose workers fit linear models block by block, and try candidates.
    kept : KeptTrials, optional
        The candidates of a run of --model auto that was killed.

    Raises
    ------
    KitError
        As `prepare` does, and for a model that does not fit the task.
    """
    started = time.monotonic() - (kept.seconds if kept else 0.0)
    if options.model == AUTO and options.folds < 2:
        options = replace(options, folds=2)
    data = prepare(table, options)
    candidate = options.model or BASELINE[data.task]
    if candidate != AUTO:
        check_model(candidate, data.task)
    metrics.check_measure(options.measure, data.task, len(data.classes or ()))
    notes = training_card.decisions(data, options) + checks.data_warnings(data)
    if not (options.group or options.time_order):
        notes += checks.split_hints(data)
    with metrics.warnings_as_notes(notes), limited_threads(data, candidate):
        part = tree_part(data, options, notes)
        cluster = None if client is None else TrainingCluster(client)
        fitter = fitter_of(data, options.seed, part, cluster)
        records = FoldedRecords(data, part)
        deadline = started + SEARCH_SHARE * options.seconds
        selected = select(fitter, records, options, deadline, report, cluster, kept)
        if selected.stopped:
            notes.append("stopped by Ctrl-C: the best model so far is kept")
        report("fitting the model on all training records")
        until = started + FITTED_SHARE * options.seconds if options.model == AUTO else math.inf
        began, measure = time.monotonic(), measure_of(options, data.task)
        selected, members = fit_members(fitter, selected, records, measure, until, notes)
        again = AGAIN * (time.monotonic() - began) if options.refit else 0.0
        left = until - time.monotonic() - again
        trained = finish(fitter, options, selected, members, records, notes, left)
        if options.refit:
            report("fitting the model on all records")
            left = until - time.monotonic()
            trained = refitted(
                trained, data, options, selected, cluster, left if left > again else 0.0
            )
        return trained


def measure_of(options: TrainingOptions, task: metrics.Task) -> str:
    """Return the measure by which candidates are compared."""
    return options.measure or metrics.CHOSEN_BY[task]


def select(
    fitter: Fitter,
    records: FoldedRecords,
    options: TrainingOptions,
    deadline: float,
    report: Callable[[str], None],
    cluster: TrainingCluster | None,
    kept: "KeptTrials | None" = None,
) -> Selected:
    """Cross-validate the model asked for, or search for a blend of candidates."""
    data, measure = fitter.data, measure_of(options, fitter.data.task)
    if options.model != AUTO:
        candidate = with_defaults(options.model or BASELINE[data.task])
        if options.folds < 2:
            trial = Trial(candidate, [])
        else:
            trial = try_candidate(fitter, records, candidate, measure)
        return Selected([(trial, 1.0)], [trial], trial)
    wanted = candidates(data.task, options.seed)
    wanted = in_order(wanted, len(records.y), len(data.classes or ()))
    fits = 1 + options.refit
    search = Search(fitter, records, measure, deadline, options.within, fits, cluster, kept)
    search.run(wanted, report)
    sign = metrics.SIGN[measure]
    tried = [t for t in search.trials if t.scores or t.seconds or t.candidate in wanted[:LISTED]]
    order = sorted(tried, key=lambda t: -sign * t.mean if t.scores else float("inf"))
    if options.simple or not search.weights:
        chosen = choose_simplest(measure, order, wanted)
        chosen.note = "chosen"
        return Selected([(chosen, 1.0)], order, chosen, search.stopped)
    members = [(search.trials[at], weight) for at, weight in search.weights.items()]
    return blended(records, measure, members, order, search.stopped)


def finish(
    fitter: Fitter,
    options: TrainingOptions,
    selected: Selected,
    members: list[tuple[Member, float]],
    records: FoldedRecords,
    notes: list[str],
    left: float,
) -> TrainedModel:
    """Measure the fitted members on the records held out, and write the card.

    Parameters
    ----------
    left : float
        Seconds.
    """
    data = fitter.data
    outputs = selected.chosen.outputs
    found = None
    linear = len(members) == 1 and members[0][0].fit is not None
    if data.task == "classification" and outputs is not None and not linear:
        found = temperature(records, outputs)
    fitted = assemble(data, members, found, notes)
    held = training_card.held_out(data, fitted.ensemble)
    dummy = training_card.dummy_measures(data)
    name = measure_of(options, data.task)
    card = training_card.model_card(data, options, selected.chosen, held[0], dummy)
    if any(member.fit is None for member, _ in members):
        card = training_card.with_sample(card, fitter.part)
    card |= training_card.uncertainty(data, records, outputs, held[1])
    card["profile"] = training_card.profile(data, held[1], options.seed)
    card["importance"] = training_card.importance(data, fitted.ensemble, options, left, notes)
    card["probe"] = training_card.probe(fitted.plain or fitted.ensemble, data.features)
    if len(members) > 1:
        card["members"] = {str(one.candidate): weight for one, weight in members}
    if options.model == AUTO:
        card["leaderboard"] = training_card.leaderboard(name, selected.trials)
    notes += checks.result_warnings(name, held[0], dummy)
    card["warnings"] = notes[1:]
    dummy_row = training_card.dummy_trial(data, records, name), dummy
    rows = measures_rows(selected, name, held[0], dummy_row, options.model == AUTO)
    return TrainedModel(**vars(fitted), card=card, measures=rows, notes=notes)


def refitted(
    trained: TrainedModel,
    data: PreparedData,
    options: TrainingOptions,
    selected: Selected,
    cluster: TrainingCluster | None,
    seconds: float,
) -> TrainedModel:
    """Return the model fitted on all records, with the measures of the one before.

    That one is returned, with a note, where it would take more than so many seconds.
    """
    try:
        with interrupted_after(seconds):
            return _fitted_again(trained, data, options, selected, cluster)
    except TimeIsUpError:
        why = "--time leaves no room for --refit"
    except KeyboardInterrupt:
        why = "stopped by Ctrl-C before --refit"
    trained.notes.append(f"{why}: the model is that of the training records")
    trained.card["warnings"] = trained.notes[1:]
    return trained


def _fitted_again(
    trained: TrainedModel,
    data: PreparedData,
    options: TrainingOptions,
    selected: Selected,
    cluster: TrainingCluster | None,
) -> TrainedModel:
    import numpy as np

    part = np.where(data.part == HELD_OUT, data.cross % data.folds, data.part)
    whole = replace(data, part=part, features=[], fields=[], lookups=[], means={})
    fit_fields(whole, options.seed)
    fitter = fitter_of(whole, options.seed, tree_part(whole, options, []), cluster)
    members = [(fit_final(fitter, trial), weight) for trial, weight in selected.members]
    fitted = assemble(whole, members, trained.document["temperature"], trained.notes)
    probe = training_card.probe(fitted.plain or fitted.ensemble, whole.features)
    features = features_json(whole.features)
    card = trained.card | {"features": features, "probe": probe, "refit": True}
    return replace(trained, **vars(fitted), card=card)


def tree_part(data: PreparedData, options: TrainingOptions, notes: list[str]) -> Any:
    """Return the part of each record that trees learn from: all, or a sample that fits memory."""
    import numpy as np

    rows = np.flatnonzero(data.part >= 0)
    width = max(1, sum(len(of.get("scales") or of.get("parts", [0])) for of in data.fields))
    model = options.model or BASELINE[data.task]
    leaf = DEFAULTS.get(model, {}).get("min_samples_leaf")
    most = records_that_fit(parse_memory(options.memory), data.store, width, model, leaf)
    if len(rows) <= most or model in LINEAR:
        return data.part
    from random import Random

    from pyhelpers.sampling.draw import one_by_one

    drawn = [row for chunk in one_by_one(len(rows), most, Random(options.seed)) for row in chunk]
    part = np.where(data.part >= 0, UNUSED, data.part)
    part[rows[drawn]] = data.part[rows[drawn]]
    notes.append(f"{most:,} of {len(rows):,} training records, a uniform sample, fit --memory")
    return part


def limited_threads(data: PreparedData, model: str) -> AbstractContextManager[Any]:
    """Keep small trainings to one thread, as decision 35 says; linear ones import nothing."""
    from threadpoolctl import threadpool_limits

    if model not in LINEAR:
        silence_core_count()
        # Threads that wait must not keep a busy machine's cores from those that work.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        import sklearn.ensemble  # noqa: F401 - only what is loaded is limited
        import skops.io  # noqa: F401  # writes the model; loaded now, as a part of --time
    few = int((data.part >= HELD_OUT).sum()) < MANY_ROWS
    limits: AbstractContextManager[Any] = threadpool_limits(1 if few else None)
    return limits
