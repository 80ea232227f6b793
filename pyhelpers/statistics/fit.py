"""Linear fit by least squares, in one pass, and its error on held-out records."""

import math
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.csvio.scan import Scan
from pyhelpers.statistics.numeric_columns import (
    NumericColumns,
    RowSample,
    check_complete,
    complete,
    number_blocks,
)  # fmt: skip
from pyhelpers.statistics.student_t import t_p_value, t_quantile
from pyhelpers.text import counted, figure

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

CONSTANT = "(intercept)"
DEPENDENT = 1e-11  # relative size of what a linear combination of other columns leaves unexplained
HELD_OUT = 0.2
DRAWN = 3_000
FEWEST_BEYOND_FEATURES = 20


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
        self._r: NDArray[float64] = np.zeros((0, columns + 1))

    def add(self, block: "NDArray[float64]", shift: "NDArray[float64]") -> None:
        """Take complete records, shape (n, columns), the target last, less `shift`."""
        import numpy as np

        self.count += len(block)
        lines = np.column_stack([np.ones(len(block)), block - shift])
        self._r = np.asarray(np.linalg.qr(np.concatenate([self._r, lines]), mode="r"))

    @property
    def constant_target(self) -> bool:
        """Whether the target is constant, to rounding."""
        import numpy as np

        column = self.matrix[:, -1]
        spread, size = float(np.linalg.norm(column[1:])), float(np.linalg.norm(column))
        return spread <= DEPENDENT * max(size, 1e-300)

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

    reach = t_quantile(confidence, fit.freedom)
    label = f"{confidence * 100:g}%"
    rows = []
    for i, name in enumerate(fit.names):
        value, error = float(fit.coefficients[i]), float(fit.errors[i])
        with np.errstate(divide="ignore", invalid="ignore"):
            t = float(np.float64(value) / error)
        rows.append(
            {"term": name, "coefficient": value, "std_error": error, "t": t}
            | {"p": t_p_value(t, fit.freedom)}
            | {f"{label}_low": value - reach * error, f"{label}_high": value + reach * error}
            | {"standardised": float(fit.standardised[i]) if i else None}
        )
    return rows


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
        explained, unexplained = (fit.total_ss - fit.residual_ss) / k, fit.residual_ss / freedom
        f = explained / unexplained if unexplained else math.inf
        row: dict[str, Any] = {"target": self.target, "records": fit.count, "dropped": self.dropped}
        row |= {"r2": fit.r2, "adjusted_r2": shrunk, "f": f, "residual_std": fit.residual_std}
        row |= {"held_out": self.held_out, "held_out_rmse": self.held_out_rmse}
        return row | {"held_out_r2": self.held_out_r2}


def fit_table(scan: Scan, target: str, features: list[str], seed: int = 0) -> EvaluatedFit:
    """Fit the target by the features over a table that is read once.

    Records with a missing value or a text are left out. A fifth, drawn at random, is held out of
    a second fit that is then judged on it.

    Raises
    ------
    KitError
        For a column that is not there or not numeric, and as `solve` does.
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
    check_complete(scan, names, whole.count)
    assert shift is not None
    if whole.constant_target:
        raise KitError(f"column {target!r} is constant; there is nothing to explain")
    fit = solve(whole, names[:-1], shift)
    errors = (math.nan, math.nan)
    if held.count and rest.count > len(names) + FEWEST_BEYOND_FEATURES:
        with suppress(DependentFeatureError):  # what varies in the held-out records alone
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
            f"{figure(fitted.held_out_rmse)}, R2 {fitted.held_out_r2:.3f}"
        )
    if len(fit.names) > 2:
        sizes = abs(fit.standardised[1:])
        strongest = fit.names[1 + int(sizes.argmax())]
        said.append(
            "coefficients depend on the units; compare the standardised ones: "
            f"that of {strongest} is largest"
        )
    return said
