"""The service as an application: for gunicorn (WSGI, PEP 3333) and for uvicorn (ASGI 3)."""

import os
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from typing import Any

from pyhelpers import KitError
from pyhelpers.model.load import load_model
from pyhelpers.serve.service import Limits, Request, Response, Service, refusal, too_large

Environ = dict[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
MODEL, TOKEN = "BEACHHEAD_MODEL", "BEACHHEAD_TOKEN"


def new_service(path: str | None = None) -> Service:
    """Return the service of a model: of a path, else of $BEACHHEAD_MODEL.

    A token in $BEACHHEAD_TOKEN is asked of every client.
    """
    path = path or os.environ.get(MODEL)
    if not path:
        raise KitError(f"no model is named; set {MODEL} to its path")
    return Service(load_model(path), Limits(), os.environ.get(TOKEN) or None)


class Wsgi:
    """A WSGI application.

    Example: `gunicorn 'pyhelpers.serve.web:Wsgi("weight")'`.
    """

    def __init__(self, path: str | None = None) -> None:
        self.service = new_service(path)

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        response = self._answer(environ)
        head = [("Content-Type", response.kind), ("Content-Length", str(len(response.body)))]
        status = f"{response.status} {HTTPStatus(response.status).phrase}"
        start(status, [*head, *response.headers])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else response.body]

    def _answer(self, environ: Environ) -> Response:
        limit = self.service.limits.body
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal():
            return refusal(400, "content-length is not a number")
        if int(length) > limit:
            return refusal(413, too_large(limit))
        wanted = limit + 1 if environ.get("wsgi.input_terminated") else int(length)
        body = environ["wsgi.input"].read(wanted)
        headers = {
            name[5:].replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        if environ.get("CONTENT_TYPE"):
            headers["content-type"] = environ["CONTENT_TYPE"]
        path = environ.get("PATH_INFO", "/").encode("latin-1").decode(errors="replace")
        return self.service.answer(Request(environ["REQUEST_METHOD"], path, headers, body))


class Asgi:
    """An ASGI application.

    Example: `BEACHHEAD_MODEL=weight uvicorn --factory pyhelpers.serve.web:Asgi`.
    """

    def __init__(self, path: str | None = None) -> None:
        self.service = new_service(path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or see the server's start and stop."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"a connection of type {scope['type']} is not served")
        response = await self._answer(scope, receive)
        pairs = [("content-type", response.kind), ("content-length", str(len(response.body)))]
        headers = [(n.lower().encode(), v.encode()) for n, v in (*pairs, *response.headers)]
        start = {"type": "http.response.start", "status": response.status, "headers": headers}
        await send(start)
        body = b"" if scope["method"] == "HEAD" else response.body
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        body, more = bytearray(), True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self.service.limits.body:
                return refusal(413, too_large(self.service.limits.body))
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        return self.service.answer(Request(scope["method"], scope["path"], headers, bytes(body)))


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return
