"""Connection to a Dask scheduler, for every command that takes --cluster."""

import copyreg
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from pyhelpers import KitError
from pyhelpers.machine import require

TIMEOUT_S = 10
RETRIES = 10  # of a task whose worker is lost


def _reduced(found: "cached_property[Any]") -> tuple[Any, ...]:
    """Return how a cached_property is made again: Python 3.11's holds a lock."""
    return cached_property, (found.func,), {"attrname": found.attrname}


def by_value(work: Any) -> bytes:
    """Return an object, pickled with the kit's code, so that a Dask worker needs none of it."""
    import cloudpickle

    import pyhelpers

    copyreg.pickle(cached_property, _reduced)
    cloudpickle.register_pickle_by_value(pyhelpers)
    try:
        pickled: bytes = cloudpickle.dumps(work)
    finally:
        cloudpickle.unregister_pickle_by_value(pyhelpers)
    return pickled


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Yield a client of the scheduler at an address such as tcp://10.0.0.4:8786.

    Raises
    ------
    KitError
        127 if the package distributed is missing, 4 if no scheduler answers.
    """
    require("distributed")
    from distributed import Client

    try:
        client: Any = Client(address, timeout=TIMEOUT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        why = " ".join(str(error).split())[:80]
        what = f"no Dask scheduler answers ({why or type(error).__name__})"
        raise KitError(f"{address}: {what}; check the address, tcp://HOST:8786", 4) from None
    try:
        yield client
    finally:
        client.close()


def _run(work: bytes, *given: Any) -> Any:
    """Call pickled work; a worker unpickles it once."""
    import pickle

    from distributed import get_worker

    known = vars(get_worker()).setdefault("unpickled", {})
    if work not in known:
        if len(known) >= 8:
            known.clear()
        known[work] = pickle.loads(work)
    return known[work](*given)


_run.__module__ = "__main__"  # so that it is sent by value: workers have nothing of the kit


def sent(client: Any, data: bytes) -> Any:
    """Return bytes that are on the cluster; a lost worker's are sent again."""
    return client.submit(bytes, data, pure=False, retries=RETRIES)


def started(client: Any, work: Any, *given: Any) -> Any:
    """Return the task of calling work that was `sent`; that of a lost Dask worker is repeated.

    Only plain values and bytes go from one Dask worker to another: what is sent by value holds
    classes that a worker cannot pickle.
    """
    return client.submit(_run, work, *given, pure=False, retries=RETRIES)
