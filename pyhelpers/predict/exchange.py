"""Send chunks of rows to a prediction service; return the rows with their predictions."""

import json
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TextIO

from pyhelpers import KitError
from pyhelpers.checkpoint import Checkpoint
from pyhelpers.csvio.table import quoted, with_field
from pyhelpers.kept_output import KeptOutput, Passed
from pyhelpers.predict.input_rows import Row, Source
from pyhelpers.predict.request_bodies import Chunk, Shape, prediction_text
from pyhelpers.predict.responses import (
    Reply,
    failure,
    predictions,
    refused_row,
    service_message,
    uncertainty,
)

Predicted = Iterator[tuple[Chunk, list[Any]]]  # each chunk with its predictions
More = Literal["proba", "interval"] | None  # what is asked for besides the predictions
AHEAD = 1  # requests queued while one is sent, so that the sender never waits


class Exchange:
    """HTTP requests sent by another program, over a folder and two pipes.

    A request body is the file N.request of the folder, and its number a line to the sender, which
    writes the response body to N.response and one line "status|exit code|content type|message".

    Parameters
    ----------
    folder : Path
        The folder of both kinds of files.
    numbers, replies : text streams
        To the sender, and from it.
    """

    def __init__(self, folder: Path, numbers: TextIO, replies: TextIO) -> None:
        self._folder, self._numbers, self._replies = folder, numbers, replies
        self._sent = self._received = 0

    def send(self, body: str) -> None:
        """Give a body to the sender; replies come in the order of the bodies."""
        self._sent += 1
        (self._folder / f"{self._sent}.request").write_text(body, encoding="utf-8")
        self._numbers.write(f"{self._sent}\n")
        self._numbers.flush()

    def receive(self) -> Reply:
        """Return the next reply and remove both files."""
        line = self._replies.readline()
        if not line:
            raise KitError("the sender ended early; run the command again")
        self._received += 1
        # Bash's read drops a last field that is empty.
        status, code, kind, message = [*line.rstrip("\n").split("|", 3), ""][:4]
        response = self._folder / f"{self._received}.response"
        body = response.read_bytes() if response.exists() else b""
        response.unlink(missing_ok=True)
        (self._folder / f"{self._received}.request").unlink(missing_ok=True)
        complete = code == "0"
        return Reply(int(status) if complete else 0, kind, message or f"curl {code}", body)

    def ask(self, body: str) -> Reply:
        """Send one body and return its reply; replies to earlier ones are dropped."""
        self.send(body)
        while self._received < self._sent - 1:
            self.receive()
        return self.receive()


def first_refused(
    exchange: Exchange, shape: Shape, chunk: Chunk, reply: Reply
) -> tuple[int, Reply] | None:
    """Find by bisection the first row that the service refuses.

    Returns
    -------
    (int, Reply) or None
        The row's position in the chunk and the reply to it; None if no row is refused when it is
        sent alone.
    """
    low, high = 0, len(chunk.rows)
    if high == 1:
        return 0, reply
    middle = 1  # if the first row alone is refused, the shape may be wrong
    while high - low > 1:
        if exchange.ask(shape.body(chunk.pieces[low:middle])).is_refusal():
            high = middle
        else:
            low = middle
        middle = (low + high) // 2
    reply = exchange.ask(shape.body(chunk.pieces[low:high]))
    return (low, reply) if reply.is_refusal() else None


def _refusal(exchange: Exchange, shape: Shape, chunk: Chunk, reply: Reply, url: str) -> KitError:
    """Return the error for a refused chunk, with the position of the row if there is one."""
    named = refused_row(reply, len(chunk.rows))
    found = (named, reply) if named is not None else first_refused(exchange, shape, chunk, reply)
    if found is None:
        return failure(reply, url)
    position, its_reply = found
    words = f"{its_reply.status}: {service_message(its_reply).removeprefix(f'row {named}, ')}"
    where = f"{chunk.source}: {chunk.rows[position].place}"
    hint = "correct that row"
    if not position and named != 0:
        hint = "correct that first row, or the request's --shape"
    hint = "see --text" if "is not a text" in words else hint  # our own service's words
    return KitError(f"{where}: {url} refused it ({words}); {hint}", 3)


