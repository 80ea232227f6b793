"""Search by the compiled kernel: two searches at a time, whose tours are merged.

Both begin with the same tour and differ in their random numbers alone. A round ends with the best
parts of both, so that a result repeats whatever the number of threads.
"""

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
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
LARGE, PART = 20_000, 100_000  # nodes of a tour that is searched in parts; of a part
NEVER = 1e4  # longest edges: an edge that no gain outweighs
LARGE_ROUNDS = 10  # over all parts, where kicks are counted
LEAST_ROUND, ROUND_A_NODE = 1.0, 4e-6  # seconds of a round over all parts; for a node
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


def part_of(space: "Space", part: "Array") -> "Space":
    """Return the space of a path through some nodes, numbered in its order, whose ends are kept.

    One more node, a hub, joins the ends.
    """
    import numpy as np

    size, never = len(part), NEVER * space.least / EPSILON
    number = np.full(len(space.near), -1, dtype=np.int32)
    number[part] = np.arange(size, dtype=np.int32)
    near = space.near[part]
    near = np.where(near >= 0, number[near], -1).astype(np.int32)
    length = np.where(near >= 0, space.length[part], math.inf)
    order = np.argsort(length, axis=1, kind="stable")
    near, length = np.take_along_axis(near, order, 1), np.take_along_axis(length, order, 1)
    none = np.full((1, near.shape[1]), -1, dtype=np.int32)
    hubs = np.full((1, size + 1), never)
    hubs[0, [0, size - 1]] = 0.0
    lists = np.vstack([near, none]), np.vstack([length, np.full(none.shape, math.inf)])
    return space._replace(
        points=space.points[part].copy(), hubs=hubs, near=lists[0], length=lists[1]
    )


@dataclass
class Search:
    """A search of a form by kicks, until a number of them or a time is reached.

    Attributes
    ----------
    most : float
        Kicks in all; infinite where the time ends the search.
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

    @property
    def large(self) -> bool:
        """Whether parts of the tour are searched, not all of it."""
        return self.form.size >= LARGE and isinstance(self.form.base, PointDistances)

    def rounds(self) -> int:
        """Return the number of rounds: fewer where preparing one takes a part of its time."""
        if not self.large:
            return ROUNDS
        if math.isinf(self.until):
            return LARGE_ROUNDS
        seconds = max(LEAST_ROUND, ROUND_A_NODE * self.form.size)
        return max(2, min(ROUNDS, int((self.until - time.monotonic()) / seconds)))

    def first(self, order: "Array") -> "Array":
        """Return a tour that no single move shortens, or what an interruption leaves."""
        from pyhelpers.tsp import kernel

        tour, path = kernel.new_tour(order, self.seed, LIMIT), kernel.new_path()
        tour.queue[:], tour.queued[:] = tour.order, 1
        tour.numbers[kernel.WAITING] = len(order)
        try:
            while tour.numbers[kernel.WAITING] and not self.over():
                kernel.improve(self.space, tour, path, FIRST_SLICE, False)
        except KeyboardInterrupt:
            self.stop.set()
        return tour.order

    def chain(
        self, space: "Space", order: "Array", seed: int, many: float, seconds: float, warmth: float
    ) -> "Array":
        """Return a tour after many kicks, or as many as there is time for."""
        from pyhelpers.tsp import kernel

        until = min(self.until, time.monotonic() + seconds)
        tour, path, done = kernel.new_tour(order, seed, LIMIT), kernel.new_path(), 0.0
        while done < many and time.monotonic() < until and not self.stop.is_set():
            kernel.kicks(space, tour, path, math.ceil(min(SLICE, many - done)), warmth)
            done += SLICE
        return tour.order

    def part(self, part: "Array", seed: int, many: float, seconds: float) -> "Array":
        """Return a part of the tour after many kicks; its ends stay."""
        import numpy as np

        if len(part) < LEAST_NODES or self.over():
            return part
        size, begin = len(part), time.monotonic()
        space = part_of(self.space, part)
        seconds -= time.monotonic() - begin
        order = self.chain(space, np.arange(size + 1), seed, many, seconds, 0.0)
        path = np.roll(order, -int(np.flatnonzero(order == size)[0]))[1:]
        found: Array = part[path if path[0] == 0 else path[::-1]]
        return found

    def together(self, jobs: "Sequence[Callable[[], Array]]") -> "list[Array]":
        """Return the results of jobs that run in threads; Ctrl-C stops them all."""
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(self.jobs, len(jobs))) as pool:
            running = [pool.submit(job) for job in jobs]
            try:
                return [future.result() for future in running]
            except KeyboardInterrupt:
                self.stop.set()
                return [future.result() for future in running]

    def all_in_parts(self, order: "Array", number: int, many: float, seconds: float) -> "Array":
        """Return the tour after a round over parts of it, which are others in each round."""
        import numpy as np

        hubs = np.flatnonzero(order >= self.form.base.size)
        shift = int(np.random.default_rng([self.seed, number]).integers(self.form.size))
        if len(hubs):  # they stay, and so do their neighbours
            shift = int(hubs[-1] + 1 if hubs[-1] - hubs[0] < self.form.size // 2 else hubs[0] + 1)
        path = np.roll(order, -shift)
        size = self.form.size - len(hubs)
        count = max(2, math.ceil(size / PART))
        cuts = (np.arange(count) + (number % 4 + 1) / 5) * size / count
        parts = np.split(path[:size], cuts.astype(int))
        seconds *= min(self.jobs, len(parts)) / size
        jobs = [
            partial(self.part, part, seed, many * len(part) / size, seconds * len(part))
            for seed, part in enumerate(parts, (self.seed * LARGE_ROUNDS + number) * size)
        ]
        return np.concatenate([*self.together(jobs), path[size:]])

    def both(
        self, order: "Array", number: int, many: float, seconds: float, warmth: float
    ) -> "Array":
        """Return the best parts of the tours of two searches."""
        first = (self.seed * ROUNDS + number) * CHAINS
        jobs = [
            partial(
                self.chain, self.space, order, first + chain + 1, many / CHAINS, seconds, warmth
            )
            for chain in range(CHAINS)
        ]
        one, other = self.together(jobs)
        return shorter_of_both(one, other, self.form.pairs)


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
    rounds = search.rounds()
    for number in range(rounds):
        if search.over() or kicks == 0:
            break
        many, seconds = kicks / rounds, (until - time.monotonic()) / (rounds - number)
        if search.large:
            order = search.all_in_parts(order, number, many, seconds)
        else:
            warmth = WARMTH * edge * (1 - number / (rounds - 1))
            order = search.both(order, number, many, seconds, warmth)
        report(order.astype(np.intp))
    if search.stop.is_set():
        raise KeyboardInterrupt
    return order.astype(np.intp)
