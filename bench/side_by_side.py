"""Sides of a comparison, run in turn, A B A B ..., and what each run of them took."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAUNCH = ROOT / "bench/launch.py"
# What the tests' machine sets and a person's does not: with these, Python starts otherwise.
UNWANTED = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPATH", "VIRTUAL_ENV"}
Values = dict[str, float]


class SideFailed(Exception):
    """A command of a comparison ended with another code than 0."""


@dataclass(frozen=True)
class Column:
    """What is measured in each round.

    Attributes
    ----------
    name : str
        With its unit.
    digits : int
        Digits after the point.
    ratio, over : str
        Name of a further column that holds this one's ratio to the compared side's in the same
        round, or how far it is above it; "" for none.
    most : bool
        Show the largest of all rounds, not the median.
    gain : bool
        More is better.
    kept : bool
        It counts when a quick run is compared with the last one.
    """

    name: str
    digits: int = 3
    ratio: str = ""
    over: str = ""
    most: bool = False
    gain: bool = False
    kept: bool = False


COMMAND = (
    Column("wall s", 3, ratio="ratio"),
    Column("cpu s", 3, ratio="cpu ratio"),
    Column("peak MB", 0, most=True),
)


@dataclass(frozen=True)
class Goal:
    """What a column is to reach."""

    column: str
    most: float | None = None
    least: float | None = None


@dataclass
class Side:
    """One side of a comparison and what its rounds took.

    Attributes
    ----------
    name : str
        What the table calls it.
    run : function
        One round: column -> value.
    goals : tuple of Goal
    ours : bool
        It is the kit's, else what it is compared with.
    optional : bool
        It may be missing or take long: a quick run leaves it out.
    missing : bool
        It is not installed.
    version : str
        "" where it goes without saying: the kit's own.
    rounds : list of dict
        What each counted round gave.
    """

    name: str
    run: Callable[[], Values]
    goals: tuple[Goal, ...] = ()
    ours: bool = False
    optional: bool = False
    missing: bool = False
    version: str = ""
    rounds: list[Values] = field(default_factory=list)


@dataclass
class Job:
    """One comparison: a table.

    Attributes
    ----------
    title : str
    sides : list of Side
        The last is what the others are compared with, unless `to_quickest`.
    to_quickest : bool
        Compare with the rival whose first column's median is the least.
    most_rounds : int or None
        For what takes long.
    warm : bool
        Leave a first round uncounted.
    load : float
        The machine's, over a minute, when the job began.
    says : function or None
        Returns a sentence on the figures, below the table.
    """

    title: str
    sides: list[Side]
    columns: tuple[Column, ...] = COMMAND
    to_quickest: bool = False
    most_rounds: int | None = None
    warm: bool = True
    load: float = 0.0
    says: "Callable[[Job], str] | None" = None


def environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a side: the caller's, less what would slow a Python down."""
    kept = {key: value for key, value in os.environ.items() if key not in UNWANTED}
    return kept | (extra or {})


def measure(shell: str, env: dict[str, str], read: Callable[[str], Values] | None = None) -> Values:
    """Run a command and return what it took.

    Parameters
    ----------
    shell : str
        As bash takes it; it runs in the checkout.
    read : function, optional
        Makes further values of what it printed, which else is thrown away.

    Raises
    ------
    SideFailed
        It ended with another code than 0.
    """
    words = [sys.executable, "-I", "-S", str(LAUNCH), shell]
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        to = out if read else subprocess.DEVNULL
        subprocess.run(words, stdout=to, stderr=err, cwd=ROOT, env=env, check=True)
        err.seek(0)
        *said, report = err.read().splitlines()
        out.seek(0)
        wall, cpu, peak, status = report.split()
        if status != "0":
            raise SideFailed("\n".join([f"exit code {status}: {shell}", *said[-5:]]))
        values = {"wall s": float(wall), "cpu s": float(cpu), "peak MB": float(peak) / 1e6}
        return values | (read(out.read()) if read else {})


def run_in_turn(job: Job, rounds: int) -> None:
    """Run the sides that are there, in turn, a first time uncounted where the job asks for it."""
    rounds = min(rounds, job.most_rounds or rounds)
    job.load = os.getloadavg()[0]
    present = [side for side in job.sides if not side.missing]
    for side in present:
        side.rounds.clear()
    for number in range(-1 if job.warm else 0, rounds):
        for side in present:
            try:
                values = side.run()
            except SideFailed as failed:
                raise SideFailed(f"{job.title}: {side.name}: {failed}") from None
            if number >= 0:
                side.rounds.append(values)
