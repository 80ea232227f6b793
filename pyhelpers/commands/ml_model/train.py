"""ml-model train: train a model on a CSV."""

import io
from typing import BinaryIO, cast

from pyhelpers import __version__
from pyhelpers.cli.app import new_app
from pyhelpers.cli.inputs import open_bytes
from pyhelpers.cli.options import Delimiter, File, Format, Seed
from pyhelpers.cli.output import emit, note
from pyhelpers.commands.ml_model import _options as options
from pyhelpers.csvio.dialect import parse_delimiter
from pyhelpers.csvio.sources import HashingReader, display_name
from pyhelpers.csvio.table import table_of
from pyhelpers.model import store

app = new_app()


@app.command()
def train(
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
    hashed = HashingReader(open_bytes(file))
    stream = cast(BinaryIO, io.BufferedReader(hashed, 1 << 16))
    table = table_of(stream, display_name(file), parse_delimiter(delimiter))
    chosen = options.names_of(features, table.names)
    texts = options.names_of(categories, table.names) or []
    wishes = Wishes(target, chosen, texts, task, model, time, test_size, folds, seed)
    made = make_model(table, wishes)
    data = {"source": display_name(file), "sha256": hashed.digest.hexdigest()}
    store.save(output, made.files(made.card | {"data": data, "beachhead": __version__}))
    for line in (*made.notes, f"wrote {output}"):
        note(line)
    emit(made.measures, format)
