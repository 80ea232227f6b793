"""Quantiles of a stream in little memory: exact by brackets, or by a sketch of known error."""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from pyhelpers.statistics.quantile_sketch import Sketch

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from pyhelpers.csvio.columns import Numbers

MARGIN = 0.02  # of all ranks: kept at first on each side of a wanted rank
SIGMAS = 6
DRIFT = 0.02  # how far a half's median may lie from the whole's, in ranks


@dataclass
class Bracket:
    """An interval around the wanted ranks: all its numbers, and how many lie below it.

    A rank from `below` to `below + size` is exactly one of the numbers kept.
    """

    low: float
    high: float
    fractions: list[float]
    below: int = 0
    kept: "list[Numbers]" = field(default_factory=list)
    size: int = 0

    def add(self, values: "Numbers") -> None:
        """Keep the numbers of a block that lie in the interval; count those below."""
        import numpy as np

        values = np.asarray(values)
        reached = values >= self.low
        self.below += len(values) - int(np.count_nonzero(reached))
        reached &= values <= self.high
        inside = values.take(np.flatnonzero(reached))  # half the time of values[reached]
        self.kept.append(inside)
        self.size += len(inside)

    def holds(self, count: int) -> bool:
        """Return whether the wanted ranks among `count` numbers lie in the interval."""
        first, last = (q * (count - 1) for q in (self.fractions[0], self.fractions[-1]))
        return self.below <= math.floor(first) and math.ceil(last) < self.below + self.size

    def narrow(self, count: int, margin: float) -> "list[Bracket]":
        """Return brackets around the same fractions that keep `margin` of all ranks a side."""
        import numpy as np

        values = np.sort(np.concatenate(self.kept))
        last = len(values) - 1
        spans: list[tuple[int, int, list[float]]] = []
        for q in self.fractions:
            spread = margin + SIGMAS * math.sqrt(q * (1 - q) / count)
            start = max(math.floor((q - spread) * count) - self.below, 0)
            stop = min(math.ceil((q + spread) * count) - self.below, last)
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], stop, [*spans[-1][2], q])
            else:
                spans.append((start, stop, [q]))
        parts = []
        for start, stop, fractions in spans:
            # The outermost edges stay open: later numbers may lie beyond them.
            low = self.low if start == 0 else float(values[start])
            high = self.high if stop == last else float(values[stop])
            parts.append(Bracket(low, high, fractions))
            parts[-1].add(values)
            parts[-1].below += self.below
        return parts


def in_order(parts: "list[Numbers]") -> "Sequence[float] | NDArray[float64]":
    """Return the numbers of all parts, sorted: by numpy, unless they are few, each in an `array`.

    Examples
    --------
    >>> in_order([array("d", [3.0, 1.0]), array("d", [2.0])])
    [1.0, 2.0, 3.0]
    """
    if all(isinstance(part, array) for part in parts):
        return sorted(chain.from_iterable(parts))
    import numpy as np

    return np.sort(np.concatenate(parts))  # SIMD: faster than partition


def rank_value(values: "Sequence[float] | NDArray[float64]", position: float) -> float:
    """Return the number at a fractional rank of sorted ones, linearly interpolated as by numpy.

    Examples
    --------
    >>> rank_value([1.0, 2.0, 4.0], 0.5)
    1.5
    """
    under = math.floor(position)
    over = min(under + 1, len(values) - 1)
    low, high, part = float(values[under]), float(values[over]), position - under
    if low == high or part == 0:
        return low
    return high - (high - low) * (1 - part) if part >= 0.5 else low + (high - low) * part


