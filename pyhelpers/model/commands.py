"""Train a model on a CSV, look at it, predict with it in a pipe, serve it over HTTP."""

import hashlib
import io
import sys
from typing import IO, Annotated, BinaryIO, Literal, cast

import typer

from pyhelpers import KitError, __version__
from pyhelpers._cli import (
    Delimiter,
    File,
    Format,
    Seed,
    emit,
    emit_one,
    new_app,
    one_character,
    open_bytes,
    open_table,
    progress,
)
from pyhelpers.files import display_name
from pyhelpers.model import batch, load, store
from pyhelpers.model.blocks import BLOCK
from pyhelpers.model.summary import summary
from pyhelpers.table import Table, table_of

ModelPath = Annotated[str, typer.Argument(metavar="MODEL", help="A model's folder or .zip.")]
Pickle = Annotated[
    bool,
    typer.Option("--allow-pickle", help="Unpickle a .pkl; it runs whatever its maker put in."),
]


TASK_BLOCK = 1 << 20  # bytes that go to another process, or over the wire, at once


class _Hashed(io.RawIOBase):
    """A stream that remembers the SHA-256 of what was read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.digest = stream, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self._stream.read1(len(buffer))  # type: ignore[attr-defined]
        self.digest.update(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _open_hashed(file: str | None, delimiter: str | None) -> tuple[Table, _Hashed]:
    hashed = _Hashed(open_bytes(file))
    stream = cast(BinaryIO, io.BufferedReader(hashed, 1 << 16))
    return table_of(stream, display_name(file), one_character(delimiter)), hashed


def names_of(listed: list[str] | None, known: list[str]) -> list[str] | None:
    """Return the columns that an option names: it may be repeated, and split by commas.

    Examples
    --------
    >>> names_of(["a,b", "c,d"], ["a", "b", "c,d"])
    ['a', 'b', 'c,d']
    """
    if listed is None:
        return None
    parts = ([text] if text in known else text.split(",") for text in listed)
    return [name.strip() if name not in known else name for part in parts for name in part]


def print_note(text: str) -> None:
    """Tell the person something that is no result."""
    sys.stderr.write(f"ml-model: {text}\n")
    sys.stderr.flush()


app = new_app()


@app.callback()
def main() -> None:
    """Train a model on a CSV, look at it, predict with it in a pipe, serve it over HTTP.

    Examples:
      ml-model train heights.csv --target Weight --features Height -o weight
      ml-model predict weight new.csv > answers.csv
      ml-model serve weight --port 8080
    """


@app.command("info")
def info_command(model: ModelPath, format: Format = None) -> None:
    """Say what a model is: its task, its fields, its measures, its versions.

    Example:
      ml-model info weight --format json
    """
    card = store.read_card(model)
    if format == "json":
        emit_one(card, format)
        return
    emit(summary(card), format)


@app.command("evaluate")
def evaluate_command(
    model: ModelPath,
    file: File = None,
    target: Annotated[
        str | None, typer.Option(help="The column of what is true; else the one of training.")
    ] = None,
    delimiter: Delimiter = None,
    format: Format = None,
    allow_pickle: Pickle = False,
) -> None:
    """Measure a model on a CSV whose truth is known, beside the dummy it was trained with.

    Examples:
      ml-model evaluate weight new.csv
      sample-large-csv -n 1000 huge.csv | ml-model evaluate weight --format json

    Records without the target are passed over.
    """
    from pyhelpers.model.evaluate import evaluate

    loaded = load.load_model(model, allow_pickle=allow_pickle)
    emit(evaluate(loaded, open_table(file, delimiter), target), format)


@app.command("predict")
def predict_command(
    model: ModelPath,
    file: File = None,
    column: Annotated[str, typer.Option("--as", help="The new column's name.")] = "prediction",
    delimiter: Delimiter = None,
    jobs: Annotated[int, typer.Option(help="Processes; -1 is one a core.")] = 1,
    cluster: Annotated[
        str | None, typer.Option(help="A Dask scheduler to work on, tcp://HOST:8786.")
    ] = None,
    allow_pickle: Pickle = False,
) -> None:
    """Add a model's answers to a CSV as one more column; every byte of the rest stays.

    Examples:
      ml-model predict weight new.csv > answers.csv
      zcat huge.csv.gz | ml-model predict weight | gzip > answers.csv.gz

    Reads and writes a block of records at a time, so that the file may be of any size. The model's
    fields are found by name; other columns pass through. With --cluster, blocks are worked on by a
    Dask cluster's workers, where a lost worker's blocks are done again.
    """
    from contextlib import ExitStack

    if jobs == 0 or jobs < -1 or (cluster and jobs != 1):
        raise KitError("--jobs is 1 or more, or -1 for one a core, and not beside --cluster", 2)
    loaded = load.load_model(model, allow_pickle=allow_pickle)
    size = TASK_BLOCK if cluster or jobs != 1 else BLOCK
    mark = one_character(delimiter)
    opened = batch.open_csv(loaded, open_bytes(file), display_name(file), mark, size)
    if column in opened.names:
        raise KitError(f"{display_name(file)}: has a column {column!r} already; see --as", 2)
    with ExitStack() as stack:
        answer = batch.one_by_one(loaded, opened.layout)
        if cluster:
            from pyhelpers.model.cluster import connected, on_cluster

            client = stack.enter_context(connected(cluster))
            answer = on_cluster(client, loaded, opened.layout)
        elif jobs != 1:
            answer = batch.in_processes(loaded, opened.layout, jobs)
        step = stack.enter_context(progress("predicting", batch.size_of(file)))
        batch.predict_csv(opened, column, answer, sys.stdout.buffer, step)


@app.command("serve")
def serve_command(
    model: ModelPath,
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65535, envvar=["AIP_HTTP_PORT", "PORT"], help="Port; 0 is any free one."
        ),
    ] = 8080,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    token_file: Annotated[
        str | None,
        typer.Option(help="File of a token that every client must show; or BEACHHEAD_TOKEN."),
    ] = None,
    max_body: Annotated[int, typer.Option(min=1, help="Bytes a request may have.")] = 10_000_000,
    max_rows: Annotated[int, typer.Option(min=1, help="Rows a request may have.")] = 100_000,
    timeout: Annotated[
        float,
        typer.Option(min=0.1, help="Seconds for a request to arrive, and to be answered."),
    ] = 30,
    allow_pickle: Pickle = False,
) -> None:
    """Answer POST {"instances": [...]} with {"predictions": [...]} until Ctrl-C.

    Examples:
      ml-model serve weight --port 8080
      curl -d '{"instances": [{"Height": 68}]}' http://127.0.0.1:8080/predict

    A row is a record (names in any order) or a list in the order that `ml-model info` shows. Also
    at /invocations, /score and /v1/models/NAME:predict; health at /healthz, what was done at
    /metrics, a form for a browser at /. One line on standard error tells when it is ready. Stopped
    by Ctrl-C or SIGTERM, it answers what it has accepted, then ends with 0. With a token, all but
    health wants "Authorization: Bearer TOKEN".
    """
    from pyhelpers.serve.listen import bind, read_token, serve
    from pyhelpers.serve.service import Limits, Service

    token = read_token(token_file)
    listener = bind(host, port)
    loaded = load.load_model(model, allow_pickle=allow_pickle)
    service = Service(loaded, Limits(max_body, max_rows, timeout), token)
    serve(service, listener, print_note)


@app.command("train")
def train_command(
    target: Annotated[str, typer.Option(help="The column to be predicted.")],
    file: File = None,
    features: Annotated[
        list[str] | None,
        typer.Option(
            help="Columns to learn from, split by commas; default all that tell something."
        ),
    ] = None,
    categories: Annotated[
        list[str] | None,
        typer.Option(help="Columns to be taken as texts, even where they look like numbers."),
    ] = None,
    task: Annotated[
        Literal["regression", "classification"] | None,
        typer.Option(help="What to do; else seen from the target."),
    ] = None,
    model: Annotated[
        Literal["auto", "linear", "ridge", "logistic", "forest", "boosting"] | None,
        typer.Option(help="Default linear, for classification logistic; auto tries them all."),
    ] = None,
    time: Annotated[
        float, typer.Option(min=0, help="Seconds that --model auto may take to try.")
    ] = 60,
    test_size: Annotated[
        float, typer.Option(min=0.01, max=0.9, help="Share of records held out for measuring.")
    ] = 0.2,
    folds: Annotated[
        int, typer.Option(min=0, max=100, help="Folds of cross-validation; 0 does without.")
    ] = 5,
    seed: Seed = 0,
    output: Annotated[
        str, typer.Option("-o", "--output", help="Folder, or .zip, to be written.")
    ] = "model",
    delimiter: Delimiter = None,
    format: Format = None,
) -> None:
    """Train a model on a CSV, measure it on records held out, write it as a folder.

    Examples:
      ml-model train heights.csv --target Weight --features Height -o weight
      ml-model train churn.csv --target churned --model boosting --seed 7 -o churn.zip

    Prints its measures, on records held out and by cross-validation on the others, beside those of
    a dummy that knows no feature. --model auto prints all that it tried and takes the simplest
    within one standard error of the best. Texts are encoded, missing values filled and numbers
    scaled inside the model: what is served is what was trained. The folder holds card.json (what
    the model is), model.skops (loads without running code) and, for linear models,
    coefficients.json.
    """
    from pyhelpers.model.make import Wishes, make_model

    store.check_target(output)
    table, hashed = _open_hashed(file, delimiter)
    wishes = Wishes(
        target,
        names_of(features, table.names),
        names_of(categories, table.names) or [],
        task,
        model,
        time,
        test_size,
        folds,
        seed,
    )
    made = make_model(table, wishes)
    card = made.card | {"data": {"source": display_name(file), "sha256": hashed.digest.hexdigest()}}
    store.save(output, made.files(card | {"beachhead": __version__}))
    for line in made.notes:
        print_note(line)
    print_note(f"wrote {output}")
    emit(made.measures, format)
