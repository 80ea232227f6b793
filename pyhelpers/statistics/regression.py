"""Least squares over any number of records: one pass, no more memory than a block."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

CONSTANT = "(intercept)"
DEPENDENT = 1e-11  # relative size of what a linear combination of other columns leaves unexplained


class DependentFeatureError(KitError):
    """A feature is constant, or a linear combination of the features before it."""

    def __init__(self, feature: str) -> None:
        what = f"column {feature!r} is constant or a linear combination of the features before it"
        super().__init__(f"{what}; leave it out")
        self.feature = feature


class Triangle:
    """The triangle R of a QR decomposition of [1, X, y], grown block by block.

    Unlike X'X it does not square the condition number (Golub and Van Loan, "Matrix Computations",
    section 5.3; for blocks: Demmel et al., SIAM J. Sci. Comput. 34, 2012).
    """

    def __init__(self, columns: int) -> None:
        import numpy as np

        self.count = 0
        self.shift: NDArray[float64] | None = None
        self._r: NDArray[float64] = np.zeros((0, columns + 1))

    def add(self, block: "NDArray[float64]", shift: "NDArray[float64]") -> None:
        """Take complete records, shape (n, columns), the target last, less `shift`."""
        import numpy as np

        self.count += len(block)
        lines = np.column_stack([np.ones(len(block)), block - shift])
        self._r = np.asarray(np.linalg.qr(np.concatenate([self._r, lines]), mode="r"))

    @property
    def matrix(self) -> "NDArray[float64]":
        """R, shape (columns + 1, columns + 1)."""
        import numpy as np

        size = self._r.shape[1]
        whole = np.zeros((size, size))
        whole[: len(self._r)] = self._r
        return whole


@dataclass
class Fit:
    """A fitted line, plane or hyperplane, and what its uncertainty rests on.

    Attributes
    ----------
    names : list of str
        The intercept, then the features.
    coefficients, errors, standardised : array, shape (features + 1,)
        In the data's units; their standard errors; per standard deviation of feature and target.
    covariance : array, shape (features + 1, features + 1)
        Of the coefficients.
    freedom : int
        Residual degrees of freedom.
    """

    names: list[str]
    coefficients: "NDArray[float64]"
    errors: "NDArray[float64]"
    standardised: "NDArray[float64]"
    covariance: "NDArray[float64]"
    count: int
    freedom: int
    residual_ss: float
    total_ss: float

    @property
    def r2(self) -> float:
        """The share of the target's variance that the features explain."""
        return 1 - self.residual_ss / self.total_ss if self.total_ss else math.nan

    @property
    def residual_std(self) -> float:
        """The standard error of the regression."""
        return math.sqrt(self.residual_ss / self.freedom) if self.freedom > 0 else math.nan

    def predict(self, features: "NDArray[float64]") -> "NDArray[float64]":
        """Return predictions for records, shape (n, features)."""
        predicted: NDArray[float64] = features @ self.coefficients[1:] + self.coefficients[0]
        return predicted

    def band(self, features: "NDArray[float64]", confidence: float) -> "NDArray[float64]":
        """Return the half width of the confidence band of the mean at records (n, features)."""
        import numpy as np

        lines = np.column_stack([np.ones(len(features)), features])
        spread = np.einsum("ij,jk,ik->i", lines, self.covariance, lines)
        half: NDArray[float64] = t_quantile(confidence, self.freedom) * np.sqrt(spread)
        return half


def t_quantile(confidence: float, freedom: int) -> float:
    """Return how many standard errors to each side a two-sided interval reaches."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + confidence / 2))


def solve(triangle: Triangle, names: list[str], shift: "NDArray[float64]") -> Fit:
    """Return the least-squares fit of the last column on the others.

    Raises
    ------
    KitError
        With too few records.
    DependentFeatureError
        With a feature that is constant or a linear combination of others.
    """
    import numpy as np

    r, k = triangle.matrix, len(names)
    if triangle.count <= k + 1:
        raise KitError(f"{triangle.count} complete records are too few for {k} features")
    inner, right = r[: k + 1, : k + 1], r[: k + 1, -1]
    sizes = np.sqrt((inner**2).sum(axis=0))
    for i in range(1, k + 1):
        if abs(inner[i, i]) <= DEPENDENT * max(sizes[i], 1e-300):
            raise DependentFeatureError(names[i - 1])
    inverse = np.linalg.solve(inner, np.eye(k + 1))
    coefficients = inverse @ right
    residual_ss, freedom = float(r[-1, -1] ** 2), triangle.count - k - 1
    unscaled = inverse @ inverse.T
    # Back from shifted columns: only the intercept moves.
    back = np.eye(k + 1)
    back[0, 1:] = -shift[:-1]
    coefficients = back @ coefficients
    coefficients[0] += shift[-1]
    covariance = back @ unscaled @ back.T * residual_ss / freedom
    spreads = np.sqrt((r[1:, 1:] ** 2).sum(axis=0))
    scaled = np.r_[0.0, coefficients[1:] * spreads[:-1] / (spreads[-1] or math.nan)]
    errors = np.sqrt(np.diag(covariance))
    total_ss = float(spreads[-1] ** 2)
    return Fit(
        [CONSTANT, *names], coefficients, errors, scaled, covariance, triangle.count, freedom,
        residual_ss, total_ss,
    )  # fmt: skip


def held_out_errors(fit: Fit, held: Triangle, shift: "NDArray[float64]") -> tuple[float, float]:
    """Return root mean squared error and R2 of a fit on records it has not seen.

    Only their triangle is needed: it keeps every sum of squares of [1, X, y].
    """
    import numpy as np

    moved = fit.coefficients.copy()
    moved[0] += shift[:-1] @ fit.coefficients[1:] - shift[-1]
    away = held.matrix @ np.r_[moved, -1.0]
    squares = float(away @ away)
    total = float((held.matrix[1:, -1] ** 2).sum())
    return math.sqrt(squares / held.count), 1 - squares / total if total else math.nan


def coefficient_rows(fit: Fit, confidence: float) -> list[dict[str, Any]]:
    """Return a row for each coefficient: its interval, its t and p, its standardised size."""
    import numpy as np
    from scipy.special import stdtr

    reach = t_quantile(confidence, fit.freedom)
    label = f"{confidence * 100:g}%"
    rows = []
    for i, name in enumerate(fit.names):
        value, error = float(fit.coefficients[i]), float(fit.errors[i])
        with np.errstate(divide="ignore", invalid="ignore"):
            t = float(np.float64(value) / error)
        rows.append(
            {"term": name, "coefficient": value, "std_error": error, "t": t}
            | {"p": 2 * float(stdtr(fit.freedom, -abs(t)))}
            | {f"{label}_low": value - reach * error, f"{label}_high": value + reach * error}
            | {"standardised": float(fit.standardised[i]) if i else None}
        )
    return rows
