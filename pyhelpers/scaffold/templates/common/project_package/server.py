"""Run the service behind an HTTP server, here and on every cloud."""

import os
import sys

from project_package.app import create_app
from project_package.contract import KitError
from project_package.contract.server import serve
from project_package.contract.sockets import bind

PORT = 8080


def log(line: str) -> None:
    """Write a line to the log."""
    print(line, file=sys.stderr, flush=True)


def run(host: str, port: int | None) -> None:
    """Serve until Ctrl-C or SIGTERM, on the given port, else on $PORT, else on 8080."""
    port = int(os.environ.get("PORT", PORT)) if port is None else port
    try:
        serve(create_app(), bind(host, port), log)
    except KitError as error:
        raise SystemExit(f"serve: {error}") from None
