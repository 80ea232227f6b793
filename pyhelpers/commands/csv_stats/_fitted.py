"""Fit a least-squares model to a file, for plot and fit."""

from typing import TYPE_CHECKING

from pyhelpers.commands.csv_stats._opening import scanned
from pyhelpers.csvio.scan import Options

if TYPE_CHECKING:
    from pyhelpers.statistics.fit import Fitted


def _fitted(file: str | None, options: Options, target: str, xs: list[str], seed: int) -> "Fitted":
    from pyhelpers.statistics.fit import fit_table

    with scanned(file, options) as scan:
        return fit_table(scan, target, xs, seed)
