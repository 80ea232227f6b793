"""Select a model: candidates compared by cross-validation within a time limit, and their blend."""

import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.model.candidates import Candidate, Fitter
from pyhelpers.model.ensemble import calibrated
from pyhelpers.model.ensemble_selection import bagged_weights, select_members
from pyhelpers.model.metrics import CHOSEN_BY, SIGN, log_loss, score
from pyhelpers.model.trials import (
    FIRST_SHARE,
    FoldedRecords,
    TimeIsUpError,
    Trial,
    interrupted_after,
    try_candidate,
)

if TYPE_CHECKING:
    from pyhelpers.model.kept_trials import KeptTrials
    from pyhelpers.model.training_data import PreparedData

BLENDED = 12  # candidates, the best ones, that a blend may choose from
BAGGED_RECORDS = 10_000  # at most: with more, chance matters less and a selection takes longer
MARGIN, MARGIN_OF_TREES = 1.3, 1.6  # of the time of a fit; trees are checked and written too
SINGLE_ROWS = 7  # predictions of one row that are timed
TEMPERATURES = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0]


@dataclass
class Search:
    """The search of --model auto.

    Attributes
    ----------
    fits : int
        How often the members are fitted afterwards.
    cluster : cluster_training.TrainingCluster or None
        Where candidates of trees are tried side by side.
    kept : KeptTrials or None
        The trials of a run that was killed, and where those of this one are kept.
    trials : list of Trial
        In the order in which they were tried.
    weights : dict of int to float
        The members of the best blend so far: positions among the trials.
    score : float
        Its cross-validated score, larger is better.
    stopped : bool
        Whether Ctrl-C ended the search.
    """

    fitter: Fitter
    records: FoldedRecords
    measure: str
    deadline: float
    within: float | None = None
    fits: int = 1
    cluster: Any = None
    kept: "KeptTrials | None" = None
    trials: list[Trial] = field(default_factory=list)
    weights: dict[int, float] = field(default_factory=dict)
    score: float = float("-inf")
    stopped: bool = False

    def run(self, wanted: Sequence[Candidate], report: Callable[[str], None]) -> None:
        """Try candidates until the time is over; the first, a baseline, is always finished.

        Parameters
        ----------
        report : function
            Called before each candidate with what is tried and the best so far.
        """
        try:
            for candidate in wanted:
                if self.cluster and candidate.view != "linear":  # linear ones need all workers
                    left = self.deadline - time.monotonic()
                    self.cluster.hand_out(self.fitter, wanted, self.measure, left)
                report(self._progress(candidate))
                self.trials.append(self._known(candidate))
                self._blend()
        except KeyboardInterrupt:
            if not self.weights:
                raise
            self.stopped = True
        finally:
            if self.cluster:
                self.cluster.drop()

    def _known(self, candidate: Candidate) -> Trial:
        """Return the trial of a candidate, from a run that was killed if that had one."""
        if self.kept is None:
            return self._trial(candidate)
        trial = self.kept.trial(candidate, self.fitter)
        if trial is None:
            trial = self._trial(candidate)
            if trial.scores:
                self.kept.keep(trial, self.fitter)
        return trial

    def _progress(self, candidate: Candidate) -> str:
        left = max(0.0, self.deadline - time.monotonic())
        best = f"best {self.measure} {abs(self.score):.4f}, " if self.weights else ""
        return f"{candidate}: {best}{left:.0f} s left"

    def _trial(self, candidate: Candidate) -> Trial:
        if self.weights and time.monotonic() + self._finish_seconds() >= self.deadline:
            return Trial(candidate, [], note="no time left")
        same = [t for t in self.trials if t.candidate.model == candidate.model and t.scores]
        folds = max(1, len(self.fitter.data.scored_folds))
        slowest = max((trial.seconds for trial in same), default=0.0) / folds
        share = 1.0 if same else FIRST_SHARE
        start, left = time.monotonic(), self.deadline - time.monotonic() - self._finish_seconds()
        limit: AbstractContextManager[None] = nullcontext()  # of a baseline: it is always finished
        if self.weights:
            limit = interrupted_after(left)
        trial = self.cluster.trial(candidate, left) if self.cluster else None
        try:
            with limit:
                trial = trial or try_candidate(
                    self.fitter, self.records, candidate, self.measure, self._affordable, slowest,
                    share * left if self.weights else math.inf,
                )  # fmt: skip
        except TimeIsUpError:
            return Trial(candidate, [], time.monotonic() - start, "would exceed --time")
        if self.within is not None and trial.scores:
            trial.milliseconds = one_row_milliseconds(self.fitter, candidate)
            if trial.milliseconds > self.within:
                trial.note = f"one row takes {trial.milliseconds:.1f} ms, more than --within"
                trial.outputs = None
        return trial

    def _affordable(self, seconds: float) -> bool:
        if not self.weights:  # the baseline
            return True
        return time.monotonic() + seconds + self._finish_seconds() <= self.deadline

    def _finish_seconds(self) -> float:
        """Return the seconds that fitting the blend and permuting its fields will take, about."""
        members, data = [self.trials[at] for at in self.weights], self.fitter.data
        fits = sum(fit_seconds(trial, data) for trial in members)
        return self.fits * fits + len(data.features) * sum(trial.answering for trial in members)

    def _blend(self) -> None:
        """Choose the members again; keep the blend before where it was better."""
        sign = SIGN[self.measure]
        usable = [at for at, trial in enumerate(self.trials) if trial.outputs is not None]
        usable = sorted(usable, key=lambda at: -sign * self.trials[at].mean)[:BLENDED]
        if self.within is not None:
            usable = self._fast_enough(usable)
        if not usable:
            return
        outputs = [self.trials[at].outputs for at in usable]

        def mean_score(of: Any) -> float:
            scores = self.records.scores(self.measure, of)
            return sign * sum(scores) / len(scores)

        weights, best = select_members(outputs, mean_score)
        if len(self.records.y) <= BAGGED_RECORDS and self.measure in CHOSEN_BY.values():
            bagged = bagged_weights(outputs, self._score_of, len(self.records.y))
            found = mean_score(sum(weight * outputs[at] for at, weight in bagged.items()))
            if found >= mean_score(outputs[0]):  # never worse than the best member
                weights, best = bagged, found
        if best > self.score:
            self.weights = {usable[at]: weight for at, weight in weights.items()}
            self.score = best

    def _score_of(self, outputs: Any, rows: Any) -> float:
        return SIGN[self.measure] * score(self.measure, self.records.y[rows], outputs)

    def _fast_enough(self, usable: list[int]) -> list[int]:
        """Return the best candidates that together answer one row within the limit."""
        kept, total = [], 0.0
        for at in usable:
            total += self.trials[at].milliseconds or 0.0
            if total > (self.within or 0.0):
                break
            kept.append(at)
        return kept


