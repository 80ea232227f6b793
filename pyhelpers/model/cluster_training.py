"""Training on a Dask cluster: block-wise fits on the workers, candidates of trees side by side."""

import pickle
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

from pyhelpers import KitError
from pyhelpers.dask_client import by_value, sent, started
from pyhelpers.model.candidates import Candidate, Fitter
from pyhelpers.model.column_store import ColumnStore
from pyhelpers.model.preprocessing import View
from pyhelpers.model.training_data import BlockFunction, PreparedData
from pyhelpers.model.trials import FIRST_SHARE, FoldedRecords, Trial, try_candidate


def on_piece(
    training: str,
    function: Callable[..., Any],
    view: View,
    parts: Sequence[int],
    folds: Sequence[int],
    piece: bytes,
    *given: Any,
) -> list[Any]:
    """Return what a function of a block gives, after what else it is given.

    A Dask worker keeps the last matrix of each block of a training: a fit of many passes makes it
    once.
    """
    from distributed import get_worker

    all_known = vars(get_worker()).setdefault("matrices", {})
    if training not in all_known:
        all_known.clear()
    known = all_known.setdefault(training, {})
    asked = (view, *parts, "of", *folds)
    if known.get(piece, ("", []))[0] != asked:
        data: PreparedData = pickle.loads(piece)
        known[piece] = asked, list(data.map_blocks(_itself, view, parts, folds))
    return [function(*given, *block) for block in known[piece][1]]


def _itself(*block: Any) -> Any:
    return block


def on_records(seed: int, measure: str, until: float, given: bytes, wanted: bytes) -> Any:
    """Cross-validate a candidate on records, both pickled; return its trial as plain values.

    Parameters
    ----------
    until : float
        Seconds since 1970 when the time is over.
    """
    import sklearn.ensemble  # noqa: F401 - only what is loaded is limited
    from threadpoolctl import threadpool_limits

    def affordable(seconds: float) -> bool:
        return time.time() + seconds <= until

    data: PreparedData = pickle.loads(given)
    of: Candidate = pickle.loads(wanted)
    fitter, records = Fitter(data, seed, data.part), FoldedRecords(data, data.part)
    with threadpool_limits(1):  # a worker runs a task in each of its threads
        limit = FIRST_SHARE * max(0.0, until - time.time())
        trial = try_candidate(fitter, records, of, measure, affordable, limit=limit)
    return {name: value for name, value in vars(trial).items() if name != "candidate"}


class TrainingCluster:
    """The records of a training on the workers of a Dask cluster.

    A task depends only on the records and on what is asked, so the scheduler repeats the tasks of a
    lost worker. Workers need numpy, pandas, SciPy and scikit-learn, and nothing of the kit.
    """

    def __init__(self, client: Any) -> None:
        self._client, self._name = client, uuid4().hex
        self._pieces: list[Any] = []
        self._work: dict[Any, Any] = {}
        self._of: PreparedData | None = None
        self._trials: dict[str, Any] = {}
        self._handed_out = False

    def map_blocks(
        self,
        data: PreparedData,
        function: BlockFunction,
        view: View,
        parts: Sequence[int],
        folds: Sequence[int],
    ) -> Iterator[Any]:
        """Yield what `data.map_blocks` yields, computed by the cluster."""
        if self._of is not data:
            self._of, self._work = data, {}
            self._pieces = [self._sent(piece) for piece in pieces_of(data)]
        call, given = (
            (function.func, function.args) if isinstance(function, partial) else (function, ())
        )
        key = (call, view, tuple(parts), tuple(folds))
        if key not in self._work:  # what changes from pass to pass is sent apart from the code
            work = partial(on_piece, self._name, call, view, list(parts), list(folds))
            self._work[key] = self._sent(work)
        tasks = [started(self._client, self._work[key], p, *given) for p in self._pieces]
        for task in tasks:
            yield from _result(task)

    def hand_out(
        self, fitter: Fitter, wanted: Sequence[Candidate], measure: str, left: float
    ) -> None:
        """Hand out the candidates of trees, once; `trial` waits for one of them."""
        if self._handed_out:
            return
        self._handed_out = True
        data = sample_of(fitter.data, fitter.part)
        records, until = self._sent(data), time.time() + left
        work = self._sent(partial(on_records, fitter.seed, measure, until))
        for of in wanted:
            if of.view != "linear":
                self._trials[str(of)] = started(self._client, work, records, by_value(of))

    def trial(self, candidate: Candidate, left: float) -> Trial | None:
        """Return the trial of a candidate that was handed out; None for others."""
        task = self._trials.pop(str(candidate), None)
        if task is None:
            return None
        found = _result(task, max(0.0, left))
        if found is None:
            return Trial(candidate, [], note="would exceed --time")
        return Trial(candidate, **found)

    def drop(self) -> None:
        """Cancel the candidates that nobody waits for any more."""
        for task in self._trials.values():
            task.cancel()
        self._trials.clear()

    def _sent(self, value: Any) -> Any:
        return sent(self._client, by_value(value))


def fitter_of(data: PreparedData, seed: int, part: Any, cluster: TrainingCluster | None) -> Fitter:
    """Return a fitter; with a cluster, its workers fit the linear models."""
    fitter = Fitter(data, seed, part)
    if cluster:
        fitter.map_blocks = partial(cluster.map_blocks, data)
    return fitter


def _result(task: Any, seconds: float | None = None) -> Any:
    """Return a task's result; None where it takes longer."""
    try:
        return task.result(timeout=seconds)
    except TimeoutError:
        task.cancel()
        return None
    except Exception as error:
        what = f"the cluster could not train on a block ({type(error).__name__}: {error})"
        raise KitError(f"{what}; see the workers' logs", 4) from None


def _without_texts(data: PreparedData, places: Any, blocks: list[list[Any]]) -> PreparedData:
    """Return some records of a training; what columns hold beside them stays behind."""
    store = ColumnStore(sum(values.nbytes for block in blocks for values in block))
    for block in blocks:
        store.append(block)
    used = [replace(column, texts=[], odd=type(column.odd)(), _codes={}) for column in data.used]
    target = replace(data.target, texts=[], odd=type(data.target.odd)(), _codes={})
    chosen = {name: getattr(data, name)[places] for name in ("y", "part", "cross")}
    return replace(data, store=store, used=used, target=target, **chosen)


def pieces_of(data: PreparedData) -> Iterator[PreparedData]:
    """Yield each block as records of its own."""
    for place, block in data.store.slices():
        yield _without_texts(data, place, [block])


def sample_of(data: PreparedData, part: Any) -> PreparedData:
    """Return the records of the folds of a sample, in order, as one block."""
    import numpy as np

    rows = np.flatnonzero(part >= 0)
    blocks = [[data.store.column(at)[rows] for at in range(len(data.store.blocks[0]))]]
    return _without_texts(replace(data, part=part), rows, blocks)
