"""Who may import whom in pyhelpers: commands import cli and libraries, never the other way."""

import ast
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.conftest import ROOT

# Libraries that may import cli, each with its reason.
EXCEPTIONS = {
    "pyhelpers.tsp.writers": "writes a route into a file in the formats of `emit`",
    "pyhelpers.predict.results": "prints what three commands in bin/ share",
    "pyhelpers.model.make": "to change: takes a callback for its progress",
}
# An import that closes a circle: the importer, what it imports inside a function, and the reason.
LATE = {
    ("pyhelpers.csvio.record_ends", "pyhelpers.csvio.record_ends_numpy"): "numpy where it pays",
}
MOST_LINKS = 16


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of pyhelpers, by name."""
    found = {}
    for path in sorted((ROOT / "pyhelpers").rglob("*.py")):
        if "templates" in path.parts:
            continue
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text())
    return found


def for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def nodes(tree: ast.AST) -> list[ast.AST]:
    """Return the nodes of a module without those that only a type checker runs."""
    found: list[ast.AST] = []
    for child in ast.iter_child_nodes(tree):
        if not for_types_only(child):
            found += [child, *nodes(child)]
    return found


def imported(name: str) -> set[str]:
    """Return the modules of pyhelpers that a module imports, also inside its functions."""
    found: set[str] = set()
    for node in nodes(modules()[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (inner & modules().keys()) or {node.module}
    return (found & modules().keys()) - {name}


@cache
def graph() -> dict[str, set[str]]:
    """Return what each module imports."""
    return {
        name: {other for other in imported(name) if (name, other) not in LATE} for name in modules()
    }


def room(name: str) -> str:
    """Return where a module stands: commands, cli, dispatcher, or library."""
    part = (name.split(".") + [""])[1]
    return {"commands": "commands", "cli": "cli", "__main__": "dispatcher"}.get(part, "library")


ALLOWED = {
    "dispatcher": {"commands", "cli", "library"},
    "commands": {"commands", "cli", "library"},
    "cli": {"cli", "library"},
    "library": {"library"},
}


@pytest.mark.parametrize("name", sorted(modules()))
def test_a_module_imports_only_what_stands_below_it(name: str) -> None:
    if name in EXCEPTIONS:
        return
    above = {other for other in graph()[name] if room(other) not in ALLOWED[room(name)]}
    assert not above


def test_a_command_imports_no_other_command() -> None:
    found = []
    for name, others in graph().items():
        if room(name) == "commands" and name != "pyhelpers.commands":
            own = ".".join(name.split(".")[:3])
            found += [
                (name, other)
                for other in others
                if room(other) == "commands" and not f"{other}.".startswith(f"{own}.")
            ]
    assert not found


def test_no_modules_import_each_other_in_a_circle() -> None:
    try:
        tuple(TopologicalSorter(graph()).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_the_longest_chain_of_imports_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    longest: dict[str, list[str]] = {}
    for name in TopologicalSorter(graph()).static_order():
        below = max((longest[other] for other in graph()[name]), key=len, default=[])
        longest[name] = [name, *below]
    chain = max(longest.values(), key=len)
    with capsys.disabled():
        sys.stdout.write(f"\nlongest chain, {len(chain)} modules: {' -> '.join(chain)}\n")
    assert len(chain) <= MOST_LINKS
