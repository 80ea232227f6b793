"""The service: what is asked of a model over HTTP and what is answered, apart from any server."""

import json
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyhelpers import __version__
from pyhelpers.model.schema import BadValue, Row
from pyhelpers.model.store import Model
from pyhelpers.serve import shapes

JSON = "application/json"
PREDICT = ("/predict", "/invocations", "/score")
HEALTH = ("/ping", "/health", "/healthz", "/readyz")


@dataclass(frozen=True)
class Request:
    """A request as a server hands it over: the path without its query, headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """An answer as a server sends it."""

    status: int
    body: bytes
    kind: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


Handler = Callable[[Request], Response]


@dataclass(frozen=True)
class Limits:
    """What one request may take: bytes of body, rows, seconds."""

    body: int = 10_000_000
    rows: int = 100_000
    seconds: float = 30.0


def json_response(status: int, document: Any, **headers: str) -> Response:
    """Return a JSON answer; a header's name is given with underscores."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(status, json.dumps(document).encode() + b"\n", JSON, named)


def refusal(status: int, message: str, **headers: str) -> Response:
    """Return an error as JSON: {"error": what is wrong}."""
    return json_response(status, {"error": message}, **headers)


def bad_value(error: BadValue) -> Response:
    """Return what is wrong with a row as JSON, its row (from 0) and field named apart too."""
    row = None if error.row is None else f"row {error.row}"
    name = None if error.name is None else f"field {error.name!r}"
    where = ", ".join(part for part in (row, name) if part)
    document: dict[str, Any] = {"error": f"{where}: {error}" if where else str(error)}
    if error.row is not None:
        document["row"] = error.row
    if error.name is not None:
        document["field"] = error.name
    return json_response(400, document)


class Service:
    """One model behind its routes: `answer` is a plain function of a request.

    Parameters
    ----------
    model : Model
        Loaded once, for as long as the service lives.
    """

    def __init__(self, model: Model, limits: Limits | None = None) -> None:
        self.model, self.limits = model, limits or Limits()
        named = (f"/v1/models/{model.name}:predict", os.environ.get("AIP_PREDICT_ROUTE"))
        healthy = (f"/v1/models/{model.name}", os.environ.get("AIP_HEALTH_ROUTE"))
        self._routes: dict[str, dict[str, Handler]] = {
            "POST": {path: self.predict for path in (*PREDICT, *named) if path},
            "GET": {path: self.health for path in (*HEALTH, *healthy) if path}
            | {"/version": self.version},
        }

    def answer(self, request: Request) -> Response:
        """Return the answer to a request: for every one there is one, JSON where it is an error."""
        method = "GET" if request.method == "HEAD" else request.method
        handler = self._routes.get(method, {}).get(request.path)
        if handler is not None:
            return handler(request)
        allowed = [method for method, routes in self._routes.items() if request.path in routes]
        if allowed:
            what = f"{request.path} takes {allowed[0]}, not {request.method}"
            return refusal(405, what, Allow=", ".join(allowed))
        return refusal(404, f"no such path; POST {PREDICT[0]} predicts, GET {HEALTH[2]} is health")

    def health(self, request: Request) -> Response:
        """Say that the model is loaded: no answer comes before it is."""
        return json_response(200, {"status": "ok", "model": self.model.name})

    def version(self, request: Request) -> Response:
        """Say what is served."""
        card = self.model.card
        kept = {key: card.get(key) for key in ("task", "target", "model", "versions")}
        served = {
            "name": self.model.name,
            "beachhead": __version__,
            "fields": self.model.schema.names,
        }
        return json_response(200, served | kept)

    def predict(self, request: Request) -> Response:
        """Answer rows with predictions."""
        if len(request.body) > self.limits.body:
            return refusal(
                413, f"the body is larger than {self.limits.body} bytes; send fewer rows"
            )
        try:
            rows, chapter = self._rows(request)
            if len(rows) > self.limits.rows:
                return refusal(
                    413, f"{len(rows)} rows are more than {self.limits.rows}; send fewer"
                )
            return self._predictions(rows, chapter)
        except BadValue as error:
            return bad_value(error)

    def _rows(self, request: Request) -> tuple[list[Row], bool]:
        kind = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
        if kind in shapes.CSV_TYPES:
            return shapes.rows_of_csv(self.model.schema, request.body), False
        document = shapes.parse_json(request.body)
        chapter = shapes.is_chapter(self.model.schema, document)
        return shapes.rows_of_json(self.model.schema, document), chapter

    def _predictions(self, rows: list[Row], chapter: bool) -> Response:
        answers = self.model.predictor.predict(rows) if rows else []
        for row, answer in enumerate(answers):
            if isinstance(answer, float) and not math.isfinite(answer):
                raise BadValue("its values are too large: the prediction is not finite", row)
        document = {"predictions": answers}
        return json_response(200, document | ({"prediction": answers} if chapter else {}))
