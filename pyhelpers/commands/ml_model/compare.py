"""ml-model compare: which of two models is better on a CSV with known targets."""

from typing import Annotated

import typer

from pyhelpers.cli.app import DataFiles, Delimiter, Format, Sheet, new_app
from pyhelpers.cli.inputs import open_tables, paths_of
from pyhelpers.cli.output import emit, note
from pyhelpers.commands.ml_model import _options as options
from pyhelpers.commands.ml_model._options import ModelPath
from pyhelpers.model import load

app = new_app()


@app.command()
def compare(
    model: ModelPath,
    other: Annotated[
        str, typer.Argument(metavar="OTHER", help="Folder or .zip of another trained model.")
    ],
    file: DataFiles = None,
    target: options.Truth = None,
    delimiter: Delimiter = None,
    sheet: Sheet = "",
    format: Format = None,
) -> None:
    """Compare two models on a CSV with known targets.

    Example:
      ml-model compare line forest new.csv

    Prints the measures of both, and a sentence: which is better, by how much, and whether the
    difference could be chance (a paired t-test of the records' squared errors, or log losses).
    Use records that neither model has learnt from.
    """
    from pyhelpers.model.evaluate import compare as compared
    from pyhelpers.model.evaluate import training_file_notes
    from pyhelpers.model.training_source import digest_of

    models, paths = [load.load_model(path) for path in (model, other)], paths_of(file)
    rows, sentence = compared(models, open_tables(paths, delimiter, sheet), target, note)
    emit(rows, format)
    note(sentence)
    for line in training_file_notes(models, digest_of(paths)):
        note(line)
