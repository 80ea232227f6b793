"""The service, asked without a server."""

import json

from project_package.app import create_app
from project_package.contract.http_protocol import Request


def test_the_service_greets() -> None:
    app = create_app()
    assert json.loads(app.answer(Request("GET", "/")).body) == {"message": "Hello, world!"}
    asked = Request("GET", "/", query="name=Ada")
    assert json.loads(app.answer(asked).body) == {"message": "Hello, Ada!"}


def test_health() -> None:
    answer = create_app().answer(Request("GET", "/healthz"))
    assert (answer.status, json.loads(answer.body)) == (200, {"status": "ok"})


def test_other_paths_and_methods_are_refused() -> None:
    assert create_app().answer(Request("GET", "/nowhere")).status == 404
    assert create_app().answer(Request("POST", "/")).status == 405
