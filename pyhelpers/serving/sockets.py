"""Listening sockets, and the limits of this process."""

import resource
import socket

from pyhelpers import KitError

BACKLOG = 1024  # connections that may wait to be accepted (the queue of listen)
AT_ONCE = 16  # connections accepted in one step of the loop
MOST_CONNECTIONS = 1000
OTHER_FILES = 64  # descriptors that are not connections


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that is bound but does not listen: connections are refused until it does.

    Raises
    ------
    KitError
        If the port is in use, or the address is not one of this machine.
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
            f"--host {host}: {error.strerror}; give an address of this machine"
        ) from None
    except OSError as error:
        raise _taken(host, port, error) from None
    return listener


def _taken(host: str, port: int, error: OSError) -> KitError:
    what = f"port {port} of {host} cannot be used ({error.strerror})"
    return KitError(f"{what}; choose another with --port, 0 for any free one")


def start_listening(listener: socket.socket) -> None:
    """Start to listen; of two servers that have bound one port, the second gets an error."""
    try:
        listener.listen(BACKLOG)
    except OSError as error:
        host, port = listener.getsockname()[:2]
        raise _taken(host, port, error) from None


def url_of(listener: socket.socket) -> str:
    """Return the URL for a browser on this machine."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def most_connections() -> int:
    """Return the limit of open connections: 1,000, or what this process may open."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if files == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(1, min(MOST_CONNECTIONS, files - OTHER_FILES))
