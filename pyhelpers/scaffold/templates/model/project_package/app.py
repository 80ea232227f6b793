"""The service: rows come in JSON or CSV, predictions go out; errors are JSON too."""

import math
import os
from pathlib import Path

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from project_package import __version__
from project_package.contract import shapes
from project_package.contract.schema import BadValue
from project_package.model import Model, load
from project_package.settings import MODEL, NAME

PREDICT = ("/predict", "/invocations", "/score", f"/v1/models/{NAME}:predict")
HEALTH = ("/ping", "/health", "/healthz", "/readyz", f"/v1/models/{NAME}")
BODY_LIMIT = 10_000_000  # bytes
ROW_LIMIT = 100_000


def routes(fixed: tuple[str, ...], variable: str) -> list[str]:
    """Return our routes and the one that Vertex AI names in the environment."""
    return [*fixed, *filter(None, [os.environ.get(variable)])]


def refuse(status: int, message: str) -> Response:
    """Return an error as JSON: {"error": what is wrong}."""
    response = jsonify({"error": message})
    response.status_code = status
    return response


def bad_value(error: BadValue) -> Response:
    """Return what is wrong with a row: its number from 0 and its field are named apart too."""
    place = {"row": error.row, "field": error.name}
    place = {key: value for key, value in place.items() if value is not None}
    words = {"row": f"row {error.row}", "field": f"field {error.name!r}"}
    where = ", ".join(words[key] for key in place)
    response = jsonify({"error": f"{where}: {error}" if where else str(error), **place})
    response.status_code = 400
    return response


def answer(model: Model, kind: str, body: bytes) -> Response:
    """Return the predictions of a request's rows."""
    chapter = False
    if kind.lower() in shapes.CSV_TYPES:
        rows = shapes.rows_of_csv(model.schema, body)
    else:
        document = shapes.parse_json(body)
        chapter = shapes.is_chapter(model.schema, document)
        rows = shapes.rows_of_json(model.schema, document)
    if len(rows) > ROW_LIMIT:
        return refuse(413, f"{len(rows)} rows are more than {ROW_LIMIT}; send fewer")
    answers = model.plain.predict(rows)
    for row, value in enumerate(answers):
        if isinstance(value, float) and not math.isfinite(value):
            raise BadValue("its values are too large: the prediction is not finite", row)
    document = {"predictions": answers}
    return jsonify(document | ({"prediction": answers} if chapter else {}))


def create_app(path: Path = MODEL) -> Flask:
    """Return the service as a WSGI application; the model is loaded once."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    model = load(path)

    def predict() -> Response:
        try:
            return answer(model, request.mimetype, request.get_data())
        except BadValue as error:
            return bad_value(error)

    def health() -> Response:
        return jsonify({"status": "ok", "model": NAME})

    def version() -> Response:
        served = {"name": NAME, "version": __version__, "fields": model.schema.names}
        return jsonify(served | model.card)

    def fail(error: HTTPException) -> Response:
        refusal = refuse(error.code or 500, f"{error.name}: {request.method} {request.path}")
        for name, value in error.get_headers():
            if name == "Allow":
                refusal.headers[name] = value
        return refusal

    for route in routes(PREDICT, "AIP_PREDICT_ROUTE"):
        app.add_url_rule(route, route, predict, methods=["POST"])
    for route in routes(HEALTH, "AIP_HEALTH_ROUTE"):
        app.add_url_rule(route, route, health)
    app.add_url_rule("/version", "version", version)
    app.register_error_handler(HTTPException, fail)
    return app
