"""Search by the compiled kernel: two searches at a time, whose tours are merged.

Both begin with the same tour and differ in their random numbers alone. A round ends with the best
parts of both, so that a result repeats whatever the number of threads.
"""

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhelpers.tsp.candidate_edges import Neighbours
from pyhelpers.tsp.distances import PointDistances
from pyhelpers.tsp.partition_crossover import shorter_of_both
from pyhelpers.tsp.symmetric import SymmetricForm

if TYPE_CHECKING:
    from pyhelpers.tsp.distances import Array
    from pyhelpers.tsp.kernel import Space

LEAST_NODES = 8
CHAINS = 2  # searches at a time
ROUNDS = 20  # of kicks, after each of which the tours are merged
SLICE, FIRST_SLICE = 500, 20_000  # kicks, or nodes, between two looks at the clock
WARMTH = 0.25  # of the mean edge: about what a kick may cost at the beginning
LIMIT = 50_000  # most places that a move rewrites
COMPILE_SECONDS, COMPILE_SHARE = 12.0, 4  # once; a search that waits for it is as many times longer
EPSILON = 1e-9  # of the longest edge: smaller gains may be rounding errors


def available() -> bool:
    """Return whether numba is installed, which compiles the kernel."""
    from importlib.util import find_spec

    return find_spec("numba") is not None


def ready(seconds: float) -> bool:
    """Return whether the kernel is compiled, or can be within a small part of some seconds."""
    if not available():
        return False
    from pyhelpers.tsp import kernel

    return seconds > COMPILE_SHARE * COMPILE_SECONDS or kernel.kept()


def space_of(form: SymmetricForm, tour: "Array", near: Neighbours) -> "Space":
    """Return what the kernel needs of a form; a missing edge is longer than any tour."""
    import numpy as np

    from pyhelpers.tsp.kernel import KINDS, Space

    length = form.pairs(tour, np.roll(tour, -1))
    parts = near.distance[np.isfinite(near.distance)], length[np.isfinite(length)]
    longest = max(float(part.max(initial=0.0)) for part in parts) or 1.0
    never = 4 * longest * form.size
    lists, lengths = _lists(form, near, never)
    hubs = np.where(np.isfinite(form.hubs), form.hubs, never).astype(float)
    points, matrix, kind = np.zeros((1, 2)), np.zeros((1, 1)), "matrix"
    if isinstance(form.base, PointDistances):
        points, kind = np.array(form.base.embedding(), dtype=float, order="C"), form.base.kind
    else:
        matrix = form.matrix(never)
    hubs = np.ascontiguousarray(hubs.reshape(-1, form.size))
    return Space(KINDS.index(kind), points, matrix, hubs, lists, lengths, EPSILON * longest)


def _lists(form: SymmetricForm, near: Neighbours, never: float) -> "tuple[Array, Array]":
    """Return neighbour lists with the hubs first, and the lengths; -1 after the last neighbour.

    A hub has a list only where it has at most two edges.
    """
    import numpy as np

    cities, width = near.near.shape
    lists = np.full((form.size, width + 2), -1, dtype=np.int32)
    lengths = np.full(lists.shape, math.inf)
    lists[:cities, 2:], lengths[:cities, 2:] = near.near, near.distance
    for number, ways in enumerate(form.hubs):
        nodes = np.flatnonzero(np.isfinite(ways))
        lists[nodes, number], lengths[nodes, number] = cities + number, 0.0
        if len(nodes) <= 2:
            lists[cities + number, : len(nodes)], lengths[cities + number, : len(nodes)] = (
                nodes,
                0.0,
            )
    if form.directed:
        one, other = form.forced.T
        forced = ((lists[one] == other[:, None]), (lists[other] == one[:, None]))
        for ends, found in zip((one, other), forced, strict=True):
            lengths[ends] = np.where(found, -never, lengths[ends])
    lists[np.isinf(lengths)] = -1
    order = np.argsort(lengths, axis=1, kind="stable")
    return np.take_along_axis(lists, order, 1), np.take_along_axis(lengths, order, 1)


