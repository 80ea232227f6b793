"""Requests that two servers could read differently, with what is right (RFC 9110 and 9112).

Each case is bytes on a connection, followed by MARK, a request that is answered with 200 if and
only if the case was framed rightly and the connection lives on.
"""

from dataclasses import dataclass

BODY = b'{"instances": [[68.5]]}'
MARK = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
SIZE = b"%d" % len(BODY)
HEX = b"%x" % len(BODY)
END = b"\r\n0\r\n\r\n"
CHUNKED = HEX + b"\r\n" + BODY + END

Outcome = tuple[str, ...]
# What may come of a case: the statuses of its answers, MARK's included where it is answered.
REFUSED = ("4xx",)  # one refusal, then the connection ends
TAKEN = ("200", "200")  # understood, and what follows too
CLOSED = ("200",)  # understood, then the connection ends
EMPTY = ("4xx", "200")  # understood as a request without a body, which predict refuses


@dataclass(frozen=True)
class Case:
    """A request, and all outcomes that the RFCs allow."""

    name: str
    sent: bytes
    right: tuple[Outcome, ...]


def post(
    headers: bytes, body: bytes, version: bytes = b"1.1", host: bytes = b"Host: x\r\n"
) -> bytes:
    return b"POST /predict HTTP/" + version + b"\r\n" + host + headers + b"\r\n" + body


def length(value: bytes) -> bytes:
    return post(b"Content-Length: " + value + b"\r\n", BODY)


def coding(header: bytes, body: bytes = CHUNKED) -> bytes:
    return post(header + b"\r\n", body)


def chunks(body: bytes) -> bytes:
    return coding(b"Transfer-Encoding: chunked", body)


def get(line: bytes, headers: bytes = b"Host: x\r\n") -> bytes:
    return line + b"\r\n" + headers + b"\r\n"


def header(line: bytes) -> bytes:
    return get(b"GET /healthz HTTP/1.1", b"Host: x\r\n" + line + b"\r\n")


