"""Installing: install.sh with uv and with pip, beside pip called by hand."""

import shutil
import subprocess
from pathlib import Path
from shlex import quote

from bench.context import Bench, Section
from bench.side_by_side import COMMAND, ROOT, Column, Goal, Job, Side, Values, measure

SAYS = """
`./install.sh --no-dotfiles` in a copy of the checkout, with an empty home and empty caches: what is
fetched counts. By hand: `python3 -m venv`, then pip with the same lock. MB is what `.venv` takes on
the disk, bytecode included where the installer writes it.
"""
COLUMNS = (*COMMAND, Column("MB on disk", 0))
EMPTY = "UV_CACHE_DIR=$PWD/cache PIP_CACHE_DIR=$PWD/cache"


def checkout(path: Path) -> None:
    """Copy the files that git knows."""
    path.mkdir()
    shell = f"git ls-files -z | tar -c --null -T - | tar -x -C {quote(str(path))}"
    subprocess.run(["bash", "-c", shell], cwd=ROOT, check=True)


def fresh(bench: Bench, name: str) -> Path:
    """Return a copy of the checkout in which nothing is installed."""
    folder = bench.folder / name
    shutil.rmtree(folder, ignore_errors=True)
    checkout(folder)
    return folder


def installed(bench: Bench, name: str, command: str) -> Values:
    """Install in a fresh copy; return what it took and what is on the disk."""
    folder = fresh(bench, name)
    env = bench.env | {"HOME": str(folder / "home"), "BEACHHEAD_STATE": str(folder / "state")}
    (folder / "home").mkdir()
    values = measure(f"cd {quote(str(folder))} && {command}", env)
    sizes = (path.lstat().st_blocks * 512 for path in (folder / ".venv").rglob("*"))
    return values | {"MB on disk": sum(sizes) / 1e6}


def ways(bench: Bench) -> Job:
    """Compare ways of installing the same packages."""
    script = f"{EMPTY} ./install.sh --no-dotfiles"
    # Where uv cannot be had, install.sh takes pip: an empty lock gives no uv.
    no_uv = f": >install/uv.txt; PATH=/usr/bin:/bin {script} --python {quote(python())}"
    by_hand = (
        f"{quote(python())} -m venv .venv && {EMPTY} .venv/bin/python -m pip install -q "
        "--require-hashes -r requirements.txt"
    )
    small = Goal("MB on disk", most=420)  # with a Python of 80 MB, half of a home of 1 GB is free
    sides = [
        Side("install.sh, uv", lambda: installed(bench, "uv", script), (small,), ours=True),
        Side(
            "install.sh, no uv to be had",
            lambda: installed(bench, "pip", no_uv),
            (small,),
            ours=True,
        ),
        Side("by hand: venv and pip", lambda: installed(bench, "hand", by_hand)),
    ]
    return Job("the default packages", sides, COLUMNS, most_rounds=2, warm=False)


def again(bench: Bench) -> Job:
    """Install what is installed."""
    script = f"{EMPTY} ./install.sh --no-dotfiles"
    installed(bench, "again", script)
    folder = quote(str(bench.folder / "again"))
    state = f"HOME={folder}/home BEACHHEAD_STATE={folder}/state"
    sides = [
        bench.ours("install.sh again", f"cd {folder} && {state} {script}"),
        bench.plain("python -c 'import pandas'", f"{folder}/.venv/bin/python -c 'import pandas'"),
    ]
    return Job("a second run", sides)


def python() -> str:
    """Return the Python that .venv was made with."""
    words = [str(ROOT / ".venv/bin/python"), "-c", "import sys; print(sys._base_executable)"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


SECTION = Section("install", SAYS, {"ways": ways, "again": again})