@dataclass
class Search:
    """A search of a form by kicks, until a number of them or a time is reached.

    Attributes
    ----------
    most : float
        Kicks of both searches together; infinite where the time ends the search.
    until : float
        When it ends, by `time.monotonic`.
    """

    form: SymmetricForm
    space: "Space"
    seed: int
    most: float
    until: float
    jobs: int
    stop: threading.Event = field(default_factory=threading.Event)

    def over(self) -> bool:
        """Return whether the time is up."""
        return self.stop.is_set() or time.monotonic() > self.until

    def first(self, order: "Array") -> "Array":
        """Return a tour that no single move shortens."""
        from pyhelpers.tsp import kernel

        tour, path = kernel.new_tour(order, self.seed, LIMIT), kernel.new_path()
        tour.queue[:], tour.queued[:] = tour.order, 1
        tour.numbers[kernel.WAITING] = len(order)
        while tour.numbers[kernel.WAITING] and not self.over():
            kernel.improve(self.space, tour, path, FIRST_SLICE, False)
        return tour.order

    def chain(self, order: "Array", seed: int, many: float, until: float, warmth: float) -> "Array":
        """Return a tour after many kicks, or as many as there is time for."""
        from pyhelpers.tsp import kernel

        tour, path, done = kernel.new_tour(order, seed, LIMIT), kernel.new_path(), 0.0
        while done < many and time.monotonic() < until and not self.stop.is_set():
            kernel.kicks(self.space, tour, path, int(min(SLICE, many - done)), warmth)
            done += SLICE
        return tour.order

    def round(self, order: "Array", number: int, until: float, warmth: float) -> "Array":
        """Return the best parts of the tours of all chains."""
        many = math.ceil(self.most / ROUNDS / CHAINS) if math.isfinite(self.most) else math.inf
        seeds = [(self.seed * ROUNDS + number) * CHAINS + chain + 1 for chain in range(CHAINS)]
        with ThreadPoolExecutor(min(self.jobs, CHAINS)) as pool:
            running = [pool.submit(self.chain, order, seed, many, until, warmth) for seed in seeds]
            try:
                found = [future.result() for future in running]
            except KeyboardInterrupt:
                self.stop.set()
                found = [future.result() for future in running]
        merged = found[0]
        for other in found[1:]:
            merged = shorter_of_both(merged, other, self.form.pairs)
        return merged


def compiled_search(
    form: SymmetricForm,
    tour: "Array",
    near: Neighbours,
    seed: int,
    kicks: float,
    until: float,
    jobs: int,
    report: Callable[["Array"], None],
) -> "Array":
    """Improve a closed tour by moves of up to four edges, then by kicks.

    Parameters
    ----------
    kicks : float
        Their number; infinite where the time ends the search.
    until : float
        When it ends, by `time.monotonic`; infinite where the kicks do.
    jobs : int
        Number of threads; the tour does not depend on it.
    report : function of array
        Called with the first local optimum, and after each round.
    """
    import numpy as np

    from pyhelpers.tsp import kernel

    if form.size < LEAST_NODES:
        return tour
    kernel.prepare()
    search = Search(form, space_of(form, tour, near), seed, kicks, until, jobs)
    order = search.first(tour)
    report(order.astype(np.intp))
    length = form.pairs(order, np.roll(order, -1))
    edge = float(length[np.isfinite(length)].mean())
    begin, number = time.monotonic(), 0
    for number in range(ROUNDS):
        if search.over() or kicks == 0:
            break
        ends = begin + (until - begin) * (number + 1) / ROUNDS if math.isfinite(until) else until
        order = search.round(order, number, ends, WARMTH * edge * (1 - number / (ROUNDS - 1)))
        report(order.astype(np.intp))
    if search.stop.is_set():
        raise KeyboardInterrupt
    return order.astype(np.intp)
