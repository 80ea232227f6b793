"""ml-model predict: add predictions to a CSV as new columns."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import IO, NamedTuple

from pyhelpers import KitError
from pyhelpers.checkpoint import checkpoint
from pyhelpers.cli.app import DataFiles, Delimiter, Resume, Sheet, new_app
from pyhelpers.cli.inputs import open_csv, paths_of, size_of_all
from pyhelpers.cli.output import note
from pyhelpers.cli.progress import progress
from pyhelpers.commands.ml_model import _options as options
from pyhelpers.commands.ml_model._options import ModelPath, Pickle, WithSklearn
from pyhelpers.csvio.columns import check_same_order
from pyhelpers.csvio.dialect import parse_delimiter
from pyhelpers.csvio.layout import Layout
from pyhelpers.csvio.sources import display_name
from pyhelpers.files import write_whole
from pyhelpers.kept_output import kept_output
from pyhelpers.model import batch_predict, load
from pyhelpers.model.batch_predict import FieldMap
from pyhelpers.model.kept_predictions import KeptPredictions
from pyhelpers.model.new_columns import Unseen, interval_note, new_columns

TASK_BLOCK = 1 << 20  # bytes sent at once to another process


app = new_app()


@app.command()
def predict(
    model: ModelPath,
    file: DataFiles = None,
    column: options.As = "prediction",
    proba: options.Proba = False,
    interval: options.Interval = None,
    delimiter: Delimiter = None,
    sheet: Sheet = "",
    jobs: options.Jobs = 1,
    cluster: options.Cluster = None,
    output: options.OutputFile = None,
    resume: Resume = False,
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
    Dask cluster make the predictions, and the blocks of a lost worker are computed again. With
    --resume the progress is kept, and a run that was killed goes on from there.
    """
    if jobs == 0 or jobs < -1 or (cluster and jobs != 1):
        raise KitError("--jobs takes 1 or more, or -1 for one per core, and excludes --cluster", 2)
    loaded = load.load_model(model, plain=not with_sklearn, allow_pickle=allow_pickle)
    new, paths = new_columns(loaded, column, proba, interval), paths_of(file)
    if line := interval_note(loaded, interval):
        note(line)
    settings: dict[str, object] = {"columns": new.names, "interval": interval, "sheet": sheet}
    settings |= {"delimiter": delimiter, "sklearn": with_sklearn}
    mark, size = parse_delimiter(delimiter), TASK_BLOCK if cluster or jobs != 1 else None
    with _written(model, paths, settings, output, resume) as (out, before):

        def opened(path: str) -> batch_predict.OpenedCsv:
            stream, source = open_csv(path, mark, sheet), display_name(path)
            passed = {"pass_over": before.pass_over} if before else {}
            return batch_predict.open_csv(loaded, stream, source, mark, size, new, **passed)

        files = _files(paths, opened, before)
        unseen = _predict(loaded, files, out, before, _Work(paths, jobs, cluster))
    for line in unseen.notes(loaded.schema.features):
        note(line)


def _files(
    paths: list[str],
    opened: Callable[[str], batch_predict.OpenedCsv],
    before: KeptPredictions | None,
) -> Iterator[batch_predict.OpenedCsv]:
    """Yield each file that remains to be predicted; the header of the first is that of all."""
    first: Layout | None = None
    for number, path in enumerate(paths):
        if before and not before.begin(number):
            continue
        file = opened(path)
        layout, names = file.fields.layout, file.fields.new.names
        shared = [name for name in names if name in layout.names]
        if shared:
            what = f"already has a column {shared[0]!r}"
            raise KitError(f"{layout.source}: {what}; choose another name with --as", 2)
        first = first or layout
        check_same_order(first, layout)
        yield replace(file, begun=file.begun or number > 0, goes_on=number + 1 < len(paths))


class _Work(NamedTuple):
    """Who predicts the records of which files."""

    paths: list[str]
    jobs: int
    cluster: str | None


def _predict(
    model: load.Model,
    files: Iterable[batch_predict.OpenedCsv],
    out: IO[bytes],
    before: KeptPredictions | None,
    work: _Work,
) -> Unseen:
    """Write the predictions, with a progress bar."""
    unseen = before.unseen if before else Unseen()
    with (
        _predictors(model, work.jobs, work.cluster) as predictor_of,
        progress("predicting", size_of_all(work.paths)) as step,
    ):

        def written(count: int) -> None:
            if before:
                before.written()
            step(count)

        for file in files:
            followed = before.followed(file) if before else file
            predict_blocks = predictor_of(file.fields)
            batch_predict.predict_csv(followed, predict_blocks, out, written, unseen)
    return unseen


@contextmanager
def _written(
    model: str, paths: list[str], settings: dict[str, object], output: str | None, resume: bool
) -> Iterator[tuple[IO[bytes], KeptPredictions | None]]:
    """Yield where the predictions go, and, with --resume, how far they are."""
    if not resume:
        with write_whole(output) if output else nullcontext(sys.stdout.buffer) as out:
            yield out, None
        return
    if output is None:
        raise KitError("--resume needs -o FILE, beside which the draft is kept", 2)
    job = settings | {"output": os.path.abspath(output)}
    with (
        checkpoint("ml-model predict", job, [model, *paths], note) as kept,
        kept_output(kept, output) as draft,
    ):
        yield draft.stream, KeptPredictions(kept, draft, note)


@contextmanager
def _predictors(
    model: load.Model, jobs: int, cluster: str | None
) -> Iterator[Callable[[FieldMap], batch_predict.BlockPredictor]]:
    """Yield what predicts blocks of a CSV: here, in several processes, or on a cluster."""
    if cluster:
        from pyhelpers.dask_client import connected
        from pyhelpers.model.parallel_predict import on_cluster

        with connected(cluster) as client:
            yield lambda fields: on_cluster(client, model, fields)
    elif jobs != 1:
        from pyhelpers.model.parallel_predict import in_processes

        yield lambda fields: in_processes(model, fields, jobs)
    else:
        yield lambda fields: batch_predict.sequentially(model, fields)
