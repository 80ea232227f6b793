"""Least squares by gradient descent: loss, curvature, limit of the rate, runs by scaling."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.csvio.table import MISSING, Table, parse_number
from pyhelpers.descent.gradient_descent import (
    CLOSE,
    SWING,
    SWINGS,
    Label,
    LabelledRun,
    Schedule,
    descend,
    observed_label,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Matrix = NDArray[np.float64]

SHARES = (0.005, 0.4, 0.95, 1.02)  # default learning rates, as shares of the limit


@dataclass(frozen=True)
class LeastSquares:
    """Least squares: the mean of (x w - y)^2 / 2 over the records, as a function of w.

    Attributes
    ----------
    design : ndarray, shape (n, d)
        The first column is all ones.
    target : ndarray, shape (n,)
    names : tuple of str
        Of the d weights.
    """

    design: "Matrix"
    target: "Vector"
    names: tuple[str, ...]

    def loss(self, weights: "Vector") -> float:
        """Return half the mean squared error."""
        import numpy as np

        # Not errors @ errors, because starting BLAS threads for so little takes ten times longer.
        return float(np.square(self.design @ weights - self.target).mean()) / 2

    def gradient(self, weights: "Vector") -> "Vector":
        """Return the gradient over all records."""
        return self.design.T @ (self.design @ weights - self.target) / len(self.target)

    def drawn_gradient(self, batch: int, seed: int) -> "Callable[[Vector], Vector]":
        """Return a function that gives the gradient over `batch` records, drawn anew each time."""
        import numpy as np

        draw = np.random.default_rng(seed)

        def gradient(weights: "Vector") -> "Vector":
            rows = draw.integers(len(self.target), size=batch)
            design = self.design[rows]
            drawn: Vector = design.T @ (design @ weights - self.target[rows]) / batch
            return drawn

        return gradient

    def curvatures(self) -> "Vector":
        """Return the eigenvalues of the Hessian, X'X / n, ascending."""
        import numpy as np

        hessian = self.design.T @ self.design / len(self.target)
        return np.maximum(np.linalg.eigvalsh(hessian).astype(np.float64), 0.0)

    def solution(self) -> "Vector":
        """Return the weights of least loss."""
        import numpy as np

        return np.linalg.lstsq(self.design, self.target)[0].astype(np.float64)


def rate_limit(problem: LeastSquares, momentum: float = 0.0) -> float:
    """Return the learning rate above which batch descent diverges: 2 (1 + momentum) / lambda_max.

    The error along each eigenvector of the Hessian shrinks by |1 - rate lambda| a step, which is
    below 1 for rate < 2 / lambda; for heavy-ball momentum see Polyak (1964).

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[1.0, -1.0], [1.0, 1.0]])
    >>> rate_limit(LeastSquares(x, np.array([0.0, 1.0]), ("intercept", "slope")))
    2.0
    """
    return 2 * (1 + momentum) / float(problem.curvatures()[-1])


def exact_label(problem: LeastSquares, rate: float, start: Sequence[float], steps: int) -> Label:
    """Label batch descent at a constant rate by the curvatures.

    Returns
    -------
    str
        "diverging" above 2 / lambda_max. "oscillating" where the steepest direction turns back
        at each step, its factor 1 - rate lambda_max so near -1 that the third turn is still a
        tenth of the first step. Else "good" where `steps` leave a ten-thousandth of the loss above
        the minimum, "too low" where they leave more.
    """
    import numpy as np

    curvatures, axes = np.linalg.eigh(problem.design.T @ problem.design / len(problem.target))
    factor = 1 - rate * float(curvatures[-1])
    if factor < -1:
        return "diverging"
    if factor < -(SWING ** (1 / SWINGS)):
        return "oscillating"
    error = axes.T @ (np.array(start, dtype=float) - problem.solution())
    above = curvatures * error**2
    left = float((above * (1 - rate * curvatures) ** (2 * steps)).sum())
    return "good" if left <= CLOSE * float(above.sum()) else "too low"


def read_problem(table: Table, x: Sequence[str], y: str) -> LeastSquares:
    """Read the named columns, without records in which one is missing.

    Raises
    ------
    KitError
        For a missing column, a value that is not a number, or too few records.
    """
    import numpy as np

    places = [(table.index(name), name) for name in (*x, y)]
    rows = []
    for line, fields in table.records:
        if not any(fields[place] in MISSING for place, _ in places):
            rows.append(
                [parse_number(fields[place], table.source, line, name) for place, name in places]
            )
    if len(rows) <= len(places):
        raise KitError(f"{table.source}: {len(rows)} complete records are too few to fit; add some")
    values = np.array(rows)
    if not np.isfinite(values).all():
        raise KitError(f"{table.source}: has an infinite number; remove that record")
    ones = np.ones((len(rows), 1))
    return LeastSquares(np.hstack([ones, values[:, :-1]]), values[:, -1], ("intercept", *x))


