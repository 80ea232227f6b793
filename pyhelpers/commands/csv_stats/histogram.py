"""csv-stats histogram: the distribution of each numeric column."""

from typing import Annotated

import typer

from pyhelpers.cli.app import Columns, DataFile, new_app
from pyhelpers.commands.csv_stats._opening import scanned
from pyhelpers.commands.csv_stats._options import Chart, reads
from pyhelpers.csvio.options import Options

app = new_app()


@app.command()
@reads
def histogram(
    file: DataFile = None,
    column: Columns = None,
    bins: Annotated[
        int | None,
        typer.Option(
            "--bins", min=1, max=1000, help="Approximate number of bins (default: by the data)."
        ),
    ] = None,
    *,
    chart: Chart,
    options: Options,
) -> None:
    """Draw or count a histogram of each numeric column.

    Examples:
      csv-stats histogram data.csv -c price
      csv-stats histogram data.csv -c price --bins 50 -o price.svg

    On a terminal the bars are drawn; into a pipe each bin is a row. Bins have round edges; the
    upper edge belongs to the next bin. The default width is that of Freedman and Diaconis. Streams.
    """
    from pyhelpers.statistics.distributions import draw, histogram_rows, histograms_of

    with scanned(file, options) as scan:
        found = histograms_of(scan, column)
    binned = {name: histogram.binned(bins) for name, histogram in found.items()}

    def picture(file: str) -> None:
        from pyhelpers.statistics.plots import histogram_picture

        histogram_picture(binned, file)

    chart.show(
        picture,
        lambda width: "\n\n".join(draw(name, part, width) for name, part in binned.items()),
        lambda: (row for name, part in binned.items() for row in histogram_rows(name, part)),
    )
