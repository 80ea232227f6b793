"""sample-large-csv: draw random rows of a CSV too large for the machine."""

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, NamedTuple, NoReturn

from pyhelpers.cli.output import note
from pyhelpers.cli.progress import progress
from pyhelpers.csvio.reading import Reading
from pyhelpers.files import write_whole
from pyhelpers.sampling.population import Population
from pyhelpers.sampling.sample import Design, Resources, Sampler, write_rows, write_sample
from pyhelpers.text import parse_names, printable

STDOUT = 1


class Arguments(NamedTuple):
    """The arguments that bin/sample-large-csv passes."""

    sources: list[str]
    design: Design
    reading: Reading
    resources: Resources
    out: str


def parse(args: Sequence[str]) -> Arguments:
    """Parse NAME=VALUE arguments, --, and sources. Without a seed, draw one."""
    border = args.index("--")
    given = dict(arg.split("=", 1) for arg in args[:border])
    design = Design(
        rows=int(given["rows"]),
        seed=int(given["seed"]) if given["seed"] else int.from_bytes(os.urandom(8), "big"),
        fraction=float(given["fraction"]) if given["fraction"] else None,
        by=given["by"],
        weight=given["weight"],
        **{name: given[name] == "yes" for name in ("replace", "equal", "seek", "shuffled")},
    )
    reading = Reading(
        delimiter=given["delimiter"] or None,
        names=tuple(parse_names(given["names"], "--names")) if given["names"] else (),
        skip_lines=int(given["skip_lines"]),
        comment=given["comment"],
        header=given["header"] == "yes",
        lines=given["lines"] == "yes",
        quote=given["quote"] == "yes",
    )
    resources = Resources(
        given["cache"] == "yes", int(given["memory"]) << 20, given["shuf"] == "yes"
    )
    return Arguments(list(args[border + 1 :]), design, reading, resources, given["out"])


@contextmanager
def output(path: str) -> Iterator[IO[bytes]]:
    """Yield a file that appears whole or not at all, or standard output."""
    # Not sys.stdout: PYTHONUNBUFFERED would make its writes partial ones.
    with write_whole(path) if path else open(STDOUT, "wb", closefd=False) as out:
        yield out


def sample(arguments: Arguments) -> None:
    """Draw a sample and write it; on a terminal the rows take the place of the progress bar."""
    population, design = Population(arguments.sources, arguments.reading), arguments.design
    size = population.size()
    passes = 2 if design.by else 1  # strata of files are counted first
    with progress("sampling", size and size * passes) as advance:
        for line in population.first.notes:
            note(line)
        sampler = Sampler(population, design, arguments.resources, advance, note)
        rows = sampler.rows()  # first: nothing is written if this fails
        if arguments.out or not os.isatty(STDOUT):
            with output(arguments.out) as out:
                write_sample(population.first, rows, out)
        else:
            advance.hide()
            show(rows, population.first.header_line())


def show(rows: Iterator[Any], header: bytes) -> None:
    """Write header and rows to a terminal, without control characters."""
    with output("") as out:

        def write(data: bytes) -> int:
            return out.write(printable(data.decode("utf-8", "replace")).encode())

        write(header)
        write_rows(rows, write)


def run(args: list[str]) -> NoReturn:
    """Draw the sample that bin/sample-large-csv asks for."""
    gc.disable()  # it would visit all rows held again and again, and nothing here makes cycles
    sample(parse(args))
    sys.stderr.flush()
    os._exit(0)  # all is written: taking down the interpreter and numpy would take 20 ms
