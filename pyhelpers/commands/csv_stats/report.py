"""csv-stats report: one self-contained page, or a notebook."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated, cast

import typer

from pyhelpers import KitError
from pyhelpers.address import redacted
from pyhelpers.cli.app import DataFile, Seed, new_app
from pyhelpers.cli.output import note
from pyhelpers.cli.progress import progress
from pyhelpers.commands.csv_stats._opening import readable_twice, rereadable
from pyhelpers.commands.csv_stats._options import Memory, reads
from pyhelpers.csvio.formats import PEEKED, format_of
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.scan import Open, Scan, Scans
from pyhelpers.csvio.sources import URL_SCHEMES, display_name, open_source
from pyhelpers.files import orderly_end, write_whole
from pyhelpers.machine import parse_memory
from pyhelpers.tables.formats import files_in, passed_over
from pyhelpers.tables.scan import open_scan

READINGS = 5
SAMPLE = 200_000


app = new_app()


@app.command()
@reads
def report(
    output: Annotated[
        str, typer.Option("-o", "--output", help="Page to write, such as report.html.")
    ],
    file: DataFile = None,
    target: Annotated[
        str | None,
        typer.Option("--target", help="Column to explain (default: none; records are clustered)."),
    ] = None,
    ipynb: Annotated[
        bool, typer.Option("--ipynb", help="Write a Jupyter notebook instead of a page.")
    ] = False,
    memory: Memory = None,
    seed: Seed = 0,
    *,
    options: Options,
) -> None:
    """Write a self-contained HTML page, or a notebook, on a CSV.

    Examples:
      csv-stats report people.csv -o people.html --target Weight-Pounds
      csv-stats report nba.csv -o nba.ipynb --ipynb

    Sections: Ingest, EDA, Modeling, Conclusion. The page needs no network and is at most 2 MB. A
    file larger than --memory is sampled as by sample-large-csv, and the page says so. A notebook
    reads FILE, which may be a URL, again with pandas.
    """
    from pyhelpers.statistics.report import notebook, page
    from pyhelpers.statistics.report.findings import gather

    place = _place(file) if ipynb else ""
    held = parse_memory(memory)
    with readable_twice(file) as path:
        assert path is not None
        with sampled(path, held, options.delimiter, seed) as (data, said):
            parts = files_in(data)
            if line := passed_over(file):
                note(line)
            with progress("reading", READINGS * sum(map(os.path.getsize, parts))) as advance:

                def one(part: str, chosen: Options) -> Scan:
                    return open_scan(open_source(part), display_name(file), chosen, advance)

                openers: list[Open] = [partial(one, part) for part in parts]

                def opened(chosen: Options) -> Scan:
                    return openers[0](chosen) if len(openers) == 1 else Scans(openers, chosen)

                found = gather(opened, options, display_name(file), target, held, seed)
            found.sampled_from = said
            separator = opened(options).layout.delimiter or ","
            head = cast(io.BufferedReader, open_source(files_in(path)[0])).peek(PEEKED)[:PEEKED]
            kind = format_of(head)
    if ipynb:
        rows = found.records if said else None
        text = notebook.render(found, place, separator, options.encoding, rows, kind, options.sheet)
    else:
        text = page.render(found)
    with write_whole(output) as stream:
        stream.write(text.encode("utf-8", "backslashreplace"))  # a name need be no UTF-8


def _place(file: str | None) -> str:
    """Return the absolute path or the address from which a notebook reads FILE again."""
    if file and file.lower().startswith(URL_SCHEMES):
        if redacted(file) != file:
            raise KitError("a notebook would keep the secret in this address; save the file", 2)
        return file
    if not rereadable(file) or os.path.isdir(str(file)):
        raise KitError("a notebook reads its data again; name a FILE, not a pipe or a folder", 2)
    return os.path.abspath(str(file))


@contextmanager
def sampled(file: str, memory: int, delimiter: str | None, seed: int) -> Iterator[tuple[str, str]]:
    """Yield FILE, or a sample of it if it is larger than `memory`, and a sentence on the sample."""
    parts = files_in(file)
    bytes_read = sum(map(os.path.getsize, parts))
    if bytes_read <= memory:
        yield file, ""
        return
    import tempfile

    from pyhelpers.csvio.reading import Reading
    from pyhelpers.sampling.population import Population
    from pyhelpers.sampling.sample import Design, Resources, Sampler, write_sample

    with orderly_end(), tempfile.TemporaryDirectory(prefix="csv-stats-") as folder:
        path = os.path.join(folder, "sample.csv")
        population = Population([f":{part}" for part in parts], Reading(delimiter))
        rows = Sampler(population, Design(SAMPLE, seed), Resources()).rows()
        with write_whole(path) as out:
            write_sample(population.first, rows, out)
        size = f"{bytes_read:,} bytes"
        said = f"The file is larger than the memory allowed ({size}): this report describes a "
        yield path, said + f"random sample of at most {SAMPLE:,} of its records (seed {seed})."