class Quantiles:
    """Quantiles of one column, exact while memory allows.

    All numbers are kept until there are `soft` of them. If both halves have the same distribution,
    only brackets are kept from then on; a column that drifts (an index, a clock) is kept whole, up
    to `hard` numbers. A `Sketch` gives the quantiles whose bracket could not be kept.

    Parameters
    ----------
    fractions : list of float
        The quantiles wanted, each 0 to 1.
    soft, hard : int
        How many numbers are kept before brackets are tried, and at most.
    fallback : bool
        Whether a sketch runs beside the brackets, because the data cannot be read again.
    """

    def __init__(self, fractions: list[float], soft: int, hard: int, fallback: bool = True) -> None:
        self.fractions = sorted(set(fractions))
        self.soft, self.hard, self.fallback = min(soft, hard), hard, fallback
        self.count = 0
        self.margin = MARGIN
        self.whole = True
        self.brackets = [Bracket(-math.inf, math.inf, self.fractions)] if fractions else []
        self.sketch: Sketch | None = None

    def add(self, values: "Numbers") -> None:
        """Take a block of numbers, none of them NaN: a numpy array, or few in an `array`."""
        self.count += len(values)
        for bracket in self.brackets:
            if self.whole:
                bracket.kept.append(values)
                bracket.size += len(values)
            else:
                bracket.add(values)
        if self.sketch is not None:
            self.sketch.add(values)
        if sum(bracket.size for bracket in self.brackets) > self.soft:
            self._shrink()

    def only(self, brackets: list[Bracket]) -> None:
        """Keep the numbers within these brackets and no others, whatever memory they take."""
        self.brackets, self.whole, self.soft = brackets, False, 1 << 62

    def merge(self, other: "Quantiles") -> None:
        """Add other records' numbers, kept within the same brackets or in a sketch."""
        self.count += other.count
        if other.sketch is not None:
            self.sketch = self.sketch or Sketch()
            self.sketch.merge(other.sketch)
        if self.whole:
            self.whole = False
            self.brackets = [Bracket(b.low, b.high, b.fractions) for b in other.brackets]
        for mine, theirs in zip(self.brackets, other.brackets, strict=True):
            mine.below += theirs.below
            mine.kept += theirs.kept
            mine.size += theirs.size

    def _shrink(self) -> None:
        """Free memory: narrow the brackets, or keep only the sketch."""
        if self.whole and self._drifts():
            self.soft = min(self.hard, self.soft * 2)
            if self.brackets[0].size <= self.hard:
                return
            self._start_sketch()
            self.brackets = []
            return
        if self.whole and self.fallback:
            self._start_sketch()
        self.whole = False
        held = [bracket for bracket in self.brackets if bracket.holds(self.count)]
        self.brackets = [part for each in held for part in each.narrow(self.count, self.margin)]
        self.margin /= 2
        self.soft = max(self.soft, 2 * sum(bracket.size for bracket in self.brackets))
        self.soft = min(self.soft, self.hard)

    def _start_sketch(self) -> None:
        self.sketch = Sketch()
        for values in self.brackets[0].kept:
            self.sketch.add(values)

    def _drifts(self) -> bool:
        """Return whether the earlier and the later numbers are distributed differently."""
        import numpy as np

        values = np.concatenate(self.brackets[0].kept)
        values = values[:: max(len(values) // 40_000, 1)]
        middle = np.sort(values)[len(values) // 2]
        halves = (values[: len(values) // 2], values[len(values) // 2 :])
        shares = [float(np.mean(h < middle) + np.mean(h <= middle)) / 2 for h in halves]
        return abs(shares[0] - shares[1]) > DRIFT

    @property
    def exact(self) -> bool:
        """Whether every quantile is exact."""
        found = sum(len(b.fractions) for b in self.brackets if b.holds(self.count))
        return found == len(self.fractions)

    @property
    def rank_error(self) -> float:
        """Largest error of a quantile's rank, as a share of all ranks; 0 if all are exact."""
        if self.exact or self.sketch is None:
            return 0.0
        return self.sketch.error / self.sketch.count

    def values(self) -> dict[float, float]:
        """Return the quantile of each fraction; NaN if it is not known."""
        answer = dict.fromkeys(self.fractions, float("nan"))
        if self.count and self.sketch is not None:
            answer = dict(zip(self.fractions, self.sketch.quantiles(self.fractions), strict=True))
        for bracket in self.brackets:
            if self.count and bracket.holds(self.count):
                kept = in_order(bracket.kept)
                for q in bracket.fractions:
                    answer[q] = rank_value(kept, q * (self.count - 1) - bracket.below)
        return answer
