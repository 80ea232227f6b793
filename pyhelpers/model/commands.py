"""Train a model on a CSV, look at it, predict with it in a pipe, serve it over HTTP."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

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
from pyhelpers.model import batch, load, options, store
from pyhelpers.model.blocks import BLOCK
from pyhelpers.model.hashed import Hashed
from pyhelpers.model.options import ModelPath, Pickle
from pyhelpers.model.summary import summary
from pyhelpers.table import table_of
from pyhelpers.terminal import harmless

LOOPBACK = ("127.0.0.1", "::1", "localhost")
TASK_BLOCK = 1 << 20  # bytes that go to another process, or over the wire, at once


def print_note(text: str) -> None:
    """Tell the person something that is no result."""
    sys.stderr.write(f"ml-model: {harmless(text)}\n")
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
    emit(summary(card, store.written(model)), format)


@app.command("evaluate")
def evaluate_command(
    model: ModelPath,
    file: File = None,
    target: options.Truth = None,
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
    emit(evaluate(loaded, open_table(file, delimiter), target, print_note), format)


@app.command("predict")
def predict_command(
    model: ModelPath,
    file: File = None,
    column: options.As = "prediction",
    delimiter: Delimiter = None,
    jobs: options.Jobs = 1,
    cluster: options.Cluster = None,
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
    if jobs == 0 or jobs < -1 or (cluster and jobs != 1):
        raise KitError("--jobs is 1 or more, or -1 for one a core, and not beside --cluster", 2)
    loaded = load.load_model(model, allow_pickle=allow_pickle)
    size = TASK_BLOCK if cluster or jobs != 1 else BLOCK
    mark = one_character(delimiter)
    opened = batch.open_csv(loaded, open_bytes(file), display_name(file), mark, size)
    if column in opened.names:
        raise KitError(f"{display_name(file)}: has a column {column!r} already; see --as", 2)
    with (
        _answering(loaded, opened, jobs, cluster) as answer,
        progress("predicting", batch.size_of(file)) as step,
    ):
        batch.predict_csv(opened, column, answer, sys.stdout.buffer, step)


@contextmanager
def _answering(
    model: load.Model, opened: batch.Opened, jobs: int, cluster: str | None
) -> Iterator[batch.Answering]:
    """Yield what answers blocks: this process, several, or a cluster."""
    if cluster:
        from pyhelpers.model.cluster import connected, on_cluster

        with connected(cluster) as client:
            yield on_cluster(client, model, opened.layout)
    elif jobs != 1:
        yield batch.in_processes(model, opened.layout, jobs)
    else:
        yield batch.one_by_one(model, opened.layout)


@app.command("serve")
def serve_command(
    model: ModelPath,
    port: options.Port = 8080,
    host: options.Host = "127.0.0.1",
    token_file: options.TokenFile = None,
    prefix: options.Prefix = "",
    max_body: options.MaxBody = 10_000_000,
    max_rows: options.MaxRows = 100_000,
    timeout: options.Timeout = 30,
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
    from pyhelpers.serve.address import bind
    from pyhelpers.serve.bearer import read_token
    from pyhelpers.serve.listen import serve
    from pyhelpers.serve.messages import Limits
    from pyhelpers.serve.service import Service

    os.environ.setdefault("OMP_NUM_THREADS", "1")  # for one row, threads cost more than they help
    token = read_token(token_file)
    listener = bind(host, port)
    loaded = load.load_model(model, allow_pickle=allow_pickle)
    service = Service(
        loaded, Limits(max_body, max_rows, timeout), token, prefix, {"beachhead": __version__}
    )
    if token is None and host not in LOOPBACK:
        print_note(f"whoever reaches {host} may ask; --token-file FILE asks for a token")
    serve(service, listener, print_note)


@app.command("train")
def train_command(
    target: options.Target,
    file: File = None,
    features: options.Features = None,
    categories: options.Categories = None,
    task: options.TaskName = None,
    model: options.Kind = None,
    time: options.Seconds = 60,
    test_size: options.TestSize = 0.2,
    folds: options.Folds = 5,
    seed: Seed = 0,
    output: options.Output = "model",
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
    the model is), model.HASH.skops (loads without running code) and, for linear models,
    coefficients.HASH.json.
    """
    from pyhelpers.model.make import Wishes, make_model

    store.check_target(output)
    hashed = Hashed(open_bytes(file))
    stream = cast(BinaryIO, io.BufferedReader(hashed, 1 << 16))
    table = table_of(stream, display_name(file), one_character(delimiter))
    chosen = options.names_of(features, table.names)
    texts = options.names_of(categories, table.names) or []
    wishes = Wishes(target, chosen, texts, task, model, time, test_size, folds, seed)
    made = make_model(table, wishes)
    data = {"source": display_name(file), "sha256": hashed.digest.hexdigest()}
    store.save(output, made.files(made.card | {"data": data, "beachhead": __version__}))
    for line in (*made.notes, f"wrote {output}"):
        print_note(line)
    emit(made.measures, format)
