"""csv-stats quantiles: quantiles of the numeric columns."""

from typing import Annotated

import typer

from pyhelpers.cli.app import new_app
from pyhelpers.cli.options import Columns, File, Format
from pyhelpers.cli.output import emit
from pyhelpers.commands.csv_stats._options import By, Memory, parse_percentiles, reads
from pyhelpers.commands.csv_stats._summaries import _describe
from pyhelpers.csvio.scan import Options
from pyhelpers.statistics import describe as describing
from pyhelpers.statistics.column_summary import Plan

app = new_app()


@app.command()
@reads
def quantiles(
    file: File = None,
    column: Columns = None,
    by: By = None,
    at: Annotated[
        str, typer.Option("--at", help="Which, from 0 to 100, with commas.")
    ] = "0,1,5,10,25,50,75,90,95,99,100",
    memory: Memory = None,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Quantiles of the numeric columns, interpolated linearly, one row a column.

    Examples:
      csv-stats quantiles data.csv
      csv-stats quantiles data.csv -c price --at 50,99,99.9

    Streams, exactly; only where a pipe outgrows --memory they come from a sketch, and the column
    "approximate" says how far their rank may be off.
    """
    groups = _describe([file or "-"], options, column, Plan(parse_percentiles(at)), memory, by)
    emit(describing.quantile_rows(groups, by, column), format)
