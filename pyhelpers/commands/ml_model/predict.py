"""ml-model predict: add predictions to a CSV as new columns."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pyhelpers import KitError
from pyhelpers.cli.app import DataFile, Delimiter, Sheet, new_app
from pyhelpers.cli.inputs import open_csv
from pyhelpers.cli.output import note
from pyhelpers.cli.progress import progress
from pyhelpers.commands.ml_model import _options as options
from pyhelpers.commands.ml_model._options import ModelPath, Pickle, WithSklearn
from pyhelpers.csvio.dialect import parse_delimiter
from pyhelpers.csvio.sources import display_name
from pyhelpers.model import batch_predict, load
from pyhelpers.model.new_columns import new_columns

TASK_BLOCK = 1 << 20  # bytes sent at once to another process or a cluster


app = new_app()


@app.command()
def predict(
    model: ModelPath,
    file: DataFile = None,
    column: options.As = "prediction",
    proba: options.Proba = False,
    interval: options.Interval = None,
    delimiter: Delimiter = None,
    sheet: Sheet = "",
    jobs: options.Jobs = 1,
    cluster: options.Cluster = None,
    with_sklearn: WithSklearn = False,
    allow_pickle: Pickle = False,
) -> None:
    """Add a model's predictions to a CSV as new columns.

    Examples:
      ml-model predict weight new.csv > answers.csv
      zcat huge.csv.gz | ml-model predict weight | gzip > answers.csv.gz
      ml-model predict weight new.csv --interval 0.9 > ranges.csv

    Works on a block of records at a time, so the file may be of any size. The other columns are
    copied byte for byte; the model's fields are found by name. Values that training never had are
    counted on standard error, once per column. With --cluster, the workers of a
    Dask cluster make the predictions, and the blocks of a lost worker are computed again.
    """
    if jobs == 0 or jobs < -1 or (cluster and jobs != 1):
        raise KitError("--jobs takes 1 or more, or -1 for one per core, and excludes --cluster", 2)
    loaded = load.load_model(model, plain=not with_sklearn, allow_pickle=allow_pickle)
    size = TASK_BLOCK if cluster or jobs != 1 else batch_predict.block_size(loaded)
    mark = parse_delimiter(delimiter)
    new = new_columns(loaded, column, proba, interval)
    stream, name = open_csv(file, mark, sheet), display_name(file)
    opened = batch_predict.open_csv(loaded, stream, name, mark, size, new)
    shared = [one for one in new.names if one in opened.fields.layout.names]
    if shared:
        what = f"already has a column {shared[0]!r}"
        raise KitError(f"{display_name(file)}: {what}; choose another name with --as", 2)
    with (
        _predictor(loaded, opened, jobs, cluster) as predict_blocks,
        progress("predicting", batch_predict.size_of(file)) as step,
    ):
        unseen = batch_predict.predict_csv(opened, predict_blocks, sys.stdout.buffer, step)
    for line in unseen.notes(opened.fields.features):
        note(line)


@contextmanager
def _predictor(
    model: load.Model, opened: batch_predict.OpenedCsv, jobs: int, cluster: str | None
) -> Iterator[batch_predict.BlockPredictor]:
    """Yield a function that predicts blocks: here, in several processes, or on a cluster."""
    if cluster:
        from pyhelpers.dask_client import connected
        from pyhelpers.model.parallel_predict import on_cluster

        with connected(cluster) as client:
            yield on_cluster(client, model, opened.fields)
    elif jobs != 1:
        from pyhelpers.model.parallel_predict import in_processes

        yield in_processes(model, opened.fields, jobs)
    else:
        yield batch_predict.sequentially(model, opened.fields)
