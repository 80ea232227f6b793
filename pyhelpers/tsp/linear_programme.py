"""Linear programme of tours: edges and cuts are added as needed, and bounds are exact.

Dantzig, Fulkerson and Johnson (Operations Research 2, 1954). HiGHS solves it in floating point.
Only the bound that its dual prices prove is used, computed again in whole numbers, which holds for
any prices.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers.tsp.candidate_edges import Edges, candidate_edges
from pyhelpers.tsp.grid import BITS, EXACT
from pyhelpers.tsp.subtour_cuts import Cut, cut_rows, violated_cuts
from pyhelpers.tsp.symmetric import SymmetricForm

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

CANDIDATES = 8
ENTERING = 2_000  # edges that enter the programme at a time
SOLVER_BITS = 20  # of a tour's length in the solver, whose tolerances are absolute
UNITS = 2.0 ** (BITS - SOLVER_BITS)  # of the grid in one of the solver's
PENALTY = 2.0 ** (SOLVER_BITS + 4)  # of a violated row
TOLERANCE = 1e-7  # of a reduced cost that is below zero
INFEASIBLE = 2


@dataclass(frozen=True)
class Relaxation:
    """A solution of the linear programme.

    Attributes
    ----------
    taken : array of float, shape (e,)
        Value of each edge.
    nodes, cuts : array of float
        Dual prices in whole units of the grid; those of cuts are at least 0.
    value : float
        In units; infinite when the programme is infeasible.
    """

    taken: "Array"
    nodes: "Array"
    cuts: "Array"
    value: float


class LinearProgramme:
    """The linear programme: edges on a grid, the cuts found so far, and the time left."""

    def __init__(self, form: SymmetricForm, tour: "Array", until: float) -> None:
        self.form, self.until = form, until
        self.edges = candidate_edges(form, tour, CANDIDATES)
        self.cuts: list[Cut] = []
        self._known, self._rows = (-1, -1), None

    def left(self) -> float:
        """Return the seconds left; a TimeoutError when there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def solve(self, low: "Array | None" = None, high: "Array | None" = None) -> Relaxation:
        """Solve the programme over its edges, each between `low` and `high`.

        Where it is infeasible, rows may be violated at a penalty: the prices then prove that it is.
        """
        import numpy as np

        low = self.edges.forced.astype(float) if low is None else low
        high = np.ones(len(low)) if high is None else high
        rows = self.rows()
        found = self._linprog(rows, np.stack([low, high], axis=1), elastic=False)
        feasible = found.status != INFEASIBLE
        if not feasible:
            found = self._linprog(rows, np.stack([low, high], axis=1), elastic=True)
        if found.x is None or found.status != 0:
            raise TimeoutError
        prices = np.maximum(-found.ineqlin.marginals, 0) if self.cuts else np.empty(0)
        return Relaxation(
            found.x[: len(low)],
            np.rint(found.eqlin.marginals * UNITS),
            np.rint(prices * UNITS),
            found.fun * UNITS if feasible else np.inf,
        )

    def _linprog(self, rows: Any, bounds: "Array", elastic: bool) -> Any:
        import numpy as np
        from scipy.optimize import linprog
        from scipy.sparse import eye_array, hstack

        edges, degrees = self.edges, _degrees(self.edges)
        length, least = edges.length / UNITS, np.array([cut.least for cut in self.cuts])
        if elastic:
            size, many = edges.size, len(self.cuts)
            either = hstack([eye_array(size), -eye_array(size), _nothing(size, many)])
            degrees = hstack([degrees, either], format="csr")
            more = hstack([_nothing(many, 2 * size), eye_array(many)])
            rows = hstack([rows, more], format="csr") if many else rows
            length = np.append(length, np.full(2 * size + many, PENALTY))
            free = np.tile([0.0, np.inf], (2 * size + many, 1))
            bounds = np.concatenate([bounds, free])
        with quiet_stdout():
            return linprog(
                length,
                A_ub=-rows if self.cuts else None,
                b_ub=-least if self.cuts else None,
                A_eq=degrees,
                b_eq=np.full(edges.size, 2.0),
                bounds=bounds,
                method="highs",
                options={"time_limit": self.left()},
            )

    def rows(self) -> Any:
        """Return the cuts' rows over the edges; they are computed once."""
        known = len(self.cuts), id(self.edges)
        if self._known != known:
            self._known, self._rows = known, cut_rows(self.edges, self.cuts)
        return self._rows

    def tighten(self) -> Relaxation:
        """Add violated cuts and edges of negative reduced cost until there are none."""
        while True:
            found = self.solve()
            fresh = self.violated(found)
            if fresh:
                self.cuts += fresh
            elif not self._enter(found):
                return found

    def violated(self, found: Relaxation) -> list[Cut]:
        """Return violated cuts that are not in the programme yet."""
        known = {(cut.side.tobytes(), cut.teeth.tobytes()) for cut in self.cuts}
        return [
            cut
            for cut in violated_cuts(self.edges, found.taken)
            if (cut.side.tobytes(), cut.teeth.tobytes()) not in known
        ]

    def _enter(self, found: Relaxation) -> bool:
        """Add edges of negative reduced cost; return False when there are none."""
        import numpy as np

        most = -TOLERANCE * (UNITS + abs(found.nodes).max())
        i, j, reduced = self._all_reduced(found, most)
        fresh = ~np.isin(i * self.form.size + j, self.edges.keys)
        i, j, reduced = i[fresh], j[fresh], reduced[fresh]
        if not len(i):
            return False
        best = np.argsort(reduced, kind="stable")[:ENTERING]
        self.edges = _with(self.form, self.edges, i[best], j[best])
        return True

    def _all_reduced(self, found: Relaxation, most: float) -> "tuple[Array, Array, Array]":
        """Return all edges whose reduced cost is at most `most`."""
        import numpy as np

        parts, nodes, cuts = [], found.nodes, found.cuts
        sides = np.array([cut.side for cut in self.cuts], dtype=float).reshape(-1, self.form.size)
        rows = max(1, (1 << 22) // self.form.size)
        for begin in range(0, self.form.size, rows):
            end = min(begin + rows, self.form.size)
            here = sides[:, begin:end]
            # A cut's price counts where just one end of the edge is within.
            crossing = (here * cuts[:, None]).T @ (1 - sides)
            crossing += ((1 - here) * cuts[:, None]).T @ sides
            cost = self.form.block(begin, end) - nodes[begin:end, None] - nodes - crossing
            for cut, price in zip(self.cuts, cuts, strict=True):
                i, j = np.divmod(cut.teeth, self.form.size)
                ours = (i >= begin) & (i < end)
                cost[i[ours] - begin, j[ours]] += 2 * price
            i, j = np.nonzero(cost <= most)
            below = i + begin < j
            parts.append((i[below] + begin, j[below], cost[i[below], j[below]]))
        i, j, cost = (np.concatenate(part) for part in zip(*parts, strict=True))
        return i, j, cost

    def restrict(self, found: Relaxation, target: float) -> float:
        """Return the bound over all edges; keep those that a tour up to `target` may contain."""
        import numpy as np

        edges = self.edges
        i, j, reduced = self._all_reduced(found, 0.0)
        forced = np.isin(i * edges.size + j, edges.keys[edges.forced])
        bound = self._rows_worth(found) + whole_sum(reduced[~forced])
        bound += whole_sum(self.reduced(found)[edges.forced])
        i, j, _ = self._all_reduced(found, target - bound)
        self.edges = _with(self.form, _only_forced(edges), i, j)
        return bound

    def reduced(self, found: Relaxation) -> "Array":
        """Return the reduced cost of each edge."""
        edges = self.edges
        cost: Array = edges.length - found.nodes[edges.i] - found.nodes[edges.j]
        cost -= self.rows().T @ found.cuts
        return cost

    def bound(self, found: Relaxation, low: "Array", high: "Array") -> float:
        """Return the bound that the prices prove over the programme's edges, within their limits.

        An edge of negative reduced cost counts at its upper limit.
        """
        import numpy as np

        reduced = self.reduced(found)
        least = np.where(reduced < 0, high * reduced, low * reduced)
        return self._rows_worth(found) + whole_sum(least)

    def _rows_worth(self, found: Relaxation) -> float:
        """Return the rows' share of the dual bound; -inf if sums would not be exact."""
        largest = abs(found.nodes).max(initial=0.0) + found.cuts.sum()
        if 4 * largest >= EXACT:
            return float("-inf")
        least = sum(int(c.least) * int(p) for c, p in zip(self.cuts, found.cuts, strict=True))
        return float(2 * whole_sum(found.nodes) + least)


def whole_sum(numbers: "Array") -> int:
    """Return the exact sum of whole numbers."""
    return sum(map(int, numbers.tolist()))


@contextmanager
def quiet_stdout() -> Iterator[None]:
    """Discard what a library's native code prints on standard output."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # standard output is closed
        yield
        return
    try:
        with open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _degrees(edges: Edges) -> Any:
    """Return a row a node, 1 where an edge ends there."""
    import numpy as np
    from scipy.sparse import csr_array

    columns = np.arange(len(edges.i))
    where = (np.concatenate([edges.i, edges.j]), np.concatenate([columns] * 2))
    return csr_array((np.ones(2 * len(columns)), where), shape=(edges.size, len(columns)))


def _nothing(rows: int, columns: int) -> Any:
    from scipy.sparse import csr_array

    return csr_array((rows, columns))


def _with(form: SymmetricForm, edges: Edges, i: "Array", j: "Array") -> Edges:
    """Return the edges and some more."""
    import numpy as np

    keys = np.unique(np.concatenate([edges.keys, i * edges.size + j]))
    a, b = keys // edges.size, keys % edges.size
    forced = np.isin(keys, edges.keys[edges.forced])
    return Edges(edges.size, a, b, form.pairs(a, b), forced, edges.radius)


def _only_forced(edges: Edges) -> Edges:
    at = edges.forced
    return Edges(
        edges.size, edges.i[at], edges.j[at], edges.length[at], edges.forced[at], edges.radius
    )
