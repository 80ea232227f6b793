"""Scores of kernel members: weighted sums of a row's similarities to some training records.

The similarity of two rows of the linear view is exp(-gamma |a - b|^2), the Gaussian kernel.
"""

from collections.abc import Mapping, Sequence
from typing import Any

BLOCK = 16  # rows of each matrix product: its rounding depends on its shape
FARTHEST = 1e6  # deviations from the mean; a row beyond is like none, and its square overflows


def similarities(x: Any, centers: Any, gamma: float) -> Any:
    """Return the similarities of rows and centers, shape (rows, centers).

    Examples
    --------
    >>> import numpy as np
    >>> similarities(np.zeros((1, 2)), np.array([[0.0, 0.0], [3.0, 4.0]]), 0.04).round(3)
    array([[1.   , 0.368]])
    """
    import numpy as np

    found = x @ centers.T
    found *= -2.0
    found += (x * x).sum(axis=1)[:, None]
    found += (centers * centers).sum(axis=1)
    np.maximum(found, 0.0, out=found)
    found *= -gamma
    return np.exp(found, out=found)


class KernelMachine:
    """A kernel member whose numbers are arrays.

    Parameters
    ----------
    member : mapping
        `intercept`, `weights` (outputs x centers) and `kernel` (`gamma`, `centers`).
    """

    def __init__(self, member: Mapping[str, Any]) -> None:
        import numpy as np

        self._gamma: float = member["kernel"]["gamma"]
        self._centers = np.asarray(member["kernel"]["centers"], dtype=float)
        self._weights = np.ascontiguousarray(np.asarray(member["weights"], dtype=float).T)
        self._intercept = np.asarray(member["intercept"], dtype=float)

    def scores(self, x: Any) -> Any:
        """Return the outputs of rows, shape (rows, outputs); a row's bits do not depend on others.

        Rows are taken in blocks of one size, the last one filled up.
        """
        import numpy as np

        count = len(x)
        filled = np.zeros((-(-count // BLOCK) * BLOCK, self._centers.shape[1]))
        np.clip(x, -FARTHEST, FARTHEST, out=filled[:count])
        found = np.empty((len(filled), len(self._intercept)))
        for start in range(0, len(filled), BLOCK):
            rows = slice(start, start + BLOCK)
            np.matmul(
                similarities(filled[rows], self._centers, self._gamma),
                self._weights,
                out=found[rows],
            )
        return found[:count] + self._intercept

    def row_scores(self, row: Sequence[float]) -> list[float]:
        """Return the outputs of a row."""
        found: list[float] = self.scores([row])[0].tolist()
        return found
