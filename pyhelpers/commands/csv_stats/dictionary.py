"""csv-stats dictionary: a data dictionary, for a README."""

from dataclasses import asdict
from typing import Annotated, Literal

import typer

from pyhelpers.cli.app import Columns, new_app
from pyhelpers.cli.output import emit, say
from pyhelpers.commands.csv_stats._options import Memory, reads
from pyhelpers.commands.csv_stats.describe import summarise_files
from pyhelpers.csvio.options import Options
from pyhelpers.csvio.sources import display_name

app = new_app()


@app.command()
@reads
def dictionary(
    file: Annotated[
        list[str] | None,
        typer.Argument(help="CSV files to read as one table, or a URL (default: standard input)."),
    ] = None,
    column: Columns = None,
    memory: Memory = None,
    *,
    options: Options,
    format: Annotated[
        Literal["markdown", "csv", "json"], typer.Option("--format", help="Output format.")
    ] = "markdown",
) -> None:
    """Write a data dictionary: role, range, examples.

    Examples:
      csv-stats dictionary people.csv >>README.md
      csv-stats dictionary people.csv --format json

    Roles: key (each value once), foreign key (named like an identifier), category, measure, date,
    text, constant, empty. Flags say what to look at first: missing values, values of another type,
    one value spelled in several ways, what may stand for a missing value, fat tails. Examples are
    the smallest, median and largest number, the first and last date, the most frequent texts.
    Streams, as describe does.
    """
    from pyhelpers.statistics.dictionary import DICTIONARY_SPEC, dictionary_of, flat_rows, markdown

    files = file or ["-"]
    groups = summarise_files(files, options, column, DICTIONARY_SPEC, memory)
    entries = dictionary_of(groups[""])
    if format == "markdown":
        say(markdown(entries, ", ".join(map(display_name, files))))
    else:
        emit(flat_rows(entries) if format == "csv" else map(asdict, entries), format)
