"""Branch and cut: a linear programme with subtour cuts, then branching on fractional edges.

A subproblem is pruned only by a bound in whole numbers (`linear_programme`), never by a value of
the solver; a tour is accepted only by its length.
"""

import heapq
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyhelpers.tsp.candidate_edges import Edges
from pyhelpers.tsp.comb_cuts import comb_cuts
from pyhelpers.tsp.grid import BITS, Grid, grid_of
from pyhelpers.tsp.linear_programme import UNITS, LinearProgramme, Relaxation
from pyhelpers.tsp.simplex import available
from pyhelpers.tsp.subtour_cuts import component_cuts, subtour_cuts
from pyhelpers.tsp.symmetric import SymmetricForm

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

RELATIVE = 1e-9  # least relative gain of a shorter tour, where distances are not whole
WHOLE = 1e-6  # tolerance within which an edge's value is 0 or 1
PREPARE_SECONDS = 1e-4  # for a node: candidate edges, and a first solution
ROUNDS = 30  # of cuts at a node of the tree
COMBS = 60  # added at a time
STALLED, LEAST_RISE = 8, 0.01  # rounds in which the bound must close this share of the gap
SHRUNK = 0.7  # of the last gap: edges are dropped again
TRIED, PROBED = 10, 40  # edges tried for branching (strong branching), iterations for each branch


@dataclass(frozen=True)
class Proof:
    """The result of a proof.

    Attributes
    ----------
    tour : array of int, shape (n,)
        The tour that was given, or a shorter one that was found.
    bound : float
        No tour is shorter.
    proved : bool
        Whether the tour is proved to be shortest; if it is infinitely long, that there is none.
    """

    tour: "Array"
    bound: float
    proved: bool


def prove(form: SymmetricForm, tour: "Array", seconds: float) -> Proof:
    """Prove a tour to be a shortest, or find one that is.

    Parameters
    ----------
    tour : array of int, shape (n,)
        A short closed tour over the form's nodes; one over missing edges is infinitely long.
    seconds : float
        Time limit; when it is reached, the bound is the one proved by then.
    """
    length = form.length(tour)
    if length <= 0:
        return Proof(tour, length, True)
    if not available() or seconds < PREPARE_SECONDS * form.size:
        return Proof(tour, 0.0, False)
    grid = grid_of(form, length if math.isfinite(length) else _longest_tour(form))
    tree = SearchTree(form, grid, tour, time.monotonic() + seconds)
    try:
        tree.search()
    except TimeoutError:
        return Proof(tree.tour, grid.length(tree.bound()), False)
    return Proof(tree.tour, form.length(tree.tour), True)


def _longest_tour(form: SymmetricForm) -> float:
    """Return a length that no tour over existing edges exceeds."""
    import numpy as np

    total = 1.0
    for node in range(form.size):
        row = form.block(node, node + 1)[0]
        total += float(row.max(where=np.isfinite(row), initial=0.0))
    return total


@dataclass(order=True)
class Subproblem:
    """A node of the search tree: the limits of each edge, and a lower bound of its tours."""

    bound: float
    number: int
    low: "Array"
    high: "Array"


