"""The server that the service runs behind, on this machine and on every cloud."""

import os
import sys

from project_package.app import create_app
from project_package.contract import KitError
from project_package.contract.server import serve
from project_package.contract.sockets import bind

PORT = 8080


def tell(line: str) -> None:
    """Write a line to the log."""
    print(line, file=sys.stderr, flush=True)


def run(host: str, port: int | None) -> None:
    """Serve until Ctrl-C or SIGTERM; the port is given, or the platform's $PORT, or 8080."""
    port = int(os.environ.get("PORT", PORT)) if port is None else port
    try:
        serve(create_app(), bind(host, port), tell)
    except KitError as error:
        raise SystemExit(f"serve: {error}") from None
