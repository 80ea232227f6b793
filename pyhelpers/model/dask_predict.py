"""A cluster: batch work on the workers of a Dask scheduler, the same as at home."""

import operator
from collections import deque
from collections.abc import Generator, Iterable
from functools import partial
from typing import Any

from pyhelpers import KitError
from pyhelpers.csvio.blocks import Block
from pyhelpers.model.asking import FieldMap
from pyhelpers.model.batch_predict import Answering, answer_block
from pyhelpers.model.load import Model

IN_FLIGHT = 16  # blocks that wait or are worked on: what bounds memory
RETRIES = 10  # times that a block may lose its worker


def _outcome(model: Model, fields: FieldMap, data: bytes, line: int) -> tuple[bytes, str]:
    """Return a block's answer, or what is wrong with it; an exception of ours is unknown there."""
    try:
        return answer_block(model, fields, Block(data, [len(data)], line)), ""
    except KitError as error:
        return b"", str(error)


def packed(model: Model, fields: FieldMap) -> bytes:
    """Return the work on a block as bytes that hold our code, too: workers need not have it."""
    import cloudpickle

    import pyhelpers

    cloudpickle.register_pickle_by_value(pyhelpers)
    try:
        work: bytes = cloudpickle.dumps(partial(_outcome, model, fields))
    finally:
        cloudpickle.unregister_pickle_by_value(pyhelpers)
    return work


def on_cluster(client: Any, model: Model, fields: FieldMap) -> Answering:
    """Return what answers blocks on a cluster, in order, each once.

    A block is a task that needs nothing but itself and the model, another task: what a worker takes
    down with it, the scheduler has done again. The workers need numpy, and scikit-learn for models
    that are not linear.
    """
    import pickle

    settings = {"pure": False, "retries": RETRIES}
    work = client.submit(pickle.loads, packed(model, fields), **settings)

    def answer(blocks: Iterable[Block]) -> Generator[bytes]:
        waiting: deque[Any] = deque()
        for block in blocks:
            waiting.append(client.submit(operator.call, work, block.data, block.line, **settings))
            if len(waiting) >= IN_FLIGHT:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())

    return answer


def _result(task: Any) -> bytes:
    try:
        data, wrong = task.result()
    except Exception as error:
        what = f"the cluster gave a block up ({type(error).__name__}: {error})"
        raise KitError(f"{what}; see the workers' logs", 4) from None
    if wrong:
        raise KitError(wrong)
    answered: bytes = data
    return answered
