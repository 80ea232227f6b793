"""What the tests of map services share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pyhelpers.places.service import MapService
from tests.maps_server import map_services


@pytest.fixture
def maps() -> Iterator[str]:
    """Map services at a loopback address."""
    with map_services() as address:
        yield address


@pytest.fixture
def map_service(tmp_path: Path) -> MapService:
    """A service with a cache of its own, asked without waiting."""
    return MapService(tmp_path / "cache", apart=0.0, first_wait=0.01)


@pytest.fixture
def into(tmp_path: Path) -> Path:
    """Return an empty folder to unpack a home into."""
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return where a home is packed to: in a folder of its own."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out/home.pack"
