"""Gaps of solve-tsp to known optima, beside fast-tsp alone and the chapter's nearest neighbour.

Without --tsplib it makes instances of its own with a fixed seed and takes as optimum what the kit's
own prover has proved. TSPLIB has no licence, so none of it is shipped: DIR holds its .tsp and .atsp
files and optima.csv (instance,optimum). OR-Tools is compared where it is installed.
"""

import argparse
import csv
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.side_by_side import machine
from pyhelpers.tsp import fast
from pyhelpers.tsp.bound import lower_bound
from pyhelpers.tsp.greedy import simulate
from pyhelpers.tsp.inputs import read_problem
from pyhelpers.tsp.problem import Problem, from_points
from pyhelpers.tsp.search import FAST_NODES, Plan, search
from pyhelpers.tsp.solve import solve
from pyhelpers.tsp.symmetric import symmetric

FAR = 4e4  # the side of the square that generated points lie in: distances fit 16 bits
ASYMPTOTIC = 0.7124  # of sqrt(n A): random points' tours, for large n (Johnson and McGeoch 1996)
GREEDY_STARTS = 25


@dataclass
class Instance:
    """A problem and its optimum, or what stands for it."""

    name: str
    problem: Problem
    optimum: float


def random_points(size: int, seed: int) -> Problem:
    """Return whole-number distances between random points of a square."""
    points = np.random.default_rng(seed).integers(0, int(FAR), (size, 2)).astype(float)
    return from_points([str(city) for city in range(size)], points, "euc_2d", closed=True)


def generated() -> Iterator[Instance]:
    """Yield instances whose optimum the prover has just proved."""
    for size, seed in ((60, 1), (100, 2), (150, 3)):
        problem = random_points(size, seed)
        solution = solve(problem, Plan(seconds=1.0, prove=True))
        assert solution.proved
        yield Instance(f"random {size}", problem, solution.length)


def of_tsplib(folder: Path, only: list[str]) -> Iterator[Instance]:
    """Yield TSPLIB's instances, smallest first."""
    with (folder / "optima.csv").open(newline="") as stream:
        optima = {row["instance"]: float(row["optimum"]) for row in csv.DictReader(stream)}
    found = []
    for path in sorted(folder.glob("*tsp")):
        if path.stem in optima and (not only or path.stem in only):
            problem = read_problem(str(path), None, None, None)[0]
            found.append(Instance(path.stem, problem, optima[path.stem]))
    yield from sorted(found, key=lambda instance: instance.problem.size)


def ours(problem: Problem, seconds: float) -> float:
    """Return the length that the ladder's search comes to."""
    form = symmetric(problem)
    nodes, _, _ = search(form, Plan(seconds=seconds, jobs=2), lambda at, length: None)
    return problem.length(form.route(nodes))


def fast_alone(problem: Problem, seconds: float) -> float | None:
    """Return what fast-tsp comes to when it is given the whole matrix."""
    form = symmetric(problem)
    if not fast.available() or form.size > FAST_NODES or form.directed:
        return None
    matrix = np.rint(form.block(0, form.size)).astype(np.uint16)
    return problem.length(fast.find_tour(matrix, seconds, 2))


def chapters(problem: Problem, seconds: float) -> float:
    """Return the best of the chapter's nearest-neighbour walks."""
    starts = GREEDY_STARTS if problem.size < 20_000 else 1
    tour = simulate(problem, starts, 1).tour
    assert tour is not None
    return problem.length(tour)


def or_tools(problem: Problem, seconds: float) -> float | None:
    """Return what OR-Tools' routing comes to, where it is installed."""
    try:
        from ortools.constraint_solver import pywrapcp, routing_enums_pb2
    except ImportError:
        return None
    if problem.size > 3_000:
        return None
    matrix = problem.distances.block(slice(None)).round().astype(int).tolist()
    manager = pywrapcp.RoutingIndexManager(problem.size, 1, 0)
    model = pywrapcp.RoutingModel(manager)
    leg = model.RegisterTransitMatrix(matrix)
    model.SetArcCostEvaluatorOfAllVehicles(leg)
    wish = pywrapcp.DefaultRoutingSearchParameters()
    search_by = routing_enums_pb2.LocalSearchMetaheuristic
    wish.local_search_metaheuristic = search_by.GUIDED_LOCAL_SEARCH
    wish.time_limit.FromMilliseconds(int(seconds * 1000))
    found = model.SolveWithParameters(wish)
    return None if found is None else float(found.ObjectiveValue())