def standardise(problem: LeastSquares) -> LeastSquares:
    """Return the problem with each x moved to mean 0 and scaled to standard deviation 1."""
    import numpy as np

    features = problem.design[:, 1:]
    spread = features.std(axis=0)
    if not (spread > 0).all():
        name = problem.names[1 + int(np.argmin(spread))]
        raise KitError(f"column {name!r} has only one value; leave it out")
    scaled = (features - features.mean(axis=0)) / spread
    return LeastSquares(np.hstack([problem.design[:, :1], scaled]), problem.target, problem.names)


class ScaledFit:
    """A least squares problem in one scaling, with its runs.

    Attributes
    ----------
    rows : list of dict
        A row for each run.
    runs : list of LabelledRun
    """

    def __init__(self, scaling: str, problem: LeastSquares, original: LeastSquares) -> None:
        self.scaling, self.problem, self.original = scaling, problem, original
        self.lowest = problem.loss(problem.solution())
        self.rows: list[dict[str, Any]] = []
        self.runs: list[LabelledRun] = []

    def run(
        self,
        rates: Sequence[float] | None,
        steps: int,
        momentum: float = 0.0,
        schedule: Schedule = "constant",
        batch: int | None = None,
        seed: int = 1,
    ) -> None:
        """Run gradient descent at each rate; None: at shares of the limit."""
        limit = rate_limit(self.problem, momentum)
        for rate in rates or [share * limit for share in SHARES]:
            self._run(rate, limit, steps, momentum, schedule, batch, seed)

    def _run(
        self,
        rate: float,
        limit: float,
        steps: int,
        momentum: float,
        schedule: Schedule,
        batch: int | None,
        seed: int,
    ) -> None:
        problem = self.problem
        gradient = problem.drawn_gradient(batch, seed) if batch else problem.gradient
        start = [0.0] * len(problem.names)
        run = descend(problem.loss, gradient, start, rate, steps, momentum, schedule)
        if exact := batch is None and momentum == 0 and schedule == "constant":
            label = exact_label(problem, rate, start, steps)
        else:
            label = observed_label(run, self.lowest, noisy=batch is not None)
        ended = label != "diverging"
        row: dict[str, Any] = {"scaling": self.scaling, "rate": rate, "label": label}
        row |= {"by": "threshold" if exact else "observation"}
        row |= {"of_limit": round(rate / limit, 6)}
        row |= {"close_after": run.closed_at(self.lowest)}
        row |= {"rmse": (2 * float(run.losses[-1])) ** 0.5 if ended else None}
        weights = self._original_units(run.path[-1]) if ended else [None] * len(problem.names)
        self.rows.append(row | dict(zip(problem.names, weights, strict=True)))
        self.runs.append(LabelledRun(run, f"{rate:.3g} {label}", self.lowest))

    def _original_units(self, weights: "Vector") -> list[float]:
        """Return weights in the units of the unscaled data."""
        from numpy import linalg

        line = self.problem.design[:, : len(weights)] @ weights
        return list(map(float, linalg.lstsq(self.original.design, line)[0]))

    def curvature_note(self, momentum: float) -> str:
        """Return a sentence about the curvatures and the limit of the learning rate."""
        curvatures = self.problem.curvatures()
        low, high = float(curvatures[0]), float(curvatures[-1])
        condition = f"{high / low:.3g}" if low > 0 else "infinite"
        limit = rate_limit(self.problem, momentum)
        return (
            f"{self.scaling}: curvatures {low:.3g} to {high:.3g}, condition {condition}; "
            f"batch descent diverges above a rate of {limit:.3g}"
        )


def read_fits(
    table: Table, features: list[str] | None, target: str | None, scaling: str
) -> list[ScaledFit]:
    """Read a least squares problem in one scaling or both.

    Parameters
    ----------
    features : list of str or None
        None: the last column but the target.
    target : str or None
        None: the last column.
    scaling : {"raw", "standard", "both"}
    """
    if len(table.names) < 2:
        raise KitError(f"{table.source}: a fit needs two columns of numbers; it has one")
    target = target or table.names[-1]
    features = features or [[name for name in table.names if name != target][-1]]
    problem = read_problem(table, features, target)
    fits = []
    if scaling in ("raw", "both"):
        fits.append(ScaledFit("raw", problem, problem))
    if scaling in ("standard", "both"):
        fits.append(ScaledFit("standard", standardise(problem), problem))
    return fits
