"""A proxy on loopback that breaks connections off midway, as networks do."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count


@contextmanager
def cutting(port: int, after: int, times: int | None = None) -> Iterator[int]:
    """Pass connections on to a port of loopback; yield the port that does.

    A connection is broken off when its answers come to more than `after` bytes: the first so many
    `times` that this happens, or always.
    """
    server = socket.create_server(("127.0.0.1", 0))
    cuts = iter(count() if times is None else range(times))

    def pass_on(source: socket.socket, sink: socket.socket, limit: float) -> None:
        passed = 0
        with suppress(OSError):
            while data := source.recv(1 << 14):
                passed += len(data)
                if passed > limit and next(cuts, None) is not None:
                    break
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client = server.accept()[0]
                behind = socket.create_connection(("127.0.0.1", port))
                for words in ((client, behind, float("inf")), (behind, client, after)):
                    threading.Thread(target=pass_on, args=words, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield int(server.getsockname()[1])
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
