"""ml-model curve: a model's score against the number of records it learns from."""

from typing import Annotated

import typer

from pyhelpers.cli.app import DataFiles, Delimiter, Format, Seed, Sheet, new_app
from pyhelpers.cli.inputs import open_alone, paths_of
from pyhelpers.cli.output import emit, note, say
from pyhelpers.cli.progress import status
from pyhelpers.commands.ml_model import _options as options
from pyhelpers.csvio.dialect import parse_delimiter

app = new_app()


@app.command()
def curve(
    target: options.Target,
    file: DataFiles = None,
    features: options.Features = None,
    categories: options.Categories = None,
    task: options.TaskName = None,
    model: options.OneKind = None,
    measure: options.MeasureName = None,
    group: options.Group = None,
    time_order: options.TimeOrder = None,
    missing: options.Missing = None,
    test_size: options.TestSize = 0.2,
    seed: Seed = 0,
    draw: Annotated[
        bool, typer.Option("--draw", help="Draw the curve in the terminal (plotext).")
    ] = False,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="Picture to write: .png, .svg or .pdf.")
    ] = None,
    delimiter: Delimiter = None,
    sheet: Sheet = "",
    format: Format = None,
) -> None:
    """Show a model's score against the number of records.

    Examples:
      ml-model curve heights.csv --target Weight
      ml-model curve churn.csv --target churned --model boosting -o curve.png

    Fits the model on random samples of the training records, each twice as large as the one
    before, five of each size, and measures it on the same held-out records. A sentence on standard
    error says whether more records would help.
    """
    from pyhelpers.model.curve import curve_picture, curve_text, learning_curve
    from pyhelpers.model.prepare import TrainingOptions
    from pyhelpers.model.training_source import open_training
    from pyhelpers.plots import picture_format

    if output is not None:
        picture_format(output)
    with status() as report:
        paths, mark = paths_of(file), parse_delimiter(delimiter)
        table, _ = open_training(open_alone(paths), paths, mark, sheet)
        wanted = TrainingOptions(
            target=target,
            features=options.names_of(features, table.names),
            categories=options.names_of(categories, table.names) or [],
            task=task,
            model=model,
            test_size=test_size,
            seed=seed,
            missing=options.listed(missing),
            group=group,
            time_order=time_order,
            measure=measure,
        )
        found = learning_curve(table, wanted, report)
    if output is not None:
        curve_picture(found, output)
        note(f"wrote {output}")
    elif draw:
        say(curve_text(found))
    else:
        emit(found.rows(), format)
    note(found.sentence())
