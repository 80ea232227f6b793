"""new-ml-project: create a machine-learning project with tests, service and CI."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import Delimiter, Format, new_app
from pyhelpers.cli.inputs import open_table
from pyhelpers.cli.output import emit, note, say
from pyhelpers.scaffold.project import (
    CLOUDS,
    TEMPLATES,
    File,
    ProjectOptions,
    check_clouds,
    check_folder,
    check_name,
    project_files,
    write_project,
)
from pyhelpers.scaffold.project_model import quality_warnings

EXAMPLE_DATA = TEMPLATES / "model/data/data.csv"
EXAMPLE_TARGET = "Weight"


def read_options(
    name: str,
    clouds: str,
    template: str,
    model: str | None,
    data: str | None,
    target: str | None,
    delimiter: str | None,
) -> ProjectOptions:
    """Return the project's options; a KitError (2) for options that exclude each other."""
    chosen = check_clouds(clouds)
    if template == "hello":
        if data or target or model:
            raise KitError("--template hello has no model; omit --data, --target and --model", 2)
        return ProjectOptions(name, chosen, None)
    if (data is None) != (target is None):
        raise KitError("--data and --target must be given together", 2)
    from pyhelpers.scaffold.train_project import train_project_model

    table = open_table(data or str(EXAMPLE_DATA), delimiter)
    trained = train_project_model(table, target or EXAMPLE_TARGET, model or "linear")
    return ProjectOptions(name, chosen, trained)


def listing(files: Mapping[str, File]) -> list[dict[str, str | int]]:
    """Return each file with its number of lines."""
    return [{"file": path, "lines": file.content.count(b"\n")} for path, file in files.items()]


app = new_app()


@app.command()
def main(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the project, or path of its folder.")
    ],
    cloud: Annotated[
        str, typer.Option("--cloud", help="Comma-separated clouds to write CI pipelines for.")
    ] = ",".join(CLOUDS),
    data: Annotated[
        str | None, typer.Option("--data", help="CSV to train on (default: heights and weights).")
    ] = None,
    target: Annotated[
        str | None, typer.Option("--target", help="Column to predict; needed with --data.")
    ] = None,
    model: Annotated[
        Literal["linear", "boosting", "forest", "blend"] | None,
        typer.Option(
            "--model",
            help="Kind of model (default: linear); a blend is the mean of boosting and forest.",
        ),
    ] = None,
    template: Annotated[
        Literal["model", "hello"],
        typer.Option("--template", help="Kind of project: a model, or a hello-world service."),
    ] = "model",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the files without writing them.")
    ] = False,
    no_git: Annotated[
        bool, typer.Option("--no-git", help="Do not create a git repository.")
    ] = False,
    delimiter: Delimiter = None,
    format: Format = None,
) -> None:
    """Create a machine-learning project with tests, service and CI.

    Examples:
      new-ml-project wave-heights
      new-ml-project weights --data heights.csv --target Weight --cloud aws,gcp
      new-ml-project homes --data homes.csv --target rent --model boosting
      new-ml-project hello-cloud --template hello --dry-run

    Writes the folder NAME, complete or not at all: a typed package with tests, a model trained on
    the CSV, a service, a notebook, a Dockerfile, lock files, and pipelines for GitHub Actions and
    the clouds' own CI. `make help` in the folder lists its commands. Its tests fail unless the
    model is better than a dummy: the threshold is LEAST in settings.py. The service of each kind
    of model runs without scikit-learn.
    """
    path = Path(name)
    check_name(path.name)
    check_folder(path)
    options = read_options(path.name, cloud, template, model, data, target, delimiter)
    files = project_files(options)
    for line in quality_warnings(options.model) if options.model else ():
        note(f"warning: {line}")
    if dry_run:
        emit(listing(files), format)
        return
    theirs = write_project(path, files, not no_git)
    if not theirs:
        note("git knows no user.name and user.email; the commit is Beachhead's")
    lines = sum(file.content.count(b"\n") for file in files.values())
    say(f"{path}: {len(files)} files, {lines} lines; next: cd {path} && make install lint test")
