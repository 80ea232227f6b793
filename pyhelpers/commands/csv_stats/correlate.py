"""csv-stats correlate: correlation of each pair of numeric columns."""

from typing import Annotated, Literal

import typer

from pyhelpers.cli.app import Columns, DataFile, Format, new_app
from pyhelpers.cli.output import emit
from pyhelpers.commands.csv_stats._opening import scanned
from pyhelpers.commands.csv_stats._options import Memory, reads
from pyhelpers.csvio.options import Options
from pyhelpers.machine import parse_memory

app = new_app()


@app.command()
@reads
def correlate(
    file: DataFile = None,
    column: Columns = None,
    method: Annotated[
        Literal["pearson", "spearman"],
        typer.Option("--method", help="pearson: of values; spearman: of ranks."),
    ] = "pearson",
    memory: Memory = None,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Correlate each pair of numeric columns.

    Examples:
      csv-stats correlate data.csv
      csv-stats correlate data.csv -c height -c weight --method spearman

    The result is that of pandas' corr(). Pearson's r streams; Spearman's rho keeps the columns in
    memory, up to --memory.
    """
    from pyhelpers.statistics.correlate import correlate, matrix_rows

    with scanned(file, options) as scan:
        names, matrix = correlate(scan, column, method == "spearman", parse_memory(memory))
    emit(matrix_rows(names, matrix), format)
