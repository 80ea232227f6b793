"""The prediction service; its routes are in contract/service.py."""

from pathlib import Path

from project_package import __version__
from project_package.contract.service import Service, read_token
from project_package.model import load
from project_package.settings import MODEL


def create_app(path: Path = MODEL) -> Service:
    """Return the service, with its model loaded.

    With $BEACHHEAD_TOKEN set, clients must send that token.
    """
    return Service(load(path), token=read_token(None), about={"version": __version__})
