"""Modules: which part of our own source a program needs."""

import ast
from importlib.util import find_spec
from pathlib import Path


def imports_of(source: str) -> set[str]:
    """Return the modules of pyhelpers that a source text imports, anywhere in it.

    Examples
    --------
    >>> sorted(imports_of("from pyhelpers.serving import body_parsers"))
    ['pyhelpers.serving', 'pyhelpers.serving.body_parsers']
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.split(".")[0] == "pyhelpers"}


def module_file(name: str) -> Path | None:
    """Return a module's source file; None for a name that is no module."""
    parent = name.rpartition(".")[0]
    if parent and (module_file(parent) or Path()).name != "__init__.py":
        return None
    spec = find_spec(name)
    return Path(spec.origin) if spec and spec.origin else None


def modules_for(name: str) -> dict[str, Path]:
    """Return the modules of pyhelpers that one needs, itself and packages included."""
    found: dict[str, Path] = {}
    waiting = [name]
    while waiting:
        module = waiting.pop()
        file = None if module in found else module_file(module)
        if file is None:
            continue
        found[module] = file
        parts = module.split(".")
        waiting += [".".join(parts[:length]) for length in range(1, len(parts))]
        waiting += imports_of(file.read_text(encoding="utf-8"))
    return found
