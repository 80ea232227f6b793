"""Nominatim and Overpass on the loopback, answering as they document."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.loopback import run_server

LISBON = {
    "osm_type": "relation",
    "osm_id": 5400890,
    "boundingbox": ["38.6913994", "38.7967584", "-9.2298356", "-9.0863328"],
    "display_name": "Lisboa, Portugal",
    "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
}
ELEMENTS: list[dict[str, Any]] = [
    {
        "type": "node",
        "id": 1,
        "lat": 38.71,
        "lon": -9.14,
        "tags": {"name": "Tasca", "cuisine": "x"},
    },
    {"type": "way", "id": 2, "center": {"lat": 38.72, "lon": -9.15}, "tags": {"name": "Café, Ó"}},
    {"type": "node", "id": 3, "lat": 38.73, "lon": -9.13, "tags": {"name": "Tasca"}},
    {"type": "node", "id": 4, "lat": 38.74, "lon": -9.12, "tags": {"amenity": "restaurant"}},
]


PLACE = [{"osm_type": "relation", "osm_id": 1, "boundingbox": ["1", "2", "3", "4"]}]


class Maps(BaseHTTPRequestHandler):
    """Nominatim and Overpass; a test may set the next answers."""

    asked: list[tuple[str, str, str]] = []
    times: list[float] = []
    say: list[tuple[int, dict[str, str], Any]] = []

    def answer(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.take("")

    def do_POST(self) -> None:
        self.take(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def take(self, body: str) -> None:
        Maps.asked.append((self.path, body, self.headers["User-Agent"]))
        Maps.times.append(time.monotonic())
        if Maps.say:
            status, headers, content = Maps.say.pop(0)
            self.answer(status, content, headers)
        elif self.path.startswith("/search"):
            town = parse_qs(urlsplit(self.path).query)["q"][0]
            self.answer(200, [LISBON] if town == "Lisbon" else [])
        else:
            self.answer(200, {"version": 0.6, "elements": ELEMENTS})

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def map_services() -> Iterator[str]:
    """Yield the address of both services, which have been asked nothing yet."""
    Maps.asked, Maps.times, Maps.say = [], [], []
    with run_server(Maps) as address:
        yield address


def words(maps: str) -> list[str]:
    """Return the options of find-places that name both services."""
    return ["--overpass", f"{maps}/api/interpreter", "--nominatim", f"{maps}/search"]
