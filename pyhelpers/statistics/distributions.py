"""Distributions of columns: histograms and kernel density estimates, in one pass."""

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.numeric_columns import NumericColumns
from pyhelpers.text import counted, edge_labels

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray

LARGEST = 1e300  # magnitude of a number that can be drawn: the width of its range is finite
FINE = 200_000  # fine bins at most, over the whole range
COARSE = 10  # fine bins grow by this factor: round widths stay multiples of them
ROUND_WIDTHS = (1, 2, 5)
FEWEST, MOST = 5, 40
TOLERANCE = 1e-9  # of a fine bin: 0.29 * 100 is a little less than 29
BAR = "█"
EIGHTHS = " ▏▎▍▌▋▊▉"
GRID = 200
GRID_2D = 60
REACH = 3.0  # bandwidths beyond the outermost point
BATCH = 2_000


@dataclass
class Histogram:
    """Counts of one column in bins of width 10**exponent, merged as the range grows.

    Examples
    --------
    >>> import numpy as np
    >>> histogram = Histogram()
    >>> histogram.add(np.array([0.0, 1, 1, 9, 5]))
    >>> histogram.binned(2)
    [(0.0, 5.0, 3), (5.0, 10.0, 2)]
    """

    exponent: int | None = None
    start: int = 0  # index of the first fine bin
    counts: "NDArray[int64] | None" = None
    size: int = 0
    edges: list[float] = field(default_factory=list)

    def add(self, values: "NDArray[float64]") -> None:
        """Take a block of numbers; missing, infinite and huge ones are left out."""
        import numpy as np

        finite = values[np.abs(values) < LARGEST]
        if not len(finite):
            return
        self.size += len(finite)
        low, high = float(finite.min()), float(finite.max())
        if self.exponent is None:
            span = high - low or abs(high) or 1.0
            self.exponent = math.floor(math.log10(span)) - 4
        at = self._fit(low, high)
        fine = self._fine(finite).astype(np.int64)
        grown = self._grown(at, int(fine.max()) - at + 1)
        self.counts = grown + np.bincount(fine - at, minlength=len(grown))
        self.start = at

    def _fine(self, values: "NDArray[float64]") -> "NDArray[float64]":
        import numpy as np

        assert self.exponent is not None
        power = self.exponent
        scaled = values * 10.0**-power if power < 0 else values / 10.0**power
        fine: NDArray[float64] = np.floor(scaled + TOLERANCE)
        return fine

    def _fit(self, low: float, high: float) -> int:
        """Coarsen until the range fits; return the index of its first fine bin."""
        import numpy as np

        while True:
            first, last = self._fine(np.array([low, high])).tolist()
            if self.counts is not None:
                first = min(first, self.start)
                last = max(last, self.start + len(self.counts) - 1)
            if last - first < FINE:
                return int(first)
            self._coarsen()

    def _coarsen(self) -> None:
        import numpy as np

        assert self.exponent is not None
        self.exponent += 1
        if self.counts is None:
            return
        bins = (np.arange(len(self.counts)) + self.start) // COARSE
        self.start = int(bins[0])
        merged = np.bincount(bins - self.start, weights=self.counts)
        self.counts = merged.astype(np.int64)

    def _grown(self, at: int, length: int) -> "NDArray[int64]":
        """Return the counts so far in an array that begins at `at`, at least so long."""
        import numpy as np

        old = np.zeros(0, np.int64) if self.counts is None else self.counts
        before = self.start - at if self.counts is not None else 0
        grown = np.zeros(max(before + len(old), length), np.int64)
        grown[before : before + len(old)] = old
        return grown

    def width_for(self, bins: int | None) -> int:
        """Return the round width, in fine bins, that gives about `bins` bins.

        None takes Freedman and Diaconis' width, 2 IQR / n**(1/3) (Probability Theory 57, 1981).
        """
        import numpy as np

        assert self.counts is not None
        span = len(self.counts)
        if bins is None:
            ends = np.cumsum(self.counts)
            low, high = np.searchsorted(ends, (0.25 * ends[-1], 0.75 * ends[-1]))
            wanted = 2 * max(float(high - low), 1.0) / max(self.size, 1) ** (1 / 3)
            wanted = min(max(wanted, span / MOST), span / FEWEST)
        else:
            wanted = span / bins
        wanted = max(wanted, 1.0)
        power = math.floor(math.log10(wanted))
        choices = [w * 10**p for p in range(power, power + 2) for w in ROUND_WIDTHS]
        best: int = min(choices, key=lambda width: abs(math.log(width / wanted)))
        return best

    def binned(self, bins: int | None = None) -> list[tuple[float, float, int]]:
        """Return (from, to, count) of bins with round edges; the upper edge is not in the bin."""
        import numpy as np

        if self.counts is None or self.exponent is None:
            return []
        width = self.width_for(bins)
        index = (np.arange(len(self.counts)) + self.start) // width
        totals = np.bincount(index - index[0], weights=self.counts).astype(int)
        first = int(index[0])
        return [
            (self._edge((first + i) * width), self._edge((first + i + 1) * width), int(total))
            for i, total in enumerate(totals)
        ]

    def _edge(self, fine: int) -> float:
        return float(f"{fine}e{self.exponent}")


