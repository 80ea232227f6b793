"""The server: one loop, one loaded model, nothing beyond the standard library."""

import asyncio
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from pyhelpers import KitError
from pyhelpers.serve.http import HttpError, RequestReader, response_bytes
from pyhelpers.serve.service import Request, Response, Service, refusal

BACKLOG = 1024
MOST_CONNECTIONS = 1000
SMALL_BODY = 32_768  # bytes: answered in the loop; a larger one in a thread, others go on meanwhile
IDLE_S = 75.0
LINGER_S = 2.0  # for a client to read a refusal before its unread body resets the connection
GRACE_S = 1.0  # after the signal, for requests that are on their way
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def bind(host: str, port: int) -> socket.socket:
    """Return a socket bound to an address, not yet listening: it refuses until we are ready.

    Raises
    ------
    KitError
        When the port is taken, or the address is none of this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except socket.gaierror as error:
        raise KitError(
            f"--host {host}: {error.strerror}; name an address of this machine"
        ) from None
    except OSError as error:
        raise _refused(host, port, error) from None
    return listener


def _refused(host: str, port: int, error: OSError) -> KitError:
    what = f"port {port} of {host} cannot be had ({error.strerror})"
    return KitError(f"{what}; choose another with --port, 0 for any free one")


def _listen(listener: socket.socket) -> None:
    """Begin to listen; two servers may bind one port, the second to listen is refused."""
    try:
        listener.listen(BACKLOG)
    except OSError as error:
        host, port = listener.getsockname()[:2]
        raise _refused(host, port, error) from None


def url_of(listener: socket.socket) -> str:
    """Return the address that a browser on this machine takes."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Connection(asyncio.Protocol):
    """One client: its requests are answered in order, one at a time."""

    transport: asyncio.Transport

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._reader = RequestReader(server.service.limits.body)
        self._busy = self._ended = self._lingering = self._choked = self._continued = False
        self._since = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a client, or turn it away where there are too many."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._server.connections.add(self)
        if len(self._server.connections) > MOST_CONNECTIONS:
            self._refuse(HttpError(503, "too many connections; try again"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a client."""
        self._server.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        """Take bytes; answer what is whole."""
        if self._lingering:
            return
        if not self._reader.begun:
            self._since = time.monotonic()
        self._reader.feed(data)
        self._go_on()

    def eof_received(self) -> bool:
        """Note that the client sends no more; what it has sent is still answered."""
        self._ended = True
        return self._busy

    def pause_writing(self) -> None:
        """Wait with further answers until the client has read some."""
        self._choked = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on."""
        self._choked = False
        self._resume()

    def _resume(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()
            self._go_on()

    def _go_on(self) -> None:
        """Answer whole requests until one is being worked on or there is none."""
        try:
            while not (self._busy or self._choked or self.transport.is_closing()):
                whole = self._reader.next()
                if whole is None:
                    self._wait_for_more()
                    return
                self._continued = False
                self._answer(*whole)
        except HttpError as error:
            self._refuse(error)

    def _wait_for_more(self) -> None:
        head = self._reader.head
        if self._ended:
            self.transport.close()
        elif head is not None and head.expects and not self._continued:
            self._continued = True
            self.transport.write(CONTINUE)

    def _answer(self, request: Request, keep_alive: bool) -> None:
        if len(request.body) <= SMALL_BODY:
            self._send(self._server.answer(request), request.method, keep_alive)
            return
        self._busy = True
        self.transport.pause_reading()
        task = asyncio.ensure_future(self._server.answer_aside(request))
        task.add_done_callback(lambda done: self._finish(done.result(), request, keep_alive))

    def _finish(self, response: Response, request: Request, keep_alive: bool) -> None:
        self._busy = False
        self._send(response, request.method, keep_alive)
        self._resume()

    def _send(self, response: Response, method: str, keep_alive: bool) -> None:
        keep_alive = keep_alive and not self._server.stopping
        self._since = time.monotonic()
        if not self.transport.is_closing():
            self.transport.write(response_bytes(response, method, keep_alive))
            if not keep_alive:
                self.transport.close()

    def _refuse(self, error: HttpError) -> None:
        """Answer what is not understood; read on for a while, so that the answer arrives."""
        self.transport.write(response_bytes(refusal(error.status, str(error)), "GET", False))
        self._lingering, self._since = True, time.monotonic()
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def tick(self, now: float) -> None:
        """Close what has been idle, or slow, for too long."""
        waited = now - self._since
        if self._lingering:
            if waited > LINGER_S:
                self.transport.abort()
        elif self._choked and waited > self._server.service.limits.seconds:
            self.transport.abort()
        elif self._busy or self._choked:
            return
        elif self._reader.begun:
            if waited > self._server.service.limits.seconds:
                self._refuse(HttpError(408, "the request did not arrive in time"))
        elif waited > (GRACE_S if self._server.stopping else IDLE_S):
            self.transport.close()

    def stop(self) -> None:
        """Close when nothing more comes within the grace; what has come is answered."""
        self._since = max(self._since, time.monotonic()) if not self._reader.begun else self._since


class Server:
    """The loop's side of a service."""

    def __init__(self, service: Service, tell: Callable[[str], None]) -> None:
        self.service, self._tell = service, tell
        self.connections: set[Connection] = set()
        self.stopping = False
        self._threads = ThreadPoolExecutor(1, "predict")
        self._stop = asyncio.Event()

    def answer(self, request: Request) -> Response:
        """Return the service's answer; where it breaks, a 500 that is told on stderr."""
        try:
            return self.service.answer(request)
        except Exception as error:
            self._tell(f"{request.path}: unexpected {type(error).__name__}: {error}")
            return refusal(500, "the model failed on this request; the server's log says how")

    async def answer_aside(self, request: Request) -> Response:
        """Answer in a thread, within the time that a request may take."""
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._threads, self.answer, request)
        try:
            return await asyncio.wait_for(work, self.service.limits.seconds)
        except TimeoutError:
            seconds = self.service.limits.seconds
            return refusal(503, f"took longer than {seconds:g} s; send fewer rows")

    def request_stop(self) -> None:
        """Stop as soon as what is accepted is answered; asked again, at once."""
        if self._stop.is_set():
            raise KeyboardInterrupt
        self._stop.set()

    async def run(self, listener: socket.socket, ready: Callable[[], None]) -> None:
        """Serve until a signal comes, then answer what has been accepted."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.request_stop)
        _listen(listener)
        server = await loop.create_server(lambda: Connection(self), sock=listener, backlog=BACKLOG)
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
        """Take what stands in the queue, refuse what comes later, answer all that was taken."""
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


def serve(service: Service, listener: socket.socket, tell: Callable[[str], None]) -> None:
    """Serve on a bound socket until SIGINT or SIGTERM.

    Parameters
    ----------
    tell : function
        Takes lines for the person; the first says that the service is ready and where.
    """

    def ready() -> None:
        tell(f"serving {service.model.name} at {url_of(listener)} (Ctrl-C stops it)")

    async def main() -> None:
        await Server(service, tell).run(listener, ready)

    asyncio.run(main())
