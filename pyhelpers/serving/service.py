"""The prediction service: responses to requests, independent of any server."""

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from pyhelpers.model.drift import Drift
from pyhelpers.serving import html_form, kserve_v2, prometheus
from pyhelpers.serving.access import Access
from pyhelpers.serving.http_protocol import Limits, Request, Response, json_response, refusal
from pyhelpers.serving.predictions import GZIP, Model, Predicted, Predictions
from pyhelpers.serving.prometheus import Counts

PREDICT = ("/predict", "/invocations", "/score")
HEALTH = ("/ping", "/health", "/healthz", "/readyz", "/v2/health/live", "/v2/health/ready")

DEPLOYED = ("version", "model_hash", "since")  # of a deployed model; its health says them

Handler = Callable[[Request], Response]


class Log(Protocol):
    """A log of requests for predictions."""

    written: int
    dropped: int

    def add(self, request: Request, response: Response, seconds: float) -> None:
        """Log a request and its response without waiting."""


class Service:
    """One model and its routes; `answer` returns the response to a request.

    Parameters
    ----------
    model : Model
        Loaded once.
    access : Access, optional
        Token, prefix and origins; by default all requests are answered.
    about : dict, optional
        Further members of /version.
    log : Log, optional
        Log of the requests for predictions.
    """

    def __init__(
        self,
        model: Model,
        limits: Limits | None = None,
        access: Access | None = None,
        about: Mapping[str, str] | None = None,
        log: Log | None = None,
    ) -> None:
        self.model, self.limits, self._about = model, limits or Limits(), about or {}
        self._access = access or Access()
        self.counts = Counts(model.name)
        self.drift, self._log = Drift(model.card, model.schema.names), log
        self._predictions = Predictions(model, self.limits)
        self._routes = {"POST": self._posts(), "GET": self._gets()}
        self._paths = frozenset(path for routes in self._routes.values() for path in routes)

    def _posts(self) -> dict[str, Handler]:
        v1, v2 = f"/v1/models/{self.name}:predict", f"/v2/models/{self.name}"
        paths = (*PREDICT, v1, os.environ.get("AIP_PREDICT_ROUTE"))
        predict: dict[str, Handler] = {path: self._predictions.predict for path in paths if path}
        versioned = (v2, f"{v2}/versions/{kserve_v2.VERSION}")
        return predict | {f"{path}/infer": self._predictions.infer for path in versioned}

    def _gets(self) -> dict[str, Handler]:
        v2 = f"/v2/models/{self.name}"
        versioned = (v2, f"{v2}/versions/{kserve_v2.VERSION}")
        named = (f"/v1/models/{self.name}", os.environ.get("AIP_HEALTH_ROUTE"))
        paths = (*HEALTH, *named, *(f"{path}/ready" for path in versioned))
        health: dict[str, Handler] = {path: self.health for path in paths if path}
        gets = {"/version": self.version, "/metrics": self.metrics, "/": self.page}
        metadata: dict[str, Handler] = dict.fromkeys(versioned, self.v2_model)
        return health | gets | metadata | {"/v2": self.v2_server}

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self.model.name

    def answer(self, request: Request) -> Response:
        """Return the response to a request; errors are JSON."""
        start = time.perf_counter()
        request = self._routed(request)
        refused = self._refusal(request)
        response = refused or self._handler(request)(request)
        seconds = self._count(request, response, start)
        if refused is None and request.path in self._routes["POST"]:
            self._watch(request, response, seconds)
        return self._access.with_cors(request, response)

    def screen(self, head: Request) -> Response | None:
        """Return the refusal of a request, given its head; None if its body is to be read."""
        head = self._routed(head)
        response = self._refusal(head)
        if response is None:
            return None
        self._count(head, response, time.perf_counter())
        return self._access.with_cors(head, response)

    def _routed(self, request: Request) -> Request:
        """Return a request without its prefix, and without a slash after the path of a route."""
        request = self._access.without_prefix(request)
        path = request.path
        if path.endswith("/") and path not in self._paths and path[:-1] in self._paths:
            return replace(request, path=path[:-1])
        return request

    def _watch(self, request: Request, response: Response, seconds: float) -> None:
        """Measure the drift of rows and predictions; log the request."""
        found = response.detail
        if isinstance(found, Predicted):
            self.drift.add(found.rows, found.answers)
        if self._log:
            self._log.add(request, response, seconds)

    def _count(self, request: Request, response: Response, start: float) -> float:
        """Count a response; return how many seconds it took."""
        path = request.path if request.path in self._paths else "other"
        found = response.detail if isinstance(response.detail, Predicted) else None
        seconds = time.perf_counter() - start
        self.counts.add(path, response.status, seconds, found)
        return seconds

    def _handler(self, request: Request) -> Handler:
        method = "GET" if request.method == "HEAD" else request.method
        return self._routes[method][request.path]

    def _refusal(self, request: Request) -> Response | None:
        method, path = request.method.replace("HEAD", "GET"), request.path
        if self._access.is_preflight(request):
            return Response(200, b"")
        if path not in self._paths and self._access.is_prefix(request):
            # The page's links are relative to its folder.
            location = path.rpartition("/")[2] + "/"
            return refusal(308, f"the page is at {path}/", Location=location)
        handler = self._routes.get(method, {}).get(path)
        if handler != self.health and not self._access.allows(request):
            return self._locked(request)
        if path not in self._paths:
            what = f"no such path; use POST {PREDICT[0]}, or GET {HEALTH[2]} for health"
            return refusal(404, what)
        if handler is None:
            allowed = [method for method, routes in self._routes.items() if path in routes]
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

    def health(self, request: Request) -> Response:
        """Report that the model is loaded; before that nothing is answered."""
        deployed = "model_hash" in self._about
        known = {key: self._about[key] for key in DEPLOYED} if deployed else {}
        return json_response(200, {"status": "ok", "model": self.model.name} | known)

    def version(self, request: Request) -> Response:
        """Report which model is served."""
        card = self.model.card
        kept = {key: card.get(key) for key in ("task", "target", "model", "versions")}
        fields = self.model.schema.names
        served = {"name": self.model.name, "fields": fields}
        return json_response(200, served | kept | dict(self._about))

    def v2_server(self, request: Request) -> Response:
        """Report the metadata of the server (KServe V2)."""
        return json_response(200, kserve_v2.server_metadata(self._about.get("beachhead", "")))

    def v2_model(self, request: Request) -> Response:
        """Report the model's inputs and outputs (KServe V2)."""
        card = self.model.card
        found = kserve_v2.model_metadata(self.name, self.model.schema, card.get("classes"))
        return json_response(200, found)

    def metrics(self, request: Request) -> Response:
        """Report metrics."""
        text = self.counts.text() + prometheus.drift_text(self.drift)
        if self._log:
            text += prometheus.log_text(self._log.written, self._log.dropped)
        return Response(200, text.encode(), prometheus.KIND)

    def page(self, request: Request) -> Response:
        """Return the form for a browser."""
        return self._html(200, html_form.page(self.model, self.drift))
