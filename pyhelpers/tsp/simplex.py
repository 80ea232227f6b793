"""Dual simplex method that starts from its last basis: HiGHS as it is in scipy.

`scipy.optimize.linprog` starts each time from nothing; the class behind it keeps the basis, so that
a programme with a few more rows or other limits takes a few iterations.
"""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

HUGE = 1 << 30  # iterations: no limit
SLICE = 0.5  # seconds of the solver, which Ctrl-C does not interrupt


def available() -> bool:
    """Return whether scipy has HiGHS where it is looked for; its place is not scipy's promise."""
    try:
        from scipy.optimize._highspy import _core  # noqa: F401
    except ImportError:
        return False
    return True


@dataclass(frozen=True)
class Solved:
    """What the solver came to.

    Attributes
    ----------
    status : {"optimal", "infeasible", "stopped"}
    taken : array of float
        Value of each column.
    prices : array of float
        Dual price of each row.
    value : float
    """

    status: str
    taken: "Array"
    prices: "Array"
    value: float


class Simplex:
    """A linear programme in memory: columns between limits, rows of at least some value.

    Parameters
    ----------
    cost : array of float, shape (c,)
    rows : sparse array in CSR form, shape (r, c)
    least, most : array of float, shape (r,)
        Limits of the rows.
    """

    def __init__(self, cost: "Array", rows: Any, least: "Array", most: "Array") -> None:
        import numpy as np
        from scipy.optimize._highspy import _core

        self._core, self._solver = _core, _core._Highs()
        self._columns = np.arange(len(cost), dtype=np.int32)
        for option, value in (("output_flag", False), ("presolve", "off")):
            self._solver.setOptionValue(option, value)
        programme = _core.HighsLp()
        programme.num_col_, programme.num_row_ = len(cost), rows.shape[0]
        programme.col_cost_ = np.asarray(cost, dtype=float)
        programme.col_lower_, programme.col_upper_ = np.zeros(len(cost)), np.ones(len(cost))
        programme.row_lower_ = np.asarray(least, dtype=float)
        programme.row_upper_ = np.asarray(most, dtype=float)
        matrix = programme.a_matrix_
        matrix.format_ = _core.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = len(cost), rows.shape[0]
        matrix.start_, matrix.index_ = rows.indptr.astype(np.int32), rows.indices.astype(np.int32)
        matrix.value_ = rows.data.astype(float)
        self._solver.passModel(programme)

    def add_rows(self, rows: Any, least: "Array") -> None:
        """Add rows, each of at least some value."""
        import numpy as np

        starts, columns = rows.indptr[:-1].astype(np.int32), rows.indices.astype(np.int32)
        most = np.full(len(least), self._core.kHighsInf)
        self._solver.addRows(
            len(least),
            least.astype(float),
            most,
            rows.nnz,
            starts,
            columns,
            rows.data.astype(float),
        )

    def delete_rows(self, numbers: "Array") -> None:
        """Delete some rows."""
        import numpy as np

        self._solver.deleteRows(len(numbers), numbers.astype(np.int32))

    def limit(self, low: "Array", high: "Array") -> None:
        """Set the limits of all columns."""
        self._solver.changeColsBounds(len(low), self._columns, low, high)

    def solve(self, seconds: float, iterations: int = HUGE) -> Solved:
        """Solve from the last basis."""
        import numpy as np

        solver, status = self._solver, self._core.HighsModelStatus
        solver.setOptionValue("simplex_iteration_limit", iterations)
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:  # in slices: Ctrl-C waits for each
            solver.setOptionValue("time_limit", solver.getRunTime() + min(left, SLICE))
            solver.run()
            if solver.getModelStatus() != status.kTimeLimit:
                break
        came, found = solver.getModelStatus(), solver.getSolution()
        name = {status.kOptimal: "optimal", status.kInfeasible: "infeasible"}.get(came, "stopped")
        value = float(solver.getInfo().objective_function_value)
        return Solved(name, np.array(found.col_value), np.array(found.row_dual), value)

    def probe(self, column: int, side: float, seconds: float, iterations: int) -> float:
        """Return the value after a few iterations with a column fixed; then undo all."""
        solver, basis = self._solver, self._solver.getBasis()
        solver.changeColBounds(column, side, side)
        found = self.solve(seconds, iterations)
        solver.changeColBounds(column, 0.0, 1.0)
        solver.setBasis(basis)
        return float("inf") if found.status == "infeasible" else found.value

    def basic_rows(self) -> "Array":
        """Return which rows are in the basis, and so not tight."""
        import numpy as np

        basic = self._core.HighsBasisStatus.kBasic
        return np.array([status == basic for status in self._solver.getBasis().row_status])
