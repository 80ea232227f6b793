"""Cross-validate candidates on the same folds; keep their out-of-fold predictions."""

import _thread
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import sqrt
from typing import Any

from pyhelpers.model.candidates import Candidate, Fitter, Member, cut_rounds
from pyhelpers.model.metrics import score
from pyhelpers.model.training_data import PreparedData

SAMPLE_ROWS = 2_000  # rows of the fit from which the cost of all rows is estimated
FIRST_SHARE = 0.5  # of the time left, after which the first boosting stops
LARGE = 10_000  # records from which the cost is estimated before the first fold


@dataclass
class Trial:
    """The cross-validation of a candidate.

    Attributes
    ----------
    scores : list of float
        One a fold; empty where the candidate was left out, for the reason in `note`.
    outputs : numpy.ndarray
        Out-of-fold numbers or probabilities of the records of `FoldedRecords`.
    rounds : int or None
        Of boosting: those with which all folds together lose least.
    milliseconds : float or None
        For one row, where it was measured.
    answering : float
        Seconds that predicting a fold took.
    """

    candidate: Candidate
    scores: list[float]
    seconds: float = 0.0
    note: str = ""
    outputs: Any = None
    rounds: int | None = None
    milliseconds: float | None = None
    answering: float = 0.0

    @property
    def mean(self) -> float:
        """Return the mean score over the folds."""
        return sum(self.scores) / len(self.scores)

    @property
    def sd(self) -> float:
        """Return the scores' standard deviation (n - 1) over the folds."""
        mean = self.mean
        return sqrt(sum((one - mean) ** 2 for one in self.scores) / max(1, len(self.scores) - 1))

    def row(self, measure: str) -> dict[str, Any]:
        """Return the trial's line of the leaderboard."""
        scored = bool(self.scores)
        return {
            "model": str(self.candidate),
            f"cv_{measure}": self.mean if scored else None,
            f"cv_{measure}_sd": self.sd if scored else None,
            "seconds": round(self.seconds, 2),
            "note": self.note,
        }


class FoldedRecords:
    """The records that cross-validation predicts, in the order of the file.

    Attributes
    ----------
    y, fold : numpy.ndarray, shape (records,)
    """

    def __init__(self, data: PreparedData, part: Any) -> None:
        import numpy as np

        self._data, self._part = data, part
        self._at = np.flatnonzero(np.isin(part, data.scored_folds))
        self.y, self.fold = data.y[self._at], part[self._at]

    def empty(self) -> Any:
        """Return an array for the outputs of all records."""
        import numpy as np

        classes = len(self._data.classes or ())
        return np.zeros((len(self.y), classes)) if classes else np.zeros(len(self.y))

    def predict(self, member: Member, fold: int, outputs: Any) -> float:
        """Write a member's outputs for the records of a fold; return the seconds."""
        import numpy as np

        start, data = time.monotonic(), self._data
        folds, classes = data.fitting_folds(fold), len(data.classes or ())
        for x, _, at in data.blocks(member.candidate.view, [fold], folds, self._part):
            outputs[np.searchsorted(self._at, at)] = member.outputs(x, classes)
        return time.monotonic() - start

    def scores(self, measure: str, outputs: Any, y: Any = None) -> list[float]:
        """Return a measure of outputs on each scored fold.

        Parameters
        ----------
        y : numpy.ndarray, shape (records,), optional
            In place of the records' targets.
        """
        y = self.y if y is None else y
        parts = [self.fold == fold for fold in self._data.scored_folds]
        return [score(measure, y[part], outputs[part]) for part in parts]


@dataclass(frozen=True)
class Selected:
    """What selection found.

    Attributes
    ----------
    members : list of (Trial, float)
        The chosen candidates and their weights.
    trials : list of Trial
        All candidates, in the order of the leaderboard.
    chosen : Trial
        The model or the blend: its name, its scores.
    """

    members: list[tuple[Trial, float]]
    trials: list[Trial]
    chosen: Trial
    stopped: bool = False


def blended(
    records: FoldedRecords,
    measure: str,
    members: list[tuple[Trial, float]],
    trials: list[Trial],
    stopped: bool = False,
) -> Selected:
    """Return the blend of some candidates, or the only one, beside all trials."""
    for trial, weight in members:
        trial.note = f"weight {weight:.2f}" if len(members) > 1 else "chosen"
    if len(members) == 1:
        return Selected(members, trials, members[0][0], stopped)
    outputs: Any = sum(weight * trial.outputs for trial, weight in members)
    blend = Trial(Candidate("blend"), records.scores(measure, outputs), 0.0, "chosen", outputs)
    return Selected(members, [blend, *trials], blend, stopped)


