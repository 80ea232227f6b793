"""Search for short tours within a time limit, or a number of kicks where results must repeat."""

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhelpers import KitError
from pyhelpers.machine import machine_memory, missing
from pyhelpers.tsp import compiled_search, fast_tsp_library
from pyhelpers.tsp.candidate_edges import FEW, Neighbours, nearest
from pyhelpers.tsp.construction import first_order, greedy_edges
from pyhelpers.tsp.distances import PointDistances
from pyhelpers.tsp.far_cities import improve_groups, less, longest_short_leg, shared_costs
from pyhelpers.tsp.kept_tour import Incumbent, KeptTour, Report
from pyhelpers.tsp.local_search import local_search
from pyhelpers.tsp.symmetric import SymmetricForm
from pyhelpers.tsp.windows import improve_by_windows, round_seconds

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array

CANDIDATES = 8  # neighbours tried for each node
FAST_BYTES, FAST_SHARE = 4, 0.5  # of a pair of nodes in fast-tsp; of the memory that it may take
FAST_SECONDS = 8e-9  # for a pair of nodes, to compute their distance
FAST_A_NODE = 2e-4  # seconds for a node, below which fast-tsp is not better than 2-opt and Or-opt
GREEDY_SECONDS = 1e-5  # for a node, to start with short edges
IMPROVE_SECONDS = 2e-5  # for a node, to improve a tour in true distances
KICKS_A_NODE, MOST_KICKS = 20, 40_000  # of a search whose result is repeatable
COMPILED_NODES, LEAST_COMPILED = 100, 1_000  # nodes, kicks from which its import is worth its time
COMPILED_FIRST = 8_000  # nodes from which it is imported before the clock starts
COMPILED_KICKS, MOST_COMPILED_KICKS = 100, 2_000_000  # a node, and in all, of a compiled search
LEAST_SECONDS, MOST_SECONDS, CITIES_A_SECOND = 0.3, 60.0, 200
FOR_A_PROOF = 0.25  # share of a given time for the search before a proof
LEAST_SHARE, MOST_SHARE, BOUND_A_NODE = 0.1, 0.2, 1e-4  # of a given time for a bound; seconds
LEAST_BOUND, BEFORE_A_PROOF = 3.0, 0.5  # seconds for a bound
CUT_NODES, CUT_SECONDS, CUT_SHARE = 1_500, 5.0, 0.3  # of bounds by cuts; the share of a time
BETWEEN = 0.4  # share of the time for near cities where others are far away
LEAST_SLICE = 0.05  # seconds of fast-tsp, where preparations have used up the time
KICKING_A_NODE = 1e-4  # processor seconds for a node, after which windows gain more than kicks
KICKING_SHARE = 2  # times that, below which there is no time for windows
METHODS = {
    "fast": "fast-tsp",
    "windows": "local search and fast-tsp in windows",
    "local": "2-opt and Or-opt",
    "compiled": "Lin-Kernighan moves",
}
LARGE = 8_000  # nodes of a tour that small windows shorten faster than a search of all
WINDOWS_SHARE, WINDOWS_ROUNDS = 0.4, 3  # of the time for them, at most; rounds over all cities


