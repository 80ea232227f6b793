"""Target means of categories, cross-fitted: from other records than a row's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyhelpers.model.schema import MISSING_CODE, UNKNOWN_CODE

SMOOTHING = 10.0  # records of the overall mean that are added to each category's target mean


@dataclass(frozen=True)
class TargetMeans:
    """Counts and sums of the target by category, over parts of the training records.

    Attributes
    ----------
    counts : numpy.ndarray, shape (folds, cross parts, categories + 1)
        The last category is the missing value.
    sums : numpy.ndarray, shape (folds, cross parts, categories + 1, outputs)
    """

    counts: Any
    sums: Any

    def table(self, folds: Sequence[int]) -> Any:
        """Return the smoothed mean of each category, then of missing and of unknown values.

        Parameters
        ----------
        folds : sequence of int
            The folds whose records count.

        Returns
        -------
        numpy.ndarray, shape (categories + 2, outputs)
        """
        counts, sums = self.counts[folds].sum(axis=0), self.sums[folds].sum(axis=0)
        return _smoothed(counts.sum(axis=0), sums.sum(axis=0))

    def cross_fitted(self, folds: Sequence[int]) -> Any:
        """Return a table for each cross part, in which the part's own records do not count.

        Returns
        -------
        numpy.ndarray, shape (cross parts, categories + 2, outputs)
        """
        import numpy as np

        counts, sums = self.counts[folds].sum(axis=0), self.sums[folds].sum(axis=0)
        others = zip(counts.sum(axis=0) - counts, sums.sum(axis=0) - sums, strict=True)
        return np.array([_smoothed(*other) for other in others])


def target_means(codes: Any, y: Any, fold: Any, cross: Any, sizes: tuple[int, int, int]) -> Any:
    """Count a category's targets.

    Parameters
    ----------
    codes : numpy.ndarray, shape (rows,)
        Positions among the categories; -1 missing, -2 unknown.
    y : numpy.ndarray, shape (rows, outputs)
    fold, cross : numpy.ndarray, shape (rows,)
        The fold and the cross part of each row.
    sizes : (int, int, int)
        Numbers of folds, cross parts and categories.
    """
    import numpy as np

    folds, crosses, categories = sizes
    shape = (folds, crosses, categories + 1)
    used = codes != UNKNOWN_CODE
    place = np.where(codes == MISSING_CODE, categories, codes)[used]
    where = np.ravel_multi_index((fold[used], cross[used], place), shape)
    size = folds * crosses * (categories + 1)
    counts = np.bincount(where, minlength=size).reshape(shape)
    sums = [np.bincount(where, column[used], size).reshape(shape) for column in y.T]
    return TargetMeans(counts, np.stack(sums, axis=-1))


def _smoothed(counts: Any, sums: Any) -> Any:
    import numpy as np

    prior = sums.sum(axis=0) / max(1, counts.sum())
    means = (sums + SMOOTHING * prior) / (counts[:, None] + SMOOTHING)
    return np.concatenate([means, prior[None]])
