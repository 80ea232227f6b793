"""Select a model: candidates compared by cross-validation within a time limit, and their blend."""

import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from math import sqrt
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.model.candidates import Candidate, Fitter
from pyhelpers.model.ensemble_selection import bagged_weights, of_true_class, select_members
from pyhelpers.model.metrics import CHOSEN_BY, SIGN, losses, score
from pyhelpers.model.portfolio import batch_seconds
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
SURE = 1.0  # standard errors by which the best tree model is better than the best of the others
SURE_OF_CHOSEN = 1.5  # the same of blends, whose weights are chosen on the same records
BATCH_SECONDS = 4.0  # of a blend for 100,000 rows
MARGIN, MARGIN_OF_TREES = 1.3, 1.6  # of the time of a fit; trees are checked and written too
SINGLE_ROWS = 7  # predictions of one row that are timed


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
        usable = sorted(usable, key=lambda at: -sign * self.trials[at].mean)
        if self.within is not None:
            usable = self._fast_enough(usable[:BLENDED])
        if not usable:
            return
        weights = self._chosen(usable)
        while len(weights) > 1 and sum(map(self._batch_seconds, weights)) > BATCH_SECONDS:
            worth = {at: weight / self._batch_seconds(at) for at, weight in weights.items()}
            usable.remove(min(worth, key=worth.__getitem__))
            weights = self._chosen(usable)
        best = self._mean_score(self._outputs(weights))
        if best > self.score:
            self.weights, self.score = weights, best

    def _chosen(self, usable: list[int]) -> dict[int, float]:
        """Return weights of some trials, the best first.

        Of many trees that few records judge, some look good by chance. Where neither the best one
        is better than the best of linear models and kernels, nor their blend than the blend
        without them, by more than that, those without are chosen.
        """
        found = self._weights(usable[:BLENDED])
        smooth = [at for at in usable if self.trials[at].candidate.view == "linear"]
        trees = [at for at in usable if at not in smooth]
        if not self._few or not smooth or not trees:
            return found
        simple = self._weights(smooth[:BLENDED])
        better = self._errors_better({trees[0]: 1.0}, {smooth[0]: 1.0}) > SURE
        better = better or self._errors_better(found, simple) > SURE_OF_CHOSEN
        return found if better else simple

    def _errors_better(self, weights: dict[int, float], others: dict[int, float]) -> float:
        """Return by how many standard errors a blend loses less than another."""
        loss = partial(losses, self.records.y)
        gains = loss(self._outputs(others)) - loss(self._outputs(weights))
        spread = float(gains.std(ddof=1))
        return float(gains.mean()) * sqrt(len(gains)) / spread if spread else 0.0

    def _weights(self, usable: list[int]) -> dict[int, float]:
        """Return the weights of the best blend of some trials, the best first."""
        outputs, y = [self.trials[at].outputs for at in usable], self.records.y
        if self.measure == "log_loss":
            y, outputs = of_true_class(y, outputs)

        def mean_score(of: Any) -> float:
            return self._mean_score(of, y)

        def score_of(of: Any, rows: Any) -> float:
            return SIGN[self.measure] * score(self.measure, y[rows], of)

        weights, _ = select_members(outputs, mean_score)
        if self._few:
            bagged = bagged_weights(outputs, score_of, len(y))
            found = sum(weight * outputs[at] for at, weight in bagged.items())
            if mean_score(found) >= mean_score(outputs[0]):  # the best member's
                weights = bagged
        return {usable[at]: weight for at, weight in weights.items()}

    @property
    def _few(self) -> bool:
        """Whether there are so few records that chance matters, and a measure that is a mean."""
        return len(self.records.y) <= BAGGED_RECORDS and self.measure in CHOSEN_BY.values()

    def _outputs(self, weights: dict[int, float]) -> Any:
        return sum(weight * self.trials[at].outputs for at, weight in weights.items())

    def _mean_score(self, outputs: Any, y: Any = None) -> float:
        scores = self.records.scores(self.measure, outputs, y)
        return SIGN[self.measure] * sum(scores) / len(scores)

    def _batch_seconds(self, at: int) -> float:
        trial, classes = self.trials[at], len(self.fitter.data.classes or ())
        return batch_seconds(trial.candidate, trial.rounds, len(self.records.y), classes)

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
