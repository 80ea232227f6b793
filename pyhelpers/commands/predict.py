"""predict: ask for the rows that bin/lib/predict.sh was given, or read a cloud tool's answer."""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import TextIO

from pyhelpers import KitError
from pyhelpers.checkpoint import checkpoint
from pyhelpers.cli.inputs import open_bytes
from pyhelpers.cli.output import note, print_lines
from pyhelpers.csvio.dialect import COMPRESSED
from pyhelpers.csvio.sources import display_name
from pyhelpers.files import refuse_input_as_output, write_whole
from pyhelpers.kept_output import kept_output
from pyhelpers.predict import exchange
from pyhelpers.predict.exchange import Exchange, More, Predicted, predict_chunks
from pyhelpers.predict.input_rows import Source, from_words, open_rows
from pyhelpers.predict.request_bodies import Shape, chunks, shape_of
from pyhelpers.text import counted

MAX_ROWS = 5000
MAX_BYTES = 1_400_000  # Vertex AI accepts 1.5 MB, the least of the clouds
NUMBERS_FD, REPLIES_FD = 3, 4  # descriptors of bin/lib/predict.sh


@dataclass
class Arguments:
    """What bin/lib/predict.sh has parsed.

    Attributes
    ----------
    words : list of str
        FILE, -, a URL, nothing, or NAME=VALUE words.
    column, text : list of str
        The columns to send, none for all; those whose numbers are sent as strings.
    proba, interval : str
        "yes" for the probability of each class; the level of an interval.
    name : str
        The new column.
    url, credential : str
        The service, and what is sent to sign in, for messages.
    folder : str
        The folder of request and response bodies; "" prints the body of the first row.
    out, resume : str
        The output file; "yes" to keep progress beside it.
    """

    words: list[str]
    shape: str | None = None
    column: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    delimiter: str | None = None
    proba: str = ""
    interval: str = ""
    name: str = "prediction"
    rows: int = MAX_ROWS
    bytes: int = MAX_BYTES
    format: str | None = None
    url: str = "the service"
    credential: str = ""
    folder: str = ""
    out: str = ""
    resume: str = ""


def parse(args: Sequence[str]) -> Arguments:
    """Parse NAME=VALUE words, then -- and the words that are not options.

    Examples
    --------
    >>> parse(["column=a", "column=b", "rows=7", "--", "x=1"]).column
    ['a', 'b']
    """
    end = args.index("--")
    arguments = Arguments(list(args[end + 1 :]))
    for word in args[:end]:
        name, _, value = word.partition("=")
        if isinstance(getattr(arguments, name), list):
            getattr(arguments, name).append(value)
        else:
            setattr(arguments, name, int(value) if name in ("rows", "bytes") else value)
    return arguments


def open_source(arguments: Arguments) -> Source:
    """Open the rows: of FILE, -, a URL, nothing, or NAME=VALUE words."""
    words = arguments.words
    if words and all("=" in word for word in words) and not os.path.exists(words[0]):
        return from_words(words, arguments.text)
    if len(words) > 1:
        raise KitError("one FILE, or NAME=VALUE words; quote a name with spaces", 2)
    file = words[0] if words else None
    refuse_input_as_output(arguments.out, [file or "-"])
    stream = open_bytes(file)
    return open_rows(stream, display_name(file), arguments.delimiter, arguments.text)


def print_first_body(source: Source, shape: Shape, max_bytes: int) -> bool:
    """Print the request body of the first row; return whether there was one."""
    first = next(chunks(source, shape, 1, max_bytes), None)
    if first is not None:
        print_lines([shape.body(first.pieces).rstrip("\n") + "\n"])
    return first is not None


def predict(arguments: Arguments, source: Source, shape: Shape) -> bool:
    """Ask for all rows and print them with their predictions; return whether there was a row."""
    exchange.check_new_column(source, arguments.name)
    with os.fdopen(NUMBERS_FD, "w") as numbers, os.fdopen(REPLIES_FD) as replies:
        sender = Exchange(Path(arguments.folder), numbers, replies)
        parts = chunks(source, shape, arguments.rows, arguments.bytes)
        more: More = "proba" if arguments.proba else "interval" if arguments.interval else None
        predicted = predict_chunks(sender, shape, parts, arguments.url, more, arguments.credential)
        shown = with_progress(predicted, arguments.words)
        if arguments.resume:
            return write_kept(source, shown, arguments)
        if not arguments.out:
            return print_results(source, shown, arguments)
        with write_whole(arguments.out) as file:
            out = TextIOWrapper(file, "utf-8", "surrogateescape", newline="")
            if not print_results(source, shown, arguments, out):
                raise nothing(source)
            out.detach()  # which flushes; the file is closed when it has its name
            return True


