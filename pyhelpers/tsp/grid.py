"""Whole-number lengths: distances rounded down to a grid, on which bounds are exact.

The unit of the grid is a power of two relative to the length of a known tour, so the scale of the
distances does not matter. A distance in units is a whole number below 2^53, for which sums and
differences of float64 are exact.
"""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyhelpers.tsp.distances import Distances, MatrixDistances, PointDistances
from pyhelpers.tsp.problem import Problem
from pyhelpers.tsp.symmetric import SymmetricForm

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

BITS = 42  # of a tour's length on the grid
EXACT = 2.0**53  # below this, whole numbers of float64 are exact
SMALLEST = 2.0**-1022
WHOLE_KINDS = ("euc_2d", "ceil_2d", "man_2d", "max_2d", "att", "geo")


@dataclass(frozen=True)
class GridDistances(PointDistances):
    """Distances of places on a grid.

    Attributes
    ----------
    unit : float
        A power of two.
    most : float
        In units; a longer distance is infinite, because no shorter tour contains it.
    """

    unit: float = 1.0
    most: float = math.inf

    def pairs(self, i: "Array", j: "Array") -> "Array":
        """Return the distance of each pair of cities, in units."""
        return on_grid(super().pairs(i, j), self.unit, self.most)

    def block(self, rows: "Array | slice") -> "Array":
        """Return the distances from some cities to all, in units."""
        return on_grid(super().block(rows), self.unit, self.most)


def on_grid(length: "Array", unit: float, most: float) -> "Array":
    """Return distances rounded down to whole units, infinite above `most`."""
    import numpy as np

    with np.errstate(over="ignore"):
        units: Array = np.floor(np.asarray(length, dtype=float) / unit)
    units[units > most] = np.inf
    return units


@dataclass(frozen=True)
class Grid:
    """A form on a grid, and conversions between lengths and units.

    Attributes
    ----------
    form : SymmetricForm
        Distances in units; those longer than the known tour are infinite.
    unit : float
    whole : bool
        Whether all distances are whole numbers, which the grid represents exactly.
    """

    form: SymmetricForm
    unit: float
    whole: bool

    @property
    def slack(self) -> int:
        """Units subtracted from a bound: one a node, in case a computed distance varies."""
        return 0 if self.whole else self.form.size

    def units(self, length: float) -> int:
        """Return a length in units, rounded up."""
        return math.ceil(length / self.unit)

    def length(self, units: float) -> float:
        """Return a bound in units as a length, rounded up where distances are whole."""
        if self.whole:
            return float(max(0, math.ceil(units * self.unit)))
        return max(0.0, (units - self.slack) * self.unit)


def grid_of(form: SymmetricForm, length: float) -> Grid:
    """Return a form on the grid that suits a tour of this length, which is above 0."""
    unit = max(math.ldexp(1.0, math.frexp(length)[1] - BITS), SMALLEST)
    whole = unit <= 1.0 and is_whole(form.problem)
    return Grid(replace(form, base=_base(form.base, unit, math.ceil(length / unit))), unit, whole)


def _base(base: Distances, unit: float, most: float) -> Distances:
    if isinstance(base, MatrixDistances):
        return MatrixDistances(on_grid(base.matrix, unit, most))
    return GridDistances(base.points, base.kind, unit, most)


def whole_prices(prices: "Array", most: float = 2.0**51) -> "Array":
    """Return prices in whole units, small enough that sums over all nodes are exact."""
    import numpy as np

    most = math.floor(most / max(1, len(prices)))
    rounded: Array = np.rint(np.clip(prices, -most, most))
    return rounded


def is_whole(problem: Problem) -> bool:
    """Return whether all distances are whole numbers."""
    import numpy as np

    distances = problem.distances
    if isinstance(distances, MatrixDistances):
        matrix = distances.matrix
        return bool((matrix[np.isfinite(matrix)] % 1 == 0).all())
    return distances.kind in WHOLE_KINDS
