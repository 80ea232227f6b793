"""csv-stats density: kernel density of a column, or joint density of two."""

from typing import TYPE_CHECKING, Annotated

import typer

from pyhelpers.cli.options import File, Format, Seed
from pyhelpers.cli.output import emit, note, say
from pyhelpers.commands.csv_stats._opening import scanned
from pyhelpers.commands.csv_stats._options import (
    Draw,
    Output,
    X,
    drawn,
    reads,
)
from pyhelpers.csvio.scan import Options

if TYPE_CHECKING:
    pass
from pyhelpers.cli.app import new_app

DENSITY_POINTS = 20_000


app = new_app()


@app.command()
@reads
def density(
    x: X,
    y: Annotated[
        str | None, typer.Option("--y", help="A second column: the joint density.")
    ] = None,
    file: File = None,
    output: Output = None,
    draw_it: Draw = False,
    seed: Seed = 0,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Kernel density of a column, or the joint density of two.

    Examples:
      csv-stats density people.csv --x Height-Inches
      csv-stats density people.csv --x Height-Inches --y Weight-Pounds -o joint.png

    Gaussian kernel, Scott's bandwidth. Streams; beyond 20,000 records a random 20,000 are used,
    which standard error says.
    """
    from pyhelpers.statistics.density import density_rows
    from pyhelpers.statistics.plots import density_picture, density_text
    from pyhelpers.statistics.row_sample import points_of

    names = [x] if y is None else [x, y]
    with scanned(file, options) as scan:
        points = points_of(scan, names, DENSITY_POINTS, seed)
    if not points.whole:
        note(f"density of a random {points.size:,} of {points.seen:,} records")
    if output is not None:
        density_picture(points.rows, names, output)
    elif drawn(output, format, draw_it):
        say(density_text(points.rows, names))
    else:
        emit(density_rows(points.rows, names), format)
