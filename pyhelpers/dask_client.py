"""Connection to a Dask scheduler, for every command that takes --cluster."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyhelpers import KitError
from pyhelpers.machine import require

TIMEOUT_S = 10


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
