"""The server that the service runs behind, on this machine and on every cloud."""

import os

from waitress import serve

from project_package.app import create_app

PORT = 8080


def run(host: str, port: int | None) -> None:
    """Serve until Ctrl-C; the port is given, or the platform's $PORT, or 8080."""
    port = port or int(os.environ.get("PORT", PORT))
    try:
        serve(create_app(), host=host, port=port)
    except OSError as error:
        raise SystemExit(f"{host}:{port}: {error.strerror}; name another --port") from None
