"""Assemble fitted members into a model: scikit-learn's ensemble, and the same as plain data."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyhelpers.model.candidates import Fitter, Member
from pyhelpers.model.ensemble import Ensemble
from pyhelpers.model.linear_fit import plain_model
from pyhelpers.model.linear_model import PlainModel
from pyhelpers.model.model_files import json_bytes
from pyhelpers.model.splits import HELD_OUT, UNUSED
from pyhelpers.model.store import COEFFICIENTS, ENSEMBLE, PIPELINE, TREES, packed
from pyhelpers.model.training_data import PreparedData
from pyhelpers.model.tree_export import CannotExport, checked_trees
from pyhelpers.model.trials import (
    FoldedRecords,
    Selected,
    TimeIsUpError,
    Trial,
    blended,
    interrupted_after,
)

LATE = "fitting it would exceed --time"
STOPPED = "stopped by Ctrl-C before it was fitted"
CHECKED_ROWS = 1_000  # rows on which coefficients must give the same answers
AGREE = 1e-9  # relative to the largest score


@dataclass(frozen=True)
class FittedModel:
    """What predicts.

    Attributes
    ----------
    ensemble : Ensemble
    plain : PlainModel or None
        The same model as coefficients; None where it is not linear.
    document : dict
        What each field becomes, and the members: see `Ensemble`.
    trees : bytes or None
        The file of plain trees; None for a linear model, and where they do not agree.
    """

    ensemble: Ensemble
    plain: PlainModel | None
    document: dict[str, Any]
    trees: bytes | None

    def files(self, card: Mapping[str, Any]) -> dict[str, bytes]:
        """Return the files of the model's folder, with this card."""
        if self.plain is not None:
            return packed(card, {COEFFICIENTS: json_bytes(self.plain.to_json())})
        from pyhelpers.model.skops_pipeline import dump

        estimators = dump(self.ensemble.estimators)
        trees = {} if self.trees is None else {TREES: self.trees}
        content = {ENSEMBLE: json_bytes(self.document), PIPELINE: estimators} | trees
        return packed(card, content)


def fit_final(fitter: Fitter, trial: Trial) -> Member:
    """Return a candidate fitted on all folds; boosting with the rounds of cross-validation."""
    return fitter.fit(trial.candidate, fitter.data.fitting_folds(None), trial.rounds)


def fit_members(
    fitter: Fitter,
    selected: Selected,
    records: FoldedRecords,
    measure: str,
    until: float,
    notes: list[str],
) -> tuple[Selected, list[tuple[Member, float]]]:
    """Fit the members of a blend on all folds, the quickest first, while there is time.

    They are returned in the order in which they were selected. Those that would take longer, and
    after Ctrl-C those that are not fitted yet, are left out, as a note says; where none is left,
    the quickest candidate of all is fitted. Ctrl-C ends the fit of an only candidate.

    Parameters
    ----------
    until : float
        Of time.monotonic.

    Returns
    -------
    (Selected, list of (Member, float))
        What was selected, less the members that were left out, and the fitted members.
    """
    found: list[tuple[Trial, float, Member]] = []
    late, why = [], LATE
    for trial, weight in sorted(selected.members, key=lambda one: one[0].seconds):
        try:
            with interrupted_after(until - time.monotonic() if why == LATE else 0):
                found.append((trial, weight, fit_final(fitter, trial)))
            continue
        except TimeIsUpError:
            pass
        except KeyboardInterrupt:
            if len(selected.trials) < 2:
                raise
            why = STOPPED
        trial.note = why
        late.append(trial)
    selected_at = {id(trial): at for at, (trial, _) in enumerate(selected.members)}
    found.sort(key=lambda one: selected_at[id(one[0])])  # not by seconds: a seed gives one model
    if late:
        selected = _without_late(fitter, selected, records, measure, found)
        for reason in (LATE, STOPPED):
            names = ", ".join(str(trial.candidate) for trial in late if trial.note == reason)
            notes += [f"left out {names}: {reason}"] if names else []
    total = sum(weight for _, weight, _ in found)
    return selected, [(member, weight / total) for _, weight, member in found]


def _without_late(
    fitter: Fitter,
    selected: Selected,
    records: FoldedRecords,
    measure: str,
    found: list[tuple[Trial, float, Member]],
) -> Selected:
    """Return the blend of the members found; the quickest candidate is fitted if there is none."""
    tried = [trial for trial in selected.trials if trial.candidate.model != "blend"]
    if not found:
        usable = [trial for trial in tried if trial.outputs is not None]
        quickest = min(usable, key=lambda trial: trial.seconds)
        found.append((quickest, 1.0, fit_final(fitter, quickest)))
    total = sum(weight for _, weight, _ in found)
    members = [(trial, weight / total) for trial, weight, _ in found]
    return blended(records, measure, members, tried, selected.stopped)


def assemble(
    data: PreparedData,
    members: list[tuple[Member, float]],
    temperature: float | None,
    notes: list[str],
) -> FittedModel:
    """Return the model of fitted members and their weights; a note says what is not plain."""
    document, ensemble = _ensemble(data, members, temperature)
    plain = _coefficients(data, members)
    trees = None if plain else _plain_trees(data, document, ensemble, notes)
    return FittedModel(ensemble, plain, document, trees)


def _ensemble(
    data: PreparedData, members: list[tuple[Member, float]], temperature: float | None
) -> tuple[dict[str, Any], Ensemble]:
    """Return the document of an ensemble, and the ensemble."""
    trees = [member for member, _ in members if member.document["view"] != "linear"]
    documents = []
    for member, weight in members:
        named: dict[str, Any] = {"model": str(member.candidate), "weight": weight}
        if member in trees:
            named["estimator"] = trees.index(member)
        documents.append(named | member.document)
    folds = data.fitting_folds(None)
    fields = []
    for at, field in enumerate(data.fields):
        arrays = {name: field[name].tolist() for name in ("idf", "components") if name in field}
        means = {"means": data.means[at].table(folds).tolist()} if at in data.means else {}
        fields.append(field | arrays | means)
    document = {"fields": fields, "members": documents, "temperature": temperature}
    return document, Ensemble(data.features, document, [of.estimator for of in trees], data.classes)


def _coefficients(data: PreparedData, members: list[tuple[Member, float]]) -> PlainModel | None:
    """Return a linear model's coefficients; None for others, and where they do not agree."""
    import numpy as np

    fit = members[0][0].fit
    if fit is None or len(members) > 1:
        return None
    plain = plain_model(data, fit)
    folds = data.fitting_folds(None)
    rows = np.flatnonzero(data.part >= 0)[:CHECKED_ROWS]
    some = np.full_like(data.part, UNUSED)
    some[rows] = data.part[rows]
    values = data.field_values(rows)
    mine = np.array(plain.column_scores(values)).T
    theirs = fit.scores(data.matrix("linear", [*folds, HELD_OUT], folds, some)[0])
    scale = max(1e-300, float(np.abs(theirs).max()))
    return plain if np.abs(mine - theirs).max() <= AGREE * scale else None


def _plain_trees(
    data: PreparedData, document: Mapping[str, Any], ensemble: Ensemble, notes: list[str]
) -> bytes | None:
    """Return the file of a model's plain trees; None, with a note, where they do not agree."""
    try:
        return checked_trees(data.features, document, ensemble, data.classes)
    except CannotExport as error:
        notes.append(f"the model needs scikit-learn to predict: {error}")
        return None
