"""What a section's jobs are given: size, folder of data, rivals, and sides made of commands."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from shlex import quote
from typing import TypeVar

from bench import rivals
from bench.side_by_side import ROOT, Goal, Job, Side, Values, environment, measure

T = TypeVar("T")
PYTHON = ".venv/bin/python"
HEIGHTS = "tests/data/height-weight-25k.csv"  # from the checkout, where sides run


@dataclass
class Bench:
    """One section's surroundings.

    Attributes
    ----------
    folder : Path
        Its data, kept between runs; a quick run has its own.
    quick : bool
        Make little data.
    tsplib, solomon : Path or None
        Folder of TSPLIB's or Solomon's files and optima.csv.
    closing : ExitStack
        What is to be ended when a job is done: servers.
    """

    folder: Path
    quick: bool = False
    tsplib: Path | None = None
    solomon: Path | None = None
    closing: ExitStack = field(default_factory=ExitStack)

    def file(self, name: str, make: Callable[[Path], None]) -> Path:
        """Return a file of the folder; make it where it is not there yet."""
        path = self.folder / name
        if not path.exists():
            part = path.with_name(f"part-{name}")
            make(part)
            part.rename(path)
        return path

    def write(self, name: str, text: str) -> Path:
        """Write a rival's program to the folder."""
        path = self.folder / name
        path.write_text(text)
        return path

    def script(self, name: str, text: str) -> str:
        """Write a rival's program to the folder; return its path for a shell."""
        return relative(self.write(name, text))

    def prepare(self, shell: str) -> None:
        """Run what makes data or models; it ends the job where it fails."""
        measure(shell, self.env)

    def enter(self, manager: AbstractContextManager[T]) -> T:
        """Begin what is ended after the job."""
        return self.closing.enter_context(manager)

    @property
    def env(self) -> dict[str, str]:
        """The sides' environment: a home and a cache of their own."""
        home = self.folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        own = {"HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache")}
        return environment(own | {"PATH": rivals.search_path()})

    def ours(
        self, name: str, shell: str, *goals: Goal, read: Callable[[str], Values] | None = None
    ) -> Side:
        """Return a side of the kit: a command, as bash takes it in the checkout."""
        return Side(name, partial(measure, shell, self.env, read), goals, ours=True)

    def plain(
        self,
        name: str,
        shell: str,
        version: str = "",
        read: Callable[[str], Values] | None = None,
    ) -> Side:
        """Return a side that is always there: the system's or .venv's."""
        return Side(name, partial(measure, shell, self.env, read), version=version)

    def rival(
        self,
        name: str,
        shell: str,
        needs: str = "",
        read: Callable[[str], Values] | None = None,
    ) -> Side:
        """Return a rival's side, missing where it is not installed; its name is what it needs.

        In the command, {} is the path that `rivals.find` gives.
        """
        needs = needs or name
        found = rivals.find(needs)
        side = self.plain(name, shell.replace("{}", quote(found)), rivals.version(needs), read)
        return replace(side, optional=True, missing=not found)


@dataclass(frozen=True)
class Section:
    """One capability's benchmarks.

    Attributes
    ----------
    name, says : str
        What `bench/NAME` is, and what its tables show.
    jobs, quick, large : dict
        Key -> job. A quick run takes those of `quick`; those of `large`, which need minutes or
        ten gigabytes, run when they are named or asked for.
    needs : tuple of str
        Its rivals.
    """

    name: str
    says: str
    jobs: Mapping[str, Callable[[Bench], Job]]
    quick: tuple[str, ...] = ()
    large: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def relative(path: Path) -> str:
    """Return a path for a shell, from the checkout where it is in it."""
    inside = path.is_relative_to(ROOT)
    return quote(str(path.relative_to(ROOT) if inside else path))
