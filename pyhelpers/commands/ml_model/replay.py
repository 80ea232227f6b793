"""ml-model replay: ask another model what a request log holds."""

from typing import Annotated

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import File, Format, new_app
from pyhelpers.cli.inputs import open_bytes
from pyhelpers.cli.output import emit
from pyhelpers.commands.ml_model._options import Pickle
from pyhelpers.csvio.sources import display_name
from pyhelpers.model import load

app = new_app()
NewModel = Annotated[
    str, typer.Option("--model", help="Folder or .zip of the model to ask.", metavar="MODEL")
]
Rows = Annotated[bool, typer.Option("--rows", help="Print each row in place of a summary.")]


@app.command()
def replay(
    model: NewModel,
    file: File = None,
    rows: Rows = False,
    format: Format = None,
    allow_pickle: Pickle = False,
) -> None:
    """Ask another model what a request log holds.

    Examples:
      ml-model serve weight --log requests.jsonl
      ml-model replay requests.jsonl --model weight-new
      ml-model replay requests.jsonl --model weight-new --rows --format csv > rows.csv

    FILE is a log of ml-model serve --log. Prints how far the model's predictions are from those in
    the log, or with --rows each row: its line and position in the log, the prediction then and now,
    and their difference. A row that the model refuses is counted; with --rows it says why.
    """
    from pyhelpers.serving.replay import Comparison, replay

    loaded = load.load_model(model, allow_pickle=allow_pickle)
    found = replay(loaded, open_bytes(file), display_name(file))
    if rows:
        emit((row.record() for row in found), format)
        return
    compared = Comparison()
    for row in found:
        compared.add(row)
    if not compared.rows:
        raise KitError(f"{display_name(file)}: holds no request with predictions")
    emit(compared.summary(), format)
