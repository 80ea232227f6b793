"""The service: one route, and one for the platform to see that it lives."""

from flask import Flask, request
from flask.typing import ResponseReturnValue

from project_package.hello import hello


def create_app() -> Flask:
    """Return the service as a WSGI application."""
    app = Flask(__name__)

    @app.get("/")
    def greet() -> ResponseReturnValue:
        return {"message": hello(request.args.get("name", "world"))}

    @app.get("/healthz")
    def health() -> ResponseReturnValue:
        return {"status": "ok"}

    return app
