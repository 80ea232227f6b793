"""Search: routes of any size within a budget of seconds, or of kicks where bytes must repeat."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyhelpers import KitError
from pyhelpers.extras import missing
from pyhelpers.tsp import fast_tsp_library
from pyhelpers.tsp.distances import PointDistances
from pyhelpers.tsp.greedy_edges import greedy_edges
from pyhelpers.tsp.local_search import local_search
from pyhelpers.tsp.neighbours import FEW, Neighbours, nearest
from pyhelpers.tsp.scales import improve_between_long_legs, less, long_legs, shared_costs
from pyhelpers.tsp.symmetric import Symmetric
from pyhelpers.tsp.windows import improve_by_windows

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

CANDIDATES = 8  # neighbours of each node that are tried
FAST_NODES = 8_000  # above, fast-tsp's matrix is too much for a small machine
KICKS_A_NODE, MOST_KICKS = 10, 20_000  # of a search that is to give the same bytes again
LEAST_SECONDS, MOST_SECONDS, CITIES_A_SECOND = 0.3, 60.0, 200
BETWEEN = 0.4  # of the time goes to near cities where others are far away
METHODS = {
    "fast": "fast-tsp",
    "windows": "2-opt, Or-opt and fast-tsp in windows",
    "local": "2-opt and Or-opt",
}
Better = Callable[[float, float], None]


@dataclass(frozen=True)
class Plan:
    """What a person asked for.

    Attributes
    ----------
    method : {"auto", "greedy", "exact", "local", "fast"}
    seconds : float or None
        None: by the number of cities.
    seed : int or None
        Given: the same route on every run, by kicks in place of seconds.
    kicks : int or None
        How many, when seeded; None: ten a node, 20,000 at most.
    simulations : int
        Of greedy starts.
    jobs : int
        Threads.
    prove : bool or None
        Whether to go on until the route is proved to be a shortest; None: for a while when
        there are few cities and no seed.
    """

    method: str = "auto"
    seconds: float | None = None
    seed: int | None = None
    kicks: int | None = None
    simulations: int = 25
    jobs: int = 1
    prove: bool | None = None

    def budget(self, size: int) -> float:
        """Return the seconds for a search among so many cities; a proof has the rest of them."""
        if self.seconds is not None:
            return self.seconds / 4 if self.prove else self.seconds
        return min(MOST_SECONDS, max(LEAST_SECONDS, size / CITIES_A_SECOND))

    def bound_seconds(self, size: int) -> float:
        """Return the seconds for a lower bound: half as long again, three at least."""
        if self.prove and self.seconds is not None:
            return self.seconds / 8
        return max(3.0, self.budget(size) / 2)


class Best:
    """The shortest route so far, and who is to hear of it."""

    def __init__(self, form: Symmetric, told: Better) -> None:
        self.tour: Array | None = None
        self.length = float("inf")
        self._form, self._told, self._begin = form, told, time.monotonic()

    def seconds(self) -> float:
        """Return the time since the search began."""
        return time.monotonic() - self._begin

    def take(self, tour: "Array") -> None:
        """Keep a closed tour over the nodes if it is shorter."""
        length = self._form.length(tour)
        if self.tour is None or length < self.length:
            self.tour, self.length = tour, length
            if math.isfinite(length):  # else it takes a way that there is not
                self._told(self.seconds(), length)


def search(form: Symmetric, plan: Plan, told: Better) -> "tuple[Array, str, bool]":
    """Return a closed tour over the form's nodes, the method that found it, and whether Ctrl-C
    ended the search.
    """
    if form.size > FEW:
        import scipy.spatial  # noqa: F401 - before the clock starts: start-up is no search
    best = Best(form, told)
    method, interrupted = _method(form, plan), False
    try:
        near = nearest(form.base, CANDIDATES)
        best.take(greedy_edges(form, near))
        if method == "fast":
            _fast(form, near, best, plan)
        elif method == "windows":
            _windows(form, near, best, plan)
        else:
            _local(form, near, best, plan)
    except KeyboardInterrupt:
        if best.tour is None:
            raise
        interrupted = True
    assert best.tour is not None
    return best.tour, METHODS[method], interrupted


def _method(form: Symmetric, plan: Plan) -> str:
    """Return which of `METHODS` takes the problem."""
    if plan.method == "fast":
        if not fast_tsp_library.available():
            raise missing("fast-tsp")
        if plan.seed is not None:
            raise KitError("--method fast takes no --seed; use --method local", 2)
        return "fast"
    automatic = plan.method in ("auto", "exact") and plan.seed is None and plan.kicks is None
    if not automatic or not fast_tsp_library.available():
        return "local"
    if form.size <= FAST_NODES:
        return "fast"
    return "windows" if isinstance(form.base, PointDistances) else "local"


def _local(form: Symmetric, near: Neighbours, best: Best, plan: Plan) -> None:
    """Search with our own code: by kicks when seeded, else until the time is up."""
    kicks = min(KICKS_A_NODE * form.size, MOST_KICKS) if plan.kicks is None else plan.kicks
    seconds = plan.budget(form.size)
    by_kicks = plan.seed is not None or plan.kicks is not None

    def go_on(done: int) -> bool:
        return done < kicks if by_kicks else best.seconds() < seconds

    assert best.tour is not None
    best.take(local_search(form, best.tour, near, plan.seed or 0, go_on, best.take))


def _windows(form: Symmetric, near: Neighbours, best: Best, plan: Plan) -> None:
    """Search with our own code once through, then with fast-tsp in windows of the tour."""
    assert best.tour is not None
    best.take(local_search(form, best.tour, near, 0, lambda done: False, best.take))
    seconds = plan.budget(form.size) - best.seconds()
    improve_by_windows(form, best.tour, seconds, plan.jobs, best.take)


def _kick_until(form: Symmetric, near: Neighbours, best: Best, seconds: float) -> None:
    """Search by kicks in true distances: where long legs begin and end is changed too."""
    assert best.tour is not None
    tour = local_search(form, best.tour, near, 0, lambda done: best.seconds() < seconds, best.take)
    best.take(tour)


def _fast(form: Symmetric, near: Neighbours, best: Best, plan: Plan) -> None:
    """Search with fast-tsp, then mend what its 16 bits did not see."""
    assert best.tour is not None
    seconds = plan.budget(form.size)
    costs = shared_costs(form, near)
    if costs is None:
        matrix = fast_tsp_library.scaled_matrix(form, fast_tsp_library.cap(form, best.tour))
    else:
        matrix = fast_tsp_library.in_16_bits(less(form, costs), best.tour, form.base.size)
    # On a busy machine the preparations may have eaten the budget: half of it is the search's.
    between = BETWEEN if long_legs(form, best.tour).any() else 0.0
    for part in fast_tsp_library.slices(max(seconds - best.seconds(), seconds / 2)):
        best.take(fast_tsp_library.find_tour(matrix, part * (1 - between), plan.jobs))
        if between:
            best.take(improve_between_long_legs(form, best.tour, part * between / 2))
            _kick_until(form, near, best, best.seconds() + part * between / 2)
    best.take(local_search(form, best.tour, near, 0, lambda done: False))
