"""csv-stats density: kernel density of a column, or joint density of two."""

from typing import Annotated

import typer

from pyhelpers.cli.app import DataFile, Seed, new_app
from pyhelpers.cli.output import note
from pyhelpers.commands.csv_stats._opening import scanned
from pyhelpers.commands.csv_stats._options import Chart, X, reads
from pyhelpers.csvio.options import Options

DENSITY_POINTS = 20_000


app = new_app()


@app.command()
@reads
def density(
    x: X,
    y: Annotated[
        str | None, typer.Option("--y", help="Second column, for the joint density.")
    ] = None,
    file: DataFile = None,
    seed: Seed = 0,
    *,
    chart: Chart,
    options: Options,
) -> None:
    """Estimate the density of one column, or of two jointly.

    Examples:
      csv-stats density people.csv --x Height-Inches
      csv-stats density people.csv --x Height-Inches --y Weight-Pounds -o joint.png

    Kernel density estimate with a Gaussian kernel and Scott's bandwidth. Streams. Of more than
    20,000 records a random 20,000 are used, with a note on standard error.
    """
    from pyhelpers.statistics.distributions import density_rows
    from pyhelpers.statistics.numeric_columns import sample_rows
    from pyhelpers.statistics.plots import density_picture, density_text

    names = [x] if y is None else [x, y]
    with scanned(file, options) as scan:
        points = sample_rows(scan, names, DENSITY_POINTS, seed)
    if not points.whole:
        note(f"density of a random {points.size:,} of {points.seen:,} records")
    chart.show(
        lambda file: density_picture(points.rows, names, file),
        lambda width: density_text(points.rows, names),
        lambda: density_rows(points.rows, names),
    )
