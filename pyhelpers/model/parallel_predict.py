"""Predict blocks in several processes or on a Dask cluster, in the order of the CSV."""

import os
from collections import deque
from collections.abc import Generator, Iterable
from functools import partial
from itertools import islice
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.blocks import Block
from pyhelpers.dask_client import by_value, sent, started
from pyhelpers.machine import cores
from pyhelpers.model.batch_predict import BlockPredictor, FieldMap, Predicted, predict_block
from pyhelpers.model.load import Model
from pyhelpers.model.new_columns import Unseen

BLOCKS_PER_PROCESS = 4  # handed out at a time, which limits memory
IN_FLIGHT = 16  # blocks submitted at a time, which limits memory


def in_processes(model: Model, fields: FieldMap, jobs: int) -> BlockPredictor:
    """Return a function that predicts blocks in `jobs` processes (-1: one per core)."""

    def answer(blocks: Iterable[Block]) -> Generator[Predicted]:
        from joblib import Parallel, delayed

        # Silence joblib's resource tracker, which cleans up after Ctrl-C or a closed pipe.
        os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker")
        processes = cores() if jobs < 0 else jobs
        left = iter(blocks)
        with Parallel(n_jobs=processes, return_as="generator") as pool:
            try:
                while batch := list(islice(left, BLOCKS_PER_PROCESS * processes)):
                    yield from pool(delayed(predict_block)(model, fields, block) for block in batch)
            except BaseException:
                pool._backend.abort_everything(ensure_ready=False)
                raise

    return answer


def _outcome(model: Model, fields: FieldMap, data: bytes, line: int) -> tuple[bytes, Any, str]:
    """Return a block's result, or the error as text: the client cannot unpickle our classes."""
    try:
        found, unseen = predict_block(model, fields, Block(data, [len(data)], line))
        return found, (unseen.counts, unseen.examples), ""
    except KitError as error:
        return b"", ({}, {}), str(error)


def on_cluster(client: Any, model: Model, fields: FieldMap) -> BlockPredictor:
    """Return a function that predicts blocks on a cluster, in order, each once.

    The task of a block depends only on its data and on the model, so the scheduler repeats the
    tasks of a lost worker. Workers need numpy, and scikit-learn for models without a plain form.
    """
    work = sent(client, by_value(partial(_outcome, model, fields)))

    def answer(blocks: Iterable[Block]) -> Generator[Predicted]:
        waiting: deque[Any] = deque()
        for block in blocks:
            waiting.append(started(client, work, block.data, block.line))
            if len(waiting) >= IN_FLIGHT:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())

    return answer


def _result(task: Any) -> Predicted:
    try:
        data, unseen, wrong = task.result()
    except Exception as error:
        what = f"the cluster could not predict a block ({type(error).__name__}: {error})"
        raise KitError(f"{what}; see the workers' logs", 4) from None
    if wrong:
        raise KitError(wrong)
    return Predicted(data, Unseen(*unseen))
