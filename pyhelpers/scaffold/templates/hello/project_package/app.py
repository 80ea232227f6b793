"""The service: a greeting, and a route for health checks."""

from urllib.parse import parse_qs

from project_package.contract.http_protocol import (
    Limits,
    Request,
    Response,
    json_response,
    refusal,
)
from project_package.hello import hello


class App:
    """Answer HTTP requests."""

    name = "project_name"
    limits = Limits()

    def screen(self, head: Request) -> Response | None:
        """Refuse a large request body before it is read."""
        return refusal(413, "no route takes a request body")

    def answer(self, request: Request) -> Response:
        """Return the answer to a request."""
        if request.path not in ("/", "/healthz"):
            return refusal(404, "no such path; GET / greets")
        if request.method not in ("GET", "HEAD"):
            return refusal(405, f"{request.path} takes GET", Allow="GET")
        if request.path == "/healthz":
            return json_response(200, {"status": "ok"})
        names = parse_qs(request.query).get("name", ["world"])
        return json_response(200, {"message": hello(names[0])})


def create_app() -> App:
    """Return the service."""
    return App()