def predict_chunks(
    exchange: Exchange,
    shape: Shape,
    chunks: Iterator[Chunk],
    url: str,
    more: More = None,
    credential: str = "",
) -> Iterator[tuple[Chunk, list[Any]]]:
    """Yield each chunk with its predictions, in order; the next chunk is sent meanwhile.

    Parameters
    ----------
    more : {"proba", "interval"} or None
        What the response has besides the predictions, for the chunk.
    credential : str
        What was sent to sign in, in words.

    Raises
    ------
    KitError
        As `responses.predictions` does; for a refused row with its position. A malformed record in
        the input is an error after all chunks before it have been yielded.
    """
    waiting: deque[Chunk] = deque()
    broken: KitError | None = None
    unread = True
    while unread or waiting:
        if unread and len(waiting) <= AHEAD:
            try:
                chunk = next(chunks, None)
            except KitError as error:
                broken, chunk = error, None
            if chunk is None:
                unread = False
                continue
            exchange.send(shape.body(chunk.pieces))
            waiting.append(chunk)
        else:
            chunk = waiting.popleft()
            reply = exchange.receive()
            if reply.is_refusal():
                raise _refusal(exchange, shape, chunk, reply, url)
            found, count = predictions(reply, len(chunk.rows), url, credential), len(chunk.rows)
            if more:
                chunk.more_names, chunk.more = uncertainty(reply, count, url, more == "proba")
            yield chunk, found
    if broken is not None:
        raise broken


def check_new_column(source: Source, name: str) -> None:
    """Raise a KitError (2) if the rows have a column `name` already."""
    if name in (source.names or ()):
        raise KitError(f"{source.name}: has a column {name!r} already; see --as", 2)


class KeptRows:
    """The rows whose predictions are in a kept draft.

    Attributes
    ----------
    count : int
        How many they are.
    """

    def __init__(self, kept: Checkpoint, draft: KeptOutput) -> None:
        self._kept, self._draft = kept, draft
        self.count, self._passed = 0, Passed()

    def pass_over(self, source: Source) -> bool:
        """Read the rows that are in the draft; return whether there are any.

        Raises
        ------
        KitError
            When they are not the rows that were read before.
        """
        before = self._draft.position
        if not before:
            return False
        self._add(islice(source.rows, before["rows"]))
        if [self.count, self._passed.checksum] != [before["rows"], before["checksum"]]:
            raise KitError(f"{source.name}: is not what was read before; run it without --resume")
        return True

    def _add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.count += 1
            self._passed.add(row.text.encode("utf-8", "surrogateescape"))

    def followed(self, predicted: Predicted) -> Predicted:
        """Yield chunks, and count each one when it is written: when the next is asked for."""
        for chunk, values in predicted:
            yield chunk, values
            self._add(chunk.rows)
            if self._kept.due():
                self._draft.keep({"rows": self.count, "checksum": self._passed.checksum})


def csv_lines(
    source: Source, predicted: Predicted, name: str, begun: bool = False
) -> Iterator[list[str]]:
    """Yield the lines of each chunk of a CSV unchanged, with the prediction as a further field.

    The header is left out where it has been written.
    """
    mark = source.delimiter
    lines: list[str] = []
    for number, (chunk, values) in enumerate(predicted):
        if not number and not begun:
            lines.append(_with_fields(source.head, new_names(source, chunk, name), mark))
        for row, cells in zip(chunk.rows, _new_cells(chunk, values), strict=True):
            lines.append(_with_fields(row.text, map(prediction_text, cells), mark))
        yield lines
        lines = []
    yield [source.tail()]


def _with_fields(text: str, fields: Iterable[str], mark: str) -> str:
    for one in fields:
        text = with_field(text, quoted(one, mark), mark)
    return text


def new_names(source: Source, chunk: Chunk, name: str) -> list[str]:
    """Return the names of the new columns; a KitError (2) for one that the rows have."""
    names = [name, *(f"{name}_{one}" for one in chunk.more_names)]
    for one in names:
        check_new_column(source, one)
    return names


def _new_cells(chunk: Chunk, values: list[Any]) -> Iterator[list[Any]]:
    more = chunk.more or [[] for _ in values]
    return ([value, *cells] for value, cells in zip(values, more, strict=True))


def _typed(row: Row) -> list[Any]:
    return [json.loads(cell) for cell in row.cells]


def records(
    source: Source, predicted: Predicted, name: str, typed: bool
) -> Iterator[dict[str, Any]]:
    """Yield each row with its prediction as a mapping, its values as JSON's if `typed`, else text.

    Values without names are called x1, x2 ...
    """
    for chunk, values in predicted:
        added = new_names(source, chunk, name)
        for row, new in zip(chunk.rows, _new_cells(chunk, values), strict=True):
            given = source.names or [f"x{place}" for place in range(1, len(row.cells) + 1)]
            names = [*given, *added]
            cells = [*(_typed(row) if typed else row.values), *new]
            cells = cells if typed else [prediction_text(cell) for cell in cells]
            yield dict(zip(names, cells, strict=True))