SIDES: dict[str, Callable[[Problem, float], float | None]] = {
    "solve-tsp": ours,
    "fast-tsp alone": fast_alone,
    "the chapter's": chapters,
    "OR-Tools": or_tools,
}


def gap(length: float | None, optimum: float) -> str:
    """Return how far a length is above the optimum, in percent."""
    return "" if length is None else f"{100 * (length / optimum - 1):.3f}"


def compare(instances: Iterator[Instance], budgets: list[float]) -> None:
    """Print the gap of each side on each instance, in turn; and the bound's, below."""
    print(f"\n### Gap to the optimum in percent ({machine()})\n")
    print("| instance | cities | s |", " | ".join(SIDES), "| bound below | bound s |")
    print("|---|---|---|" + "---|" * (len(SIDES) + 2))
    for instance in instances:
        problem, form = instance.problem, symmetric(instance.problem)
        for seconds in budgets:
            gaps = [gap(side(problem, seconds), instance.optimum) for side in SIDES.values()]
            start = time.monotonic()
            walk = simulate(problem, 1, 1).tour
            assert walk is not None
            bound, _ = lower_bound(problem, form, form.tour(walk), 4.0)
            took = time.monotonic() - start
            below = f"{100 * (1 - bound / instance.optimum):.2f}"
            cells = [instance.name, str(problem.size), f"{seconds:g}", *gaps, below, f"{took:.1f}"]
            print("|", " | ".join(cells), "|", flush=True)


def proofs(count: int) -> None:
    """Print how many of some sets of a hundred random points are proved, and how soon."""
    took = []
    for seed in range(count):
        problem = random_points(100, 1000 + seed)
        begin = time.process_time(), time.monotonic()
        solution = solve(problem, Plan())
        cpu, wall = time.process_time() - begin[0], time.monotonic() - begin[1]
        took.append((solution.proved, wall, cpu))
    proved = [(wall, cpu) for done, wall, cpu in took if done]
    print(f"\n### Proofs of 100 random points ({machine()})\n")
    print("| proved | of | median wall s | median cpu s | slowest wall s |\n|---|---|---|---|---|")
    wall, cpu = (np.median(side) for side in zip(*proved, strict=True))
    slowest = max(wall for wall, _ in proved)
    print(f"| {len(proved)} | {count} | {wall:.2f} | {cpu:.2f} | {slowest:.2f} |")


def large(size: int, seconds: float) -> None:
    """Print the gap of very many random points to what is expected of their number."""
    problem = random_points(size, 1)
    expected = ASYMPTOTIC * (size * FAR * FAR) ** 0.5
    length = ours(problem, seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n### {size} random points ({machine()})\n")
    print("| s | above 0.7124 sqrt(n A), no bound, % | peak MiB |\n|---|---|---|")
    print(f"| {seconds:g} | {gap(length, expected)} | {peak:.0f} |")


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tsplib", type=Path, help="folder of TSPLIB's files and optima.csv")
    parser.add_argument("--seconds", type=float, nargs="*", default=[1.0])
    parser.add_argument("--only", nargs="+", default=[], help="instances of TSPLIB")
    parser.add_argument("--proofs", type=int, default=0, help="sets of 100 random points to prove")
    parser.add_argument("--large", type=int, default=0, help="so many random points, 60 s")
    wanted = parser.parse_args()
    if wanted.large:
        large(wanted.large, 60.0)
    if wanted.proofs:
        proofs(wanted.proofs)
    if wanted.seconds:
        compare(
            of_tsplib(wanted.tsplib, wanted.only) if wanted.tsplib else generated(), wanted.seconds
        )


if __name__ == "__main__":
    main()
