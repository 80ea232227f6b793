"""csv-stats quantiles: quantiles of the numeric columns."""

from typing import Annotated

import typer

from pyhelpers.cli.app import Columns, DataFile, Format, new_app
from pyhelpers.cli.output import emit
from pyhelpers.commands.csv_stats._options import By, Memory, parse_percentiles, reads
from pyhelpers.commands.csv_stats.describe import summarise_files
from pyhelpers.csvio.options import Options
from pyhelpers.statistics.column_summary import SummarySpec
from pyhelpers.statistics.describe import quantile_rows

app = new_app()


@app.command()
@reads
def quantiles(
    file: DataFile = None,
    column: Columns = None,
    by: By = None,
    at: Annotated[
        str, typer.Option("--at", help="Comma-separated percentiles, 0 to 100.")
    ] = "0,1,5,10,25,50,75,90,95,99,100",
    memory: Memory = None,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Print quantiles of each numeric column.

    Examples:
      csv-stats quantiles data.csv
      csv-stats quantiles data.csv -c price --at 50,99,99.9

    Linearly interpolated, as numpy and pandas do. Streams. Quantiles are exact, but of a pipe that
    needs more than --memory they come from a sketch; the column "approximate" then gives the
    largest error of their ranks.
    """
    spec = SummarySpec(parse_percentiles(at))
    groups = summarise_files([file or "-"], options, column, spec, memory, by)
    emit(quantile_rows(groups, by, column), format)
