"""Python packages that may be missing, and how to install each."""

from importlib.util import find_spec

from pyhelpers import KitError

# Package that is not installed by default -> the extra of pyproject.toml that holds it.
EXTRAS = {"matplotlib": "plots", "seaborn": "plots", "dask": "cluster", "distributed": "cluster"}


def missing(package: str) -> KitError:
    """Return the error (127) for a Python package that is not installed.

    Examples
    --------
    >>> str(missing("matplotlib.figure"))
    'the Python package matplotlib is missing; run ./install.sh --extra plots'
    """
    package = package.partition(".")[0]
    extra = f" --extra {EXTRAS[package]}" if package in EXTRAS else ""
    return KitError(f"the Python package {package} is missing; run ./install.sh{extra}", 127)


def require(package: str) -> None:
    """Raise the error (127) of a missing package, without the time that importing it takes."""
    if find_spec(package) is None:
        raise missing(package)
