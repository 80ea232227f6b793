"""Start a machine-learning project that is green at once, with CI on four providers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import new_app
from pyhelpers.cli.inputs import open_table
from pyhelpers.cli.options import Delimiter, Format
from pyhelpers.cli.output import emit, note, say
from pyhelpers.scaffold.project import (
    CLOUDS,
    TEMPLATES,
    File,
    Plan,
    check_clouds,
    check_name,
    project_files,
)
from pyhelpers.scaffold.write import check_folder, write_project

EXAMPLE_DATA = TEMPLATES / "model/data/data.csv"
EXAMPLE_TARGET = "Weight"


def plan_of(
    name: str,
    clouds: str,
    template: str,
    data: str | None,
    target: str | None,
    delimiter: str | None,
) -> Plan:
    """Return what to write; a KitError (2) where the options do not go together."""
    chosen = check_clouds(clouds)
    if template == "hello":
        if data or target:
            raise KitError("--template hello has no model; leave out --data and --target", 2)
        return Plan(name, chosen, None)
    if (data is None) != (target is None):
        raise KitError("--data and --target go together", 2)
    from pyhelpers.scaffold.model_facts import learn

    table = open_table(data or str(EXAMPLE_DATA), delimiter)
    return Plan(name, chosen, learn(table, target or EXAMPLE_TARGET))


def listing(files: Mapping[str, File]) -> list[dict[str, str | int]]:
    """Return each file with its lines."""
    return [{"file": path, "lines": file.content.count(b"\n")} for path, file in files.items()]


app = new_app()


@app.command()
def main(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The project; also a path to it.")],
    cloud: Annotated[
        str, typer.Option("--cloud", help="Clouds to write pipelines for, with commas.")
    ] = ",".join(CLOUDS),
    data: Annotated[str | None, typer.Option("--data", help="A CSV to learn from.")] = None,
    target: Annotated[str | None, typer.Option("--target", help="Its column to predict.")] = None,
    template: Annotated[
        Literal["model", "hello"], typer.Option("--template", help="A model, or a hello world.")
    ] = "model",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List the files; write none.")] = False,
    no_git: Annotated[bool, typer.Option("--no-git", help="No git repository.")] = False,
    delimiter: Delimiter = None,
    format: Format = None,
) -> None:
    """Start a machine-learning project that is green at once, with CI on four providers.

    Examples:
      new-ml-project wave-heights
      new-ml-project weights --data heights.csv --target Weight --cloud aws,gcp
      new-ml-project hello-cloud --template hello --dry-run

    Writes the folder NAME, whole or not at all: a typed package with its tests, a model trained on
    your CSV (else on heights and weights), the service that serves it, notebook, Dockerfile, locks,
    and pipelines for GitHub Actions and the clouds' own. `make help` in it lists what it can do.
    """
    path = Path(name)
    check_name(path.name)
    check_folder(path)
    plan = plan_of(path.name, cloud, template, data, target, delimiter)
    files = project_files(plan)
    if dry_run:
        emit(listing(files), format)
        return
    theirs = write_project(path, files, not no_git)
    if not theirs:
        note("git knows no user.name and user.email; the commit is Beachhead's")
    lines = sum(file.content.count(b"\n") for file in files.values())
    say(f"{path}: {len(files)} files, {lines} lines; next: cd {path} && make install lint test")
