"""Conventions that hold for every Python command, checked on each one."""

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pyhelpers import __version__
from pyhelpers.__main__ import module_of
from pyhelpers.cli.app import command_of
from tests.conftest import ROOT, Run

HEAVY = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"][
    "flake8-tidy-imports"
]["banned-module-level-imports"]

SHOW_HEAVY = """
import sys
from pyhelpers.__main__ import main
code = main([sys.argv[1], "--help"])
heavy = {name for name in sys.modules if name in sys.argv[2].split(",")}
print("heavy:", sorted(heavy), "code:", code, file=sys.stderr)
"""


COMMANDS = [
    path.name
    for path in sorted((ROOT / "bin").iterdir())
    if path.is_file() and '\npy "$@"\n' in path.read_text()
]


def entry(command: str) -> Any:
    return command_of(module_of(command))


def readers() -> list[tuple[str, ...]]:
    """Return the words that start each command or subcommand that reads a FILE first."""
    found: list[tuple[str, ...]] = []
    for command in COMMANDS:
        top = entry(command)
        names = top.list_commands(None) if hasattr(top, "list_commands") else []
        subcommands = {name: top.get_command(None, name) for name in names} or {None: top}
        for name, sub in subcommands.items():
            arguments = [p for p in sub.params if p.param_type_name == "argument"]
            required = [p for p in sub.params if p.required and p.param_type_name == "option"]
            if arguments and arguments[0].name == "file" and not sub.hidden and not required:
                found.append((command, name) if name else (command,))
    return found


def test_there_are_helpers_and_readers_to_check() -> None:
    assert "csv-stats" in COMMANDS
    assert ("csv-stats", "describe") in readers()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_imports_nothing_heavy(command: str) -> None:
    words = [sys.executable, "-P", "-c", SHOW_HEAVY, command, ",".join(HEAVY)]
    done = subprocess.run(words, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True)
    assert done.stderr.decode().strip() == "heavy: [] code: 0"
    assert done.stdout


@pytest.mark.parametrize("words", readers(), ids=" ".join)
def test_a_missing_file_is_one_line_that_names_it(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words, "no such.csv")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"{words[0]}: no such.csv: no such file")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", readers(), ids=" ".join)
def test_an_empty_input_is_one_line(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words, "-", input="")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{words[0]}: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_file_in_bin(command: str) -> None:
    assert (ROOT / "bin" / command).is_file()


@pytest.mark.parametrize("path", sorted((ROOT / "pyhelpers").rglob("*.py")), ids=str)
def test_a_module_says_in_one_line_what_it_is(path: Path) -> None:
    text = ast.get_docstring(ast.parse(path.read_text()))
    assert text
    assert text.splitlines()[0].endswith((".", ":"))


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__
    assert json.loads((ROOT / "package.json").read_text()).get("version", __version__) == (
        __version__
    )
