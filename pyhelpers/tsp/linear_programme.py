"""Linear programme of tours: edges and cuts are added as needed, and bounds are exact.

Dantzig, Fulkerson and Johnson (Operations Research 2, 1954). HiGHS solves it in floating point.
Only the bound that its dual prices prove is used, computed again in whole numbers, which holds for
any prices.
"""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers.tsp.candidate_edges import Edges, candidate_edges
from pyhelpers.tsp.grid import BITS, EXACT
from pyhelpers.tsp.simplex import Simplex, Solved
from pyhelpers.tsp.subtour_cuts import Cut, cut_rows, subtour_cuts
from pyhelpers.tsp.symmetric import SymmetricForm

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

CANDIDATES = 8
ENTERING = 2_000  # edges that enter the programme at a time
SOLVER_BITS = 20  # of a tour's length in the solver, whose tolerances are absolute
UNITS = 2.0 ** (BITS - SOLVER_BITS)  # of the grid in one of the solver's
PENALTY = 2.0 ** (SOLVER_BITS + 4)  # of a violated row
TOLERANCE = 1e-7  # of a reduced cost that is below zero
PATIENCE, MOST_IDLE = 12, 20  # solutions; cuts that are dropped together


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
        self._rows: Any = None
        self._simplex: Simplex | None = None
        self._idle: list[int] = []  # solutions in turn in which each cut was not tight

    def left(self) -> float:
        """Return the seconds left; a TimeoutError when there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def add(self, cuts: list[Cut]) -> bool:
        """Add those cuts that are not there yet; return False when there are none.

        A cut that does not hold for every tour raises an error: bounds would be wrong.
        """
        from scipy.sparse import vstack

        known = {cut.key for cut in self.cuts}
        fresh = [cut for cut in cuts if cut.key not in known]
        if not fresh:
            return False
        if not all(cut.holds() for cut in fresh):
            raise ValueError("a cut that does not hold for every tour")
        rows, least = cut_rows(self.edges, fresh), _least(fresh)
        if self._simplex is not None:
            self._simplex.add_rows(rows, least)
            self._rows = vstack([self._rows, rows], format="csr")
        self.cuts += fresh
        self._idle += [0] * len(fresh)
        return True

    def forget(self) -> None:
        """Drop cuts that were not tight in some solutions in turn."""
        import numpy as np

        idle = np.array(self._idle, dtype=int) > PATIENCE
        if self._simplex is None or idle.sum() < MOST_IDLE:
            return
        self._simplex.delete_rows(self.edges.size + np.flatnonzero(idle))
        self._rows = self._rows[~idle]
        kept = np.flatnonzero(~idle).tolist()
        self.cuts = [self.cuts[number] for number in kept]
        self._idle = [self._idle[number] for number in kept]

    def take_edges(self, edges: Edges) -> None:
        """Take other edges; the next solution begins without a basis."""
        self.edges, self._simplex, self._rows = edges, None, None

    def solve(self, low: "Array | None" = None, high: "Array | None" = None) -> Relaxation:
        """Solve the programme over its edges, each between `low` and `high`.

        Where it is infeasible, rows may be violated at a penalty: the prices then prove that it is.
        """
        import numpy as np

        low = self.edges.forced.astype(float) if low is None else low
        high = np.ones(len(low)) if high is None else high
        simplex = self.simplex()
        simplex.limit(low, high)
        found = simplex.solve(self.left())
        feasible = found.status != "infeasible"
        if not feasible:
            found = self._elastic(low, high)
        if found.status != "optimal":
            raise TimeoutError
        size = self.edges.size
        prices = np.maximum(found.prices[size:], 0)
        tight = prices > TOLERANCE
        self._idle = np.where(tight, 0, np.array(self._idle, dtype=int) + 1).tolist()
        return Relaxation(
            found.taken[: len(low)],
            np.rint(found.prices[:size] * UNITS),
            np.rint(prices * UNITS),
            found.value * UNITS if feasible else np.inf,
        )

    def simplex(self) -> Simplex:
        """Return the solver with all rows, those of the nodes first."""
        import numpy as np
        from scipy.sparse import vstack

        if self._simplex is None:
            self._rows = cut_rows(self.edges, self.cuts)
            rows = vstack([_degrees(self.edges), self._rows], format="csr")
            twos, endless = np.full(self.edges.size, 2.0), np.full(len(self.cuts), np.inf)
            least = np.append(twos, _least(self.cuts))
            most = np.append(twos, endless)
            length = self.edges.length / UNITS
            self._simplex = Simplex(length, rows, least, most)
        return self._simplex

    def _elastic(self, low: "Array", high: "Array") -> Solved:
        """Solve with each row violated at a penalty."""
        import numpy as np
        from scipy.sparse import csr_array, eye_array, hstack, vstack

        edges, size, many = self.edges, self.edges.size, len(self.cuts)
        rows = vstack([_degrees(edges), self._rows], format="csr")
        nothing = csr_array((many, size))
        less = vstack([-eye_array(size), nothing], format="csr")
        rows = hstack([rows, eye_array(size + many), less], format="csr")
        twos = np.full(size, 2.0)
        least, most = np.append(twos, _least(self.cuts)), np.append(twos, np.full(many, np.inf))
        cost = np.append(edges.length / UNITS, np.full(2 * size + many, PENALTY))
        simplex = Simplex(cost, rows, least, most)
        free = 2 * size + many
        simplex.limit(np.append(low, np.zeros(free)), np.append(high, np.full(free, np.inf)))
        return simplex.solve(self.left())

    def tighten(self) -> Relaxation:
        """Add subtour cuts and edges of negative reduced cost until there are none."""
        while True:
            found = self.solve()
            if self.add(subtour_cuts(self.edges, found.taken)):
                self.forget()
            elif not self._enter(found):
                return found

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
        self.take_edges(_with(self.form, self.edges, i[best], j[best]))
        return True

    def _all_reduced(self, found: Relaxation, most: float) -> "tuple[Array, Array, Array]":
        """Return all edges whose reduced cost is at most `most`."""
        import numpy as np

        parts, nodes = [], found.nodes
        priced = np.flatnonzero(found.cuts).tolist()
        none = np.empty((0, self.form.size), dtype=bool)
        sets = np.concatenate([none, *(self.cuts[number].sets for number in priced)])
        sizes = [len(self.cuts[number].sets) for number in priced]
        prices, sides = np.repeat(found.cuts[priced], sizes), sets.astype(float)
        rows = max(1, (1 << 22) // self.form.size)
        for begin in range(0, self.form.size, rows):
            end = min(begin + rows, self.form.size)
            here = sides[:, begin:end]
            # A set's price counts where just one end of the edge is within.
            crossing = (here * prices[:, None]).T @ (1 - sides)
            crossing += ((1 - here) * prices[:, None]).T @ sides
            cost = self.form.block(begin, end) - nodes[begin:end, None] - nodes - crossing
            i, j = np.nonzero(cost <= most)
            below = i + begin < j
            parts.append((i[below] + begin, j[below], cost[i[below], j[below]]))
        i, j, cost = (np.concatenate(part) for part in zip(*parts, strict=True))
        return i, j, cost

    def drop_edges(self, found: Relaxation, bound: float, target: float) -> None:
        """Drop edges whose reduced cost exceeds what is left between a bound and `target`."""
        edges = self.edges
        kept = edges.forced | (bound + self.reduced(found) <= target)
        self.take_edges(edges.some(kept))

    def restrict(self, found: Relaxation, target: float) -> float:
        """Return the bound over all edges; keep those that a tour up to `target` may contain."""
        import numpy as np

        edges = self.edges
        i, j, reduced = self._all_reduced(found, 0.0)
        forced = np.isin(i * edges.size + j, edges.keys[edges.forced])
        bound = self._rows_worth(found) + whole_sum(reduced[~forced])
        bound += whole_sum(self.reduced(found)[edges.forced])
        i, j, _ = self._all_reduced(found, target - bound)
        self.take_edges(_with(self.form, edges.some(edges.forced), i, j))
        return bound

    def reduced(self, found: Relaxation) -> "Array":
        """Return the reduced cost of each edge."""
        edges = self.edges
        cost: Array = edges.length - found.nodes[edges.i] - found.nodes[edges.j]
        cost -= self._rows.T @ found.cuts
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
        sets = sum(len(c.sets) * p for c, p in zip(self.cuts, found.cuts, strict=True))
        largest = abs(found.nodes).max(initial=0.0) + sets
        if 4 * largest >= EXACT:
            return float("-inf")
        least = sum(c.least * int(p) for c, p in zip(self.cuts, found.cuts, strict=True))
        return float(2 * whole_sum(found.nodes) + least)


def whole_sum(numbers: "Array") -> int:
    """Return the exact sum of whole numbers."""
    return sum(map(int, numbers.tolist()))


def _least(cuts: list[Cut]) -> "Array":
    import numpy as np

    return np.array([cut.least for cut in cuts], dtype=float)


def _degrees(edges: Edges) -> Any:
    """Return a row a node, 1 where an edge ends there."""
    import numpy as np
    from scipy.sparse import csr_array

    columns = np.arange(len(edges.i))
    where = (np.concatenate([edges.i, edges.j]), np.concatenate([columns] * 2))
    return csr_array((np.ones(2 * len(columns)), where), shape=(edges.size, len(columns)))


def _with(form: SymmetricForm, edges: Edges, i: "Array", j: "Array") -> Edges:
    """Return the edges and some more."""
    import numpy as np

    keys = np.unique(np.concatenate([edges.keys, i * edges.size + j]))
    a, b = keys // edges.size, keys % edges.size
    forced = np.isin(keys, edges.keys[edges.forced])
    return Edges(edges.size, a, b, form.pairs(a, b), forced, edges.radius)
