"""The prediction service: responses to requests, independent of any server."""

import hmac
import json
import math
import os
import re
import stat
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from pyhelpers import KitError
from pyhelpers.model.schema import BadValue, Row, Schema
from pyhelpers.serving import body_parsers, html_form, prometheus
from pyhelpers.serving.http_protocol import (
    JSON,
    Limits,
    Request,
    Response,
    json_response,
    refusal,
    too_large,
)
from pyhelpers.serving.prometheus import Counts

PREDICT = ("/predict", "/invocations", "/score")
GZIP = ("gzip", "x-gzip")
HEALTH = ("/ping", "/health", "/healthz", "/readyz")

Handler = Callable[[Request], Response]


class Answering(Protocol):
    """A predictor of rows."""

    def predict(self, rows: Iterable[Row]) -> Sequence[float | str | int]:
        """Return the prediction of each row: a number or a class."""


class Model(Protocol):
    """The model that is served."""

    @property
    def name(self) -> str:
        """Return its name."""

    @property
    def card(self) -> Mapping[str, Any]:
        """Return its card: task, target, versions and more."""

    @property
    def schema(self) -> Schema:
        """Return its fields."""

    @property
    def predictor(self) -> Answering:
        """Return its predictor."""


def bad_value(error: BadValue) -> Response:
    """Return an error as JSON, with the row (from 0) and the field as members of their own."""
    row = None if error.row is None else f"row {error.row}"
    name = None if error.name is None else f"field {error.name!r}"
    where = ", ".join(part for part in (row, name) if part)
    document: dict[str, Any] = {"error": f"{where}: {error}" if where else str(error)}
    if error.row is not None:
        document["row"] = error.row
    if error.name is not None:
        document["field"] = error.name
    return json_response(400, document)


def read_token(file: str | None) -> str | None:
    """Return the token: the first line of a file, else $BEACHHEAD_TOKEN; None if neither is set.

    Raises
    ------
    KitError
        For a file that other users of this machine can read, and for an empty token, which would
        leave the service open without notice.
    """
    if file is None:
        token = os.environ.get("BEACHHEAD_TOKEN")
        if token is None:
            return None
        if not token.strip():
            raise KitError("BEACHHEAD_TOKEN is empty; set a token, or unset it")
        return token.strip()
    with open(file, encoding="utf-8") as stream:
        token = stream.readline().strip()
        mode = os.fstat(stream.fileno()).st_mode
    if not token:
        raise KitError(f"{file}: its first line is empty; write the token into it")
    if stat.S_ISREG(mode) and mode & 0o077:
        raise KitError(f"{file}: others can read it; run chmod 600 on it and choose a new token")
    return token


