"""csv-stats compare: two files, or two groups of one file."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from pyhelpers import KitError
from pyhelpers.cli.app import Columns, DataFile, Format, new_app
from pyhelpers.cli.output import emit, note
from pyhelpers.commands.csv_stats._opening import (
    report_left_out,
    scanned,
    scanner,
)
from pyhelpers.commands.csv_stats._options import reads
from pyhelpers.csvio.options import Options

if TYPE_CHECKING:
    from pyhelpers.statistics.compare import Distribution

app = new_app()


@app.command()
@reads
def compare(
    file: DataFile = None,
    other: Annotated[
        str | None, typer.Argument(help="CSV file to compare with; - is standard input.")
    ] = None,
    column: Columns = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Column of two values: compare the two groups.")
    ] = None,
    *,
    options: Options,
    format: Format = None,
) -> None:
    """Compare the distributions of two files, or of two groups.

    Examples:
      csv-stats compare all.csv sample.csv
      sample-large-csv -n 1000 all.csv | csv-stats compare all.csv -
      csv-stats compare people.csv --by sex

    shift is the difference of the means in standard deviations of the first; ks is the largest
    distance between the distributions (Kolmogorov-Smirnov), ks_p its p-value; psi is the population
    stability index over the deciles of the first, or over frequent texts. The verdict is "alike"
    unless the difference is larger than chance explains and psi, less what chance adds, is at
    least 0.1; from 0.25 it is "different". Of 100 comparisons of random samples of the same data
    at most one has a column that is not alike. Dates are compared as dates. Streams.
    """
    from pyhelpers.statistics.compare import compare_columns, read_groups

    if by is not None:
        if other is not None:
            raise KitError("two files and --by were given; choose one of them", 2)
        with scanned(file, replace(options, texts=frozenset([by]))) as scan:
            names = column or [n for n in scan.names if n != by]
            labels, sides = read_groups(scan, names, by)
        note(f"a is {by} {labels[0]!r}, b is {by} {labels[1]!r}")
    else:
        if other is None:
            with scanned(file, options):  # what is wrong with the file comes first
                raise KitError(
                    "there is nothing to compare with; name a second file, or give --by", 2
                )
        names, sides = _two_files(file, other, options, column)
    rows, left_out = compare_columns(names, *sides)
    for sentence in left_out:
        note(sentence)
    emit(rows, format)


def _two_files(
    file: str | None, other: str, options: Options, column: list[str] | None
) -> "tuple[list[str], list[list[Distribution]]]":
    """Read both files, one after the other; the columns are those that both have."""
    from pyhelpers.statistics.compare import read_sides

    if file in (None, "-") and other == "-":
        raise KitError("only one of the two files can be standard input; name the other", 2)
    sides = []
    with scanner(file) as opened, scanner(other) as opened_other:
        scans = [opened(options), opened_other(options)]
        both = [name for name in scans[0].names if name in scans[1].names]
        names = column or both
        if not names:
            both_files = " and ".join(scan.layout.source for scan in scans)
            raise KitError(f"{both_files} have no column in common; check their headers")
        for scan in scans:
            sides.append(read_sides(scan, names))
            report_left_out(scan)
    alone = {*scans[0].names, *scans[1].names} - {*both}
    if alone and not column:
        note(f"columns in one file only: {', '.join(sorted(alone))}")
    return names, sides