@dataclass(frozen=True)
class SearchOptions:
    """Options of a search.

    Attributes
    ----------
    method : {"auto", "greedy", "exact", "local", "fast"}
    seconds : float or None
        Time limit of all together: search, bound and proof; None: by the number of cities.
    seed : int or None
        If given, the route is the same on every run, by kicks in place of seconds.
    kicks : int or None
        Number of kicks with a seed; None: `_most_kicks`.
    simulations : int
        Number of random starts of the greedy method.
    jobs : int
        Number of threads.
    prove : bool or None
        Whether to search until the route is proved optimal; None: for a limited time when there
        are few cities and no seed.
    bound : bool
        Whether to compute a lower bound.
    begin : float
        When the time limit began, by `time.monotonic`.
    kept : KeptTour or None
        Where the best tour is kept, and what was kept before.
    """

    method: str = "auto"
    seconds: float | None = None
    seed: int | None = None
    kicks: int | None = None
    simulations: int = 25
    jobs: int = 1
    prove: bool | None = None
    bound: bool = True
    begin: float = field(default_factory=time.monotonic, repr=False)
    kept: KeptTour | None = field(default=None, repr=False)

    def search_until(self, nodes: int, proving: bool) -> float:
        """Return when the search ends; what follows gets the rest of a given time.

        A proof needs the most of it: the search of a small problem gains little by more time.
        """
        usual = min(MOST_SECONDS, max(LEAST_SECONDS, nodes / CITIES_A_SECOND))
        if self.seconds is None:
            return time.monotonic() + usual
        if proving:
            return self.begin + min(usual, self.seconds * FOR_A_PROOF)
        if not self.bound:
            return self.begin + self.seconds
        wanted = max(self.seconds * LEAST_SHARE, BOUND_A_NODE * nodes)
        wanted = min(wanted, self.seconds * MOST_SHARE)
        if self.cutting(nodes):
            wanted = min(CUT_SECONDS, self.seconds * CUT_SHARE)
        return self.begin + self.seconds - wanted

    def cutting(self, nodes: int) -> bool:
        """Return whether cuts raise the bound: of few nodes, and where results need not repeat."""
        wanted = self.bound and self.prove is not False and self.method != "greedy"
        return wanted and self.seed is None and nodes <= CUT_NODES

    def bound_until(self, nodes: int, proving: bool) -> float:
        """Return when the computation of a lower bound ends."""
        if self.seconds is None:
            usual = max(LEAST_BOUND, min(MOST_SECONDS, nodes / CITIES_A_SECOND) / 2)
            if self.cutting(nodes):
                usual = CUT_SECONDS / 3
            return time.monotonic() + (BEFORE_A_PROOF if proving else usual)
        now = time.monotonic()
        left = self.begin + self.seconds - now
        if proving:
            return now + min(BEFORE_A_PROOF, left / 5)
        return now + (left / 3 if self.cutting(nodes) else left)

    def proof_until(self, seconds: float) -> float:
        """Return when a proof ends: by the given time, else after some seconds."""
        if self.seconds is None:
            return time.monotonic() + seconds
        return self.begin + self.seconds


def search(
    form: SymmetricForm, options: SearchOptions, report: Report, until: float
) -> "tuple[Array, str, bool]":
    """Return a closed tour over the nodes, its method, and whether Ctrl-C ended the search.

    Parameters
    ----------
    until : float
        When the search ends, by `time.monotonic`.
    """
    best = Incumbent(form, report, options.kept, options.begin)
    before = None if options.kept is None else options.kept.tour
    method, interrupted = _method(form, options, until), False
    try:
        near = nearest(form.base, CANDIDATES)
        given = math.inf if options.seconds is None else until
        best.take(_start(form, near, given) if before is None else before)
        if method == "fast":
            _fast(form, near, best, options, until)
        elif method == "windows":
            _windows(form, near, best, options.jobs, until)
        elif _compiled(form, options, until):
            method = "compiled"
            _kicks(form, near, best, options, until)
        else:
            _local(form, near, best, options, until)
    except KeyboardInterrupt:
        if best.tour is None:
            raise
        interrupted = True
    assert best.tour is not None
    return best.tour, METHODS[method], interrupted


def _start(form: SymmetricForm, near: Neighbours, until: float) -> "Array":
    """Return a tour of short edges; of strips, where the time left is too short for that."""
    if until - time.monotonic() < GREEDY_SECONDS * form.size:
        return form.tour(first_order(form.problem))
    return greedy_edges(form, near)


def _method(form: SymmetricForm, options: SearchOptions, until: float) -> str:
    """Return which of `METHODS` takes the problem."""
    if options.method == "fast":
        if not fast_tsp_library.available():
            raise missing("fast-tsp")
        if options.seed is not None:
            raise KitError("--method fast takes no --seed; use --method local", 2)
        return "fast"
    repeatable = options.seed is not None or options.kicks is not None
    if options.method not in ("auto", "exact") or repeatable or not fast_tsp_library.available():
        return "local"
    pairs, seconds = form.size**2, until - time.monotonic()
    if (
        form.size > FEW
        and seconds < FAST_A_NODE * form.size
        and isinstance(form.base, PointDistances)
    ):
        return "windows"
    if pairs * FAST_BYTES < machine_memory() * FAST_SHARE and pairs * FAST_SECONDS < max(
        seconds / 2, LEAST_SLICE
    ):
        return "fast"
    return "windows" if isinstance(form.base, PointDistances) else "local"


def _most_kicks(form: SymmetricForm, options: SearchOptions, compiled: bool) -> float:
    """Return the number of kicks; infinite where the time ends the search."""
    if options.kicks is not None:
        return options.kicks
    if options.seed is None:
        return math.inf
    if compiled:
        return min(COMPILED_KICKS * form.size, MOST_COMPILED_KICKS)
    return min(KICKS_A_NODE * form.size, MOST_KICKS)