class SearchTree:
    """Branch and bound over the edges, the subproblem with the lowest bound first."""

    def __init__(self, form: SymmetricForm, grid: Grid, tour: "Array", until: float) -> None:
        self.form, self.grid, self.tour = form, grid, tour
        self.length = form.length(tour)
        self.programme = LinearProgramme(grid.form, tour, until)
        self._open: list[Subproblem] = []
        self._part: Subproblem | None = None
        self._root, self._count = 0.0, 0

    @property
    def target(self) -> float:
        """Return the length, in units, up to which a tour counts as shorter."""
        if not math.isfinite(self.length):
            return 2.0**BITS
        units = self.grid.units(self.length)
        if self.grid.whole:
            return units - self.grid.units(1.0)
        return units * (1 - RELATIVE) + self.grid.slack

    def bound(self) -> float:
        """Return the lower bound known so far."""
        open_parts = [part.bound for part in (self._part, *self._open[:1]) if part is not None]
        return max(self._root, min(open_parts, default=self._root))

    def search(self) -> None:
        """Search the tree; `tour` is shortest when it ends."""
        import numpy as np

        programme = self.programme
        self._root = programme.restrict(programme.tighten(), self.target)
        if self._root > self.target:
            return
        self._cut_root()
        low = programme.edges.forced.astype(float)
        self._push(self._root, low, np.ones(len(low)))
        while self._open:
            self._part = heapq.heappop(self._open)
            if self._part.bound <= self.target:
                self._divide(self._part)
        self._part = None

    def _cut_root(self) -> None:
        """Add cuts at the root while they help, and drop the edges that cannot be in a tour."""
        import numpy as np

        programme, history, size = self.programme, [self._root], math.inf
        while True:
            low = programme.edges.forced.astype(float)
            high = np.ones(len(low))
            found = programme.solve(low, high)
            bound = programme.bound(found, low, high)
            self._root = max(self._root, bound)
            history.append(self._root)
            gap = self.target - self._root
            if gap < 0:
                return
            if gap < SHRUNK * size:  # a much smaller gap: fewer edges are needed
                programme.drop_edges(found, bound, self.target)
                size = gap
                continue
            if len(history) > STALLED and self._root - history[-STALLED] < LEAST_RISE * gap:
                break
            if not self._cut(found):
                break

    def _cut(self, found: Relaxation) -> bool:
        """Add violated cuts; return False when there are none.

        Minimum cuts take longest, so they are computed only where nothing else is found.
        """
        programme, edges = self.programme, self.programme.edges
        if programme.add(component_cuts(edges, found.taken)):
            return True
        tight = [c for c, p in zip(programme.cuts, found.cuts, strict=True) if p > 0]
        combs = comb_cuts(edges, found.taken, self.tour, tight, programme.until)[:COMBS]
        added = programme.add(combs) or programme.add(subtour_cuts(edges, found.taken))
        programme.forget()
        return added

    def _push(self, bound: float, low: "Array", high: "Array") -> None:
        self._count += 1
        heapq.heappush(self._open, Subproblem(bound, self._count, low, high))

    def _divide(self, part: Subproblem) -> None:
        """Tighten a subproblem with cuts; where it cannot be pruned, push its two branches."""
        low, high = part.low.copy(), part.high.copy()
        history = []
        for _ in range(ROUNDS):
            found = self.programme.solve(low, high)
            part.bound = max(part.bound, self.programme.bound(found, low, high))
            if part.bound > self.target:
                return
            self._fix(found, low, high)
            history.append(part.bound)
            gap = self.target - part.bound
            if len(history) > 3 and part.bound - history[-3] < 3 * LEAST_RISE * gap:
                break
            if not self._cut(found):
                break
        self._look(found)
        if part.bound > self.target:
            return
        edge = self._choose(found, low, high)
        for side in (0.0, 1.0):
            limits = low.copy(), high.copy()
            limits[0][edge] = limits[1][edge] = side
            self._push(part.bound, *limits)

    def _fix(self, found: Relaxation, low: "Array", high: "Array") -> None:
        """Fix the edges whose reduced cost exceeds the gap (reduced cost fixing)."""
        programme = self.programme
        bound = programme.bound(found, low, high)
        reduced = programme.reduced(found)
        free = low < high
        high[free & (bound + reduced > self.target)] = 0.0
        low[free & (bound - reduced > self.target)] = 1.0

    def _look(self, found: Relaxation) -> None:
        """Accept a solution that is a shorter tour."""
        chosen = found.taken > 0.5
        if (abs(found.taken - chosen) > WHOLE).any():
            return
        tour = walk(self.programme.edges, chosen)
        if tour is not None and self.form.length(tour) < self.length:
            self.tour, self.length = tour, self.form.length(tour)

    def _choose(self, found: Relaxation, low: "Array", high: "Array") -> int:
        """Return the edge to branch on: of a few near 1/2, the one that raises the bound most."""
        import numpy as np

        free = np.flatnonzero(low < high)
        if not len(free):
            raise TimeoutError  # only rounding errors are left: nothing is proved
        halfway = np.abs(found.taken[free] - 0.5)
        order = free[np.argsort(halfway, kind="stable")][:TRIED]
        order = order[np.abs(found.taken[order] - 0.5) < 0.5 - WHOLE]
        if len(order) < 2:
            return int(order[0]) if len(order) else int(free[halfway.argmin()])
        simplex = self.programme.simplex()
        simplex.limit(low, high)

        def worth(edge: int) -> float:
            left = self.programme.left()
            values = [simplex.probe(edge, side, left, PROBED) * UNITS for side in (0.0, 1.0)]
            values = [min(value, self.target) for value in values]
            return min(values) + max(values) / 8

        tried: list[int] = order.tolist()
        return max(tried, key=worth)


def walk(edges: Edges, chosen: "Array") -> "Array | None":
    """Return the tour that the chosen edges form; None when they do not form one."""
    import numpy as np

    links: list[list[int]] = [[] for _ in range(edges.size)]
    for a, b in zip(edges.i[chosen].tolist(), edges.j[chosen].tolist(), strict=True):
        links[a].append(b)
        links[b].append(a)
    if any(len(linked) != 2 for linked in links):
        return None
    tour, before = [0], -1
    while len(tour) < edges.size:
        here = tour[-1]
        onward = links[here][0] if links[here][0] != before else links[here][1]
        before = here
        if onward == 0:
            return None
        tour.append(onward)
    return np.array(tour)