def fit_seconds(trial: Trial, data: "PreparedData") -> float:
    """Return the seconds that fitting a candidate on all folds, and writing it, take, about."""
    folds = max(2, len(data.scored_folds))
    return (MARGIN if trial.candidate.view == "linear" else MARGIN_OF_TREES) * (
        trial.seconds / (folds - 1)
    )


def one_row_milliseconds(fitter: Fitter, candidate: Candidate) -> float:
    """Return the milliseconds that a fitted candidate takes for one row, the median of several."""
    data = fitter.data
    folds = data.fitting_folds(data.scored_folds[0])
    x, y, _ = data.matrix(candidate.view, folds, folds, fitter.part)
    if candidate.view == "linear":
        member = fitter.fit(candidate, folds)
    else:
        member = fitter.fit_trees(candidate, x, y)
    times = []
    for row in range(SINGLE_ROWS):
        start = time.perf_counter()
        member.outputs(x[row % len(x)][None], len(data.classes or ()))
        times.append(1000 * (time.perf_counter() - start))
    return sorted(times)[len(times) // 2]


def choose_simplest(measure: str, trials: Sequence[Trial], order: Sequence[Candidate]) -> Trial:
    """Return the simplest candidate within one standard error of the best (Breiman et al. 1984).

    A difference within the folds' noise does not justify the more complex model.
    """
    sign = SIGN[measure]
    tried = [trial for trial in trials if trial.scores and trial.outputs is not None]
    if not tried:
        raise KitError(f"no candidate could be trained ({trials[0].note}); more records are needed")
    best = max(tried, key=lambda trial: sign * trial.mean)
    floor = sign * best.mean - best.sd / sqrt(len(best.scores))
    close = [trial for trial in tried if sign * trial.mean >= floor]
    return min(close, key=lambda trial: order.index(trial.candidate))


def temperature(records: FoldedRecords, outputs: Any) -> float | None:
    """Return the temperature of probabilities where cross-validation says that it helps.

    Each fold's probabilities are calibrated with the best temperature of the other folds.
    """
    import numpy as np

    def best(rows: Any) -> float:
        return min(
            TEMPERATURES, key=lambda t: log_loss(records.y[rows], calibrated(outputs[rows], t))
        )

    changed = outputs.copy()
    folds = np.unique(records.fold)
    for fold in folds:
        rows = records.fold == fold
        changed[rows] = calibrated(outputs[rows], best(~rows))
    gains = [
        log_loss(records.y[records.fold == f], outputs[records.fold == f])
        - log_loss(records.y[records.fold == f], changed[records.fold == f])
        for f in folds
    ]
    if len(gains) < 2 or np.mean(gains) <= np.std(gains, ddof=1) / sqrt(len(gains)):
        return None
    found = best(np.ones(len(records.y), bool))
    return found if found != 1.0 else None
