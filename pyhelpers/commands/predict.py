"""One job of predict, as bin/lib/http.sh has parsed it."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyhelpers import KitError
from pyhelpers.cli.inputs import open_bytes
from pyhelpers.cli.output import print_lines
from pyhelpers.csvio.delimiter import COMPRESSED, one_character
from pyhelpers.csvio.sources import display_name
from pyhelpers.csvio.table import table_of
from pyhelpers.predict.exchange import Exchange, converse
from pyhelpers.predict.input_rows import Source, from_csv, from_json, from_words, is_json
from pyhelpers.predict.request_bodies import Shape, chunks, shape_of
from pyhelpers.predict.results import Answered, check_name, show

MAX_ROWS = 5000
MAX_BYTES = 1_400_000  # Vertex AI takes 1.5 MB, the least of the clouds
ASK_FD, TOLD_FD = 3, 4  # where bin/lib/http.sh listens and answers


@dataclass
class Job:
    """What is to be asked, and how.

    Attributes
    ----------
    words : list of str
        FILE, -, a URL, nothing, or name=value words.
    column, text : list of str
        The columns to send, none for all; those whose numbers are texts.
    name : str
        The new column's.
    url : str
        The service, for messages.
    folder : str
        Where bodies and answers go; "" prints the body of the first row.
    """

    words: list[str]
    shape: str | None = None
    column: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    delimiter: str | None = None
    name: str = "prediction"
    rows: int = MAX_ROWS
    bytes: int = MAX_BYTES
    format: str | None = None
    url: str = "the service"
    folder: str = ""


def parse_job(args: Sequence[str]) -> Job:
    """Read the worker's words: each NAME=VALUE, then -- and what a person named.

    Examples
    --------
    >>> parse_job(["column=a", "column=b", "rows=7", "--", "x=1"]).column
    ['a', 'b']
    """
    end = args.index("--")
    job = Job(list(args[end + 1 :]))
    for word in args[:end]:
        name, _, value = word.partition("=")
        if isinstance(getattr(job, name), list):
            getattr(job, name).append(value)
        else:
            setattr(job, name, int(value) if name in ("rows", "bytes") else value)
    return job


def open_rows(words: list[str], delimiter: str | None, texts: list[str]) -> Source:
    """Open what a person named: FILE, -, a URL, nothing, or name=value words."""
    if words and all("=" in word for word in words) and not os.path.exists(words[0]):
        return from_words(words, texts)
    if len(words) > 1:
        raise KitError("one FILE, or name=value words; quote a name with spaces", 2)
    file = words[0] if words else None
    stream, name = open_bytes(file), display_name(file)
    if is_json(stream):
        if texts:
            raise KitError("--text is for a CSV; JSON says itself what is a text", 2)
        return from_json(stream, name)
    return from_csv(table_of(stream, name, one_character(delimiter)), texts)


def show_first(source: Source, shape: Shape, most: int) -> bool:
    """Print the body of the first row; return whether there was one."""
    first = next(chunks(source, shape, 1, most), None)
    if first is not None:
        print_lines([shape.body(first.pieces).rstrip("\n") + "\n"])
    return first is not None


def ask(job: Job, source: Source, shape: Shape) -> bool:
    """Ask for all rows by way of the sender; return whether there was any."""
    check_name(source, job.name)
    with os.fdopen(ASK_FD, "w") as to_sender, os.fdopen(TOLD_FD) as from_sender:
        exchange = Exchange(Path(job.folder), to_sender, from_sender)
        parts = chunks(source, shape, job.rows, job.bytes)
        answered = converse(exchange, shape, parts, job.url)
        return show(source, watched(answered, job.words), job.format, job.name)


def watched(answered: Answered, words: list[str]) -> Answered:
    """Yield what comes, with a bar on a terminal: bytes of a CSV of known size, else so far."""
    if not (sys.stderr and sys.stderr.isatty()) or sys.stdout.isatty():
        yield from answered
        return
    from pyhelpers.cli.progress import progress

    plain = len(words) == 1 and os.path.isfile(words[0]) and not words[0].endswith(COMPRESSED)
    with progress("predicting", os.path.getsize(words[0]) if plain else None) as advance:
        for chunk, values in answered:
            advance(sum(len(row.text) for row in chunk.rows))
            yield chunk, values


def run(args: list[str]) -> int:
    """Do a job that bin/lib/http.sh has parsed."""
    job = parse_job(args)
    source = open_rows(job.words, job.delimiter, job.text)
    shape = shape_of(job.shape, source, job.column)
    found = ask(job, source, shape) if job.folder else show_first(source, shape, job.bytes)
    if not found:
        raise KitError(f"{source.name}: has a header and no records; nothing to predict")
    return 0