N = len(BODY)
TE = b"Transfer-Encoding: "
Table = dict[str, tuple[bytes, *tuple[Outcome, ...]]]
LENGTHS: Table = {
    "a length": (SIZE, TAKEN),
    "a length with zeros before it": (b"00" + SIZE, TAKEN),
    "a length between tabs": (b"\t" + SIZE + b"\t ", TAKEN),
    "a length with a plus": (b"+" + SIZE, REFUSED),
    "a length with a minus": (b"-1", REFUSED),
    "a length of minus 0": (b"-0", REFUSED),
    "a hexadecimal length": (b"0x" + HEX, REFUSED),
    "a length in hexadecimal digits": (b"1a", REFUSED),
    "an empty length": (b"", REFUSED),
    "a length with a blank inside": (b"2 3", REFUSED),
    "a length with an underscore": (b"2_3", REFUSED),
    "a length with a fraction": (SIZE + b".0", REFUSED),
    "a length with an exponent": (b"23e0", REFUSED),
    "a length of two numbers": (SIZE + b", 5", REFUSED),
    "a length of two equal numbers": (SIZE + b", " + SIZE, REFUSED, TAKEN),
    "a length with a semicolon": (SIZE + b";", REFUSED),
    "a length after a vertical tab": (b"\x0b" + SIZE, REFUSED),
    "a length with a NUL": (SIZE + b"\0", REFUSED),
    "a length in Arabic digits": ("٢٣".encode(), REFUSED),
    "a length beyond 64 bits": (b"%d" % (2**64 + N), REFUSED),
    "a length of 400 digits": (b"9" * 400, REFUSED),
}
CODINGS: Table = {
    "chunked": (b"Transfer-Encoding: chunked", TAKEN),
    "chunked in capitals": (b"TRANSFER-ENCODING: CHUNKED", TAKEN),
    "chunked after a tab": (b"Transfer-Encoding:\tchunked", TAKEN),
    "chunked and a length": (b"Content-Length: 5\r\nTransfer-Encoding: chunked", REFUSED, CLOSED),
    "a length and chunked": (b"Transfer-Encoding: chunked\r\nContent-Length: 5", REFUSED, CLOSED),
    "chunked twice": (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", REFUSED),
    "chunked, chunked": (b"Transfer-Encoding: chunked, chunked", REFUSED),
    "chunked, then identity": (
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        REFUSED,
    ),
    "identity, then chunked": (
        b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        REFUSED,
    ),
    "chunked, gzip": (b"Transfer-Encoding: chunked, gzip", REFUSED),
    "gzip, chunked": (b"Transfer-Encoding: gzip, chunked", REFUSED),
    "identity": (b"Transfer-Encoding: identity", REFUSED),
    "an unknown coding": (b"Transfer-Encoding: xchunked", REFUSED),
    "no coding": (b"Transfer-Encoding:", REFUSED),
    "no coding beside a length": (b"Transfer-Encoding:\r\nContent-Length: " + SIZE, REFUSED),
    "chunked with a parameter": (b"Transfer-Encoding: chunked;a=b", REFUSED),
    "chunked in quotes": (b'Transfer-Encoding: "chunked"', REFUSED),
    "chunked after a vertical tab": (b"Transfer-Encoding: \x0bchunked", REFUSED),
    "chunked before a NUL": (b"Transfer-Encoding: chunked\0", REFUSED),
    "chunked on a folded line": (b"Transfer-Encoding:\r\n chunked", REFUSED, TAKEN),
    "gzip, with chunked on a folded line": (b"Transfer-Encoding: gzip,\r\n chunked", REFUSED),
    "chunked with a blank before the colon": (b"Transfer-Encoding : chunked", REFUSED),
    "chunked with a tab before the colon": (b"Transfer-Encoding\t: chunked", REFUSED),
    "chunked behind a bare CR": (b"A: b\rTransfer-Encoding: chunked", REFUSED),
}
CHUNKS: Table = {
    "two chunks": (
        b"5\r\n" + BODY[:5] + b"\r\n%x\r\n" % (N - 5) + BODY[5:] + b"\r\n0\r\n\r\n",
        TAKEN,
    ),
    "a size with zeros": (b"000" + CHUNKED, TAKEN),
    "an extension": (HEX + b";a=b\r\n" + BODY + END, TAKEN),
    "a quoted extension": (HEX + b';a="b;c"\r\n' + BODY + END, TAKEN),
    "an extension with NUL": (HEX + b";a=\0\r\n" + BODY + END, REFUSED),
    "an extension with a bare LF": (HEX + b";a\nb\r\n" + BODY + END, REFUSED),
    "an extension with a bare CR": (HEX + b";a\rb\r\n" + BODY + END, REFUSED),
    "a size line that ends with a bare LF": (HEX + b"\n" + BODY + END, REFUSED),
    "a size line that ends with a bare CR": (HEX + b"\r" + BODY + END, REFUSED),
    "data that ends with a bare LF": (HEX + b"\r\n" + BODY + b"\n0\r\n\r\n", REFUSED),
    "data without an end of line": (HEX + b"\r\n" + BODY + b"0\r\n\r\n", REFUSED),
    "a size too small": (b"%x\r\n" % (N - 1) + BODY + END, REFUSED),
    "a size too large": (b"%x\r\n" % (N + 1) + BODY + END, REFUSED),
    "a size with 0x": (b"0x" + CHUNKED, REFUSED),
    "a size with a plus": (b"+" + CHUNKED, REFUSED),
    "a size with a minus": (b"-" + CHUNKED, REFUSED),
    "a size with an underscore": (b"1_7" + CHUNKED[2:], REFUSED),
    "a size after a blank": (b" " + CHUNKED, REFUSED),
    "a size before a blank": (HEX + b" \r\n" + BODY + END, REFUSED, TAKEN),
    "no size": (b"\r\n" + BODY + END, REFUSED),
    "a size that is not a number": (b"xyz\r\n" + BODY + END, REFUSED),
    "a size beyond 64 bits": (b"1" + HEX.rjust(16, b"0") + CHUNKED[2:], REFUSED),
    "a size of 400 digits": (b"f" * 400 + CHUNKED[2:], REFUSED),
    "a trailer": (CHUNKED[:-2] + b"A: b\r\n\r\n", TAKEN),
    "a trailer with a length": (CHUNKED[:-2] + b"Content-Length: 5\r\n\r\n", TAKEN, REFUSED),
    "a trailer with chunked": (CHUNKED[:-2] + b"Transfer-Encoding: x\r\n\r\n", TAKEN, REFUSED),
    "a trailer with NUL": (CHUNKED[:-2] + b"A: \0b\r\n\r\n", REFUSED),
    "a trailer with a bare LF": (CHUNKED[:-2] + b"A: b\nC: d\r\n\r\n", REFUSED, TAKEN),
    "a trailer with a bare CR": (CHUNKED[:-2] + b"A: b\rC: d\r\n\r\n", REFUSED),
    "a trailer without a colon": (CHUNKED[:-2] + b"A\r\n\r\n", REFUSED),
    "a trailer's name with a blank": (CHUNKED[:-2] + b"A B: c\r\n\r\n", REFUSED),
}
HEADERS: Table = {
    "a header": (b"A: b", TAKEN),
    "a header with bytes beyond ASCII": (b"A: \xe9\xff", TAKEN),
    "a header with many blanks": (b"A:" + b" " * 16_000 + b"b", TAKEN),
    "a header with many blanks and a NUL": (b"A:" + b" " * 16_000 + b"\0", REFUSED),
    "a header without a name": (b": b", REFUSED),
    "a header without a colon": (b"A", REFUSED),
    "a header's name with a blank": (b"A B: c", REFUSED),
    "a header's name with a bracket": (b"A(: c", REFUSED),
    "a header's name with NUL": (b"A\0: c", REFUSED),
    "a header's name beyond ASCII": (b"\xe9: c", REFUSED),
    "a blank before the colon": (b"A : b", REFUSED),
    "a NUL in a header": (b"A: b\0c", REFUSED),
    "a bare CR in a header": (b"A: b\rc", REFUSED),
    "a bare CR at a header's end": (b"A: b\r", REFUSED),
    "a folded header": (b"A: b\r\n c", REFUSED, TAKEN),
    "a second Host": (b"Host: y", REFUSED),
    "a second Host that is the same": (b"Host: x", REFUSED),
    "an upgrade to HTTP/2": (
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA",
        TAKEN, CLOSED,
    ),
}  # fmt: skip
LINES: Table = {
    "a request": (get(b"GET /healthz HTTP/1.1"), TAKEN),
    "an empty line before it": (b"\r\n" + MARK, TAKEN),
    "an absolute address": (get(b"GET http://x/healthz HTTP/1.1"), TAKEN),
    "an absolute address with a port": (get(b"GET http://x:80/healthz?a=b HTTP/1.1"), TAKEN),
    "a query": (get(b"GET /healthz?a=b HTTP/1.1"), TAKEN),
    "an asterisk": (get(b"OPTIONS * HTTP/1.1"), EMPTY, TAKEN),
    "no Host": (get(b"GET /healthz HTTP/1.1", b""), REFUSED),
    "a Host with a blank": (get(b"GET /healthz HTTP/1.1", b"Host: a b\r\n"), REFUSED),
    "a Host with a path": (get(b"GET /healthz HTTP/1.1", b"Host: a/b\r\n"), REFUSED),
    "a blank before the method": (b" " + MARK, REFUSED),
    "a blank before the first header": (
        get(b"GET /healthz HTTP/1.1", b" A: b\r\nHost: x\r\n"), REFUSED
    ),
    "a tab after the method": (get(b"GET\t/healthz HTTP/1.1"), REFUSED),
    "two blanks after the method": (get(b"GET  /healthz HTTP/1.1"), REFUSED, TAKEN),
    "a blank in the target": (get(b"GET /heal thz HTTP/1.1"), REFUSED),
    "a NUL in the target": (get(b"GET /healthz\0 HTTP/1.1"), REFUSED),
    "a bare CR in the target": (get(b"GET /healthz\r HTTP/1.1"), REFUSED),
    "a method with a bracket": (get(b"G(T /healthz HTTP/1.1"), REFUSED),
    "no version": (get(b"GET /healthz"), REFUSED),
    "HTTP/2.0": (get(b"GET /healthz HTTP/2.0"), REFUSED),
    "HTTP/2's preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", REFUSED),
    "HTTP/1.10": (get(b"GET /healthz HTTP/1.10"), REFUSED),
    "HTTP/01.1": (get(b"GET /healthz HTTP/01.1"), REFUSED),
    "http/1.1": (get(b"GET /healthz http/1.1"), REFUSED),
    "a blank after the version": (get(b"GET /healthz HTTP/1.1 "), REFUSED),
    "lines that end with a bare LF": (b"GET /healthz HTTP/1.1\nHost: x\n\n", REFUSED, TAKEN),
    "HTTP/1.0": (get(b"GET /healthz HTTP/1.0", b""), CLOSED),
    "HTTP/1.0 that stays open": (
        get(b"GET /healthz HTTP/1.0", b"Connection: keep-alive\r\n"), TAKEN, CLOSED
    ),
    "HTTP/1.0 with chunked": (
        post(b"Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n", CHUNKED, b"1.0"),
        REFUSED, CLOSED,
    ),
    "HTTP/1.0 with chunked and a length": (
        post(b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", CHUNKED, b"1.0"),
        REFUSED, CLOSED,
    ),
    "two equal lengths": (post(b"Content-Length: %s\r\n" % SIZE * 2, BODY), REFUSED, TAKEN),
    "two different lengths": (
        post(b"Content-Length: %s\r\nContent-Length: 5\r\n" % SIZE, BODY), REFUSED
    ),
    "a length on a folded line": (
        post(b"Content-Length:\r\n %s\r\n" % SIZE, BODY), REFUSED, TAKEN
    ),
}  # fmt: skip

CASES = [
    *(Case(name, length(sent), tuple(right)) for name, (sent, *right) in LENGTHS.items()),
    *(Case(name, coding(sent), tuple(right)) for name, (sent, *right) in CODINGS.items()),
    *(Case(name, chunks(sent), tuple(right)) for name, (sent, *right) in CHUNKS.items()),
    *(Case(name, header(sent), tuple(right)) for name, (sent, *right) in HEADERS.items()),
    *(Case(name, sent, tuple(right)) for name, (sent, *right) in LINES.items()),
]


def outcome_of(reply: bytes) -> Outcome:
    """Return the statuses of the answers on a connection; a refusal of any kind is "4xx"."""
    found: list[str] = []
    rest = reply
    while rest.startswith(b"HTTP/1.1 "):
        head, _, rest = rest.partition(b"\r\n\r\n")
        status = head[9:12].decode()
        found.append("4xx" if status[0] in "4" or status in ("501", "505") else status)
        size = int(head.lower().partition(b"content-length:")[2].split()[0])
        rest = rest[size:]
    return tuple(found)


def outcome_of_h11(sent: bytes) -> Outcome:
    """Return what a service around h11 answers."""
    import h11

    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=32_768)
    found: list[str] = []
    body = b""
    connection.receive_data(sent)
    connection.receive_data(b"")
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError:
            return (*found, "4xx")
        if isinstance(event, h11.Request):
            request, body = event, b""
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            good = request.method != b"POST" or body == BODY
            found.append("200" if good and request.method != b"OPTIONS" else "4xx")
            status = 200 if good else 400
            connection.send(h11.Response(status_code=status, headers=[("Content-Length", "0")]))
            connection.send(h11.EndOfMessage())
            if connection.our_state is not h11.DONE:
                return tuple(found)
            connection.start_next_cycle()
        else:
            return tuple(found)
