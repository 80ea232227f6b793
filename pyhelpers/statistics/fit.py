"""Linear fit of a CSV's column on others, and its error on held-out records."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.numeric_columns import NumericColumns, complete, number_blocks
from pyhelpers.statistics.regression import Fit, Triangle, held_out_errors, solve
from pyhelpers.statistics.row_sample import RowSample
from pyhelpers.text import counted

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

HELD_OUT = 0.2
DRAWN = 3_000
FEWEST_BEYOND_FEATURES = 20


@dataclass
class EvaluatedFit:
    """A fit on all records, the error of one on 80 % of them on the rest, and a sample to draw."""

    fit: Fit
    target: str
    dropped: int
    held_out: int
    held_out_rmse: float
    held_out_r2: float
    sample: RowSample

    def summary(self) -> dict[str, Any]:
        """Return the figures of the fit as a whole."""
        fit, k = self.fit, len(self.fit.names) - 1
        freedom = fit.freedom
        shrunk = 1 - (1 - fit.r2) * (fit.count - 1) / freedom
        f = (fit.total_ss - fit.residual_ss) / k / (fit.residual_ss / freedom or math.nan)
        return {
            "target": self.target,
            "records": fit.count,
            "dropped": self.dropped,
            "r2": fit.r2,
            "adjusted_r2": shrunk,
            "f": f,
            "residual_std": fit.residual_std,
            "held_out": self.held_out,
            "held_out_rmse": self.held_out_rmse,
            "held_out_r2": self.held_out_r2,
        }


def fit_table(scan: Scan, target: str, features: list[str], seed: int = 0) -> EvaluatedFit:
    """Fit the target by the features over a table that is read once.

    Records with a missing value or a text are left out. A fifth, drawn at random, is held out of
    a second fit that is then judged on it.

    Raises
    ------
    KitError
        For a column that is not there or not numeric, and as `regression.solve` does.
    """
    import numpy as np

    if target in features:
        raise KitError(f"{target!r} is both target and feature; name it once", 2)
    names = [*dict.fromkeys(features), target]
    numeric, random = NumericColumns(names), np.random.default_rng(seed)
    whole, rest, held = (Triangle(len(names)) for _ in range(3))
    sample = RowSample(DRAWN, seed)
    shift: NDArray[float64] | None = None
    for block in map(complete, number_blocks(scan, numeric)):
        if not len(block):
            continue
        shift = block.mean(axis=0) if shift is None else shift
        out = random.random(len(block)) < HELD_OUT
        whole.add(block, shift)
        rest.add(block[~out], shift)
        held.add(block[out], shift)
        sample.add(block)
    numeric.positions(scan, names)
    if shift is None:
        columns = ", ".join(names)
        raise KitError(f"{scan.layout.source}: no record has numbers in all of {columns}")
    fit = solve(whole, names[:-1], shift)
    errors = (math.nan, math.nan)
    if held.count and rest.count > len(names) + FEWEST_BEYOND_FEATURES:
        errors = held_out_errors(solve(rest, names[:-1], shift), held, shift)
    return EvaluatedFit(fit, target, scan.records - whole.count, held.count, *errors, sample)


def advice(fitted: EvaluatedFit) -> list[str]:
    """Return sentences on how good the fit is, and which coefficients can be compared."""
    fit = fitted.fit
    records = counted(fit.count, "record")
    said = [f"{fit.r2:.1%} of the variance of {fitted.target} is explained (R2, {records})"]
    if not math.isnan(fitted.held_out_rmse):
        said.append(
            f"on {counted(fitted.held_out, 'held-out record')} the root mean square error is "
            f"{fitted.held_out_rmse:.6g}, R2 {fitted.held_out_r2:.3f}"
        )
    if fitted.dropped:
        dropped = counted(fitted.dropped, "record was", "records were")
        said.append(f"{dropped} left out for a missing value or a text")
    if len(fit.names) > 2:
        sizes = abs(fit.standardised[1:])
        strongest = fit.names[1 + int(sizes.argmax())]
        said.append(
            "coefficients depend on the units; compare the standardised ones: "
            f"that of {strongest} is largest"
        )
    return said