def measures_rows(
    selected: Selected,
    measure: str,
    held: Mapping[str, float],
    dummy: tuple[Trial, Mapping[str, float]],
    timed: bool,
) -> list[dict[str, Any]]:
    """Return the printed table: name, held-out measures of the model chosen, cross-validation."""
    unmeasured: dict[str, float | None] = dict.fromkeys(held)
    chosen = selected.chosen
    pairs: list[tuple[Trial, Mapping[str, float | None]]] = [
        *((trial, held if trial is chosen else unmeasured) for trial in selected.trials),
        dummy,
    ]
    rows = []
    for trial, of in pairs:
        row = trial.row(measure)
        timing = {name: row.pop(name) for name in ("seconds", "note")}
        named = {"model": row.pop("model")} | dict(of) | row
        rows.append(named | timing if timed else named)
    return rows


class TimeIsUpError(Exception):
    """What was being done took more time than it had."""


@contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """Raise TimeIsUpError inside after some seconds: a fit on a busy machine takes any time.

    The main thread is interrupted as by Ctrl-C, by another signal: a job in the background ignores
    that of Ctrl-C. Elsewhere there is no limit.
    """
    if seconds == math.inf or threading.current_thread() is not threading.main_thread():
        yield
        return
    if seconds <= 0:
        raise TimeIsUpError
    lock, over, fired = threading.Lock(), threading.Event(), threading.Event()

    def fire() -> None:
        with lock:
            if not over.is_set():
                fired.set()
                _thread.interrupt_main(signal.SIGALRM)

    timer = threading.Timer(seconds, fire)
    timer.daemon = True
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    timer.start()
    try:
        yield
        with lock:
            over.set()
    except KeyboardInterrupt:
        if fired.is_set():
            raise TimeIsUpError from None
        raise
    finally:
        over.set()
        timer.cancel()
        signal.signal(signal.SIGALRM, before)


def try_candidate(
    fitter: Fitter,
    records: FoldedRecords,
    candidate: Candidate,
    measure: str,
    affordable: Callable[[float], bool] = lambda seconds: True,
    slowest: float = 0.0,
    limit: float = math.inf,
) -> Trial:
    """Cross-validate a candidate, unless it would take more time than is left.

    Parameters
    ----------
    affordable : function
        Returns whether so many seconds are left.
    slowest : float
        Seconds of the longest fold of such a candidate so far; 0 where there is none.
    limit : float
        Seconds after which boosting stops, all folds together.
    """
    start, data = time.monotonic(), fitter.data
    trial, outputs = Trial(candidate, []), records.empty()
    boosted: list[Member] = []
    try:
        expected = 1.3 * slowest or _estimate(fitter, candidate)
        if candidate.view == "boosting" and not slowest:  # the first stops in time
            expected = 0.0
        for done, fold in enumerate(data.scored_folds):
            each = (time.monotonic() - start) / done if done else expected
            if not affordable(each * (len(data.scored_folds) - done)):
                trial.note, trial.seconds = "would exceed --time", time.monotonic() - start
                return trial
            if candidate.view == "boosting":
                left = limit - (time.monotonic() - start)
                share = left / (len(data.scored_folds) - done)
                boosted.append(fitter.fit_early(candidate, fold, share))
            else:
                member = fitter.fit(candidate, data.fitting_folds(fold))
                trial.answering = records.predict(member, fold, outputs)
        if boosted:
            trial.rounds = cut_rounds(boosted)
            for member, fold in zip(boosted, data.scored_folds, strict=True):
                trial.answering = records.predict(member, fold, outputs)
        trial.scores, trial.outputs = records.scores(measure, outputs), outputs
    except ValueError as error:  # raised by scikit-learn for data that it cannot learn from
        trial.note = " ".join(str(error).split())[:80]
    trial.seconds = time.monotonic() - start
    return trial


def _estimate(fitter: Fitter, candidate: Candidate) -> float:
    """Return the seconds of a fold, from a fit on a sample of many records; 0 for few."""
    import numpy as np

    data, folds = fitter.data, fitter.data.fitting_folds(None)
    rows = np.flatnonzero(np.isin(fitter.part, folds))
    if candidate.view == "linear" or len(rows) < LARGE:
        return 0.0
    some = np.full(len(fitter.part), -2, fitter.part.dtype)
    chosen = rows[:: len(rows) // SAMPLE_ROWS]
    some[chosen] = fitter.part[chosen]
    x, y, _ = data.matrix(candidate.view, folds, folds, some)
    start = time.monotonic()
    fitter.fit_trees(candidate, x, y)
    return (time.monotonic() - start) * len(rows) / len(x)
