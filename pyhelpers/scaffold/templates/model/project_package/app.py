"""The prediction service; its routes are in contract/service.py."""

from pathlib import Path

from project_package import __version__
from project_package.contract.access import Access, read_token
from project_package.contract.service import Service
from project_package.model import load
from project_package.settings import MODEL


def create_app(path: Path = MODEL) -> Service:
    """Return the service, with its model loaded.

    With $BEACHHEAD_TOKEN set, clients must send that token.
    """
    access = Access(read_token(None))
    return Service(load(path), access=access, about={"version": __version__})