class Service:
    """One model and its routes; `answer` returns the response to a request.

    Parameters
    ----------
    model : Model
        Loaded once.
    token : str, optional
        Bearer token (RFC 6750) that all requests but health checks need.
    prefix : str
        Prefix of each path behind a proxy; paths without it are answered too.
    about : dict, optional
        Further members of /version.
    """

    def __init__(
        self,
        model: Model,
        limits: Limits | None = None,
        token: str | None = None,
        prefix: str = "",
        about: Mapping[str, str] | None = None,
    ) -> None:
        self.model, self.limits, self._about = model, limits or Limits(), about or {}
        self._prefix = prefix.rstrip("/")
        self.counts = Counts(model.name)
        self._token = None if token is None else token.encode()
        named = (f"/v1/models/{model.name}:predict", os.environ.get("AIP_PREDICT_ROUTE"))
        healthy = (f"/v1/models/{model.name}", os.environ.get("AIP_HEALTH_ROUTE"))
        gets: dict[str, Handler] = {path: self.health for path in (*HEALTH, *healthy) if path}
        gets |= {"/version": self.version, "/metrics": self.metrics, "/": self.page}
        posts: dict[str, Handler] = {path: self.predict for path in (*PREDICT, *named) if path}
        self._routes = {"POST": posts, "GET": gets}
        self._page = html_form.page(model.name, model.card, model.schema.features)

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self.model.name

    def answer(self, request: Request) -> Response:
        """Return the response to a request; errors are JSON."""
        start = time.perf_counter()
        request = self._routed(request)
        response = self._refusal(request) or self._handler(request)(request)
        self._count(request, response, start)
        return response

    def screen(self, head: Request) -> Response | None:
        """Return the refusal of a request, given its head; None if its body is to be read."""
        head = self._routed(head)
        response = self._refusal(head)
        if response:
            self._count(head, response, time.perf_counter())
        return response

    def _count(self, request: Request, response: Response, start: float) -> None:
        known = any(request.path in routes for routes in self._routes.values())
        path = request.path if known else "other"
        self.counts.add(path, response.status, time.perf_counter() - start, response.rows)

    def _routed(self, request: Request) -> Request:
        """Return a request without the prefix of its path."""
        if self._prefix and request.path.startswith(f"{self._prefix}/"):
            return replace(request, path=request.path[len(self._prefix) :])
        return request

    def _handler(self, request: Request) -> Handler:
        method = "GET" if request.method == "HEAD" else request.method
        return self._routes[method][request.path]

    def _refusal(self, request: Request) -> Response | None:
        method, path = request.method.replace("HEAD", "GET"), request.path
        if self._prefix and path == self._prefix:  # the page's links are relative to its folder
            location = path.rpartition("/")[2] + "/"
            return refusal(308, f"the page is at {path}/", Location=location)
        handler = self._routes.get(method, {}).get(path)
        if handler != self.health and not self._may(request):
            return self._locked(request)
        allowed = [method for method, routes in self._routes.items() if path in routes]
        if not allowed:
            what = f"no such path; use POST {PREDICT[0]}, or GET {HEALTH[2]} for health"
            return refusal(404, what)
        if handler is None:
            what = f"{path} accepts {allowed[0]}, not {request.method}"
            return refusal(405, what, Allow=", ".join(allowed))
        coding = request.headers.get("content-encoding", "identity").lower()
        if coding not in ("identity", *GZIP):
            what = f"content-encoding {coding!r} is not supported; send gzip or none"
            return refusal(415, what, Accept_Encoding="gzip")
        return None

    def _locked(self, request: Request) -> Response:
        """Ask for the token; in a browser by a page with a field for it."""
        if request.path == "/" and re.search(r"text/html|\*/\*", request.headers.get("accept", "")):
            bearer = ("WWW-Authenticate", "Bearer")
            return self._html(401, html_form.locked_page(self.model.name), bearer)
        what = "a bearer token is needed: send it as Authorization: Bearer TOKEN"
        return refusal(401, what, WWW_Authenticate="Bearer")

    def _html(self, status: int, text: str, *headers: tuple[str, str]) -> Response:
        policy = ("Content-Security-Policy", html_form.content_policy())
        return Response(status, text.encode(), "text/html; charset=utf-8", (policy, *headers))

    def _may(self, request: Request) -> bool:
        if self._token is None:
            return True
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        same = hmac.compare_digest(shown.strip().encode("latin-1"), self._token)
        return scheme.lower() == "bearer" and same

    def health(self, request: Request) -> Response:
        """Report that the model is loaded; before that nothing is answered."""
        return json_response(200, {"status": "ok", "model": self.model.name})

    def version(self, request: Request) -> Response:
        """Report which model is served."""
        card = self.model.card
        kept = {key: card.get(key) for key in ("task", "target", "model", "versions")}
        fields = self.model.schema.names
        served = {"name": self.model.name, "fields": fields}
        return json_response(200, served | kept | dict(self._about))

    def metrics(self, request: Request) -> Response:
        """Report metrics."""
        return Response(200, self.counts.text().encode(), prometheus.KIND)

    def page(self, request: Request) -> Response:
        """Return the form for a browser."""
        return self._html(200, self._page)

    def predict(self, request: Request) -> Response:
        """Return a prediction for each row."""
        try:
            if request.headers.get("content-encoding", "").lower() in GZIP:
                request = replace(
                    request, body=body_parsers.inflated(request.body, self.limits.body)
                )
            if len(request.body) > self.limits.body:
                return refusal(413, too_large(self.limits.body))
            rows, chapter = self._rows(request)
            if len(rows) > self.limits.rows:
                what = f"{len(rows)} rows are more than {self.limits.rows}; send fewer at once"
                return refusal(413, what)
            return self._predictions(rows, chapter)
        except BadValue as error:
            return bad_value(error)

    def _rows(self, request: Request) -> tuple[list[Row], bool]:
        kind = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
        if kind in body_parsers.CSV_TYPES:
            return body_parsers.rows_of_csv(self.model.schema, request.body), False
        document = body_parsers.parse_json(request.body)
        chapter = body_parsers.is_chapter(self.model.schema, document)
        return body_parsers.rows_of_json(self.model.schema, document), chapter

    def _predictions(self, rows: list[Row], chapter: bool) -> Response:
        answers = self.model.predictor.predict(rows) if rows else []
        for row, answer in enumerate(answers):
            if isinstance(answer, float) and not math.isfinite(answer):
                raise BadValue("its values are too large: the prediction is not finite", row)
        document = {"predictions": answers} | ({"prediction": answers} if chapter else {})
        body = json.dumps(document).encode() + b"\n"
        return Response(200, body, rows=len(rows))
