"""Pin what a deployment installs: its packages and what those need, with hashes."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pyhelpers import KitError
from pyhelpers.machine import missing

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def canonical(name: str) -> str:
    """Return a distribution's normalised name (PEP 503).

    Examples
    --------
    >>> canonical("Backports.zstd")
    'backports-zstd'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(names: Iterable[str]) -> dict[str, str]:
    """Return the installed versions of packages and their dependencies, sorted by name.

    Raises
    ------
    KitError
        For a package that is not installed (exit code 127).
    """
    from importlib.metadata import PackageNotFoundError, distribution

    from packaging.requirements import Requirement

    found: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        name = canonical(waiting.pop())
        if name in found:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:
            raise missing(name) from None
        found[name] = package.version
        for text in package.requires or []:
            need = Requirement(text)
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                waiting.append(need.name)
    return dict(sorted(found.items()))


def locked(lock: str) -> dict[tuple[str, str], str]:
    """Return the entries of a lock file, without comments, by name and version."""
    lines = [line for line in lock.splitlines() if not line.lstrip().startswith("#")]
    text = "\n".join(lines) + "\n"
    starts = list(PIN.finditer(text))
    ends = [found.start() for found in starts[1:]] + [len(text)]
    return {
        (canonical(found[1]), found[2]): text[found.start() : end].rstrip().rstrip("\\").rstrip()
        for found, end in zip(starts, ends, strict=True)
    }


def requirements(pins: Mapping[str, str], lock: str) -> str:
    """Return a requirements file: the lock file's entries, or plain pins if it lacks a package.

    pip needs hashes of all packages or of none.

    Examples
    --------
    >>> lock = "a==1 \\\\\\\\\\n    --hash=sha256:0f\\nb==2 \\\\\\\\\\n    --hash=sha256:1e\\n"
    >>> print(requirements({"a": "1"}, lock), end="")
    a==1 \\\\
        --hash=sha256:0f
    >>> print(requirements({"a": "1", "b": "3"}, lock), end="")
    a==1
    b==3
    """
    entries = locked(lock)
    if all(pin in entries for pin in pins.items()):
        return "".join(entries[pin] + "\n" for pin in pins.items())
    return "".join(f"{name}=={version}\n" for name, version in pins.items())


def check_versions(trained: Mapping[str, Any], pins: Mapping[str, str], path: str) -> None:
    """Raise a KitError for versions that differ from those of the training."""
    for name, version in trained.items():
        here = pins.get(canonical(name))
        if here is not None and here != version:
            what = f"was trained with {name} {version}, but {here} is installed"
            raise KitError(f"{path}: {what}; train it again, or deploy it where it was trained")