def _compiled(form: SymmetricForm, options: SearchOptions, until: float) -> bool:
    """Return whether kicks are compiled: with a seed that depends on their number alone."""
    most = _most_kicks(form, options, compiled=True)
    seconds = until - time.monotonic() if math.isinf(most) else math.inf
    worth = form.size >= COMPILED_NODES and most >= LEAST_COMPILED
    return worth and compiled_search.ready(seconds)


def _kicks(
    form: SymmetricForm, near: Neighbours, best: Incumbent, options: SearchOptions, until: float
) -> None:
    """Search by compiled kicks: as many as given, else until the time is up."""
    assert best.tour is not None
    most = _most_kicks(form, options, compiled=True)
    ends = until if math.isinf(most) else math.inf
    how = near, options.seed or 0, most, ends, options.jobs
    best.take(compiled_search.compiled_search(form, best.tour, *how, best.take))


def _local(
    form: SymmetricForm, near: Neighbours, best: Incumbent, options: SearchOptions, until: float
) -> None:
    """Search by 2-opt, Or-opt and kicks: as many as given, else until the time is up."""
    most = _most_kicks(form, options, compiled=False)

    def go_on(done: int) -> bool:
        return done < most if math.isfinite(most) else time.monotonic() < until

    assert best.tour is not None
    ends = math.inf if math.isfinite(most) else until
    best.take(local_search(form, best.tour, near, options.seed or 0, go_on, best.take, ends))


def _windows(
    form: SymmetricForm, near: Neighbours, best: Incumbent, jobs: int, until: float
) -> None:
    """Search by kicks, or by 2-opt and Or-opt once, then with fast-tsp in windows of the tour."""
    assert best.tour is not None
    left = until - time.monotonic()
    compiled = form.size >= COMPILED_FIRST and compiled_search.ready(left)
    if compiled:
        kicking = KICKING_A_NODE * form.size / jobs
        ends = until - left + kicking if left > KICKING_SHARE * kicking else until
        how = near, 0, math.inf, ends, jobs
        best.take(compiled_search.compiled_search(form, best.tour, *how, best.take))
    else:
        best.take(_improved(form, near, best, until))
    improve_by_windows(form, best.tour, until - time.monotonic(), jobs, best.take, good=compiled)


def _improved(form: SymmetricForm, near: Neighbours, best: Incumbent, until: float) -> "Array":
    """Return the best tour after moves in true distances."""
    assert best.tour is not None
    if form.size >= COMPILED_FIRST and compiled_search.ready(until - time.monotonic()):
        how = near, 0, 0, math.inf, 1
        return compiled_search.compiled_search(form, best.tour, *how, best.take)
    return local_search(form, best.tour, near, 0, lambda done: False, best.take, until)


def _windows_seconds(form: SymmetricForm, jobs: int, seconds: float) -> float:
    """Return the part of a time in which windows shorten a large tour better than fast-tsp."""
    if form.size < LARGE or not isinstance(form.base, PointDistances):
        return 0.0
    return min(seconds * WINDOWS_SHARE, WINDOWS_ROUNDS * round_seconds(form.size, jobs))


def _fast(
    form: SymmetricForm, near: Neighbours, best: Incumbent, options: SearchOptions, until: float
) -> None:
    """Search with fast-tsp, then improve in true distances, which 16 bits cannot represent."""
    assert best.tour is not None
    costs = shared_costs(form, near)
    if costs is None:
        cap = fast_tsp_library.cap(form, best.tour)
        matrix = fast_tsp_library.scaled_matrix(form, cap, options.jobs)
    else:
        matrix = fast_tsp_library.in_16_bits(less(form, costs), best.tour, form.base.size)
    begin = time.monotonic()
    seconds = max(LEAST_SLICE, until - begin - IMPROVE_SECONDS * form.size)
    seconds -= (late := _windows_seconds(form, options.jobs, seconds))
    groups = BETWEEN if math.isfinite(longest_short_leg(form, best.tour)) else 0.0
    parts = fast_tsp_library.slices(seconds, form.size, doubling=options.kept is not None)
    if len(parts) == 1:  # else the first finds a better tour for Ctrl-C
        best.take(_improved(form, near, best, until))
    for part in parts:
        best.take(fast_tsp_library.find_tour(matrix, part * (1 - groups), options.jobs))
        if groups:
            best.take(improve_groups(form, best.tour, near, part * groups / 2))
            ends = time.monotonic() + part * groups / 2  # kicks move the ends of long legs, too
            go_on = lambda done, ends=ends: time.monotonic() < ends  # noqa: E731
            best.take(local_search(form, best.tour, near, 0, go_on, best.take, ends))
    if late:
        improve_by_windows(form, best.tour, late, options.jobs, best.take, good=True)
    best.take(_improved(form, near, best, until))
