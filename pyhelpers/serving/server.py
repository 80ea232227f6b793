"""HTTP server on asyncio: one loaded model; connections limited in number, time and memory."""

import asyncio
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pyhelpers.serving import sockets
from pyhelpers.serving.http_protocol import (
    SMALL_BODY,
    Application,
    Request,
    RequestReader,
    Response,
    refusal,
    response_bytes,
)

MOST_HELD = 64_000_000  # bytes of bodies, all connections together
IDLE_S = 75.0
LINGER_S = 2.0  # for a client to read a refusal before its unread body resets the connection
GRACE_S = 1.0  # after the signal, for requests that are on their way
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(asyncio.Protocol):
    """One client's connection: its requests are answered in order, one at a time."""

    transport: asyncio.Transport

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._reader = RequestReader(server.service.limits.body, server.service.screen)
        self.busy = self._ended = self._lingering = self._choked = self._continued = False
        self._held = 0
        self.since = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Accept a client; if there are too many, close the connection that has waited longest."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._server.connections.add(self)
        if len(self._server.connections) > self._server.most_connections:
            waiting = [one for one in self._server.connections if not one.busy]
            longest = min(waiting, key=lambda one: one.since)
            self._server.connections.discard(longest)
            longest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Remove a client."""
        self._server.connections.discard(self)
        self._server.held -= self._held
        self._held = 0

    def data_received(self, data: bytes) -> None:
        """Parse bytes; answer complete requests."""
        if self._lingering:
            return
        begun = self._reader.begun
        self._reader.feed(data)
        if self._reader.begun and not begun:
            self.since = time.monotonic()
        self._count_held()
        self._go_on()

    def _count_held(self) -> None:
        """Count the bytes of bodies of all connections; refuse a request beyond the limit."""
        held = self._reader.held
        self._server.held += held - self._held
        self._held = held
        if self._server.held > self._server.most_held and self._reader.begun:
            busy = refusal(503, "too many requests are being received; try again", Retry_After="1")
            self._reader.refused = self._reader.refused or busy

    def eof_received(self) -> bool:
        """Note that the client sends nothing more; what it has sent is still answered."""
        self._ended = True
        return self.busy

    def pause_writing(self) -> None:
        """Send no further answers until the client has read some."""
        self._choked = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """Continue to read and answer."""
        self._choked = False
        self._resume()

    def _resume(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()
            self._go_on()

    def _go_on(self) -> None:
        """Answer complete requests until one is answered in a thread or there is none."""
        while not (self.busy or self._choked or self.transport.is_closing()):
            if self._reader.requests:
                self._continued = False
                self._answer(*self._reader.requests.popleft())
            elif self._reader.refused:
                self._refuse(self._reader.refused)
                return
            else:
                self._wait_for_more()
                return

    def _wait_for_more(self) -> None:
        if self._ended:
            self.transport.close()
        elif self._reader.expects and not self._continued:
            self._continued = True
            self.transport.write(CONTINUE)

    def _answer(self, request: Request, keep_alive: bool) -> None:
        # A larger body is answered in a thread, so that other connections need not wait.
        if len(request.body) <= SMALL_BODY and "content-encoding" not in request.headers:
            self._send(self._server.answer(request), request.method, keep_alive)
            return
        self.busy = True
        self.transport.pause_reading()
        task = asyncio.ensure_future(self._server.answer_aside(request))
        task.add_done_callback(lambda done: self._finish(done.result(), request, keep_alive))

    def _finish(self, response: Response, request: Request, keep_alive: bool) -> None:
        self.busy = False
        self._send(response, request.method, keep_alive)
        self._resume()

    def _send(self, response: Response, method: str, keep_alive: bool) -> None:
        keep_alive = keep_alive and not self._server.stopping
        self.since = time.monotonic()
        if not self.transport.is_closing():
            self._count_held()
            self.transport.write(response_bytes(response, method, keep_alive))
            if not keep_alive:
                self.transport.close()

    def _refuse(self, response: Response) -> None:
        """Answer a refused request; discard the rest for a while, so that the answer arrives."""
        self._reader = RequestReader(0)
        self._count_held()
        self.transport.write(response_bytes(response, "GET", False))
        self._lingering, self.since = True, time.monotonic()
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def tick(self, now: float) -> None:
        """Close a connection that has been idle, or slow, for too long."""
        waited, limit = now - self.since, self._server.service.limits.seconds
        if self._lingering:
            if waited > LINGER_S:
                self.transport.abort()
        elif self._choked and waited > limit:
            self.transport.abort()
        elif self.busy or self._choked:
            return
        elif self._reader.begun:
            if waited > limit:
                self._refuse(refusal(408, "the request did not arrive in time"))
        elif waited > (GRACE_S if self._server.stopping else IDLE_S):
            self.transport.close()

    def stop(self) -> None:
        """Close if nothing more comes within the grace period; what has come is answered."""
        if not self._reader.begun:
            self.since = time.monotonic()


class Server:
    """An event loop with its connections, serving one application."""

    def __init__(self, service: Application, log: Callable[[str], None]) -> None:
        self.service, self._log = service, log
        self.connections: set[Connection] = set()
        self.stopping = False
        self.held, self.most_held = 0, max(MOST_HELD, 2 * service.limits.body)
        self.most_connections = sockets.most_connections()
        self._logged = -1.0
        self._threads = ThreadPoolExecutor(1, "predict")
        self._stop = asyncio.Event()

    def answer(self, request: Request) -> Response:
        """Return the service's answer; for an exception a 500, with a line in the log."""
        try:
            return self.service.answer(request)
        except Exception as error:
            self._log_seldom(f"{request.path}: unexpected {type(error).__name__}: {error}")
            return refusal(500, "the model failed on this request; see the server's log")

    def _log_seldom(self, line: str) -> None:
        """Log at most one line a second, however many requests fail."""
        now = time.monotonic()
        if now - self._logged >= 1:
            self._logged = now
            self._log(line)

    def _log_failure(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self._log_seldom(f"{context['message']}: {type(error).__name__}: {error}")

    async def answer_aside(self, request: Request) -> Response:
        """Answer in a thread, within the time limit of a request."""
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._threads, self.answer, request)
        try:
            return await asyncio.wait_for(work, self.service.limits.seconds)
        except TimeoutError:
            seconds = self.service.limits.seconds
            return refusal(503, f"took longer than {seconds:g} s; send fewer rows")

    def request_stop(self) -> None:
        """Stop when all accepted requests are answered; at a second call at once."""
        if self._stop.is_set():
            raise KeyboardInterrupt
        self._stop.set()

    async def run(self, listener: socket.socket, ready: Callable[[], None]) -> None:
        """Serve until a signal, then answer all accepted requests."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.request_stop)
        loop.set_exception_handler(self._log_failure)
        sockets.start_listening(listener)
        server = await loop.create_server(
            lambda: Connection(self), sock=listener, backlog=sockets.AT_ONCE
        )
        sockets.start_listening(listener)  # asyncio has set the queue to its own backlog
        ready()
        while not self._stop.is_set():
            self._tick()
            await _wait(self._stop, 0.5)
        await self._drain(server, listener)

    def _tick(self) -> None:
        now = time.monotonic()
        for connection in list(self.connections):
            connection.tick(now)

    async def _drain(self, server: asyncio.Server, listener: socket.socket) -> None:
        """Accept what is in the queue, refuse what comes later, answer all that was accepted."""
        await asyncio.sleep(0.05)  # the loop accepts what the kernel has already promised
        self.stopping = True
        server.close()
        for connection in list(self.connections):
            connection.stop()
        while self.connections:
            self._tick()
            await asyncio.sleep(0.05)
        self._threads.shutdown(wait=False, cancel_futures=True)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


def serve(service: Application, listener: socket.socket, log: Callable[[str], None]) -> None:
    """Serve on a bound socket until SIGINT or SIGTERM.

    Parameters
    ----------
    log : function
        Takes one line; the first says that the service is ready, and its address.
    """

    def ready() -> None:
        log(f"serving {service.name} at {sockets.url_of(listener)} (Ctrl-C stops it)")

    async def main() -> None:
        await Server(service, log).run(listener, ready)

    # asyncio.run's own handler may be lost while it starts; the loop sets its own later.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    asyncio.run(main())
