"""Compiled local search: Lin-Kernighan moves over neighbour lists, from kicked tours.

A move removes an edge t1-t2, adds one to a near node, removes one there, and so on, while what was
removed is longer than what was added (Lin and Kernighan 1973). It is tried on a list of stretches;
the tour's array is written once a move is found. Neighbour lists and don't-look bits: Bentley,
ORSA J. Computing 4, 1992; kicks: Johnson and McGeoch 1997. Imported only where numba is installed:
nothing here is called in plain Python. One file, because numba keeps a function's compiled code
until the function's own file changes.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numba
import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Function = TypeVar("Function", bound=Callable[..., Any])

BREADTH = (5, 3, 1)  # neighbours tried at each level of a move
DEPTH = len(BREADTH)
STRETCH = 30  # most nodes of each of the three stretches that a kick exchanges
USED, ENTRIES, LIMIT, HEAD, WAITING = range(5)  # of Tour.numbers
LOG_PLACES = 300_000  # least that the moves after a kick may rewrite: a full log ends their search
MOST_ENTRIES = 2_000  # moves after a kick that can be undone
KINDS = ("matrix", "euclid", "euc_2d", "ceil_2d", "man_2d", "max_2d", "att", "great_circle", "geo")
MATRIX, EUCLID, EUC_2D, CEIL_2D, MAN_2D, MAX_2D, ATT, GREAT_CIRCLE, GEO = range(9)
EARTH_KM, TSPLIB_EARTH_KM = 6371.0088, 6378.388


class Space(NamedTuple):
    """Nodes and the distances between them.

    Attributes
    ----------
    kind : int
        Position of the formula in `KINDS`.
    points : array of float, shape (n, 2 or 3)
    matrix : array of float, shape (n, n)
        Of one cell where distances are computed from points.
    hubs : array of float, shape (h, n)
    near : array of int, shape (n, k)
        Nearest first; -1 after the last.
    length : array of float, shape (n, k)
    least : float
        Least gain of a move.
    """

    kind: int
    points: Array
    matrix: Array
    hubs: Array
    near: Array
    length: Array
    least: float


class Tour(NamedTuple):
    """A closed tour and the moves since the last kick.

    Attributes
    ----------
    order, place : array of int, shape (n,)
        The node of each place, and the place of each node.
    queue, queued : array of int, shape (n,)
        Nodes to be looked at, round the end, and whether a node is among them.
    buffer, log : array of int
        Nodes that a move writes; those that were there before it.
    moves : array of int, shape (MOST_ENTRIES, 3)
        Of each move: the first place, the direction, the number of places.
    numbers : array of int
    random : array of uint64, shape (1,)
    """

    order: Array
    place: Array
    queue: Array
    queued: Array
    buffer: Array
    log: Array
    moves: Array
    numbers: Array
    random: Array


class Path(NamedTuple):
    """What a move has removed and added at each level: the tour as stretches that follow t2.

    Attributes
    ----------
    first, last : array of int, shape (levels, stretches)
        Places counted from t2; a stretch with first > last is reversed.
    stretches, end, candidate, tried : array of int, shape (levels,)
        Number of stretches; the node that the path begins with; candidates looked at and tried.
    gain : array of float, shape (levels,)
        What was removed less what was added, the closing edge not counted.
    touched : array of int
        Ends of the stretches of the last move, their number first.
    """

    first: Array
    last: Array
    stretches: Array
    end: Array
    candidate: Array
    tried: Array
    gain: Array
    touched: Array


def compiled(function: Function, inline: bool = False) -> Function:
    """Compile on the first call; without reference counts, which cost two thirds of the time."""
    compile_: Any = numba.njit
    options = {"nogil": True, "error_model": "numpy", "_nrt": False, "forceinline": inline}
    try:
        made: Function = compile_(cache=True, **options)(function)
    except RuntimeError:  # no folder for the compiled code can be written
        made = compile_(**options)(function)
    return made


def inlined(function: Function) -> Function:
    """Compile as a part of each function that calls it."""
    return compiled(function, inline=True)


def new_path() -> Path:
    """Return the arrays of a move."""
    levels = DEPTH + 2
    first, last = (np.zeros((levels, levels + 2), np.int64) for _ in range(2))
    stretches, end, candidate, tried = (np.zeros(levels, np.int64) for _ in range(4))
    touched = np.zeros(2 * levels + 8, np.int64)
    return Path(first, last, stretches, end, candidate, tried, np.zeros(levels), touched)


def new_tour(order: Array, seed: int, limit: int) -> Tour:
    """Return the arrays of a tour; a move rewrites at most `limit` places."""
    size = len(order)
    order = np.ascontiguousarray(order, dtype=np.int32)
    place = np.empty_like(order)
    place[order] = np.arange(size, dtype=np.int32)
    limit = min(limit, size)
    numbers = np.zeros(5, np.int64)
    numbers[LIMIT] = limit
    random = np.array(
        [(seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) % (1 << 64) or 1], np.uint64
    )
    queue, buffer = (np.zeros(size, np.int32) for _ in range(2))
    log = np.zeros(LOG_PLACES + 16 * limit, np.int32)
    moves = np.zeros((MOST_ENTRIES, 3), np.int64)
    return Tour(
        order.copy(), place, queue, np.zeros(size, np.uint8), buffer, log, moves, numbers, random
    )


@compiled
def other_length(kind: int, x: float, y: float, z: float) -> float:
    """Return the distance of two nodes by the formulas that are not in a plane, or rarer."""
    if kind == MAN_2D:
        return math.floor(abs(x) + abs(y) + 0.5)
    if kind == MAX_2D:
        return math.floor(max(abs(x), abs(y)) + 0.5)
    if kind == ATT:
        return math.ceil(math.sqrt((x * x + y * y) / 10))
    angle = 2 * math.asin(min(1.0, math.sqrt(x * x + y * y + z * z) / 2))
    return EARTH_KM * angle if kind == GREAT_CIRCLE else math.floor(TSPLIB_EARTH_KM * angle + 1)


@inlined
def distance(space: Space, a: int, b: int) -> float:
    """Return the distance of two nodes."""
    cities = len(space.near) - len(space.hubs)
    if a >= cities:
        return space.hubs[a - cities, b]
    if b >= cities:
        return space.hubs[b - cities, a]
    kind = space.kind
    if kind == MATRIX:
        return space.matrix[a, b]
    x = space.points[a, 0] - space.points[b, 0]
    y = space.points[a, 1] - space.points[b, 1]
    if kind <= CEIL_2D:
        straight = math.sqrt(x * x + y * y)
        if kind == EUCLID:
            return straight
        return math.floor(straight + 0.5) if kind == EUC_2D else math.ceil(straight)
    z = space.points[a, 2] - space.points[b, 2] if kind >= GREAT_CIRCLE else 0.0
    return other_length(kind, x, y, z)


@inlined
def onward(place: int, by: int, size: int) -> int:
    """Return the place some places on, round the end of the tour."""
    place += by
    if place >= size:
        return place - size
    return place + size if place < 0 else place


@inlined
def draw(tour: Tour, below: int) -> int:
    """Return a random number from 0 to below - 1 (Marsaglia's xorshift, 2003)."""
    x = tour.random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    tour.random[0] = x
    number: int = np.int64((x >> np.uint64(11)) % np.uint64(below))  # type: ignore[assignment]
    return number


@compiled
def write(tour: Tour, path: Path, level: int, start: int, way: int) -> bool:
    """Put the tour's stretches in the order of a level; False where that is too many places.

    The longest stretch stays where it is, the others are written after it, in its direction.
    """
    size, count, numbers = len(tour.order), path.stretches[level], tour.numbers
    first, last, longest = path.first[level], path.last[level], 0
    for number in range(1, count):
        if abs(last[number] - first[number]) > abs(last[longest] - first[longest]):
            longest = number
    total = size - 1 - abs(last[longest] - first[longest])
    used, entries = numbers[USED], numbers[ENTRIES]
    if total > numbers[LIMIT] or used + total > len(tour.log) or entries == len(tour.moves):
        return False
    path.touched[0] = 2 * count
    for number in range(count):
        path.touched[2 * number + 1] = tour.order[onward(start, way * first[number], size)]
        path.touched[2 * number + 2] = tour.order[onward(start, way * last[number], size)]
    back, filled = first[longest] > last[longest], 0
    for step in range(1, count):
        number = onward(longest, -step if back else step, count)
        begin = last[number] if back else first[number]
        end = first[number] if back else last[number]
        at, by = onward(start, way * begin, size), way if end >= begin else -way
        for _ in range(abs(end - begin) + 1):
            tour.buffer[filled] = tour.order[at]
            filled += 1
            at = onward(at, by, size)
    at = onward(start, way * max(first[longest], last[longest]), size)
    at = onward(at, way, size)
    tour.moves[entries, 0], tour.moves[entries, 1], tour.moves[entries, 2] = at, way, total
    numbers[USED], numbers[ENTRIES] = used + total, entries + 1
    for number in range(total):
        tour.log[used + number] = tour.order[at]
        node = tour.buffer[number]
        tour.order[at] = node
        tour.place[node] = at
        at = onward(at, way, size)
    return True


@compiled
def undo(tour: Tour) -> None:
    """Undo all moves that are in the log."""
    size, used = len(tour.order), tour.numbers[USED]
    for entry in range(tour.numbers[ENTRIES] - 1, -1, -1):
        at, way, total = tour.moves[entry, 0], tour.moves[entry, 1], tour.moves[entry, 2]
        used -= total
        for number in range(total):
            node = tour.log[used + number]
            tour.order[at] = node
            tour.place[node] = at
            at = onward(at, way, size)
    tour.numbers[USED] = tour.numbers[ENTRIES] = 0


@inlined
def split(path: Path, level: int, number: int, place: int, before: int) -> None:
    """Set the next level: the stretches up to `before` reversed, then those from `place` on."""
    first, last, count = path.first, path.last, path.stretches[level]
    first[level + 1, 0], last[level + 1, 0] = before, first[level, number]
    for other in range(number):
        first[level + 1, 1 + other] = last[level, number - 1 - other]
        last[level + 1, 1 + other] = first[level, number - 1 - other]
    first[level + 1, number + 1], last[level + 1, number + 1] = place, last[level, number]
    for other in range(number + 1, count):
        first[level + 1, other + 1] = first[level, other]
        last[level + 1, other + 1] = last[level, other]
    path.stretches[level + 1] = count + 1


@inlined
def insertion(
    space: Space, tour: Tour, path: Path, t1: int, start: int, way: int, at: int, gain: float
) -> bool:
    """Set level 2 to the best exchange of three edges whose second one leaves a circle.

    The circle is places 0 to `at`; an edge from the node after it opens the circle again. False
    where there is none.
    """
    size, best = len(tour.order), -math.inf
    t4 = tour.order[onward(start, way * (at + 1), size)]
    gain += distance(space, tour.order[onward(start, way * at, size)], t4)
    tried, place5, place6 = 0, -1, -1
    for number in range(space.near.shape[1]):
        t5 = space.near[t4, number]
        left = gain - space.length[t4, number]
        if t5 < 0 or tried == BREADTH[1] or left <= space.least:
            break
        place = onward(way * (tour.place[t5] - start), 0, size)
        if place > at:
            continue
        tried += 1
        for side in (1, -1):
            other = place + side
            if other < 0 or other > at:
                continue
            t6 = tour.order[onward(start, way * other, size)]
            reached = left + distance(space, t5, t6)
            closed = reached - distance(space, t6, t1)
            if closed > space.least or reached > best:
                best, place5, place6 = reached, place, other
                path.end[2] = t6
            if closed > space.least:
                tried = BREADTH[1]
                break
    if place5 < 0:
        return False
    path.gain[2] = best
    path.first[2, 0], path.last[2, 1] = place6, place5
    path.last[2, 0] = at if place6 > place5 else 0
    path.first[2, 1] = 0 if place6 > place5 else at
    path.first[2, 2], path.last[2, 2], path.stretches[2] = at + 1, size - 1, 3
    return True


@inlined
def move(space: Space, tour: Tour, path: Path, t1: int, way: int) -> float:
    """Find a move that shortens the tour and removes the edge after t1, or before it, and make it.

    Returns
    -------
    float
        Its gain; 0 where none was found.
    """
    size, least, width = len(tour.order), space.least, space.near.shape[1]
    start = onward(tour.place[t1], way, size)
    t2 = tour.order[start]
    path.first[0, 0], path.last[0, 0], path.stretches[0], path.end[0] = 0, size - 1, 1, t2
    path.gain[0] = distance(space, t1, t2)
    path.candidate[0] = path.tried[0] = level = 0
    while level >= 0:
        end, looked = path.end[level], path.candidate[level]
        column = looked >> 1  # each is looked at twice at the first level: two kinds of move
        if column >= width or path.tried[level] >= BREADTH[level]:
            level -= 1
            continue
        node = space.near[end, column]
        gain = path.gain[level] - space.length[end, column]
        if node < 0 or gain <= least:
            level -= 1
            continue
        path.candidate[level] = looked + (1 if level == 0 else 2)
        if node == t1:
            continue
        place = onward(way * (tour.place[node] - start), 0, size)
        if looked & 1:
            if place == 0 or place >= size - 1:
                continue
            if not insertion(space, tour, path, t1, start, way, place, gain):
                continue
            following = 2
        else:
            number = 0
            while True:
                first, last = path.first[level, number], path.last[level, number]
                if min(first, last) <= place <= max(first, last):
                    break
                number += 1
            if place == first:
                continue  # the edge before it is a new one
            before = place - 1 if first <= last else place + 1
            other = tour.order[onward(start, way * before, size)]
            path.tried[level] += 1
            gain += distance(space, node, other)
            following = level + 1
            if following == DEPTH and gain - distance(space, other, t1) <= least:
                continue
            split(path, level, number, place, before)
            path.end[following], path.gain[following] = other, gain
        closed = path.gain[following] - distance(space, path.end[following], t1)
        if closed > least and write(tour, path, following, start, way):
            return closed
        if following < DEPTH:
            path.candidate[1] = 2 * width if following == 2 and looked & 1 else path.candidate[1]
            path.candidate[following] = path.tried[following] = 0
            level = following
    return 0.0


@inlined
def wait(tour: Tour, node: int) -> None:
    """Put a node into the queue, if it is not there."""
    if not tour.queued[node]:
        tour.queued[node] = 1
        at = onward(tour.numbers[HEAD], tour.numbers[WAITING], len(tour.order))
        tour.queue[at] = node
        tour.numbers[WAITING] += 1


@compiled
def improve(space: Space, tour: Tour, path: Path, most: int, keep_log: bool) -> float:
    """Improve around the nodes of the queue, at most some of them; return the gain.

    Parameters
    ----------
    keep_log : bool
        Whether the moves can be undone.
    """
    total, numbers = 0.0, tour.numbers
    while numbers[WAITING] > 0 and most > 0:
        most -= 1
        node = tour.queue[numbers[HEAD]]
        numbers[HEAD] = onward(numbers[HEAD], 1, len(tour.order))
        numbers[WAITING] -= 1
        tour.queued[node] = 0
        way = 1
        while way:
            if not keep_log:
                numbers[USED] = numbers[ENTRIES] = 0
            gain = move(space, tour, path, node, way)
            if gain > 0.0:
                total += gain
                for number in range(path.touched[0]):
                    if path.touched[number + 1] != node:
                        wait(tour, path.touched[number + 1])
                way = 1
            else:
                way = -1 if way == 1 else 0
    return total


@compiled
def kick(space: Space, tour: Tour, path: Path) -> float:
    """Put three short stretches in the reverse order, each in its direction; return the gain."""
    size = len(tour.order)
    most, start = min(STRETCH, (size - 2) // 3), draw(tour, size)
    path.first[0, 2], path.stretches[0] = 0, 4
    for number in (2, 1, 0):
        path.last[0, number] = path.first[0, number] + draw(tour, most)
        path.first[0, number - 1 if number else 3] = path.last[0, number] + 1
    path.last[0, 3] = size - 1
    gain = 0.0
    for number in range(4):
        last = path.last[0, number]
        after, follows = onward(last, 1, size), path.first[0, (number + 1) % 4]
        node = tour.order[onward(start, last, size)]
        gain += distance(space, node, tour.order[onward(start, after, size)])
        gain -= distance(space, node, tour.order[onward(start, follows, size)])
    write(tour, path, 0, start, 1)
    for number in range(path.touched[0]):
        wait(tour, path.touched[number + 1])
    return gain


@compiled
def kicks(space: Space, tour: Tour, path: Path, many: int, warmth: float) -> float:
    """Kick the tour and improve it around the kick, many times; return the gain.

    A kick that makes it longer is undone, or kept with probability exp(-longer / warmth).
    """
    total, numbers = 0.0, tour.numbers
    for _ in range(many):
        numbers[USED] = numbers[ENTRIES] = 0
        gain = kick(space, tour, path)
        gain += improve(space, tour, path, 1 << 60, True)
        allowed = -space.least
        if warmth > 0.0:
            allowed += warmth * math.log((draw(tour, 1 << 53) + 1) / 9007199254740993.0)
        if gain < allowed:
            undo(tour)
        else:
            total += gain
    return total


def example() -> tuple[Space, Tour, Path]:
    """Return a small tour, of the types that every search has."""
    points = np.array([[place * 7 % 12, place * 5 % 12] for place in range(12)], dtype=float)
    apart = np.hypot(*(points[:, None] - points).transpose(2, 0, 1))
    near = np.argsort(apart, axis=1, kind="stable")[:, 1:6].astype(np.int32)
    hubs, matrix = np.zeros((0, 12)), np.zeros((1, 1))
    space = Space(EUCLID, points, matrix, hubs, near, np.take_along_axis(apart, near, 1), 1e-9)
    return space, new_tour(np.arange(12), 1, 12), new_path()


def kept() -> bool:
    """Return whether the compiled code is kept on the disk, and fits this machine."""
    space, tour, path = map(numba.typeof, example())
    wanted: list[tuple[Any, tuple[Any, ...]]] = [
        (improve, (space, tour, path, numba.int64, numba.boolean)),
        (kicks, (space, tour, path, numba.int64, numba.float64)),
    ]
    try:
        return all(
            function._cache.load_overload(types, function.targetctx) is not None
            for function, types in wanted
        )
    except Exception:  # whatever a file that is not whole may raise
        return False


def prepare(run: Callable[[], None] | None = None, functions: list[Any] | None = None) -> None:
    """Compile what is not compiled; without keeping it where that fails."""
    run = run or _run_example
    try:
        run()
    except Exception:  # the kept code is not whole, or the disk is full
        from numba.core.caching import NullCache

        for function in functions or [value for value in globals().values() if _is_kept(value)]:
            function._cache = NullCache()
        run()


def _is_kept(value: Any) -> bool:
    return hasattr(value, "_cache") and hasattr(value, "py_func")


def _run_example() -> None:
    space, tour, path = example()
    kicks(space, tour, path, 1, 0.0)
    improve(space, tour, path, 1, False)
