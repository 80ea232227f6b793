"""Typer applications: shared options, help as written, subcommands imported when called."""

import math
import os
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperCommand, TyperGroup

from pyhelpers import KitError, cli
from pyhelpers.files import refuse_input_as_output

File = Annotated[str | None, typer.Argument(help="CSV file or URL; - is stdin (default: stdin).")]
DataFile = Annotated[
    str | None,
    typer.Argument(
        help="CSV, JSON lines, Excel, Parquet or Arrow file, folder or URL (default: stdin)."
    ),
]
DataFiles = Annotated[
    list[str] | None,
    typer.Argument(
        help="CSV, JSON lines, Excel, Parquet or Arrow files and folders, read as one table, "
        "or a URL (default: stdin).",
    ),
]
Sheet = Annotated[str, typer.Option("--sheet", help="Sheet of a workbook (default: the first).")]
Columns = Annotated[
    list[str] | None, typer.Option("-c", "--column", help="Column; repeat for more (default: all).")
]
Delimiter = Annotated[
    str | None, typer.Option("-d", "--delimiter", help="Field delimiter (default: detected).")
]
Format = Annotated[
    Literal["table", "csv", "json"] | None,
    typer.Option("--format", help="Output format (default: table on a terminal, else csv)."),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Keep progress; go on where a killed run was.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**32 - 1, help="Random seed.")]

READ_OPTIONS = ("schema", "times")  # options whose value is a file that is read

# The first line of the docstring below `@app.command()`.
SUMMARY = re.compile(r'^@app\.command\(.*?^    """(.*?)(?:"""|\n)', re.DOTALL | re.MULTILINE)


class _AsWritten:
    """Print a docstring line by line; Click would fill its examples into a paragraph."""

    help: str | None

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """Write the docstring line by line."""
        if self.help:
            formatter.write_paragraph()
            formatter.write(self.help.strip() + "\n")

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Name the options that __main__ handles for every command."""
        formatter.write_paragraph()
        formatter.write("--version prints the version, --debug shows tracebacks.\n")


class KitCommand(_AsWritten, TyperCommand):
    """A command whose help is its function's docstring."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; refuse NaN and infinity, which are within a limit of an option."""
        cli.command_path = ctx.command_path
        for option in self.params:
            value = ctx.params.get(option.name or "")
            for each in _all(value):
                if isinstance(each, float) and not math.isfinite(each):
                    raise KitError(f"{option.opts[-1]} takes a finite number, not {each}", 2)
        refuse_input_as_output(ctx.params.get("output"), self._files_read(ctx.params))
        return super().invoke(ctx)

    def _files_read(self, given: dict[str, Any]) -> Iterator[str]:
        """Yield the names of files among the arguments and the options that name a file to read."""
        for one in self.params:
            name = one.name or ""
            if one.param_type_name == "argument" or name in READ_OPTIONS:
                value = given.get(name)
                values = _all(value) or ["-"] if name == "file" else _all(value)
                yield from (each for each in values if isinstance(each, str))


def _all(value: Any) -> list[Any]:
    """Return the values of a parameter, which takes one or several."""
    if isinstance(value, (list, tuple)):
        return list(value)
    return [] if value is None else [value]


def _summary(path: str) -> str:
    """Return the first line of help of the command in a module, which is read, not imported."""
    with open(path, encoding="utf-8") as source:
        found = SUMMARY.search(source.read())
    return found[1] if found else ""


class KitGroup(_AsWritten, TyperGroup):
    """A command whose subcommands are the modules of its package, each loaded when needed.

    Modules whose name begins with an underscore are shared by the subcommands.
    """

    package: ModuleType

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the subcommands with their summaries, without importing them."""
        folder = self.package.__path__[0]
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(f"{folder}/{name}.py")) for name in self.commands])

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the subcommands' names."""
        return list(self.commands)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a subcommand, or None where there is no module of that name."""
        if cmd_name not in self.commands:
            return None
        app = import_module(f"{self.package.__name__}.{cmd_name}").app
        command = typer.main.get_command(app)
        command.name = cmd_name
        return command


class KitApp(typer.Typer):
    """A Typer application whose commands print their help as written."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """Register a command, as `typer.Typer.command` does."""
        return super().command(name, **{"cls": KitCommand} | options)


def new_app() -> KitApp:
    """Return the Typer application of one command or subcommand."""
    return KitApp(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def command_of(module: ModuleType) -> Any:
    """Return the Click command of a command module: its `app`, or a group where it is a package."""
    if not hasattr(module, "__path__"):
        return typer.main.get_command(module.app)
    group = KitGroup(
        help=module.__doc__,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    group.package = module
    modules = (name[:-3] for name in os.listdir(module.__path__[0]) if name.endswith(".py"))
    names = sorted(name for name in modules if not name.startswith("_"))
    group.commands = dict.fromkeys(names, group)  # get_command puts another in its place
    return group
