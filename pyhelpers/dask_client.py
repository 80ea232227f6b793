"""Connect to a Dask scheduler."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from pyhelpers import KitError

CONNECT_S = 10


@contextmanager
def dask_client(address: str) -> Iterator[Any]:
    """Yield a client of the Dask scheduler at an address such as tcp://host:8786.

    Raises
    ------
    KitError
        When no scheduler answers (exit code 4).
    ModuleNotFoundError
        When the package distributed is missing; the dispatcher names the extra that has it.
    """
    from distributed import Client

    try:
        client = cast(Any, Client)(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:80]
        what = f"no Dask scheduler answers ({reason})"
        raise KitError(f"{address}: {what}; check the address, tcp://HOST:8786", 4) from None
    with client:
        yield client
