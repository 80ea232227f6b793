"""Train a model on a CSV, look at it, predict with it in a pipe, serve it over HTTP."""

import hashlib
import io
import sys
from typing import IO, Annotated, Any, BinaryIO, Literal, cast

import typer

from pyhelpers import __version__
from pyhelpers._cli import Delimiter, File, Format, Seed, emit, emit_one, new_app
from pyhelpers.files import display_name, open_source
from pyhelpers.model import batch, store
from pyhelpers.table import Table, read_table

ModelPath = Annotated[str, typer.Argument(metavar="MODEL", help="A model's folder or .zip.")]


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
    if file in (None, "-") and sys.stdin.isatty():
        print_note("reading from the terminal; Ctrl-D ends it")
    hashed = _Hashed(open_source(file))
    stream = cast(BinaryIO, io.BufferedReader(hashed, 1 << 16))
    return read_table(file, delimiter, stream), hashed


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


def summary(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a card as rows of (what, value)."""
    rows: list[tuple[str, Any]] = [
        ("task", card["task"]),
        ("target", card["target"]),
        ("model", card["model"]),
        ("records", f"{card['rows']['train']} trained, {card['rows']['test']} held out"),
    ]
    for feature in card["features"]:
        span = f"{feature['low']} to {feature['high']}"
        names = ", ".join(feature["categories"][:10])
        shown = span if feature["kind"] == "number" else names
        rows.append((f"field {feature['name']}", f"{feature['kind']}: {shown}"))
    for name, value in card["metrics"].items():
        rows.append((name, f"{value:.6f} (dummy {card['dummy'][name]:.6f})"))
    rows += [(name, version) for name, version in card["versions"].items()]
    return [{"what": what, "value": value} for what, value in rows]


@app.command("predict")
def predict_command(
    model: ModelPath,
    file: File = None,
    column: Annotated[str, typer.Option("--as", help="The new column's name.")] = "prediction",
    delimiter: Delimiter = None,
) -> None:
    """Add a model's answers to a CSV as one more column; every byte of the rest stays.

    Examples:
      ml-model predict weight new.csv > answers.csv
      zcat huge.csv.gz | ml-model predict weight | gzip > answers.csv.gz

    Reads and writes a block of records at a time, so that the file may be of any size. The model's
    fields are found by name; other columns pass through.
    """
    if file in (None, "-") and sys.stdin.isatty():
        print_note("reading from the terminal; Ctrl-D ends it")
    loaded = store.load_model(model)
    batch.predict_csv(loaded, file, delimiter, column, sys.stdout.buffer)


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
) -> None:
    """Answer POST {"instances": [...]} with {"predictions": [...]} until Ctrl-C.

    Examples:
      ml-model serve weight --port 8080
      curl -d '{"instances": [{"Height": 68}]}' http://127.0.0.1:8080/predict

    A row is a record (names in any order) or a list in the order that `ml-model info` shows. Also
    at /invocations, /score and /v1/models/NAME:predict; health at /healthz. One line on standard
    error tells when it is ready. Stopped by Ctrl-C or SIGTERM, it answers what it has accepted,
    then ends with 0.
    """
    from pyhelpers.serve.listen import bind, serve
    from pyhelpers.serve.service import Service

    store.read_card(model)  # a wrong path is told before the port is taken
    listener = bind(host, port)
    service = Service(store.load_model(model))
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
        Literal["linear", "ridge", "logistic", "forest", "boosting"] | None,
        typer.Option(help="Default linear, for classification logistic."),
    ] = None,
    test_size: Annotated[
        float, typer.Option(min=0.01, max=0.9, help="Share of records held out for measuring.")
    ] = 0.2,
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

    Prints its measures beside those of a dummy that knows no feature. Texts are encoded, missing
    values filled and numbers scaled inside the model: what is served is what was trained. The
    folder holds card.json (what the model is), model.skops (loads without running code) and, for
    linear models, coefficients.json.
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
        test_size,
        seed,
    )
    made = make_model(table, wishes)
    card = made.card | {"data": {"source": display_name(file), "sha256": hashed.digest.hexdigest()}}
    store.save(output, made.files(card | {"beachhead": __version__}))
    for line in made.notes:
        print_note(line)
    print_note(f"wrote {output}")
    emit(made.measures, format)
