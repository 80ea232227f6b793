"""ml-model train: train a model on a CSV."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from os.path import abspath
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError, __version__
from pyhelpers.cli.app import DataFiles, Delimiter, Format, Resume, Seed, Sheet, new_app
from pyhelpers.cli.inputs import open_alone, paths_of, size_of_all
from pyhelpers.cli.output import emit, note
from pyhelpers.cli.progress import progress, status
from pyhelpers.commands.ml_model import _options as options
from pyhelpers.csvio.dialect import parse_delimiter
from pyhelpers.csvio.sources import display_names
from pyhelpers.model import store
from pyhelpers.text import counted

if TYPE_CHECKING:
    from pyhelpers.model.kept_trials import KeptTrials

app = new_app()


@app.command()
def train(
    target: options.Target,
    file: DataFiles = None,
    features: options.Features = None,
    categories: options.Categories = None,
    task: options.TaskName = None,
    model: options.Kind = None,
    time: options.Seconds = 60,
    simple: options.Simple = False,
    within: options.Within = None,
    measure: options.MeasureName = None,
    group: options.Group = None,
    time_order: options.TimeOrder = None,
    missing: options.Missing = None,
    memory: options.Memory = None,
    refit: options.Refit = False,
    cluster: options.Cluster = None,
    test_size: options.TestSize = 0.2,
    folds: options.Folds = 5,
    seed: Seed = 0,
    output: options.Output = "model",
    resume: Resume = False,
    delimiter: Delimiter = None,
    sheet: Sheet = "",
    format: Format = None,
) -> None:
    """Train a model on a CSV and write it to a folder.

    Examples:
      ml-model train heights.csv --target Weight --features Height -o weight
      ml-model train churn.csv --target churned --model boosting --seed 7 -o churn.zip

    Prints the model's measures, on held-out records and by cross-validation on the others, beside
    those of a dummy that ignores the features. Dates, free texts and categories become numbers, and
    missing values are filled, as `ml-model info` says; predictions use what was trained. --model
    auto prints every candidate and blends the best by their out-of-fold predictions; Ctrl-C keeps
    the best so far, and with --resume a run that was killed goes on with the candidates that it has
    tried. The folder holds card.json (the description) and coefficients.HASH.json for
    linear models, ensemble.HASH.json, trees.HASH.safetensors and model.HASH.skops for others;
    loading them runs no code. With --cluster, the workers of a Dask cluster fit linear models block
    by block and try the candidates of auto side by side; the answer is the same.
    """
    from pyhelpers.dask_client import connected
    from pyhelpers.model.prepare import TrainingOptions
    from pyhelpers.model.train import train_model
    from pyhelpers.model.training_source import open_training

    if resume and (model != "auto" or cluster):
        what = "--resume goes with --model auto, without --cluster"
        raise KitError(f"{what}; other models are trained at once", 2)
    store.check_target(output)
    paths = paths_of(file)
    stream = open_alone(paths)
    with progress("reading", size_of_all(paths)) as step, status() as show:

        def report(text: str) -> None:
            step.hide()
            show(text)

        mark = parse_delimiter(delimiter)
        table, digest = open_training(stream, paths, mark, sheet, step)
        wanted = TrainingOptions(
            target=target,
            features=options.names_of(features, table.names),
            categories=options.names_of(categories, table.names) or [],
            task=task,
            model=model,
            seconds=time,
            test_size=test_size,
            folds=folds,
            seed=seed,
            memory=memory,
            missing=options.listed(missing),
            group=group,
            time_order=time_order,
            measure=measure,
            within=within,
            simple=simple,
            refit=refit,
        )
        job = asdict(wanted) | {"delimiter": delimiter, "sheet": sheet, "output": abspath(output)}
        with (
            connected(cluster) if cluster else nullcontext() as client,
            _kept(job if resume else None, paths, digest) as kept,
        ):
            trained = train_model(table, wanted, report, client, kept)
            origin = {"source": display_names(paths), "sha256": digest()}
            card = trained.card | {"data": origin, "beachhead": __version__}
            store.save(output, trained.files(card))
    for line in (*table.remarks, *trained.notes, f"wrote {output}"):
        note(line)
    emit(trained.measures, format)


@contextmanager
def _kept(
    job: dict[str, Any] | None, paths: list[str], digest: Callable[[], str]
) -> Iterator["KeptTrials | None"]:
    """Yield the candidates that a run of the job has tried; None for a job without --resume."""
    from pyhelpers.checkpoint import checkpoint
    from pyhelpers.model.kept_trials import KeptTrials

    if job is None:
        yield None
        return
    with checkpoint("ml-model train", job, paths, note) as progress:
        kept = KeptTrials(progress, digest)
        if kept.count:
            tried = counted(kept.count, "candidate", "candidates")
            note(f"goes on with {tried} tried, after {kept.seconds:.0f} s")
        yield kept
