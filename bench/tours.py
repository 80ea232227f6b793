"""Instances of tours to find, and what solve-tsp is compared with: each returns a length."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench import rivals
from bench.context import Bench, relative
from bench.side_by_side import Values, measure
from pyhelpers.tsp import fast_tsp_library
from pyhelpers.tsp.construction import simulate
from pyhelpers.tsp.problem import Problem
from pyhelpers.tsp.readers import read_problem
from pyhelpers.tsp.symmetric import symmetric_form

MOST_NODES = 20_000  # of a matrix of 800 MB
FAR = 40_000  # the side of the square that generated points lie in: distances fit 16 bits
GREEDY_STARTS = 25
OR_TOOLS = """
import json, sys
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
matrix, seconds = json.load(sys.stdin), float(sys.argv[1])
manager = pywrapcp.RoutingIndexManager(len(matrix), 1, 0)
model = pywrapcp.RoutingModel(manager)
leg = model.RegisterTransitMatrix(matrix)
model.SetArcCostEvaluatorOfAllVehicles(leg)
wish = pywrapcp.DefaultRoutingSearchParameters()
search_by = routing_enums_pb2.LocalSearchMetaheuristic
wish.local_search_metaheuristic = search_by.GUIDED_LOCAL_SEARCH
wish.time_limit.FromMilliseconds(int(seconds * 1000))
found = model.SolveWithParameters(wish)
print(json.dumps({"distance": found.ObjectiveValue() if found else None}))
"""


@dataclass
class Instance:
    """A file of TSPLIB's form, its problem and its optimum."""

    path: Path
    problem: Problem
    optimum: float

    @property
    def name(self) -> str:
        """Return what tables call it."""
        return self.path.stem


def write_points(path: Path, size: int, seed: int) -> None:
    """Write random points of a square, whose distances are rounded, in TSPLIB's form."""
    points = np.random.default_rng(seed).integers(0, FAR, (size, 2)).tolist()
    lines = [f"NAME: random{size}", "TYPE: TSP", f"DIMENSION: {size}", "EDGE_WEIGHT_TYPE: EUC_2D"]
    lines += ["NODE_COORD_SECTION", *(f"{n} {x} {y}" for n, (x, y) in enumerate(points, 1)), "EOF"]
    path.write_text("\n".join(lines) + "\n")


def random_points(bench: Bench, size: int, seed: int) -> Path:
    """Return a file of random points in the section's folder."""
    return bench.file(f"random{size}-{seed}.tsp", lambda path: write_points(path, size, seed))


def ask(path: Path, options: str, env: dict[str, str]) -> dict[str, float]:
    """Return what solve-tsp says of a file's closed tour, and what the command took."""
    said: dict[str, float] = {}

    def read(text: str) -> Values:
        said.update(json.loads(text))
        return {}

    shell = f"exec bin/solve-tsp {relative(path)} --closed --format json {options}"
    taken = measure(shell, env, read)
    return said | taken


def proved(bench: Bench, sizes: dict[int, int]) -> list[Instance]:
    """Return instances of size -> seed whose optimum the kit's prover proves, once."""
    found = []
    for size, seed in sizes.items():
        path = random_points(bench, size, seed)

        def prove(kept: Path, path: Path = path) -> None:
            said = ask(path, "--prove --time 2", bench.env)
            if not said["proved"]:
                raise SystemExit(f"{path}: not proved; its optimum is not known")
            kept.write_text(str(said["distance"]))

        optimum = bench.file(f"{path.stem}.optimum", prove)
        found.append(Instance(path, read_problem(str(path), None, None, None)[0],
                              float(optimum.read_text())))  # fmt: skip
    return found


def of_tsplib(folder: Path) -> list[Instance]:
    """Return TSPLIB's instances, smallest first; optima.csv says instance,optimum."""
    with (folder / "optima.csv").open(newline="") as stream:
        optima = {row["instance"]: float(row["optimum"]) for row in csv.DictReader(stream)}
    paths = [path for path in folder.glob("*tsp") if path.stem in optima]
    read = [(path, read_problem(str(path), None, None, None)[0]) for path in paths]
    found = [Instance(path, problem, optima[path.stem]) for path, problem in read]
    return sorted(found, key=lambda instance: instance.problem.size)


def ours(bench: Bench) -> Callable[[Instance, float], float | None]:
    """Return solve-tsp as a person calls it."""
    env = bench.env
    return lambda instance, seconds: ask(instance.path, f"--time {seconds}", env)["distance"]


def fast_alone(instance: Instance, seconds: float) -> float | None:
    """Return what fast-tsp comes to when it is given the whole matrix."""
    problem, form = instance.problem, symmetric_form(instance.problem)
    if not fast_tsp_library.available() or form.size > MOST_NODES or form.directed:
        return None
    matrix = np.rint(form.block(0, form.size)).astype(np.uint16)
    return problem.length(fast_tsp_library.find_tour(matrix, seconds, 2))


def nearest_neighbour(instance: Instance, seconds: float) -> float | None:
    """Return the best of the chapter's walks, each to the nearest city that is left."""
    problem = instance.problem
    tour = simulate(problem, GREEDY_STARTS if problem.size < 20_000 else 1, 1).tour
    assert tour is not None
    return problem.length(tour)


def or_tools(bench: Bench) -> Callable[[Instance, float], float | None]:
    """Return OR-Tools' routing with guided local search."""
    script = bench.script("or_tools.py", OR_TOOLS)

    def search(instance: Instance, seconds: float) -> float | None:
        problem, said = instance.problem, {"distance": None}
        if problem.size > 3_000:
            return None

        def write(path: Path) -> None:
            whole = problem.distances.block(slice(None)).round().astype(int)
            path.write_text(json.dumps(whole.tolist()))

        def read(text: str) -> Values:
            said.update(json.loads(text))
            return {}

        matrix = bench.file(f"{instance.name}.json", write)
        python = rivals.find("ortools")
        measure(f"exec {python} {script} {seconds} <{relative(matrix)}", bench.env, read)
        return said["distance"]

    return search


def gaps(
    instances: list[Instance], seconds: float, length: Callable[[Instance, float], float | None]
) -> Values:
    """Return how far above each optimum a solver's tour is, in percent."""
    found = {}
    for instance in instances:
        came_to = length(instance, seconds)
        if came_to is not None:
            found[instance.name] = 100 * (came_to / instance.optimum - 1)
    return found


def expected(size: int) -> float:
    """Return the length to expect of very many random points (Johnson and McGeoch 1996)."""
    return float(0.7124 * (size * FAR * FAR) ** 0.5)
