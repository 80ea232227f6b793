"""ml-model predict: add predictions to a CSV as new columns."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import IO, NamedTuple

from pyhelpers import KitError
from pyhelpers.checkpoint import checkpoint
from pyhelpers.cli.app import DataFile, Delimiter, Resume, Sheet, new_app
from pyhelpers.cli.inputs import open_csv
from pyhelpers.cli.output import note
from pyhelpers.cli.progress import progress
from pyhelpers.commands.ml_model import _options as options
from pyhelpers.commands.ml_model._options import ModelPath, Pickle, WithSklearn
from pyhelpers.csvio.dialect import parse_delimiter
from pyhelpers.csvio.sources import display_name, size_of
from pyhelpers.files import write_whole
from pyhelpers.kept_output import kept_output
from pyhelpers.model import batch_predict, load
from pyhelpers.model.kept_predictions import KeptPredictions
from pyhelpers.model.new_columns import Unseen, new_columns

TASK_BLOCK = 1 << 20  # bytes sent at once to another process


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
    new = new_columns(loaded, column, proba, interval)
    size = TASK_BLOCK if cluster or jobs != 1 else batch_predict.block_size(loaded)
    settings: dict[str, object] = {"columns": new.names, "interval": interval, "sheet": sheet}
    settings |= {"delimiter": delimiter, "sklearn": with_sklearn}
    with _written(model, file, settings, output, resume) as (out, before):
        mark = parse_delimiter(delimiter)
        stream, source = open_csv(file, mark, sheet), display_name(file)
        passed = {"pass_over": before.pass_over} if before else {}
        opened = batch_predict.open_csv(loaded, stream, source, mark, size, new, **passed)
        shared = [one for one in new.names if one in opened.fields.layout.names]
        if shared:
            what = f"already has a column {shared[0]!r}"
            raise KitError(f"{source}: {what}; choose another name with --as", 2)
        unseen = _predict(loaded, opened, out, before, _Work(file, jobs, cluster))
    for line in unseen.notes(opened.fields.features):
        note(line)


class _Work(NamedTuple):
    """Who predicts the records of FILE."""

    file: str | None
    jobs: int
    cluster: str | None


def _predict(
    model: load.Model,
    opened: batch_predict.OpenedCsv,
    out: IO[bytes],
    before: KeptPredictions | None,
    work: _Work,
) -> Unseen:
    """Write the predictions, with a progress bar."""
    with (
        _predictor(model, opened, work.jobs, work.cluster) as predict_blocks,
        progress("predicting", size_of(work.file)) as step,
    ):
        if before is None:
            return batch_predict.predict_csv(opened, predict_blocks, out, step)

        def written(count: int) -> None:
            before.written()
            step(count)

        followed = before.followed(opened)
        return batch_predict.predict_csv(followed, predict_blocks, out, written, before.unseen)


@contextmanager
def _written(
    model: str, file: str | None, settings: dict[str, object], output: str | None, resume: bool
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
        checkpoint("ml-model predict", job, [model, file or "-"], note) as kept,
        kept_output(kept, output) as draft,
    ):
        yield draft.stream, KeptPredictions(kept, draft, note)


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
