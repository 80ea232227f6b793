"""ml-model evaluate: measure a model on a CSV with known targets."""

from pyhelpers.cli.app import DataFiles, Delimiter, Format, Sheet, new_app
from pyhelpers.cli.inputs import open_tables, paths_of
from pyhelpers.cli.output import emit, note
from pyhelpers.commands.ml_model import _options as options
from pyhelpers.commands.ml_model._options import ModelPath, Pickle
from pyhelpers.model import load

app = new_app()


@app.command()
def evaluate(
    model: ModelPath,
    file: DataFiles = None,
    target: options.Truth = None,
    delimiter: Delimiter = None,
    sheet: Sheet = "",
    format: Format = None,
    allow_pickle: Pickle = False,
) -> None:
    """Measure a model on a CSV with known targets.

    Examples:
      ml-model evaluate weight new.csv
      sample-large-csv -n 1000 huge.csv | ml-model evaluate weight --format json

    Prints the measures of the model beside those of a dummy that ignores the features. Records
    without a target are skipped.
    """
    from pyhelpers.model.evaluate import evaluate as measures
    from pyhelpers.model.evaluate import training_file_notes
    from pyhelpers.model.training_source import digest_of

    loaded, paths = load.load_model(model, allow_pickle=allow_pickle), paths_of(file)
    emit(measures(loaded, open_tables(paths, delimiter, sheet), target, note), format)
    for line in training_file_notes([loaded], digest_of(paths)):
        note(line)
