"""How many different numbers there are, in bounded memory."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyhelpers.statistics.value_counts import HASH_RANGE, HASHES

if TYPE_CHECKING:
    from numpy import float64, uint64
    from numpy.typing import NDArray

    from pyhelpers.csvio.columns import Numbers


def mix(values: "NDArray[float64]") -> "NDArray[uint64]":
    """Return a well-spread hash of each number's bits: splitmix64's last steps (Vigna, 2015)."""
    import numpy as np

    bits = (values + 0.0).view(np.uint64)  # -0.0 is 0.0
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: NDArray[uint64] = bits ^ (bits >> np.uint64(31))
    return mixed


@dataclass
class Distinct:
    """Different numbers: exactly up to `limit` of them, then estimated as `Words` does.

    Examples
    --------
    >>> import numpy as np
    >>> distinct = Distinct()
    >>> distinct.add(np.array([1.0, 2.0, 1.0, -0.0, 0.0]))
    >>> distinct.distinct
    3
    """

    limit: int = 200_000
    values: "NDArray[float64] | None" = None
    hashes: "NDArray[uint64] | None" = None

    def add(self, numbers: "Numbers") -> None:
        """Take a block of numbers, none of them NaN."""
        import numpy as np

        fresh = np.unique(np.asarray(numbers) + 0.0)
        if self.hashes is None:
            known = fresh if self.values is None else np.union1d(self.values, fresh)
            if len(known) <= self.limit:
                self.values = known
                return
            fresh, self.values, self.hashes = known, None, np.empty(0, np.uint64)
        self.hashes = np.union1d(self.hashes, mix(fresh))[:HASHES]

    def merge(self, other: "Distinct") -> None:
        """Add the numbers of another part of the same column."""
        import numpy as np

        if other.values is not None:
            self.add(other.values)
        if other.hashes is not None:
            mine = mix(self.values) if self.values is not None else self.hashes
            both = other.hashes if mine is None else np.union1d(mine, other.hashes)
            self.values, self.hashes = None, both[:HASHES]

    @property
    def exact(self) -> bool:
        """Whether `distinct` is exact."""
        return self.hashes is None

    @property
    def distinct(self) -> int:
        """How many different numbers there were; estimated when not `exact`."""
        if self.hashes is None:
            return 0 if self.values is None else len(self.values)
        if len(self.hashes) < HASHES:
            return len(self.hashes)
        return round((HASHES - 1) / (float(self.hashes[-1]) / HASH_RANGE))
