"""Correlations of columns, in one pass over any number of records."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.numeric_columns import NumericColumns, number_blocks

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

MOST_COLUMNS = 1_000


@dataclass
class CoMoments:
    """Sums over pairs of columns, of the records where both values are numbers.

    The first block's means are subtracted from all numbers, so that a large mean costs no digits.
    """

    size: int
    shift: "NDArray[float64] | None" = None
    sums: "dict[str, NDArray[float64]]" = field(default_factory=dict)

    def add(self, block: "NDArray[float64]") -> None:
        """Take records, shape (n, size); NaN is missing."""
        import numpy as np

        there = np.isfinite(block)
        if self.shift is None:
            count = np.maximum(there.sum(axis=0), 1)
            self.shift = np.where(there, block, 0).sum(axis=0) / count
            zero = np.zeros((self.size, self.size))
            self.sums = {name: zero.copy() for name in ("n", "x", "xx", "xy")}
        x = np.where(there, block - self.shift, 0.0)
        has = there.astype(float)
        self.sums["n"] += has.T @ has
        self.sums["x"] += x.T @ has  # of x over the records that have y
        self.sums["xx"] += (x * x).T @ has
        self.sums["xy"] += x.T @ x

    def correlations(self) -> "NDArray[float64]":
        """Return Pearson's r of each pair, shape (size, size); NaN where a column is constant."""
        import numpy as np

        n, x, xx, xy = (self.sums[name] for name in ("n", "x", "xx", "xy"))
        with np.errstate(invalid="ignore", divide="ignore"):
            spread = xx - x * x / n
            tiny = spread <= 1e-13 * xx  # nothing but rounding
            r = (xy - x * x.T / n) / np.sqrt(spread * spread.T)
        r = np.where(tiny | tiny.T | (n < 2), math.nan, np.clip(r, -1, 1))
        np.fill_diagonal(r, np.where(np.isnan(np.diag(r)), math.nan, 1.0))
        return r


def ranks(values: "NDArray[float64]") -> "NDArray[float64]":
    """Return average ranks, as Spearman's rho takes them; NaN stays NaN.

    Examples
    --------
    >>> import numpy as np
    >>> ranks(np.array([3.0, 1.0, 3.0]))
    array([2.5, 1. , 2.5])
    """
    import numpy as np

    ranked = np.full(len(values), math.nan)
    there = ~np.isnan(values)
    _, inverse, counts = np.unique(values[there], return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranked[there] = (ends - (counts - 1) / 2)[inverse]
    return ranked


def _spearman(columns: "NDArray[float64]") -> "NDArray[float64]":
    import numpy as np

    size = columns.shape[1]
    if not np.isnan(columns).any():
        moments = CoMoments(size)
        moments.add(np.column_stack([ranks(column) for column in columns.T]))
        return moments.correlations()
    answer = np.empty((size, size))
    for i in range(size):
        for j in range(i + 1):
            both = ~np.isnan(columns[:, i]) & ~np.isnan(columns[:, j])
            pair = CoMoments(2)
            pair.add(np.column_stack([ranks(columns[both, k]) for k in (i, j)]))
            answer[i, j] = answer[j, i] = pair.correlations()[0, 1]
    return answer


def correlate(
    scan: Scan, columns: list[str] | None, spearman: bool, memory: int
) -> tuple[list[str], "NDArray[float64]"]:
    """Return the numeric columns (of those named, else of all) and their correlations.

    Records are dropped pair by pair where one of the two is missing, as pandas' corr() does.

    Parameters
    ----------
    spearman : bool
        Correlate ranks, which need all the numbers at once: up to `memory` bytes.

    Raises
    ------
    KitError
        When a named column is not numeric, none is, there are too many, or memory is too small.
    """
    import numpy as np

    names = list(dict.fromkeys(columns or scan.names))
    if len(names) > MOST_COLUMNS:
        raise KitError(f"{len(names):,} columns are too many to correlate; choose columns with -c")
    numeric, moments, held = NumericColumns(names), CoMoments(len(names)), []
    for block in number_blocks(scan, numeric):
        if not spearman:
            moments.add(block)
            continue
        held.append(block)
        if len(names) * scan.records * 3 * 8 > memory:
            raise KitError(
                "ranks need more than --memory; sample the data first (sample-large-csv)"
            )
    chosen = numeric.positions(scan, columns)
    if spearman:
        matrix = _spearman(np.concatenate(held)[:, chosen])
    else:
        matrix = moments.correlations()[np.ix_(chosen, chosen)]
    return [names[i] for i in chosen], matrix


def matrix_rows(names: list[str], matrix: "NDArray[float64]") -> list[dict[str, Any]]:
    """Return the matrix as rows, each with its column's name first."""
    return [
        {"column": name, **dict(zip(names, line.tolist(), strict=True))}
        for name, line in zip(names, matrix, strict=True)
    ]
