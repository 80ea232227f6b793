"""Fit a line by gradient descent: the runs at several learning rates, raw and standardised."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyhelpers import KitError
from pyhelpers.csvio.table import Table
from pyhelpers.descent.gradient_descent import (
    LabelledRun,
    Schedule,
    descend,
    observed_label,
)
from pyhelpers.descent.least_squares import (
    LeastSquares,
    exact_label,
    rate_limit,
    read_problem,
    standardise,
)

if TYPE_CHECKING:
    from pyhelpers.descent.least_squares import Vector

SHARES = (0.005, 0.4, 0.95, 1.02)  # default learning rates, as shares of the limit
SCALINGS = ("raw", "standard", "both")


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
