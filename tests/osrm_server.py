"""OSRM's table service on the loopback, as its HTTP API v1 documents it, errors included."""

import json
import re
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

MOST_PLACES = 100  # of a table, as public servers are configured (--max-table-size)
PATH = re.compile(r"/table/v1/(?P<profile>\w+)/(?P<places>[^?]+)")
NUMBER = r"-?\d+(?:\.\d+)?"
PLACE = re.compile(rf"({NUMBER}),({NUMBER})")
Place = tuple[float, float]


class RefusedError(Exception):
    """An error of OSRM's: its code and message."""


def seconds(start: Place, end: Place) -> float | None:
    """Seconds by the latitudes of both ends, plus 7 when driving east; null where no road leads."""
    if start == end:
        return 0
    if (start[1], end[1]) == (1.0, 2.0):
        return None
    return round((start[1] + end[1]) * 100 + 7 * (end[0] > start[0]), 1)


def chosen(query: dict[str, list[str]], side: str, places: list[Place]) -> list[int]:
    """Return the numbers of the places that are sources, or destinations."""
    text = query.pop(side, ["all"])[0]
    if text == "all":
        return list(range(len(places)))
    if not re.fullmatch(r"\d+(;\d+)*", text):
        raise RefusedError("InvalidQuery", f"Query string malformed close to position {len(text)}")
    numbers = [int(word) for word in text.split(";")]
    if max(numbers) >= len(places):
        raise RefusedError("InvalidOptions", f"{side} index out of bounds")
    return numbers


def table(url: str) -> dict[str, Any]:
    """Return the answer to a request for a table; a RefusedError as OSRM would refuse it."""
    parts = urlsplit(url)
    found = PATH.fullmatch(parts.path)
    if found is None:
        raise RefusedError("InvalidUrl", "URL string malformed close to position 1")
    matches = [PLACE.fullmatch(text) for text in found["places"].split(";")]
    places = [(float(one[1]), float(one[2])) for one in matches if one is not None]
    if len(places) < len(matches):
        raise RefusedError("InvalidQuery", "Query string malformed close to position 20")
    query = parse_qs(parts.query)
    if query.pop("annotations", ["duration"]) != ["duration"]:
        raise RefusedError("InvalidQuery", "annotations is not known to this server")
    if len(places) > MOST_PLACES:
        raise RefusedError("TooBig", "Too many table coordinates")
    starts, ends = (chosen(query, side, places) for side in ("sources", "destinations"))
    if query:
        raise RefusedError("InvalidQuery", f"Query string malformed close to {min(query)}")
    for number, (_, latitude) in enumerate(places):
        if abs(latitude) > 85:
            what = f"Could not find a matching segment for coordinate {number}"
            raise RefusedError("NoSegment", what)

    def waypoint(number: int) -> dict[str, Any]:
        return {"hint": "x", "distance": 1.5, "name": "", "location": list(places[number])}

    return {
        "code": "Ok",
        "durations": [[seconds(places[a], places[b]) for b in ends] for a in starts],
        "sources": list(map(waypoint, starts)),
        "destinations": list(map(waypoint, ends)),
    }


class Osrm(BaseHTTPRequestHandler):
    """The server; `asked` are the addresses of its requests."""

    asked: list[str] = []

    def do_GET(self) -> None:
        Osrm.asked.append(self.path)
        try:
            status, content = 200, table(self.path)
        except RefusedError as error:
            status, content = 400, dict(zip(("code", "message"), error.args, strict=True))
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""