def histograms_of(scan: Scan, columns: list[str] | None) -> dict[str, Histogram]:
    """Read a table once; return the histograms of its numeric columns that hold a number.

    Raises
    ------
    KitError
        As `NumericColumns.positions` does, and where no number is finite.
    """
    names = list(dict.fromkeys(columns or scan.names))
    numeric, found = NumericColumns(names), [Histogram() for _ in names]
    for parts in scan.chunks(names):
        for i, part in enumerate(parts):
            found[i].add(numeric.take(i, part))
    positions = numeric.positions(scan, columns)
    chosen = {names[i]: found[i] for i in positions if found[i].size}
    for i in positions:
        if huge := numeric.numbers[i] - numeric.infinite[i] - found[i].size:
            values = counted(huge, "value", "values")
            scan.remarks.append(f"{names[i]}: {values} of {LARGEST:g} or more left out")
    if not chosen:
        raise KitError(f"{scan.layout.source}: no number is finite; there is nothing to draw")
    return chosen


def histogram_rows(name: str, bins: list[tuple[float, float, int]]) -> list[dict[str, Any]]:
    """Return the bins as rows, each with its share of all values."""
    total = sum(count for *_, count in bins) or 1
    return [
        {"column": name, "from": low, "to": high, "count": count, "share": count / total}
        for low, high, count in bins
    ]


def bar(share: float, width: int) -> str:
    """Return a bar of a share of the width, to an eighth of a character.

    Examples
    --------
    >>> bar(0.5, 3)
    '█▌'
    """
    eighths = round(share * width * 8)
    return (BAR * (eighths // 8) + EIGHTHS[eighths % 8]).rstrip()


def draw(name: str, bins: list[tuple[float, float, int]], width: int) -> str:
    """Return a histogram as lines of bars, for a terminal of `width` characters."""
    ends = edge_labels([low for low, *_ in bins] + [high for _, high, _ in bins[-1:]])
    labels = [f"{low} to {high}" for low, high in pairwise(ends)]
    left = max(map(len, labels), default=0)
    right = max((len(f"{count:,}") for *_, count in bins), default=0)
    most = max((count for *_, count in bins), default=1) or 1
    room = max(width - left - right - 4, 10)
    lines = [
        f"{label:>{left}} │{bar(count / most, room):<{room}} {count:>{right},}"
        for label, (*_, count) in zip(labels, bins, strict=True)
    ]
    return "\n".join([name, *lines])


def scott(points: "NDArray[float64]") -> "NDArray[float64]":
    """Return the kernel's covariance by Scott's rule, as scipy.stats.gaussian_kde takes it.

    Parameters
    ----------
    points : array, shape (n, d)

    Raises
    ------
    KitError
        When there are fewer than two points, or they are constant or on one line.
    """
    import numpy as np

    n, d = points.shape
    if n < 2:
        raise KitError("a density needs two records or more; choose another column")
    constant = "these values are constant or on one line; a density needs values that differ"
    if (points.min(axis=0) == points.max(axis=0)).any():
        raise KitError(constant)
    with np.errstate(over="ignore", invalid="ignore"):
        spread: NDArray[float64] = np.atleast_2d(np.cov(points.T))
    if not np.isfinite(spread).all():
        raise KitError("these values are too large for a density; choose another column")
    covariance: NDArray[float64] = spread * float(n) ** (-2.0 / (d + 4))
    try:
        np.linalg.cholesky(covariance)  # which density_at does
    except np.linalg.LinAlgError:
        raise KitError(constant) from None
    return covariance


def density_at(points: "NDArray[float64]", places: "NDArray[float64]") -> "NDArray[float64]":
    """Return the density at places (m, d) of points (n, d)."""
    import numpy as np

    covariance = scott(points)
    whiten = np.linalg.inv(np.linalg.cholesky(covariance)).T
    points, places = points @ whiten, places @ whiten
    size = points.shape[1]
    scale = np.sqrt(np.linalg.det(2 * np.pi * covariance)) * len(points)
    found = np.zeros(len(places))
    for start in range(0, len(points), BATCH):
        part = points[start : start + BATCH]
        away = sum((places[:, [i]] - part[:, i]) ** 2 for i in range(size))
        found += np.exp(-0.5 * away).sum(axis=1)
    density: NDArray[float64] = found / scale
    return density


def grid_of(points: "NDArray[float64]") -> "list[NDArray[float64]]":
    """Return the grid of each column on which a density is shown."""
    import numpy as np

    size = GRID if points.shape[1] == 1 else GRID_2D
    reach = REACH * np.sqrt(np.diag(scott(points)))
    return [
        np.linspace(column.min() - beyond, column.max() + beyond, size)
        for column, beyond in zip(points.T, reach, strict=True)
    ]


def density_rows(points: "NDArray[float64]", names: list[str]) -> list[dict[str, Any]]:
    """Return the density on a grid, one row per grid point."""
    import numpy as np

    axes = grid_of(points)
    places = np.stack([a.ravel() for a in np.meshgrid(*axes, indexing="ij")], axis=1)
    found = density_at(points, places)
    return [
        dict(zip([*names, "density"], [*place, value], strict=True))
        for place, value in zip(places.tolist(), found.tolist(), strict=True)
    ]
