"""Proofs: a linear programme with subtour cuts, then branching on the edges that are left.

Dantzig, Fulkerson and Johnson (Operations Research 2, 1954). Edges enter the programme by their
reduced cost, and leave for good when it is more than what is left to gain. HiGHS does the solving.
"""

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelpers.tsp.bound import is_whole
from pyhelpers.tsp.candidates import Edges, candidate_edges
from pyhelpers.tsp.cuts import Cut, components, cut_rows, violated_cuts
from pyhelpers.tsp.symmetric import Symmetric

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

CANDIDATES = 8
ENTERING = 2_000  # edges that enter the programme at a time
TOLERANCE = 1e-7  # of a reduced cost that is below zero
RELATIVE = 1e-6  # what counts as shorter where distances are not whole


@dataclass(frozen=True)
class Proof:
    """What a proof came to.

    Attributes
    ----------
    tour : array of int, shape (n,)
        A shortest tour if proved; else the one that was given, or a shorter one met on the way.
    bound : float
        No tour is shorter.
    proved : bool
    """

    tour: "Array"
    bound: float
    proved: bool


class Programme:
    """The linear programme: edges, the cuts found so far, and the time left."""

    def __init__(self, form: Symmetric, tour: "Array", until: float) -> None:
        self.form, self.until = form, until
        self.edges = candidate_edges(form, tour, CANDIDATES)
        self.cuts: list[Cut] = []

    def left(self) -> float:
        """Return the seconds left; a TimeoutError when there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def solve(self) -> "tuple[Array, Array, Array]":
        """Return how much of each edge is taken, and the prices of nodes and of cuts."""
        import numpy as np
        from scipy.optimize import linprog

        edges = self.edges
        rows = cut_rows(edges, self.cuts)
        least = np.array([cut.least for cut in self.cuts])
        found: Any = linprog(
            edges.length,
            A_ub=-rows if self.cuts else None,
            b_ub=-least if self.cuts else None,
            A_eq=_degrees(edges),
            b_eq=np.full(edges.size, 2.0),
            bounds=np.stack([edges.forced.astype(float), np.ones(len(edges.i))], axis=1),
            method="highs",
            options={"time_limit": self.left()},
        )
        if found.x is None or found.status != 0:
            raise TimeoutError
        prices = np.maximum(-found.ineqlin.marginals, 0) if self.cuts else least
        return found.x, found.eqlin.marginals, prices

    def tighten(self) -> "tuple[Array, Array]":
        """Add cuts and edges until none is missing; return the prices of nodes and of cuts."""
        while True:
            taken, nodes, cuts = self.solve()
            fresh = violated_cuts(self.edges, taken)
            if fresh:
                self.cuts += fresh
            elif not self._enter(nodes, cuts):
                return nodes, cuts

    def _enter(self, nodes: "Array", cuts: "Array") -> bool:
        """Take in the edges that the prices make worth while; False when there is none."""
        import numpy as np

        i, j, reduced = self._all_reduced(nodes, cuts, -TOLERANCE * (1 + abs(nodes).max()))
        fresh = ~np.isin(i * self.form.size + j, self.edges.keys)
        i, j, reduced = i[fresh], j[fresh], reduced[fresh]
        if not len(i):
            return False
        best = np.argsort(reduced, kind="stable")[:ENTERING]
        self.edges = _with(self.form, self.edges, i[best], j[best])
        return True

    def _all_reduced(
        self, nodes: "Array", cuts: "Array", most: float
    ) -> "tuple[Array, Array, Array]":
        """Return the edges, of all that there are, whose reduced cost is at most so much."""
        import numpy as np

        found = []
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
            found.append((i[below] + begin, j[below], cost[i[below], j[below]]))
        i, j, cost = (np.concatenate(part) for part in zip(*found, strict=True))
        return i, j, cost

    def sure(self, nodes: "Array", cuts: "Array", upper: float) -> tuple[float, Edges]:
        """Return the bound that any prices prove, and the edges a tour shorter than upper may use.

        Any prices on nodes and any from zero up on cuts: what they leave of an edge's length is
        taken whole where it is below zero, so that no tolerance of the solver counts.
        """
        import numpy as np

        edges = self.edges
        i, j, reduced = self._all_reduced(nodes, cuts, 0.0)
        forced = np.isin(i * edges.size + j, edges.keys[edges.forced])
        least = [cut.least * price for cut, price in zip(self.cuts, cuts, strict=True)]
        bound = 2 * math.fsum(nodes) + math.fsum(least) + math.fsum(reduced[~forced])
        bound += self._forced_cost(nodes, cuts)
        i, j, _ = self._all_reduced(nodes, cuts, upper - bound)
        kept = _with(self.form, _only_forced(edges), i, j)
        return bound, kept

    def _forced_cost(self, nodes: "Array", cuts: "Array") -> float:
        import numpy as np

        edges = self.edges
        at = np.flatnonzero(edges.forced)
        cost = edges.length[at] - nodes[edges.i[at]] - nodes[edges.j[at]]
        return math.fsum(cost - (cut_rows(edges, self.cuts).T @ cuts)[at])


def prove(form: Symmetric, tour: "Array", seconds: float) -> Proof:
    """Prove a tour to be a shortest, or find one that is.

    Parameters
    ----------
    tour : array of int, shape (n,)
        A short closed tour over the form's nodes.
    seconds : float
        When they are up, the bound is what was proved by then.
    """
    length, bound = form.length(tour), 0.0
    upper = _shorter(form, length)
    programme = Programme(form, tour, time.monotonic() + seconds)
    try:
        nodes, cuts = programme.tighten()
        bound, kept = programme.sure(nodes, cuts, upper)
        if bound > upper:
            return Proof(tour, length, True)
        better = _branch(programme, kept, upper)
    except TimeoutError:
        return Proof(tour, bound, False)
    if better is None:
        return Proof(tour, length, True)
    found = form.length(better)
    return Proof(better, found, True)


def _shorter(form: Symmetric, length: float) -> float:
    """Return the length of the longest tour that would count as shorter."""
    return length - 0.5 if is_whole(form.problem) else length * (1 - RELATIVE)


def _branch(programme: Programme, edges: Edges, upper: float) -> "Array | None":
    """Return a shortest tour over the edges that are left, if one is below `upper`."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    cuts = programme.cuts
    lower = edges.forced.astype(float)
    while True:
        rows = [LinearConstraint(_degrees(edges), 2, 2)]
        rows.append(LinearConstraint(edges.length[None, :], -np.inf, upper))
        if cuts:
            least = [cut.least for cut in cuts]
            rows.append(LinearConstraint(cut_rows(edges, cuts), least, np.inf))
        found: Any = milp(
            edges.length,
            constraints=rows,
            integrality=np.ones(len(edges.i)),
            bounds=Bounds(lower, np.ones(len(edges.i))),
            options={"time_limit": programme.left(), "mip_rel_gap": 0.0},
        )
        if found.status == 2:  # there is no such choice of edges
            return None
        if found.status != 0 or found.x is None:
            raise TimeoutError
        chosen = found.x > 0.5
        parts = components(edges, chosen)
        if not parts:
            return _walk(edges, chosen)
        cuts = cuts + [Cut(side, np.empty(0, dtype=np.int64)) for side in parts]


def _degrees(edges: Edges) -> Any:
    """Return a row a node, 1 where an edge ends there."""
    import numpy as np
    from scipy.sparse import csr_array

    columns = np.arange(len(edges.i))
    where = (np.concatenate([edges.i, edges.j]), np.concatenate([columns] * 2))
    return csr_array((np.ones(2 * len(columns)), where), shape=(edges.size, len(columns)))


def _with(form: Symmetric, edges: Edges, i: "Array", j: "Array") -> Edges:
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


def _walk(edges: Edges, chosen: "Array") -> "Array":
    """Return the tour that the chosen edges are."""
    import numpy as np

    links: list[list[int]] = [[] for _ in range(edges.size)]
    for a, b in zip(edges.i[chosen].tolist(), edges.j[chosen].tolist(), strict=True):
        links[a].append(b)
        links[b].append(a)
    tour, before = [0], -1
    while len(tour) < edges.size:
        here = tour[-1]
        onward = links[here][0] if links[here][0] != before else links[here][1]
        before = here
        tour.append(onward)
    return np.array(tour)