def nothing(source: Source) -> KitError:
    """Return the error for an input without rows."""
    return KitError(f"{source.name}: has a header and no records; nothing to predict")


def write_kept(source: Source, predicted: Predicted, arguments: Arguments) -> bool:
    """Write the rows with their predictions behind those of a run that was killed."""
    if not source.head or arguments.format not in (None, "csv"):
        raise KitError("--resume is for a CSV to a CSV; leave it out", 2)
    options = {
        name: value
        for name, value in vars(arguments).items()
        if name not in ("words", "rows", "bytes", "folder", "credential", "resume")
    }
    options["out"] = os.path.abspath(arguments.out)
    with (
        checkpoint("predict", options, arguments.words or ["-"], note) as kept,
        kept_output(kept, arguments.out) as draft,
    ):
        rows = exchange.KeptRows(kept, draft)
        begun = rows.pass_over(source)
        if begun:
            note(f"{source.name}: goes on behind {counted(rows.count, 'row', 'rows')}")
        for lines in exchange.csv_lines(source, rows.followed(predicted), arguments.name, begun):
            draft.stream.write("".join(lines).encode("utf-8", "surrogateescape"))
        if not rows.count:
            raise nothing(source)
        return True


def print_results(
    source: Source, predicted: Predicted, arguments: Arguments, out: TextIO | None = None
) -> bool:
    """Print the rows with their predictions; return whether there was a row."""
    first = next(predicted, None)
    if first is None:
        return False
    predicted = chain([first], predicted)
    format = arguments.format or ("table" if not out and sys.stdout.isatty() else "csv")
    if format == "csv" and source.head:
        for lines in exchange.csv_lines(source, predicted, arguments.name):
            out.writelines(lines) if out else print_lines(lines)
    else:
        from pyhelpers.cli.output import emit

        emit(
            exchange.records(source, predicted, arguments.name, typed=format == "json"), format, out
        )
    return True


def with_progress(predicted: Predicted, words: list[str]) -> Predicted:
    """Yield the chunks, with a progress bar on a terminal: of bytes, if FILE's size is known."""
    if not (sys.stderr and sys.stderr.isatty()) or sys.stdout.isatty():
        yield from predicted
        return
    from pyhelpers.cli.progress import progress

    plain = len(words) == 1 and os.path.isfile(words[0]) and not words[0].endswith(COMPRESSED)
    with progress("predicting", os.path.getsize(words[0]) if plain else None) as advance:
        for chunk, values in predicted:
            advance(sum(len(row.text) for row in chunk.rows))
            yield chunk, values


def print_identity(kind: str, *words: str) -> None:
    """Print a region, a profile's keys, secrets.env, the container endpoint's answer, an identity.

    An identity is read from standard input and printed as when to forget it, in seconds since 1970,
    and its keys or its token, a line each. Nothing is printed where there is none.
    """
    from pyhelpers.predict import identity

    if kind == "aws-region":
        lines = [identity.region(*words)]
    elif kind == "aws-container":
        from pyhelpers.cloud import aws

        lines = [aws.container_response()]
    elif kind == "aws-login":
        lines = identity.aws_login(*words)
    elif kind == "secrets":
        lines = identity.secrets_of(*words)
    else:
        read = {"aws-keys": identity.aws_keys, "token": identity.bearer_token}[kind]
        lines = read(sys.stdin.buffer.read().decode(errors="replace"), time.time())
    print_lines(line + "\n" for line in lines)


def run(args: list[str]) -> int:
    """Run what bin/lib/predict.sh has parsed."""
    if args[0] == "identity":
        print_identity(*args[1:])
        return 0
    arguments = parse(args)
    if arguments.resume and not arguments.out:
        raise KitError("--resume needs -o FILE, beside which the draft is kept", 2)
    source = open_source(arguments)
    parameters: dict[str, object] = {"probabilities": True} if arguments.proba else {}
    if arguments.interval:
        parameters["interval"] = float(arguments.interval)
    shape = shape_of(arguments.shape, source, arguments.column, parameters)
    if arguments.folder:
        found = predict(arguments, source, shape)
    else:
        found = print_first_body(source, shape, arguments.bytes)
    if not found:
        raise nothing(source)
    return 0
