"""Search for short tours within a time limit, or a number of kicks where results must repeat."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyhelpers import KitError
from pyhelpers.machine import missing
from pyhelpers.tsp import fast_tsp_library
from pyhelpers.tsp.candidate_edges import FEW, Neighbours, nearest
from pyhelpers.tsp.construction import greedy_edges
from pyhelpers.tsp.distances import PointDistances
from pyhelpers.tsp.far_cities import improve_groups, less, longest_short_leg, shared_costs
from pyhelpers.tsp.local_search import local_search
from pyhelpers.tsp.symmetric import SymmetricForm
from pyhelpers.tsp.windows import improve_by_windows

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

CANDIDATES = 8  # neighbours tried for each node
FAST_NODES = 8_000  # above, fast-tsp's matrix is too large for a small machine
KICKS_A_NODE, MOST_KICKS = 10, 20_000  # of a search whose result is repeatable
LEAST_SECONDS, MOST_SECONDS, CITIES_A_SECOND = 0.3, 60.0, 200
BETWEEN = 0.4  # share of the time for near cities where others are far away
METHODS = {
    "fast": "fast-tsp",
    "windows": "2-opt, Or-opt and fast-tsp in windows",
    "local": "2-opt and Or-opt",
}
Report = Callable[[float, float], None]


@dataclass(frozen=True)
class SearchOptions:
    """Options of a search.

    Attributes
    ----------
    method : {"auto", "greedy", "exact", "local", "fast"}
    seconds : float or None
        Time limit; None: by the number of cities.
    seed : int or None
        If given, the route is the same on every run, by kicks in place of seconds.
    kicks : int or None
        Number of kicks with a seed; None: ten a node, at most 20,000.
    simulations : int
        Number of random starts of the greedy method.
    jobs : int
        Number of threads.
    prove : bool or None
        Whether to search until the route is proved optimal; None: for a limited time when there
        are few cities and no seed.
    """

    method: str = "auto"
    seconds: float | None = None
    seed: int | None = None
    kicks: int | None = None
    simulations: int = 25
    jobs: int = 1
    prove: bool | None = None

    def budget(self, size: int) -> float:
        """Return the seconds for the search; a proof gets the rest of them."""
        if self.seconds is not None:
            return self.seconds / 4 if self.prove else self.seconds
        return min(MOST_SECONDS, max(LEAST_SECONDS, size / CITIES_A_SECOND))

    def bound_seconds(self, size: int) -> float:
        """Return the seconds for a lower bound: half as many as for the search, at least three."""
        if self.prove and self.seconds is not None:
            return self.seconds / 8
        return max(3.0, self.budget(size) / 2)


class Incumbent:
    """The shortest route so far; `report` is called with each shorter one."""

    def __init__(self, form: SymmetricForm, report: Report) -> None:
        self.tour: Array | None = None
        self.length = float("inf")
        self._form, self._report, self._begin = form, report, time.monotonic()

    def seconds(self) -> float:
        """Return the time since the search began."""
        return time.monotonic() - self._begin

    def take(self, tour: "Array") -> None:
        """Keep a closed tour over the nodes if it is shorter."""
        length = self._form.length(tour)
        if self.tour is None or length < self.length:
            self.tour, self.length = tour, length
            if math.isfinite(length):  # else an edge is missing
                self._report(self.seconds(), length)


def search(
    form: SymmetricForm, options: SearchOptions, report: Report
) -> "tuple[Array, str, bool]":
    """Return a closed tour over the form's nodes, the method that found it, and whether Ctrl-C
    ended the search.
    """
    if form.size > FEW:
        import scipy.spatial  # noqa: F401 - imported before the clock starts
    best = Incumbent(form, report)
    method, interrupted = _method(form, options), False
    try:
        near = nearest(form.base, CANDIDATES)
        best.take(greedy_edges(form, near))
        if method == "fast":
            _fast(form, near, best, options)
        elif method == "windows":
            _windows(form, near, best, options)
        else:
            _local(form, near, best, options)
    except KeyboardInterrupt:
        if best.tour is None:
            raise
        interrupted = True
    assert best.tour is not None
    return best.tour, METHODS[method], interrupted


def _method(form: SymmetricForm, options: SearchOptions) -> str:
    """Return which of `METHODS` takes the problem."""
    if options.method == "fast":
        if not fast_tsp_library.available():
            raise missing("fast-tsp")
        if options.seed is not None:
            raise KitError("--method fast takes no --seed; use --method local", 2)
        return "fast"
    automatic = (
        options.method in ("auto", "exact") and options.seed is None and options.kicks is None
    )
    if not automatic or not fast_tsp_library.available():
        return "local"
    if form.size <= FAST_NODES:
        return "fast"
    return "windows" if isinstance(form.base, PointDistances) else "local"


def _local(form: SymmetricForm, near: Neighbours, best: Incumbent, options: SearchOptions) -> None:
    """Search by 2-opt, Or-opt and kicks: as many kicks as given, else until the time is up."""
    kicks = min(KICKS_A_NODE * form.size, MOST_KICKS) if options.kicks is None else options.kicks
    seconds = options.budget(form.size)
    by_kicks = options.seed is not None or options.kicks is not None

    def go_on(done: int) -> bool:
        return done < kicks if by_kicks else best.seconds() < seconds

    assert best.tour is not None
    best.take(local_search(form, best.tour, near, options.seed or 0, go_on, best.take))


def _windows(
    form: SymmetricForm, near: Neighbours, best: Incumbent, options: SearchOptions
) -> None:
    """Search by 2-opt and Or-opt once, then with fast-tsp in windows of the tour."""
    assert best.tour is not None
    best.take(local_search(form, best.tour, near, 0, lambda done: False, best.take))
    seconds = options.budget(form.size) - best.seconds()
    improve_by_windows(form, best.tour, seconds, options.jobs, best.take)


def _kick_until(form: SymmetricForm, near: Neighbours, best: Incumbent, seconds: float) -> None:
    """Search by kicks in true distances, which also move the ends of long legs."""
    assert best.tour is not None
    tour = local_search(form, best.tour, near, 0, lambda done: best.seconds() < seconds, best.take)
    best.take(tour)


def _fast(form: SymmetricForm, near: Neighbours, best: Incumbent, options: SearchOptions) -> None:
    """Search with fast-tsp, then improve in true distances, which 16 bits cannot represent."""
    assert best.tour is not None
    seconds = options.budget(form.size)
    costs = shared_costs(form, near)
    if costs is None:
        matrix = fast_tsp_library.scaled_matrix(form, fast_tsp_library.cap(form, best.tour))
    else:
        matrix = fast_tsp_library.in_16_bits(less(form, costs), best.tour, form.base.size)
    # On a busy machine the preparations may use up the budget: half of it is kept for the search.
    between = BETWEEN if math.isfinite(longest_short_leg(form, best.tour)) else 0.0
    for part in fast_tsp_library.slices(max(seconds - best.seconds(), seconds / 2)):
        best.take(fast_tsp_library.find_tour(matrix, part * (1 - between), options.jobs))
        if between:
            best.take(improve_groups(form, best.tour, near, part * between / 2))
            _kick_until(form, near, best, best.seconds() + part * between / 2)
    best.take(local_search(form, best.tour, near, 0, lambda done: False))
