"""The service: rows come in JSON or CSV, predictions go out; errors are JSON too.

Its routes are in contract/service.py.
"""

from pathlib import Path

from project_package import __version__
from project_package.contract.bearer_token import read_token
from project_package.contract.service import Service
from project_package.model import load
from project_package.settings import MODEL


def create_app(path: Path = MODEL) -> Service:
    """Return the service; the model is loaded once.

    With $BEACHHEAD_TOKEN it answers only those who show it.
    """
    return Service(load(path), token=read_token(None), about={"version": __version__})
