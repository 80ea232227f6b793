"""Sketch of a stream's quantiles: little memory, and an error of the rank that is known."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from pyhelpers.csvio.columns import Numbers

BUFFER = 16_384


@dataclass
class Sketch:
    """Munro and Paterson's sketch: two full buffers of equal weight collapse into one of twice it.

    A collapse keeps every second of the sorted values, and so changes no rank by more than the
    weight of the buffers; `error` is the sum of these weights. (Munro and Paterson, "Selection and
    sorting with limited storage", TCS 1980; Manku, Rajagopalan and Lindsay, SIGMOD 1998.) Nothing
    in it is random.

    Attributes
    ----------
    size : int
        Values in a buffer.
    levels : list of array or None
        The full buffer of weight 2**level, where there is one.
    """

    size: int = BUFFER
    levels: "list[NDArray[float64] | None]" = field(default_factory=list)
    rest: "list[NDArray[float64]]" = field(default_factory=list)
    waiting: int = 0
    count: int = 0
    error: int = 0  # no rank is off by more than this

    def add(self, values: "Numbers") -> None:
        """Take a block of numbers, none of them NaN."""
        import numpy as np

        self.rest.append(np.array(values))
        self.waiting += len(values)
        self.count += len(values)
        if self.waiting < self.size:
            return
        joined = np.concatenate(self.rest)
        whole = len(joined) // self.size * self.size
        for start in range(0, whole, self.size):
            self._carry(np.sort(joined[start : start + self.size]), 0)
        self.rest, self.waiting = [joined[whole:].copy()], len(joined) - whole

    def _carry(self, full: "NDArray[float64]", level: int) -> None:
        """Insert a sorted buffer at its level; full levels collapse as a binary counter carries."""
        import numpy as np

        while level < len(self.levels) and (other := self.levels[level]) is not None:
            merged = np.sort(np.concatenate([full, other]), kind="stable")
            full = merged[level & 1 :: 2].copy()
            self.error += 1 << level
            self.levels[level] = None
            level += 1
        self.levels += [None] * (level + 1 - len(self.levels))
        self.levels[level] = full

    def merge(self, other: "Sketch") -> None:
        """Add the sketch of other records of the same column, of the same buffer size."""
        for level, full in enumerate(other.levels):
            if full is not None:
                self._carry(full, level)
                self.count += self.size << level
        self.error += other.error
        for values in other.rest:
            self.add(values)

    def quantiles(self, fractions: list[float]) -> list[float]:
        """Return the values whose ranks are nearest to fraction * (count - 1)."""
        import numpy as np

        parts = [(values, 1) for values in self.rest]
        parts += [(full, 1 << i) for i, full in enumerate(self.levels) if full is not None]
        values = np.concatenate([part for part, _ in parts])
        weights = np.concatenate([np.full(len(part), weight) for part, weight in parts])
        order = np.argsort(values, kind="stable")
        ends = np.cumsum(weights[order])
        wanted = np.asarray(fractions) * (self.count - 1)
        at = np.searchsorted(ends, wanted, side="right").clip(max=len(values) - 1)
        return [float(value) for value in values[order][at]]
