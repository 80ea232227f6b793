"""sample-large-csv: draw random rows of a CSV too large for the machine."""

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, NamedTuple, NoReturn

from pyhelpers import KitError
from pyhelpers.cli.output import note
from pyhelpers.cli.progress import progress
from pyhelpers.csvio.reading import Reading
from pyhelpers.files import refuse_input_as_output, write_whole
from pyhelpers.sampling.inputs import Opened, first_stream, is_rereadable
from pyhelpers.sampling.population import Population
from pyhelpers.sampling.record_count import no_progress
from pyhelpers.sampling.sample import Design, Resources, Sampler, write_rows, write_sample
from pyhelpers.text import parse_names, printable

if TYPE_CHECKING:
    from pyhelpers.sampling.kept_sample import KeptPopulation

STDOUT = 1
TYPED_SUFFIXES = (".parquet", ".arrow", ".feather")  # of OUT


class Arguments(NamedTuple):
    """The arguments that bin/sample-large-csv passes."""

    sources: list[str]
    design: Design
    reading: Reading
    resources: Resources
    out: str
    resume: str = "no"
    seeded: bool = True


def parse(args: Sequence[str]) -> Arguments:
    """Parse NAME=VALUE arguments, --, and sources. Without a seed, draw one."""
    border = args.index("--")
    given = dict(arg.split("=", 1) for arg in args[:border])
    design = Design(
        rows=int(given["rows"]),
        seed=int(given["seed"]) if given["seed"] else int.from_bytes(os.urandom(7), "big"),
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
    sources, out, resume = list(args[border + 1 :]), given["out"], given["resume"]
    return Arguments(sources, design, reading, resources, out, resume, bool(given["seed"]))


@contextmanager
def output(path: str) -> Iterator[IO[bytes]]:
    """Yield a file that appears whole or not at all, or standard output."""
    # Not sys.stdout: PYTHONUNBUFFERED would make its writes partial ones.
    with write_whole(path) if path else open(STDOUT, "wb", closefd=False) as out:
        yield out


def sample(arguments: Arguments) -> None:
    """Draw a sample and write it; on a terminal the rows take the place of the progress bar."""
    reading = arguments.reading
    files = (source[1:] for source in arguments.sources if source.startswith(":"))
    refuse_input_as_output(arguments.out, files)
    if arguments.resume != "no" and not all(map(is_rereadable, arguments.sources)):
        sample_kept(arguments)
        return
    if arguments.resume == "yes":
        note("--resume: files alone are sampled without progress, by an index that is kept")
    opened, kind = first_stream(arguments.sources[0])
    if kind in ("parquet", "arrow") and not reading.is_raw:
        sample_typed(arguments, opened)
        return
    if arguments.out.endswith(TYPED_SUFFIXES):
        raise KitError(f"{arguments.out}: only Parquet and Arrow sources are written so", 2)
    draw_and_write(arguments, Population(arguments.sources, reading, opened))


def draw_and_write(arguments: Arguments, population: "Population | KeptPopulation") -> None:
    """Draw from a population and write the sample."""
    design = arguments.design
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


def sample_kept(arguments: Arguments) -> None:
    """Draw a sample of streams and keep its progress; or print where a killed run was."""
    from pyhelpers.checkpoint import checkpoint
    from pyhelpers.sampling.kept_sample import KeptPopulation, begins_at

    words, design, reading = arguments.sources, arguments.design, arguments.reading
    names = [word.partition(":")[2] for word in words]
    # Without --seed it is that of the run that was killed, whatever this one has drawn.
    wanted = design._replace(seed=design.seed if arguments.seeded else -1)
    job = {"design": wanted, "reading": reading}
    if arguments.resume == "where":
        source, offset = begins_at(job, names)
        os.write(STDOUT, f"{source} {offset}\n".encode())  # bin/sample-large-csv reads it
        return
    with checkpoint("sample-large-csv", job, names, note) as kept:
        memory = arguments.resources.memory
        population = KeptPopulation(words, reading, kept, memory, note, design.seed)
        design = design._replace(seed=population.seed)
        draw_and_write(arguments._replace(design=design), population)


def sample_typed(arguments: Arguments, opened: Opened | None) -> None:
    """Draw a sample of Parquet or Arrow files and write it as CSV or with its types."""
    from pyhelpers.sampling.typed_sample import (
        TypedSampler,
        open_population,
        write_arrow,
        write_csv,
    )

    population = open_population(arguments.sources, arguments.reading, opened)
    sampler = TypedSampler(population, arguments.design, arguments.resources, no_progress, note)
    numbers = sampler.numbers()
    with output(arguments.out) as out:
        if arguments.out.endswith(TYPED_SUFFIXES):
            write_arrow(population, numbers, out, arguments.out.endswith(".parquet"))
        elif arguments.out or not os.isatty(STDOUT):
            write_csv(population, numbers, out.write)
        else:
            write_csv(population, numbers, lambda data: out.write(visible(data)))


def visible(data: bytes) -> bytes:
    """Return text without control characters, for a terminal."""
    return printable(data.decode("utf-8", "replace")).encode()


def show(rows: Iterator[Any], header: bytes) -> None:
    """Write header and rows to a terminal, without control characters."""
    with output("") as out:

        def write(data: bytes) -> int:
            return out.write(visible(data))

        write(header)
        write_rows(rows, write)


def run(args: list[str]) -> NoReturn:
    """Draw the sample that bin/sample-large-csv asks for."""
    gc.disable()  # it would visit all rows held again and again, and nothing here makes cycles
    sample(parse(args))
    sys.stderr.flush()
    os._exit(0)  # all is written: taking down the interpreter and numpy would take 20 ms
